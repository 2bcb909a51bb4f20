"""`python -m detector.evaluate --model baseline --data data.yaml`: figures per label, through our own detector.

The data is a data.yaml as YOLO tools read it, perhaps with a partial.json beside it (labels that a source left out),
or a folder of archives; see `detector.evaluation_samples`.
"""

import argparse
import sys
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import cv2

from detector.detector import Detector
from detector.errors import DetectorError, PictureNotJudgedError
from detector.evaluation import Tally, choose_threshold, figures
from detector.evaluation_report import Report, build_report
from detector.evaluation_samples import Sample, Samples, open_samples
from detector.evaluation_verdicts import Looked, judge
from detector.report_html import write_html
from detector.report_json import write_json
from detector.report_text import lines
from detector.sessions import open_session
from detector.settings import DetectorSettings
from models.data.errors import DataError
from models.data.untracked import require_untracked
from models.errors import ModelError
from models.manifest import ModelManifest
from models.registry import ZOO_FOLDER, LoadedModel, ModelRegistry

FLOOR = 0.005  # far below any threshold: average precision looks at the long tail too
KEPT_FLOOR = 0.05  # least confidence of what is kept for verdicts; no threshold is chosen below it
EVALUATION = DetectorSettings(maximum_boxes=300)


def run(
    data: Path,
    model: str,
    *,
    zoo: Path = ZOO_FOLDER,
    json_file: Path | None = None,
    html_folder: Path | None = None,
    sources: Collection[str] = (),
    split: str = "",
    longest_side_px: int | None = None,
    chooses_thresholds: bool = False,
) -> Report:
    """Measure a network and write what is asked for.

    `html_folder` gets pictures of the worst mistakes, so it must lie outside every repository. Figures hold at the
    thresholds of the manifest, or with `chooses_thresholds` at the best ones for this data, which flatters them.
    Raises ModelError (also for whatever is wrong with the data) or DetectorError.
    """
    folder = require_untracked(html_folder) if html_folder else None
    loaded = ModelRegistry(zoo).load(model)
    samples = open_samples(data, loaded.manifest.label_names, split=split, sources=sources)
    report = evaluate(loaded, samples, longest_side_px=longest_side_px, chooses_thresholds=chooses_thresholds)
    if json_file:
        write_json(report, json_file)
    if folder:
        write_html(report, samples, folder)
    return report


def evaluate(
    model: LoadedModel,
    samples: Samples,
    *,
    longest_side_px: int | None = None,
    chooses_thresholds: bool = False,
    tally: Tally | None = None,
) -> Report:
    """Look at every sample with the network. See `run`. An empty `tally` of the labels keeps every verdict."""
    manifest = model.manifest
    settings = EVALUATION.model_copy(update={"longest_side_px": longest_side_px})
    floors = dict.fromkeys(manifest.label_names, FLOOR)
    detector = Detector(open_session(model), manifest, settings, floors=floors)
    tally = tally or Tally(manifest.label_names)
    kept_from = min(KEPT_FLOOR, *manifest.thresholds.values())
    looked = [_look(detector, sample, tally, kept_from) for sample in samples.read()]
    if not looked:
        raise DataError("there is no picture to measure on")
    thresholds = _thresholds(manifest, tally, chooses=chooses_thresholds)
    return build_report(
        model=manifest.reference,
        longest_side_px=longest_side_px or manifest.input.longest_side_px,
        labels=[figures(tally, label, thresholds[label]) for label in manifest.label_names],
        judged={label: tally.judged(label) for label in manifest.label_names},
        verdicts=[judge(each, thresholds) for each in looked],
        data_labels=samples.labels,
    )


def _look(detector: Detector, sample: Sample, tally: Tally, kept_from: float) -> Looked:
    """One picture, which is also counted."""
    picture = sample.picture
    (answer,) = detector.look([picture])
    if answer is None:
        raise PictureNotJudgedError(picture.width, picture.height)
    tally.add(answer, sample.truth, sample.left_out)
    return Looked(
        source=sample.source,
        name=sample.name,
        width_px=picture.width,
        height_px=picture.height,
        left_out=sample.left_out,
        truth=tuple(each for each in sample.truth if each.label not in sample.left_out),
        detections=tuple(d for d in answer if d.confidence >= kept_from and d.label not in sample.left_out),
    )


def _thresholds(manifest: ModelManifest, tally: Tally, *, chooses: bool) -> Mapping[str, float]:
    if not chooses:
        return manifest.thresholds
    return {label: choose_threshold(tally.judged(label)) for label in manifest.label_names}


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status: 0, or 2 where nothing could be measured."""
    given = _parser().parse_args(arguments)
    cv2.setNumThreads(1)
    try:
        report = run(
            given.data,
            given.model,
            zoo=given.zoo,
            json_file=given.json,
            html_folder=given.html,
            sources=given.sources,
            split=given.split,
            longest_side_px=given.longest_side,
            chooses_thresholds=given.choose_thresholds,
        )
    except (ModelError, DetectorError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.writelines(f"{line}\n" for line in lines(report))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m detector.evaluate", description=__doc__)
    parser.add_argument("--model", default="baseline")
    parser.add_argument("--zoo", type=Path, default=ZOO_FOLDER)
    parser.add_argument("--data", type=Path, required=True, help="data.yaml, or a folder with one or with archives")
    parser.add_argument("--split", default="", help="default: val, or test where there is no val")
    parser.add_argument("--sources", nargs="*", default=(), help="only these; default: all")
    parser.add_argument("--longest-side", type=int, default=None, help="in pixels; default: the manifest's")
    parser.add_argument("--choose-thresholds", action="store_true", help="choose them anew instead of using those set")
    parser.add_argument("--json", type=Path, default=None, help="also write the figures to this file")
    parser.add_argument("--html", type=Path, default=None, help="also write a report with pictures to this folder")
    return parser


if __name__ == "__main__":
    sys.exit(main())
