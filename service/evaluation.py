"""`brightkitchen evaluate`: a network on labelled pictures, on clips, or on both, with what it means for risk codes."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from alerts.catalogue import Catalogue, load_catalogue
from alerts.figures import CodeFigures, catalogue_figures
from detector.evaluate import evaluate
from detector.evaluation import Interval
from detector.evaluation_looks import in_order, processors
from detector.evaluation_report import Report
from detector.evaluation_samples import Samples, open_samples, require_meanings
from detector.report_file import writable, writable_folder
from detector.report_html import write_html, write_tables
from detector.report_json import document as picture_document
from detector.report_page import Bar, Cell, Named, Section
from detector.report_text import lines as picture_lines
from detector.report_text import warnings, with_interval
from models.data.ontology import load_ontology
from models.figures import quality
from models.registry import LoadedModel
from service.footage import report as footage_report
from service.footage.alarms import Basis, ClipAlarms, Footage, clip_alarms, footage
from service.footage.play import play, stage, whole_picture
from service.footage.truth import ClipTruth, clips_at, truths_of
from service.networks import find_network, network_in_service
from service.settings import ServiceSettings
from streams.errors import StreamError


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to measure: pictures, clips or both. `truth` says what the clips show, if not a file beside them.

    `model` is a promoted or shipped network by its name, or a folder; empty: the one in service.
    `meanings` are labels of the network by names of classes in the pictures.
    """

    model: str
    data: Path | None = None
    split: str = ""
    meanings: Mapping[str, str] = field(default_factory=dict)
    videos: Sequence[Path] = ()
    truth: Path | None = None
    uses_gate: bool = True
    chooses_thresholds: bool = False
    workers: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was measured; `codes` are there where pictures were."""

    model: LoadedModel
    catalogue: Catalogue
    pictures: Report | None
    codes: tuple[CodeFigures, ...]
    video: Footage | None

    def document(self) -> dict[str, Any]:
        """The JSON file: that of `detector.report_json`, with `codes` and `video`."""
        reference = self.model.reference
        model = {"name": reference.name, "version": reference.version, "sha256": reference.sha256}
        found: dict[str, Any] = {"model": model, "classes": {}}
        if self.pictures:
            found = picture_document(self.pictures)
        found["codes"] = {each.code: _code(each) for each in self.codes}
        if self.video:
            found["video"] = footage_report.document(self.video)
        return found

    def lines(self) -> Iterator[str]:
        """For a terminal."""
        if self.pictures:
            yield from picture_lines(self.pictures)
            yield ""
            yield from _code_lines(self.codes)
        if self.pictures and self.video:
            yield ""
        if self.video:
            yield from footage_report.lines(self.video)

    def warnings(self) -> Iterator[str]:
        """What a person should put right."""
        if self.pictures:
            yield from warnings(self.pictures)
        if self.video:
            yield from self.video.faults

    def sections(self) -> list[Section]:
        """Tables of the page that the detector knows nothing of."""
        codes = [_code_section(self.catalogue, self.codes)] if self.codes else []
        return [*codes, *(footage_report.sections(self.video, self.catalogue) if self.video else ())]


def measure(
    settings: ServiceSettings, wanted: Wanted, *, json_file: Path | None = None, html_folder: Path | None = None
) -> Outcome:
    """Measure and write what is asked for. Blocks, on `workers` threads.

    Raises ModelError (also for labelled pictures), DetectorError, AlertsError (clips and what they show) or
    StreamError (no clip can be played; some that cannot are told and passed over).
    """
    folder = writable_folder(html_folder) if html_folder else None
    file = writable(json_file) if json_file else None
    chosen = find_network(wanted.model, settings, settings.data) if wanted.model else None
    model = chosen or network_in_service(settings, settings.data)
    catalogue = load_catalogue(settings.alerts.catalogue, settings.alerts.profile)
    clips = _truths(wanted, catalogue, model)  # what a person misspelt is told before an hour of work
    samples = _samples(wanted, model)
    report = (
        evaluate(model, samples, chooses_thresholds=wanted.chooses_thresholds, workers=wanted.workers)
        if samples
        else None
    )
    outcome = Outcome(
        model=model,
        catalogue=catalogue,
        pictures=report,
        codes=tuple(_codes(catalogue, report)) if report else (),
        video=_footage(settings, wanted, model, catalogue, clips) if clips else None,
    )
    if file:
        file.write_text(json.dumps(outcome.document(), indent=1) + "\n", encoding="utf-8")
    if folder and report and samples:
        write_html(report, samples, folder, outcome.sections())
    elif folder:
        facts = {"SHA-256 of the network": model.manifest.sha256}
        write_tables(f"{model.manifest.name} {model.manifest.version}", facts, outcome.sections(), folder)
    return outcome


def _samples(wanted: Wanted, model: LoadedModel) -> Samples | None:
    if wanted.data is None:
        return None
    labels = model.manifest.label_names
    samples = open_samples(wanted.data, labels, split=wanted.split, meanings=wanted.meanings)
    require_meanings(wanted.meanings, samples.class_names, labels)
    return samples


def _truths(wanted: Wanted, catalogue: Catalogue, model: LoadedModel) -> Mapping[Path, ClipTruth]:
    words = {*load_ontology().names, *model.manifest.label_names}
    clips = clips_at(wanted.videos)
    return truths_of(clips, wanted.truth, catalogue, words) if clips else {}


def _footage(
    settings: ServiceSettings,
    wanted: Wanted,
    model: LoadedModel,
    catalogue: Catalogue,
    clips: Mapping[Path, ClipTruth],
) -> Footage:
    gate = settings.detector.gate.model_copy(update={"is_on": wanted.uses_gate})
    detector = settings.detector.model_copy(update={"gate": gate})
    setting = stage(model, detector, settings.streams, catalogue)
    labels = tuple(name for name in model.manifest.label_names if name in model.manifest.usable_labels)
    basis = Basis(catalogue=catalogue, rules=setting.rules, labels=labels)

    def one(clip: Path) -> ClipAlarms | StreamError:
        try:
            return clip_alarms(play(clip, setting, whole_picture(clips[clip].zone)), clips[clip], basis)
        except StreamError as error:
            return error

    # A clip keeps more than one thread busy, but hardly more than one core.
    found = list(in_order(one, clips, workers=wanted.workers or processors()))
    played = [each for each in found if not isinstance(each, StreamError)]
    errors = [each for each in found if isinstance(each, StreamError)]
    if not played:
        raise errors[0]
    return footage(played, uses_gate=wanted.uses_gate, faults=[str(error) for error in errors])


def _codes(catalogue: Catalogue, report: Report) -> list[CodeFigures]:
    rows = picture_document(report)["classes"]
    found = {
        name: quality(row, longest_side_px=report.longest_side_px, data="")
        for name, row in rows.items()
        if row["n"] or row["reported"]
    }
    # Clothes are measured by detector.evaluate_attire.
    return catalogue_figures(list(catalogue), found, {})


def _code(each: CodeFigures) -> dict[str, Any]:
    return {
        "labels": list(each.labels),
        "precision": each.precision,
        "precision_interval": _ends(each.precision_interval),
        "recall": each.recall,
        "recall_interval": _ends(each.recall_interval),
        "n": each.count,
        "guessed": each.guessed,
        "not_measured": list(each.missing),
    }


def _ends(interval: Interval | None) -> list[float] | None:
    return [interval.low, interval.high] if interval else None


def _code_lines(codes: Sequence[CodeFigures]) -> Iterator[str]:
    yield "what that means for risk codes (the labels that raise them, in single pictures, before any rule):"
    yield f"{'code':18} {'n':>5}  {'precision':16}  {'recall':16}  labels"
    for each in codes:
        precision = with_interval(each.precision, each.precision_interval)
        recall = with_interval(each.recall, each.recall_interval)
        yield f"{each.code:18} {each.count:5}  {precision:16}  {recall:16}  {', '.join(each.labels)}"


def _code_section(catalogue: Catalogue, codes: Sequence[CodeFigures]) -> Section:
    names = {entry.risk.code: entry.risk.name_zh for entry in catalogue}
    rows: list[list[Cell]] = [
        [
            Named(name=each.code, zh=names[each.code]),
            f"{each.count}{' (g)' if each.guessed else ''}",
            Bar(share=each.precision, interval=each.precision_interval),
            Bar(share=each.recall, interval=each.recall_interval),
            ", ".join(each.labels),
            ", ".join(each.helpers) or "-",
        ]
        for each in codes
    ]
    return Section(
        title="Figures by risk code",
        note=(
            "The labels that raise a code, counted together, in single pictures. Rules of dwell, motion and zones come "
            "on top: they make alerts fewer and surer than single looks."
        ),
        head=("code", "boxes", "precision", "recall", "raised by", "also needs"),
        rows=rows,
        words=frozenset({0, 4, 5}),
    )
