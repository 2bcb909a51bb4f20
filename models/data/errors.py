"""What can be wrong with labelled pictures. Messages name the file, the line, what was expected and what was found."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from models.errors import ModelError

_SHOWN = 20


class DataError(ModelError):
    """Labelled pictures cannot be used."""


class LabelFileError(DataError):
    """A file of labels says something wrong. `line` counts from 1; None where a format has no lines."""

    def __init__(self, path: Path, *, field: str, expected: str, found: object, line: int | None = None) -> None:
        place = f"{path}:{line}" if line is not None else str(path)
        super().__init__(f"{place}: {field}: expected {expected}, found {found!r}")
        self.path = path
        self.line = line
        self.field = field
        self.expected = expected
        self.found = found


class UnknownClassError(LabelFileError):
    """A class name is none of ours, and nobody said what it means or that it should be ignored."""

    def __init__(self, path: Path, *, name: str, line: int | None = None) -> None:
        super().__init__(
            path, field="class", expected="a class that is known, mapped or ignored", found=name, line=line
        )
        self.name = name


class PictureError(DataError):
    """A picture cannot be read. `reason` is short: empty, truncated, unreadable, missing."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: the picture is {reason}")
        self.path = path
        self.reason = reason


class ArchivesDifferError(DataError):
    """Folders of archives cannot be one folder."""

    def __init__(self, folder: Path, *, expected: str, found: str) -> None:
        super().__init__(f"{folder}: expected {expected}, found {found}")
        self.folder = folder
        self.expected = expected
        self.found = found


class FaultsError(DataError):
    """Several files are wrong; all of them in `faults`, the first twenty in the message.

    A class name that nobody knows is told once, with the number of files that have it.
    """

    def __init__(self, faults: Sequence[DataError]) -> None:
        unknown = Counter(fault.name for fault in faults if isinstance(fault, UnknownClassError))
        told: list[str] = []
        seen: set[str] = set()
        for fault in faults:
            if not isinstance(fault, UnknownClassError):
                told.append(str(fault))
            elif fault.name not in seen:
                seen.add(fault.name)
                others = unknown[fault.name] - 1
                told.append(str(fault) + (f" (and in {others} more files)" if others else ""))
        more = [f"and {len(told) - _SHOWN} more"] if len(told) > _SHOWN else []
        super().__init__("\n".join([*told[:_SHOWN], *more]))
        self.faults = tuple(faults)


class DataNotFoundError(DataError):
    """A folder or file that was named is not there, or holds nothing of what it should. `path` is the one."""

    def __init__(self, path: Path, expected: str) -> None:
        super().__init__(f"{path}: expected {expected}, found nothing of the kind")
        self.path = path
        self.expected = expected


class InsideRepositoryError(DataError):
    """Pictures were about to be written where git would take them. `repository` is the checkout's root."""

    def __init__(self, path: Path, repository: Path) -> None:
        super().__init__(
            f"{path}: expected a folder outside the repository {repository}, or one that it ignores: "
            "pictures of other people must not be committed"
        )
        self.path = path
        self.repository = repository


class UnknownSourceError(DataError):
    """Nothing is known of a source that was named."""

    def __init__(self, name: str) -> None:
        super().__init__(f"source {name!r} is not in sources.yaml: say which classes are labelled there")
        self.name = name
