"""Two networks on the same pictures: is the difference more than chance? Pure.

The paired percentile bootstrap over pictures (B. Efron and R. Tibshirani, "An Introduction to the Bootstrap", 1993,
chapter 16): pictures are drawn with replacement, both networks get the same draw, and the difference of their figures
is taken each time. What is hard about a picture is hard for both and cancels out. The same data give the same interval.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from detector.evaluation import Interval, Judged, Tally, average_precision

RESAMPLES = 400

Counts = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True)
class PerPicture:
    """Detections of one label, the picture that each of them is in, and the labelled boxes of each picture."""

    judged: Judged
    pictures: Counts
    truths: Counts

    @classmethod
    def of(cls, tally: Tally, label: str) -> Self:
        """One label of what a network was seen to do."""
        pictures, truths = tally.by_picture(label)
        return cls(judged=tally.judged(label), pictures=pictures, truths=truths)

    @classmethod
    def among_all(cls, tally: Tally, label: str) -> Self:
        """The same, numbered among all pictures, so that one draw serves several labels; truths of others are 0."""
        pictures, truths = tally.by_scene(label, np.arange(tally.added))
        return cls(judged=tally.judged(label), pictures=pictures, truths=truths)

    def resampled(self, weights: Counts) -> float:
        """The average precision if each picture were there so many times."""
        times = weights[self.pictures]
        return average_precision(
            Judged(
                confidences=np.repeat(self.judged.confidences, times),
                is_right=np.repeat(self.judged.is_right, times),
                truth_count=int(weights @ self.truths),
            )
        )


def precision_difference(current: PerPicture, candidate: PerPicture) -> Interval | None:
    """Where the candidate's AP50 less the current one's lies with 95 % confidence, in [-1, 1].

    None where fewer than two pictures have a labelled box. Raises ValueError for other pictures or other labels.
    """
    if not np.array_equal(current.truths, candidate.truths):
        raise ValueError("both networks must be measured on the same labelled pictures")
    if np.count_nonzero(current.truths) < 2:
        return None
    ordered = [_ordered(each) for each in (current, candidate)]

    def difference(weights: Counts) -> float | None:
        if not weights @ current.truths:
            return None
        before, after = (each.resampled(weights) for each in ordered)
        return after - before

    return _interval(len(current.truths), difference)


def mean_precision_difference(current: Sequence[PerPicture], candidate: Sequence[PerPicture]) -> Interval | None:
    """The same for the mean over several labels, in their order; a label of which a draw has no box is left out of it.

    Pictures are numbered among all (`PerPicture.among_all`). None where fewer than two have a labelled box of any of
    the labels. Raises ValueError as above.
    """
    pairs = list(zip(current, candidate, strict=True))
    if any(not np.array_equal(before.truths, after.truths) for before, after in pairs):
        raise ValueError("both networks must be measured on the same labelled pictures")
    if not pairs or np.count_nonzero(sum(before.truths for before, _ in pairs)) < 2:
        return None
    ordered = [(_ordered(before), _ordered(after)) for before, after in pairs]

    def difference(weights: Counts) -> float | None:
        there = [pair for pair in ordered if weights @ pair[0].truths]
        steps = [after.resampled(weights) - before.resampled(weights) for before, after in there]
        return float(np.mean(steps)) if steps else None

    return _interval(len(pairs[0][0].truths), difference)


def share_difference(current: Sequence[bool], candidate: Sequence[bool]) -> Interval | None:
    """The same for the share of pictures of which something is true; None for fewer than two pictures."""
    if len(current) != len(candidate):
        raise ValueError(f"expected as many pictures for both, got {len(current)} and {len(candidate)}")
    if len(current) < 2:
        return None
    steps = np.asarray(candidate, dtype=np.float64) - np.asarray(current, dtype=np.float64)
    return _interval(len(steps), lambda weights: float(weights @ steps) / len(steps))


def _ordered(each: PerPicture) -> PerPicture:
    """The surest first, so that every draw finds them sorted."""
    order = np.argsort(-each.judged.confidences, kind="stable")
    judged = Judged(
        confidences=each.judged.confidences[order],
        is_right=each.judged.is_right[order],
        truth_count=each.judged.truth_count,
    )
    return PerPicture(judged=judged, pictures=each.pictures[order], truths=each.truths)


def _interval(count: int, difference: Callable[[Counts], float | None]) -> Interval:
    random = np.random.default_rng(0)
    drawn = []
    for _ in range(RESAMPLES):
        weights = np.bincount(random.integers(0, count, count), minlength=count)
        found = difference(weights)
        if found is not None:
            drawn.append(found)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Interval(low=float(low), high=float(high))
