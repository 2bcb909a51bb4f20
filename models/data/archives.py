"""Labelled pictures that come as one archive per source: `<split>/<source>.tar.gz` with `images/` and `labels/`."""

import json
import os
import shutil
import tarfile
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from models.data.errors import ArchivesDifferError, DataNotFoundError
from models.data.layout import SPLITS, read_index, read_names, read_partial, write_data_yaml, write_index
from models.data.untracked import require_untracked

_KINDS = frozenset({"images", "labels", "pseudo"})
_FACTS = ("ontology.json", "partial.json", "index.csv")


def is_archived(folder: Path) -> bool:
    return any(next((folder / split).glob("*.tar.gz"), None) for split in SPLITS)


def unpack(folder: Path, target: Path) -> Path:
    """Lay out archives as `models.data.layout` says, below `target`, which is returned. Any file there is replaced.

    Only plain files of `images`, `labels` and `pseudo` are taken, by their bare names.
    """
    if not is_archived(folder):
        raise DataNotFoundError(folder, "train/*.tar.gz or val/*.tar.gz")
    for split in SPLITS:
        for kind in _KINDS:
            (target / kind / split).mkdir(parents=True, exist_ok=True)
        for archive in sorted((folder / split).glob("*.tar.gz")):
            _unpack_one(archive, target, split)
    for name in _FACTS:
        if (folder / name).is_file():
            shutil.copyfile(folder / name, target / name)
    write_data_yaml(target, read_names(target))
    return target


def _unpack_one(archive: Path, target: Path, split: str) -> None:
    with tarfile.open(archive) as tar:
        for member in tar:
            path = PurePosixPath(member.name)
            content = tar.extractfile(member) if member.isfile() else None
            if content and path.parent.name in _KINDS:
                (target / path.parent.name / split / path.name).write_bytes(content.read())


def pack(folder: Path, target: Path) -> Path:
    """The way back: one archive per split and source, which is what training reads. `target` is returned.

    Raises InsideRepositoryError for a target that git would take, DataNotFoundError without index.csv.
    """
    place = require_untracked(target)
    files: dict[tuple[str, str], list[Path]] = defaultdict(list)
    for row in read_index(folder):
        stem = Path(row.file).stem
        kinds = (("images", row.file), ("labels", f"{stem}.txt"), ("pseudo", f"{stem}.txt"))
        files[row.split, row.source] += [folder / kind / row.split / name for kind, name in kinds]
    for (split, source), paths in files.items():
        (place / split).mkdir(parents=True, exist_ok=True)
        with tarfile.open(place / split / f"{source}.tar.gz", "w:gz") as tar:
            for path in filter(Path.is_file, paths):
                tar.add(path, arcname=f"{path.parents[1].name}/{path.name}")
    for name in _FACTS:
        shutil.copyfile(folder / name, place / name)
    return place


def join(folders: Sequence[Path], target: Path) -> Path:
    """Packed folders as one, in a new folder `target`, which is returned. Archives are linked where that is possible.

    Raises InsideRepositoryError for a target that git would take, DataNotFoundError for a folder without archives,
    ArchivesDifferError if the folders name classes otherwise, share a source, or the target is not empty.
    """
    place = require_untracked(target)
    if place.is_dir() and any(place.iterdir()):
        raise ArchivesDifferError(place, expected="an empty or new folder", found="files")
    partial: dict[str, list[str]] = {}
    for folder in folders:
        if not is_archived(folder):
            raise DataNotFoundError(folder, "train/*.tar.gz or val/*.tar.gz")
        if read_names(folder) != read_names(folders[0]):
            raise ArchivesDifferError(folder, expected=f"the classes of {folders[0]}", found="others")
        more = read_partial(folder)
        if shared := sorted(partial.keys() & more.keys()):
            raise ArchivesDifferError(folder, expected="sources that no other folder has", found=", ".join(shared))
        partial |= {source: sorted(names) for source, names in more.items()}
        _link_archives(folder, place)
    shutil.copyfile(folders[0] / "ontology.json", place / "ontology.json")
    (place / "partial.json").write_text(json.dumps(partial, indent=1) + "\n", encoding="utf-8")
    write_index(place, [row for folder in folders for row in read_index(folder)])
    return place


def _link_archives(folder: Path, place: Path) -> None:
    for split in SPLITS:
        (place / split).mkdir(parents=True, exist_ok=True)
        for archive in sorted((folder / split).glob("*.tar.gz")):
            try:
                os.link(archive, place / split / archive.name)
            except OSError:  # another file system, or one without links
                shutil.copyfile(archive, place / split / archive.name)


def count_pictures(folder: Path) -> dict[str, int]:
    """Pictures by split in a folder of archives."""
    counts = dict.fromkeys(SPLITS, 0)
    for split in SPLITS:
        for archive in (folder / split).glob("*.tar.gz"):
            with tarfile.open(archive) as tar:
                counts[split] += sum(m.isfile() and PurePosixPath(m.name).parent.name == "images" for m in tar)
    return counts


@contextmanager
def opened(folder: Path) -> Iterator[Path]:
    """The folder itself, or its archives unpacked in a temporary place for as long as the block runs."""
    if not is_archived(folder):
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="brightkitchen-data-") as place:
        yield unpack(folder, Path(place))
