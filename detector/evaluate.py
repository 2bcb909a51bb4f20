"""`python -m detector.evaluate --model baseline --data ../shared/data`: figures per label, through our own detector.

The data folder holds `ontology.json` (order of the labels), `partial.json` (labels that a source left out) and
`val/*.tar.gz` (`images/*.webp`, `labels/*.txt` as class, centre x and y, width, height in fractions).
"""

import argparse
import json
import sys
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath

import cv2
import numpy as np

from detector.detector import Detector
from detector.evaluation import LabelFigures, Tally, TruthBox, choose_threshold, figures
from detector.pictures import PixelPicture
from detector.sessions import open_session
from detector.settings import DetectorSettings
from domain.geometry import Box
from models.registry import ZOO_FOLDER, LoadedModel, ModelRegistry

FLOOR = 0.005  # far below any threshold: average precision looks at the long tail too
EVALUATION = DetectorSettings(maximum_boxes=300)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One labelled picture."""

    source: str
    name: str
    picture: PixelPicture
    truth: tuple[TruthBox, ...]


def read_samples(data: Path, split: str = "val", sources: Sequence[str] = ()) -> Iterator[Sample]:
    """Pictures of a split in order of source and name; only of the named sources if any are named."""
    ontology: list[str] = json.loads((data / "ontology.json").read_text(encoding="utf-8"))
    for archive in sorted((data / split).glob("*.tar.gz")):
        source = archive.name.removesuffix(".tar.gz")
        if not sources or source in sources:
            yield from _read_archive(archive, source, ontology)


def read_left_out(data: Path) -> dict[str, frozenset[str]]:
    """Labels that each source did not draw."""
    partial: dict[str, list[str]] = json.loads((data / "partial.json").read_text(encoding="utf-8"))
    return {source: frozenset(labels) for source, labels in partial.items()}


def _read_archive(archive: Path, source: str, ontology: list[str]) -> Iterator[Sample]:
    pictures: dict[str, bytes] = {}
    labels: dict[str, str] = {}
    with tarfile.open(archive) as tar:
        for member in tar:
            path, content = PurePosixPath(member.name), tar.extractfile(member)
            if content and path.parent.name == "images":
                pictures[path.stem] = content.read()
            elif content and path.parent.name == "labels":
                labels[path.stem] = content.read().decode()
    for name in sorted(pictures):
        pixels = cv2.imdecode(np.frombuffer(pictures[name], dtype=np.uint8), cv2.IMREAD_COLOR)
        if pixels is None:
            raise ValueError(f"{archive}: {name} is no picture")
        yield Sample(
            source=source,
            name=name,
            picture=PixelPicture(np.asarray(pixels, dtype=np.uint8)),
            truth=tuple(_read_truth(labels[name], ontology)),
        )


def _read_truth(text: str, ontology: list[str]) -> Iterator[TruthBox]:
    for line in text.splitlines():
        number, x, y, width, height = (float(part) for part in line.split())
        box = Box.clipped(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
        if box:
            yield TruthBox(label=ontology[int(number)], box=box)


def evaluate(
    model: LoadedModel,
    data: Path,
    *,
    sources: Sequence[str] = (),
    longest_side_px: int | None = None,
    chooses_thresholds: bool = False,
) -> list[LabelFigures]:
    """Figures of every label on the validation pictures, at the manifest's thresholds or at chosen ones.

    Only pictures of the named sources if any are named.
    """
    manifest = model.manifest
    settings = EVALUATION.model_copy(update={"longest_side_px": longest_side_px})
    floors = dict.fromkeys(manifest.label_names, FLOOR)
    detector = Detector(open_session(model), manifest, settings, floors=floors)
    tally = Tally(manifest.label_names)
    left_out = read_left_out(data)
    for sample in read_samples(data, sources=sources):
        (answer,) = detector.look([sample.picture])
        if answer is None:
            raise ValueError(f"{sample.name} could not be judged")
        tally.add(answer, sample.truth, left_out.get(sample.source, frozenset()))
    found = {label: tally.judged(label) for label in manifest.label_names}
    thresholds = manifest.thresholds
    if chooses_thresholds:
        thresholds = {label: choose_threshold(judged) for label, judged in found.items()}
    return [figures(label, judged, thresholds[label]) for label, judged in found.items()]


def _line(each: LabelFigures) -> str:
    precision = "   -" if each.precision is None else f"{each.precision:4.2f}"
    return f"{each.label:18} {each.count:5} {each.ap50:5.2f} {each.threshold:9.2f} {precision:>9} {each.recall:6.2f}\n"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m detector.evaluate", description=__doc__)
    parser.add_argument("--model", default="baseline")
    parser.add_argument("--zoo", type=Path, default=ZOO_FOLDER)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sources", nargs="*", default=(), help="only these; default: all")
    parser.add_argument("--longest-side", type=int, default=None, help="in pixels; default: the manifest's")
    parser.add_argument("--choose-thresholds", action="store_true", help="choose them anew instead of using those set")
    parser.add_argument("--json", type=Path, default=None, help="also write the figures to this file")
    given = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    found = evaluate(
        ModelRegistry(given.zoo).load(given.model),
        given.data,
        sources=given.sources,
        longest_side_px=given.longest_side,
        chooses_thresholds=given.choose_thresholds,
    )
    sys.stdout.write(f"{'label':18} {'n':>5} {'AP50':>5} {'threshold':>9} {'precision':>9} {'recall':>6}\n")
    sys.stdout.writelines(_line(each) for each in found)
    if given.json:
        given.json.write_text(json.dumps([asdict(each) for each in found], indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
