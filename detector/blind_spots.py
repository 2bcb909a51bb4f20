"""What a network tells where nobody drew it, and so where no figure says whether that is right. Pure.

A source that leaves a label out counts nowhere for it, neither in training nor in a figure. Is a label left out of all
pictures of a kind (people, of all pictures of rats), a network may tell it there again and again and look faultless.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from detector.evaluation_verdicts import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class BlindSpot:
    """One label in the pictures of one source that leaves it out: how many there are, and in how many it is told."""

    label: str
    source: str
    telling: int
    pictures: int


def blind_spots(verdicts: Sequence[Verdict], labels: Sequence[str]) -> Iterator[BlindSpot]:
    """By label in the given order; the source with the largest share first. Where nothing is told there is none."""
    pictures: Counter[tuple[str, str]] = Counter()
    telling: Counter[tuple[str, str]] = Counter()
    for verdict in verdicts:
        told = {each.label for each in verdict.uncounted}
        for label in verdict.looked.left_out:
            pictures[label, verdict.looked.source] += 1
            telling[label, verdict.looked.source] += label in told
    for label in labels:
        spots = [
            BlindSpot(label=label, source=source, telling=telling[name, source], pictures=count)
            for (name, source), count in pictures.items()
            if name == label and telling[name, source]
        ]
        yield from sorted(spots, key=lambda spot: (-spot.telling / spot.pictures, spot.source))
