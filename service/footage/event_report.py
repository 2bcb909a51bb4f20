"""Events that were found and missed, as text and as JSON."""

from collections.abc import Iterator
from typing import Any

from detector.evaluation import Interval
from detector.report_text import with_interval
from service.footage.event_work import Outcome
from service.footage.events import CodeEvents, Event, Found, JudgedClip, everything
from service.footage.play import RaisedAlert

FORM = 1
_NOTE = (
    "An alert is right if it was raised within a labelled event, give or take the event's tolerance; a second one for "
    "the same event is false. In brackets Wilson's 95 % interval, which takes events for independent."
)


def document(outcome: Outcome) -> dict[str, Any]:
    """The JSON file. Seconds are from each clip's first picture."""
    codes = outcome.codes
    return {
        "form": FORM,
        "network": outcome.network,
        "seconds": round(outcome.seconds, 1),
        "codes": {each.code: _code(each) for each in codes},
        "all": _code(everything(codes)),
        "clips": [_clip(each) for each in outcome.clips],
        "passed_over": list(outcome.faults),
    }


def _clip(clip: JudgedClip) -> dict[str, Any]:
    return {
        "file": clip.name,
        "seconds": round(clip.seconds, 1),
        "codes": {each.code: _details(each) for each in clip.codes},
    }


def _code(each: CodeEvents) -> dict[str, Any]:
    return {
        "events": each.labelled,
        "right": len(each.found),
        "false": len(each.false),
        "missed": len(each.missed),
        "held_back": len(each.held_back),
        "not_judged": len(each.not_judged),
        "of_no_account": each.excused,
        "precision": _share(each.precision),
        "recall": _share(each.recall),
        "delay_seconds": None if each.delays is None else [round(seconds, 2) for seconds in each.delays],
        "not_judged_because": each.silence or None,
    }


def _details(each: CodeEvents) -> dict[str, Any]:
    return {
        "right": [
            {**_event(found.event), **_alert(found.alert), "delay": round(found.delay, 2)} for found in each.found
        ],
        "false": [_alert(alert) for alert in each.false],
        "missed": [_event(event) for event in each.missed],
        "held_back": [_event(event) for event in each.held_back],
        "not_judged": [_event(event) for event in each.not_judged],
    }


def _event(event: Event) -> dict[str, Any]:
    end = event.span.end
    return {
        "from": event.span.start,
        "to": None if end == float("inf") else end,
        "tolerance": event.tolerance_seconds,
        "who": event.who,
    }


def _alert(alert: RaisedAlert) -> dict[str, Any]:
    return {"began": round(alert.started, 2), "raised": round(alert.confirmed, 2)}


def _share(share: tuple[float, Interval] | None) -> dict[str, Any] | None:
    if share is None:
        return None
    value, interval = share
    return {"share": round(value, 4), "interval": [round(interval.low, 4), round(interval.high, 4)]}


def lines(outcome: Outcome) -> Iterator[str]:
    """For a terminal."""
    tolerances = sorted({event.tolerance_seconds for clip in outcome.clips for event in _events(clip)})
    stated = ", ".join(f"{each:g}" for each in tolerances) or "none"
    yield (
        f"{len(outcome.clips)} clips, {outcome.seconds / 60:.1f} minutes, network {outcome.network}; "
        f"tolerances {stated} s. {_NOTE}"
    )
    yield ""
    yield (
        f"{'code':20} {'events':>6} {'right':>5} {'false':>5} {'missed':>6} {'held':>4} {'not j.':>6}  "
        f"{'precision':17} {'recall':17} delay: middle, longest"
    )
    codes = outcome.codes
    for each in (*codes, everything(codes)):
        yield _row(each)
    yield ""
    for each in codes:
        if each.not_judged:
            yield f"{each.code} is not judged: {each.silence}"
    for clip in outcome.clips:
        yield from _clip_lines(clip)


def _row(each: CodeEvents) -> str:
    delays = "-" if each.delays is None else f"{each.delays[0]:+.1f} s, {each.delays[1]:+.1f} s"
    return (
        f"{each.code:20} {each.labelled:6} {len(each.found):5} {len(each.false):5} {len(each.missed):6} "
        f"{len(each.held_back):4} {len(each.not_judged):6}  "
        f"{_words(each.precision):17} {_words(each.recall):17} {delays}"
    )


def _words(share: tuple[float, Interval] | None) -> str:
    return "-" if share is None else with_interval(*share)


def _events(clip: JudgedClip) -> Iterator[Event]:
    for each in clip.codes:
        yield from (found.event for found in each.found)
        yield from (*each.missed, *each.held_back, *each.not_judged)


def _clip_lines(clip: JudgedClip) -> Iterator[str]:
    yield ""
    yield f"{clip.name}: {clip.seconds:.1f} s"
    for code in clip.codes:
        yield from (f"  right      {_found_words(each)}" for each in code.found)
        yield from (f"  FALSE      {code.code} at {alert.confirmed:.1f} s" for alert in code.false)
        yield from (f"  MISSED     {_event_words(event)}" for event in code.missed)
        yield from (f"  held back  {_event_words(event)}: so soon after another" for event in code.held_back)
        yield from (f"  not judged {_event_words(event)}" for event in code.not_judged)


def _found_words(found: Found) -> str:
    return f"{_event_words(found.event)}: raised at {found.alert.confirmed:.1f} s"


def _event_words(event: Event) -> str:
    who = f"{event.who}, " if event.who else ""
    end = "the end" if event.span.end == float("inf") else f"{event.span.end:g} s"
    return f"{event.code} ({who}{event.span.start:g} s to {end})"
