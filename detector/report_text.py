"""A report as plain text, for a terminal."""

from collections.abc import Iterator

from detector.evaluation import Interval
from detector.evaluation_report import ClassReport, Report
from models.data.ontology import load_ontology


def lines(report: Report) -> Iterator[str]:
    yield f"{'label':18} {'n':>5}  {'AP50':16} {'AP50-95':>7} {'threshold':>9}  {'precision':16}  {'recall':16}"
    for each in report.classes:
        yield _line(each)
    for name, count in report.not_in_model.items():
        yield f"{name:18} {count:5}  labelled, but this network does not know it"
    yield ""
    yield from _look_alikes(report)


def _line(each: ClassReport) -> str:
    figures = each.figures
    if not figures.count and not figures.reported:
        return f"{figures.label:18} {0:5}  -                      - {figures.threshold:9.2f}  -                 -"
    ap50 = _with_interval(figures.ap50 if figures.count else None, figures.ap50_interval)
    precision = _with_interval(figures.precision, figures.precision_interval)
    recall = _with_interval(figures.recall if figures.count else None, figures.recall_interval)
    return (
        f"{figures.label:18} {figures.count:5}  {ap50:16} {figures.ap50_95:7.2f} {figures.threshold:9.2f}"
        f"  {precision:16}  {recall:16}"
    )


def _with_interval(share: float | None, interval: Interval | None) -> str:
    if share is None:
        return "-"
    if interval is None:
        return f"{share:4.2f}"
    return f"{share:4.2f} ({interval.low:4.2f}-{interval.high:4.2f})"


def _look_alikes(report: Report) -> Iterator[str]:
    """Pictures of what is known to be taken for a label, and how many of them raise it."""
    ontology = load_ontology()
    known = set(ontology.names)
    yield "pictures of look-alikes that raise a label that is not there:"
    for each in report.false_alarms:
        kind, _, other = each.where.partition(" ")
        alike = kind == "with" and each.label in known and other in ontology.look_alikes(each.label)
        if alike or (kind == "source" and "lookalike" in other and each.raising):
            yield f"  {each.label:18} {each.where:28} {each.raising:4} of {each.of}"
