"""What the desk of extracts needs of a database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from credit.extracts.grant import ExtractRead, Grant
from domain.ids import EnterpriseId


class GrantBook(Protocol):
    """Every method is one transaction; any thread. Nothing is deleted, and of a grant only its withdrawal is added.

    Lists are newest first; `before` is the number of the last item that the caller has, None at the beginning.
    """

    def add(self, grant: Grant) -> None:
        """Raises GuardError."""
        ...

    def find(self, secret_sha256: str) -> Grant | None: ...
    def get(self, grant_id: str) -> Grant | None: ...
    def grants(self, enterprise_id: EnterpriseId, before: int | None, limit: int) -> Sequence[Grant]: ...

    def withdraw(self, grant_id: str, at: datetime, name: str) -> Grant | None:
        """A grant that is withdrawn already stays as it is."""
        ...

    def note_read(self, grant_id: str, at: datetime, address: str) -> None:
        """Raises GuardError where the grant does not stand at that instant: what is not noted is not given."""
        ...

    def reads(self, enterprise_id: EnterpriseId, before: int | None, limit: int) -> Sequence[ExtractRead]: ...
