"""Single random pictures to learn from, in the layout that `models.data` reads, with rows of attire and of lids.

work/000007.webp, .json   each picture as it was made; a stopped run goes on after the last whole one
images/, labels/, …       the layout (see models/data/layout.py), written from all of them
attire.csv                persons: box, headwear, uniform, apron, mask, gloves
lids.csv                  bins: box, kind, angle and state of the lid, fill
"""

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from domain.frame import Pixels
from domain.geometry import Box
from models.data.layout import write_layout
from models.data.ontology import load_ontology
from models.data.records import LabelledBox, Record
from models.data.splits import TRAIN
from models.data.untracked import require_untracked
from models.synth.errors import SynthError
from models.synth.lots import Lot, draw_lot
from models.synth.optics import Light, automatic_gain, bent, compressed, drawn, photographed
from models.synth.ports import Renderer
from models.synth.puffs import draw_puffs
from models.synth.shapes.mesh import Floats
from models.synth.truth import Surveyor, Truth

SOURCE = "synth"
WEBP_QUALITY = 90
JUDGED_FROM = 0.6  # visible share of a person from which clothes can be judged
LEAST_PERSON_PX = 40  # height below which nobody could tell what a person wears
ATTIRE_COLUMNS = (
    "split",
    "file",
    "left",
    "top",
    "right",
    "bottom",
    "hat",
    "kitchen_uniform",
    "apron",
    "mask",
    "headwear",
    "gloves",
    "visibility",
)
LID_COLUMNS = (
    "split",
    "file",
    "left",
    "top",
    "right",
    "bottom",
    "kind",
    "is_open",
    "lid_degrees",
    "fill",
    "is_overflowing",
    "visibility",
)
_MASK_WORDS = {"none": "no", "right": "mask", "nose_free": "nose_free", "chin": "chin"}


def make_pictures(
    folder: Path,
    renderer: Renderer,
    *,
    count: int,
    seed: int,
    say: Callable[[str], None],
    draw: Callable[[int], Lot] = draw_lot,
) -> int:
    """Make pictures `seed` to `seed + count - 1` that are not there yet and write the layout; how many were made.

    `draw` makes the scene of a seed.

    Raises InsideRepositoryError for a folder that git would take.
    """
    place = require_untracked(folder)
    work = place / "work"
    work.mkdir(parents=True, exist_ok=True)
    made = 0
    for number in range(seed, seed + count):
        if (work / f"{number:06}.json").is_file():
            continue
        lot = draw(number)
        pixels, truths = take_picture(lot, renderer)
        keep_picture(work, number, lot, pixels, truths)
        made += 1
        say(f"picture {number}: {len(truths)} boxes in the {lot.place}")
    write_everything(place)
    return made


def take_picture(lot: Lot, renderer: Renderer) -> tuple[Pixels, list[Truth]]:
    """Render and photograph one lot."""
    truths, depth = Surveyor(lot.scene.camera).survey(lot.scene)
    pixels, puffs = photograph_lot(lot, renderer.render(lot.scene, seed=lot.seed), depth)
    return pixels, truths + puffs


def photograph_lot(lot: Lot, straight: Light, depth: Floats) -> tuple[Pixels, list[Truth]]:
    """The picture of a lot whose straight-line light was rendered, and the truths of its fire and smoke."""
    scene = lot.scene
    rng = np.random.default_rng([lot.seed, 43])
    light = bent(straight, scene.camera)
    lit, boxes = draw_puffs(light, lot.puffs, lot.second, scene.camera, depth)
    puffs = [
        _puff_truth(key, box, scene.camera.width, scene.camera.height)
        for key, box in boxes.items()
        if key in {"fire", "smoke"}
    ]
    optics = drawn(rng, is_infrared=scene.is_infrared)
    clock = datetime(2026, 1, 1) + timedelta(seconds=int(rng.integers(300 * 86400)))  # noqa: DTZ001 - a camera's clock has no zone
    pixels = photographed(lit, optics, rng, gain=automatic_gain(light), clock=clock)
    return compressed(pixels, int(rng.integers(35, 85))), puffs


def _puff_truth(key: str, box: Box, width: int, height: int) -> Truth:
    return Truth(
        key=key,
        label=key,
        box=box,
        visibility=1.0,
        distance=0.0,
        width_px=box.width * width,
        height_px=box.height * height,
    )


def keep_picture(work: Path, number: int, lot: Lot, pixels: Pixels, truths: Sequence[Truth]) -> None:
    """Write a picture and what is true of it; the second file tells that both are whole."""
    if not cv2.imwrite(str(work / f"{number:06}.webp"), pixels, [cv2.IMWRITE_WEBP_QUALITY, WEBP_QUALITY]):
        raise SynthError(f"{work}: a picture could not be written")
    height, width = pixels.shape[:2]
    document = {
        "seed": number,
        "place": lot.place.value,
        "is_infrared": lot.scene.is_infrared,
        "width": width,
        "height": height,
        "boxes": [truth.as_document() for truth in truths],
    }
    part = work / f"{number:06}.part"
    part.write_text(json.dumps(document), encoding="utf-8")
    part.replace(work / f"{number:06}.json")


def write_everything(place: Path) -> list[Record]:
    """The layout and both tables from all pictures in `work`."""
    documents = [
        (path, json.loads(path.read_text(encoding="utf-8"))) for path in sorted((place / "work").glob("*.json"))
    ]
    ontology = load_ontology()
    records = [_record(path, document, frozenset(ontology.names)) for path, document in documents]
    written = write_layout(records, place, ontology)
    named = [(record.picture.name, document) for record, (_, document) in zip(written, documents, strict=True)]
    _write_table(place / "attire.csv", ATTIRE_COLUMNS, attire_rows(named))
    _write_table(place / "lids.csv", LID_COLUMNS, lid_rows(named))
    return written


def _record(path: Path, document: dict[str, Any], labelled: frozenset[str]) -> Record:
    return Record(
        picture=path.with_suffix(".webp"),
        width_px=document["width"],
        height_px=document["height"],
        boxes=tuple(
            LabelledBox(label=each["label"], box=Box(*each["box"]))
            for each in document["boxes"]
            if _has_area(each["box"])
        ),
        source=SOURCE,
        labelled=labelled,
        split=TRAIN,
        group=f"seed{document['seed']}",
        original=f"rendered, seed {document['seed']}",
    )


def _has_area(edges: Sequence[float]) -> bool:
    return bool(edges[0] < edges[2] and edges[1] < edges[3])


def attire_rows(named: Sequence[tuple[str, dict[str, Any]]]) -> Iterator[dict[str, object]]:
    """One row per person who is large enough and mostly seen, in the words of the labels made by eye."""
    for file, document in named:
        for each in document["boxes"]:
            if (
                each["label"] == "person"
                and each["visibility"] >= JUDGED_FROM
                and each["size_px"][1] >= LEAST_PERSON_PX
            ):
                facts = each["facts"]
                yield {
                    **_edges(file, each),
                    "hat": "no_hat" if facts["headwear"] == "none" else "hat",
                    "kitchen_uniform": _yes(facts["kitchen_uniform"]),
                    "apron": _yes(facts["apron"]),
                    "mask": _MASK_WORDS[facts["mask"]],
                    "headwear": facts["headwear"],
                    "gloves": _yes(facts["gloves"]),
                }


def lid_rows(named: Sequence[tuple[str, dict[str, Any]]]) -> Iterator[dict[str, object]]:
    for file, document in named:
        for each in document["boxes"]:
            if each["label"] in {"bin", "bin_overflowing"}:
                facts = each["facts"]
                states = {"is_open": _yes(facts["is_open"]), "is_overflowing": _yes(facts["is_overflowing"])}
                yield {
                    **_edges(file, each),
                    "kind": facts["kind"],
                    "lid_degrees": facts["lid_degrees"],
                    "fill": facts["fill"],
                    **states,
                }


def _edges(file: str, each: dict[str, Any]) -> dict[str, object]:
    named = dict(zip(("left", "top", "right", "bottom"), each["box"], strict=True))
    return {"split": TRAIN, "file": file, **named, "visibility": each["visibility"]}


def _yes(value: object) -> str:
    return "yes" if value else "no"


def _write_table(path: Path, columns: Sequence[str], rows: Iterator[dict[str, object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
