"""Animals cut out of their pictures and put, small, on other pictures: what a rat on a kitchen floor looks like."""

import tarfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import cv2
import numpy as np

from models.training.data import Floats, Pixels
from models.training.recipe import PasteRecipe
from models.training.scene import PADDING_LEVEL, Scene

LABEL_OF_FOLDER = {"rodent": "rodent", "roach": "cockroach"}
_TRIES = 6  # places looked at before a cut-out is given up
_MOST_COVERED = 0.15  # share of a labelled object that a cut-out may hide
_OPAQUE = 96  # alpha from which on a pixel belongs to the animal's box


@dataclass(frozen=True, slots=True, kw_only=True)
class CutOut:
    """`pixels` (height, width, 4): blue, green, red, alpha. `label` is a position in the ontology."""

    pixels: Pixels
    label: int


def read_cut_outs(archive: Path, labels: tuple[str, ...]) -> list[CutOut]:
    """Cut-outs of known animals in order of their names; none if there is no such archive."""
    if not archive.is_file():
        return []
    found: dict[str, CutOut] = {}
    with tarfile.open(archive) as tar:
        for member in tar:
            path, content = PurePosixPath(member.name), tar.extractfile(member)
            label = LABEL_OF_FOLDER.get(path.parent.name)
            if content is None or label not in labels:
                continue
            pixels = cv2.imdecode(np.frombuffer(content.read(), dtype=np.uint8), cv2.IMREAD_UNCHANGED)
            if pixels is not None and pixels.ndim == 3 and pixels.shape[2] == 4:
                found[str(path)] = CutOut(pixels=np.asarray(pixels, dtype=np.uint8), label=labels.index(label))
    return [found[name] for name in sorted(found)]


def pasted(scene: Scene, cut_outs: list[CutOut], rng: np.random.Generator, recipe: PasteRecipe) -> Scene:
    """The scene with one to `recipe.most` animals more; its own pixels are left as they are."""
    pixels = scene.pixels.copy()
    boxes: list[Floats] = []
    labels: list[int] = []
    for _ in range(int(rng.integers(1, recipe.most + 1))):
        cut_out = cut_outs[int(rng.integers(len(cut_outs)))]
        side = np.exp(rng.uniform(np.log(recipe.least_side_px), np.log(recipe.longest_side_px)))
        animal = _posed(cut_out.pixels, rng, float(side))
        box = None if animal is None else _free_place(animal, scene, boxes, rng)
        if animal is None or box is None:
            continue
        _blend(pixels, animal, box, rng)
        boxes.append(box)
        labels.append(cut_out.label)
    more = np.array(boxes, dtype=np.float32).reshape(-1, 4)
    with_pixels = Scene(
        pixels=pixels,
        boxes=scene.boxes,
        labels=scene.labels,
        untaught_boxes=scene.untaught_boxes,
        untaught_labels=scene.untaught_labels,
    )
    return with_pixels.with_more(more, np.array(labels, dtype=np.int64))


def _posed(pixels: Pixels, rng: np.random.Generator, side: float) -> Pixels | None:
    """Mirrored, turned, scaled to `side` on its longest side and cut to what is opaque."""
    if rng.random() < 0.5:
        pixels = np.ascontiguousarray(pixels[:, ::-1])
    height, width = pixels.shape[:2]
    # Half of them keep their feet down, roughly; the rest is seen from above and may lie in any direction.
    angle = rng.uniform(-15, 15) if rng.random() < 0.5 else rng.uniform(0, 360)
    scale = side / max(height, width)
    canvas = max(4, int(np.ceil(np.hypot(height, width) * scale)) + 2)
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), float(angle), scale)
    turn[:, 2] += (canvas / 2 - width / 2, canvas / 2 - height / 2)
    blurred = cv2.GaussianBlur(pixels, (0, 0), 0.4 / scale) if scale < 0.5 else pixels  # against aliasing
    posed = np.asarray(cv2.warpAffine(blurred, turn, (canvas, canvas), flags=cv2.INTER_LINEAR), dtype=np.uint8)
    opaque = posed[:, :, 3] >= _OPAQUE
    rows, columns = np.flatnonzero(opaque.any(axis=1)), np.flatnonzero(opaque.any(axis=0))
    if len(rows) < 3 or len(columns) < 3:
        return None
    return posed[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _free_place(animal: Pixels, scene: Scene, taken: list[Floats], rng: np.random.Generator) -> Floats | None:
    """A box in the scene, more often in its lower part, that hides no labelled object; None if none was found."""
    height, width = animal.shape[:2]
    if width >= scene.width or height >= scene.height:
        return None
    others = np.concatenate([scene.boxes, np.array(taken, dtype=np.float32).reshape(-1, 4)])
    for _ in range(_TRIES):
        left = int(rng.integers(0, scene.width - width))
        top = int((scene.height - height) * np.sqrt(rng.random()))
        box = np.array([left, top, left + width, top + height], dtype=np.float32)
        is_padding = bool((scene.pixels[top : top + height, left : left + width] == PADDING_LEVEL).all())
        if not is_padding and _covered(box, others) <= _MOST_COVERED:
            return box
    return None


def _covered(box: Floats, others: Floats) -> float:
    """The largest share of another box that this one covers, or of this one that another covers."""
    if len(others) == 0:
        return 0.0
    low, high = np.maximum(box[:2], others[:, :2]), np.minimum(box[2:], others[:, 2:])
    shared = (high - low).clip(0).prod(axis=1)
    areas = (others[:, 2:] - others[:, :2]).prod(axis=1)
    # A person standing in front covers much; an animal before a wide box (a fire engine, a bin) may stay.
    return float((shared / np.maximum(np.minimum(areas, (box[2:] - box[:2]).prod()), 1e-6)).max())


def _blend(pixels: Pixels, animal: Pixels, box: Floats, rng: np.random.Generator) -> None:
    """Draw the animal into `pixels` with the light of the place and soft edges."""
    left, top, right, bottom = (int(edge) for edge in box)
    place = pixels[top:bottom, left:right].astype(np.float32)
    body = animal[:, :, :3].astype(np.float32)
    alpha = animal[:, :, 3:].astype(np.float32) / 255
    share = rng.uniform(0.2, 0.6)
    mean, target = body.reshape(-1, 3).mean(axis=0), place.reshape(-1, 3).mean(axis=0)
    contrast = np.clip((place.std() + 12) / (body.std() + 12), 0.6, 1.2)
    lit = (body - mean) * contrast + mean * (1 - share) + target * share * rng.uniform(0.6, 1.1)
    soft = cv2.GaussianBlur(alpha, (0, 0), 0.6)[:, :, None]
    pixels[top:bottom, left:right] = (place * (1 - soft) + lit * soft).clip(0, 255).astype(np.uint8)
