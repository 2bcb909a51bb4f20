"""The log of who looked at unmasked originals, as a chain of its own. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from alerts.audit import Fault, Finding
from alerts.seals import ORIGIN, link, sha256_of
from domain.ids import AlertId, EnterpriseId, EvidenceId, SiteId, UserId


class AccessKind(StrEnum):
    """What was opened: the clip itself, or a pack with the clip in it."""

    CLIP = "clip"
    PACK = "pack"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccess:
    """Somebody is about to see an unmasked original. `user_id` None: at the machine itself, under its account."""

    at: datetime
    user_id: UserId | None
    user_name: str
    kind: AccessKind
    enterprise_id: EnterpriseId
    site_id: SiteId
    alert_id: AlertId
    evidence_id: EvidenceId
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """An entry of the log. `number` counts from 1 without gaps; `digest` is over the entry and the one before it."""

    number: int
    access: NewAccess
    digest: str


def entered(previous: Access | None, access: NewAccess) -> Access:
    """The entry that follows."""
    number = previous.number + 1 if previous else 1
    digest = link(previous.digest if previous else ORIGIN, _checksum(number, access))
    return Access(number=number, access=access, digest=digest)


def log_faults(entries: Iterable[Access]) -> Iterator[Finding]:
    """What does not fit in the log, which is given from its first entry on."""
    number, digest = 0, ORIGIN
    for entry in entries:
        place = f"accesses {entry.number}"
        if entry.number != number + 1:
            yield Finding(fault=Fault.ACCESS_MISSING, place=place, expected=f"entry {number + 1}")
        elif (expected := link(digest, _checksum(entry.number, entry.access))) != entry.digest:
            yield Finding(
                fault=Fault.ACCESS_CHANGED,
                place=place,
                alert_id=entry.access.alert_id,
                expected=expected,
                found=entry.digest,
            )
        number, digest = entry.number, entry.digest


def _checksum(number: int, access: NewAccess) -> str:
    return sha256_of(
        {
            "number": number,
            "at": access.at,
            "user_id": access.user_id,
            "user_name": access.user_name,
            "kind": access.kind.value,
            "enterprise_id": access.enterprise_id,
            "site_id": access.site_id,
            "alert_id": access.alert_id,
            "evidence_id": access.evidence_id,
            "reason": access.reason,
        }
    )
