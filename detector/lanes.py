"""Order for frames that several threads look at: one camera, one lane; nobody overtakes.

A camera's frames are looked at by one thread at a time and in order of their clock. A frame that comes while
its camera is being looked at waits in the lane's single place; the thread that holds the lane takes it up next.
Where that place is taken too, whoever brings the frame waits a while, for a file that is analysed as fast as
possible must not lose frames here; only when that takes too long, the newer frame replaces the older.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from detector.gate import GateState
from detector.regions import RegionState
from detector.tracker import TrackerState
from detector.vigil import Vigil
from detector.wardrobe import Wardrobe
from domain.frame import Frame
from domain.ids import CameraId


class Superseded(StrEnum):
    """Why a frame is not looked at, or what was seen in it does not count."""

    NEWER = "newer"  # a newer one of its camera replaced it after it had waited for too long
    OLDER = "older"  # it is not newer than the last one looked at
    VOID = "void"  # it was taken before its camera's tracks were declared void


@dataclass(slots=True, kw_only=True, eq=False)
class Lane:
    """What is known of one camera.

    The fields from `tracker` on belong to the thread that holds the lane; the others to `Lanes` and its lock.
    `generation` counts how often the camera's tracks were declared void, `failing` names stages that do not
    work for this camera at present.
    """

    camera_id: CameraId
    is_held: bool = False
    waiting: Frame | None = None
    crowd: list[Frame] = field(default_factory=list)
    last_clock: float | None = None
    generation: int = 0
    tracker: TrackerState = field(default_factory=TrackerState)
    wardrobe: Wardrobe = field(default_factory=Wardrobe)
    size_px: tuple[int, int] | None = None
    gate: GateState = field(default_factory=GateState)
    regions: RegionState = field(default_factory=RegionState)
    vigil: Vigil = field(default_factory=Vigil)
    failing: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """The right to look at one frame. Its lane is held until it is left."""

    frame: Frame
    lane: Lane
    generation: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What became of frames: those to be looked at now, those without a place, and why others never will be.

    A frame that is nowhere here waits for the thread that holds its lane. Each `crowded` frame must be brought to
    `enter_crowded`, in order: those that come after it stand behind it.
    """

    tickets: list[Ticket]
    crowded: list[Frame]
    superseded: list[Superseded]


class Lanes:
    """All cameras' lanes. Every method may be called from any thread, and none but `enter_crowded` ever waits."""

    def __init__(self) -> None:
        self._lock = threading.Condition()
        self._lanes: dict[CameraId, Lane] = {}
        self._void: set[CameraId] = set()
        # Ids of tracks go on over cameras that come back, for nobody must take a new subject for an old one.
        self._first_id = 1

    def enter(self, frames: Sequence[Frame]) -> Entry:
        """Take the lanes that are free and the waiting places that are."""
        entry = Entry(tickets=[], crowded=[], superseded=[])
        with self._lock:
            for frame in frames:
                lane = self._lane(frame.camera_id)
                if _is_full(lane) or lane.crowd:
                    lane.crowd.append(frame)
                    entry.crowded.append(frame)
                else:
                    self._enter_one(lane, frame, entry)
        return entry

    def enter_crowded(self, frame: Frame, patience_seconds: float) -> Entry:
        """Wait until a crowded frame can enter; in the end it takes the place of the frame that waits there.

        The caller must hold no lane: two threads could wait for each other.
        """
        entry = Entry(tickets=[], crowded=[], superseded=[])
        with self._lock:
            lane = self._lane(frame.camera_id)
            self._lock.wait_for(lambda: _is_next(lane, frame), patience_seconds)
            if any(other is frame for other in lane.crowd):
                lane.crowd = [other for other in lane.crowd if other is not frame]
                self._lock.notify_all()
                self._enter_one(lane, frame, entry)
            else:
                entry.superseded.append(Superseded.VOID)
        return entry

    def leave(self, lane: Lane) -> Ticket | None:
        """Let go of a lane, or keep it and get a ticket if a frame waited meanwhile."""
        with self._lock:
            frame, lane.waiting = lane.waiting, None
            lane.is_held = frame is not None
            self._lock.notify_all()
            if frame is None and self._is_blank(lane):
                del self._lanes[lane.camera_id]
                self._first_id = max(self._first_id, lane.tracker.next_id)
            return self._ticket(lane, frame) if frame else None

    def void(self, camera_id: CameraId) -> Superseded | None:
        """Declare a camera's tracks void; returns what became of the frame that waited, if one did."""
        with self._lock:
            lane = self._lane(camera_id)
            lane.generation += 1
            # What comes next may be another source with another clock.
            lane.last_clock = None
            dropped, lane.waiting = lane.waiting, None
            lane.crowd = []
            self._void.add(camera_id)
            self._lock.notify_all()
            return Superseded.VOID if dropped else None

    def hold_void(self) -> list[Lane]:
        """Hold every free lane whose tracks are void: the caller clears them and leaves the lanes."""
        with self._lock:
            free = [lane for lane in map(self._lane, self._void) if not lane.is_held]
            for lane in free:
                lane.is_held = True
            return free

    def clear_void(self, lane: Lane) -> bool:
        """Whether the tracks of a held lane were declared void since the last call."""
        with self._lock:
            was_void = lane.camera_id in self._void
            self._void.discard(lane.camera_id)
            return was_void

    def is_current(self, ticket: Ticket) -> bool:
        """The camera's tracks were not declared void since the ticket was given."""
        with self._lock:
            return ticket.generation == ticket.lane.generation

    def _enter_one(self, lane: Lane, frame: Frame, entry: Entry) -> None:
        newest = lane.waiting.clock if lane.waiting else lane.last_clock
        if newest is not None and frame.clock <= newest:
            entry.superseded.append(Superseded.OLDER)
        elif not lane.is_held:
            entry.tickets.append(self._ticket(lane, frame))
        else:
            if lane.waiting:
                entry.superseded.append(Superseded.NEWER)
            lane.waiting = frame

    def _ticket(self, lane: Lane, frame: Frame) -> Ticket:
        lane.is_held = True
        lane.last_clock = frame.clock
        return Ticket(frame=frame, lane=lane, generation=lane.generation)

    def _is_blank(self, lane: Lane) -> bool:
        """Nothing came since the camera's tracks were declared void: a removed camera would stay for ever."""
        is_known = self._lanes.get(lane.camera_id) is lane
        return is_known and lane.last_clock is None and not lane.crowd and lane.camera_id not in self._void

    def _lane(self, camera_id: CameraId) -> Lane:
        lane = self._lanes.get(camera_id)
        if lane is None:
            lane = self._lanes[camera_id] = Lane(camera_id=camera_id, tracker=TrackerState(next_id=self._first_id))
        return lane


def _is_full(lane: Lane) -> bool:
    return lane.is_held and lane.waiting is not None


def _is_next(lane: Lane, frame: Frame) -> bool:
    """A crowded frame need not wait any longer: it may enter, or the crowd was sent away."""
    if not any(other is frame for other in lane.crowd):
        return True
    return not _is_full(lane) and lane.crowd[0] is frame
