"""The file or the folder that a report goes into, looked at before the work that fills it."""

import tempfile
from pathlib import Path

from detector.errors import ReportFileError
from models.data.untracked import require_untracked


def writable(path: Path) -> Path:
    """The path, once its folder is there and the file can be written. What stands in it stays until then.

    Raises ReportFileError.
    """
    place = path.expanduser()
    is_new = not place.exists()
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("ab"):
            pass
        if is_new:
            place.unlink()  # work that fails leaves no empty report behind
    except OSError as error:
        raise ReportFileError(path, "a file that can be written", error.strerror or str(error)) from error
    return place


def writable_folder(path: Path) -> Path:
    """The folder as an absolute path, once it can be made and takes files. What lies in it stays.

    Raises ReportFileError, and InsideRepositoryError for one that git would take: reports show people.
    """
    place = require_untracked(path)
    is_new = not place.exists()
    try:
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=place):
            pass
        if is_new:
            place.rmdir()
    except OSError as error:
        expected = "a folder that can be written into"
        raise ReportFileError(path, expected, error.strerror or str(error)) from error
    return place
