"""Charts of reports, drawn as lines and areas on paper. Colours differ in lightness, and marks in form."""

from collections.abc import Sequence
from itertools import pairwise
from math import ceil, floor, log10

from fpdf.enums import Align, RenderStyle

from credit.reporting.document import Bars, Line, Mark, Spans, Tone
from credit.reporting.font import FAMILY
from credit.reporting.paper import INK, LINE, MARGIN_MM, SMALL_PT, SOFT, Paper

COLOURS: dict[Tone, tuple[int, int, int]] = {
    Tone.CONFIRMED: (29, 107, 97),
    Tone.UNREVIEWED: (208, 138, 29),
    Tone.UNCLEAR: (111, 127, 156),
    Tone.DISMISSED: (185, 196, 193),
    Tone.GREEN: (31, 107, 69),
    Tone.ORANGE: (194, 120, 3),
    Tone.RED: (168, 50, 42),
    Tone.PLAIN: (111, 127, 156),
}
BAND = (221, 226, 236)
HEIGHT_MM = 52.0
ROOM_MM = HEIGHT_MM + 22.0
_LEFT = 10.0  # of the axis' figures
_STEPS = 4
_LABEL_MM = 11.0


class _Axes:
    """The place of a chart: from figures to millimetres."""

    def __init__(self, paper: Paper, top_value: float) -> None:
        self.paper = paper
        self.left = MARGIN_MM + _LEFT
        self.right = paper.w - MARGIN_MM
        self.top = paper.get_y() + 2.0
        self.bottom = self.top + HEIGHT_MM
        self.top_value = top_value

    def y(self, value: float) -> float:
        return self.bottom - (self.bottom - self.top) * value / self.top_value

    def grid(self) -> None:
        paper = self.paper
        paper.set_font(FAMILY, size=SMALL_PT - 0.5)
        paper.set_line_width(0.15)
        for step in range(_STEPS + 1):
            value = self.top_value * step / _STEPS
            paper.set_draw_color(*LINE)
            paper.line(self.left, self.y(value), self.right, self.y(value))
            self.label(MARGIN_MM, self.y(value) - 1.8, _LEFT - 1.5, f"{value:g}", Align.R)

    def label(self, x: float, y: float, width: float, words: str, align: Align = Align.C) -> None:
        paper = self.paper
        paper.set_text_color(*SOFT)
        paper.set_xy(x, y)
        paper.cell(w=width, h=3.6, text=words, align=align)
        paper.set_text_color(*INK)


def round_top(greatest: float) -> float:
    """The end of an axis: a round number, above 0, that divides into four whole steps from 4 on."""
    if greatest <= _STEPS:
        return float(_STEPS)
    power = 10.0 ** floor(log10(greatest / _STEPS))
    step = next(each * power for each in (1, 2, 2.5, 5, 10) if each * power * _STEPS >= greatest)
    return float(_STEPS * (ceil(step) if step < _STEPS else step))


def draw_bars(paper: Paper, bars: Bars) -> None:
    paper.subheading(bars.title, ROOM_MM)
    _legend(paper, [(each.name, each.tone) for each in bars.series] if len(bars.series) > 1 else [])
    sums = [sum(each.values[place] for each in bars.series) for place in range(len(bars.categories))]
    axes = _Axes(paper, round_top(max(sums, default=0.0)))
    axes.grid()
    width = (axes.right - axes.left) / max(1, len(bars.categories))
    every = max(1, ceil(_LABEL_MM / width))
    for place, category in enumerate(bars.categories):
        x, height = axes.left + width * place, 0.0
        for each in bars.series:
            value = each.values[place]
            if value > 0:
                paper.set_fill_color(*COLOURS[each.tone])
                top = axes.y(height + value)
                bar = min(width * 0.7, 22.0)
                paper.rect(x + (width - bar) / 2, top, bar, axes.y(height) - top, style="F")
                height += value
        if len(bars.categories) <= 8 and len(bars.series) == 1:
            axes.label(x, axes.y(height) - 4.2, width, f"{sums[place]:g}")
        if place % every == 0:
            room = max(width, _LABEL_MM)
            axes.label(x + width / 2 - room / 2, axes.bottom + 1.2, room, category)
    paper.set_y(axes.bottom + 7.0)


def _legend(paper: Paper, named: Sequence[tuple[str, Tone]]) -> None:
    if not named:
        return
    paper.set_font(FAMILY, size=SMALL_PT)
    x, y = MARGIN_MM + _LEFT, paper.get_y()
    for name, tone in named:
        paper.set_fill_color(*COLOURS[tone])
        paper.rect(x, y + 0.7, 2.8, 2.8, style="F")
        paper.set_xy(x + 3.6, y)
        paper.cell(h=4.2, text=name)
        x += paper.get_string_width(name) + 11.0
    paper.set_y(y + 5.0)


def draw_line(paper: Paper, line: Line) -> None:
    paper.subheading(line.title, ROOM_MM)
    axes = _Axes(paper, 100.0)
    count = len(line.marks)
    step = (axes.right - axes.left) / max(1, count)
    xs = [axes.left + step * (place + 0.5) for place in range(count)]
    for run in _runs(line.marks):
        points = [(xs[place], axes.y(line.marks[place].high or 0.0)) for place in run]
        points += [(xs[place], axes.y(line.marks[place].low or 0.0)) for place in reversed(run)]
        if len(run) > 1:
            paper.set_fill_color(*BAND)
            paper.polygon(points, style=RenderStyle.F)
    axes.grid()
    paper.set_draw_color(*INK)
    paper.set_line_width(0.3)
    for run in _runs(line.marks):
        for one, other in pairwise(run):
            ends = axes.y(line.marks[one].value or 0.0), axes.y(line.marks[other].value or 0.0)
            paper.line(xs[one], ends[0], xs[other], ends[1])
    every = max(1, ceil(_LABEL_MM / step))
    for place, mark in enumerate(line.marks):
        if mark.value is not None:
            _mark(paper, xs[place], axes.y(mark.value), mark.tone)
        if place % every == 0:
            paper.set_font(FAMILY, size=SMALL_PT - 0.5)
            axes.label(xs[place] - _LABEL_MM / 2, axes.bottom + 1.2, _LABEL_MM, mark.label)
    paper.set_line_width(0.2)
    paper.set_y(axes.bottom + 6.0)
    paper.words(line.legend, SMALL_PT, soft=True)
    paper.ln(1.0)


def _runs(marks: Sequence[Mark]) -> list[list[int]]:
    """Places of neighbours that have a figure: a gap is left a gap."""
    runs: list[list[int]] = [[]]
    for place, mark in enumerate(marks):
        if mark.value is None:
            runs.append([])
        else:
            runs[-1].append(place)
    return [run for run in runs if run]


def _mark(paper: Paper, x: float, y: float, tone: Tone) -> None:
    paper.set_fill_color(*COLOURS[tone])
    if tone is Tone.ORANGE:
        paper.polygon([(x - 1.3, y + 1.0), (x + 1.3, y + 1.0), (x, y - 1.3)], style=RenderStyle.F)
    elif tone is Tone.RED:
        paper.rect(x - 1.1, y - 1.1, 2.2, 2.2, style="F")
    else:
        paper.circle(x=x, y=y, radius=1.1, style=RenderStyle.F)


def draw_spans(paper: Paper, spans: Spans) -> None:
    """Own figures beside the quartiles of peers, from 0 at the left to 1."""
    row_mm, names_mm = 8.0, 52.0
    paper.subheading(spans.title, row_mm * len(spans.rows) + 20.0)
    left, right, top = MARGIN_MM + names_mm, paper.w - MARGIN_MM - 14.0, paper.get_y() + 1.0

    def x(value: float) -> float:
        return left + (right - left) * min(1.0, max(0.0, value))

    for place, row in enumerate(spans.rows):
        y = top + row_mm * (place + 0.5)
        paper.set_font(FAMILY, size=SMALL_PT + 0.5)
        paper.set_xy(MARGIN_MM, y - 2.2)
        paper.cell(w=names_mm - 3.0, h=4.4, text=row.name)
        paper.set_draw_color(*LINE)
        paper.line(left, y, right, y)
        paper.set_fill_color(*BAND)
        paper.rect(x(row.low), y - 2.0, max(0.6, x(row.high) - x(row.low)), 4.0, style="F")
        paper.set_draw_color(*INK)
        paper.set_line_width(0.4)
        paper.line(x(row.middle), y - 2.6, x(row.middle), y + 2.6)
        paper.set_line_width(0.2)
        paper.set_fill_color(*COLOURS[Tone.ORANGE])
        own = x(row.own)
        paper.polygon([(own - 1.6, y), (own, y - 1.8), (own + 1.6, y), (own, y + 1.8)], style=RenderStyle.F)
        paper.set_xy(right + 2.0, y - 2.2)
        paper.cell(w=12.0, h=4.4, text=f"{row.own:.2f}", align=Align.R)
    bottom = top + row_mm * len(spans.rows)
    paper.set_font(FAMILY, size=SMALL_PT - 0.5)
    paper.set_text_color(*SOFT)
    for value in (0.0, 0.5, 1.0):
        paper.set_xy(x(value) - 5.0, bottom)
        paper.cell(w=10.0, h=3.6, text=f"{value:g}", align=Align.C)
    paper.set_text_color(*INK)
    paper.set_y(bottom + 4.5)
    paper.words(spans.legend, SMALL_PT, soft=True)
    paper.ln(1.0)
