"""Text files as the tools of other people leave them."""

from pathlib import Path

from models.data.errors import LabelFileError


def read_text(path: Path, expected: str = "text in UTF-8") -> str:
    """The text of a file, with or without a byte order mark. Raises LabelFileError for another encoding."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise LabelFileError(path, field="document", expected=expected, found=str(error)) from error
