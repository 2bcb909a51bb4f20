"""What the head of a cluster saw: which groups began anew, which cameras were moved. In memory, of this process."""

import threading
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from api.cluster import CameraMove, ClusterStanding, GroupStanding
from domain.ids import CameraId
from service.storage.cluster import GroupRow

MOST_MOVES = 200
MOST_UNPLACED = 200


class Placements(Protocol):
    """Groups and where cameras belong; `service.storage.cluster.SqlCluster` is the real one. Any thread."""

    def groups(self) -> list[GroupRow]: ...
    def placements(self) -> dict[CameraId, str | None]: ...


class ClusterDiary:
    """The coordinator notes, whoever looks at the cluster reads. Any thread."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._since = now()
        self._lock = threading.Lock()
        self._holders: dict[str, str] = {}
        self._restarts: Counter[str] = Counter()
        self._restarted_at: dict[str, datetime] = {}
        self._moves: deque[CameraMove] = deque(maxlen=MOST_MOVES)

    def note(
        self,
        living: Sequence[GroupRow],
        before: Mapping[CameraId, str | None],
        after: Mapping[CameraId, str | None],
    ) -> None:
        """One turn. A group under another holder is a process that began anew; a camera's first place is no move."""
        now = self._now()
        with self._lock:
            for group in living:
                if self._holders.setdefault(group.group_id, group.holder) != group.holder:
                    self._holders[group.group_id] = group.holder
                    self._restarts[group.group_id] += 1
                    self._restarted_at[group.group_id] = now
            for camera_id, group_id in sorted(after.items()):
                if camera_id in before and before[camera_id] != group_id:
                    self._moves.appendleft(
                        CameraMove(camera_id=camera_id, from_group=before[camera_id], to_group=group_id, at=now)
                    )

    def standing(self, cluster: Placements, silent_seconds: float) -> ClusterStanding:
        """How it is now. A group silent for longer than that counts as dead. Raises what the cluster raises."""
        groups, placed = cluster.groups(), cluster.placements()
        counts = Counter(placed.values())
        unplaced = sorted(each for each, group_id in placed.items() if group_id is None)
        with self._lock:
            return ClusterStanding(
                groups=tuple(
                    GroupStanding(
                        group_id=group.group_id,
                        machine=group.node,
                        is_living=group.age_seconds <= silent_seconds,
                        silent_seconds=group.age_seconds,
                        capacity_ms=group.capacity_ms,
                        cameras=counts[group.group_id],
                        restarts=self._restarts[group.group_id],
                        restarted_at=self._restarted_at.get(group.group_id),
                    )
                    for group in groups
                ),
                without_room=len(unplaced),
                unplaced=tuple(unplaced[:MOST_UNPLACED]),
                moves=tuple(self._moves),
                known_since=self._since,
            )
