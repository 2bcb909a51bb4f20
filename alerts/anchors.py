"""Where the newest seal is shown to others: a file outside the database, a retained topic."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from alerts.errors import AnchorError
from alerts.messages import SealMessage
from alerts.ports import StateBoard
from alerts.seals import Seal, instant_text
from alerts.topics import seal_topic


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """One line of an anchor file: the chain had this digest at this number. `line` counts from 1."""

    number: int
    digest: str
    line: int


class FileAnchors:
    """Appends one line of JSON for each anchor, flushed to the disk. The folder must be there."""

    name = "file"

    def __init__(self, path: Path, node: str) -> None:
        self._path = path
        self._node = node

    def keep(self, seal: Seal) -> None:
        line = json.dumps(
            {
                "number": seal.number,
                "digest": seal.digest,
                "sealed_at": instant_text(seal.sealed_at),
                "node": self._node,
            }
        )
        try:
            descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(line + "\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise AnchorError(str(self._path), f"cannot be written: {error.strerror}") from error


def read_anchors(path: Path) -> Iterator[Anchor]:
    """The anchors of a file. Raises AnchorError naming the line that is none."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise AnchorError(str(path), f"cannot be read: {error}") from error
    for number, line in enumerate(lines, 1):
        try:
            told = json.loads(line)
            yield Anchor(number=int(told["number"]), digest=str(told["digest"]), line=number)
        except (ValueError, TypeError, KeyError) as error:
            expected = 'expected {"number": …, "digest": …}'
            raise AnchorError(f"{path}:{number}", f"{expected}, found {line[:80]!r}") from error


class RetainedAnchor:
    """Keeps the newest seal on a retained topic of the broker."""

    name = "mqtt"

    def __init__(self, board: StateBoard, node: str) -> None:
        self._board = board
        self._node = node

    def keep(self, seal: Seal) -> None:
        message = SealMessage(node=self._node, number=seal.number, digest=seal.digest, sealed_at=seal.sealed_at)
        self._board.retain(seal_topic(self._node), message.as_bytes())
