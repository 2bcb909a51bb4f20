"""Where the rules of a camera begin: with what an earlier process left open, and cool-downs that still run. Pure."""

from collections.abc import Iterable
from datetime import datetime

from alerts.presence import SubjectKind
from alerts.rules import VOID_TRACK, CameraRules, RulesState
from alerts.subjects import QuietPlace, Subject
from domain.alert import Alert
from domain.geometry import Box

_WHOLE_FRAME = Box(0.0, 0.0, 1.0, 1.0)


def taken_up(
    rules: CameraRules,
    open_alerts: Iterable[Alert],
    ended_alerts: Iterable[Alert],
    *,
    clock: float,
    now: datetime,
) -> RulesState:
    """Where an earlier process left off: its open alerts wait for their subjects, its cool-downs go on.

    `clock` and `now` are the same moment on the monotonic and the wall clock.
    """
    subjects = tuple(_awaiting(rules, alert) for alert in open_alerts)
    quiet = tuple(place for alert in ended_alerts if (place := _still_quiet(rules, alert, clock, now)))
    return RulesState(subjects=subjects, quiet=quiet)


def _alert_box(alert: Alert) -> Box:
    sightings = alert.violation.sightings
    return sightings[0].box if sightings else _WHOLE_FRAME


def _awaiting(rules: CameraRules, alert: Alert) -> Subject:
    violation = alert.violation
    rule = rules.rules.get(violation.code)
    is_track = rule is not None and rule.subject is SubjectKind.TRACK
    box = _alert_box(alert)
    return Subject(
        code=violation.code,
        name=violation.subject,
        track_id=VOID_TRACK if is_track else None,
        zone_id=violation.zone_id,
        zone_name=violation.zone_name,
        box=box,
        origin=box,
        travelled=0.0,
        started_at=violation.started_at,
        started_lit=0.0,
        last_seen_at=violation.last_seen_at,
        last_lit=0.0,
        last_looked=0.0,
        hits=(),
        is_open=True,
        is_adopted=False,
    )


def _still_quiet(rules: CameraRules, alert: Alert, clock: float, now: datetime) -> QuietPlace | None:
    rule = rules.rules.get(alert.violation.code)
    ended_at = alert.violation.ended_at
    if rule is None or ended_at is None:
        return None
    # A wall clock that was set back since must not make a cool-down longer than the rule's.
    left = rule.cool_down_seconds - max(0.0, (now - ended_at).total_seconds())
    if left <= 0:
        return None
    return QuietPlace(
        code=alert.violation.code, name=alert.violation.subject, box=_alert_box(alert), until=clock + left
    )
