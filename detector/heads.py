"""Small heads that are taught on a few examples: numbers of an embedding network in, a state or "cannot tell" out.

A head is a least-squares classifier with an unpenalised offset (the LS-SVM of Suykens and Vandewalle, 1999, with a
linear kernel), one row per state against the others, each state weighing the same however many examples it has. It was
taken because the answer that each example would get from all the others has a closed form (Cawley and Talbot: Fast
exact leave-one-out cross-validation of sparse least-squares support vector machines, 2004): what a person is shown
before a head may go live is exact and costs nothing.

Everything is pure and in double precision, and the examples are put into an order of their own first, so the same
examples give the same bits in whatever order they were added.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from detector.errors import TeachingError
from domain.geometry import FloatArray

DoubleArray = npt.NDArray[np.float64]

LEAST_CONFIDENCE = 0.75  # below it the answer is "cannot tell"
# Ridge in units of the examples' variance. Of 0.03, 0.1, 0.3, 1 and 3 the best or within half a point of it, for
# 5, 10 and 20 examples alike (mean over the first eight tasks of bench/few_shot.py, 4 draws).
RIDGE = 0.3
# A picture farther from its nearest example than this many times the usual distance between examples is unlike all.
REACH_FACTOR = 1.35
REACH_QUANTILE = 0.9
# Measured with embed-n on one place each of 15 kitchens: pictures that differ in noise and JPEG alone are 0.01 to 0.04
# apart (little noise) or 0.04 to 0.09 (much), in other light 0.13 to 0.39, nearly dark 0.34 to 0.52, with the camera
# moved by a third of the region 0.35 to 0.46, and another kitchen 0.42 to 0.78.
# Examples of one camera in one light lie close together; changing light must not make the next picture "unlike".
LEAST_REACH = 0.25
# Two examples closer than this are the same picture for all that can be learnt from them (frames a moment apart).
SAME_PICTURE = 0.04
_TEMPERATURES = np.geomspace(0.25, 16.0, 73)
_UNIT_TOLERANCE = 1e-3


class Doubt(StrEnum):
    """Why a head cannot tell."""

    UNSURE = "unsure"  # between two states
    UNLIKE = "unlike"  # like no example: the camera was moved, it is dark, something stands before it


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadAnswer:
    """What a head says of one picture. `state` is None where it cannot tell, for the reason in `doubt`.

    `likeliest` is the state it would name if it had to, `confidence` (0 to 1, calibrated on left-out examples) how
    likely that is, `distance` how far the nearest example is (0 to 2).
    """

    state: str | None
    likeliest: str
    confidence: float
    distance: float
    doubt: Doubt | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaughtHead:
    """What was learnt. `weights` has shape (states, numbers), `offsets` (states,), `anchors` (examples, numbers)."""

    states: tuple[str, ...]
    weights: FloatArray
    offsets: FloatArray
    temperature: float
    anchors: FloatArray
    reach: float

    def answer(self, vector: FloatArray, *, least_confidence: float = LEAST_CONFIDENCE) -> HeadAnswer:
        """Judge one picture by its numbers, of shape (numbers,) and length 1."""
        if vector.shape != (self.weights.shape[1],):
            raise TeachingError("vector", f"shape ({self.weights.shape[1]},)", str(vector.shape))
        scores = self.weights.astype(np.float64) @ vector.astype(np.float64) + self.offsets
        distance = float(_distances(vector[None], self.anchors).min())
        chances = _chances(scores[None], self.temperature)[0]
        return _answer(self.states, chances, distance, reach=self.reach, least_confidence=least_confidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A taught head, and for each example, in the order given, what the others would have said of it."""

    head: TaughtHead
    left_out: tuple[HeadAnswer, ...]


def teach(vectors: FloatArray, states: Sequence[str], *, least_confidence: float = LEAST_CONFIDENCE) -> Lesson:
    """Learn from examples: numbers of shape (N, numbers), each row of length 1, and the state of each.

    Raises TeachingError for fewer than two states, a state with fewer than two examples (left out, it would be
    unknown), or rows that are no unit vectors.
    """
    _require_examples(vectors, states)
    order = sorted(range(len(states)), key=lambda place: (states[place], vectors[place].tobytes()))
    rows, sorted_states = vectors[order].astype(np.float64), [states[place] for place in order]
    names = tuple(sorted(set(states)))
    targets = np.where(np.array(sorted_states)[:, None] == np.array(names)[None], 1.0, -1.0)
    weights, offsets, left_out_scores = _solve(rows, targets)
    temperature = _temperature(left_out_scores, targets)
    nearest = _nearest_others(rows)
    head = TaughtHead(
        states=names,
        weights=weights.astype(np.float32),
        offsets=offsets.astype(np.float32),
        temperature=temperature,
        anchors=rows.astype(np.float32),
        reach=_reach(nearest),
    )
    chances = _chances(left_out_scores, temperature)
    answers: list[HeadAnswer | None] = [None] * len(order)
    for row, place in enumerate(order):
        reach = _reach(np.delete(nearest, row))
        answers[place] = _answer(
            names, chances[row], float(nearest[row]), reach=reach, least_confidence=least_confidence
        )
    return Lesson(head=head, left_out=tuple(answer for answer in answers if answer is not None))


def distinct_counts(vectors: FloatArray, states: Sequence[str]) -> dict[str, int]:
    """Examples by state, where those that show the same picture twice (closer than SAME_PICTURE) count once."""
    kept: dict[str, list[FloatArray]] = {state: [] for state in states}
    order = sorted(range(len(states)), key=lambda place: vectors[place].tobytes())
    for place in order:
        others = kept[states[place]]
        if not others or _distances(vectors[place][None], np.stack(others)).min() >= SAME_PICTURE:
            others.append(vectors[place])
    return {state: len(rows) for state, rows in kept.items()}


def _require_examples(vectors: FloatArray, states: Sequence[str]) -> None:
    if vectors.ndim != 2 or len(vectors) != len(states):
        raise TeachingError("examples", f"{len(states)} rows of numbers", f"shape {vectors.shape}")
    counts = Counter(states)
    if len(counts) < 2:
        raise TeachingError("states", "examples of at least two states", ", ".join(counts) or "none")
    few = sorted(state for state, count in counts.items() if count < 2)
    if few:
        raise TeachingError("examples", "at least two of each state", f"one of {', '.join(few)}")
    lengths = np.linalg.norm(vectors, axis=1)
    if not np.all(np.abs(lengths - 1.0) <= _UNIT_TOLERANCE):
        raise TeachingError("examples", "rows of length 1", f"lengths {lengths.min():.3f} to {lengths.max():.3f}")


def _solve(rows: DoubleArray, targets: DoubleArray) -> tuple[DoubleArray, DoubleArray, DoubleArray]:
    """Weights, offsets, and the scores that each example gets from the others.

    The system is [[K + r/w, 1], [1, 0]] [a; b] = [y; 0] with the products K of all examples and the ridge r; leaving
    example i out changes its score to y_i - a_i / inverse_ii. Ridge and weights of examples stay as they are.
    """
    count = len(rows)
    products = rows @ rows.T
    variance = float(np.trace(products) - products.sum() / count) / count
    share = targets > 0
    weights = count / (share.shape[1] * share.sum(axis=0)[np.argmax(share, axis=1)])
    system = np.zeros((count + 1, count + 1))
    system[:count, :count] = products + np.diag((RIDGE * variance + 1e-6) / weights)
    system[:count, count] = system[count, :count] = 1.0
    inverse = np.linalg.inv(system)
    solution = inverse[:, :count] @ targets
    left_out = targets - solution[:count] / np.diag(inverse)[:count, None]
    return solution[:count].T @ rows, solution[count], left_out


def _temperature(scores: DoubleArray, targets: DoubleArray) -> float:
    """How steeply scores become chances: what makes the left-out examples likeliest.

    Targets are softened as Platt does (1999): five examples that were all right must not claim certainty.
    """
    counts = (targets > 0).sum(axis=0)
    truth = np.argmax(targets, axis=1)
    right = ((counts + 1.0) / (counts + 2.0))[truth]
    wrong = (1.0 - right) / (targets.shape[1] - 1)
    wanted = np.where(targets > 0, right[:, None], wrong[:, None])
    each = (1.0 / counts)[truth]
    losses = [
        -float((each * (wanted * np.log(_chances(scores, value) + 1e-12)).sum(axis=1)).sum()) for value in _TEMPERATURES
    ]
    return float(_TEMPERATURES[int(np.argmin(losses))])


def _chances(scores: DoubleArray, temperature: float) -> DoubleArray:
    raised = np.exp(temperature * (scores - scores.max(axis=1, keepdims=True)))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def _answer(
    states: tuple[str, ...], chances: DoubleArray, distance: float, *, reach: float, least_confidence: float
) -> HeadAnswer:
    best = int(np.argmax(chances))
    confidence = float(chances[best])
    doubt = Doubt.UNLIKE if distance > reach else Doubt.UNSURE if confidence < least_confidence else None
    return HeadAnswer(
        state=None if doubt else states[best],
        likeliest=states[best],
        confidence=confidence,
        distance=distance,
        doubt=doubt,
    )


def _distances(rows: FloatArray, others: FloatArray) -> DoubleArray:
    """Euclidean distances of unit vectors, of shape (rows, others)."""
    products = rows.astype(np.float64) @ others.astype(np.float64).T
    return np.sqrt(np.maximum(0.0, 2.0 - 2.0 * products))


def _nearest_others(rows: DoubleArray) -> DoubleArray:
    """The distance of each example to its nearest other one."""
    distances = np.sqrt(np.maximum(0.0, 2.0 - 2.0 * (rows @ rows.T)))
    np.fill_diagonal(distances, np.inf)
    return np.asarray(distances.min(axis=1))


def _reach(nearest: DoubleArray) -> float:
    return max(LEAST_REACH, REACH_FACTOR * float(np.quantile(nearest, REACH_QUANTILE)))
