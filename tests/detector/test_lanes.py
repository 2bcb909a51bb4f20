import threading

from detector.lanes import Entry, Lanes, Superseded, Ticket
from domain.frame import Frame
from domain.ids import CameraId
from tests.support.pictures import make_frame

CAMERA = CameraId("camera-1")


def frame(number: int, camera: str = CAMERA) -> Frame:
    return make_frame(camera, sequence=number, seconds=number / 5)


def enter(lanes: Lanes, number: int, camera: str = CAMERA) -> Entry:
    return lanes.enter([frame(number, camera)])


def sequences(entry: Entry) -> list[int]:
    return [ticket.frame.sequence for ticket in entry.tickets]


def ticket_of(lanes: Lanes, number: int) -> Ticket:
    (ticket,) = enter(lanes, number).tickets
    return ticket


def leave(lanes: Lanes, ticket: Ticket) -> Ticket:
    following = lanes.leave(ticket.lane)
    assert following
    return following


NOTHING = Entry(tickets=[], crowded=[], superseded=[])


def test_frames_of_different_cameras_go_side_by_side() -> None:
    entry = Lanes().enter([frame(1, "a"), frame(1, "b")])

    assert [ticket.frame.camera_id for ticket in entry.tickets] == ["a", "b"]
    assert entry.superseded == []


def test_a_frame_of_a_busy_camera_waits_for_whoever_holds_the_lane() -> None:
    lanes = Lanes()
    first = ticket_of(lanes, 1)

    assert enter(lanes, 2) == NOTHING
    second = leave(lanes, first)
    assert second.frame.sequence == 2
    assert lanes.leave(second.lane) is None


def test_a_frame_without_a_place_enters_as_soon_as_there_is_one() -> None:
    lanes = Lanes()
    first = ticket_of(lanes, 1)
    enter(lanes, 2)
    (crowded,) = enter(lanes, 3).crowded
    second = leave(lanes, first)

    assert lanes.enter_crowded(crowded, patience_seconds=0.0) == NOTHING
    assert leave(lanes, second).frame.sequence == 3


def test_a_crowded_frame_waits_for_its_place_in_another_thread() -> None:
    lanes = Lanes()
    first = ticket_of(lanes, 1)
    enter(lanes, 2)
    (crowded,) = enter(lanes, 3).crowded
    entries: list[Entry] = []
    thread = threading.Thread(target=lambda: entries.append(lanes.enter_crowded(crowded, patience_seconds=20.0)))
    thread.start()

    second = leave(lanes, first)
    thread.join(20.0)

    assert entries == [NOTHING]
    assert leave(lanes, second).frame.sequence == 3


def test_when_it_takes_too_long_the_newer_frame_takes_the_place() -> None:
    lanes = Lanes()
    first = ticket_of(lanes, 1)
    enter(lanes, 2)
    (crowded,) = enter(lanes, 3).crowded

    assert lanes.enter_crowded(crowded, patience_seconds=0.0).superseded == [Superseded.NEWER]
    assert leave(lanes, first).frame.sequence == 3


def test_nobody_jumps_the_queue() -> None:
    lanes = Lanes()
    first = ticket_of(lanes, 1)
    enter(lanes, 2)
    (third,) = enter(lanes, 3).crowded
    second = leave(lanes, first)
    (fourth,) = enter(lanes, 4).crowded  # there is a place again, but the third stands before it

    assert lanes.enter_crowded(third, patience_seconds=0.0) == NOTHING
    next_one = leave(lanes, second)
    assert lanes.enter_crowded(fourth, patience_seconds=0.0) == NOTHING
    assert [next_one.frame.sequence, leave(lanes, next_one).frame.sequence] == [3, 4]


def test_nobody_overtakes() -> None:
    lanes = Lanes()
    first = ticket_of(lanes, 5)

    assert enter(lanes, 4).superseded == [Superseded.OLDER]
    assert lanes.leave(first.lane) is None
    assert enter(lanes, 5).superseded == [Superseded.OLDER]
    assert sequences(enter(lanes, 6)) == [6]


def test_what_is_looked_at_when_a_camera_becomes_void_does_not_count() -> None:
    lanes = Lanes()
    ticket = ticket_of(lanes, 1)
    assert lanes.is_current(ticket)

    lanes.void(CAMERA)

    assert not lanes.is_current(ticket)
    assert lanes.clear_void(ticket.lane)
    assert not lanes.clear_void(ticket.lane)


def test_what_waits_when_a_camera_becomes_void_is_dropped() -> None:
    lanes = Lanes()
    ticket = ticket_of(lanes, 1)
    enter(lanes, 2)
    (crowded,) = enter(lanes, 3).crowded

    assert lanes.void(CAMERA) is Superseded.VOID
    assert lanes.leave(ticket.lane) is None
    assert lanes.enter_crowded(crowded, patience_seconds=0.0).superseded == [Superseded.VOID]


def test_after_that_the_camera_may_have_another_clock() -> None:
    lanes = Lanes()
    lanes.leave(ticket_of(lanes, 50).lane)
    lanes.void(CAMERA)

    assert sequences(enter(lanes, 1)) == [1]


def test_void_lanes_are_held_once_and_only_while_nobody_else_holds_them() -> None:
    lanes = Lanes()
    busy = ticket_of(lanes, 1)
    lanes.void(CAMERA)
    lanes.void(CameraId("idle"))

    (idle,) = lanes.hold_void()
    assert idle.camera_id == "idle"
    assert lanes.hold_void() == []
    lanes.leave(busy.lane)
    assert [lane.camera_id for lane in lanes.hold_void()] == [CAMERA]
