"""A report as two pages: figures to read and print, and the worst mistakes as pictures.

The pictures are other people's: they are written only where git would not take them.
"""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path

from detector.evaluation_report import Report
from detector.evaluation_samples import Samples
from detector.look_alikes import unmeasured
from detector.report_mistakes import Mistake, MistakeKind, all_mistakes, worst_mistakes
from detector.report_page import Cell, Section, contents, page, rendered
from detector.report_pictures import write_pictures
from detector.report_tables import MISTAKES_PAGE, named, tables
from detector.report_text import warnings
from models.data.untracked import require_untracked

INDEX_PAGE = "index.html"


def write_html(report: Report, samples: Samples, folder: Path, more: Sequence[Section] = ()) -> Path:
    """Write `index.html`, `mistakes.html` and `pictures/`; the first page's path. `more` are further tables.

    Raises InsideRepositoryError for a folder that git would take, DataError where a picture cannot be written.
    """
    place = require_untracked(folder)
    mistakes = worst_mistakes(report)
    files = write_pictures(mistakes, samples, place)
    title = f"{report.model.name} {report.model.version}"
    (place / MISTAKES_PAGE).write_text(page(f"{title}: mistakes", _mistakes(report, mistakes, files)), "utf-8")
    index = place / INDEX_PAGE
    index.write_text(page(title, _index(report, title, more)), "utf-8")
    return index


def write_tables(title: str, facts: Mapping[str, str], sections: Sequence[Section], folder: Path) -> Path:
    """Write a page of tables only, which shows nobody's pictures; its path."""
    folder.mkdir(parents=True, exist_ok=True)
    index = folder / INDEX_PAGE
    body = [f"<h1>{escape(title)}</h1>", *_facts(facts), *contents(sections)]
    index.write_text(page(title, [*body, *(line for each in sections for line in rendered(each))]), "utf-8")
    return index


def _facts(facts: Mapping[str, str]) -> Iterator[str]:
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts.items())
    yield f"<dl class='facts'>{rows}</dl>"


def _index(report: Report, title: str, more: Sequence[Section]) -> Iterator[str]:
    found = list(tables(report))
    sections = [found[0], *more, *found[1:]]
    yield f"<h1>{escape(title)}</h1><p class='note'>Measured on labelled pictures · 在标注图片上的实测结果</p>"
    yield from _facts(
        {
            "pictures": f"{report.pictures} in {report.scenes} scenes (near-duplicates count as one scene)",
            "size for the network": f"{report.longest_side_px} px on the longest side",
            "SHA-256 of the network": report.model.sha256,
            "thresholds": "chosen on these very pictures: the figures flatter"
            if report.thresholds_are_chosen_here
            else "those that the network is shipped with",
        }
    )
    yield from _reading(report)
    yield from contents(sections, more=f"<a href='{MISTAKES_PAGE}'>The worst mistakes, as pictures</a>")
    for section in sections:
        yield from rendered(section)


def _reading(report: Report) -> Iterator[str]:
    yield (
        "<div class='box'><p>A figure holds for pictures like these and for nothing else. Where the interval is wide, "
        "there were few boxes: read the interval, not the figure. What the service reports rests on several looks in a "
        "row, so alerts are fewer and surer than single detections, and small or hidden things are not judged at all."
        "</p><p class='zh'>这些数字只适用于与此相似的图片；样本少时区间宽，请看区间而非单个数值。"
        "报警须经多次观察，且仅为待人工核实的线索。</p></div>"
    )
    told = [*warnings(report), *unmeasured(report.look_alikes)]
    if told:
        yield "<div class='box warn'>" + "".join(f"<p>{escape(line)}</p>" for line in told) + "</div>"


def _mistakes(report: Report, mistakes: Sequence[Mistake], files: Mapping[Mistake, str]) -> Iterator[str]:
    yield "<h1>The worst mistakes</h1>"
    yield f"<p><a href='index.html'>{escape(report.model.name)}: all figures</a></p>"
    yield (
        "<p class='note'>Green: labelled. Red: detected. Blue: other labelled things of the kind. Small things are "
        "shown enlarged. Some mistakes are the labels': a thing that nobody drew counts as false here. "
        "绿色：人工标注；红色：网络检测；蓝色：同类的其他标注。</p>"
    )
    yield from rendered(_counts(report))
    for label in dict.fromkeys(mistake.label for mistake in mistakes):
        zh = named(label).zh
        yield f"<h2 id='{escape(label)}'>{escape(label)} {escape(zh)}</h2>"
        for kind in MistakeKind:
            own = [each for each in mistakes if each.label == label and each.kind is kind]
            if own:
                yield f"<h3>{escape(kind.value.capitalize())}</h3><div class='grid'>"
                yield from (_figure(each, files[each]) for each in own)
                yield "</div>"


def _figure(mistake: Mistake, file: str) -> str:
    is_named = not mistake.source or mistake.name.startswith(mistake.source)
    place = mistake.name if is_named else f"{mistake.source} · {mistake.name}"
    return (
        f"<figure><img loading='lazy' src='{escape(file)}' alt='{escape(mistake.what)}'>"
        f"<figcaption title='{escape(str(mistake.place))}'>"
        f"<b>{escape(mistake.what)}</b><br>{escape(place)}</figcaption></figure>"
    )


def _counts(report: Report) -> Section:
    found = all_mistakes(report)
    rows: list[list[Cell]] = [
        [named(label), *(str(len(found.get((label, kind), []))) for kind in MistakeKind)]
        for label in report.labels
        if any((label, kind) in found for kind in MistakeKind)
    ]
    return Section(
        title="How many of which kind",
        note="All mistakes at the thresholds; at most six of a kind are shown below.",
        head=("label", *(kind.value for kind in MistakeKind)),
        rows=rows,
    )
