"""Which cameras run where: pure arithmetic over costs and capacities, the same answer for the same question.

Costs and capacities are in CPU-ms per second, whole numbers: milliseconds of processor time in each second of the
clock. One core has 1000.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from domain.ids import CameraId

# Two places may differ by so much of their capacity before a camera is moved for the sake of balance: each move
# costs the camera some seconds without pictures and the tracks that had begun.
TOLERATED_GAP = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """One camera and what it costs, in CPU-ms per second; above 0."""

    camera_id: CameraId
    cost_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A place that takes cameras, and what it can carry, in CPU-ms per second; above 0."""

    room_id: str
    capacity_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Where each camera belongs. `moved` run in another room now; `unplaced` have none."""

    rooms: Mapping[CameraId, str]
    unplaced: tuple[CameraId, ...]
    moved: tuple[CameraId, ...]


@dataclass(slots=True)
class _Filling:
    room: Room
    loads: dict[CameraId, int] = field(default_factory=dict)
    used_ms: int = 0

    @property
    def share(self) -> float:
        return self.used_ms / self.room.capacity_ms

    def fits(self, cost_ms: int) -> bool:
        return self.used_ms + cost_ms <= self.room.capacity_ms

    def take(self, camera_id: CameraId, cost_ms: int) -> None:
        self.loads[camera_id] = cost_ms
        self.used_ms += cost_ms

    def give(self, camera_id: CameraId) -> int:
        cost_ms = self.loads.pop(camera_id)
        self.used_ms -= cost_ms
        return cost_ms


def plan(loads: Iterable[Load], rooms: Iterable[Room], present: Mapping[CameraId, str]) -> Plan:
    """Place every camera for which there is room, moving as few as possible of those that have a room in `present`.

    A camera stays where it is, unless its room is gone, is too full (the dearest leave first: fewest moves), or is
    fuller than the emptiest by more than the tolerated gap. Cameras without a room go, the dearest first, to the room
    that is used least for its size. What fits nowhere is unplaced: no room is ever filled beyond its capacity.
    """
    fillings = {room.room_id: _Filling(room) for room in sorted(rooms, key=lambda room: room.room_id)}
    ordered = sorted(loads, key=lambda load: (-load.cost_ms, load.camera_id))
    costs = {load.camera_id: load.cost_ms for load in ordered}
    homeless = _stay(fillings, ordered, present)
    unplaced = [load.camera_id for load in homeless if not _settle(fillings, load)]
    _balance(fillings, TOLERATED_GAP)
    placed = {camera_id: room_id for room_id, filling in fillings.items() for camera_id in filling.loads}
    return Plan(
        rooms={camera_id: placed[camera_id] for camera_id in sorted(costs) if camera_id in placed},
        unplaced=tuple(sorted(unplaced)),
        moved=tuple(sorted(each for each, room in placed.items() if present.get(each, room) != room)),
    )


def _stay(fillings: Mapping[str, _Filling], ordered: list[Load], present: Mapping[CameraId, str]) -> list[Load]:
    """Put the cameras back where they are; return those that have no room or lost it, the dearest first."""
    homeless = []
    for load in reversed(ordered):  # the cheapest first: as many as possible stay
        filling = fillings.get(present.get(load.camera_id, ""))
        if filling is not None and filling.fits(load.cost_ms):
            filling.take(load.camera_id, load.cost_ms)
        else:
            homeless.append(load)
    return homeless[::-1]


def _settle(fillings: Mapping[str, _Filling], load: Load) -> bool:
    able = [filling for filling in fillings.values() if filling.fits(load.cost_ms)]
    if not able:
        return False
    emptiest = min(able, key=lambda filling: (filling.used_ms + load.cost_ms) / filling.room.capacity_ms)
    emptiest.take(load.camera_id, load.cost_ms)
    return True


def _balance(fillings: Mapping[str, _Filling], tolerated_gap: float) -> None:
    """Move cameras from the fullest to the emptiest while they differ by too much and the move brings them closer.

    Each move makes the sum of squared shares smaller, so it ends.
    """
    if len(fillings) < 2:
        return
    for _ in range(sum(len(filling.loads) for filling in fillings.values())):
        fullest = max(fillings.values(), key=lambda filling: filling.share)
        emptiest = min(fillings.values(), key=lambda filling: filling.share)
        if fullest.share - emptiest.share <= tolerated_gap:
            return
        chosen = _best_to_move(fullest, emptiest)
        if chosen is None:
            return
        emptiest.take(chosen, fullest.give(chosen))


def _best_to_move(fullest: _Filling, emptiest: _Filling) -> CameraId | None:
    """The camera whose move leaves the smaller gap; None where every move would turn it round."""
    best: tuple[float, CameraId] | None = None
    gap = fullest.share - emptiest.share
    for camera_id, cost_ms in fullest.loads.items():
        if not emptiest.fits(cost_ms):
            continue
        left = fullest.share - cost_ms / fullest.room.capacity_ms
        reached = emptiest.share + cost_ms / emptiest.room.capacity_ms
        if reached < fullest.share and abs(left - reached) < gap:
            best = min(best or (gap, camera_id), (abs(left - reached), camera_id))
    return best[1] if best else None
