"""A folder of labelled pictures as training and evaluation read it.

    images/<split>/<source>__<ten hex digits>.<suffix>   as they were found
    labels/<split>/….txt     boxes of the classes that are labelled there (YOLO lines); guesses among them, which
                             somebody let stand as labels, keep their confidence
    pseudo/<split>/….txt     boxes that a network guessed of other classes, with its confidence
    ontology.json            class names in order
    partial.json             by source, the classes that may be there without a box
    index.csv                split, file, source, group, original
    data.yaml                the same for tools that read YOLO data

Several sources may be written into one folder, one after the other.
"""

import csv
import hashlib
import json
import shutil
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from domain.geometry import Box
from models.data.errors import DataNotFoundError, LabelFileError
from models.data.ontology import Ontology
from models.data.records import LabelledBox, Record
from models.data.sources import SOURCE_SEPARATOR
from models.data.splits import TRAIN, VAL
from models.data.text import read_text
from models.data.untracked import require_untracked
from models.data.yolo import read_lines

SPLITS = (TRAIN, VAL)
_COLUMNS = ("split", "file", "source", "group", "original")
_NEEDED = _COLUMNS[:3]


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexRow:
    """One line of index.csv. `group` and `original` may be empty."""

    split: str
    file: str
    source: str
    group: str = ""
    original: str = ""


def content_name(record: Record) -> str:
    """A file name that says the source and nothing of the person who took the picture."""
    digest = hashlib.sha256(record.picture.read_bytes()).hexdigest()[:10]
    return f"{record.source}{SOURCE_SEPARATOR}{digest}{record.picture.suffix.lower()}"


def source_of(name: str, sources: Mapping[str, object]) -> str:
    """The source that a picture's name begins with.

    What stands before `__`, if it is one of `sources`; else the longest of them that the name begins with; else what
    stands before `__`, or nothing.
    """
    said, separator, _ = name.partition(SOURCE_SEPARATOR)
    if separator and said in sources:
        return said
    fitting = [source for source in sources if name.startswith(source)]
    return max(fitting, key=len) if fitting else said * bool(separator)


def write_layout(records: Sequence[Record], folder: Path, ontology: Ontology) -> list[Record]:
    """Copy pictures and write their labels; the records as they are there.

    What the folder holds already stays; a picture that is there is written anew. Raises InsideRepositoryError for a
    folder that git would take, LabelFileError where the folder has another ontology.
    """
    place = require_untracked(folder)
    _require_same_ontology(place, ontology)
    written = [_write_one(record, place, ontology) for record in records]
    partial = read_partial(place) if (place / "partial.json").is_file() else {}
    for record in records:
        partial[record.source] = frozenset(ontology.names) - record.labelled
    rows = {row.file: row for row in (read_index(place) if (place / "index.csv").is_file() else [])}
    rows |= {record.picture.name: _row(record) for record in written}
    _write_facts(place, ontology, partial, list(rows.values()))
    return written


def _write_one(record: Record, place: Path, ontology: Ontology) -> Record:
    split = record.split or TRAIN
    name = content_name(record)
    target = place / "images" / split / name
    remove_picture(place, name)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(record.picture, target)
    # A guess of a labelled class must stay a label: beside it, its absence would be taught.
    is_label = [box.confidence is None or box.label in record.labelled for box in record.boxes]
    guessed = [box for box, stays in zip(record.boxes, is_label, strict=True) if not stays]
    labels = [box for box, stays in zip(record.boxes, is_label, strict=True) if stays]
    write_labels(place / "labels" / split / f"{target.stem}.txt", labels, ontology)
    if guessed:
        write_labels(place / "pseudo" / split / f"{target.stem}.txt", guessed, ontology)
    return replace(record, picture=target, split=split)


def remove_picture(place: Path, name: str) -> None:
    """Take a picture with its labels out of every split."""
    for split in SPLITS:
        (place / "images" / split / name).unlink(missing_ok=True)
        for kind in ("labels", "pseudo"):
            (place / kind / split / f"{Path(name).stem}.txt").unlink(missing_ok=True)


def move_picture(place: Path, row: IndexRow, split: str) -> IndexRow:
    """Bring a picture with its labels to another side."""
    for kind, name in (("images", row.file), *((kind, f"{Path(row.file).stem}.txt") for kind in ("labels", "pseudo"))):
        source = place / kind / row.split / name
        if source.is_file() and split != row.split:
            (place / kind / split).mkdir(parents=True, exist_ok=True)
            source.rename(place / kind / split / name)
    return replace(row, split=split)


def write_labels(path: Path, boxes: Sequence[LabelledBox], ontology: Ontology) -> None:
    """A label file in YOLO's form, with six decimals; guessed boxes get their confidence as sixth column."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{_line(each, ontology)}\n" for each in boxes), encoding="utf-8")


def _line(each: LabelledBox, ontology: Ontology) -> str:
    box = each.box
    values = [box.center.x, box.center.y, box.width, box.height]
    values += [] if each.confidence is None else [each.confidence]
    return " ".join([str(ontology.number(each.label)), *(f"{value:.6f}" for value in values)])


def _row(record: Record) -> IndexRow:
    name = record.picture.name
    return IndexRow(split=record.split, file=name, source=record.source, group=record.group, original=record.original)


def write_index(place: Path, rows: Sequence[IndexRow]) -> None:
    with (place / "index.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(_COLUMNS)
        writer.writerows(
            (row.split, row.file, row.source, row.group, row.original) for row in sorted(rows, key=lambda row: row.file)
        )


def _write_facts(
    place: Path, ontology: Ontology, partial: Mapping[str, frozenset[str]], rows: Sequence[IndexRow]
) -> None:
    write_index(place, rows)
    (place / "ontology.json").write_text(json.dumps(list(ontology.names)) + "\n", encoding="utf-8")
    said = {source: [name for name in ontology.names if name in partial[source]] for source in sorted(partial)}
    (place / "partial.json").write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")
    write_data_yaml(place, ontology.names)


def write_data_yaml(place: Path, names: Sequence[str]) -> None:
    """What YOLO tools read. `path` is left out: it would hold on this machine only."""
    document = {split: f"images/{split}" for split in SPLITS} | {"names": dict(enumerate(names))}
    for split in SPLITS:
        (place / "images" / split).mkdir(parents=True, exist_ok=True)
    (place / "data.yaml").write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")


def read_names(place: Path) -> list[str]:
    """Class names in order. Raises DataNotFoundError or LabelFileError."""
    said = _json(place / "ontology.json")
    if not isinstance(said, list) or not all(isinstance(name, str) for name in said):
        raise LabelFileError(place / "ontology.json", field="document", expected="a list of names", found=said)
    return said


def read_partial(place: Path) -> dict[str, frozenset[str]]:
    """By source, the classes that may be there without a box."""
    path, expected = place / "partial.json", "a list of class names by source"
    said = _json(path)
    if not isinstance(said, dict):
        raise LabelFileError(path, field="document", expected=expected, found=said)
    for source, names in said.items():
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise LabelFileError(path, field=source, expected=expected, found=names, line=line_of(path, source))
    return {source: frozenset(names) for source, names in said.items()}


def line_of(path: Path, word: str) -> int | None:
    """The first line, from 1, on which a JSON file has a word in quotes."""
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    return next((number for number, line in enumerate(lines, start=1) if json.dumps(word) in line), None)


def has_index(place: Path) -> bool:
    """Whether index.csv is there and a table of ours, by its columns: other tools write files of that name."""
    path = place / "index.csv"
    if not path.is_file():
        return False
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        return set(next(csv.reader(file), [])).issuperset(_NEEDED)


def read_index(place: Path, *, splits: Collection[str] | None = SPLITS) -> list[IndexRow]:
    """All rows of index.csv; columns that are not there are empty. `splits` are those that may occur, None: any."""
    path = place / "index.csv"
    if not path.is_file():
        raise DataNotFoundError(path, "a table of pictures")
    rows = []
    table = csv.DictReader(read_text(path, "a table in UTF-8").splitlines(keepends=True))
    for line, said in enumerate(table, start=2):
        is_one = bool(said.get("split")) if splits is None else said.get("split") in splits
        if not (is_one and said.get("file") and said.get("source")):
            raise LabelFileError(path, field="row", expected="split, file, source", found=said, line=line)
        rows.append(IndexRow(**{name: said.get(name) or "" for name in _COLUMNS}))
    return rows


def read_boxes(path: Path, names: Sequence[str]) -> tuple[LabelledBox, ...]:
    """The boxes of one label file, cut at the frame. Raises LabelFileError."""
    boxes = []
    for line in read_lines(path, len(names)):
        box = Box.clipped(*line.edges)
        if box:
            boxes.append(LabelledBox(label=names[line.class_number], box=box, confidence=line.confidence))
    return tuple(boxes)


def _require_same_ontology(place: Path, ontology: Ontology) -> None:
    if (place / "ontology.json").is_file() and read_names(place) != list(ontology.names):
        path = place / "ontology.json"
        raise LabelFileError(path, field="document", expected=str(list(ontology.names)), found=read_names(place))


def _json(path: Path) -> object:
    try:
        said: object = json.loads(read_text(path, "JSON in UTF-8"))
    except OSError as error:
        raise DataNotFoundError(path, "a file") from error
    except json.JSONDecodeError as error:
        raise LabelFileError(path, field="document", expected="JSON", found=error.msg, line=error.lineno) from error
    return said
