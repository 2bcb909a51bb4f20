"""A report as plain text, for a terminal."""

from collections.abc import Iterator
from itertools import groupby

from detector.evaluation import Interval
from detector.evaluation_report import ClassReport, Report
from detector.look_alikes import LookAlike, unmeasured
from detector.thresholds import Choice, Ground

_SHOWN = 20
_SHOWN_SOURCES = 4


def lines(report: Report) -> Iterator[str]:
    yield f"{'label':18} {'n':>5}  {'AP50':16} {'AP50-95':>7} {'threshold':>9}  {'precision':16}  {'recall':16}"
    for each in report.classes:
        yield _line(each)
    for name, count in report.not_in_model.items():
        yield f"{name:18} {count:5}  labelled, but this network does not know it"
    guessed = [each.figures.label for each in report.classes if each.figures.guesses]
    if guessed:
        yield f"(g) rests partly on boxes that a network guessed: {', '.join(guessed)}"
    yield ""
    yield from _choices(report)
    yield ""
    yield from _look_alikes(report)
    yield from _blind_spots(report)


def warnings(report: Report) -> Iterator[str]:
    """What a person should put right: pictures that did not count, and names that mean nothing."""
    yield from report.remarks
    if report.faults:
        yield f"{len(report.faults)} pictures were passed over:"
        yield from (each.reason for each in report.faults[:_SHOWN])
        if len(report.faults) > _SHOWN:
            yield f"and {len(report.faults) - _SHOWN} more"


def _line(each: ClassReport) -> str:
    figures = each.figures
    if not figures.count and not figures.reported:
        return f"{figures.label:18} {0:5}  -                      - {figures.threshold:9.2f}  -                 -"
    ap50 = with_interval(figures.ap50 if figures.count else None, figures.ap50_interval)
    precision = with_interval(figures.precision, figures.precision_interval)
    recall = with_interval(figures.recall if figures.count else None, figures.recall_interval)
    wider = f"{figures.ap50_95:.2f}" if figures.count else "-"
    mark = " (g)" if figures.guesses else ""
    return (
        f"{figures.label:18} {figures.count:5}  {ap50:16} {wider:>7} {figures.threshold:9.2f}"
        f"  {precision:16}  {recall:16}{mark}"
    )


def with_interval(share: float | None, interval: Interval | None) -> str:
    if share is None:
        return "-"
    if interval is None:
        return f"{share:4.2f}"
    return f"{share:4.2f} ({interval.low:4.2f}-{interval.high:4.2f})"


def _choices(report: Report) -> Iterator[str]:
    yield "thresholds by the rule, and what they reach on pictures that they were not chosen on (means of halvings):"
    yield f"{'label':18} {'class':>5} {'threshold':>9}  {'taken for':24} {'precision':16}  {'recall':16}"
    for each in report.classes:
        choice = each.choice
        fit = choice.cross_fit
        if fit:
            precision = with_interval(fit.precision, fit.precision_interval)
            recall = with_interval(fit.recall, fit.recall_interval)
            yield (
                f"{each.figures.label:18} {choice.risk_class:>5} {choice.threshold:9.2f}  {reason(choice):24} "
                f"{precision:16}  {recall:16}"
            )


def reason(choice: Choice) -> str:
    if choice.ground is Ground.TARGET:
        return f"precision {choice.target_precision:.2f}"
    if choice.ground is Ground.LOWERED:
        return f"precision {choice.asked_precision:.2f}, not {choice.target_precision:.2f}"
    return "best F1: target missed"


def _look_alikes(report: Report) -> Iterator[str]:
    yield "look-alikes: pictures that show the one and not the other, and raise the other all the same; and boxes:"
    for each in report.look_alikes:
        if each.is_measured:
            yield f"  {each.pair.shown + ' taken for ' + each.pair.label:40} {_pictures(each)}{_boxes(each)}"
    yield from (f"  {line}" for line in unmeasured(report.look_alikes))


def _blind_spots(report: Report) -> Iterator[str]:
    if not report.blind_spots:
        return
    yield ""
    yield "told in pictures whose source left the label out: no figure above says whether that is right, so look there:"
    for label, spots in groupby(report.blind_spots, lambda each: each.label):
        told = [f"{each.source} {each.telling} of {each.pictures}" for each in spots]
        more = f", {len(told) - _SHOWN_SOURCES} sources more" if len(told) > _SHOWN_SOURCES else ""
        yield f"  {label:18} {', '.join(told[:_SHOWN_SOURCES])}{more}"


def _pictures(each: LookAlike) -> str:
    if not each.pictures:
        return f"{'no pictures':34}"
    share = each.raising / each.pictures
    return f"{each.raising:4} of {each.pictures:4} pictures {with_interval(share, each.pictures_interval):16}"


def _boxes(each: LookAlike) -> str:
    return "" if each.boxes is None else f"  {each.taken:4} of {each.boxes:4} boxes"
