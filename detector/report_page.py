"""The parts that a report's page is built from: sections with tables, figures with their intervals drawn beside them.

Everything is in the page itself: no script, no font, no picture from elsewhere. It prints.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from detector.evaluation import Interval

_BAR_WIDTH, _BAR_HEIGHT = 90, 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A share in [0, 1], or None where there is none, with its interval, as text and as a drawing."""

    share: float | None
    interval: Interval | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heat:
    """A text on a ground that is the greener the higher its share, None: no ground."""

    text: str
    share: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A name with its Chinese one below it, and perhaps a place on the page of mistakes that it leads to."""

    name: str
    zh: str = ""
    link: str = ""


Cell = str | Bar | Heat | Named


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading, a line of explanation, and a table. `words` are columns (from 0) of text, which stand left."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    note: str = ""
    words: frozenset[int] = frozenset({0})


STYLE = """
:root { --ink: #17202b; --soft: #5a6675; --line: #d5dce5; --good: #1d7a46; --bad: #b3261e; --wash: #f4f6f9; }
* { box-sizing: border-box; }
body { font: 14px/1.5 system-ui, "Segoe UI", "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif;
  margin: 0 auto; max-width: 76rem; padding: 2rem 1.5rem; color: var(--ink); }
h1 { font-size: 1.7rem; margin: 0 0 .25rem; } h2 { font-size: 1.15rem; margin: 2.2rem 0 .3rem; }
h3 { font-size: 1rem; margin: 1.4rem 0 .4rem; } p { max-width: 62rem; margin: .3rem 0; }
.note, figcaption, .zh, .facts dt { color: var(--soft); } .zh { display: block; font-size: .85em; }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: 1rem 0; }
.facts dd { margin: 0; overflow-wrap: anywhere; }
.box { background: var(--wash); border-left: 4px solid #8fa3bb; padding: .6rem 1rem; margin: 1rem 0; }
.warn { border-left-color: var(--bad); }
nav { columns: 3; margin: 1rem 0; } nav a { display: block; }
table { border-collapse: collapse; margin: .6rem 0 1rem; width: 100%; }
th, td { padding: .28rem .55rem; border-bottom: 1px solid var(--line); text-align: right; vertical-align: top;
  font-variant-numeric: tabular-nums; }
th { background: var(--wash); font-weight: 600; font-size: .9em; vertical-align: bottom; }
thead { display: table-header-group; } tr { break-inside: avoid; }
td.w, th.w { text-align: left; }
td:not(.w) { white-space: nowrap; } .mono { font-family: ui-monospace, monospace; font-size: .92em; }
.bar { white-space: nowrap; }
.bar svg { display: block; margin: 1px 0 0 auto; } .w.bar svg { margin-left: 0; } a { color: #1c5aa8; }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(15.5rem, 1fr)); gap: .9rem; }
figure { margin: 0; break-inside: avoid; } figure img { width: 100%; height: 12.5rem; object-fit: contain;
  background: #222; display: block; } figcaption { font-size: .82rem; margin-top: .2rem; overflow-wrap: anywhere; }
figcaption b { color: var(--ink); }
@media (max-width: 50rem) { nav { columns: 1; } .scroll { overflow-x: auto; } }
@media print { body { max-width: none; padding: 0; font-size: 9.5pt; } nav { display: none; } h2 { break-after: avoid; }
  a { color: inherit; text-decoration: none; } .grid { grid-template-columns: repeat(4, 1fr); }
  figure img { height: 8rem; } @page { margin: 14mm; size: A4 landscape; } }
"""


def page(title: str, body: Iterable[str]) -> str:
    """A whole document."""
    head = (
        f"<!doctype html>\n<html lang='en'><head><meta charset='utf-8'><title>{escape(title)}</title>"
        f"<meta name='viewport' content='width=device-width'><style>{STYLE}</style></head><body>"
    )
    return "\n".join([head, *body, "</body></html>"]) + "\n"


def anchor(title: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in title.lower())


def contents(sections: Sequence[Section], *, more: str = "") -> Iterator[str]:
    yield "<nav>"
    for each in sections:
        yield f"<a href='#{anchor(each.title)}'>{escape(each.title)}</a>"
    yield f"{more}</nav>"


def rendered(section: Section) -> Iterator[str]:
    yield f"<h2 id='{anchor(section.title)}'>{escape(section.title)}</h2>"
    if section.note:
        yield f"<p class='note'>{escape(section.note)}</p>"
    if not section.rows:
        yield "<p>None.</p>"
        return
    head = "".join(f"<th{_class(section, n)}>{escape(cell)}</th>" for n, cell in enumerate(section.head))
    yield f"<div class='scroll'><table><thead><tr>{head}</tr></thead><tbody>"
    for row in section.rows:
        yield "<tr>" + "".join(_cell(cell, _class(section, n)) for n, cell in enumerate(row)) + "</tr>"
    yield "</tbody></table></div>"


def _class(section: Section, column: int) -> str:
    return " class='w'" if column in section.words else ""


def _cell(cell: Cell, kind: str) -> str:
    if isinstance(cell, Bar):
        names = "w bar" if kind else "bar"
        return f"<td class='{names}'>{escape(share_text(cell.share, cell.interval))}{_drawing(cell)}</td>"
    if isinstance(cell, Heat):
        ground = "" if cell.share is None else f" style='background: hsl({round(120 * cell.share)} 60% 88%)'"
        return f"<td{kind}{ground}>{escape(cell.text)}</td>"
    if isinstance(cell, Named):
        name = f"<span class='mono'>{escape(cell.name)}</span>"
        linked = f"<a href='{escape(cell.link)}'>{name}</a>" if cell.link else name
        return f"<td{kind}>{linked}" + (f"<span class='zh'>{escape(cell.zh)}</span>" if cell.zh else "") + "</td>"
    return f"<td{kind}>{escape(cell)}</td>"


def share_text(share: float | None, interval: Interval | None) -> str:
    if share is None:
        return "-"
    if interval is None:
        return f"{share:.2f}"
    return f"{share:.2f} ({interval.low:.2f}-{interval.high:.2f})"


def _drawing(bar: Bar) -> str:
    """From 0 to 1: a grey line, the interval as a dark stretch, the share as a dot."""
    if bar.share is None:
        return f"<svg width='{_BAR_WIDTH}' height='{_BAR_HEIGHT}'></svg>"
    middle, width = _BAR_HEIGHT / 2, _BAR_WIDTH - 8
    parts = [f"<line x1='4' x2='{4 + width}' y1='{middle}' y2='{middle}' stroke='#d5dce5' stroke-width='2'/>"]
    if bar.interval:
        low, high = 4 + width * bar.interval.low, 4 + width * bar.interval.high
        line = f"<line x1='{low:.1f}' x2='{high:.1f}' y1='{middle}' y2='{middle}'"
        parts.append(f"{line} stroke='#6b84a3' stroke-width='5'/>")
    parts.append(f"<circle cx='{4 + width * bar.share:.1f}' cy='{middle}' r='3.5' fill='#17202b'/>")
    return f"<svg width='{_BAR_WIDTH}' height='{_BAR_HEIGHT}' role='img'>{''.join(parts)}</svg>"
