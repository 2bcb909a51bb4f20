"""Ledgers A (leads) and B (supervision): entries that are only ever added. Ledger C has a module of its own (records).

A holds what machines found and what people made of it: private, counted, never weighed. B holds what people confirmed,
corrected, checked and inspected, and the hours in which anything could have been seen. Only B and C reach the index.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from credit.errors import GuardError
from domain.frame import require_utc
from domain.ids import AlertId, EnterpriseId, SiteId, UserId
from domain.risk import RiskClass

LEADS = "leads"
SUPERVISION = "supervision"

NOBODY = frozenset({"", "system", "machine", "brightkitchen"})
"""Ids that are no person's."""


class LeadKind(StrEnum):
    """A step of ledger A."""

    DETECTED = "detected"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    ABSTAINED = "abstained"
    EXPIRED = "expired"

    @property
    def is_human(self) -> bool:
        return self in {LeadKind.CONFIRMED, LeadKind.DISMISSED, LeadKind.ABSTAINED}


class SupervisionKind(StrEnum):
    """A step of ledger B. Those about a case follow its alert's life; the others stand alone."""

    CONFIRMED = "confirmed"
    DISPUTED = "disputed"
    SUSPENDED = "suspended"  # found unclear after all
    OVERTURNED = "overturned"  # dismissed after all
    RECTIFIED = "rectified"  # the enterprise says so
    SENT_BACK = "sent_back"  # a second person has checked it, and it did not stand
    VERIFIED = "verified"  # a second person has checked it
    CLOSED = "closed"
    OBSERVED = "observed"  # hours of a site's day; measured, nobody's word
    SHARE = "share"  # so many of so many, of a dimension
    INSPECTION = "inspection"  # a figure out of 100
    LEVEL = "level"  # a class A to D
    BURDEN = "burden"  # an order overdue, a listing, an upheld complaint
    CORRECTION = "correction"  # an earlier entry counts no more

    @property
    def is_of_a_case(self) -> bool:
        return self in OF_A_CASE

    @property
    def needs_officer(self) -> bool:
        return self in OFFICERS_ONLY


OF_A_CASE = frozenset(
    {
        SupervisionKind.CONFIRMED,
        SupervisionKind.DISPUTED,
        SupervisionKind.SUSPENDED,
        SupervisionKind.OVERTURNED,
        SupervisionKind.RECTIFIED,
        SupervisionKind.SENT_BACK,
        SupervisionKind.VERIFIED,
        SupervisionKind.CLOSED,
    }
)
OFFICERS_ONLY = frozenset({SupervisionKind.INSPECTION, SupervisionKind.LEVEL, SupervisionKind.BURDEN})
AGELESS = frozenset({SupervisionKind.LEVEL, SupervisionKind.CORRECTION})
"""What an index reads whatever its day: the last level stands until there is another, and so does a correction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadEntry:
    """One step of a lead. `entry_id` is made of alert and sequence, so the same step is written once."""

    entry_id: str
    enterprise_id: EnterpriseId
    site_id: SiteId
    alert_id: AlertId
    code: str
    code_version: str
    kind: LeadKind
    day: date
    at: datetime
    actor_id: UserId | None = None

    def __post_init__(self) -> None:
        require_utc("at", self.at)
        if self.kind.is_human:
            require_person(self.actor_id, f"a lead is {self.kind}")

    def content(self) -> dict[str, Any]:
        """What is hashed and stored."""
        return {
            "entry_id": self.entry_id,
            "enterprise_id": self.enterprise_id,
            "site_id": self.site_id,
            "alert_id": self.alert_id,
            "code": self.code,
            "code_version": self.code_version,
            "kind": self.kind.value,
            "day": self.day.isoformat(),
            "at": instant(self.at),
            "actor_id": self.actor_id,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisionEntry:
    """One step of supervision.

    `clauses` are "id@version" as in force on the day. `figures` hold texts and whole numbers: `observed_seconds` and
    `open_seconds`; `dimension`, `good`, `total`; `score_tenths`; `level`; `weight_tenths`, `ends_on`; and of a
    confirmed case `extent`, `acknowledged_after_seconds`. `submitter_id` is who reported the correction that is
    verified. `corrects` is the `entry_id` that a correction takes out of every count.
    """

    entry_id: str
    enterprise_id: EnterpriseId
    kind: SupervisionKind
    day: date
    at: datetime
    site_id: SiteId | None = None
    actor_id: UserId | None = None
    case_id: AlertId | None = None
    sequence: int | None = None
    code: str | None = None
    code_version: str | None = None
    risk_class: RiskClass | None = None
    clauses: tuple[str, ...] = ()
    submitter_id: UserId | None = None
    figures: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    corrects: str | None = None

    def __post_init__(self) -> None:
        require_utc("at", self.at)
        if self.kind is not SupervisionKind.OBSERVED:
            require_person(self.actor_id, f"an entry of the kind {self.kind}")
        if self.kind.is_of_a_case and (self.case_id is None or self.sequence is None):
            raise GuardError("case", f"a case and its step for an entry of the kind {self.kind}", "none")
        if self.kind is SupervisionKind.CONFIRMED and (self.code is None or self.risk_class is None):
            raise GuardError("code", "the code and class of what was confirmed", "none")
        if self.kind is SupervisionKind.VERIFIED:
            if self.submitter_id is None:
                raise GuardError("submitter", "who reported the correction", "nobody")
            if self.submitter_id == self.actor_id:
                raise GuardError("verifier", "another person than who reported the correction", "the same")
        if (self.kind is SupervisionKind.CORRECTION) != (self.corrects is not None):
            raise GuardError("corrects", "the corrected entry, of a correction only", str(self.corrects))
        if self.kind is SupervisionKind.CORRECTION and not self.reason.strip():
            raise GuardError("reason", "a reason for a correction", "none")

    def content(self) -> dict[str, Any]:
        """What is hashed and stored."""
        return {
            "entry_id": self.entry_id,
            "enterprise_id": self.enterprise_id,
            "site_id": self.site_id,
            "kind": self.kind.value,
            "day": self.day.isoformat(),
            "at": instant(self.at),
            "actor_id": self.actor_id,
            "case_id": self.case_id,
            "sequence": self.sequence,
            "code": self.code,
            "code_version": self.code_version,
            "risk_class": None if self.risk_class is None else self.risk_class.value,
            "clauses": list(self.clauses),
            "submitter_id": self.submitter_id,
            "figures": dict(self.figures),
            "reason": self.reason,
            "corrects": self.corrects,
        }


def require_person(actor_id: UserId | None, what: str) -> None:
    """Raise GuardError unless the id can be a person's. Whether there is such an account the store looks up."""
    if actor_id is None or actor_id.strip().lower() in NOBODY:
        raise GuardError("actor", f"a person: {what} by people only", actor_id or "nobody")


def instant(at: datetime) -> str:
    """An instant in the one spelling that is hashed."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
