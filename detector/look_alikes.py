"""What is known to be taken for what: how many pictures and boxes of the one raise the other. Pure part.

The list is fixed, so that a report also says of which look-alikes there was no labelled picture.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from detector.evaluation import MATCHING_OVERLAP, Interval, wilson
from detector.evaluation_verdicts import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """`label` could be raised where only one of `others` is. `words` find it in names of classes and sources."""

    label: str
    others: tuple[str, ...]
    name: str = ""
    words: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        return self.name or " or ".join(self.others)


CATS_AND_DOGS = Pair(label="rodent", others=("cat", "dog"), name="cats and dogs")
PAIRS = (
    CATS_AND_DOGS,
    Pair(label="rodent", others=("cat",)),
    Pair(label="cat", others=("rodent",)),
    Pair(label="dog", others=("cat",)),
    Pair(label="cat", others=("dog",)),
    Pair(label="rodent", others=("raccoon",), words=("raccoon",)),
    Pair(label="smoke", others=("steam",), words=("steam", "vapour", "vapor")),
    Pair(label="fire", others=("stove flame",), words=("stove", "burner")),
    Pair(label="helmet", others=("hat",), name="hat or cap", words=("hat", "cap", "hats", "caps", "chef_hat")),
    Pair(label="helmet", others=("head_bare",)),
    Pair(label="head_bare", others=("helmet",)),
    Pair(label="face_masked", others=("face_mask_misworn",)),
    Pair(label="face_mask_misworn", others=("face_masked",)),
    Pair(label="face_masked", others=("face_unmasked",)),
    Pair(label="face_unmasked", others=("face_masked",)),
    Pair(label="face_unmasked", others=("face_mask_misworn",)),
    Pair(label="bin_overflowing", others=("bin",)),
    Pair(label="bin", others=("bin_overflowing",)),
    Pair(label="glove", others=("bare_hand",)),
    Pair(label="bare_hand", others=("glove",)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAlike:
    """What came of a pair; without pictures nothing was measured.

    `pictures` show the other thing and not the label, and `raising` of them raise it. `boxes` are labelled boxes of
    the other thing, `taken` those over which the label was detected (also in pictures in which the label itself was not
    drawn, which do not count as `pictures`); None where the thing has no boxes of its own.
    """

    pair: Pair
    raising: int
    pictures: int
    pictures_interval: Interval | None
    taken: int | None
    boxes: int | None
    boxes_interval: Interval | None

    @property
    def is_measured(self) -> bool:
        return self.pictures > 0 or bool(self.boxes)


def look_alikes(verdicts: Sequence[Verdict], labels: Collection[str]) -> list[LookAlike]:
    """Every pair of PAIRS whose label the network knows, in that order."""
    return [_measured(pair, verdicts) for pair in PAIRS if pair.label in labels]


def _measured(pair: Pair, verdicts: Sequence[Verdict]) -> LookAlike:
    raising = pictures = taken = boxes = 0
    for verdict in verdicts:
        others = [each.truth.box for each in verdict.boxes if _is_other(pair, each.truth.label)]
        # A rat that is called a cat is mistaken, also where nobody drew cats.
        false = [each.box for each in (*verdict.false, *verdict.uncounted) if each.label == pair.label]
        boxes += len(others)
        taken += sum(any(box.overlap(other) >= MATCHING_OVERLAP for box in false) for other in others)
        if _counts(pair, verdict, shows_other=bool(others)):
            pictures += 1
            raising += bool(false)
    return LookAlike(
        pair=pair,
        raising=raising,
        pictures=pictures,
        pictures_interval=wilson(raising, pictures),
        taken=taken if boxes else None,
        boxes=boxes or None,
        boxes_interval=wilson(taken, boxes),
    )


def _counts(pair: Pair, verdict: Verdict, *, shows_other: bool) -> bool:
    """Whether the picture is known to show the other thing and not the label."""
    if pair.label in verdict.looked.left_out or any(each.truth.label == pair.label for each in verdict.boxes):
        return False
    return shows_other or any(word in _parts(verdict.looked.source) for word in pair.words)


def _is_other(pair: Pair, label: str) -> bool:
    return label in pair.others or any(word in {label.lower(), *_parts(label)} for word in pair.words)


def _parts(name: str) -> set[str]:
    return set(name.lower().replace("-", "_").replace(" ", "_").split("_"))


def unmeasured(found: Sequence[LookAlike]) -> Iterator[str]:
    """A line for each pair of which there was no picture."""
    for each in found:
        if not each.is_measured:
            yield f"{each.pair.shown} taken for {each.pair.label}: no labelled pictures, not measured"
