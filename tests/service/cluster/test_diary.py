"""What the head of a cluster saw, over groups and placements in memory."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from domain.ids import CameraId
from service.cluster.diary import MOST_MOVES, ClusterDiary
from service.storage.cluster import GroupRow

START = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
ONE, TWO = CameraId("camera-1"), CameraId("camera-2")


def group(number: int, *, life: int = 1, age_seconds: float = 1.0) -> GroupRow:
    name = f"machine-{number}.0"
    return GroupRow(
        group_id=name,
        node=f"machine-{number}",
        holder=f"{name}.{life}",
        capacity_ms=4000,
        age_seconds=age_seconds,
    )


@dataclass
class Clock:
    at: datetime = START

    def now(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


@dataclass
class InMemoryPlacements:
    """Placements put in by hand."""

    known: list[GroupRow] = field(default_factory=list)
    placed: dict[CameraId, str | None] = field(default_factory=dict)

    def groups(self) -> list[GroupRow]:
        return self.known

    def placements(self) -> dict[CameraId, str | None]:
        return self.placed


def test_a_silent_group_is_dead_and_says_how_many_cameras_it_had() -> None:
    placed: dict[CameraId, str | None] = {ONE: "machine-1.0", TWO: None}
    cluster = InMemoryPlacements([group(1, age_seconds=31.0), group(2)], placed)

    standing = ClusterDiary(Clock().now).standing(cluster, 10.0)

    assert [(each.machine, each.is_living, each.cameras) for each in standing.groups] == [
        ("machine-1", False, 1),
        ("machine-2", True, 0),
    ]
    assert (standing.without_room, standing.unplaced, standing.moves) == (1, (TWO,), ())


def test_a_process_that_began_anew_is_a_restart_and_the_first_one_is_none() -> None:
    diary, cluster = ClusterDiary(Clock().now), InMemoryPlacements([group(1, life=3)])
    for life in (1, 1, 2, 3):
        diary.note([group(1, life=life)], {}, {})

    (standing,) = diary.standing(cluster, 10.0).groups

    assert (standing.restarts, standing.restarted_at) == (2, START + timedelta(seconds=5))


def test_what_was_moved_is_told_newest_first_and_a_first_or_last_place_is_no_move() -> None:
    diary = ClusterDiary(Clock().now)
    diary.note([], {}, {ONE: "a", TWO: "a"})  # new
    diary.note([], {ONE: "a", TWO: "a"}, {ONE: "b", TWO: "a"})
    diary.note([], {ONE: "b", TWO: "a"}, {ONE: None})  # the second was deleted

    moves = diary.standing(InMemoryPlacements(), 10.0).moves

    assert [(each.camera_id, each.from_group, each.to_group) for each in moves] == [(ONE, "b", None), (ONE, "a", "b")]
    assert moves[0].at > moves[1].at


def test_a_camera_that_moves_for_ever_fills_no_memory() -> None:
    diary = ClusterDiary(Clock().now)
    for number in range(MOST_MOVES + 5):
        diary.note([], {ONE: str(number)}, {ONE: str(number + 1)})

    assert len(diary.standing(InMemoryPlacements(), 10.0).moves) == MOST_MOVES
