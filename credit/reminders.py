"""Which dates of an enterprise come near, and which of them are to be told today. Pure.

A correction that is due, the earliest day of a repair under each policy, the last day of a publication. A reminder is
for one date at one distance: it is made once, however often anybody looks.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from credit.facts import Finding, Remedy
from credit.records import PublicRecord
from credit.repair import RepairList, RepairPolicy, answer
from domain.ids import EnterpriseId


class ReminderKind(StrEnum):
    RECTIFICATION_DUE = "rectification_due"
    EARLIEST_REPAIR = "earliest_repair"
    PUBLICATION_END = "publication_end"

    @property
    def zh(self) -> str:
        return {
            "rectification_due": "整改期限",
            "earliest_repair": "最早可申请修复日",
            "publication_end": "公示截止日",
        }[self.value]


LEADS: Mapping[ReminderKind, tuple[int, ...]] = {
    ReminderKind.RECTIFICATION_DUE: (3, 1, 0),
    ReminderKind.EARLIEST_REPAIR: (30, 7, 0),
    ReminderKind.PUBLICATION_END: (30, 7, 0),
}
"""Days before the date at which it is told (design); 0 is the day itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedFact:
    """A date that matters. `subject` is a document number or code, `reference` the record or alert behind it.

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


def dates_of(
    enterprise_id: EnterpriseId,
    *,
    records: Sequence[PublicRecord],
    findings: Iterable[Finding],
    policies: Mapping[str, RepairPolicy],
    today: date,
) -> list[DatedFact]:
    """All dates from today on, soonest first."""
    found = [
        *_corrections(enterprise_id, findings),
        *_repairs(enterprise_id, records, policies, today),
    ]
    ahead = [fact for fact in found if fact.on >= today]
    return sorted(ahead, key=lambda fact: (fact.on, fact.kind, fact.reference, fact.policy_id))


def _corrections(enterprise_id: EnterpriseId, findings: Iterable[Finding]) -> Iterator[DatedFact]:
    for finding in findings:
        if finding.remedy is Remedy.OPEN:
            yield DatedFact(
                kind=ReminderKind.RECTIFICATION_DUE,
                enterprise_id=enterprise_id,
                on=finding.due_on,
                subject=finding.code,
                reference=finding.finding_id,
            )


def _repairs(
    enterprise_id: EnterpriseId, records: Sequence[PublicRecord], policies: Mapping[str, RepairPolicy], today: date
) -> Iterator[DatedFact]:
    for record in records:
        others = [each for each in records if each.record_id != record.record_id]
        if record.ends_on is not None and not record.state_on(today).is_over:
            yield DatedFact(
                kind=ReminderKind.PUBLICATION_END,
                enterprise_id=enterprise_id,
                on=record.ends_on,
                subject=record.draft.document_no,
                reference=record.record_id,
            )
        for policy in policies.values():
            found = answer(record, policy, today, duties_done=True, others=others)
            if found is None or found.earliest is None or found.listed is RepairList.EXPIRED:
                continue
            yield DatedFact(
                kind=ReminderKind.EARLIEST_REPAIR,
                enterprise_id=enterprise_id,
                on=found.earliest,
                subject=record.draft.document_no,
                reference=record.record_id,
                policy_id=policy.policy_id,
            )


def reminders_on(facts: Iterable[DatedFact], today: date) -> list[Reminder]:
    """Those to be told today: of each fact the nearest distance that has been reached, so nobody is told twice at once.

    A service that was away for days tells once, at the distance that holds now.
    """
    found = []
    for fact in facts:
        left = (fact.on - today).days
        reached = [days for days in LEADS[fact.kind] if left <= days]
        if left >= 0 and reached:
            found.append(Reminder(fact=fact, days_before=min(reached)))
    return found
