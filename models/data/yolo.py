"""Labels as YOLO writes them: a text file per picture, `class centre-x centre-y width height` in fractions.

Lines of polygons (`class x y x y x y …`) become the box around the polygon; a sixth number is the confidence of
the network that guessed the box. A `data.yaml` names the classes and where pictures lie.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from models.data.collecting import Collector, Edges
from models.data.errors import DataNotFoundError, FaultsError, LabelFileError
from models.data.ontology import ClassMap
from models.data.pictures import SUFFIXES, is_picture, picture_files
from models.data.records import Imported, LabelledBox, Record
from models.data.text import read_text

LARGEST_FRACTION = 2.0  # beyond it somebody wrote pixels
_SPLITS = {"train": "train", "val": "val", "valid": "val", "validation": "val", "test": "test"}


@dataclass(frozen=True, slots=True, kw_only=True)
class YoloData:
    """A data.yaml: its class names in order, its pictures by split, and its own words for where those lie.

    `lost` are words of a split that lead to no picture here.
    """

    file: Path
    names: tuple[str, ...]
    pictures: Mapping[str, tuple[Path, ...]]
    places: Mapping[str, str] = field(default_factory=dict)
    lost: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def require_whole(self, split: str) -> None:
        """Raise DataNotFoundError where the file names pictures of the split that are not to be found."""
        if self.lost.get(split):
            raise DataNotFoundError(self.file, f"pictures at {', '.join(self.lost[split])} ({self.places[split]})")


@dataclass(frozen=True, slots=True, kw_only=True)
class YoloLine:
    """One line of a label file. `edges` may lie outside the frame."""

    line: int
    class_number: int
    edges: Edges
    confidence: float | None


def import_yolo(
    place: Path,
    *,
    source: str,
    class_map: ClassMap,
    labelled: frozenset[str] | None = None,
    names: list[str] | None = None,
) -> Imported:
    """All labelled pictures of a data.yaml, or of a folder that has one or a `classes.txt`, or whose `names` are given.

    Without `labelled` the classes that the file names count as labelled. A picture without a file of labels is
    left out: nobody may have looked at it. An empty file says that nothing is there.
    Raises FaultsError with all that is wrong, DataNotFoundError where there are no pictures.
    """
    data = read_folder(place, names)
    for side in ("train", "val"):  # one that is mistyped would be made up from the other
        data.require_whole(side)
    known = {class_map.meaning(name) for name in data.names if not class_map.is_ignored(name)} - {None}
    counting = labelled if labelled is not None else frozenset(name for name in known if name)
    collector = Collector(source, class_map, counting)
    for split, pictures in data.pictures.items():
        for picture in pictures:
            collector.take(lambda picture=picture, split=split: _record(collector, data, picture, split))  # type: ignore[misc]
    if collector.faults:
        raise FaultsError(collector.faults)
    return collector.imported()


def _record(collector: Collector, data: YoloData, picture: Path, split: str) -> Record | None:
    labels = label_file(picture)
    if labels is None:
        collector.counts.pictures_without_labels += 1
        return None
    boxes = []
    for line in read_lines(labels, len(data.names)):
        label = collector.label(data.names[line.class_number], labels, line.line)
        box = collector.box(line.edges, labels, line.line) if label else None
        if label and box:
            boxes.append(LabelledBox(label=label, box=box, confidence=line.confidence))
    return collector.record(picture, boxes, split)


def label_file(picture: Path) -> Path | None:
    """Where the labels of a picture are: in `labels` beside `images`, or beside the picture."""
    parts = list(picture.parts)
    for place in range(len(parts) - 2, -1, -1):
        if parts[place] == "images":
            swapped = Path(*parts[:place], "labels", *parts[place + 1 :]).with_suffix(".txt")
            if swapped.is_file():
                return swapped
    beside = [picture.with_suffix(".txt"), picture.parent / "labels" / f"{picture.stem}.txt"]
    return next((path for path in beside if path.is_file()), None)


def read_lines(path: Path, class_count: int) -> Iterator[YoloLine]:
    """The lines of a label file; blank ones are passed over. Raises LabelFileError at the first that is none."""
    yield from parse_lines(read_text(path), class_count, path)


def parse_lines(text: str, class_count: int, path: Path) -> Iterator[YoloLine]:
    """The same for what was read already; `path` is for messages."""
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            yield parse_line(line, class_count, path, number)


def parse_line(text: str, class_count: int, path: Path, line: int) -> YoloLine:
    """One line. Raises LabelFileError; `path` and `line` are for its message."""
    words = text.split()
    if len(words) < 5 or (len(words) > 6 and len(words) % 2 == 0):
        expected = "class, 4 numbers and perhaps a confidence, or class and the corners of a polygon"
        raise LabelFileError(path, field="columns", expected=expected, found=text.strip(), line=line)
    number = _class_number(words[0], class_count, path, line)
    values = [_fraction(word, path, line) for word in words[1:]]
    if len(values) > 5:
        edges = (min(values[::2]), min(values[1::2]), max(values[::2]), max(values[1::2]))
        return YoloLine(line=line, class_number=number, edges=edges, confidence=None)
    x, y, width, height = values[:4]
    edges = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
    return YoloLine(line=line, class_number=number, edges=edges, confidence=values[4] if len(values) == 5 else None)


def _class_number(word: str, class_count: int, path: Path, line: int) -> int:
    try:
        number = float(word)  # some tools write 3.0
    except ValueError:
        number = -1.0
    if not (number.is_integer() and 0 <= number < class_count):
        expected = f"a whole number from 0 to {class_count - 1}"
        raise LabelFileError(path, field="class", expected=expected, found=word, line=line)
    return int(number)


def _fraction(word: str, path: Path, line: int) -> float:
    try:
        value = float(word)
    except ValueError:
        value = float("nan")
    if not abs(value) <= LARGEST_FRACTION:
        raise LabelFileError(path, field="box", expected="fractions of the frame", found=word, line=line)
    return value


# data.yaml


def read_folder(place: Path, names: list[str] | None = None) -> YoloData:
    """The data.yaml that `place` is or holds; without one all pictures below it, with `names` or `classes.txt`."""
    if place.is_file():
        return read_data_yaml(place)
    found = sorted([*place.glob("*.yaml"), *place.glob("*.yml")])
    chosen = [path for path in found if path.stem == "data"] or found
    if names is None and len(chosen) == 1:
        return read_data_yaml(chosen[0])
    listed = place / "classes.txt"
    if names is None and listed.is_file():
        names = [line.strip() for line in read_text(listed).splitlines() if line.strip()]
    if names is None:
        raise DataNotFoundError(place, "one data.yaml, or a classes.txt")
    pictures = tuple(picture_files(place))
    if not pictures:
        raise DataNotFoundError(place, "pictures")
    return YoloData(file=place, names=tuple(names), pictures={"": pictures})


def read_data_yaml(path: Path) -> YoloData:
    """Read a data.yaml as it is found in the wild.

    Its paths often lead nowhere on another machine (a drive letter, `../train/images` beside the file): then the
    same ending is looked for beside the file. Raises LabelFileError, DataNotFoundError where no picture is found.
    """
    document = _document(path)
    names = _names(document.get("names"), path)
    pictures: dict[str, tuple[Path, ...]] = {}
    places: dict[str, str] = {}
    lost: dict[str, tuple[str, ...]] = {}
    for key, split in _SPLITS.items():
        if document.get(key):
            nowhere: list[str] = []
            found = tuple(_pictures(document, key, path, nowhere))
            lost[split] = (*lost.get(split, ()), *nowhere)
            places[split] = f"line {_line_of(path, key)}: {document[key]}"
            pictures[split] = tuple(dict.fromkeys((*pictures.get(split, ()), *found)))
    if not any(pictures.values()):
        told = "; ".join(places.values())
        raise DataNotFoundError(path, "train, val or test with pictures" + (f" ({told})" if told else ""))
    return YoloData(file=path, names=names, pictures=pictures, places=places, lost=lost)


def _document(path: Path) -> dict[str, Any]:
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise DataNotFoundError(path, "a data.yaml") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise LabelFileError(path, field="document", expected="YAML in UTF-8", found=str(error)) from error
    if not isinstance(document, dict):
        raise LabelFileError(path, field="document", expected="names, train, val", found=document)
    return document


def _names(said: object, path: Path) -> tuple[str, ...]:
    """Names as a list or as a mapping from number to name."""
    line = _line_of(path, "names")
    if isinstance(said, dict):
        numbered = {int(key) if str(key).isdigit() else key: name for key, name in said.items()}  # some write "0"
        if sorted(numbered, key=str) != sorted(range(len(numbered)), key=str):
            found = sorted(said, key=str)
            raise LabelFileError(path, field="names", expected="numbers from 0 on", found=found, line=line)
        said = [numbered[number] for number in range(len(numbered))]
    if not isinstance(said, list) or not said or any(isinstance(name, dict | list) or name is None for name in said):
        raise LabelFileError(path, field="names", expected="a list of class names", found=said, line=line)
    names = tuple(str(name) for name in said)
    if len(set(names)) != len(names):
        raise LabelFileError(path, field="names", expected="each class once", found=names, line=line)
    return names


def _line_of(path: Path, key: str) -> int | None:
    """The line, from 1, on which a key of the document stands."""
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    return next((number for number, text in enumerate(lines, start=1) if text.startswith(f"{key}:")), None)


def _pictures(document: dict[str, Any], key: str, path: Path, nowhere: list[str]) -> Iterator[Path]:
    """Pictures of a split; its words that lead to none are added to `nowhere`."""
    said = document[key]
    for word in said if isinstance(said, list) else [said]:
        place = _place(str(word), str(document.get("path") or ""), path.parent)
        found = _pictures_at(place, path.parent) if place else []
        if not found:
            nowhere.append(str(word))
        yield from found


def _pictures_at(place: Path, beside: Path) -> list[Path]:
    """The pictures of a folder, the picture itself, or those that a text file lists."""
    if place.is_dir():
        return picture_files(place)
    return [place] if is_picture(place) else list(_listed(place, beside))


def _place(word: str, root: str, beside: Path) -> Path | None:
    """The first of the usual readings of a path that leads somewhere."""
    word, root = word.replace("\\", "/"), root.replace("\\", "/")
    parts = [part for part in Path(word).parts if part not in {"..", ".", "/"}]
    readings = [beside / root / word, beside / word, *(beside.joinpath(*parts[skip:]) for skip in range(len(parts)))]
    return next((reading for reading in readings if reading.exists()), None)


def _listed(listing: Path, beside: Path) -> Iterator[Path]:
    """Pictures that a text file names, one a line."""
    try:
        lines = listing.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        expected = "a picture, a folder, or a list of pictures in UTF-8"
        raise LabelFileError(listing, field="document", expected=expected, found=str(error)) from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            place = _place(line.strip(), "", listing.parent) or _place(line.strip(), "", beside)
            if place is None:
                raise LabelFileError(listing, field="picture", expected="a file", found=line.strip(), line=number)
            if not is_picture(place):
                expected = f"a picture ({', '.join(sorted(SUFFIXES))})"
                raise LabelFileError(listing, field="picture", expected=expected, found=line.strip(), line=number)
            yield place
