"""Detection logs on the disk: read in order, line by line."""

from collections.abc import Iterator
from pathlib import Path

from alerts.errors import AlertsError
from alerts.replay.lines import LOG_SUFFIX, Line, LogLine, LogLineError, read

_LOOK = b'{"line":"look"'  # how a line of a look begins as we write it; others are read in any case


class LogFileError(AlertsError):
    """A file cannot be read."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path


def log_files(folder: Path) -> list[Path]:
    """The logs of a folder, oldest first: their names begin with the moment of their first line."""
    return sorted(path for path in folder.glob(f"*{LOG_SUFFIX}") if path.is_file())


def read_log(path: Path, *, only: str | None = None) -> Iterator[Line]:
    """Line by line. Raises LogFileError, or LogLineError naming file, line and field.

    The last line may be cut off: a process that is killed leaves it so. It is passed over.
    `only` is a camera's id: looks of other cameras are passed over unread, which takes a tenth of the time.
    """
    try:
        with path.open("rb") as file:
            yield from _lines(path, file, None if only is None else only.encode())
    except OSError as error:
        raise LogFileError(path, error.strerror or "cannot be read") from error


def _lines(path: Path, file: Iterator[bytes], only: bytes | None) -> Iterator[Line]:
    for number, text in enumerate(file, start=1):
        if only is not None and text.startswith(_LOOK) and only not in text and text.endswith(b"\n"):
            continue
        place = f"{path.name}:{number}"
        try:
            line = read(text, place)
        except LogLineError:
            if text.endswith(b"\n"):
                raise
            return
        if number == 1 and not isinstance(line, LogLine):
            raise LogLineError(place, "a line of kind log", line.line)
        yield line
