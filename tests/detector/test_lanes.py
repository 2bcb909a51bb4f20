from detector.lanes import Lanes, Superseded, Ticket
from domain.frame import Frame
from domain.ids import CameraId
from tests.support.pictures import make_frame

CAMERA = CameraId("camera-1")


def frame(number: int, camera: str = CAMERA) -> Frame:
    return make_frame(camera, sequence=number, seconds=number / 5)


def enter(lanes: Lanes, number: int, camera: str = CAMERA) -> tuple[list[int], list[Superseded]]:
    tickets, superseded = lanes.enter([frame(number, camera)])
    return [ticket.frame.sequence for ticket in tickets], superseded


def ticket_of(lanes: Lanes, number: int) -> Ticket:
    (ticket,), _ = lanes.enter([frame(number)])
    return ticket


def test_frames_of_different_cameras_go_side_by_side() -> None:
    tickets, superseded = Lanes().enter([frame(1, "a"), frame(1, "b")])

    assert [ticket.frame.camera_id for ticket in tickets] == ["a", "b"]
    assert superseded == []


def test_a_frame_of_a_busy_camera_waits_for_whoever_holds_the_lane() -> None:
    lanes = Lanes()
    first = ticket_of(lanes, 1)

    assert enter(lanes, 2) == ([], [])
    second = lanes.leave(first.lane)
    assert second
    assert second.frame.sequence == 2
    assert lanes.leave(second.lane) is None


def test_a_newer_frame_replaces_the_one_that_waits() -> None:
    lanes = Lanes()
    first = ticket_of(lanes, 1)
    enter(lanes, 2)

    assert enter(lanes, 3) == ([], [Superseded.NEWER])
    second = lanes.leave(first.lane)
    assert second
    assert second.frame.sequence == 3


def test_nobody_overtakes() -> None:
    lanes = Lanes()
    first = ticket_of(lanes, 5)

    assert enter(lanes, 4) == ([], [Superseded.OLDER])
    enter(lanes, 7)
    assert enter(lanes, 6) == ([], [Superseded.OLDER])
    second = lanes.leave(first.lane)
    assert second
    lanes.leave(second.lane)
    assert enter(lanes, 7) == ([], [Superseded.OLDER])
    assert enter(lanes, 8) == ([8], [])


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

    assert lanes.void(CAMERA) is Superseded.VOID
    assert lanes.leave(ticket.lane) is None


def test_after_that_the_camera_may_have_another_clock() -> None:
    lanes = Lanes()
    lanes.leave(ticket_of(lanes, 50).lane)
    lanes.void(CAMERA)

    assert enter(lanes, 1) == ([1], [])


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
