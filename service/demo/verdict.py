"""Alerts held against what a clip promises. Pure part.

Times of alerts are seconds from the first picture of the first pass; a clip that loops goes on counting.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from service.demo.promises import Promise, Promises
from service.footage.play import RaisedAlert


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A promise, and the first alert that keeps it."""

    promise: Promise
    alert: RaisedAlert


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of a clip's promises.

    `broken` are due today and were not raised in their time in the first pass. `not_yet` need more than the service
    has. `extra` are alerts that nothing promises, each with the reasons why it must not be; `repeated` are promised
    ones of later passes.
    """

    kept: tuple[Kept, ...]
    broken: tuple[Promise, ...]
    not_yet: tuple[Promise, ...]
    extra: tuple[tuple[RaisedAlert, tuple[str, ...]], ...]
    repeated: tuple[RaisedAlert, ...]

    @property
    def is_kept(self) -> bool:
        return not self.broken and not self.extra


def judged(
    clip: Promises, alerts: Iterable[RaisedAlert], dwell: Mapping[str, float], *, slack_seconds: float = 0.0
) -> Verdict:
    """Compare. `dwell` are the seconds that each code's rule waits before it alerts.

    `slack_seconds` widens every tolerance: for alerts of a running service, whose clip began at a moment that is known
    roughly.
    """
    left = sorted(alerts, key=lambda each: each.confirmed)
    kept: list[Kept] = []
    missed: list[Promise] = []
    for promise in clip.raised:
        found = next((each for each in left if _keeps(each, promise, dwell, slack_seconds)), None)
        if found is None:
            missed.append(promise)
        else:
            left.remove(found)
            kept.append(Kept(promise=promise, alert=found))
    repeated = _repeated(clip, left, slack_seconds)
    return Verdict(
        kept=tuple(kept),
        broken=tuple(each for each in missed if each.is_due_today),
        not_yet=tuple(each for each in missed if not each.is_due_today),
        extra=tuple((each, _reasons(clip, each)) for each in left if each not in repeated),
        repeated=repeated,
    )


def _keeps(alert: RaisedAlert, promise: Promise, dwell: Mapping[str, float], slack: float) -> bool:
    """Raised in the first pass, not before there was a reason, and not later than the rule waits."""
    tolerance = promise.tolerance_seconds + slack
    latest = promise.begins + dwell.get(promise.code, 0.0) + tolerance
    return alert.code == promise.code and promise.begins - tolerance <= alert.started and alert.confirmed <= latest


def _repeated(clip: Promises, alerts: Sequence[RaisedAlert], slack: float) -> tuple[RaisedAlert, ...]:
    """Alerts of later passes in the time of a promise; one for each promise and pass."""
    found: dict[tuple[int, Promise], RaisedAlert] = {}
    for alert in alerts:
        number, second = divmod(alert.confirmed, clip.length_seconds)
        for promise in clip.raised:
            tolerance = promise.tolerance_seconds + slack
            is_in_time = promise.begins - tolerance <= second <= promise.ends + tolerance
            if number and alert.code == promise.code and is_in_time:
                found.setdefault((int(number), promise), alert)
                break
    return tuple(found.values())


def _reasons(clip: Promises, alert: RaisedAlert) -> tuple[str, ...]:
    second = alert.confirmed % clip.length_seconds
    return tuple(
        each.because or f"{each.who} gives no reason"
        for each in clip.denied
        if each.code == alert.code and each.begins <= second <= each.ends
    )
