"""The console as `make console` built it from `web/`: files of this package, read once.

Without Node nobody builds it. Then there is none, the plain pages serve, and `HOW_TO_BUILD` says what is missing.
"""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Self

FOLDER = "console"
START = "index.html"
HOW_TO_BUILD = "the console is not built: it needs Node 20.19 or newer and `make console`; the plain pages serve"
MEDIA_TYPES = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
_NONCE_PLACE = "%NONCE%"


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltFile:
    """One file as it travels. `packed` is the same by gzip."""

    content: bytes
    packed: bytes
    media_type: str
    tag: str

    @classmethod
    def of(cls, content: bytes, media_type: str) -> Self:
        return cls(
            content=content,
            packed=gzip.compress(content, mtime=0),
            media_type=media_type,
            tag=f'"{hashlib.sha256(content).hexdigest()[:32]}"',
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltConsole:
    """The files of the console by their path, such as `assets/index-1a2b.js`: nothing else can be asked for."""

    start: str
    files: dict[str, BuiltFile]

    def start_page(self, nonce: str) -> bytes:
        """The page that every address of the console answers with; `nonce` lets its scripts add styles."""
        return self.start.replace(_NONCE_PLACE, nonce).encode()


def read_console(folder: Traversable) -> BuiltConsole | None:
    """What stands in the folder, or None where there is no start page."""
    start = folder.joinpath(START)
    if not start.is_file():
        return None
    files = dict(_files_in(folder, ""))
    return BuiltConsole(start=start.read_text("utf-8"), files=files)


@cache
def built_console() -> BuiltConsole | None:
    """The console of this installation; None where nobody built it."""
    return read_console(resources.files("api").joinpath(FOLDER))


def _files_in(folder: Traversable, prefix: str) -> list[tuple[str, BuiltFile]]:
    found: list[tuple[str, BuiltFile]] = []
    for entry in folder.iterdir():
        path = f"{prefix}{entry.name}"
        media_type = MEDIA_TYPES.get(entry.name.rpartition(".")[2])
        if entry.is_dir():
            found += _files_in(entry, f"{path}/")
        elif media_type is not None and path != START:
            found.append((path, BuiltFile.of(entry.read_bytes(), media_type)))
    return found
