"""Which dates of an enterprise matter to it: ahead, or passed with something still to be done. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from credit.facts import Finding, Remedy
from credit.records import PublicRecord
from credit.repair import RepairList, RepairPolicy, answer
from domain.organisation import Enterprise
from domain.reminder import DatedFact, ReminderKind


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedParts:
    """Where dates come from: what is known of one enterprise."""

    enterprise: Enterprise
    records: Sequence[PublicRecord]
    findings: Iterable[Finding]
    policies: Mapping[str, RepairPolicy]


def dates_of(parts: DatedParts, today: date) -> list[DatedFact]:
    """Soonest first: all dates from today on, corrections that are overdue and a licence that is over.

    An earliest day of repair or an end of publication that has passed is nothing to be done any more; lists of repair
    say what may be applied for.
    """
    found = [*_corrections(parts), *_repairs(parts, today), *_licence(parts.enterprise)]
    kept = [fact for fact in found if fact.on >= today or fact.kind.stays_open]
    return sorted(kept, key=lambda fact: (fact.on, fact.kind, fact.reference, fact.policy_id))


def _corrections(parts: DatedParts) -> Iterator[DatedFact]:
    for finding in parts.findings:
        if finding.remedy is Remedy.OPEN:
            yield DatedFact(
                kind=ReminderKind.RECTIFICATION_DUE,
                enterprise_id=parts.enterprise.enterprise_id,
                on=finding.due_on,
                subject=finding.code,
                reference=finding.finding_id,
            )


def _licence(enterprise: Enterprise) -> Iterator[DatedFact]:
    if enterprise.licence_valid_to is not None:
        yield DatedFact(
            kind=ReminderKind.LICENCE_END,
            enterprise_id=enterprise.enterprise_id,
            on=enterprise.licence_valid_to,
            subject=enterprise.licence_no or "",
            reference=enterprise.enterprise_id,
        )


def _repairs(parts: DatedParts, today: date) -> Iterator[DatedFact]:
    enterprise_id, records = parts.enterprise.enterprise_id, parts.records
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
        for policy in parts.policies.values():
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
