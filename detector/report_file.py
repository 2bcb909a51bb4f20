"""The file that a report goes into, looked at before the work that fills it."""

from pathlib import Path

from detector.errors import ReportFileError


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
        raise ReportFileError(path, error.strerror or str(error)) from error
    return place
