"""Pictures and label folders made by code: nothing of other people."""

import json
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import yaml

from domain.frame import Pixels
from domain.geometry import Box
from models.data.records import LabelledBox, Record


def scene(seed: int, width: int = 64, height: int = 48) -> Pixels:
    """A blurred random pattern, unlike that of any other seed."""
    noise = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    return np.asarray(cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC), dtype=np.uint8)


def save(path: Path, pixels: Pixels) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    assert cv2.imwrite(str(path), pixels)
    return path


def save_labels(path: Path, *lines: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def yolo_folder(folder: Path, names: Sequence[str], pictures: dict[str, list[str]], split: str = "train") -> Path:
    """A folder with data.yaml; `pictures` are the label lines by file name. The pictures differ."""
    for number, (name, lines) in enumerate(sorted(pictures.items())):
        save(folder / split / "images" / name, scene(number + 1000))
        save_labels((folder / split / "labels" / name).with_suffix(".txt"), *lines)
    (folder / "data.yaml").write_text(yaml.safe_dump({split: f"{split}/images", "names": list(names)}))
    return folder


def voc_file(path: Path, boxes: Sequence[tuple[str, int, int, int, int]], size: tuple[int, int] = (64, 48)) -> Path:
    things = "\n".join(
        f"<object>\n<name>{name}</name>\n<bndbox><xmin>{left}</xmin><ymin>{top}</ymin>"
        f"<xmax>{right}</xmax><ymax>{bottom}</ymax></bndbox>\n</object>"
        for name, left, top, right, bottom in boxes
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f"<annotation>\n<filename>{path.stem}.png</filename>\n"
        f"<size>\n<width>{size[0]}</width><height>{size[1]}</height>\n</size>\n{things}\n</annotation>\n"
    )
    return path


def coco_file(path: Path, images: list[object], annotations: list[object], categories: list[object]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"images": images, "annotations": annotations, "categories": categories}))
    return path


def record(name: str, *labels: str, source: str = "drawn", split: str = "", group: str = "") -> Record:
    """A record of a picture that is on no disk."""
    boxes = tuple(LabelledBox(label=label, box=Box(0.1, 0.1, 0.5, 0.5)) for label in labels)
    return Record(
        picture=Path(f"{name}.png"),
        width_px=64,
        height_px=48,
        boxes=boxes,
        source=source,
        labelled=frozenset({"rodent", "cat"}),
        split=split,
        group=group,
        original=f"{name}.png",
    )
