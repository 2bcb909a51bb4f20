"""An in-memory twin of the book of grants."""

import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from credit.errors import GuardError
from credit.extracts.grant import ExtractRead, Grant, GrantState
from domain.ids import EnterpriseId


class InMemoryGrants:
    """GrantBook in lists. Any thread. That the giver has an account is a guard of the database alone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._grants: dict[str, Grant] = {}
        self._reads: list[ExtractRead] = []

    def add(self, grant: Grant) -> None:
        with self._lock:
            self._grants[grant.grant_id] = replace(grant, number=len(self._grants) + 1)

    def find(self, secret_sha256: str) -> Grant | None:
        with self._lock:
            return next((each for each in self._grants.values() if each.secret_sha256 == secret_sha256), None)

    def get(self, grant_id: str) -> Grant | None:
        with self._lock:
            return self._grants.get(grant_id)

    def grants(self, enterprise_id: EnterpriseId, before: int | None, limit: int) -> Sequence[Grant]:
        with self._lock:
            own = [each for each in self._grants.values() if each.enterprise_id == enterprise_id]
        return [each for each in own[::-1] if before is None or each.number < before][:limit]

    def withdraw(self, grant_id: str, at: datetime, name: str) -> Grant | None:
        with self._lock:
            known = self._grants.get(grant_id)
            if known is not None and known.withdrawn_at is None:
                known = self._grants[grant_id] = replace(known, withdrawn_at=at, withdrawer_name=name)
            return known

    def note_read(self, grant_id: str, at: datetime, address: str) -> None:
        with self._lock:
            grant = self._grants.get(grant_id)
            if grant is None or grant.state_at(at) is not GrantState.STANDING:
                raise GuardError("standing", "a grant that stands", "another")
            self._reads.append(
                ExtractRead(
                    grant_id=grant_id,
                    receiver=grant.draft.receiver,
                    at=at,
                    address=address,
                    number=len(self._reads) + 1,
                )
            )

    def reads(self, enterprise_id: EnterpriseId, before: int | None, limit: int) -> Sequence[ExtractRead]:
        with self._lock:
            own = [each for each in self._reads if self._grants[each.grant_id].enterprise_id == enterprise_id]
        return [each for each in own[::-1] if before is None or each.number < before][:limit]
