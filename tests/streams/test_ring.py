from hypothesis import given
from hypothesis import strategies as st

from streams.ring import PacketRing
from streams.sources.ports import Encoding
from streams.testing import START_UTC, make_packet
from streams.timeline import Instant

CODEC = Encoding(codec="other", extradata=b"one", width_px=64, height_px=36)
CHANGED = Encoding(codec="other", extradata=b"two", width_px=128, height_px=72)


def filled(
    packets: int, *, gop: int = 10, size: int = 100, fps: float = 10.0, seconds: float = 5.0, limit: int = 10**6
) -> PacketRing:
    ring = PacketRing(seconds=seconds, bytes_limit=limit)
    ring.begin_session()
    for index in range(packets):
        push(ring, index / fps, is_keyframe=index % gop == 0, size=size)
    return ring


def push(
    ring: PacketRing, clock: float, *, is_keyframe: bool = True, size: int = 100, encoding: Encoding = CODEC
) -> None:
    ring.push(make_packet(clock, is_keyframe=is_keyframe, payload=b"x" * size), Instant(clock, START_UTC), encoding)


def clocks(ring: PacketRing, start: float, end: float) -> list[float]:
    cut = ring.cut(start, end)
    return [item.at.clock for item in cut.packets] if cut is not None else []


def test_a_cut_begins_with_the_keyframe_before_and_ends_in_time() -> None:
    found = clocks(filled(50), 2.5, 3.5)
    assert found[0] == 2.0
    assert found[-1] == 3.5


def test_a_cut_from_before_the_ring_begins_with_its_first_keyframe() -> None:
    assert clocks(filled(30), -10.0, 0.5)[0] == 0.0


def test_there_is_no_cut_of_a_time_without_packets() -> None:
    ring = filled(30)
    assert ring.cut(10.0, 20.0) is None
    assert ring.cut(-5.0, -1.0) is None
    assert PacketRing(seconds=5, bytes_limit=100).cut(0.0, 1.0) is None


def test_the_ring_keeps_its_seconds_and_at_most_one_group_more() -> None:
    assert 5.0 <= filled(500).seconds < 6.0


def test_bytes_are_a_hard_limit() -> None:
    ring = filled(500, limit=2500)
    assert ring.size_bytes <= 2500
    assert clocks(ring, 0.0, 100.0)[0] % 1.0 == 0.0


def test_a_group_larger_than_the_limit_is_forgotten_until_the_next_keyframe() -> None:
    ring = filled(15, gop=10, limit=700)  # the second group has five packets so far
    assert clocks(ring, 0.0, 100.0) == [1.0, 1.1, 1.2, 1.3, 1.4]


def test_nothing_is_kept_before_the_first_keyframe_of_a_connection() -> None:
    ring = filled(15)
    ring.begin_session()
    push(ring, 2.0, is_keyframe=False)
    push(ring, 2.1)
    assert clocks(ring, 0.0, 3.0)[-2:] == [1.4, 2.1]


def test_other_parameters_begin_a_segment_and_the_longer_one_is_cut() -> None:
    ring = filled(20)
    for index in range(10):
        push(ring, 2.0 + index / 10, is_keyframe=index == 0, encoding=CHANGED)
    assert clocks(ring, 0.0, 2.5)[-1] == 1.9
    assert clocks(ring, 1.8, 3.0)[0] == 2.0


def test_bytes_outlive_their_source() -> None:
    ring = PacketRing(seconds=5, bytes_limit=1000)
    packet = make_packet(0.0, payload=b"kept")
    ring.push(packet, Instant(0.0, START_UTC), CODEC)
    cut = ring.cut(0.0, 1.0)
    assert cut is not None
    assert cut.packets[0].packet.payload == b"kept"
    assert cut.packets[0].packet.native is None


@given(
    st.lists(st.tuples(st.booleans(), st.integers(0, 400), st.floats(0.01, 3)), max_size=80),
    st.integers(300, 2000),
)
def test_whatever_comes_the_ring_begins_with_a_keyframe_and_keeps_its_limit(
    steps: list[tuple[bool, int, float]], limit: int
) -> None:
    ring = PacketRing(seconds=4.0, bytes_limit=limit)
    ring.begin_session()
    clock = 0.0
    for is_keyframe, size, step in steps:
        clock += step
        push(ring, clock, is_keyframe=is_keyframe, size=size)
        assert ring.size_bytes <= limit
        cut = ring.cut(0.0, clock)
        assert cut is None or cut.packets[0].packet.is_keyframe
