"""Dates of an enterprise that come near, and at which distances they are told. Pure.

A reminder is for one date at one distance: it is made once, however often anybody looks.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.ids import EnterpriseId


class ReminderKind(StrEnum):
    RECTIFICATION_DUE = "rectification_due"
    EARLIEST_REPAIR = "earliest_repair"
    PUBLICATION_END = "publication_end"
    LICENCE_END = "licence_end"

    @property
    def zh(self) -> str:
        return {
            "rectification_due": "整改期限",
            "earliest_repair": "最早可申请修复日",
            "publication_end": "公示截止日",
            "licence_end": "许可证有效期届满",
        }[self.value]

    @property
    def stays_open(self) -> bool:
        """Something is still to be done when the date has passed; the other dates are over by themselves."""
        return self in {ReminderKind.RECTIFICATION_DUE, ReminderKind.LICENCE_END}


LEADS: Mapping[ReminderKind, tuple[int, ...]] = {
    ReminderKind.RECTIFICATION_DUE: (3, 1, 0),
    ReminderKind.EARLIEST_REPAIR: (30, 7, 0),
    ReminderKind.PUBLICATION_END: (30, 7, 0),
    ReminderKind.LICENCE_END: (30, 7, 1),
}
"""Days before the date at which it is told (design); 0 is the day itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedFact:
    """A date that matters. `subject` is a document number, licence or code, `reference` the record or alert behind it.

    `policy_id` of an earliest repair: policies differ, and each date names its own.
    """

    kind: ReminderKind
    enterprise_id: EnterpriseId
    on: date
    subject: str
    reference: str
    policy_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """A dated fact so many days before its date, or on it."""

    fact: DatedFact
    days_before: int

    @property
    def reminder_id(self) -> str:
        """The same for the same date and distance: a date that moved is told anew."""
        fact = self.fact
        return ":".join(
            (fact.kind.value, fact.reference, fact.policy_id or "-", fact.on.isoformat(), str(self.days_before))
        )


def reminders_on(facts: Iterable[DatedFact], today: date) -> list[Reminder]:
    """Those to be told today: of each fact the nearest distance that has been reached, so nobody is told twice at once.

    A service that was away for days tells once, at the distance that holds now. What has passed is told no more.
    """
    found = []
    for fact in facts:
        left = (fact.on - today).days
        reached = [days for days in LEADS[fact.kind] if left <= days]
        if left >= 0 and reached:
            found.append(Reminder(fact=fact, days_before=min(reached)))
    return found
