"""The ZIP of an evidence pack: the same files always give the same bytes, and any other bytes are found.

Nothing is compressed (pictures and clips are already) and each header field has one value only. So a pack can be
written anew from its files and compared byte by byte: not even an unused field of a header can differ unseen.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

_MOMENT = (1980, 1, 1, 0, 0, 0)  # the earliest that a ZIP can hold; times stand in the manifest
_UNREADABLE = (
    zipfile.BadZipFile,
    NotImplementedError,
    ValueError,
    KeyError,
    EOFError,
    OSError,
    RuntimeError,
    OverflowError,
    struct.error,
    zlib.error,
)


class PackFileError(Exception):
    """The bytes are no ZIP that could be read. `reason` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"no evidence pack: {reason}")
        self.reason = reason


def zipped(files: Mapping[str, bytes]) -> bytes:
    """The ZIP with these files in the order of their names (ASCII, relative)."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _MOMENT)
            entry.create_system = 3
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, files[name])
    return target.getvalue()


def unzipped(content: bytes) -> dict[str, bytes]:
    """The files by name. Raises PackFileError."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            if len(set(names)) != len(names):
                raise PackFileError("a name stands in it twice")
            if sum(entry.file_size for entry in archive.infolist()) > len(content):
                raise PackFileError("it is compressed, which packs are not")
            return {name: archive.read(name) for name in names}
    except _UNREADABLE as error:
        raise PackFileError(str(error) or type(error).__name__) from error
