"""Networks that were promoted into one service: their folders, which of them is in use, and the record of it all.

<data folder>/networks/<name>-<number>/   a promoted network, as the registry loads it
<data folder>/networks/current            the name of the one in use; no such file: the shipped one
<data folder>/networks/history.jsonl      what was compared, promoted, refused and rolled back, one line each
"""

import fcntl
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from models.errors import ModelError
from models.registry import MANIFEST_NAME, LoadedModel, ModelRegistry

FOLDER_NAME = "networks"
_CURRENT, _HISTORY = "current", "history.jsonl"
_CARRIED = ("CARD.md", "training.json", "checkpoint.pt")  # the last: the next training may start from it

Entry = dict[str, Any]


class ShelfError(ModelError):
    """The record of promoted networks does not allow what was asked for."""


class NetworkShelf:
    """See the head of this module. Several processes may use it: writers wait for each other.

    The history is only ever appended to. `current` is replaced as a whole, and only once what it names is complete.
    """

    def __init__(self, data_folder: Path) -> None:
        self.folder = data_folder.resolve() / FOLDER_NAME

    def current(self) -> str | None:
        """The name of the promoted network in use; None: the shipped one."""
        try:
            return (self.folder / _CURRENT).read_text(encoding="utf-8").strip() or None
        except FileNotFoundError:
            return None

    def load(self, name: str) -> LoadedModel:
        """Raises ModelError."""
        return ModelRegistry(self.folder).load(name)

    def names(self) -> list[str]:
        return ModelRegistry(self.folder).names()

    def history(self) -> list[Entry]:
        """The oldest first."""
        try:
            text = (self.folder / _HISTORY).read_text(encoding="utf-8")
        except FileNotFoundError:
            return []
        return [json.loads(line) for line in text.splitlines() if line.strip()]

    def note(self, entry: Entry) -> None:
        """Add a line to the history."""
        with self._locked():
            self._append(entry)

    def promote(self, candidate: LoadedModel, entry: Entry) -> LoadedModel:
        """Copy a network under a name and version of its own, note it, and make it the one in use; the copy."""
        with self._locked():
            number = 1 + max(map(_number, self._taken()), default=0)
            name = f"{_stem(candidate.manifest.name)}-{number}"
            self._copy(candidate, name, str(number))
            copied = self.load(name)
            self._append(entry | {"what": "promoted", "network": _facts(copied)})
            self._use(name)
        return copied

    def roll_back(self, entry: Entry) -> str | None:
        """Return to the network that the present one replaced; its name, None for the shipped one.

        Raises ShelfError where the shipped one is in use already.
        """
        with self._locked():
            present = self.current()
            promotion = next(
                (each for each in reversed(self._promotions()) if each["network"]["name"] == present), None
            )
            if present is None or promotion is None:
                raise ShelfError("expected a promoted network in use, found the shipped one: nothing to go back to")
            earlier = promotion["replaced"]["name"] if promotion["replaced"]["is_promoted"] else None
            if earlier is not None:
                self.load(earlier)
            self._append(entry | {"what": "rolled_back", "network": promotion["network"], "returned_to": earlier})
            self._use(earlier)
        return earlier

    def _taken(self) -> list[str]:
        """Names of all networks that were ever here, and of folders that a broken-off promotion left behind."""
        return [each["network"]["name"] for each in self._promotions()] + [path.name for path in self.folder.iterdir()]

    def _promotions(self) -> list[Entry]:
        return [each for each in self.history() if each["what"] == "promoted"]

    def _copy(self, candidate: LoadedModel, name: str, version: str) -> None:
        target, unfinished = self.folder / name, self.folder / f".{name}.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir()
        shutil.copyfile(candidate.path, unfinished / candidate.manifest.file)
        for extra in _CARRIED:
            if (candidate.path.parent / extra).is_file():
                shutil.copyfile(candidate.path.parent / extra, unfinished / extra)
        manifest = candidate.manifest.model_copy(update={"name": name, "version": version})
        text = yaml.safe_dump(manifest.model_dump(mode="json"), sort_keys=False, allow_unicode=True, width=120)
        (unfinished / MANIFEST_NAME).write_text(text, encoding="utf-8")
        unfinished.rename(target)

    def _use(self, name: str | None) -> None:
        if name is None:
            (self.folder / _CURRENT).unlink(missing_ok=True)
            return
        unfinished = self.folder / f".{_CURRENT}.unfinished"
        unfinished.write_text(f"{name}\n", encoding="utf-8")
        unfinished.replace(self.folder / _CURRENT)

    def _append(self, entry: Entry) -> None:
        descriptor = os.open(self.folder / _HISTORY, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8") as file:
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self.folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def _facts(model: LoadedModel) -> Entry:
    reference = model.reference
    return {"name": reference.name, "version": reference.version, "sha256": reference.sha256}


def _number(name: str) -> int:
    match = re.search(r"-(\d+)$", name)
    return int(match.group(1)) if match else 0


def _stem(name: str) -> str:
    """The name without the number of an earlier promotion."""
    return re.sub(r"-\d+$", "", name)
