"""One entry of the deletion ledger, and how it stands in the step that the chain seals. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from domain.alert import Alert, Evidence, EvidenceKind, EvidenceState
from domain.ids import AlertId, EvidenceId


class Trigger(StrEnum):
    """Why evidence was deleted: its time was over, or the disk was full."""

    RETENTION = "retention"
    PRESSURE = "pressure"


PRESSURE_RULE = "disk-pressure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """A piece of evidence that was deleted: what it was, by which rule, and the step of its alert that says so.

    `erased_at` is when its file was gone; None as long as that could not be done (an object store that is away).
    """

    deletion_id: str
    alert_id: AlertId
    sequence: int
    evidence_id: EvidenceId
    kind: EvidenceKind
    name: str
    size_bytes: int
    sha256: str
    trigger: Trigger
    rule: str
    policy_version: str
    policy_sha256: str
    decided_at: datetime
    erased_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """By what evidence is deleted, as it is written down."""

    trigger: Trigger
    rule: str
    policy_version: str
    policy_sha256: str
    words: str

    @property
    def cause(self) -> str:
        """What the piece of evidence carries from then on."""
        return f"{self.trigger}:{self.rule}@{self.policy_version}"


def without(alert: Alert, pieces: tuple[Evidence, ...], reason: Reason, now: datetime) -> Alert:
    """The alert one step later with tombstones in the place of the pieces: name, size and checksum stay."""
    gone = {piece.evidence_id for piece in pieces}
    evidence = tuple(
        replace(piece, state=EvidenceState.DELETED, cause=reason.cause) if piece.evidence_id in gone else piece
        for piece in alert.evidence
    )
    return replace(alert, evidence=evidence, sequence=alert.sequence + 1, updated_at=now)


def note_of(pieces: tuple[Evidence, ...], reason: Reason) -> str:
    """The note of the step, for people."""
    kinds = ", ".join(sorted({piece.kind.value for piece in pieces}))
    return f"证据已删除 / evidence deleted: {kinds} ({reason.words}, {reason.cause})"
