"""Which pictures are learnt from and which are measured on: by groups, per class, repeatable.

The goal for every class, every source and the pictures themselves is the same share on the measuring side. Groups go
there one by one, those with the rarest classes first (after Sechidis, Tsoumakas and Vlahavas, "On the Stratification
of Multi-Label Data", 2011), wherever that brings the shares nearer to the goal; then single groups change sides as
long as that helps. A split that was made before is kept: only new groups are placed.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from models.data.records import Record

TRAIN, VAL = "train", "val"
PICTURES = "pictures"
"""The count of pictures, beside the counts of boxes per class."""
_PASSES = 200  # a guard: every change brings the shares nearer, so it ends by itself, mostly within ten


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitRules:
    """`val_share` of the pictures are measured on; another `seed` gives another split."""

    val_share: float = 0.1
    seed: int = 0

    def __post_init__(self) -> None:
        if not 0.0 < self.val_share < 1.0:
            raise ValueError(f"val_share must be between 0 and 1, got {self.val_share!r}")


@dataclass(frozen=True, slots=True)
class _Group:
    name: str
    counts: Counter[str]


def split_records(records: Sequence[Record], rules: SplitRules) -> list[Record]:
    """The records, each with a split.

    A group in which a picture already has a split stays on that side. Where groups that stood on both sides have
    grown together, all of it is learnt from: what was learnt from once must never be measured on.
    """
    groups = _groups(records)
    kept = _kept(records)
    goals = {key: count * rules.val_share for key, count in _total(groups).items()}
    free = [group for group in groups if group.name not in kept]
    reached = _total([group for group in groups if kept.get(group.name) == VAL])
    chosen = _choose(free, goals, reached, rules.seed)
    sides = kept | {group.name: VAL if group.name in chosen else TRAIN for group in free}
    return [replace(record, split=sides[_group_name(record)]) for record in records]


def distance(goals: Mapping[str, float], reached: Mapping[str, float]) -> float:
    """How far the shares are from the goal: the sum of squared misses, each in units of its goal (chi-squared)."""
    return sum((reached.get(key, 0) - goal) ** 2 / goal for key, goal in goals.items())


def counts(record: Record) -> Counter[str]:
    """What one picture adds to each share: itself, itself to its source, its boxes to their classes."""
    return Counter([PICTURES, f"source {record.source}", *(f"class {each.label}" for each in record.boxes)])


def _group_name(record: Record) -> str:
    return record.group or record.name


def _groups(records: Sequence[Record]) -> list[_Group]:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for record in records:
        found[_group_name(record)] += counts(record)
    return [_Group(name, found[name]) for name in sorted(found)]


def _kept(records: Sequence[Record]) -> dict[str, str]:
    sides: dict[str, str] = {}
    for record in records:
        if record.split:
            name = _group_name(record)
            sides[name] = record.split if sides.get(name, record.split) == record.split else TRAIN
    return sides


def _total(groups: Sequence[_Group]) -> Counter[str]:
    total: Counter[str] = Counter()
    for group in groups:
        total += group.counts
    return total


def _choose(free: Sequence[_Group], goals: Mapping[str, float], reached: Counter[str], seed: int) -> set[str]:
    """Names of the groups to measure on. `reached` is changed."""
    chosen: set[str] = set()
    order = sorted(free, key=lambda group: (_rarest(group, goals), _lot(group.name, seed)))
    for _ in range(_PASSES):
        before = set(chosen)
        for group in order:
            sign = -1 if group.name in chosen else 1
            if _change(group, goals, reached, sign) < 0:
                for key, count in group.counts.items():
                    reached[key] += sign * count
                chosen ^= {group.name}
        if chosen == before:
            break
    return chosen


def _change(group: _Group, goals: Mapping[str, float], reached: Mapping[str, float], sign: int) -> float:
    """By how much the distance changes if the group joins (1) or leaves (-1)."""
    return sum(
        ((reached[key] + sign * count - goals[key]) ** 2 - (reached[key] - goals[key]) ** 2) / goals[key]
        for key, count in group.counts.items()
    )


def _rarest(group: _Group, goals: Mapping[str, float]) -> float:
    return min(goals[key] for key in group.counts)


def _lot(name: str, seed: int) -> str:
    """A place in the order that depends on nothing but the name and the seed."""
    return hashlib.sha256(f"{seed}:{name}".encode()).hexdigest()
