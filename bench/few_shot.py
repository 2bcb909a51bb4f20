"""`python -m bench.few_shot --data FOLDER`: how well heads do that were taught on a few real pictures.

Tasks are made of labelled pictures (see docs/models.md for the folder): examples are drawn at random, and the head
judges pictures of other scenes. Everything goes through the code that serves: cutting, network, head.
`fixed region` imitates what heads are for: one place of one camera with a thing there or not, in changing light.
`--write` puts the figures into the manifest of the embedding network.
"""

import argparse
import csv
import json
import sys
import tarfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import yaml

from detector.embedding import Embedder, open_embedder
from detector.heads import teach
from domain.frame import Pixels
from domain.geometry import FloatArray
from models.embedding import EMBEDDING_MODEL, EmbeddingManifest, FewShotQuality
from models.registry import MANIFEST_NAME, ZOO_FOLDER, ModelRegistry

MARGIN = 0.1
LEAST_SIDE_PX = 10
PER_STATE = 250  # pictures of one state that are looked at, at most
FIXED_PLACES = 12


@dataclass(frozen=True, slots=True)
class Shown:
    """One picture of a task: its state, the scene it is of, and the cut-out."""

    state: str
    scene: str
    pixels: Pixels


@dataclass(frozen=True, slots=True)
class Figures:
    accuracy: list[float]
    precision: list[float]
    abstained: list[float]
    left_out: list[float]


class Archives:
    """Pictures and boxes of the data folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._labels: list[str] = json.loads((folder / "ontology.json").read_text())

    def pictures(self, split: str, source: str) -> Iterator[tuple[str, Pixels, list[tuple[str, list[float]]]]]:
        images, boxes = {}, {}
        with tarfile.open(self.folder / split / f"{source}.tar.gz") as archive:
            for member in archive:
                content = archive.extractfile(member)
                if content is None:
                    continue
                name = Path(member.name)
                if name.parent.name == "images":
                    images[name.stem] = content.read()
                elif name.parent.name == "labels":
                    boxes[name.stem] = [line.split() for line in content.read().decode().splitlines()]
        for stem in sorted(images):
            pixels = np.asarray(cv2.imdecode(np.frombuffer(images[stem], np.uint8), cv2.IMREAD_COLOR), np.uint8)
            yield stem, pixels, [(self._labels[int(r[0])], [float(v) for v in r[1:5]]) for r in boxes.get(stem, [])]

    def boxed(self, sources: Sequence[str], states: dict[str, str], split: str = "val") -> list[Shown]:
        """One cut-out per labelled box."""
        return [
            Shown(states[label], f"{source}/{stem}", part)
            for source in sources
            for stem, pixels, boxes in self.pictures(split, source)
            for label, (x, y, w, h) in boxes
            if label in states and (part := _cut(pixels, x - w / 2, y - h / 2, x + w / 2, y + h / 2)) is not None
        ]

    def against_rest(self, sources: Sequence[str], label: str, *, top: float = 0.0, split: str = "val") -> list[Shown]:
        """Boxes of one label, and as large parts of the same pictures that hold nothing of it."""
        random, shown = np.random.default_rng(1), []
        for source in sources:
            for stem, pixels, all_boxes in self.pictures(split, source):
                boxes = [box for name, box in all_boxes if name == label]
                for x, y, w, h in boxes[:2]:
                    scene, part = f"{source}/{stem}", _cut(pixels, x - w / 2, y - h / 2, x + w / 2, y + h / 2)
                    other = _elsewhere(random, min(w, 0.5), min(h, 0.5), boxes, top)
                    shown += [Shown(label, scene, part)] if part is not None else []
                    rest = None if other is None else _cut(pixels, *other)
                    shown += [Shown("other", scene, rest)] if rest is not None else []
        return shown

    def attire(self, column: str, states: dict[str, str], height: float) -> list[Shown]:
        """Persons labelled by eye; `height`: the upper share of the box that is shown."""
        pictures = {
            f"{stem}.webp": pixels
            for split in ("train", "val")
            for stem, pixels, _ in self.pictures(split, "idenprof_headwear")
        }
        shown = []
        with (self.folder / "attire.csv").open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                left, top, right, bottom = (float(row[edge]) for edge in ("left", "top", "right", "bottom"))
                part = _cut(pictures[row["file"]], left, top, right, top + (bottom - top) * height)
                if row[column] in states and part is not None:
                    shown.append(Shown(states[row[column]], row["file"], part))
        return shown

    def fixed_regions(self, part: int) -> list[list[Shown]]:
        """Places of kitchens with a thing put there or not, each in sixty lights, slightly moved and blurred.

        The thing's sides are one `part`-th of the region's.
        """
        kitchens = [pixels for _, pixels, _ in self.pictures("train", "kitchen_backgrounds")]
        random = np.random.default_rng(2)
        return [_fixed_region(random, kitchens, place, part) for place in range(FIXED_PLACES)]


def _cut(pixels: Pixels, left: float, top: float, right: float, bottom: float) -> Pixels | None:
    rows, columns = pixels.shape[:2]
    across, along = MARGIN * (right - left), MARGIN * (bottom - top)
    x0, x1 = max(0, int((left - across) * columns)), min(columns, int(np.ceil((right + across) * columns)))
    y0, y1 = max(0, int((top - along) * rows)), min(rows, int(np.ceil((bottom + along) * rows)))
    if min(x1 - x0, y1 - y0) < LEAST_SIDE_PX:
        return None
    return np.ascontiguousarray(pixels[y0:y1, x0:x1])


def _elsewhere(
    random: np.random.Generator, width: float, height: float, boxes: list[list[float]], top: float
) -> tuple[float, float, float, float] | None:
    for _ in range(30):
        left = random.uniform(0, 1 - width)
        above = random.uniform(min(top, 1 - height), 1 - height)
        edges = (left, above, left + width, above + height)
        if all(_shared(edges, box) < 0.05 * width * height for box in boxes):
            return edges
    return None


def _shared(edges: tuple[float, float, float, float], box: list[float]) -> float:
    x, y, w, h = box
    across = min(edges[2], x + w / 2) - max(edges[0], x - w / 2)
    along = min(edges[3], y + h / 2) - max(edges[1], y - h / 2)
    return max(0.0, across) * max(0.0, along)


def _fixed_region(random: np.random.Generator, kitchens: list[Pixels], place: int, part: int) -> list[Shown]:
    side = 160
    size = side // part
    empty = _square(random, kitchens[place], side)
    thing = cv2.resize(_square(random, kitchens[-1 - place], side), (size, size))
    x, y = random.integers(side // 8, side - size - side // 8, 2)
    filled = empty.copy()
    filled[y : y + size, x : x + size] = thing
    states = {"there": filled, "gone": empty}
    return [
        Shown(state, f"{place}/{state}/{number}", changed_light(random, pixels))
        for state, pixels in states.items()
        for number in range(60)
    ]


def _square(random: np.random.Generator, pixels: Pixels, side: int) -> Pixels:
    rows, columns = pixels.shape[:2]
    y, x = random.integers(0, max(1, rows - side)), random.integers(0, max(1, columns - side))
    return np.asarray(cv2.resize(pixels[y : y + side, x : x + side], (side, side)), np.uint8)


def changed_light(random: np.random.Generator, pixels: Pixels) -> Pixels:
    """The place at another moment: gamma, tint, noise, a shift of up to 2 %, blur, and JPEG."""
    side = pixels.shape[0]
    shift = np.array([[1, 0, random.uniform(-0.02, 0.02) * side], [0, 1, random.uniform(-0.02, 0.02) * side]])
    moved = cv2.warpAffine(pixels, shift, (side, side), borderMode=cv2.BORDER_REFLECT)
    lit = 255 * (moved / 255.0) ** random.uniform(0.6, 1.7) * random.uniform(0.85, 1.1, 3)
    noisy = lit + random.normal(0, random.uniform(2, 10), lit.shape)
    blurred = cv2.GaussianBlur(np.clip(noisy, 0, 255).astype(np.uint8), (0, 0), random.uniform(0.3, 1.3))
    packed = cv2.imencode(".jpg", blurred, [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(40, 90))])[1]
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)


def tasks(archives: Archives) -> dict[str, list[list[Shown]]]:
    """By name; a task of several places is measured place by place."""
    faces = {"face_masked": "masked", "face_unmasked": "unmasked"}
    return {
        "bin: overflowing or not": [
            archives.boxed(["bins_garbage_overflow"], {"bin": "bin", "bin_overflowing": "overflowing"})
        ],
        "head: helmet or bare": [archives.boxed(["helmet_shahizat"], {"helmet": "helmet", "head_bare": "bare"})],
        "face: masked or not": [archives.boxed(["facemask_ilc2021", "facemask_kaggle853"], faces)],
        "hand: glove or bare": [archives.boxed(["gloves_joshpola"], {"glove": "glove", "bare_hand": "bare"})],
        "fire or elsewhere": [archives.against_rest(["fire_smoke_liuzifan", "fire_xiapinquan"], "fire")],
        "head: hat or none *": [archives.attire("hat", {"hat": "hat", "no_hat": "none"}, 0.4)],
        "person: kitchen uniform or not *": [archives.attire("kitchen_uniform", {"yes": "yes", "no": "no"}, 1.0)],
        "wet floor or elsewhere *": [
            archives.against_rest(["wet_floor_ochesaf"], "wet_floor", top=0.45, split="train")
        ],
        "fixed region: large thing there or gone (made)": archives.fixed_regions(3),
        "fixed region: small thing there or gone (made)": archives.fixed_regions(7),
    }


def measure(embedder: Embedder, places: list[list[Shown]], examples: int, draws: int) -> Figures:
    """Draw examples, teach, judge the pictures of all other scenes."""
    figures = Figures([], [], [], [])
    for number, shown in enumerate(places):
        rows = embedder.embed([one.pixels for one in shown])
        for draw in range(max(1, draws // len(places))):
            _one_draw(np.random.default_rng([number, draw]), shown, rows, examples, figures)
    return figures


def _one_draw(
    random: np.random.Generator, shown: list[Shown], rows: FloatArray, examples: int, figures: Figures
) -> None:
    counts: dict[str, int] = defaultdict(int)
    by_scene: dict[str, list[int]] = defaultdict(list)
    for place, one in enumerate(shown):
        by_scene[one.scene].append(place)
    taught: list[int] = []
    used: set[str] = set()
    for scene in random.permutation(sorted(by_scene)):
        for place in by_scene[scene]:
            if counts[shown[place].state] < examples:
                counts[shown[place].state] += 1
                taught.append(place)
                used.add(scene)
    lesson = teach(rows[taught], [shown[place].state for place in taught])
    asked = [place for place in range(len(shown)) if shown[place].scene not in used]
    answers = {place: lesson.head.answer(rows[place]) for place in asked}
    states = {shown[place].state for place in asked}
    right = {
        state: [answers[place].likeliest == state for place in asked if shown[place].state == state] for state in states
    }
    figures.accuracy.append(float(np.mean([np.mean(each) for each in right.values()])))
    told = [answer.state == shown[place].state for place, answer in answers.items() if answer.state is not None]
    figures.abstained.append(1.0 - len(told) / len(asked))
    if told:
        figures.precision.append(float(np.mean(told)))
    figures.left_out.append(
        float(np.mean([a.likeliest == shown[place].state for a, place in zip(lesson.left_out, taught, strict=True)]))
    )


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.few_shot", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--zoo", type=Path, default=ZOO_FOLDER)
    parser.add_argument("--model", default=EMBEDDING_MODEL)
    parser.add_argument("--draws", type=int, default=20)
    parser.add_argument("--write", action="store_true", help="into the manifest of the network")
    given = parser.parse_args(arguments)
    loaded = ModelRegistry(given.zoo).load_as(given.model, EmbeddingManifest)
    embedder = open_embedder(loaded)
    quality = []
    for name, places in tasks(Archives(given.data)).items():
        thinned = [_thinned(place) for place in places]
        for examples in (5, 10, 20):
            fewest = min(sum(one.state == s for one in place) for place in thinned for s in {o.state for o in place})
            if fewest < 2 * examples:
                continue
            figures = measure(embedder, thinned, examples, given.draws)
            quality.append(_quality(name, examples, figures))
            line = quality[-1]
            print(
                f"{name:42} {examples:3}  {line.accuracy:.3f} ± {line.deviation:.3f}  answered right "
                f"{line.precision}  abstained {line.abstained:.3f}  left out {np.mean(figures.left_out):.3f}",
                flush=True,
            )
    if given.write:
        _write(given.zoo / given.model / MANIFEST_NAME, loaded.manifest, quality)
    return 0


def _thinned(shown: list[Shown]) -> list[Shown]:
    kept: dict[str, list[Shown]] = defaultdict(list)
    for place in np.random.default_rng(5).permutation(len(shown)):
        kept[shown[place].state].append(shown[place])
    return [one for each in kept.values() for one in each[:PER_STATE]]


def _quality(name: str, examples: int, figures: Figures) -> FewShotQuality:
    return FewShotQuality(
        task=name,
        examples=examples,
        draws=len(figures.accuracy),
        accuracy=round(float(np.mean(figures.accuracy)), 3),
        deviation=round(float(np.std(figures.accuracy)), 3),
        precision=round(float(np.mean(figures.precision)), 3) if figures.precision else None,
        abstained=round(float(np.mean(figures.abstained)), 3),
        data="cut-outs of validation pictures; with * of training pictures (wet floor) or of both"
        if "(made)" not in name
        else "kitchen pictures with a part of another one put in, in changed light",
    )


def _write(path: Path, manifest: EmbeddingManifest, quality: list[FewShotQuality]) -> None:
    head = "# Written by `python -m models.training.embedding`; figures by `python -m bench.few_shot --write`.\n"
    filled = manifest.model_copy(update={"quality": tuple(quality)})
    text = yaml.safe_dump(filled.model_dump(mode="json"), sort_keys=False, allow_unicode=True)
    path.write_text(head + text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
