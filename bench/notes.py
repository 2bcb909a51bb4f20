"""What `bench.watched_service` wrote down, read piece by piece."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What the process held at one moment; `containers` are the objects that Python's collector tracks."""

    clock: float
    resident_bytes: int
    threads: int
    files: int
    containers: int


@dataclass(slots=True)
class Reading:
    """Of one stretch of time: `ages` in seconds by camera, and in which seconds each was heard of."""

    ages: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    heard: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    bodies: list[Body] = field(default_factory=list)

    def silence_seconds(self, camera_id: str) -> float:
        """The longest time between two notes that speak of the camera, the ends of the reading included."""
        if not self.bodies:
            return 0.0
        clocks = [self.bodies[0].clock, *self.heard.get(camera_id, ()), self.bodies[-1].clock]
        return max((later - earlier for earlier, later in pairwise(clocks)), default=0.0)


class Notes:
    """A file that grows."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._offset = 0

    def read(self) -> Reading:
        """What was written since the last call; a line that is not whole yet is left for the next one."""
        if not self.path.exists():
            return Reading()
        with self.path.open("rb") as file:
            file.seek(self._offset)
            text, newline, _ = file.read().rpartition(b"\n")
        self._offset += len(text) + len(newline)
        return reading_of(json.loads(line) for line in text.splitlines())


def reading_of(notes: Iterable[dict[str, Any]]) -> Reading:
    reading = Reading()
    for note in notes:
        reading.bodies.append(Body(clock=note["clock"], **note["body"]))
        for camera_id, ages in note["ages"].items():
            reading.ages[camera_id] += ages
            reading.heard[camera_id].append(note["clock"])
    return reading
