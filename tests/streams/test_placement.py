from hypothesis import given
from hypothesis import strategies as st

from domain.ids import CameraId
from streams.placement import TOLERATED_GAP, Load, Plan, Room, plan

costs = st.integers(min_value=1, max_value=400)
cameras = st.dictionaries(st.integers(0, 60).map(lambda n: CameraId(f"camera-{n:02d}")), costs, max_size=40)
rooms = st.dictionaries(st.integers(0, 7).map(lambda n: f"room-{n}"), st.integers(100, 4000), max_size=6)
presence = st.dictionaries(
    st.integers(0, 60).map(lambda n: CameraId(f"camera-{n:02d}")), st.integers(0, 9).map(lambda n: f"room-{n}")
)


def planned(
    costs_of: dict[CameraId, int], capacities: dict[str, int], present: dict[CameraId, str] | None = None
) -> Plan:
    return plan(
        [Load(camera_id=camera_id, cost_ms=cost) for camera_id, cost in costs_of.items()],
        [Room(room_id=room_id, capacity_ms=capacity) for room_id, capacity in capacities.items()],
        present or {},
    )


def used(costs_of: dict[CameraId, int], found: Plan) -> dict[str, int]:
    sums: dict[str, int] = {}
    for camera_id, room_id in found.rooms.items():
        sums[room_id] = sums.get(room_id, 0) + costs_of[camera_id]
    return sums


@given(cameras, rooms, presence)
def test_every_camera_is_placed_once_or_named_as_unplaced(
    costs_of: dict[CameraId, int], capacities: dict[str, int], present: dict[CameraId, str]
) -> None:
    found = planned(costs_of, capacities, present)
    assert set(found.rooms) | set(found.unplaced) == set(costs_of)
    assert not set(found.rooms) & set(found.unplaced)
    assert set(found.rooms.values()) <= set(capacities)


@given(cameras, rooms, presence)
def test_no_room_is_filled_beyond_its_capacity(
    costs_of: dict[CameraId, int], capacities: dict[str, int], present: dict[CameraId, str]
) -> None:
    found = planned(costs_of, capacities, present)
    assert all(used(costs_of, found)[room] <= capacities[room] for room in used(costs_of, found))


@given(cameras, rooms, presence)
def test_a_camera_is_unplaced_only_where_no_room_had_space_for_it(
    costs_of: dict[CameraId, int], capacities: dict[str, int], present: dict[CameraId, str]
) -> None:
    found = planned(costs_of, capacities, present)
    if sum(costs_of.values()) + 400 * len(capacities) <= sum(capacities.values()):
        assert not found.unplaced


@given(cameras, rooms, presence)
def test_a_plan_that_stands_is_not_touched_again(
    costs_of: dict[CameraId, int], capacities: dict[str, int], present: dict[CameraId, str]
) -> None:
    first = planned(costs_of, capacities, present)
    placed = {camera_id: cost for camera_id, cost in costs_of.items() if camera_id in first.rooms}
    again = planned(placed, capacities, dict(first.rooms))
    assert again.rooms == first.rooms
    assert again.moved == ()


@given(cameras, rooms)
def test_the_order_of_the_question_does_not_matter(costs_of: dict[CameraId, int], capacities: dict[str, int]) -> None:
    backwards = planned(dict(reversed(costs_of.items())), dict(reversed(capacities.items())))
    assert backwards == planned(costs_of, capacities)


@given(st.integers(2, 6), st.integers(1, 40))
def test_equal_cameras_spread_evenly_over_equal_rooms(room_count: int, camera_count: int) -> None:
    costs_of = {CameraId(f"camera-{n:02d}"): 50 for n in range(camera_count)}
    found = planned(costs_of, {f"room-{n}": 2000 for n in range(room_count)})
    counts = [list(found.rooms.values()).count(f"room-{n}") for n in range(room_count)]
    assert max(counts) - min(counts) <= 1


@given(st.integers(2, 6), st.integers(1, 40))
def test_only_the_cameras_of_a_room_that_is_gone_move(room_count: int, camera_count: int) -> None:
    costs_of = {CameraId(f"camera-{n:02d}"): 10 for n in range(camera_count)}
    capacities = {f"room-{n}": 4000 for n in range(room_count)}
    before = planned(costs_of, capacities)
    del capacities["room-0"]
    after = planned(costs_of, capacities, dict(before.rooms))
    assert set(after.moved) == {camera_id for camera_id, room in before.rooms.items() if room == "room-0"}
    assert not after.unplaced


def test_a_new_room_takes_over_no_more_than_balance_needs() -> None:
    costs_of = {CameraId(f"camera-{n:02d}"): 100 for n in range(16)}
    before = planned(costs_of, {"room-0": 2000})
    after = planned(costs_of, {"room-0": 2000, "room-1": 2000}, dict(before.rooms))
    sums = used(costs_of, after)
    assert abs(sums["room-0"] - sums["room-1"]) / 2000 <= TOLERATED_GAP
    assert len(after.moved) <= 8


def test_a_small_gap_moves_nothing() -> None:
    costs_of = {CameraId(f"camera-{n}"): 100 for n in range(5)}
    present = {CameraId(f"camera-{n}"): "room-0" if n < 3 else "room-1" for n in range(5)}
    assert planned(costs_of, {"room-0": 1000, "room-1": 1000}, present).moved == ()


def test_without_rooms_everything_is_unplaced() -> None:
    assert planned({CameraId("a"): 1, CameraId("b"): 1}, {}).unplaced == ("a", "b")


def test_a_camera_that_is_dearer_than_every_room_is_unplaced_and_stops_no_other() -> None:
    found = planned({CameraId("dear"): 400, CameraId("cheap"): 50}, {"room-0": 100})
    assert (found.unplaced, found.rooms) == (("dear",), {"cheap": "room-0"})
