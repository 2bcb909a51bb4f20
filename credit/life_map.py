"""From steps of an alert's life to entries of the ledgers: the one place where the two words meet.

Steps are named by their words, so a life with further steps needs no change here as long as the words are these:
raised, acknowledged, confirmed, dismissed, unclear, disputed, rectified, sent_back, verified, closed. All others are
passed over.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from credit.ledger import LeadEntry, LeadKind, SupervisionEntry, SupervisionKind
from domain.ids import AlertId, EnterpriseId, SiteId, UserId
from domain.risk import RiskClass


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeStep:
    """One step of an alert as it was put on record. `clause_ids` are those that the alert was raised under."""

    alert_id: AlertId
    sequence: int
    step: str
    at: datetime
    actor_id: UserId | None
    enterprise_id: EnterpriseId
    site_id: SiteId
    code: str
    code_version: str
    risk_class: RiskClass
    day: date
    note: str = ""
    clause_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """What one step comes to."""

    leads: tuple[LeadEntry, ...] = ()
    supervision: tuple[SupervisionEntry, ...] = ()


ClauseVersion = Callable[[str, date], str]
"""A clause's id and a day -> "id@version" as in force then."""

_LEAD_KINDS: Mapping[str, LeadKind] = {
    "raised": LeadKind.DETECTED,
    "confirmed": LeadKind.CONFIRMED,
    "dismissed": LeadKind.DISMISSED,
    "unclear": LeadKind.ABSTAINED,
}
_CASE_KINDS: Mapping[str, SupervisionKind] = {
    "confirmed": SupervisionKind.CONFIRMED,
    "disputed": SupervisionKind.DISPUTED,
    "unclear": SupervisionKind.SUSPENDED,
    "dismissed": SupervisionKind.OVERTURNED,
    "rectified": SupervisionKind.RECTIFIED,
    "sent_back": SupervisionKind.SENT_BACK,
    "verified": SupervisionKind.VERIFIED,
    "closed": SupervisionKind.CLOSED,
}


def entries_of(step: LifeStep, earlier: Iterable[LifeStep], clause_version: ClauseVersion) -> Entries:
    """The entries of a step, given the alert's earlier ones.

    Nothing of an alert is in ledger B before a person has confirmed it once; a step without a person's id is never
    entered as one that a person took.
    """
    before = [each for each in earlier if each.sequence < step.sequence]
    lead = _LEAD_KINDS.get(step.step)
    leads = () if lead is None or (lead.is_human and step.actor_id is None) else (_lead(step, lead),)
    kind = _CASE_KINDS.get(step.step)
    was_confirmed = any(each.step == "confirmed" and each.actor_id is not None for each in before)
    if kind is None or step.actor_id is None or (kind is not SupervisionKind.CONFIRMED and not was_confirmed):
        return Entries(leads=leads)
    submitter = _submitter(before) if kind is SupervisionKind.VERIFIED else None
    if kind is SupervisionKind.VERIFIED and submitter in {None, step.actor_id}:
        return Entries(leads=leads)  # nobody else reported a correction: there is nothing to verify
    return Entries(leads=leads, supervision=(_case(step, kind, before, submitter, clause_version),))


def _submitter(before: list[LifeStep]) -> UserId | None:
    return next((each.actor_id for each in reversed(before) if each.step == "rectified"), None)


def _lead(step: LifeStep, kind: LeadKind) -> LeadEntry:
    return LeadEntry(
        entry_id=f"{step.alert_id}:{step.sequence}",
        enterprise_id=step.enterprise_id,
        site_id=step.site_id,
        alert_id=step.alert_id,
        code=step.code,
        code_version=step.code_version,
        kind=kind,
        day=step.day,
        at=step.at,
        actor_id=step.actor_id if kind.is_human else None,
    )


def _case(
    step: LifeStep,
    kind: SupervisionKind,
    before: list[LifeStep],
    submitter: UserId | None,
    clause_version: ClauseVersion,
) -> SupervisionEntry:
    figures = _acknowledged(before, step) if kind is SupervisionKind.CONFIRMED else {}
    return SupervisionEntry(
        entry_id=f"{step.alert_id}:{step.sequence}",
        enterprise_id=step.enterprise_id,
        site_id=step.site_id,
        kind=kind,
        day=step.day,
        at=step.at,
        actor_id=step.actor_id,
        case_id=step.alert_id,
        sequence=step.sequence,
        code=step.code,
        code_version=step.code_version,
        risk_class=step.risk_class,
        clauses=tuple(clause_version(clause_id, step.day) for clause_id in step.clause_ids),
        submitter_id=submitter,
        figures=figures,
        reason=step.note,
    )


def _acknowledged(before: list[LifeStep], step: LifeStep) -> dict[str, int]:
    """After how many seconds the enterprise answered; up to the verdict where it had not by then."""
    raised = next((each.at for each in before if each.step == "raised"), None)
    if raised is None:
        return {}
    answered = next((each.at for each in before if each.step == "acknowledged"), step.at)
    return {"acknowledged_after_seconds": max(0, round((answered - raised).total_seconds()))}
