"""What a replay found, as text and as JSON."""

from collections.abc import Iterator
from typing import Any

from alerts.replay.comparison import CodeComparison
from alerts.replay.run import CameraSeen, NearMiss, Reached, Replayed, ReplayedAlert, ReplayedRise
from service.replay.work import Outcome

FORM = 1


def document(outcome: Outcome) -> dict[str, Any]:
    """The JSON file. Seconds are from each camera's first look; times are UTC."""
    found: dict[str, Any] = {"form": FORM, "after": _replayed(outcome.after)}
    if outcome.before is not None:
        found["before"] = _replayed(outcome.before)
        found["comparison"] = {each.code: _comparison(each) for each in outcome.comparison}
    return found


def lines(outcome: Outcome) -> Iterator[str]:
    """For a terminal."""
    for camera in outcome.after.cameras:
        yield f"{camera.name}: {clock(camera.seconds)}, {camera.looks} looks"
        for code, reason in camera.silent.items():
            yield f"  {code} is not judged here: {reason}"
    if outcome.after.lost_looks:
        yield f"{outcome.after.lost_looks} looks are missing from the log: they were not written fast enough"
    yield ""
    if outcome.before is None:
        yield from _alone(outcome.after)
    else:
        yield from _side_by_side(outcome.comparison)
        yield ""
        yield from _nearest(outcome.after)
        for replayed in (outcome.before, outcome.after):
            yield from _unjudged(replayed, f" ({replayed.setting})")


def _alone(replayed: Replayed) -> Iterator[str]:
    yield f"{'code':20} {'alerts':>6}"
    for code in replayed.codes:
        yield f"{code:20} {len(replayed.of(code)):6}"
    yield ""
    for alert in replayed.alerts:
        yield _alert_line(alert)
    yield from _nearest(replayed)
    yield from _unjudged(replayed, "")


def _side_by_side(comparison: tuple[CodeComparison, ...]) -> Iterator[str]:
    yield f"{'code':20} {'before':>6} {'after':>6}"
    for each in comparison:
        yield f"{each.code:20} {each.before:6} {each.after:6}{'' if each.is_same else '  *'}"
    yield ""
    for each in comparison:
        for before, after in each.both:
            moved = after.second - before.second
            yield f"  both    {_alert_line(after)}{f' [{moved:+.1f} s]' if abs(moved) >= 0.05 else ''}"
        yield from (f"- before  {_alert_line(alert)}" for alert in each.only_before)
        yield from (f"+ after   {_alert_line(alert)}" for alert in each.only_after)


def _alert_line(alert: ReplayedAlert) -> str:
    place = f", {alert.zone_name}" if alert.zone_name else ""
    end = "lasts" if alert.ended_at is None else f"ended {clock(alert.last_second)}"
    end += "".join(f"; class {each.due.to} at {clock(each.second)} ({each.due.cause})" for each in alert.rises)
    return (
        f"{alert.code} at {clock(alert.second)} ({_wall(alert)}) on {alert.camera_name}{place}: "
        f"{alert.label} {alert.confidence:.2f}, {reached(alert.reached)}; {end}"
    )


def _wall(alert: ReplayedAlert) -> str:
    return f"{alert.raised_at:%Y-%m-%d %H:%M:%S} UTC"


def reached(each: Reached) -> str:
    """How far a subject got, in words."""
    words = f"for {each.seconds:.1f} s of {each.needed_seconds:g}"
    words += f", {each.looks} looks of {each.needed_looks} in {each.window_seconds:g} s"
    return words + (f", moved {each.travelled:.1f} lengths of {each.needed_travel:g}" if each.needed_travel else "")


def _nearest(replayed: Replayed) -> Iterator[str]:
    for miss in sorted(replayed.near_misses, key=lambda each: (each.code, -each.reached.share)):
        yield f"nearest that raised nothing: {miss.code} at {clock(miss.second)} on {miss.camera_name}: " + reached(
            miss.reached
        )


def _unjudged(replayed: Replayed, setting: str) -> Iterator[str]:
    for code, count in sorted(replayed.held_back.items()):
        yield f"held back by the cool-down{setting}: {code} {count}"
    for (code, cause), count in sorted(replayed.doubts.items()):
        yield f"could not be judged{setting}: {code} {cause.value} in {count} looks"


def clock(seconds: float) -> str:
    """Seconds as h:mm:ss.s, or m:ss.s below an hour."""
    tenths = round(seconds * 10)
    hours, rest = divmod(tenths, 36_000)
    minutes, rest = divmod(rest, 600)
    return f"{hours}:{minutes:02}:{rest / 10:04.1f}" if hours else f"{minutes}:{rest / 10:04.1f}"


def _replayed(replayed: Replayed) -> dict[str, Any]:
    return {
        "setting": replayed.setting,
        "cameras": [_camera(each) for each in replayed.cameras],
        "codes": {code: len(replayed.of(code)) for code in replayed.codes},
        "alerts": [_alert(each) for each in replayed.alerts],
        "nearest": [_miss(each) for each in replayed.near_misses],
        "held_back": dict(sorted(replayed.held_back.items())),
        "not_judged": [
            {"code": code, "cause": cause.value, "looks": count}
            for (code, cause), count in sorted(replayed.doubts.items())
        ],
        "lost_looks": replayed.lost_looks,
    }


def _camera(camera: CameraSeen) -> dict[str, Any]:
    return {
        "camera_id": camera.camera_id,
        "name": camera.name,
        "looks": camera.looks,
        "seconds": round(camera.seconds, 3),
        "codes": list(camera.judged),
        "silent": dict(camera.silent),
    }


def _alert(alert: ReplayedAlert) -> dict[str, Any]:
    return {
        "code": alert.code,
        "camera_id": alert.camera_id,
        "subject": alert.subject,
        "zone": alert.zone_name,
        "label": alert.label,
        "confidence": round(alert.confidence, 4),
        "started_at": alert.started_at.isoformat(),
        "raised_at": alert.raised_at.isoformat(),
        "ended_at": alert.ended_at.isoformat() if alert.ended_at else None,
        "started": round(alert.started_second, 3),
        "raised": round(alert.second, 3),
        "class": alert.risk_class.value,
        "rises": [_rise(each) for each in alert.rises],
        "because": _because(alert.reached),
    }


def _rise(rise: ReplayedRise) -> dict[str, Any]:
    due = rise.due
    return {
        "to": due.to.value,
        "cause": due.cause.value,
        "at": round(rise.second, 3),
        "found": round(due.found, 3),
        "needed": due.needed,
        "codes": list(due.codes),
    }


def _miss(miss: NearMiss) -> dict[str, Any]:
    return {
        "code": miss.code,
        "camera": miss.camera_name,
        "at": miss.at.isoformat(),
        "second": round(miss.second, 3),
        "reached": _because(miss.reached),
    }


def _because(each: Reached) -> dict[str, float]:
    return {
        "seconds": round(each.seconds, 3),
        "needed_seconds": each.needed_seconds,
        "looks": each.looks,
        "needed_looks": each.needed_looks,
        "window_seconds": each.window_seconds,
        "travelled": round(each.travelled, 3),
        "needed_travel": each.needed_travel,
    }


def _comparison(each: CodeComparison) -> dict[str, Any]:
    return {
        "before": each.before,
        "after": each.after,
        "both": [[_key(before), _key(after)] for before, after in each.both],
        "only_before": [_key(alert) for alert in each.only_before],
        "only_after": [_key(alert) for alert in each.only_after],
    }


def _key(alert: ReplayedAlert) -> dict[str, Any]:
    return {"camera_id": alert.camera_id, "subject": alert.subject, "raised": round(alert.second, 3)}
