"""The log of what was done to accounts and taken away by them, as a chain of its own. Pure; its port is at the end."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from alerts.audit import Fault, Finding
from alerts.seals import ORIGIN, link, sha256_of
from domain.ids import UserId

AT_THE_MACHINE = "the machine's command line"


class AccountAct(StrEnum):
    """What was done. The detail of an entry says the rest; no entry holds a secret."""

    LOGGED_IN = "logged_in"
    SESSION_ENDED = "session_ended"
    USER_ADDED = "user_added"
    USER_CHANGED = "user_changed"
    USER_CLOSED = "user_closed"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - an act, no secret
    PASSWORD_RESET = "password_reset"  # noqa: S105 - the same
    FACTOR_SET = "factor_set"
    FACTOR_REMOVED = "factor_removed"
    FACTOR_RESET = "factor_reset"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    RECOVERY_CODE_USED = "recovery_code_used"
    TOKEN_ADDED = "token_added"  # noqa: S105 - the same
    TOKEN_REVOKED = "token_revoked"  # noqa: S105 - the same
    REPORT_TAKEN = "report_taken"
    """A report of an enterprise or a region, or a table of 双公示."""
    EXTRACT_READ = "extract_read"
    """A third party read what an enterprise consented to. It has no account: see `AccountDeed`."""
    EVIDENCE_TAKEN = "evidence_taken"
    """A pack of an alert, or a paper of an application for repair."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountDeed:
    """Somebody did something to an account, or took something away by it.

    `actor_id` None: at the machine itself, by the command line. Of an extract that was read: a receiver by that name,
    who has no account; the account is that of the person who consented.
    """

    at: datetime
    act: AccountAct
    actor_id: UserId | None
    actor_name: str
    user_id: UserId
    user_name: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountEntry:
    """An entry of the log. `number` counts from 1 without gaps; `digest` is over the entry and the one before it."""

    number: int
    deed: AccountDeed
    digest: str


def account_entry(previous: AccountEntry | None, deed: AccountDeed) -> AccountEntry:
    """The entry that follows."""
    number = previous.number + 1 if previous else 1
    digest = link(previous.digest if previous else ORIGIN, _checksum(number, deed))
    return AccountEntry(number=number, deed=deed, digest=digest)


def account_faults(entries: Iterable[AccountEntry], *, number: int = 0, digest: str = ORIGIN) -> Iterator[Finding]:
    """What does not fit in the log, which is given from the entry after `number` on, whose digest is given too."""
    for entry in entries:
        place = f"account_entries {entry.number}"
        if entry.number != number + 1:
            yield Finding(fault=Fault.ACCOUNT_ENTRY_MISSING, place=place, expected=f"entry {number + 1}")
        elif (expected := link(digest, _checksum(entry.number, entry.deed))) != entry.digest:
            yield Finding(fault=Fault.ACCOUNT_ENTRY_CHANGED, place=place, expected=expected, found=entry.digest)
        number, digest = entry.number, entry.digest


def _checksum(number: int, deed: AccountDeed) -> str:
    return sha256_of(
        {
            "number": number,
            "at": deed.at,
            "act": deed.act.value,
            "actor_id": deed.actor_id,
            "actor_name": deed.actor_name,
            "user_id": deed.user_id,
            "user_name": deed.user_name,
            "detail": deed.detail,
        }
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DeedFilter:
    """Which entries are wanted; None asks for all. `person` did it, or it was done to that account."""

    person: UserId | None = None
    act: AccountAct | None = None
    since: datetime | None = None
    until: datetime | None = None


class AccountLog(Protocol):
    """The log. `Accounts` and `SecondFactors` write their entries in the transaction of what those tell of."""

    def note(self, deed: AccountDeed) -> None:
        """Add what was taken away. Called before it is given: what is not noted is not given."""
        ...

    def deeds(self, wanted: DeedFilter, *, before: int | None, limit: int) -> list[AccountEntry]:
        """Newest first, those below the number `before`."""
        ...

    def last_logins(self) -> dict[UserId, datetime]:
        """When each account logged in last, of those that ever did since the log began."""
        ...

    def all_deeds(self, after: int, limit: int) -> list[AccountEntry]:
        """Oldest first, those above the number `after`."""
        ...
