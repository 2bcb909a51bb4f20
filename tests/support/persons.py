"""Drawn persons with and without hats, uniforms and masks, in the layout of a data folder: nobody was photographed."""

import csv
import io
import json
import tarfile
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from domain.geometry import Box

LABELS = ("person", "face_masked", "face_unmasked", "face_mask_misworn", "head_bare", "helmet")
SIDE = 160
PERSON = Box(0.3, 0.1, 0.7, 0.9)
FACE = Box(0.42, 0.16, 0.58, 0.34)
SKIN, HAIR, WHITE, SHIRT = (150, 180, 220), (30, 40, 60), (250, 250, 250), (160, 60, 40)


def draw_person(rng: np.random.Generator, *, hat: bool, uniform: bool, mask: bool) -> npt.NDArray[np.uint8]:
    """A figure in PERSON's place, blue first."""
    pixels = np.full((SIDE, SIDE, 3), rng.integers(80, 140), dtype=np.uint8)
    middle, shoulders = SIDE // 2, round(0.38 * SIDE)
    torso = WHITE if uniform else SHIRT
    cv2.rectangle(pixels, (round(0.32 * SIDE), shoulders), (round(0.68 * SIDE), round(0.9 * SIDE)), torso, -1)
    cv2.ellipse(pixels, (middle, round(0.25 * SIDE)), (14, 16), 0, 0, 360, SKIN, -1)
    cv2.rectangle(pixels, (middle - 14, round(0.13 * SIDE)), (middle + 14, round(0.18 * SIDE)), HAIR, -1)
    if hat:
        cv2.rectangle(pixels, (middle - 16, round(0.08 * SIDE)), (middle + 16, round(0.18 * SIDE)), WHITE, -1)
    if mask:
        cv2.rectangle(pixels, (middle - 12, round(0.26 * SIDE)), (middle + 12, round(0.34 * SIDE)), (220, 200, 120), -1)
    return pixels


def write_persons(folder: Path, *, train: int = 24, val: int = 12) -> Path:
    """`drawn_persons` with attire.csv, and `facemask_drawn` with boxes of faces."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ontology.json").write_text(json.dumps(LABELS))
    (folder / "partial.json").write_text(json.dumps({"drawn_persons": [], "facemask_drawn": []}))
    rows: list[dict[str, object]] = []
    for split, count in (("train", train), ("val", val)):
        rng = np.random.default_rng(count)
        worn: dict[str, bytes] = {}
        faces: dict[str, bytes] = {}
        for number in range(count):
            states = {"hat": number % 2 == 0, "uniform": number % 3 == 0, "mask": number % 4 == 0}
            name = f"drawn_persons__{split}{number:03}"
            _add(worn, name, draw_person(rng, **states), 0, PERSON)
            rows.append(_row(split, name, states, is_unclear=number == count - 1))
            label = 1 if number % 2 else 2
            name = f"facemask_drawn__{split}{number:03}"
            _add(faces, name, draw_person(rng, hat=False, uniform=False, mask=label == 1), label, FACE)
        _write_archive(folder / split / "drawn_persons.tar.gz", worn)
        _write_archive(folder / split / "facemask_drawn.tar.gz", faces)
    with (folder / "attire.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return folder


def _row(split: str, name: str, states: dict[str, bool], *, is_unclear: bool) -> dict[str, object]:
    edges = {edge: getattr(PERSON, edge) for edge in ("left", "top", "right", "bottom")}
    hat = "hat" if states["hat"] else "no_hat"
    return {
        "split": split,
        "file": f"{name}.webp",
        **edges,
        "hat": "unclear" if is_unclear else hat,
        "kitchen_uniform": "yes" if states["uniform"] else "no",
        "apron": "not_judged",
        "mask": "mask" if states["mask"] else "no",
    }


def _add(files: dict[str, bytes], name: str, pixels: npt.NDArray[np.uint8], label: int, box: Box) -> None:
    encoded = cv2.imencode(".webp", pixels, [cv2.IMWRITE_WEBP_QUALITY, 90])[1].tobytes()
    files[f"images/{name}.webp"] = encoded
    center = box.center
    files[f"labels/{name}.txt"] = f"{label} {center.x} {center.y} {box.width} {box.height}".encode()


def _write_archive(archive: Path, files: dict[str, bytes]) -> None:
    archive.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(archive, "w:gz") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
