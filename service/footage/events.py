"""Alerts held against labelled events, code by code: how many are right, how many events are found. Pure part.

An event is a stretch of a clip in which a code is broken. An alert is right if it was raised within the event, give or
take the clip's tolerance, and no other alert was taken for that event before: a second alert is a false one. So every
alert is right, false or of no account, and every event found, held back, missed or not judged.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from alerts.catalogue import Catalogue
from alerts.presence import PresenceRule
from detector.evaluation import Interval, wilson
from service.footage.play import PlayedClip, RaisedAlert
from service.footage.truth import ClipTruth, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A code is broken in a stretch of a clip. `who` says by whom, where that is known."""

    code: str
    span: Span
    tolerance_seconds: float
    who: str = ""

    @property
    def window(self) -> Span:
        """When an alert counts as one about this event."""
        return self.span.widened(self.tolerance_seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipEvents:
    """All labelled events of a clip, and stretches by code in which an alert is of no account.

    `unknown` are codes of which nobody looked whether the clip shows them.
    """

    events: tuple[Event, ...] = ()
    excused: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)
    unknown: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An event with the alert about it; `delay` is from the end of the rule's dwell to the alert, in seconds."""

    event: Event
    alert: RaisedAlert
    delay: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeEvents:
    """One code over some clips. `silence` says of events that are not judged why."""

    code: str
    found: tuple[Found, ...] = ()
    false: tuple[RaisedAlert, ...] = ()
    missed: tuple[Event, ...] = ()
    held_back: tuple[Event, ...] = ()
    not_judged: tuple[Event, ...] = ()
    excused: int = 0
    silence: str = ""

    @property
    def labelled(self) -> int:
        """Events of every kind of outcome."""
        return len(self.found) + len(self.missed) + len(self.held_back) + len(self.not_judged)

    @property
    def precision(self) -> tuple[float, Interval] | None:
        """Of the alerts that count, those that are right. None where there is none."""
        return _share(len(self.found), len(self.found) + len(self.false))

    @property
    def recall(self) -> tuple[float, Interval] | None:
        """Of the events that were judged and not held back, those that were found. None where there is none."""
        return _share(len(self.found), len(self.found) + len(self.missed))

    @property
    def delays(self) -> tuple[float, float] | None:
        """The middle one and the longest."""
        seconds = [each.delay for each in self.found]
        return (median(seconds), max(seconds)) if seconds else None

    def plus(self, other: "CodeEvents") -> "CodeEvents":
        return CodeEvents(
            code=self.code,
            found=self.found + other.found,
            false=self.false + other.false,
            missed=self.missed + other.missed,
            held_back=self.held_back + other.held_back,
            not_judged=self.not_judged + other.not_judged,
            excused=self.excused + other.excused,
            silence=self.silence or other.silence,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedClip:
    """One clip, by codes that it says something about."""

    name: str
    seconds: float
    codes: tuple[CodeEvents, ...]


def total(clips: Iterable[JudgedClip]) -> tuple[CodeEvents, ...]:
    """All clips together, in order of the codes."""
    found: dict[str, CodeEvents] = {}
    for clip in clips:
        for each in clip.codes:
            found[each.code] = found[each.code].plus(each) if each.code in found else each
    return tuple(found[code] for code in sorted(found))


def everything(codes: Iterable[CodeEvents]) -> CodeEvents:
    """All codes together."""
    whole = CodeEvents(code="all codes")
    for each in codes:
        whole = whole.plus(each)
    return whole


def judged(
    played: PlayedClip, known: ClipEvents, rules: Mapping[str, PresenceRule], silence: Mapping[str, str]
) -> JudgedClip:
    """Compare. `silence` are codes that cannot be raised here, with the reason."""
    codes = sorted(({each.code for each in known.events} | {each.code for each in played.alerts}) - known.unknown)
    found = tuple(_code(code, played, known, rules.get(code), silence.get(code, "")) for code in codes)
    return JudgedClip(name=played.path.name, seconds=played.seconds, codes=found)


def _code(code: str, played: PlayedClip, known: ClipEvents, rule: PresenceRule | None, silence: str) -> CodeEvents:
    events = [each for each in known.events if each.code == code]
    if rule is None or silence:
        return CodeEvents(code=code, not_judged=tuple(events), silence=silence or "not switched on")
    alerts = [each for each in played.alerts if each.code == code]
    pairs = matched([each.confirmed for each in alerts], [each.window for each in events])
    moments = [each.confirmed for each in played.repeats if each.code == code]
    left = [event for place, event in enumerate(events) if place not in pairs.values()]
    held = [event for event in left if any(event.window.meets(each, each) for each in moments)]
    spare = [alert for place, alert in enumerate(alerts) if place not in pairs]
    false = [alert for alert in spare if not _is_excused(alert, known.excused.get(code, ()), events)]
    return CodeEvents(
        code=code,
        found=tuple(
            Found(
                event=events[event],
                alert=alerts[alert],
                delay=alerts[alert].confirmed - events[event].span.start - rule.minimum_seconds,
            )
            for alert, event in pairs.items()
        ),
        false=tuple(false),
        missed=tuple(event for event in left if event not in held),
        held_back=tuple(held),
        excused=len(spare) - len(false),
    )


def matched(moments: Sequence[float], windows: Sequence[Span]) -> dict[int, int]:
    """Moments by place with the window that each is taken for; as many pairs as there can be.

    In order of time, each moment takes the open window that ends first: no other choice gives more pairs.
    """
    left = set(range(len(windows)))
    pairs: dict[int, int] = {}
    for place in sorted(range(len(moments)), key=lambda each: moments[each]):
        moment = moments[place]
        fitting = [each for each in left if windows[each].meets(moment, moment)]
        if fitting:
            chosen = min(fitting, key=lambda each: (windows[each].end, windows[each].start, each))
            left.remove(chosen)
            pairs[place] = chosen
    return pairs


def events_of(truth: ClipTruth, catalogue: Catalogue, rules: Mapping[str, PresenceRule]) -> ClipEvents:
    """Events of a `clips.yaml`: every code that it names, and labels that raise a code by their mere presence.

    Stretches of such labels that touch each other are one event, and none beside a code that is named at the time. One
    that is too short for the rule's dwell is no event; an alert there is of no account. What persons wear, and what
    goes beyond one label's presence, must be named by its code.
    """
    events: list[Event] = []
    excused: dict[str, tuple[Span, ...]] = {}
    for code in catalogue.entries:
        named = [each.span for each in truth.shown if each.code == code]
        rule = rules.get(code)
        shown = _by_labels(truth, rule) if rule is not None else []
        beside = [span for span in _joined(shown) if not any(span.meets(each.start, each.end) for each in named)]
        needed = rule.minimum_seconds if rule else 0.0
        long = [span for span in beside if span.end - span.start >= needed]
        events += [_event(code, span, truth) for span in (*named, *long)]
        excused[code] = tuple(each.widened(truth.tolerance_seconds) for each in shown if each not in long)
    return ClipEvents(
        events=tuple(events),
        excused={code: spans for code, spans in excused.items() if spans},
        unknown=frozenset(code for code in catalogue.entries if not truth.is_known(code, catalogue)),
    )


def _event(code: str, span: Span, truth: ClipTruth) -> Event:
    return Event(code=code, span=span, tolerance_seconds=truth.tolerance_seconds)


def _by_labels(truth: ClipTruth, rule: PresenceRule) -> list[Span]:
    if type(rule) is not PresenceRule or rule.with_labels:
        return []
    return [each.span for each in truth.shown if each.label in rule.labels]


def _joined(spans: Iterable[Span]) -> list[Span]:
    """The same moments in stretches that do not touch."""
    joined: list[Span] = []
    for span in sorted(spans, key=lambda each: each.start):
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(start=joined[-1].start, end=max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return joined


def _is_excused(alert: RaisedAlert, spans: Iterable[Span], events: Sequence[Event]) -> bool:
    """In the time of something that is there and too short to be an event; a second alert of an event is not."""
    is_second = any(event.window.meets(alert.confirmed, alert.confirmed) for event in events)
    return not is_second and any(span.meets(alert.confirmed, alert.confirmed) for span in spans)


def _share(right: int, count: int) -> tuple[float, Interval] | None:
    interval = wilson(right, count)
    return None if interval is None else (right / count, interval)
