"""`python -m detector.evaluate_attire --data FOLDER`: how well what persons wear is judged, through the serving code.

The data is a folder of archives with `attire.csv` (see `models.data.attire`). Headwear and uniforms are measured on its
persons, masks on persons around the labelled faces of its `facemask_` sources.
"""

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import cv2

from detector.attire import AttireReader, open_attire_session
from detector.attire_report import AttireReport, Judgement, lines, report, write_json
from detector.errors import DetectorError
from detector.evaluation_samples import Sample, read_samples
from detector.report_file import writable
from detector.settings import AttireSettings
from domain.geometry import Box
from models.attire import AttireManifest
from models.data.attire import ATTIRE_FILE, FACE_STATES, HEADWEAR, MASK, UNIFORM, person_around, read_attire
from models.errors import ModelError
from models.framing import shown_part
from models.registry import ZOO_FOLDER, ModelRegistry

FACE_SOURCE = "facemask_"
LEAST_FACE_PX = 20  # narrower faces are not measured: the crop around them is mostly guesswork
HEIGHTS_PX = (128, 96, 64, 48, 32, 24, 16)


def run(
    data: Path, model: str, *, zoo: Path = ZOO_FOLDER, split: str = "val", json_file: Path | None = None
) -> AttireReport:
    """Measure an attire network. Raises ModelError (also for whatever is wrong with the data) or DetectorError."""
    file = writable(json_file) if json_file else None
    network = ModelRegistry(zoo).load_as(model, AttireManifest)
    session = open_attire_session(network)
    manifest = network.manifest
    reader = AttireReader(session, manifest)
    # Sizes are measured below the least size too: that is how the least size is known.
    any_size = AttireReader(session, manifest.model_copy(update={"minimum_height_px": 1}))
    judgements = [*_worn(data, split, reader, any_size, manifest), *_masks(data, split, reader)]
    measured = report(network.reference, manifest, judgements, data=f"{split} persons, through the serving code")
    if file:
        write_json(measured, file)
    return measured


def _worn(
    data: Path, split: str, reader: AttireReader, any_size: AttireReader, manifest: AttireManifest
) -> Iterable[Judgement]:
    """Headwear and uniforms of the judged persons, at the size of their pictures and scaled down."""
    persons = [person for person in read_attire(data) if person.split == split]
    pictures = {sample.name: sample for sample in _pictures(data, split, {person.source for person in persons})}
    for person in persons:
        picture = pictures[person.name].picture
        part = shown_part(_edges(person.box, picture.width, picture.height), manifest.framing)
        height = part[3] - part[1]
        looks = [(0, reader.read(picture.bgr(), [person.box])[0])]
        for wanted in HEIGHTS_PX:
            if wanted <= height:
                scale = wanted / height
                size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
                looks.append((wanted, any_size.read(picture.bgr(*size), [person.box])[0]))
        for wanted, readings in looks:
            for reading in readings:
                if reading.attribute in {HEADWEAR, UNIFORM}:
                    yield Judgement(
                        attribute=reading.attribute,
                        picture=person.name,
                        height_px=wanted,
                        truth=person.states[reading.attribute],
                        said=reading.state,
                    )


def _masks(data: Path, split: str, reader: AttireReader) -> Iterable[Judgement]:
    sources = {path.name.removesuffix(".tar.gz") for path in (data / split).glob(f"{FACE_SOURCE}*.tar.gz")}
    for sample in _pictures(data, split, sources) if sources else ():
        picture = sample.picture
        aspect = picture.width / picture.height
        faces = [
            each
            for each in sample.truth
            if each.label in FACE_STATES and each.box.width * picture.width >= LEAST_FACE_PX
        ]
        if not faces:
            continue
        answers = reader.read(picture.bgr(), [person_around(each.box, aspect) for each in faces])
        for face, readings in zip(faces, answers, strict=True):
            for reading in readings:
                if reading.attribute == MASK:
                    yield Judgement(
                        attribute=MASK,
                        picture=sample.name,
                        height_px=0,
                        truth=FACE_STATES[face.label],
                        said=reading.state,
                    )


def _pictures(data: Path, split: str, sources: Iterable[str]) -> Iterable[Sample]:
    return read_samples(data, split, sorted(sources))


def _edges(box: Box, width: int, height: int) -> tuple[float, float, float, float]:
    return box.left * width, box.top * height, box.right * width, box.bottom * height


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status: 0, or 2 where nothing could be measured."""
    given = _parser().parse_args(arguments)
    cv2.setNumThreads(1)
    if given.if_there and not (given.data / ATTIRE_FILE).is_file():
        sys.stdout.write(f"no {ATTIRE_FILE} there: what persons wear is not measured\n")
        return 0
    try:
        measured = run(given.data, given.model, zoo=given.zoo, split=given.split, json_file=given.json)
    except (ModelError, DetectorError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.writelines(f"{line}\n" for line in lines(measured))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m detector.evaluate_attire", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of archives with attire.csv")
    parser.add_argument("--model", default=AttireSettings().model)
    parser.add_argument("--zoo", type=Path, default=ZOO_FOLDER)
    parser.add_argument("--split", default="val")
    parser.add_argument("--json", type=Path, default=None, help="also write the figures to this file")
    parser.add_argument("--if-there", action="store_true", help="say so and succeed where the data has no attire.csv")
    return parser


if __name__ == "__main__":
    sys.exit(main())
