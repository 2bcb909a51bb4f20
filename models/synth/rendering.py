"""Rendering a story's missing frames, alone or as one of several workers."""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.synth.film import FilmFolder
from models.synth.ports import Renderer
from models.synth.shooting import Shooting
from models.synth.staging import Stage

CHUNK = 12  # neighbouring frames go to one worker: what did not change between them is rendered once
LOWEST_PRIORITY = 19


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """Worker `number` (from 0) of `count`."""

    number: int = 0
    count: int = 1

    def __post_init__(self) -> None:
        if not 0 <= self.number < self.count:
            raise ValueError(f"a worker's number must be in [0, {self.count}), got {self.number}")

    def takes(self, frame: int) -> bool:
        return (frame // CHUNK) % self.count == self.number


def render_missing(stage: Stage, renderer: Renderer, film: FilmFolder, shard: Shard, say: Callable[[str], None]) -> int:
    """Render this worker's missing frames; how many there were. Frames that are there stay as they are."""
    wanted = [number for number in film.missing(stage.story) if shard.takes(number)]
    if not wanted:
        return 0
    shooting = Shooting(stage, renderer)
    plate = film.plate()
    if plate is None:
        plate = shooting.plate()
        film.keep_plate(plate)
        say("the empty place is rendered")
    for done, number in enumerate(wanted, start=1):
        light, truths = shooting.frame(number, plate)
        film.keep(number, light, truths, stage.story.second(number))
        say(f"frame {number}: {done} of {len(wanted)}")
    return len(wanted)


def idle_cores() -> int:
    """Cores that nobody used in the last minute, at least one."""
    return max(1, (os.cpu_count() or 1) - round(os.getloadavg()[0]))


def farm(stories: Sequence[str], out: Path, workers: int, more: Sequence[str]) -> int:
    """Start that many workers at the lowest priority and wait; the number of those that failed."""
    os.nice(LOWEST_PRIORITY)
    failed = 0
    for story in stories:
        command = [sys.executable, "-m", "models.synth", "render", story, "--out", str(out), *more]
        running = [
            subprocess.Popen([*command, "--shard", f"{number + 1}/{workers}"])  # noqa: S603 - no shell, our own words
            for number in range(workers)
        ]
        failed += sum(process.wait() != 0 for process in running)
        failed += subprocess.run(command, check=False).returncode != 0  # noqa: S603 - the last one develops the clip
    return failed
