"""Labels as COCO writes them: one JSON file with pictures, categories and boxes in pixels."""

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from models.data.collecting import Collector, Edges, require_shape
from models.data.errors import DataNotFoundError, FaultsError, LabelFileError, PictureError
from models.data.namesakes import Namesakes, side_said
from models.data.ontology import ClassMap
from models.data.records import Imported, LabelledBox, Record
from models.data.text import read_text


@dataclass(frozen=True, slots=True)
class _Annotation:
    """One annotation and its place in the file, for messages."""

    place: int
    said: dict[str, Any]

    @property
    def field(self) -> str:
        return f"annotations[{self.place}]"


@dataclass(frozen=True, slots=True)
class _Document:
    path: Path
    images: list[dict[str, Any]]
    categories: dict[int, str]
    annotations: dict[int, list[_Annotation]]
    """By id of the picture."""


def import_coco(
    place: Path,
    *,
    source: str,
    class_map: ClassMap,
    labelled: frozenset[str] | None = None,
    pictures: Path | None = None,
    side: str | None = None,
) -> Imported:
    """All pictures of an annotation file, or of the only JSON file below a folder.

    `pictures` is the folder that they lie below, by default that of the file. `side` is the split that the file speaks
    for, by default as its name says: of pictures of one name those on that side are meant. Without `labelled` all
    categories of the file count as labelled. A picture with a box around a crowd is left out: the things in a crowd
    have no boxes of their own. Raises FaultsError with all that is wrong.
    """
    path = _annotation_file(place)
    document = _read(path)
    known = {class_map.meaning(name) for name in document.categories.values() if not class_map.is_ignored(name)}
    counting = labelled if labelled is not None else frozenset(name for name in known if name)
    collector = Collector(source, class_map, counting)
    split = side if side is not None else side_said(Path(path.name))
    found = _Pictures(pictures or path.parent, document, split)
    for number, image in enumerate(document.images):
        collector.take(lambda n=number, i=image: _record(collector, document, n, i, found))  # type: ignore[misc]
    if collector.faults:
        raise FaultsError(collector.faults)
    return collector.imported()


def _annotation_file(place: Path) -> Path:
    found = [place] if place.is_file() else sorted(place.rglob("*.json"))
    if len(found) != 1:
        raise DataNotFoundError(place, f"one annotation file (there are {len(found)} JSON files: name it)")
    return found[0]


class _Pictures:
    """Where the pictures that a file names lie."""

    def __init__(self, folder: Path, document: _Document, side: str) -> None:
        self.side = side
        self._named = Namesakes(folder)
        said = {str(image.get("file_name")) for image in document.images}
        self._counts = Counter(_bare(name) for name in said)

    def find(self, name: str, path: Path, where: str) -> Path:
        """Raises PictureError, LabelFileError where several pictures may be meant."""
        found = self._named.of_path(name, self.side, is_sole=self._counts[_bare(name)] == 1)
        if not found:
            raise PictureError(path.parent / name, "missing")
        if len(found) > 1:
            told = f"{name}: {', '.join(str(each.relative_to(self._named.folder)) for each in found)}"
            raise LabelFileError(path, field=f"{where}.file_name", expected="the path of one picture", found=told)
        return found[0]


def _bare(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2]


def _read(path: Path) -> _Document:
    try:
        said = json.loads(read_text(path, "JSON in UTF-8"))
    except json.JSONDecodeError as error:
        raise LabelFileError(path, field="document", expected="JSON", found=error.msg, line=error.lineno) from error
    for key in ("images", "annotations", "categories"):
        listed = said.get(key) if isinstance(said, dict) else None
        if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
            raise LabelFileError(path, field=key, expected="a list of mappings", found=type(listed).__name__)
    categories = {
        _integer(each, "id", f"categories[{n}]", path): str(each.get("name"))
        for n, each in enumerate(said["categories"])
    }
    annotations: dict[int, list[_Annotation]] = defaultdict(list)
    for place, each in enumerate(said["annotations"]):
        annotations[_integer(each, "image_id", f"annotations[{place}]", path)].append(_Annotation(place, each))
    _check_pictures_exist(said["images"], annotations, path)
    return _Document(path, said["images"], categories, annotations)


def _check_pictures_exist(images: list[dict[str, Any]], annotations: dict[int, list[_Annotation]], path: Path) -> None:
    ids = {_integer(image, "id", f"images[{number}]", path) for number, image in enumerate(images)}
    for image_id in sorted(annotations.keys() - ids):
        where = f"{annotations[image_id][0].field}.image_id"
        raise LabelFileError(path, field=where, expected="an id of images", found=image_id)


def _record(
    collector: Collector, document: _Document, number: int, image: dict[str, Any], pictures: _Pictures
) -> Record | None:
    path, where = document.path, f"images[{number}]"
    said = document.annotations.get(_integer(image, "id", where, path), [])
    if any(each.said.get("iscrowd") for each in said):
        collector.counts.pictures_with_crowds += 1
        return None
    picture = pictures.find(str(image.get("file_name")), path, where)
    width, height = (_integer(image, side, where, path) for side in ("width", "height"))
    if width <= 0 or height <= 0:
        raise LabelFileError(path, field=where, expected="a size in pixels", found=f"{width}x{height}")
    record = collector.record(picture, (), pictures.side)
    require_shape((width, height), record, path, where)
    boxes = [box for each in said if (box := _box(collector, document, each, width, height))]
    return replace(record, boxes=collector.different(boxes))


def _box(
    collector: Collector, document: _Document, annotation: _Annotation, width: int, height: int
) -> LabelledBox | None:
    path = document.path
    category = _integer(annotation.said, "category_id", annotation.field, path)
    if category not in document.categories:
        where = f"{annotation.field}.category_id"
        raise LabelFileError(path, field=where, expected="an id of categories", found=category)
    label = collector.label(document.categories[category], path)
    edges = _edges(annotation, path, width, height)
    box = collector.box(edges, path) if label else None
    return LabelledBox(label=label, box=box) if label and box else None


def _edges(annotation: _Annotation, path: Path, width: int, height: int) -> Edges:
    said = annotation.said.get("bbox")
    try:
        left, top, wide, high = (float(each) for each in said or ())
    except (TypeError, ValueError) as error:
        where = f"{annotation.field}.bbox"
        raise LabelFileError(path, field=where, expected="left, top, width and height", found=said) from error
    return left / width, top / height, (left + wide) / width, (top + high) / height


def _integer(said: dict[str, Any], key: str, where: str, path: Path) -> int:
    value = said.get(key)
    if not isinstance(value, int) or isinstance(value, bool):
        raise LabelFileError(path, field=f"{where}.{key}", expected="a whole number", found=value)
    return value
