"""Clips must play, hold the very bytes that the camera sent, and keep their time."""

import resource
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.organisation import Source
from streams.bitstream import Parameters, annex_b, nal_units
from streams.clip import can_hold, stamped, write_clip
from streams.ports import Clip
from streams.ring import Cut, PacketRing, RingPacket
from streams.settings import StreamSettings
from streams.sources.ports import Encoding
from streams.sources.pyav import PyAvOpener
from streams.testing import START_UTC, make_packet
from streams.timeline import Instant
from tests.support.clips import make_clip


def large_ring() -> PacketRing:
    return PacketRing(seconds=60.0, bytes_limit=10**8)


def play_into(ring: PacketRing, path: Path, start: float = 0.0) -> float:
    """Push a file's packets as if they arrived at its pace; the clock after the last."""
    source = PyAvOpener().open(Source(location=str(path)), StreamSettings())
    ring.begin_session()
    clock = start
    while (packet := source.read()) is not None:
        ring.push(packet, Instant(clock, START_UTC + timedelta(seconds=clock)), source.encoding)
        clock += 1 / 15
    source.close()
    return clock


@dataclass(frozen=True)
class Played:
    pictures: int
    sizes: set[tuple[int, int]]
    dts: list[int]
    shown: list[float]
    units: list[bytes]
    codec: str
    tag: str


def played(path: Path) -> Played:
    """Decode everything and keep the NAL units."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        context = stream.codec_context
        codec, tag, extradata = context.name, context.codec_tag, bytes(context.extradata or b"")
        packets = [packet for packet in container.demux(stream) if packet.size]
        frames = [frame for packet in packets for frame in context.decode(packet)] + context.decode(None)
        payloads = [bytes(packet) for packet in packets]
    assert not any(frame.is_corrupt for frame in frames)
    return Played(
        pictures=len(frames),
        sizes={(frame.width, frame.height) for frame in frames},
        dts=[packet.dts or 0 for packet in packets],
        shown=[float((frame.pts or 0) * (stream.time_base or 0)) for frame in frames],
        units=units_of(codec, payloads, extradata),
        codec=codec,
        tag=tag,
    )


def units_of(codec: str, payloads: list[bytes], extradata: bytes) -> list[bytes]:
    """All units but parameter sets, which stand in the file's header."""
    if codec == "mjpeg":
        return payloads
    sets = {7, 8} if codec == "h264" else {32, 33, 34}
    units = [unit for data in payloads for unit in nal_units(annex_b(codec, data, extradata), None)]
    return [unit for unit in units if (unit[0] & 31 if codec == "h264" else unit[0] >> 1 & 63) not in sets]


def saved(ring: PacketRing, start: float, end: float, path: Path) -> Clip:
    cut = ring.cut(start, end)
    assert cut is not None
    return write_clip(cut, path)


@pytest.mark.parametrize("b_frames", [0, 2])
@pytest.mark.parametrize("suffix", ["mp4", "ts", "mkv"])
@pytest.mark.parametrize("encoder", ["libx264", "libx265"])
def test_a_clip_plays_and_holds_the_very_bytes(tmp_path: Path, encoder: str, suffix: str, b_frames: int) -> None:
    original = make_clip(tmp_path / f"in.{suffix}", seconds=3, codec=encoder, b_frames=b_frames)
    ring = large_ring()
    play_into(ring, original)
    clip = saved(ring, 0.0, 60.0, tmp_path / "out.mp4")
    ours, theirs = played(clip.path), played(original)
    assert ours.pictures == theirs.pictures == 45
    assert ours.units == theirs.units
    assert all(before < after for before, after in pairwise(ours.dts))
    steps = [after - before for before, after in pairwise(ours.shown)]
    assert steps == pytest.approx([1 / 15] * 44, abs=0.002)
    assert ours.shown[0] == pytest.approx(0.0, abs=0.001)
    assert clip.seconds == pytest.approx(3.0, abs=0.01)
    assert ours.tag == ("avc1" if encoder == "libx264" else "hvc1")


def test_the_index_stands_before_the_pictures(tmp_path: Path) -> None:
    ring = large_ring()
    play_into(ring, make_clip(tmp_path / "in.mp4", seconds=1))
    content = saved(ring, 0.0, 60.0, tmp_path / "out.mp4").path.read_bytes()
    assert 0 < content.find(b"moov") < content.find(b"mdat")


def test_a_clip_of_motion_jpeg_plays(tmp_path: Path) -> None:
    original = make_clip(tmp_path / "in.avi", seconds=1, codec="mjpeg")
    ring = large_ring()
    play_into(ring, original)
    clip = saved(ring, 0.0, 60.0, tmp_path / "out.mp4")
    assert played(clip.path).pictures == 15
    assert played(clip.path).units == played(original).units


def test_a_clip_starts_at_the_keyframe_before_with_its_wall_time(tmp_path: Path) -> None:
    ring = large_ring()
    play_into(ring, make_clip(tmp_path / "in.mp4", seconds=4))
    clip = saved(ring, 2.5, 3.2, tmp_path / "out.mp4")
    assert clip.started_at == START_UTC + timedelta(seconds=2)
    assert clip.seconds == pytest.approx(1.2, abs=0.07)


def test_a_reconnect_in_the_middle_keeps_real_time(tmp_path: Path) -> None:
    ring = large_ring()
    original = make_clip(tmp_path / "in.mp4", seconds=2)
    after = play_into(ring, original)
    play_into(ring, original, start=after + 5.0)
    clip = saved(ring, 0.0, 60.0, tmp_path / "out.mp4")
    assert played(clip.path).pictures == 60
    assert clip.seconds == pytest.approx(9.0, abs=0.1)


def test_a_change_of_size_gives_a_clip_of_one_size(tmp_path: Path) -> None:
    ring = large_ring()
    after = play_into(ring, make_clip(tmp_path / "s.ts", width=320, height=180, seconds=2))
    play_into(ring, make_clip(tmp_path / "l.ts", width=640, height=360, seconds=1), start=after)
    clip = saved(ring, 0.0, 60.0, tmp_path / "out.mp4")
    assert played(clip.path).sizes == {(320, 180)}
    assert played(saved(ring, 2.0, 60.0, tmp_path / "late.mp4").path).sizes == {(640, 360)}


def test_a_full_or_missing_disk_is_an_os_error_and_leaves_nothing(tmp_path: Path) -> None:
    ring = large_ring()
    play_into(ring, make_clip(tmp_path / "in.mp4", seconds=1))
    cut = ring.cut(0.0, 60.0)
    assert cut is not None
    with pytest.raises(FileNotFoundError):
        write_clip(cut, tmp_path / "nowhere" / "out.mp4")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (500, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            write_clip(cut, tmp_path / "out.mp4")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(tmp_path.iterdir()) == [tmp_path / "in.mp4"]


def test_codecs_that_cannot_be_held_are_named() -> None:
    assert [can_hold(codec) for codec in ("h264", "hevc", "mjpeg", "vp8")] == [True, True, True, False]


def ring_packets(stamps: list[tuple[float | None, float, int]]) -> list[RingPacket]:
    """From (media time, arrival, session)."""
    encoding = Encoding(codec="h264", extradata=b"", width_px=64, height_px=36)
    return [
        RingPacket(
            packet=make_packet(media),
            at=Instant(arrival, START_UTC),
            encoding=encoding,
            parameters=Parameters("h264", ()),
            segment=1,
            session=session,
        )
        for media, arrival, session in stamps
    ]


def shown_seconds(stamps: list[tuple[float | None, float, int]]) -> list[float]:
    return [stamp.pts / 90_000 for stamp in stamped(ring_packets(stamps))]


def test_pictures_sent_out_of_order_are_shown_in_order_and_decoded_before() -> None:
    stamps = stamped(ring_packets([(0.0, 0.0, 1), (0.3, 0.1, 1), (0.1, 0.2, 1), (0.2, 0.3, 1)]))
    assert [round(stamp.pts / 9000) for stamp in stamps] == [0, 3, 1, 2]
    assert [stamp.dts for stamp in stamps] == sorted(stamp.dts for stamp in stamps)


def test_a_jump_of_the_cameras_clock_is_joined_by_arrival() -> None:
    assert shown_seconds([(0.0, 0.0, 1), (0.1, 0.1, 1), (9000.0, 0.2, 1)]) == pytest.approx([0, 0.1, 0.2], abs=0.001)


def test_packets_without_stamps_are_shown_as_they_arrived() -> None:
    assert shown_seconds([(None, 7.0, 1), (None, 7.2, 1)]) == pytest.approx([0.0, 0.2])


@given(
    st.lists(
        st.tuples(st.one_of(st.none(), st.floats(-1e5, 1e5)), st.floats(0, 3), st.booleans()), min_size=1, max_size=40
    )
)
def test_whatever_the_stamps_a_player_accepts_the_clip(steps: list[tuple[float | None, float, bool]]) -> None:
    arrival, session, raw = 0.0, 0, []
    for media, step, is_new in steps:
        arrival += step
        session += is_new
        raw.append((media, arrival, session))
    stamps = stamped(ring_packets(raw))
    assert all(stamp.dts <= stamp.pts for stamp in stamps)
    assert all(stamp.duration > 0 for stamp in stamps)
    assert all(before.dts < after.dts for before, after in pairwise(stamps))
    assert len({stamp.pts for stamp in stamps}) == len(stamps)
    assert min(stamp.pts for stamp in stamps) == 0


def test_a_cut_of_one_keyframe_is_a_clip_of_one_picture(tmp_path: Path) -> None:
    ring = large_ring()
    play_into(ring, make_clip(tmp_path / "in.mp4", seconds=1))
    cut = ring.cut(0.0, 60.0)
    assert cut is not None
    clip = write_clip(Cut(cut.packets[:1]), tmp_path / "out.mp4")
    assert played(clip.path).pictures == 1
    assert clip.seconds == pytest.approx(0.04)
