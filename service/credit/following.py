"""Follows the feed of alerts' steps into the ledgers, each step once. An alert never waits for it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import structlog

from alerts.ports import AlertJournal, StepRecord
from credit.errors import GuardError
from credit.ledger import LeadEntry, LeadKind
from credit.ledger_ports import LedgerBook
from credit.life_map import ClauseVersion, Entries, LifeStep, entries_of
from domain.clause import ClauseRegister
from domain.ids import EnterpriseId, SiteId
from domain.risk import RiskClass
from domain.scope import Scope

log = structlog.get_logger(__name__)

MARK = "alert_steps"
LEAD_DAYS = 30
"""After so many days a lead that nobody has judged expires; its count stays."""

_BATCH = 200
_EVERYTHING = Scope.everything()


class StepFollower:
    """One thread. `follow` takes all new steps, `expire` ends old leads; both return how many they took."""

    def __init__(
        self, journal: AlertJournal, ledgers: LedgerBook, register: ClauseRegister, now: Callable[[], datetime]
    ) -> None:
        self._journal = journal
        self._ledgers = ledgers
        self._clause_version = version_of(register)
        self._now = now

    def follow(self) -> int:
        """Raises JournalError where the database is away; the next call goes on from there."""
        taken = 0
        while entries := self._journal.feed(self._ledgers.mark(MARK), _EVERYTHING, _BATCH):
            for entry in entries:
                self._take(entry.feed_id, self._entries(entry.step))
            taken += len(entries)
        return taken

    def _entries(self, step: StepRecord) -> Entries:
        life = _life_step(step)
        if life is None:
            return Entries()
        earlier = [] if step.actor_id is None else self._journal.history(step.alert_id)
        before = [found for each in earlier if (found := _life_step(each)) is not None]
        return entries_of(life, before, self._clause_version)

    def _take(self, feed_id: int, entries: Entries) -> None:
        """A step that a guard refuses is passed over, or one bad step would hold up all that follow."""
        try:
            self._ledgers.append(entries.leads, entries.supervision, mark=(MARK, feed_id))
        except GuardError as error:
            log.warning("ledger_entry_refused", feed_id=feed_id, guard=error.guard)
            self._ledgers.append(mark=(MARK, feed_id))

    def expire(self) -> int:
        now, taken = self._now(), 0
        while old := self._ledgers.open_leads(now - timedelta(days=LEAD_DAYS), _BATCH):
            self._ledgers.append([_expired(lead, now) for lead in old])
            taken += len(old)
        return taken


def _expired(lead: LeadEntry, now: datetime) -> LeadEntry:
    return LeadEntry(
        entry_id=f"{lead.alert_id}:expired",
        enterprise_id=lead.enterprise_id,
        site_id=lead.site_id,
        alert_id=lead.alert_id,
        code=lead.code,
        code_version=lead.code_version,
        kind=LeadKind.EXPIRED,
        day=lead.day,
        at=now,
    )


def _life_step(step: StepRecord) -> LifeStep | None:
    """None for a step whose payload is not there any more, or of another form."""
    payload: dict[str, Any] = step.payload
    try:
        return LifeStep(
            alert_id=step.alert_id,
            sequence=step.sequence,
            step=step.step.value,
            at=step.at,
            actor_id=step.actor_id,
            enterprise_id=EnterpriseId(payload["enterprise_id"]),
            site_id=SiteId(payload["site_id"]),
            code=payload["code"],
            code_version=payload["code_version"],
            risk_class=RiskClass(payload["class"]),
            day=date.fromisoformat(payload["local_day"]),
            note=step.note,
            clause_ids=tuple(each["clause_id"] for each in payload.get("clauses", ())),
        )
    except (KeyError, ValueError, TypeError):
        log.warning("step_without_payload", alert_id=step.alert_id, sequence=step.sequence)
        return None


def version_of(register: ClauseRegister) -> ClauseVersion:
    """The version of a clause on a day as "id@version"; "unknown" where the register has none in force."""

    def named(clause_id: str, day: date) -> str:
        clause = register.clause_on(clause_id, day)
        return f"{clause_id}@{clause.version if clause else 'unknown'}"

    return named
