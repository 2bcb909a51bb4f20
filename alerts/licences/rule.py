"""The rule of kind "licence": the last day of a licence that people entered, looked at once a day. Pure.

No date is "no data": it neither begins nor ends anything, and nobody may take it for "all is well".
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from alerts.marked_yaml import Marked

KIND = "licence"
TIME_PATTERN = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"


class LicenceStage(StrEnum):
    """What a code is about: a licence whose last day is over, or one whose last day is near."""

    EXPIRED = "expired"
    ENDING = "ending"


class LicenceStanding(StrEnum):
    """What is known of a licence on a day. `valid` says that its date is not over, and nothing more."""

    NO_DATA = "no_data"
    VALID = "valid"
    ENDING = "ending"
    EXPIRED = "expired"


class LicenceStep(StrEnum):
    RAISED = "raised"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceRule:
    """When the last day of a licence becomes an alert.

    Judged once on each day of the site's calendar, from `judged_at` on the site's wall. `within_days` is for the stage
    "ending" only: so many days before the last day it begins (0: on that day).
    """

    stage: LicenceStage
    judged_at: time
    within_days: int = 0

    def holds(self, valid_to: date, day: date) -> bool:
        """Whether the rule is broken on a day; the last day itself is a day with a licence."""
        days_left = (valid_to - day).days
        return days_left < 0 if self.stage is LicenceStage.EXPIRED else 0 <= days_left <= self.within_days


def licence_step(
    rule: LicenceRule, valid_to: date | None, *, day: date, at: time, is_open: bool, is_judged: bool
) -> LicenceStep | None:
    """What is to be done now. `day` and `at` are the site's; `is_judged`: the rule had its turn on this day.

    An alert ends as soon as the date says so, whatever the time. That of a licence about to end, which then has ended,
    stays open until the day's turn, so that nothing is silent between midnight and the alert that follows it.
    """
    if valid_to is None:
        return None
    is_turn = at >= rule.judged_at
    if not is_open:
        return LicenceStep.RAISED if is_turn and not is_judged and rule.holds(valid_to, day) else None
    if rule.holds(valid_to, day) or (valid_to < day and not is_turn):
        return None
    return LicenceStep.ENDED


def notice_days(rules: Iterable[LicenceRule]) -> int | None:
    """So many days before its last day a licence counts as about to end; None: no rule says so."""
    return max((rule.within_days for rule in rules if rule.stage is LicenceStage.ENDING), default=None)


def standing_of(valid_to: date | None, day: date, within_days: int | None) -> LicenceStanding:
    """What is known of a licence on a day. `within_days`: see `notice_days`."""
    if valid_to is None:
        return LicenceStanding.NO_DATA
    days_left = (valid_to - day).days
    if days_left < 0:
        return LicenceStanding.EXPIRED
    return LicenceStanding.ENDING if within_days is not None and days_left <= within_days else LicenceStanding.VALID


def licence_note(number: str | None, valid_to: date, day: date) -> str:
    """What an alert says of the licence, in Chinese and English."""
    days = abs((valid_to - day).days)
    words = f"已过期 {days} 天 (ended {days} days ago)" if valid_to < day else f"还有 {days} 天到期 ({days} days left)"
    return f"许可证 {number or '（未登记编号）'} 有效期至 {valid_to}，{words}"


LICENCE_NEEDED = ("kind", "stage", "judged_at")
LICENCE_FIELDS = (*LICENCE_NEEDED, "within_days")


def read_licence_rule(marked: Marked) -> LicenceRule:
    """The rule of kind "licence" of a catalogue's file. Raises CatalogueError."""
    fields = marked.fields(LICENCE_FIELDS, LICENCE_NEEDED)
    if fields["kind"].text() != KIND:
        raise fields["kind"].fail(f"the kind {KIND}")
    stage = fields["stage"].choice(LicenceStage)
    if (stage is LicenceStage.ENDING) != ("within_days" in fields):
        raise marked.fail("within_days where the stage is ending, and only there", f"the stage {stage}")
    return LicenceRule(
        stage=stage,
        judged_at=_time(fields["judged_at"]),
        within_days=_days(fields),
    )


def _days(fields: Mapping[str, Marked]) -> int:
    return fields["within_days"].whole_number() if "within_days" in fields else 0


def _time(marked: Marked) -> time:
    text = marked.text()
    if not re.fullmatch(TIME_PATTERN, text):
        raise marked.fail("a time such as 09:00")
    return time.fromisoformat(text)
