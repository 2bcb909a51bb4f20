"""Trials of rules as they travel: what is ordered, how far it is, and what would have been raised."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Self

from pydantic import AwareDatetime, Field

from alerts.replay.comparison import CodeComparison
from alerts.replay.run import NearMiss, Reached, Replayed, ReplayedAlert
from alerts.replay.trial_desk import LogSpan, Trial, TrialState
from api.fields import ItemId, Page, Received, Shown

MOST_LISTED = 200  # alerts of one kind of a code that are told one by one; counts are always of all
_DAY = 86_400.0

Seconds = Annotated[float, Field(ge=0, le=7 * _DAY)]


class TriedCodeBody(Received):
    """Seconds that a rule is to have; what is left out stays as it is in service."""

    code: Annotated[str, Field(min_length=1, max_length=64)]
    minimum_seconds: Seconds | None = None
    cool_down_seconds: Seconds | None = None


class TriedThresholdBody(Received):
    """The least confidence that a label is to have, in [0, 1]; not below that of the log."""

    label: Annotated[str, Field(min_length=1, max_length=64)]
    confidence: Annotated[float, Field(ge=0, le=1)]


class TrialBody(Received):
    """What to try on what one camera saw in a period of the detection log. At least one number must be changed."""

    camera_id: ItemId
    begins_at: AwareDatetime
    ends_at: AwareDatetime
    codes: Annotated[list[TriedCodeBody], Field(max_length=40, default_factory=list)]
    thresholds: Annotated[list[TriedThresholdBody], Field(max_length=40, default_factory=list)]


class ThresholdView(Shown):
    label: str
    confidence: float


class TriedCodeView(Shown):
    code: str
    minimum_seconds: float | None
    cool_down_seconds: float | None


class LogSpanView(Shown):
    """What the detection log of this machine holds, of all cameras together. `thresholds`: nothing below is in it."""

    is_on: bool
    begins_at: datetime | None
    ends_at: datetime | None
    size_bytes: int
    longest_days: int
    thresholds: list[ThresholdView]

    @classmethod
    def of(cls, span: LogSpan, longest_days: int) -> Self:
        return cls(
            is_on=span.is_on,
            begins_at=span.begins_at,
            ends_at=span.ends_at,
            size_bytes=span.size_bytes,
            longest_days=longest_days,
            thresholds=[ThresholdView(label=name, confidence=value) for name, value in sorted(span.thresholds.items())],
        )


class TrialView(Shown):
    """A trial as it stands. `share` of the period in [0, 1]; `fault` says why it failed."""

    trial_id: str
    camera_id: str
    begins_at: datetime
    ends_at: datetime
    codes: list[TriedCodeView]
    thresholds: list[ThresholdView]
    state: TrialState
    share: float
    looks: int
    fault: str
    by: str
    ordered_at: datetime
    ended_at: datetime | None

    @classmethod
    def of(cls, trial: Trial) -> Self:
        return cls(**_facts(trial))


class TrialPage(Page):
    items: list[TrialView]


class ReachedView(Shown):
    """What was reached, of what the rule asks for."""

    seconds: float
    needed_seconds: float
    looks: int
    needed_looks: int

    @classmethod
    def of(cls, reached: Reached) -> Self:
        return cls(
            seconds=reached.seconds,
            needed_seconds=reached.needed_seconds,
            looks=reached.looks,
            needed_looks=reached.needed_looks,
        )


class TriedAlertView(Shown):
    """An alert that would have been raised: a computation over the log. It exists nowhere else.

    `alert_id` and `verdict` are of the alert that the service raised then, where there is one: `verdict` is what a
    person made of it (confirmed, dismissed, unclear), null where no verdict stands. `moved_seconds`: so much later (or
    sooner, below 0) than by today's numbers.
    """

    code: str
    label: str
    confidence: float
    zone: str | None
    started_at: datetime
    raised_at: datetime
    ended_at: datetime | None
    reached: ReachedView
    moved_seconds: float | None
    alert_id: str | None
    verdict: str | None

    @classmethod
    def of(cls, alert: ReplayedAlert, known: "Known | None", moved_seconds: float | None = None) -> Self:
        return cls(
            code=alert.code,
            label=alert.label,
            confidence=alert.confidence,
            zone=alert.zone_name,
            started_at=alert.started_at,
            raised_at=alert.raised_at,
            ended_at=alert.ended_at,
            reached=ReachedView.of(alert.reached),
            moved_seconds=moved_seconds,
            alert_id=known.alert_id if known else None,
            verdict=known.verdict if known else None,
        )


class Known(Shown):
    """An alert that the service raised, as far as a trial is compared with it."""

    alert_id: str
    code: str
    verdict: str | None
    started_at: datetime
    last_seen_at: datetime

    def is_same(self, alert: ReplayedAlert) -> bool:
        ended_at = alert.ended_at or alert.raised_at
        return self.code == alert.code and self.started_at <= ended_at and alert.started_at <= self.last_seen_at


class ComparedView(Shown):
    """One code by both settings. Lists are cut at 200 each; `before` and `after` count all."""

    code: str
    before: int
    after: int
    both: list[TriedAlertView]
    only_before: list[TriedAlertView]
    only_after: list[TriedAlertView]
    gone_confirmed: Annotated[int, Field(description="of those that would go: confirmed by a person")]
    gone_dismissed: Annotated[int, Field(description="of those that would go: dismissed by a person")]
    held_back_before: int
    held_back_after: int
    nearest: ReachedView | None
    nearest_at: datetime | None

    @classmethod
    def of(cls, compared: CodeComparison, before: Replayed, after: Replayed, known: Sequence[Known]) -> Self:
        def matched(alert: ReplayedAlert) -> Known | None:
            return next((each for each in known if each.is_same(alert)), None)

        gone = [(alert, matched(alert)) for alert in compared.only_before]
        verdicts = [found.verdict for _, found in gone if found is not None]
        miss = _nearest(compared.code, after)
        return cls(
            code=compared.code,
            before=compared.before,
            after=compared.after,
            both=[
                TriedAlertView.of(late, matched(early), round(late.second - early.second, 3))
                for early, late in compared.both[:MOST_LISTED]
            ],
            only_before=[TriedAlertView.of(alert, found) for alert, found in gone[:MOST_LISTED]],
            only_after=[TriedAlertView.of(alert, matched(alert)) for alert in compared.only_after[:MOST_LISTED]],
            gone_confirmed=verdicts.count("confirmed"),
            gone_dismissed=verdicts.count("dismissed"),
            held_back_before=before.held_back.get(compared.code, 0),
            held_back_after=after.held_back.get(compared.code, 0),
            nearest=ReachedView.of(miss.reached) if miss else None,
            nearest_at=miss.at if miss else None,
        )


class SilentCodeView(Shown):
    """A code that was asked for and cannot be judged on this camera."""

    code: str
    reason_en: str


class TrialDetail(TrialView):
    """The same with what came of it. `seconds` of the log held looks of the camera; `lost_looks` were never written."""

    seconds: float | None
    lost_looks: int
    judged: list[str]
    silent: list[SilentCodeView]
    compared: list[ComparedView]

    @classmethod
    def told(cls, trial: Trial, known: Sequence[Known]) -> Self:
        outcome = trial.outcome
        if outcome is None:
            return cls(**_facts(trial), seconds=None, lost_looks=0, judged=[], silent=[], compared=[])
        cameras = outcome.after.cameras
        return cls(
            **_facts(trial),
            seconds=sum(camera.seconds for camera in cameras),
            lost_looks=outcome.after.lost_looks,
            judged=sorted({code for camera in cameras for code in camera.judged}),
            silent=[
                SilentCodeView(code=code, reason_en=reason)
                for camera in cameras
                for code, reason in camera.silent.items()
            ],
            compared=[ComparedView.of(each, outcome.before, outcome.after, known) for each in outcome.comparison],
        )


def _nearest(code: str, replayed: Replayed) -> NearMiss | None:
    found = [miss for miss in replayed.near_misses if miss.code == code]
    return max(found, key=lambda miss: miss.reached.share, default=None)


def _facts(trial: Trial) -> dict[str, object]:
    order = trial.order
    return {
        "trial_id": trial.trial_id,
        "camera_id": order.camera_id,
        "begins_at": order.begins_at,
        "ends_at": order.ends_at,
        "codes": [
            TriedCodeView(
                code=code,
                minimum_seconds=values.get("minimum_seconds"),
                cool_down_seconds=values.get("cool_down_seconds"),
            )
            for code, values in order.codes.items()
        ],
        "thresholds": [ThresholdView(label=label, confidence=value) for label, value in order.thresholds.items()],
        "state": trial.state,
        "share": trial.share,
        "looks": trial.looks,
        "fault": trial.fault,
        "by": trial.by_name,
        "ordered_at": trial.ordered_at,
        "ended_at": trial.ended_at,
    }
