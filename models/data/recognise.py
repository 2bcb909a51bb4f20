"""What kind of labelled pictures a folder holds, and what its classes are called there."""

import json
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

from models.data.archives import is_archived
from models.data.errors import DataNotFoundError, LabelFileError
from models.data.layout import SPLITS, read_names
from models.data.pictures import picture_files
from models.data.voc import parse_xml
from models.data.yolo import read_folder

EXPECTED = (
    "labelled pictures: a data.yaml or classes.txt (YOLO), XML files (VOC), a JSON file with images, annotations and "
    "categories (COCO), or a folder of archives"
)
_COCO_KEYS = frozenset({"images", "annotations", "categories"})


class FolderKind(StrEnum):
    ARCHIVES = "archives"  # train/<source>.tar.gz and val/<source>.tar.gz
    LAYOUT = "layout"  # as models.data.layout writes it
    YOLO = "yolo"
    VOC = "voc"
    COCO = "coco"


def recognise(place: Path) -> FolderKind:
    """What `place`, a folder or a file (data.yaml, COCO's JSON), is. Raises DataNotFoundError for anything else."""
    if place.is_file():
        if place.suffix in {".yaml", ".yml"}:
            return FolderKind.YOLO
        if place.suffix == ".json" and _is_coco(place):
            return FolderKind.COCO
        raise DataNotFoundError(place, EXPECTED)
    if not place.is_dir():
        raise DataNotFoundError(place, "a folder or a file")
    if is_archived(place):
        return FolderKind.ARCHIVES
    if (place / "ontology.json").is_file() and any((place / "images" / split).is_dir() for split in SPLITS):
        return FolderKind.LAYOUT
    return _recognise_foreign(place)


def _recognise_foreign(place: Path) -> FolderKind:
    if (place / "classes.txt").is_file() or any(place.glob("*.y*ml")):
        return FolderKind.YOLO
    if next(place.rglob("*.xml"), None):
        return FolderKind.VOC
    if coco_files(place):
        return FolderKind.COCO
    raise DataNotFoundError(place, EXPECTED)


def coco_files(place: Path) -> list[Path]:
    """COCO's annotation files below a folder, or the one that `place` is."""
    return [path for path in ([place] if place.is_file() else sorted(place.rglob("*.json"))) if _is_coco(path)]


def class_names(place: Path, kind: FolderKind) -> tuple[str, ...]:
    """Names of the classes as the folder has them, in its order. Categories of COCO without a box are left out."""
    if kind in {FolderKind.ARCHIVES, FolderKind.LAYOUT}:
        return tuple(read_names(place))
    if kind is FolderKind.YOLO:
        return read_folder(place).names
    names = _voc_names(place) if kind is FolderKind.VOC else _coco_names(place)
    return tuple(dict.fromkeys(names))


def labels_without_picture(place: Path) -> list[str]:
    """YOLO's label files below a folder to which there is no picture, by their relative paths."""
    if place.is_file():
        place = place.parent
    pictures = {path.stem for path in picture_files(place)}
    found = [path for path in sorted(place.rglob("*.txt")) if "labels" in path.parts]
    return [path.relative_to(place).as_posix() for path in found if path.stem not in pictures]


def _voc_names(place: Path) -> Iterator[str]:
    for path in sorted(place.rglob("*.xml")):
        try:
            root = parse_xml(path)
        except LabelFileError:
            continue  # the importer tells all that is wrong at once
        for thing in root.children:
            name = thing.child("name") if thing.tag == "object" else None
            if name is not None and name.text:
                yield name.text


def _coco_names(place: Path) -> Iterator[str]:
    for path in coco_files(place):
        document = _json(path)
        used = {each.get("category_id") for each in document["annotations"] if isinstance(each, dict)}
        for category in document["categories"]:
            if isinstance(category, dict) and category.get("id") in used:
                yield str(category.get("name"))


def _is_coco(path: Path) -> bool:
    document = _json(path)
    return isinstance(document, dict) and document.keys() >= _COCO_KEYS


def _json(path: Path) -> Any:
    """The document, or None for what is no JSON."""
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        return None
