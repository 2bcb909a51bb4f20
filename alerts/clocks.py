"""When what is owed to an alert is due: from its steps, its class's terms, its pauses and its site's hours. Pure.

A duty is owed while the alert is in one of the duty's states, from the moment that began it. Time does not count while
the clocks are paused, nor, where the class's terms say so, outside opening hours. The time to rectify does not run
while the enterprise waits for somebody to look at what it did, and is not given anew when that is sent back.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from alerts.terms import Addressee, ClassTerms, Counting
from domain.alert import Alert, AlertState
from domain.life import Duty, Life
from domain.schedule import DailyHours, Schedule

LONGEST_LOOK_DAYS = 400
"""A deadline that needs more opening days than lie in so many days is never reached."""

_END = datetime.max.replace(tzinfo=UTC)
OWED_IN: dict[Duty, frozenset[AlertState]] = {
    Duty.ACKNOWLEDGE: frozenset({AlertState.RAISED}),
    Duty.REVIEW: frozenset({AlertState.RAISED, AlertState.ACKNOWLEDGED, AlertState.IN_REVIEW}),
    Duty.NOTIFY: frozenset({AlertState.CONFIRMED}),
    Duty.RECTIFY: frozenset({AlertState.NOTIFIED}),
    Duty.DECIDE: frozenset({AlertState.DISPUTED}),
    Duty.VERIFY: frozenset({AlertState.RECTIFIED}),
}
"""In which states an alert is while somebody owes it a duty."""

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A rung of a ladder that stands before an alert. `due_at` is None while its clock stands still."""

    duty: Duty
    rung: int
    tell: Addressee
    since: datetime
    due_at: datetime | None


def dues(alert: Alert, terms: ClassTerms, schedule: Schedule | None = None) -> tuple[Due, ...]:
    """All rungs of what is owed now, in the order of the terms. Without a life no clock runs."""
    life = alert.life
    if life is None:
        return ()
    found = []
    for deadline in terms.deadlines:
        if alert.state not in OWED_IN[deadline.duty]:
            continue
        since = _since(alert, life, deadline.duty)
        if life.rises:  # what a class asks for it asks from the moment on from which the alert is of that class
            since = max(since, life.rises[-1].at)
        found.append(
            Due(
                duty=deadline.duty,
                rung=deadline.rung,
                tell=deadline.tell,
                since=since,
                due_at=after_counted(
                    since,
                    deadline.seconds,
                    stops=_stops(life, deadline.duty),
                    schedule=schedule if terms.counting is Counting.OPEN_HOURS else None,
                ),
            )
        )
    return tuple(found)


def untold(alert: Alert, found: Iterable[Due]) -> tuple[Due, ...]:
    """Those that were not told as overdue yet, the earliest first; those without a time are left out."""
    told = {(one.duty, one.rung, one.since) for one in alert.life.overdue} if alert.life else set()
    left = [due for due in found if due.due_at is not None and (due.duty, due.rung, due.since) not in told]
    return tuple(sorted(left, key=lambda due: due.due_at or _END))


def after_counted(
    start: datetime, seconds: float, *, stops: Iterable[Span] = (), schedule: Schedule | None = None
) -> datetime | None:
    """The instant at which `seconds` of counted time have gone by since `start`.

    `stops` are spans in which time stands still. With a schedule only its opening hours count. None: never, as far as
    can be told (a stop without an end, a site that does not open within 400 days).
    """
    left = timedelta(seconds=seconds)
    halted = sorted(stops)
    spans = iter([(start, _END)]) if schedule is None else open_spans(schedule, start)
    for begins, ends in _without(spans, halted):
        if ends - begins >= left:
            return begins + left
        left -= ends - begins
    return None


def counted_seconds(
    start: datetime, end: datetime, *, stops: Iterable[Span] = (), schedule: Schedule | None = None
) -> float:
    """How much time counted between two instants."""
    spans = iter([(start, end)]) if schedule is None else open_spans(schedule, start)
    total = 0.0
    for begins, ends in _without(spans, sorted(stops)):
        if begins >= end:
            break
        total += (min(ends, end) - begins).total_seconds()
    return total


def open_spans(schedule: Schedule, start: datetime) -> Iterator[Span]:
    """The spans from `start` on in which the site is open, in order, none over another."""
    zone, reached = ZoneInfo(schedule.timezone), start
    first = schedule.local_day(start) - timedelta(days=1)
    for number in range(LONGEST_LOOK_DAYS):
        day = first + timedelta(days=number)
        for stretch in sorted(schedule.on(day), key=lambda one: one.start):
            begins = max(_instant(day, stretch.start, zone), reached)
            ends = _instant(day + timedelta(days=_is_overnight(stretch)), stretch.end, zone)
            if ends > begins:
                yield begins, ends
                reached = ends


def _is_overnight(stretch: DailyHours) -> int:
    return int(stretch.end <= stretch.start)


def _instant(day: object, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)  # type: ignore[arg-type]


def _without(spans: Iterator[Span], stops: list[Span]) -> Iterator[Span]:
    """The spans less the stops (sorted)."""
    for begins, ends in spans:
        cursor = begins
        for stop_begins, stop_ends in stops:
            if stop_ends <= cursor or stop_begins >= ends:
                continue
            if stop_begins > cursor:
                yield cursor, stop_begins
            cursor = max(cursor, stop_ends)
            if cursor >= ends:
                break
        if cursor < ends:
            yield cursor, ends


def _stops(life: Life, duty: Duty) -> list[Span]:
    stops = [(pause.since, pause.until or _END) for pause in life.pauses]
    if duty is Duty.RECTIFY:
        stops += [(one.at, one.judged_at) for one in life.rectifications if one.judged_at is not None]
    return stops


def _since(alert: Alert, life: Life, duty: Duty) -> datetime:
    """When the duty began. A state that was reached before its time was kept began with the alert's latest step."""
    match duty:
        case Duty.ACKNOWLEDGE:
            return alert.raised_at
        case Duty.REVIEW if life.round == 1:
            return alert.raised_at
        case Duty.RECTIFY:
            return life.entered.get(AlertState.NOTIFIED, alert.updated_at)
    return life.entered.get(alert.state, alert.updated_at)
