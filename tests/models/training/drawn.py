"""A data folder in the real layout with drawn pictures: nothing here was photographed."""

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from models.training.data import Marks, Pixels
from models.training.recipe import Recipe
from models.training.scene import Scene

LABELS = ("square", "disc", "person")
COLOURS = ((40, 40, 220), (220, 60, 40), (60, 200, 60))  # blue first
SIDE = 96


def write_data(folder: Path, *, pictures: int = 12) -> Path:
    """Source `complete` labels everything, `gappy` leaves discs out, though they are there."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ontology.json").write_text(json.dumps(LABELS))
    (folder / "partial.json").write_text(json.dumps({"complete": [], "gappy": ["disc", "person"]}))
    for split, count in (("train", pictures), ("val", 4)):
        for number, source in enumerate(("complete", "gappy")):
            rng = np.random.default_rng((number, len(split)))
            write_source(folder / split / f"{source}.tar.gz", source, count, rng)
    return folder


def write_source(archive: Path, source: str, count: int, rng: np.random.Generator) -> None:
    files: dict[str, bytes] = {}
    for number in range(count):
        pixels, rows = draw(rng)
        name = f"{source}__{number:03}"
        files[f"images/{name}.webp"] = cv2.imencode(".webp", pixels, [cv2.IMWRITE_WEBP_QUALITY, 90])[1].tobytes()
        kept = [row for row in rows if source == "complete" or row[0] == 0]
        files[f"labels/{name}.txt"] = "\n".join(" ".join(f"{value:g}" for value in row) for row in kept).encode()
        if source == "gappy":
            files[f"pseudo/{name}.txt"] = b"2 0.5 0.5 0.2 0.2 0.9\n2 0.2 0.2 0.1 0.1 0.4\n1 0.5 0.5 0.3 0.3 0.95"
    write_archive(archive, files)


def write_archive(archive: Path, files: dict[str, bytes]) -> None:
    archive.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(archive, "w:gz") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))


def draw(rng: np.random.Generator) -> tuple[Pixels, list[tuple[float, ...]]]:
    """A square and a disc, side by side, on a grey ground; rows of label, centre, size in fractions."""
    pixels = np.full((SIDE, SIDE, 3), rng.integers(90, 150), dtype=np.uint8)
    rows: list[tuple[float, ...]] = []
    for label, left in ((0, 4), (1, SIDE // 2 + 2)):
        side = int(rng.integers(20, 40))
        top = int(rng.integers(4, SIDE - side - 4))
        if label == 0:
            cv2.rectangle(pixels, (left, top), (left + side - 1, top + side - 1), COLOURS[0], -1)
        else:
            cv2.circle(pixels, (left + side // 2, top + side // 2), side // 2, COLOURS[1], -1)
        rows.append((label, (left + side / 2) / SIDE, (top + side / 2) / SIDE, side / SIDE, side / SIDE))
    return pixels, rows


def make_scene(**changes: Any) -> Scene:
    """One red square at (10, 20, 30, 50) of a grey scene of 80 by 60 pixels; discs are unlabelled everywhere."""
    pixels = np.full((60, 80, 3), 100, dtype=np.uint8)
    pixels[20:50, 10:30] = COLOURS[0]
    facts: dict[str, Any] = {
        "pixels": pixels,
        "boxes": np.array([[10, 20, 30, 50]], np.float32),
        "labels": np.array([0]),
        "untaught_boxes": np.array([[0, 0, 80, 60]], np.float32),
        "untaught_labels": np.array([[False, True, False]]),
    }
    return Scene(**(facts | changes))


def make_marks(*rows: tuple[float, ...]) -> Marks:
    """Rows of label, centre, size and perhaps score."""
    return Marks.parse("\n".join(" ".join(map(str, row)) for row in rows), len(LABELS))


def make_recipe(**changes: Any) -> Recipe:
    """Fast: 64 pixels, batches of 4."""
    document: dict[str, Any] = {
        "name": "tiny",
        "augmentation": {"mosaic": 0.5, "least_scale": 0.8, "most_scale": 1.2},
        "schedule": {"epochs": 2, "batch_size": 4, "sizes_px": [64, 96], "warm_up_steps": 2},
        "validation": {"side_px": 96},
    }
    return Recipe.model_validate(document | changes)
