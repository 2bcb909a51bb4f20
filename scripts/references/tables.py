"""Markdown tables."""

from collections.abc import Iterable, Sequence

from detector.evaluation import Interval


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [_row(headings), _row(["---"] * len(headings)), *(_row(cells) for cells in rows)]
    return "\n".join(lines) + "\n"


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("\n", " ").replace("|", "\\|") for cell in cells) + " |"


def code(text: str) -> str:
    return f"`{text}`" if text else ""


def share(value: float | None, interval: Interval | None) -> str:
    """A share with its interval in brackets."""
    if value is None:
        return ""
    return f"{value:.2f}" + (f" ({interval.low:.2f}-{interval.high:.2f})" if interval else "")
