"""Which stages of a training are done, on disk, so that a killed command goes on where it was."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from service.plain_errors import UsageError

Facts = dict[str, Any]


class Stages:
    """The file `stages.json` of a work folder. One process at a time.

    A stage counts as done once its line is in the file, which is replaced as a whole: a stage that was broken off
    is done again from its beginning (training goes on from its own checkpoint).
    """

    def __init__(self, work: Path, order: Facts, *, resumes: bool, say: Callable[[str], None]) -> None:
        """Raise UsageError where the folder holds a training already, or with `resumes` one of another order."""
        self._path = work / "stages.json"
        self._say = say
        self._state: Facts = {"order": order, "done": {}}
        if self._path.is_file():
            if not resumes:
                raise UsageError(f"{work.parent} holds a training already: go on with --resume, or name another folder")
            self._state = json.loads(self._path.read_text(encoding="utf-8"))
            _require_same(self._state["order"], order, work.parent)
        else:
            work.mkdir(parents=True, exist_ok=True)
            self._write()

    def run(self, name: str, work: Callable[[], Facts]) -> Facts:
        """What the stage found out: from the file if it is done, else by doing it."""
        done: Facts = self._state["done"]
        if name in done:
            self._say(f"{name}: done before")
            return dict(done[name])
        self._say(f"{name} …")
        began = time.monotonic()
        facts = work()
        done[name] = facts | {"seconds": round(time.monotonic() - began, 1)}
        self._write()
        return dict(done[name])

    def _write(self) -> None:
        unfinished = self._path.with_suffix(".unfinished")
        unfinished.write_text(json.dumps(self._state, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        unfinished.replace(self._path)


def _require_same(before: Facts, now: Facts, folder: Path) -> None:
    for field, value in now.items():
        if before.get(field) != value:
            raise UsageError(
                f"{folder}: --resume goes on with what was ordered before; {field}: expected {before.get(field)}, "
                f"found {value}"
            )
