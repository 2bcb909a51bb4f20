"""Which pictures belong together, so that none of them may be measured on while another is learnt from."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from models.data.duplicates import Fingerprint, Groups, is_near, near_pairs
from models.data.records import Record

# Roboflow writes every augmented copy as `name_jpg.rf.<32 hex digits>.jpg`.
_COPY = re.compile(r"[._](?:jpe?g|png|webp|bmp)\.rf\.[0-9a-f]{8,}$", re.IGNORECASE)
_NUMBERED = re.compile(r"^(?P<series>.*?)(?P<number>\d{1,9})$")


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneRules:
    r"""What makes one scene, besides near-duplicates and copies of one original.

    `pattern`: pictures of one source whose original names have the same first group in this expression belong
    together (`^(cam\d+)_`). `frame_gap`: numbered pictures of one series at most so many numbers apart belong
    together if they look alike as well; numbers alone prove nothing. 0: no such rule. `joins_alike` false: nothing
    belongs together for its look. That is for pictures whose groups are known: a fixed camera shows nearly the same
    on every day, and its days are what is to be told apart.
    """

    pattern: str = ""
    frame_gap: int = 5
    joins_alike: bool = True


def original_stem(record: Record) -> str:
    """Name of the picture that this one was made from, without suffix."""
    return original_of(record.original or record.picture.name)


def original_of(name: str) -> str:
    """The same for the name of a file."""
    return _COPY.sub("", name.rsplit(".", 1)[0])


def told_apart(records: Sequence[Record]) -> list[Record]:
    """The records; originals of one name that lie on two sides get a mark of their side.

    People number the pictures of each folder from 0 on: equal names prove nothing, unless they are those of augmented
    copies. The mark goes before the number at the end, so that series and patterns at the beginning stay.
    """
    named = [record.original or record.picture.name for record in records]
    sides: dict[tuple[str, str], set[str]] = defaultdict(set)
    for record, name in zip(records, named, strict=True):
        sides[record.source, name].add(record.split)
    return [
        replace(record, original=_marked(name, record.split))
        if len(sides[record.source, name]) > 1 and not _COPY.search(name.rsplit(".", 1)[0])
        else record
        for record, name in zip(records, named, strict=True)
    ]


def _marked(name: str, side: str) -> str:
    stem, dot, suffix = name.rpartition(".")
    body = stem if dot else suffix
    head = body.rstrip("0123456789")
    return f"{head}@{side}@{body[len(head) :]}{dot}{suffix if dot else ''}"


def group_records(records: Sequence[Record], prints: Sequence[Fingerprint], rules: SceneRules) -> list[Record]:
    """The records, each with its group, which is called after the least name among its pictures.

    `prints` are their fingerprints, in the same order. Groups that the records came with are kept together.
    """
    groups = Groups(len(records))
    if rules.joins_alike:
        groups.join_all(near_pairs(prints))
    for key in _keys(records, rules):
        for first, second in pairwise(key):
            groups.join(first, second)
    if rules.joins_alike:
        _join_neighbours(records, prints, rules, groups)
    named = list(records)
    taken: set[str] = set()
    for members in groups.members():
        name = min(records[place].name for place in members)
        if name in taken:  # pictures of different folders may have one name
            name = f"{name}~{min(members)}"
        taken.add(name)
        for place in members:
            named[place] = replace(records[place], group=name)
    return named


def _keys(records: Sequence[Record], rules: SceneRules) -> list[list[int]]:
    """Places that belong together by name."""
    found: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    pattern = re.compile(rules.pattern) if rules.pattern else None
    for place, record in enumerate(records):
        stem = original_stem(record)
        found["original", record.source, stem].append(place)
        if record.group:
            found["group", "", record.group].append(place)
        match = pattern.search(stem) if pattern else None
        if match:
            found["scene", record.source, match.group(1) if match.groups() else match.group()].append(place)
    return list(found.values())


def _join_neighbours(
    records: Sequence[Record], prints: Sequence[Fingerprint], rules: SceneRules, groups: Groups
) -> None:
    series: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for place, record in enumerate(records):
        match = _NUMBERED.match(original_stem(record))
        if match and rules.frame_gap:
            series[record.source, match["series"]].append((int(match["number"]), place))
    for frames in series.values():
        for (number, place), (next_number, next_place) in pairwise(sorted(frames)):
            if next_number - number <= rules.frame_gap and is_near(prints[place], prints[next_place]):
                groups.join(place, next_place)
