"""`python -m detector.evaluate --model kitchen-n --data data.yaml`: figures per label, through our own detector.

The data is a data.yaml as YOLO tools read it, perhaps with a partial.json beside it (labels that a source left out),
or a folder of archives; see `detector.evaluation_samples`.
"""

import argparse
import sys
from collections.abc import Collection, Sequence
from pathlib import Path

import cv2

from detector.errors import DetectorError
from detector.evaluation import Tally, figures
from detector.evaluation_looks import Fault, SeenSample, look_at_all, processors, scene_numbers
from detector.evaluation_report import Measured, Report, build_report
from detector.evaluation_samples import Samples, open_samples
from detector.evaluation_verdicts import Looked, judge
from detector.report_file import writable, writable_folder
from detector.report_html import write_html
from detector.report_json import write_json
from detector.report_text import lines, warnings
from detector.thresholds import choose_and_cross_fit
from models.data.errors import DataError
from models.errors import ModelError
from models.manifest import ModelManifest
from models.registry import ZOO_FOLDER, LoadedModel, ModelRegistry
from models.targets import load_targets

KEPT_FLOOR = 0.05  # least confidence of what is kept for verdicts; no threshold is chosen below it


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
    workers: int | None = None,
) -> Report:
    """Measure a network and write what is asked for.

    `html_folder` gets pictures of the worst mistakes, so it must lie outside every repository. Figures hold at the
    thresholds of the manifest, or with `chooses_thresholds` at those that the rule chooses on this data, which
    flatters them. `workers` threads look at pictures, as many as there are processors by default; the figures do
    not depend on it. Raises ModelError (also for whatever is wrong with the data) or DetectorError.
    """
    folder = writable_folder(html_folder) if html_folder else None
    file = writable(json_file) if json_file else None
    loaded = ModelRegistry(zoo).load(model)
    samples = open_samples(data, loaded.manifest.label_names, split=split, sources=sources)
    report = evaluate(
        loaded, samples, longest_side_px=longest_side_px, chooses_thresholds=chooses_thresholds, workers=workers
    )
    if file:
        write_json(report, file)
    if folder:
        write_html(report, samples, folder)
    return report


def evaluate(
    model: LoadedModel,
    samples: Samples,
    *,
    longest_side_px: int | None = None,
    chooses_thresholds: bool = False,
    workers: int | None = None,
    tally: Tally | None = None,
) -> Report:
    """Look at every sample with the network. See `run`. An empty `tally` of the labels keeps every verdict."""
    manifest = model.manifest
    faults: list[Fault] = []
    readable = samples.read(on_fault=lambda error: faults.append(Fault(str(error))))
    answers = list(look_at_all(model, readable, longest_side_px=longest_side_px, workers=workers or processors()))
    faults += [each for each in answers if isinstance(each, Fault)]
    seen = [each for each in answers if isinstance(each, SeenSample)]
    if not seen:
        raise DataError("\n".join(["there is no picture to measure on", *(each.reason for each in faults[:20])]))
    labels, scenes = _measured(manifest, seen, tally or Tally(manifest.label_names), chooses=chooses_thresholds)
    thresholds = {each.figures.label: each.figures.threshold for each in labels}
    kept_from = min(KEPT_FLOOR, *manifest.thresholds.values())
    return build_report(
        model=manifest.reference,
        longest_side_px=longest_side_px or manifest.input.longest_side_px,
        labels=labels,
        verdicts=[judge(_looked(each, kept_from), thresholds) for each in seen],
        data_labels=samples.labels,
        scenes=scenes,
        thresholds_are_chosen_here=chooses_thresholds,
        faults=faults,
        remarks=samples.remarks,
    )


def _measured(
    manifest: ModelManifest, seen: Sequence[SeenSample], tally: Tally, *, chooses: bool
) -> tuple[list[Measured], int]:
    """Every label in the network's order, and how many scenes there are."""
    targets, scenes = load_targets(), scene_numbers(seen)
    for each in seen:
        tally.add(each.detections, each.sample.truth, each.sample.left_out)
    found = []
    for label in manifest.labels:
        judged = tally.judged(label.name)
        choice = choose_and_cross_fit(judged, *tally.by_scene(label.name, scenes), label.name, targets)
        threshold = choice.threshold if chooses else label.threshold
        found.append(Measured(figures=figures(tally, label.name, threshold), judged=judged, choice=choice))
    return found, int(scenes.max()) + 1


def _looked(seen: SeenSample, kept_from: float) -> Looked:
    """What verdicts need: without what is not known here, and without the long tail of unsure detections."""
    sample, kept = seen.sample, [d for d in seen.detections if d.confidence >= kept_from]
    return Looked(
        source=sample.source,
        name=sample.name,
        place=sample.place,
        width_px=seen.width_px,
        height_px=seen.height_px,
        left_out=sample.left_out,
        truth=tuple(each for each in sample.truth if each.label not in sample.left_out),
        detections=tuple(d for d in kept if d.label not in sample.left_out),
        uncounted=tuple(d for d in kept if d.label in sample.left_out),
    )


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
            workers=given.workers,
        )
    except (ModelError, DetectorError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.writelines(f"{line}\n" for line in lines(report))
    sys.stderr.writelines(f"{line}\n" for line in warnings(report))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m detector.evaluate", description=__doc__)
    parser.add_argument("--model", default="kitchen-n")
    parser.add_argument("--zoo", type=Path, default=ZOO_FOLDER)
    parser.add_argument("--data", type=Path, required=True, help="data.yaml, or a folder with one or with archives")
    parser.add_argument("--split", default="", help="default: val, or test where there is no val")
    parser.add_argument("--sources", nargs="*", default=(), help="only these; default: all")
    parser.add_argument("--longest-side", type=int, default=None, help="in pixels; default: the manifest's")
    parser.add_argument("--choose-thresholds", action="store_true", help="choose them anew instead of using those set")
    parser.add_argument("--workers", type=int, default=None, help="threads; default: one per processor")
    parser.add_argument("--json", type=Path, default=None, help="also write the figures to this file")
    parser.add_argument("--html", type=Path, default=None, help="also write a report with pictures to this folder")
    return parser


if __name__ == "__main__":
    sys.exit(main())
