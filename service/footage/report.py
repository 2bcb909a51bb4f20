"""Figures of clips as text, JSON and tables of the page."""

from collections.abc import Iterator
from typing import Any

from alerts.catalogue import Catalogue
from detector.evaluation import Interval
from detector.rates import Rate
from detector.report_page import Cell, Named, Section
from detector.report_tables import named
from service.footage.alarms import ClipAlarms, CodeAlarms, Footage, Found, JudgedAlert, LabelAlarms
from service.footage.play import LOOKS_PER_SECOND

_DIGITS = 4
_NOTE = (
    "False alarms per hour, in brackets the exact 95 % interval (Garwood) for independent events. Looks with a false "
    "detection come in rows, so their true interval is wider."
)


def document(footage: Footage) -> dict[str, Any]:
    """What stands under `video` in the JSON file. Rates are per hour of footage in which the thing is not there."""
    return {
        "hours": round(footage.hours, _DIGITS),
        "looks_per_second": LOOKS_PER_SECOND,
        "gate": footage.uses_gate,
        "labels": {each.label: _label(each) for each in footage.labels},
        "codes": {each.code: _code(each) for each in footage.codes},
        "clips": [_clip(each) for each in footage.clips],
        "passed_over": list(footage.faults),
    }


def _clip(each: ClipAlarms) -> dict[str, Any]:
    clip = each.clip
    return {
        "file": clip.path.name,
        "seconds": round(clip.seconds, 1),
        "frames": clip.frames,
        "looks": clip.looks,
        "not_judged": clip.not_judged,
        "damaged": clip.refused,
        "labels": {label.label: _label(label) for label in each.labels if _says_something(label)},
        "codes": {code.code: _code(code) for code in each.codes if code.alerts.count or code.found.shown},
        "alerts": [
            {
                "code": judged.alert.code,
                "started": round(judged.alert.started, 2),
                "confirmed": round(judged.alert.confirmed, 2),
                "false": judged.is_false,
            }
            for judged in each.alerts
        ],
        "repeats": [{"code": repeat.code, "confirmed": round(repeat.confirmed, 2)} for repeat in clip.repeats],
    }


def _says_something(label: LabelAlarms) -> bool:
    return bool(label.frames.count or label.tracks.count or label.found.shown)


def _label(each: LabelAlarms) -> dict[str, Any]:
    return {"frames": _rate(each.frames), "tracks": _rate(each.tracks), "found": _found(each.found)}


def _code(each: CodeAlarms) -> dict[str, Any]:
    return {"alerts": _rate(each.alerts), "found": _found(each.found), "not_measured": each.silence or None}


def _rate(rate: Rate) -> dict[str, Any]:
    interval = rate.interval
    return {
        "count": rate.count,
        "hours": round(rate.hours, _DIGITS),
        "per_hour": None if rate.per_hour is None else round(rate.per_hour, _DIGITS),
        "interval": None if interval is None else [round(interval.low, _DIGITS), round(interval.high, _DIGITS)],
    }


def _found(found: Found) -> dict[str, int]:
    return {"shown": found.shown, "noticed": found.noticed}


def lines(footage: Footage) -> Iterator[str]:
    """For a terminal."""
    yield f"{len(footage.clips)} clips, {_amount(footage)}. {_NOTE}"
    yield ""
    yield f"{'label':18} {'looks':>6} {'per hour':26} {'tracks':>6} {'per hour':26} really there: noticed"
    for each in footage.labels:
        yield (
            f"{each.label:18} {each.frames.count:6} {per_hour(each.frames):26} {each.tracks.count:6} "
            f"{per_hour(each.tracks):26} {noticed(each.found)}"
        )
    yield ""
    yield f"{'code':20} {'alerts':>6} {'per hour':26} {'hours':>7} really there: noticed"
    for code in _measured_first(footage):
        if code.silence:
            yield f"{code.code:20}      - not measured: {code.silence}"
        else:
            yield (
                f"{code.code:20} {code.alerts.count:6} {per_hour(code.alerts):26} {code.alerts.hours:7.3f} "
                f"{noticed(code.found)}"
            )
    for clip in footage.clips:
        yield ""
        yield from _clip_lines(clip)


def _measured_first(footage: Footage) -> list[CodeAlarms]:
    return sorted(footage.codes, key=lambda each: bool(each.silence))


def _amount(footage: Footage) -> str:
    gate = "with the motion gate" if footage.uses_gate else "without the motion gate"
    return f"{footage.hours * 60:.1f} minutes, {LOOKS_PER_SECOND:g} looks a second {gate}"


def _clip_lines(each: ClipAlarms) -> Iterator[str]:
    clip = each.clip
    damaged = f", {clip.refused} damaged" if clip.refused else ""
    yield f"{clip.path.name}: {clip.seconds:.1f} s, {clip.frames} pictures, {clip.looks} looked at{damaged}"
    for label in each.labels:
        if _says_something(label):
            yield (
                f"  {label.label:18} {label.frames.count} looks and {label.tracks.count} tracks where it is not; "
                f"{noticed(label.found)}"
            )
    for repeat in clip.repeats:
        yield f"  {repeat.code} again at {repeat.confirmed:.1f} s: no alert so soon after the last"
    for each_alert in each.alerts:
        yield f"  alert {each_alert.alert.code} at {each_alert.alert.confirmed:.1f} s: {_kind(each_alert)}"


def _kind(judged: JudgedAlert) -> str:
    return {True: "false", False: "right", None: "not known"}[judged.is_false]


def per_hour(rate: Rate) -> str:
    if rate.per_hour is None or rate.interval is None:
        return "-"
    return f"{_short(rate.per_hour)} {_ends(rate.interval)}"


def _ends(interval: Interval) -> str:
    return f"({_short(interval.low)}-{_short(interval.high)})"


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}"


def noticed(found: Found) -> str:
    return f"{found.noticed} of {found.shown}" if found.shown else "-"


def sections(footage: Footage, catalogue: Catalogue) -> Iterator[Section]:
    """For the page of the report."""
    names = ", ".join(each.clip.path.name for each in footage.clips)
    yield Section(
        title="Video: alerts by risk code",
        note=f"{_amount(footage)}: {names}. {_NOTE}",
        head=("code", "false alerts", "per hour", "hours", "really there: noticed", "not measured because"),
        rows=tuple(_code_row(each, catalogue) for each in _measured_first(footage)),
        words=frozenset({0, 5}),
    )
    yield Section(
        title="Video: labels",
        note="Looks with a detection at the label's threshold and confirmed tracks, where the thing is not there.",
        head=("label", "looks", "per hour", "tracks", "per hour", "hours", "really there: noticed"),
        rows=tuple(_label_row(each) for each in footage.labels),
    )
    yield Section(
        title="Video: clip by clip",
        note="",
        head=("clip", "seconds", "looks", "false tracks", "alerts at"),
        rows=tuple(_clip_row(each) for each in footage.clips),
        words=frozenset({0, 3, 4}),
    )


def _code_row(each: CodeAlarms, catalogue: Catalogue) -> tuple[Cell, ...]:
    code = Named(name=each.code, zh=catalogue.entries[each.code].risk.name_zh)
    if each.silence:
        return (code, "-", "-", "-", "-", each.silence)
    found = noticed(each.found)
    return (code, str(each.alerts.count), per_hour(each.alerts), f"{each.alerts.hours:.3f}", found, "")


def _label_row(each: LabelAlarms) -> tuple[Cell, ...]:
    return (
        named(each.label),
        str(each.frames.count),
        per_hour(each.frames),
        str(each.tracks.count),
        per_hour(each.tracks),
        f"{each.frames.hours:.3f}",
        noticed(each.found),
    )


def _clip_row(each: ClipAlarms) -> tuple[str, ...]:
    tracks = ", ".join(f"{label.label} {label.tracks.count}" for label in each.labels if label.tracks.count)
    alerts = ", ".join(f"{j.alert.code} {j.alert.confirmed:.1f} s ({_kind(j)})" for j in each.alerts)
    return (each.clip.path.name, f"{each.clip.seconds:.1f}", str(each.clip.looks), tracks or "none", alerts or "none")
