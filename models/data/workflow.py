"""Adding a source to a folder of labelled pictures, and splitting the folder anew."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from models.data.duplicates import Fingerprint, fingerprint
from models.data.errors import FaultsError, LabelFileError
from models.data.integrity import Survey, survey
from models.data.layout import IndexRow, content_name, move_picture, read_index, write_index, write_layout
from models.data.ontology import Ontology
from models.data.pictures import read_pixels
from models.data.records import Record
from models.data.scenes import SceneRules, group_records
from models.data.splits import SplitRules, split_records
from models.data.untracked import require_untracked


def add_source(
    records: Sequence[Record],
    folder: Path,
    ontology: Ontology,
    *,
    scenes: SceneRules,
    splits: SplitRules,
    remarks: list[str] | None = None,
) -> list[Record]:
    """Bring new records into a layout, new or existing; all records that it then holds.

    Scenes and near-duplicates are looked for among all of them. Pictures that were there keep their side, unless
    they turn out to belong with pictures of the other (see `split_records`). A new record with a split keeps it.
    The same picture given twice is taken once, with what is said of it both times; `remarks` get a line about that.
    """
    place = require_untracked(folder)
    named = _once(records, remarks if remarks is not None else [])
    present = survey(place) if (place / "index.csv").is_file() else None
    old, prints = _present(present, named.keys())
    new = _with_former_sides(named, present)
    prints += [fingerprint(read_pixels(record.picture)) for record in new]
    settled = _settled([*old, *new], prints, scenes, splits)
    _settle(place, settled[: len(old)])
    return [*settled[: len(old)], *write_layout(settled[len(old) :], place, ontology)]


def _once(records: Sequence[Record], remarks: list[str]) -> dict[str, Record]:
    """Records by the name of their content; of a picture in several files of labels what they say together."""
    named: dict[str, Record] = {}
    for record in records:
        name = content_name(record)
        named[name] = named[name].joined(record) if name in named else record
    if len(named) < len(records):
        remarks.append(f"{len(records) - len(named)} pictures were given again: what is said of one picture was joined")
    return named


def split_again(
    folder: Path, *, scenes: SceneRules, splits: SplitRules, keeps_sides: bool = True
) -> tuple[list[Record], int]:
    """Group the pictures of a layout anew and move them; the records, and how many changed sides.

    With `keeps_sides` only groups that lie on both sides are moved. Otherwise the former split is forgotten, and
    figures measured before cannot be compared with later ones.
    """
    place = require_untracked(folder)
    found = survey(place)
    _require_readable(found)
    records = [record if keeps_sides else replace(record, split="") for record in found.records]
    settled = _settled(records, found.prints, scenes, splits)
    _settle(place, settled)
    moved = sum(before.split != after.split for before, after in zip(found.records, settled, strict=True))
    return settled, moved


def _with_former_sides(named: Mapping[str, Record], present: Survey | None) -> list[Record]:
    """The new records; a picture that is written anew keeps its side and its group."""
    former = {record.picture.name: record for record in present.records} if present else {}
    return [
        replace(record, split=former[name].split, group=former[name].group) if name in former else record
        for name, record in named.items()
    ]


def _present(present: Survey | None, replaced: Collection[str]) -> tuple[list[Record], list[Fingerprint]]:
    """What a layout holds without what is about to be written anew."""
    if present is None:
        return [], []
    _require_readable(present)
    kept = [
        (record, each)
        for record, each in zip(present.records, present.prints, strict=True)
        if record.picture.name not in replaced
    ]
    return [record for record, _ in kept], [each for _, each in kept]


def _require_readable(found: Survey) -> None:
    said = [line for lines in found.findings.faults.values() for line in lines]
    if said:
        path = found.records[0].picture.parents[2]
        raise FaultsError([LabelFileError(path, field="folder", expected="no faults", found=line) for line in said])


def _settled(
    records: Sequence[Record], prints: Sequence[Fingerprint], scenes: SceneRules, splits: SplitRules
) -> list[Record]:
    return split_records(group_records(records, prints, scenes), splits)


def _settle(place: Path, records: Sequence[Record]) -> None:
    """Move the pictures of a layout to where their records say, and write that down."""
    if not records:
        return
    rows = {row.file: row for row in read_index(place)} if (place / "index.csv").is_file() else {}
    for record in records:
        name = record.picture.name
        at = rows.get(name) or IndexRow(split=record.picture.parent.name, file=name, source=record.source)
        rows[name] = replace(move_picture(place, at, record.split), group=record.group)
    write_index(place, list(rows.values()))
