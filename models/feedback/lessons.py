"""What people's verdicts about alerts teach a detector, picture by picture. Pure.

An alert says "here is a rat"; a person said "yes" or "no". From that follows, for the labels of its sightings only:

- confirmed: there is one in each of those boxes. The boxes are the network's: a person agreed that they show it, not
  to their edges.
- dismissed: there is none in those boxes. Things that only go with what the alert is about (the person who holds the
  phone) are not dismissed with it.
- Whether there is another one elsewhere in the picture nobody was asked. The picture counts as labelled for a label
  only if the network reported that label nowhere else in it, with however little confidence. Otherwise confirmed
  boxes are taught and nothing is said about the rest of the picture, and a picture with dismissed boxes alone says
  nothing.
- Of all other labels nothing is known.

Stills have masked faces and heads: labels that are judged there, or mostly hidden by it, are never taught from them.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.geometry import Box
from models.data.records import LabelledBox

MASKED_LABELS = frozenset({"face_masked", "face_unmasked", "face_mask_misworn", "head_bare", "helmet", "cigarette"})
"""Heads are a mosaic in a still, and with them what is worn on them or held to the mouth."""

SAME_PLACE_OVERLAP = 0.5
"""Intersection over union from which on two boxes are about one thing."""

_DISMISSED, _CONFIRMED, _OPEN = "dismissed", "confirmed", "open"


class Verdict(StrEnum):
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A person's verdict on what one alert said is in a picture. `subjects` are the labels that the alert is about."""

    verdict: Verdict
    sightings: tuple[LabelledBox, ...]
    subjects: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What one picture teaches.

    `boxes` are things that are there. For the `labelled` labels they are all there are; of every other label nothing
    is known apart from its boxes. `source` names what kind of lesson it is; pictures of one source are labelled for
    the same labels.
    """

    boxes: tuple[LabelledBox, ...]
    labelled: frozenset[str]
    source: str


def lesson(judgements: Sequence[Judgement], reported: Sequence[LabelledBox]) -> Lesson | None:
    """What a picture teaches; None where it is nothing.

    `judgements` are all verdicts on this picture, `reported` everything that the network reported in it.
    """
    confirmed = [box for each in judgements if each.verdict is Verdict.CONFIRMED for box in each.sightings]
    denied = _subjects(judgements)
    boxes: list[LabelledBox] = []
    labelled: set[str] = set()
    for label in sorted({each.label for each in (*confirmed, *denied)} - MASKED_LABELS):
        there = [each.box for each in confirmed if each.label == label]
        absent = [each.box for each in denied if each.label == label]
        if any(_is_among(box, there) for box in absent):
            continue  # people disagree about one place
        boxes += [LabelledBox(label=label, box=box) for box in _different(there)]
        others = [each.box for each in reported if each.label == label]
        if all(_is_among(box, [*there, *absent]) for box in others):
            labelled.add(label)
    if not boxes and not labelled:
        return None
    source = source_name({each.label for each in boxes}, labelled)
    return Lesson(boxes=tuple(boxes), labelled=frozenset(labelled), source=source)


def source_name(shown: Collection[str], labelled: Collection[str]) -> str:
    """Such as `confirmed_rodent`, `dismissed_cat`; with `_open` at the end where more may be in the picture."""
    words = [_CONFIRMED, *sorted(shown)] if shown else []
    absent = sorted(set(labelled) - set(shown))
    words += [_DISMISSED, *absent] if absent else []
    undecided = sorted(set(shown) - set(labelled))
    words += [_OPEN, *(undecided if len(undecided) < len(shown) else [])] if undecided else []
    return "_".join(words)


def is_dismissed(source: str) -> bool:
    """Tell whether pictures of a source show nothing of what was alerted: every such alert there is a false one."""
    return source.startswith(f"{_DISMISSED}_")


def _subjects(judgements: Sequence[Judgement]) -> list[LabelledBox]:
    """What dismissed alerts are about, without what only goes with it."""
    dismissed = [each for each in judgements if each.verdict is Verdict.DISMISSED]
    return [box for each in dismissed for box in each.sightings if box.label in each.subjects]


def _is_among(box: Box, others: Sequence[Box]) -> bool:
    return any(box.overlap(other) >= SAME_PLACE_OVERLAP for other in others)


def _different(boxes: Sequence[Box]) -> list[Box]:
    """Each place once: two alerts may be about one subject. The order of the boxes makes no difference."""
    kept: list[Box] = []
    for box in sorted(boxes, key=lambda each: (each.left, each.top, each.right, each.bottom)):
        if not _is_among(box, kept):
            kept.append(box)
    return kept
