"""Which data a network was trained or measured on, as one number."""

import hashlib
import tarfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from models.data.archives import is_archived
from models.data.layout import SPLITS
from models.data.pictures import is_picture


def data_digest(folder: Path) -> str:
    """SHA-256 over names of pictures and names and bytes of labels: same names and labels, same number.

    The pixels are not looked at, but the names that our importers give hold a digest of the file. `folder` is a
    layout or a folder of archives; both give the same number for the same content. Guessed boxes count too. Of any
    other folder all files count, pictures by their names.
    """
    if is_archived(folder):
        lines = sorted(_archived(folder))
    else:
        lines = sorted(_laid_out(folder) if (folder / "ontology.json").is_file() else _any(folder))
    facts = [folder / name for name in ("ontology.json", "partial.json")]
    head = [f"{path.name} {_sha256(path.read_bytes())}" for path in facts if path.is_file()]
    return _sha256("\n".join([*head, *lines]).encode())


def _laid_out(folder: Path) -> Iterator[str]:
    for split in SPLITS:
        for kind in ("images", "labels", "pseudo"):
            for path in (folder / kind / split).glob("*"):
                yield _line(split, kind, path.name, b"" if kind == "images" else path.read_bytes())


def _archived(folder: Path) -> Iterator[str]:
    for split in SPLITS:
        for archive in (folder / split).glob("*.tar.gz"):
            with tarfile.open(archive) as tar:
                for member in tar:
                    path = PurePosixPath(member.name)
                    kind = path.parent.name
                    content = tar.extractfile(member) if member.isfile() and kind != "images" else None
                    if member.isfile() and kind in {"images", "labels", "pseudo"}:
                        yield _line(split, kind, path.name, content.read() if content else b"")


def _any(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*"):
        if path.is_file():
            yield f"{path.relative_to(folder).as_posix()} {'-' if is_picture(path) else _sha256(path.read_bytes())}"


def _line(split: str, kind: str, name: str, content: bytes) -> str:
    return f"{split}/{kind}/{name} {_sha256(content) if content else '-'}"


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
