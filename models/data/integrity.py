"""What is wrong with a folder of labelled pictures, and what is strange about it."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

from models.data.duplicates import Fingerprint, Groups, fingerprint, near_pairs
from models.data.errors import DataError, DataNotFoundError
from models.data.layout import SPLITS, IndexRow, read_boxes, read_index, read_names, read_partial, source_of
from models.data.pictures import is_picture, read_pixels
from models.data.records import LabelledBox, Record
from models.data.sources import SOURCE_SEPARATOR

REPEATED_OVERLAP = 0.95
_SHOWN = 10


@dataclass(slots=True)
class Findings:
    """`faults` by kind make a folder unfit; `remarks` by kind are for a person to judge. Each is one line."""

    faults: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    remarks: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """All readable pictures of a folder with their labels; `prints` in the same order, or empty if not wanted."""

    names: tuple[str, ...]
    records: tuple[Record, ...]
    prints: tuple[Fingerprint, ...]
    findings: Findings


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the folder says about its pictures."""

    folder: Path
    names: list[str]
    partial: Mapping[str, frozenset[str]]
    rows: Mapping[str, IndexRow]


def survey(folder: Path, *, fingerprints: bool = True) -> Survey:
    """Look at every picture and label file of a layout (see `models.data.layout`).

    Raises DataNotFoundError where there are no pictures at all; every other fault is a finding.
    """
    facts = _facts(folder)
    findings = Findings()
    records: list[Record] = []
    prints: list[Fingerprint] = []
    for split in SPLITS:
        pictures = sorted(path for path in (folder / "images" / split).glob("*") if is_picture(path))
        _compare_names(folder, split, pictures, findings)
        for picture in pictures:
            read = _read(picture, split, facts, findings, fingerprints=fingerprints)
            if read is not None:
                records.append(read[0])
                prints += [read[1]] if read[1] else []
    if not records:
        raise DataNotFoundError(folder, "images/train or images/val with readable pictures")
    _look_at_index(facts, records, findings)
    if fingerprints:
        _look_for_leaks(records, prints, findings)
    return Survey(names=tuple(facts.names), records=tuple(records), prints=tuple(prints), findings=findings)


def _facts(folder: Path) -> _Facts:
    partial = read_partial(folder) if (folder / "partial.json").is_file() else {}
    rows = read_index(folder) if (folder / "index.csv").is_file() else []
    return _Facts(folder, read_names(folder), partial, {row.file: row for row in rows})


def _compare_names(folder: Path, split: str, pictures: Sequence[Path], findings: Findings) -> None:
    stems = Counter(picture.stem for picture in pictures)
    labels = {path.stem for path in (folder / "labels" / split).glob("*.txt")}
    findings.faults["picture without label file"] += [f"{split}/{stem}" for stem in sorted(stems.keys() - labels)]
    findings.faults["label file without picture"] += [f"{split}/{stem}" for stem in sorted(labels - stems.keys())]
    findings.faults["two pictures with one name"] += [f"{split}/{stem}" for stem, n in stems.items() if n > 1]


def _read(
    picture: Path, split: str, facts: _Facts, findings: Findings, *, fingerprints: bool
) -> tuple[Record, Fingerprint | None] | None:
    try:
        pixels = read_pixels(picture)
        boxes = list(_boxes(picture, split, facts))
    except DataError as error:
        findings.faults["unreadable file"].append(str(error))
        return None
    height, width = pixels.shape[:2]
    row = facts.rows.get(picture.name)
    source = row.source if row else source_of(picture.stem, facts.partial)
    record = Record(
        picture=picture,
        width_px=width,
        height_px=height,
        boxes=tuple(boxes),
        source=source,
        labelled=frozenset(facts.names) - facts.partial.get(source, frozenset()),
        split=split,
        group=row.group if row else "",
        original=row.original if row else "",
    )
    _judge_boxes(record, findings)
    return record, fingerprint(pixels) if fingerprints else None


def _boxes(picture: Path, split: str, facts: _Facts) -> Iterator[LabelledBox]:
    for kind in ("labels", "pseudo"):
        path = facts.folder / kind / split / f"{picture.stem}.txt"
        if path.is_file():
            yield from read_boxes(path, facts.names)


def _judge_boxes(record: Record, findings: Findings) -> None:
    name = f"{record.split}/{record.name}"
    drawn = [each for each in record.boxes if each.confidence is None]
    for first, second in combinations(drawn, 2):
        if first.box.overlap(second.box) > REPEATED_OVERLAP:
            kind = "box drawn twice" if first.label == second.label else "one box with two classes"
            findings.remarks[kind].append(f"{name}: {first.label}, {second.label}")
    for label in sorted({each.label for each in drawn} - record.labelled):
        findings.remarks["boxes of a class that the source does not label"].append(f"{name}: {label}")


def _look_at_index(facts: _Facts, records: Sequence[Record], findings: Findings) -> None:
    if facts.rows:
        found = {record.picture.name: record.split for record in records}
        findings.faults["in index.csv but not in the folder"] += sorted(facts.rows.keys() - found.keys())
        findings.faults["in the folder but not in index.csv"] += sorted(found.keys() - facts.rows.keys())
        findings.faults["on another side than index.csv says"] += sorted(
            name for name, row in facts.rows.items() if found.get(name, row.split) != row.split
        )
    for source in sorted({record.source for record in records} - facts.partial.keys()):
        findings.remarks["source that partial.json does not know"].append(source or f"(no {SOURCE_SEPARATOR})")


def _look_for_leaks(records: Sequence[Record], prints: Sequence[Fingerprint], findings: Findings) -> None:
    """Near-duplicates, and among them those of which one is learnt from and another measured on."""
    groups = Groups(len(records))
    groups.join_all(near_pairs(prints))
    for members in groups.members():
        names = [f"{records[place].split}/{records[place].name}" for place in members]
        if len(members) > 1:
            findings.remarks["pictures that show nearly the same"].append(" ".join(names))
        if len({records[place].split for place in members}) > 1:
            findings.remarks["near-duplicates on both sides"].append(" ".join(names))


def lines(findings: Findings, *, shown: int = _SHOWN) -> Iterator[str]:
    """The findings for people, at most `shown` of each kind."""
    for title, kinds in (("FAULT", findings.faults), ("remark", findings.remarks)):
        for kind, found in sorted(kinds.items()):
            if found:
                yield f"{title}: {kind}: {len(found)}"
                yield from (f"    {line}" for line in found[:shown])
                if len(found) > shown:
                    yield f"    and {len(found) - shown} more"
