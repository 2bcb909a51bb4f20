"""The report as text for people."""

from collections.abc import Mapping
from typing import Any

from bench.end_to_end import Report
from bench.figures import Quantiles

MARK = "figures"


def table(report: Report) -> str:
    """A Markdown table, as docs/performance.md shows it, and what must be known beside it."""
    systems: Mapping[str, Any] = report.figures["systems"]
    rows = [
        ("CPU-ms per camera-second (median)", [_number(s["cpu_ms_per_camera_second"]) for s in systems.values()]),
        ("resident MB (median)", [_megabytes(s["resident_bytes"]) for s in systems.values()]),
        ("cameras held at 5 looks/s", [_held(s) for s in systems.values()]),
        ("CPU-ms per camera-second there", [_number(s["cpu_ms_at_held"]) for s in systems.values()]),
        ("frame age there, p50 / p95 / p99 ms", [_age(s["frame_age_at_held"]) for s in systems.values()]),
        ("pictures dropped there, by cause", [_drops(s["drops_at_held"]) for s in systems.values()]),
        ("resident MB there", [_megabytes(s["resident_bytes_at_held"]) for s in systems.values()]),
        ("MB per added camera", [_megabytes(s["bytes_per_added_camera"]) for s in systems.values()]),
        *_ratio_rows(report),
    ]
    lines = [_row("", list(systems)), _row("---", ["---"] * len(systems)), *(_row(name, cells) for name, cells in rows)]
    return "\n".join([*lines, "", *_remarks(report)])


def documented(text: str, shown: str, mark: str = MARK) -> str:
    """The document with the part between two marks replaced. Raises ValueError where the marks are missing."""
    before, begin, rest = text.partition(f"<!-- {mark} -->")
    _, end, after = rest.partition(f"<!-- end of {mark} -->")
    if not (begin and end):
        raise ValueError(f"expected <!-- {mark} --> and <!-- end of {mark} --> in the document")
    return f"{before}{begin}\n{shown}\n{end}{after}"


def _ratio_rows(report: Report) -> list[tuple[str, list[str]]]:
    ratios: Mapping[str, Any] = report.figures["service_to_peer"]
    if not ratios:
        return []
    named = {
        "service: times the peer's cameras": "cameras_held",
        "service: CPU, times less": "cpu_ms_per_camera_second",
    }
    return [
        (name, ["1", *(f"{ratio[key]:.1f}" if ratio[key] else "–" for ratio in ratios.values())])
        for name, key in named.items()
    ]


def _remarks(report: Report) -> list[str]:
    machine = report.machine
    measured_on = (
        f"{machine.processor}, {machine.cores} cores, {machine.memory_bytes / 2**30:.0f} GiB; "
        f"Python {machine.python}, onnxruntime {machine.packages['onnxruntime']}, av {machine.packages['av']}; "
        f"load {machine.load_at_start:.1f} at the start; during the trials others used {_others(report)} of the "
        f"processors, and the host took {report.stolen_share:.1%}; "
        f"{report.content} content; {report.measured_at}."
    )
    lines = [measured_on]
    if report.peer_weights:
        lines.append(f"The peer's weights: {report.peer_weights}.")
    if report.alerts:
        lines.append(
            f"Capture to alert with {report.alert_cameras} cameras, p50 / p95 / p99 ms: at the subscriber "
            f"{_age_of(report.alerts.arrival)}, to the PUBACK {_age_of(report.alerts.puback)}."
        )
    return lines


def _others(report: Report) -> str:
    shares = [trial.others_share for trial in [*report.rounds, *report.searched]]
    return f"{min(shares):.0%} to {max(shares):.0%}"


def _row(name: str, cells: list[str]) -> str:
    return "| " + " | ".join([name, *cells]) + " |"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}"


def _megabytes(value: float | None) -> str:
    return "–" if value is None else f"{value / 1e6:.0f}"


def _held(figures: Mapping[str, Any]) -> str:
    """ "11 (12 not)": what held, and the smallest number that did not."""
    if figures["cameras_held"] is None:
        return "–"
    lost = figures["cameras_lost"]
    return f"{figures['cameras_held']}" + (f" ({lost} not)" if lost else " (more not tried)")


def _age(age: Mapping[str, float] | None) -> str:
    return "not known" if age is None else " / ".join(f"{age[name] * 1000:.0f}" for name in ("p50", "p95", "p99"))


def _age_of(found: Quantiles | None) -> str:
    if found is None:
        return "none"
    return f"{found.p50 * 1000:.0f} / {found.p95 * 1000:.0f} / {found.p99 * 1000:.0f} ({found.count} alerts)"


def _drops(drops: Mapping[str, float] | None) -> str:
    if drops is None:
        return "not known"
    return ", ".join(f"{cause} {count:.0f}" for cause, count in drops.items() if count) or "none"
