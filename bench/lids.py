"""`python -m bench.lids --data FOLDER --rendered FOLDER …`: how well heads tell real lids; do rendered ones help?

Two questions that must not be mixed up. *Other places*: examples are bins of many places, and the head is asked about
bins that it never saw (`val`). *One place*: examples and questions are of one corner of a car park, which is what heads
are made for. Labels: `models/data/lids.csv`. Everything goes through the code that serves: cutting, network, head.

`--rendered` takes folders that `python -m models.synth pictures` filled; without it only real lids teach. `--document`
writes the tables into docs/models.md.
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from bench.few_shot import Archives, _cut
from bench.table import documented
from detector.embedding import Embedder, open_embedder
from detector.heads import teach
from domain.frame import Pixels
from domain.geometry import FloatArray
from models.data.duplicates import Groups, fingerprint, near_pairs
from models.data.lids import ONE_PLACE, JudgedLid, LidState, read_lids, read_rendered_lids
from models.data.pictures import read_pixels
from models.embedding import EMBEDDING_MODEL, EmbeddingManifest
from models.registry import ZOO_FOLDER, ModelRegistry

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "models.md"
MARK = "lids"
SOURCE = "bins_garbage_overflow"
ASKED = (LidState.OPEN, LidState.CLOSED)
LEAST_VISIBILITY = 0.6
LEAST_SIDE_PX = 40
# Two cut-outs of one place closer than this may be one photo in another light, turned and cut anew: see detector.heads.
ONE_PHOTO = 0.2
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

    def drawn(self, random: np.random.Generator, per_state: int) -> npt.NDArray[np.intp]:
        """Places of so many rows of each state, or of all where there are fewer."""
        parts = []
        for state in ASKED:
            found = np.flatnonzero(self.states == state)
            parts.append(random.permutation(found)[:per_state])
        return np.concatenate(parts)


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


def load_real(data: Path, embedder: Embedder) -> tuple[list[JudgedLid], Pool, list[Pixels]]:
    """Real lids that are open or closed, in the order of their file, and the pictures that they are in."""
    lids = [lid for lid in read_lids() if lid.state in ASKED]
    wanted = {lid.name for lid in lids}
    archives = Archives(data)
    pictures = {
        stem: pixels
        for split in ("train", "val")
        for stem, pixels, _ in archives.pictures(split, SOURCE)
        if stem in wanted
    }
    whole = [pictures[lid.name] for lid in lids]
    return lids, _pool(lids, whole, embedder), whole


def load_rendered(folders: Sequence[Path], embedder: Embedder) -> Pool:
    """Rendered lids that are open or closed, mostly seen and not too small."""
    lids, whole = [], []
    for folder in folders:
        for lid in read_rendered_lids(folder):
            if lid.state not in ASKED or lid.visibility < LEAST_VISIBILITY:
                continue
            pixels = read_pixels(folder / "images" / lid.split / f"{lid.name}.webp")
            if min(lid.box.width * pixels.shape[1], lid.box.height * pixels.shape[0]) >= LEAST_SIDE_PX:
                lids.append(lid)
                whole.append(pixels)
    return _pool(lids, whole, embedder)


def _pool(lids: Sequence[JudgedLid], whole: Sequence[Pixels], embedder: Embedder) -> Pool:
    parts = []
    for lid, pixels in zip(lids, whole, strict=True):
        part = _cut(pixels, lid.box.left, lid.box.top, lid.box.right, lid.box.bottom)
        assert part is not None, "boxes are at least 40 px wide"
        parts.append(part)
    return Pool(
        embedder.embed(parts),
        np.array([lid.state.value for lid in lids]),
        np.array([lid.name for lid in lids]),
        np.array([lid.is_overflowing for lid in lids]),
    )


def by_photo(pool: Pool, whole: Sequence[Pixels]) -> Pool:
    """The pool with one scene for all rows that may show the same photo."""
    groups = Groups(len(pool.rows))
    groups.join_all(near_pairs([fingerprint(pixels) for pixels in whole]))
    near = np.linalg.norm(pool.rows[:, None] - pool.rows[None], axis=2) < ONE_PHOTO
    for first, second in zip(*np.nonzero(near | (pool.scenes[:, None] == pool.scenes[None])), strict=True):
        groups.join(int(first), int(second))
    scenes = pool.scenes.copy()
    for members in groups.members():
        scenes[list(members)] = scenes[min(members)]
    return Pool(pool.rows, pool.states, scenes, pool.is_heaped)


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


def other_places(real: Pool, rendered: Pool | None, asked: Pool, draws: int) -> dict[str, Trial]:
    """Heads taught on real, rendered and both kinds of examples, asked about bins of other places."""
    lessons: dict[str, list[Lesson]] = defaultdict(list)
    for per_state in (10, 20, 40):
        for draw in range(draws):
            own = real.where(_mask(real, real.drawn(np.random.default_rng([per_state, draw]), per_state)))
            lessons[f"{per_state} real"].append((own.rows, list(own.states), set()))
            if rendered is None:
                continue
            random = np.random.default_rng([per_state, draw, 1])
            made = rendered.where(_mask(rendered, rendered.drawn(random, per_state)))
            lessons[f"{per_state} rendered"].append((made.rows, list(made.states), set()))
            lessons[f"{per_state} real and {per_state} rendered"].append(_joined(own, made))
            lessons[f"{per_state} real and all rendered"].append(_joined(own, rendered))
    lessons["all real"].append((real.rows, list(real.states), set()))
    if rendered is not None:
        lessons["all rendered"].append((rendered.rows, list(rendered.states), set()))
        lessons["all real and all rendered"].append(_joined(real, rendered))
    return {name: ask(asked, each) for name, each in lessons.items()}


def one_place(pool: Pool, rendered: Pool | None, draws: int) -> dict[str, Trial]:
    """Heads taught on some photos of a place, with rendered bins or without, and asked about its other photos."""
    found = {}
    for per_state in (5, 10, 15):
        alone: list[Lesson] = []
        helped: list[Lesson] = []
        for draw in range(draws):
            own = pool.where(_mask(pool, pool.drawn(np.random.default_rng([per_state, draw, 2]), per_state)))
            alone.append((own.rows, list(own.states), set(own.scenes)))
            if rendered is not None:
                rows, states, _ = _joined(own, rendered)
                helped.append((rows, states, set(own.scenes)))
        name = f"{per_state} real of that place"
        found[name] = ask(pool, alone)
        if helped:
            found[f"{name} and all rendered"] = ask(pool, helped)
    return found


def _joined(own: Pool, more: Pool) -> Lesson:
    return np.concatenate([own.rows, more.rows]), [*own.states, *more.states], set()


def _mask(pool: Pool, places: npt.NDArray[np.intp]) -> npt.NDArray[np.bool_]:
    mask = np.zeros(len(pool.rows), dtype=np.bool_)
    mask[places] = True
    return mask


def lines(title: str, trials: dict[str, Trial]) -> list[str]:
    """A Markdown table. What rendered examples add is compared with the same real ones alone."""
    shown = [
        f"| {title} | balanced accuracy | gain over these real ones alone | not heaped | answers | of these right |",
        "|---|---|---|---|---|---|",
    ]
    for name, trial in trials.items():
        base = trials.get(name.partition(" and ")[0]) if " and " in name else None
        gain = "" if base is None else estimate(trial, against=base).shown(signed=True)
        answered = trial.dared & trial.asked
        precision = float(trial.right[answered].mean()) if answered.any() else float("nan")
        shown.append(
            f"| {name} | {estimate(trial).shown()} | {gain} | {estimate(trial, ~trial.pool.is_heaped).shown()} "
            f"| {answered.sum() / trial.asked.sum():.2f} | {precision:.2f} |"
        )
    return shown


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.lids", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--rendered", type=Path, nargs="*", default=[])
    parser.add_argument("--zoo", type=Path, default=ZOO_FOLDER)
    parser.add_argument("--model", default=EMBEDDING_MODEL)
    parser.add_argument("--draws", type=int, default=20)
    parser.add_argument("--document", action="store_true", help=f"write the tables into {DOCUMENT.name}")
    given = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    loaded = ModelRegistry(given.zoo).load_as(given.model, EmbeddingManifest)
    embedder = open_embedder(loaded)
    lids, pool, whole = load_real(given.data, embedder)
    is_there = np.array([lid.place == ONE_PLACE for lid in lids])
    is_val = np.array([lid.split == "val" for lid in lids])
    real, asked = pool.where(~is_there & ~is_val), pool.where(~is_there & is_val)
    place = by_photo(pool.where(is_there), [pixels for pixels, there in zip(whole, is_there, strict=True) if there])
    rendered = load_rendered(given.rendered, embedder) if given.rendered else None
    remark = (
        f"{loaded.manifest.name} {loaded.manifest.version}, {given.draws} draws, 95 % intervals. Other places: asked "
        f"about {_counts(asked)} of `val` (not heaped: {_counts(asked.where(~asked.is_heaped))}), taught from "
        f"{_counts(real)} of `train`"
        + (f" and {_counts(rendered)} rendered ones" if rendered else "")
        + f". One place: {_counts(place)} in {len(set(place.scenes))} photos (not heaped: "
        f"{_counts(place.where(~place.is_heaped))})."
    )
    text = "\n".join(
        [
            *lines("other places, taught on … of each state", other_places(real, rendered, asked, given.draws)),
            "",
            *lines("one place, taught on … of each state", one_place(place, rendered, given.draws)),
            "",
            remark,
        ]
    )
    print(text)
    if given.document:
        DOCUMENT.write_text(documented(DOCUMENT.read_text("utf-8"), text, MARK), encoding="utf-8")
    return 0


def _counts(pool: Pool) -> str:
    counts = pool.counts()
    return f"{counts[LidState.OPEN]} open and {counts[LidState.CLOSED]} closed"


if __name__ == "__main__":
    sys.exit(main())
