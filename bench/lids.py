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
from pathlib import Path

import cv2
import numpy as np

from bench.few_shot import Archives, _cut
from bench.lid_heads import ASKED, Lesson, Pool, Trial, ask, estimate, joined, left_out
from bench.table import documented
from detector.embedding import Embedder, open_embedder
from domain.frame import Pixels
from models.data.duplicates import Groups, fingerprint, near_pairs
from models.data.lids import ONE_PLACE, JudgedLid, LidState, read_lids, read_rendered_lids
from models.data.pictures import read_pixels
from models.embedding import EMBEDDING_MODEL, EmbeddingManifest
from models.registry import ZOO_FOLDER, ModelRegistry

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "models.md"
MARK = "lids"
SOURCE = "bins_garbage_overflow"
LEAST_VISIBILITY = 0.6
LEAST_SIDE_PX = 40
# Two cut-outs of one place closer than this may be one photo in another light, turned and cut anew: see detector.heads.
ONE_PHOTO = 0.2


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


def other_places(real: Pool, rendered: Pool | None, asked: Pool, draws: int) -> dict[str, Trial]:
    """Heads taught on real, rendered and both kinds of examples, asked about bins of other places."""
    lessons: dict[str, list[Lesson]] = defaultdict(list)
    for per_state in (10, 20, 40):
        for draw in range(draws):
            own = real.drawn(np.random.default_rng([per_state, draw]), per_state)
            lessons[f"{per_state} real"].append((own.rows, list(own.states), set()))
            if rendered is None:
                continue
            random = np.random.default_rng([per_state, draw, 1])
            made = rendered.drawn(random, per_state)
            lessons[f"{per_state} rendered"].append((made.rows, list(made.states), set()))
            lessons[f"{per_state} real and {per_state} rendered"].append(joined(own, made))
            lessons[f"{per_state} real and all rendered"].append(joined(own, rendered))
    lessons["all real"].append((real.rows, list(real.states), set()))
    if rendered is not None:
        lessons["all rendered"].append((rendered.rows, list(rendered.states), set()))
        lessons["all real and all rendered"].append(joined(real, rendered))
    return {name: ask(asked, each) for name, each in lessons.items()}


def one_place(pool: Pool, rendered: Pool | None, draws: int) -> dict[str, Trial]:
    """Heads taught on some photos of a place, with rendered bins or without, and asked about its other photos."""
    found = {}
    for per_state in (5, 10, 15):
        alone: list[Lesson] = []
        helped: list[Lesson] = []
        for draw in range(draws):
            own = pool.drawn(np.random.default_rng([per_state, draw, 2]), per_state)
            alone.append((own.rows, list(own.states), set(own.scenes)))
            if rendered is not None:
                rows, states, _ = joined(own, rendered)
                helped.append((rows, states, set(own.scenes)))
        name = f"{per_state} real of that place"
        found[name] = ask(pool, alone)
        if helped:
            found[f"{name} and all rendered"] = ask(pool, helped)
    return found


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
        + (
            f" and {_counts(rendered)} rendered ones (among themselves, leave-one-out: {left_out(rendered):.2f})"
            if rendered
            else ""
        )
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
