"""What was found at an enterprise, by code, day and verdict. Only what a person confirmed counts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from credit.ports import CountSource, DailyCount
from domain.alert import Alert, AlertState
from domain.ids import EnterpriseId
from domain.scope import Scope

LONGEST_RANGE_DAYS = 1_100  # three years: the longest term of a record


class Outcome(StrEnum):
    """Into which figure of a DailyCount an alert goes."""

    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    UNCLEAR = "unclear"
    UNREVIEWED = "unreviewed"


def outcome(alert: Alert) -> Outcome:
    """Judge by the person's verdict alone, whatever has happened to the alert since.

    An alert that is disputed awaits another person's look and counts as unclear until then; so does any verdict
    that is neither "confirmed" nor "dismissed". An alert without a verdict is a lead of the machine.
    """
    if alert.review is None or not alert.review.state.is_reviewed:
        return Outcome.UNREVIEWED
    if alert.state is AlertState.DISPUTED:
        return Outcome.UNCLEAR
    if alert.review.state is AlertState.CONFIRMED:
        return Outcome.CONFIRMED
    if alert.review.state is AlertState.DISMISSED:
        return Outcome.DISMISSED
    return Outcome.UNCLEAR


def require_range(day_from: date, day_to: date) -> None:
    """Raise ValueError unless the days are in order and no more than LONGEST_RANGE_DAYS apart."""
    if day_to < day_from:
        raise ValueError(f"the range must not end before it starts, got {day_from} to {day_to}")
    if day_to - day_from > timedelta(days=LONGEST_RANGE_DAYS):
        raise ValueError(f"the range may cover {LONGEST_RANGE_DAYS} days, got {day_from} to {day_to}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Sums over days and sites. `code` is None for the sum over all codes."""

    code: str | None
    detected: int
    confirmed: int
    dismissed: int
    unclear: int
    unreviewed: int

    @property
    def counted(self) -> int:
        """What may count towards anything: confirmed by a person, nothing else."""
        return self.confirmed


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterpriseCounts:
    """The figures of one enterprise in a range of days, both ends included, as far as the asker may see."""

    enterprise_id: EnterpriseId
    day_from: date
    day_to: date
    days: tuple[DailyCount, ...]
    by_code: tuple[Tally, ...]
    total: Tally

    @property
    def counted(self) -> int:
        return self.total.counted


class ViolationCounts:
    """Questions about figures. Any thread."""

    def __init__(self, source: CountSource) -> None:
        self._source = source

    def of_enterprise(
        self, enterprise_id: EnterpriseId, scope: Scope, day_from: date, day_to: date
    ) -> EnterpriseCounts:
        """Figures by day, site and code, with their sums by code and over all.

        Raises ValueError for days in the wrong order or more than three years apart.
        """
        require_range(day_from, day_to)
        days = tuple(self._source.daily_counts(enterprise_id, scope, day_from, day_to))
        codes = sorted({day.code for day in days})
        return EnterpriseCounts(
            enterprise_id=enterprise_id,
            day_from=day_from,
            day_to=day_to,
            days=days,
            by_code=tuple(tally(code, (day for day in days if day.code == code)) for code in codes),
            total=tally(None, days),
        )


def tally(code: str | None, days: Iterable[DailyCount]) -> Tally:
    listed: Sequence[DailyCount] = list(days)
    return Tally(
        code=code,
        detected=sum(day.detected for day in listed),
        confirmed=sum(day.confirmed for day in listed),
        dismissed=sum(day.dismissed for day in listed),
        unclear=sum(day.unclear for day in listed),
        unreviewed=sum(day.unreviewed for day in listed),
    )
