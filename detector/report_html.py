"""A report as a page with the worst mistakes as pictures.

The pictures are other people's: they are written only where git would not take them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import cv2

from detector.evaluation import Interval
from detector.evaluation_report import ClassReport, Report
from detector.evaluation_samples import Samples
from detector.evaluation_verdicts import FalseAlarms, band_names
from detector.report_mistakes import Mistake, worst_mistakes
from domain.frame import Pixels
from models.data.drawing import draw_box, fit
from models.data.errors import DataError
from models.data.untracked import require_untracked

PICTURE_PX = 360
JPEG_QUALITY = 80
_LABELLED, _DETECTED = (80, 220, 80), (60, 60, 255)  # green, red
_FEWEST_ALARMS = 3

_STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; color: #1c2430; }
table { border-collapse: collapse; margin: 1rem 0; } th, td { padding: .25rem .6rem; border-bottom: 1px solid #d8dee6; }
td { text-align: right; font-variant-numeric: tabular-nums; } td:first-child, th:first-child { text-align: left; }
.weak { color: #8a94a3; } .mistakes { display: flex; flex-wrap: wrap; gap: .75rem; }
figure { margin: 0; width: 15rem; } figure img { max-width: 100%; } figcaption { font-size: .8rem; color: #4a5565; }
"""


@dataclass(frozen=True, slots=True)
class _Table:
    head: Sequence[str]
    rows: Iterable[Sequence[str]]


def write_html(report: Report, samples: Samples, folder: Path) -> Path:
    """Write `index.html` and `pictures/`; the page's path.

    Raises InsideRepositoryError for a folder that git would take, DataError where a picture cannot be written.
    """
    place = require_untracked(folder)
    (place / "pictures").mkdir(parents=True, exist_ok=True)
    mistakes = worst_mistakes(report)
    files = _write_pictures(mistakes, samples, place)
    page = place / "index.html"
    page.write_text("\n".join(_page(report, mistakes, files)) + "\n", encoding="utf-8")
    return page


def _write_pictures(mistakes: Sequence[Mistake], samples: Samples, place: Path) -> dict[Mistake, str]:
    """Draw every mistake; its file relative to the page."""
    numbered = {mistake: f"pictures/{number:04}.jpg" for number, mistake in enumerate(mistakes)}
    names = {mistake.name for mistake in mistakes}
    for sample in samples.read(names):
        for mistake, file in numbered.items():
            if (mistake.source, mistake.name) == (sample.source, sample.name):
                pixels = _drawn(sample.picture.bgr(), mistake)
                if not cv2.imwrite(str(place / file), pixels, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]):
                    raise DataError(f"{place / file} could not be written")
    return numbered


def _drawn(pixels: Pixels, mistake: Mistake) -> Pixels:
    drawn = fit(pixels, PICTURE_PX)
    if mistake.truth:
        draw_box(drawn, mistake.truth.box, mistake.truth.label, _LABELLED)
    if mistake.detection:
        text = f"{mistake.detection.label} {mistake.detection.confidence:.2f}"
        draw_box(drawn, mistake.detection.box, text, _DETECTED)
    return drawn


def _page(report: Report, mistakes: Sequence[Mistake], files: dict[Mistake, str]) -> Iterator[str]:
    title = f"{report.model.name} {report.model.version}"
    yield f"<!doctype html><html lang='en'><meta charset='utf-8'><title>{escape(title)}</title><style>{_STYLE}</style>"
    yield f"<h1>{escape(title)}</h1>"
    yield (
        f"<p>{report.pictures} pictures, longest side {report.longest_side_px} px for the network. SHA-256 of its "
        f"file: <code>{escape(report.model.sha256)}</code>. In brackets: 95 % intervals, of AP50 from resampled "
        "pictures, otherwise Wilson's.</p>"
    )
    yield from _table("Classes", _classes(report))
    yield from _table("Recall by size: found of labelled, by square root of the box's area in pixels", _sizes(report))
    yield from _table(
        "Taken for something else: another label was detected over the labelled thing", _confusions(report)
    )
    yield from _table("False alarms: pictures that do not show a label and raise it", _alarms(report.false_alarms))
    yield from _table("Calibration: is a confidence the share of right detections?", _calibration(report))
    yield "<h2>The worst mistakes</h2><p>Green: labelled. Red: detected.</p>"
    yield from _gallery(mistakes, files)


def _table(title: str, table: _Table) -> Iterator[str]:
    rows = list(table.rows)
    yield f"<h2>{escape(title)}</h2>"
    if not rows:
        yield "<p>None.</p>"
        return
    yield "<table><tr>" + "".join(f"<th>{escape(cell)}</th>" for cell in table.head) + "</tr>"
    for row in rows:
        yield "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>"
    yield "</table>"


def _classes(report: Report) -> _Table:
    head = ["class", "boxes", "pictures", "AP50", "AP50-95", "threshold", "precision", "recall", "calibration error"]
    known = (_class_row(each) for each in report.classes)
    foreign = (
        [name, str(count), *["not known to the network"], *[""] * 6] for name, count in report.not_in_model.items()
    )
    return _Table(head, [*known, *foreign])


def _class_row(each: ClassReport) -> list[str]:
    figures = each.figures
    measured = figures.count > 0
    return [
        figures.label,
        str(figures.count),
        str(each.pictures),
        _share(figures.ap50 if measured else None, figures.ap50_interval),
        f"{figures.ap50_95:.3f}" if measured else "-",
        f"{figures.threshold:.2f}",
        _share(figures.precision, figures.precision_interval),
        _share(figures.recall if measured else None, figures.recall_interval),
        "-" if each.calibration_error is None else f"{each.calibration_error:.3f}",
    ]


def _share(share: float | None, interval: Interval | None) -> str:
    if share is None:
        return "-"
    if interval is None:
        return f"{share:.2f}"
    return f"{share:.2f} ({interval.low:.2f}-{interval.high:.2f})"


def _sizes(report: Report) -> _Table:
    rows = [
        [each.figures.label, *(f"{band.found} of {band.count}" if band.count else "-" for band in each.by_size)]
        for each in report.classes
        if each.figures.count
    ]
    return _Table(["class", *(f"{name} px" for name in band_names())], rows)


def _confusions(report: Report) -> _Table:
    rows = [[each.label, each.taken_for, f"{each.count} of {each.of}", str(each.missed)] for each in report.confusions]
    return _Table(["labelled", "detected", "boxes", "of these not found as themselves"], rows)


def _alarms(alarms: Sequence[FalseAlarms]) -> _Table:
    rows = [
        [each.label, each.where, f"{each.raising} of {each.of}", _share(each.raising / each.of, each.interval)]
        for each in alarms
        if each.raising >= _FEWEST_ALARMS
    ]
    return _Table(["raised", "pictures", "how many", "share"], rows)


def _calibration(report: Report) -> _Table:
    rows = [
        [
            f"{each.low:.1f}-{each.high:.1f}",
            str(each.count),
            f"{each.mean_confidence:.2f}",
            f"{each.right / each.count:.2f}",
        ]
        for each in report.calibration
    ]
    return _Table(["confidence", "detections", "mean confidence", "share right"], rows)


def _gallery(mistakes: Sequence[Mistake], files: dict[Mistake, str]) -> Iterator[str]:
    for label in dict.fromkeys(mistake.label for mistake in mistakes):
        yield f"<h3>{escape(label)}</h3><div class='mistakes'>"
        for mistake in mistakes:
            if mistake.label == label:
                yield (
                    f"<figure><img loading='lazy' src='{files[mistake]}' alt='{escape(mistake.what)}'>"
                    f"<figcaption>{escape(mistake.what)}: {escape(mistake.name)}</figcaption></figure>"
                )
        yield "</div>"
