"""Drawn persons in the folder that the rendered kitchen's generator writes, by its own writer. Nothing is rendered."""

import json
from pathlib import Path

import cv2
import numpy as np

from domain.geometry import Box
from models.synth.pictures import write_everything
from tests.support.persons import FACE, PERSON, SIDE, draw_person

_FACES = {
    "none": "face_unmasked",
    "right": "face_masked",
    "nose_free": "face_mask_misworn",
    "chin": "face_mask_misworn",
}


def write_cast(folder: Path, *, count: int = 8, seed: int = 0) -> Path:
    """`count` pictures of one person each. Every fourth is turned away, so that no face is in view."""
    work = folder / "work"
    work.mkdir(parents=True)
    rng = np.random.default_rng(seed)
    for number in range(seed, seed + count):
        worn = ("none", "cap", "toque", "hairnet", "helmet")[number % 5]
        mask = tuple(_FACES)[number % len(_FACES)]
        facts = {
            "headwear": worn,
            "kitchen_uniform": number % 2 == 0,
            "apron": number % 3 == 0,
            "mask": mask,
            "gloves": False,
        }
        pixels = draw_person(rng, hat=worn != "none", uniform=number % 2 == 0, mask=mask == "right")
        boxes = [_box("person", PERSON, facts)]
        if number % 4 != 3:
            boxes.append(_box(_FACES[mask], FACE, {}))
        cv2.imwrite(str(work / f"{number:06}.webp"), pixels, [cv2.IMWRITE_WEBP_QUALITY, 90])
        document = {"seed": number, "width": SIDE, "height": SIDE, "boxes": boxes}
        (work / f"{number:06}.json").write_text(json.dumps(document), encoding="utf-8")
    write_everything(folder)
    return folder


def _box(label: str, box: Box, facts: dict[str, object]) -> dict[str, object]:
    return {
        "label": label,
        "box": [box.left, box.top, box.right, box.bottom],
        "visibility": 1.0,
        "size_px": [box.width * SIDE, box.height * SIDE],
        "facts": facts,
    }
