"""A platform outside that is told of published records: where it is reached, and of whose records."""

from dataclasses import dataclass, field
from datetime import datetime

from credit.push.errors import ReceiverRefusedError
from domain.frame import require_utc
from domain.ids import EnterpriseId
from domain.scope import Scope
from domain.text import require_text

LONGEST_NAME = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiverForm:
    """A receiver as an administrator gives it. `address` None keeps address and secret that are there.

    `enterprise_ids` empty with `is_everything` False reaches nobody and is refused.
    """

    name: str
    is_everything: bool = False
    enterprise_ids: frozenset[EnterpriseId] = frozenset()
    address: str | None = field(default=None, repr=False)
    secret: str | None = field(default=None, repr=False)
    is_enabled: bool = True

    def __post_init__(self) -> None:
        try:
            require_text("name", self.name, LONGEST_NAME)
        except ValueError as error:
            raise ReceiverRefusedError("name", f"a text of 1 to {LONGEST_NAME} characters", str(error)) from None
        if self.is_everything == bool(self.enterprise_ids):
            raise ReceiverRefusedError("enterprises", "everything, or some enterprises", "both or neither")


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """`name` is what the ledger of deliveries calls it, so it never changes. Address and secret are in `sealed`.

    Switched off it is told of no new publication; withdrawals and repairs of what it has reach it all the same.
    """

    receiver_id: str
    name: str
    is_everything: bool
    enterprise_ids: frozenset[EnterpriseId]
    shown_address: str
    sealed: str = field(repr=False)
    is_enabled: bool
    version: int
    created_at: datetime

    def __post_init__(self) -> None:
        require_utc("created_at", self.created_at)

    def wants(self, enterprise_id: EnterpriseId) -> bool:
        return self.is_everything or enterprise_id in self.enterprise_ids

    def lies_in(self, scope: Scope) -> bool:
        """Whether all that it is told of lies in the scope."""
        if scope.is_everything:
            return True
        return not self.is_everything and self.enterprise_ids <= scope.enterprise_ids
