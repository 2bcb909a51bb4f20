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
    r"""What makes one scene, besides near-duplicates and copies of one original, which always do.

    `pattern`: pictures of one source whose original names have the same first group in this expression belong
    together (`^(cam\d+)_`). `frame_gap`: numbered pictures of one series at most so many numbers apart belong
    together if they look alike as well; numbers alone prove nothing. 0: no such rule.
    """

    pattern: str = ""
    frame_gap: int = 5


def original_stem(record: Record) -> str:
    """Name of the picture that this one was made from, without suffix."""
    return original_of(record.original or record.picture.name)


def original_of(name: str) -> str:
    """The same for the name of a file."""
    return _COPY.sub("", name.rsplit(".", 1)[0])


def group_records(records: Sequence[Record], prints: Sequence[Fingerprint], rules: SceneRules) -> list[Record]:
    """The records, each with its group, which is called after the least name among its pictures.

    `prints` are their fingerprints, in the same order. Groups that the records came with are kept together.
    """
    groups = Groups(len(records))
    groups.join_all(near_pairs(prints))
    for key in _keys(records, rules):
        for first, second in pairwise(key):
            groups.join(first, second)
    _join_neighbours(records, prints, rules, groups)
    named = list(records)
    for members in groups.members():
        name = min(records[place].name for place in members)
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
