"""The tables of a report, for its page."""

from collections.abc import Iterator, Sequence

from detector.blind_spots import BlindSpot
from detector.evaluation_report import ClassReport, Report
from detector.evaluation_verdicts import BandRecall, FalseAlarms, band_names
from detector.look_alikes import LookAlike
from detector.report_page import Bar, Cell, Heat, Named, Section
from detector.report_text import reason
from models.data.ontology import load_ontology

MISTAKES_PAGE = "mistakes.html"
_FEWEST_ALARMS = 3


def tables(report: Report) -> Iterator[Section]:
    yield _classes(report)
    yield _choices(report)
    yield _look_alikes(report)
    yield _blind_spots(report)
    yield _sizes(report)
    yield _confusions(report)
    yield _alarms(report)
    yield _calibration(report)


def named(label: str, *, is_linked: bool = False) -> Named:
    """A label with its Chinese name."""
    zh = {entry.name: entry.zh for entry in load_ontology().classes}.get(label, "")
    return Named(name=label, zh=zh, link=f"{MISTAKES_PAGE}#{label}" if is_linked else "")


def _classes(report: Report) -> Section:
    known = [_class_row(each) for each in report.classes]
    foreign: list[list[Cell]] = [
        [named(name), str(count), "", "not known to the network", "", "", "", "", ""]
        for name, count in report.not_in_model.items()
    ]
    return Section(
        title="Figures by label",
        note=(
            "Precision: how many of its reports are right. Recall: how many of the labelled things it finds. Both "
            "at the threshold, at an overlap of one half, in single pictures. In brackets and drawn: 95 % intervals "
            "(AP50 by resampling of pictures, otherwise Wilson's). (g): some boxes were guessed by a network."
        ),
        head=("label", "boxes", "pictures", "precision", "recall", "threshold", "AP50", "AP50-95", "calibration error"),
        rows=[*known, *foreign],
    )


def _class_row(each: ClassReport) -> list[Cell]:
    figures = each.figures
    measured = figures.count > 0
    return [
        named(figures.label, is_linked=True),
        f"{figures.count}{' (g)' if figures.guesses else ''}",
        str(each.pictures),
        Bar(share=figures.precision, interval=figures.precision_interval),
        Bar(share=figures.recall if measured else None, interval=figures.recall_interval),
        f"{figures.threshold:.2f}",
        Bar(share=figures.ap50 if measured else None, interval=figures.ap50_interval),
        f"{figures.ap50_95:.2f}" if measured else "-",
        "-" if each.calibration_error is None else f"{each.calibration_error:.2f}",
    ]


def _choices(report: Report) -> Section:
    rows: list[list[Cell]] = []
    for each in report.classes:
        choice, fit = each.choice, each.choice.cross_fit
        if fit:
            rows.append(
                [
                    named(each.figures.label),
                    choice.risk_class,
                    f"{each.figures.threshold:.2f}",
                    f"{choice.threshold:.2f}",
                    f"{fit.lowest:.2f}-{fit.highest:.2f}",
                    reason(choice),
                    Bar(share=fit.precision, interval=fit.precision_interval),
                    Bar(share=fit.recall, interval=fit.recall_interval),
                ]
            )
    return Section(
        title="Thresholds: what choosing them here is worth",
        note=(
            "A threshold that was chosen on the pictures that it is measured on flatters itself. The last two columns "
            "do not: chosen on one half of the scenes, measured on the other, mean of twenty halvings. Class: of the "
            "most serious risk code that the label serves."
        ),
        head=(
            *("label", "class", "used above", "by the rule here", "on halves", "taken for"),
            *("precision, cross-fitted", "recall, cross-fitted"),
        ),
        rows=rows,
        words=frozenset({0, 5}),
    )


def _look_alikes(report: Report) -> Section:
    return Section(
        title="Look-alikes",
        note=(
            "Pictures that show the one and not the other, and raise the other all the same; and boxes of the one over "
            "which the other was detected."
        ),
        head=("shown", "taken for", "pictures", "share of pictures", "boxes"),
        rows=[_look_alike_row(each) for each in report.look_alikes],
        words=frozenset({0, 1}),
    )


def _look_alike_row(each: LookAlike) -> list[Cell]:
    if not each.is_measured:
        return [named(each.pair.shown), named(each.pair.label), "no labelled pictures: not measured", "-", "-"]
    share = each.raising / each.pictures if each.pictures else None
    return [
        named(each.pair.shown),
        named(each.pair.label),
        f"{each.raising} of {each.pictures}" if each.pictures else "-",
        Bar(share=share, interval=each.pictures_interval),
        "-" if each.boxes is None else f"{each.taken} of {each.boxes}",
    ]


def _blind_spots(report: Report) -> Section:
    return Section(
        title="Told where nobody drew it",
        note=(
            "Pictures whose source left the label out, and those of them in which it is told at the threshold. They "
            "count in no figure, so none says whether that is right: look at some. Where the thing cannot be there "
            "(people among rats in a cage), every one is a false report that the figures above do not know."
        ),
        head=("label", "source", "pictures", "share"),
        rows=[_blind_spot_row(each) for each in report.blind_spots],
        words=frozenset({0, 1}),
    )


def _blind_spot_row(each: BlindSpot) -> list[Cell]:
    share = Bar(share=each.telling / each.pictures)
    return [named(each.label), each.source, f"{each.telling} of {each.pictures}", share]


def _sizes(report: Report) -> Section:
    return Section(
        title="Recall by size",
        note="Found of labelled boxes, by the square root of the box's area in pixels of the picture as it came.",
        head=("label", *(f"{name} px" for name in band_names())),
        rows=[[named(each.figures.label), *map(_band, each.by_size)] for each in report.classes if each.figures.count],
    )


def _band(band: BandRecall) -> Heat:
    if not band.count:
        return Heat(text="-", share=None)
    return Heat(text=f"{band.found} of {band.count}", share=band.found / band.count)


def _confusions(report: Report) -> Section:
    return Section(
        title="Taken for something else",
        note="Every pair of labels in which the second was detected over a labelled box of the first.",
        head=("labelled", "detected", "boxes", "of these not found as themselves"),
        rows=[
            [named(each.label), named(each.taken_for), f"{each.count} of {each.of}", str(each.missed)]
            for each in report.confusions
        ],
        words=frozenset({0, 1}),
    )


def _alarms(report: Report) -> Section:
    chosen = [each for each in report.false_alarms if each.raising >= _FEWEST_ALARMS]
    return Section(
        title="False alarms on pictures",
        note=f"Pictures of a kind that do not show a label and raise it; fewer than {_FEWEST_ALARMS} are left out.",
        head=("raised", "in pictures", "how many", "share"),
        rows=[_alarm_row(each) for each in chosen],
        words=frozenset({0, 1}),
    )


def _alarm_row(each: FalseAlarms) -> Sequence[Cell]:
    share = Bar(share=each.raising / each.of, interval=each.interval)
    return [named(each.label), each.where, f"{each.raising} of {each.of}", share]


def _calibration(report: Report) -> Section:
    return Section(
        title="Calibration",
        note="Is a confidence the share of right detections? All labels together.",
        head=("confidence", "detections", "mean confidence", "share right"),
        rows=[
            [
                f"{each.low:.1f}-{each.high:.1f}",
                str(each.count),
                f"{each.mean_confidence:.2f}",
                Bar(share=each.right / each.count),
            ]
            for each in report.calibration
        ],
    )
