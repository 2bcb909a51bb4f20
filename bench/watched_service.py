"""The service as it is, with an ear between rules and detector and a look at its own body, for chaos and soak.

    python -m bench.watched_service NOTES.jsonl run --data ... (the rest is the service's own command line)

Each second (BENCH_NOTE_SECONDS) a line of JSON goes to NOTES.jsonl: `ages` are seconds from capture until the rules had
the picture, by camera; `body` is what the process holds. With BENCH_TRACE=1 memory is traced, and BENCH_TRIM=1 hands
freed memory back to the system before it is measured, so that what the allocator keeps is not taken for a leak.
"""

import ctypes
import gc
import json
import os
import sys
import threading
import time
import tracemalloc
from collections import defaultdict
from pathlib import Path
from typing import Any, TextIO

import service.watch
from bench.processes import resident_bytes
from detector.region_watch import RegionWatch
from domain.detection import Observation
from domain.frame import Frame
from service import cli

NOTE_SECONDS = "BENCH_NOTE_SECONDS"
TRIM, TRACE = "BENCH_TRIM", "BENCH_TRACE"
_TRACED_PLACES = 15


class Ages:
    """Seconds by camera since somebody asked; any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: dict[str, list[float]] = defaultdict(list)

    def note(self, camera_id: str, seconds: float) -> None:
        with self._lock:
            self._found[camera_id].append(seconds)

    def taken(self) -> dict[str, list[float]]:
        with self._lock:
            found, self._found = self._found, defaultdict(list)
        return found


def listening(ages: Ages) -> type[RegionWatch]:
    """The door to the rules, noting when each picture has passed it."""

    class Heard(RegionWatch):
        def observe(self, observation: Observation, frame: Frame) -> None:
            super().observe(observation, frame)
            ages.note(observation.camera_id, round(time.monotonic() - observation.clock, 4))

    return Heard


def body() -> dict[str, Any]:
    """What this process holds now."""
    if os.environ.get(TRIM):
        gc.collect()
        ctypes.CDLL("libc.so.6").malloc_trim(0)
    return {
        "resident_bytes": resident_bytes({os.getpid()}),
        "threads": len(list(Path("/proc/self/task").iterdir())),
        "files": len(list(Path("/proc/self/fd").iterdir())),
        "containers": len(gc.get_objects()),
    }


def take_notes(file: TextIO, ages: Ages) -> None:
    """Until the process ends."""
    while True:
        time.sleep(float(os.environ.get(NOTE_SECONDS, "1")))
        note = {"clock": time.monotonic(), "ages": ages.taken(), "body": body()}
        file.write(json.dumps(note) + "\n")
        file.flush()


def trace(path: Path) -> None:
    """Every half minute: where the most memory came from since the second look."""
    tracemalloc.start(12)
    time.sleep(30)
    first = tracemalloc.take_snapshot()
    while True:
        time.sleep(30)
        grown = tracemalloc.take_snapshot().compare_to(first, "traceback")[:_TRACED_PLACES]
        lines = [
            f"{each.size_diff / 1e3:+.0f} kB in {each.count_diff:+d}\n" + "\n".join(each.traceback.format()[-8:])
            for each in grown
        ]
        path.write_text("\n\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    notes, sys.argv[1:] = Path(sys.argv[1]), sys.argv[2:]
    ages = Ages()
    if vars(service.watch).get("RegionWatch") is not RegionWatch:
        raise RuntimeError("the service's door to the rules is not where this program replaces it")
    vars(service.watch)["RegionWatch"] = listening(ages)  # the one place where all that is seen passes
    file = notes.open("w", encoding="utf-8")
    threading.Thread(target=take_notes, args=(file, ages), name="bench-notes", daemon=True).start()
    if os.environ.get(TRACE):
        threading.Thread(
            target=trace, args=(notes.with_suffix(".memory.txt"),), name="bench-trace", daemon=True
        ).start()
    cli.main()


if __name__ == "__main__":
    main()
