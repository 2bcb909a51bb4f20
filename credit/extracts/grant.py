"""A consent of an enterprise to one extract for one receiver: what is in it, what for, and until when.

The enterprise's own people grant it and take it back; the authority does neither. Leads, alerts and pictures are no
part that could be granted. It is told beforehand to whom and what for, and taken back as easily as given.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from credit.errors import GuardError
from domain.frame import require_utc
from domain.ids import EnterpriseId, UserId
from domain.text import LONGEST_REASON, require_text

LONGEST_DAYS = 365


class ExtractPart(StrEnum):
    """All that an extract can hold; there is nothing else to grant."""

    INDEX = "index"
    """The index with its band and interval on the day of the read."""
    RECORDS = "records"
    """Records of ledger C that are published on the day of the read."""


class GrantState(StrEnum):
    STANDING = "standing"
    WITHDRAWN = "withdrawn"
    OVER = "over"


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantDraft:
    """What a manager consents to. `days`: 1 to LONGEST_DAYS. Raises GuardError."""

    receiver: str
    purpose: str
    parts: frozenset[ExtractPart]
    days: int

    def __post_init__(self) -> None:
        for name, value, longest in (("receiver", self.receiver, 200), ("purpose", self.purpose, LONGEST_REASON)):
            try:
                require_text(name, value, longest)
            except ValueError as error:
                raise GuardError(name, f"a text of at most {longest} characters in one line", str(error)) from None
        if not self.parts:
            raise GuardError("parts", "at least one of index and records", "none")
        if not 1 <= self.days <= LONGEST_DAYS:
            raise GuardError("days", f"1 to {LONGEST_DAYS}", str(self.days))


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A consent that was given. Whoever holds the secret of its hash may read until it ends."""

    grant_id: str
    enterprise_id: EnterpriseId
    draft: GrantDraft
    given_at: datetime
    given_by: UserId
    giver_name: str
    secret_sha256: str
    number: int = 0
    withdrawn_at: datetime | None = None
    withdrawer_name: str | None = None

    def __post_init__(self) -> None:
        require_utc("given_at", self.given_at)
        if (self.withdrawn_at is None) != (self.withdrawer_name is None):
            raise ValueError("a withdrawal has a time and a name, or neither")

    @property
    def ends_at(self) -> datetime:
        """From this instant on nothing is read any more."""
        return self.given_at + timedelta(days=self.draft.days)

    def state_at(self, now: datetime) -> GrantState:
        if self.withdrawn_at is not None:
            return GrantState.WITHDRAWN
        return GrantState.STANDING if now < self.ends_at else GrantState.OVER


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractRead:
    """One read, as it is shown to the enterprise. `address` is where it came from, as the service saw it."""

    grant_id: str
    receiver: str
    at: datetime
    address: str
    number: int = 0
