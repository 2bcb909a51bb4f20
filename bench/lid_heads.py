"""Heads taught on some lids and asked about others: how often they are right, and how sure that is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from detector.heads import teach
from domain.geometry import FloatArray
from models.data.lids import LidState

ASKED = (LidState.OPEN, LidState.CLOSED)
RESAMPLES = 1000

Lesson = tuple[FloatArray, Sequence[str], set[str]]
"""Rows, their states, and the scenes that they are of."""


@dataclass(frozen=True, slots=True)
class Pool:
    """Lids with their numbers. Rows of one scene stand or fall together."""

    rows: FloatArray
    states: npt.NDArray[np.str_]
    scenes: npt.NDArray[np.str_]
    is_heaped: npt.NDArray[np.bool_]

    def where(self, chosen: npt.NDArray[np.bool_]) -> "Pool":
        return Pool(self.rows[chosen], self.states[chosen], self.scenes[chosen], self.is_heaped[chosen])

    def counts(self) -> dict[str, int]:
        return {state.value: int(np.sum(self.states == state)) for state in ASKED}

    def drawn(self, random: np.random.Generator, per_state: int) -> "Pool":
        """So many rows of each state, or all where there are fewer."""
        parts = []
        for state in ASKED:
            found = np.flatnonzero(self.states == state)
            parts.append(random.permutation(found)[:per_state])
        mask = np.zeros(len(self.rows), dtype=np.bool_)
        mask[np.concatenate(parts)] = True
        return self.where(mask)


@dataclass(frozen=True, slots=True)
class Trial:
    """Answers of heads taught on several draws: whether right, whether dared and asked at all, shape (draws, asked)."""

    pool: Pool
    right: npt.NDArray[np.bool_]
    dared: npt.NDArray[np.bool_]
    asked: npt.NDArray[np.bool_]

    def balanced(self, weights: FloatArray, chosen: npt.NDArray[np.bool_]) -> FloatArray:
        """Balanced accuracy of each draw, where row k counts `weights[k]` times."""
        shares = []
        for state in ASKED:
            counted = self.asked * (weights * (chosen & (self.pool.states == state)))
            shares.append((self.right * counted).sum(axis=1) / np.maximum(counted.sum(axis=1), 1e-9))
        return np.asarray(np.mean(shares, axis=0))


@dataclass(frozen=True, slots=True)
class Estimate:
    middle: float
    low: float
    high: float

    def shown(self, *, signed: bool = False) -> str:
        form = "+.2f" if signed else ".2f"
        return f"{self.middle:{form}} ({self.low:{form}} to {self.high:{form}})".replace("-", "−")


def ask(pool: Pool, lessons: Sequence[Lesson]) -> Trial:
    """Teach each lesson (rows, states, scenes that were seen) and ask about the rows of scenes that were not."""
    shape = (len(lessons), len(pool.rows))
    right, dared, asked = (np.zeros(shape, dtype=np.bool_) for _ in range(3))
    for number, (rows, states, seen) in enumerate(lessons):
        head = teach(rows, states).head
        for place, row in enumerate(pool.rows):
            if pool.scenes[place] not in seen:
                answer = head.answer(row)
                asked[number, place] = True
                right[number, place] = answer.likeliest == pool.states[place]
                dared[number, place] = answer.state is not None
    return Trial(pool, right, dared, asked)


def estimate(trial: Trial, chosen: npt.NDArray[np.bool_] | None = None, against: Trial | None = None) -> Estimate:
    """Balanced accuracy, or what it gains over another trial on the same questions and draws.

    The interval (95 %, percentile bootstrap) draws both the lessons and the pictures asked about anew.
    """
    wanted = np.ones(len(trial.pool.rows), dtype=np.bool_) if chosen is None else chosen
    names, scenes = np.unique(trial.pool.scenes, return_inverse=True)
    random = np.random.default_rng(0)

    def value(weights: FloatArray, draws: npt.NDArray[np.intp]) -> float:
        gain = trial.balanced(weights, wanted) - (0.0 if against is None else against.balanced(weights, wanted))
        return float(np.mean(gain[draws]))

    count = len(trial.right)
    whole = value(np.ones(len(scenes), dtype=np.float32), np.arange(count))
    drawn = []
    for _ in range(RESAMPLES):
        weights = np.bincount(random.integers(0, len(names), len(names)), minlength=len(names))[scenes]
        drawn.append(value(weights.astype(np.float32), random.integers(0, count, count)))
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Estimate(whole, float(low), float(high))


def joined(own: Pool, more: Pool) -> Lesson:
    return np.concatenate([own.rows, more.rows]), [*own.states, *more.states], set()


def left_out(pool: Pool) -> float:
    """Balanced accuracy on each lid of a head taught on all others of the pool."""
    answers = teach(pool.rows, list(pool.states)).left_out
    right = np.array([answer.likeliest == state for answer, state in zip(answers, pool.states, strict=True)])
    return float(np.mean([right[pool.states == state].mean() for state in ASKED]))
