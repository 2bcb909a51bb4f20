"""Grants and the reads they allow. Any thread; it waits for the database."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from credit.errors import GuardError, NotTheEnterpriseError
from credit.extracts.extract import Extract, IndexPart, has, published
from credit.extracts.grant import ExtractPart, ExtractRead, Grant, GrantDraft, GrantState
from credit.extracts.ports import GrantBook
from credit.index_desk import IndexDesk
from credit.ledger_ports import RecordBook
from credit.ports import Registry
from domain.ids import EnterpriseId, UserId
from domain.scope import Scope

_EVERYTHING = Scope.everything()


@dataclass(frozen=True, slots=True, kw_only=True)
class Manager:
    """Who speaks, and whether it is one of the enterprise's own people."""

    user_id: UserId
    name: str
    is_of_enterprise: bool


class ExtractDesk:
    """Grants are given and withdrawn here, and read from; each read is noted before anything is given."""

    def __init__(
        self,
        *,
        book: GrantBook,
        index: IndexDesk,
        records: RecordBook,
        registry: Registry,
        new_id: Callable[[], str],
        now: Callable[[], datetime],
    ) -> None:
        self._book = book
        self._index = index
        self._records = records
        self._registry = registry
        self._new_id = new_id
        self._now = now

    def give(self, enterprise_id: EnterpriseId, draft: GrantDraft, manager: Manager, *, secret_sha256: str) -> Grant:
        """Consent for the enterprise. Raises NotTheEnterpriseError for whoever is not of it."""
        if not manager.is_of_enterprise:
            raise NotTheEnterpriseError
        grant = Grant(
            grant_id=self._new_id(),
            enterprise_id=enterprise_id,
            draft=draft,
            given_at=self._now(),
            given_by=manager.user_id,
            giver_name=manager.name,
            secret_sha256=secret_sha256,
        )
        self._book.add(grant)
        return grant

    def withdraw(self, enterprise_id: EnterpriseId, grant_id: str, name: str) -> Grant | None:
        """Take it back, at once; again does no harm. None where the enterprise has no such grant."""
        grant = self._book.get(grant_id)
        if grant is None or grant.enterprise_id != enterprise_id:
            return None
        return self._book.withdraw(grant_id, self._now(), name)

    def grants(self, enterprise_id: EnterpriseId, before: int | None, limit: int) -> Sequence[Grant]:
        return self._book.grants(enterprise_id, before, limit)

    def reads(self, enterprise_id: EnterpriseId, before: int | None, limit: int) -> Sequence[ExtractRead]:
        return self._book.reads(enterprise_id, before, limit)

    def standing(self, secret_sha256: str) -> Grant | None:
        """The grant that the secret opens now."""
        grant = self._book.find(secret_sha256)
        if grant is None or grant.state_at(self._now()) is not GrantState.STANDING:
            return None
        return grant

    def read(self, grant: Grant, *, address: str) -> Extract | None:
        """What was granted, as it is today; None where the grant does not stand any more or its enterprise is gone."""
        enterprise = self._registry.get_enterprise(grant.enterprise_id, _EVERYTHING)
        if enterprise is None:
            return None
        now = self._now()
        try:
            self._book.note_read(grant.grant_id, now, address)
        except GuardError:
            return None
        today = self._index.profile.today(now)
        index = records = None
        if has(grant, ExtractPart.INDEX):
            index = IndexPart.of(self._index.assessed(grant.enterprise_id, today))
        if has(grant, ExtractPart.RECORDS):
            records = published(self._records.records(grant.enterprise_id, _EVERYTHING), today)
        return Extract(grant=grant, enterprise=enterprise, made_at=now, as_of=today, index=index, records=records)
