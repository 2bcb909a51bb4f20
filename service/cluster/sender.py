"""Whether this process delivers the outbox: one of all that share the database does."""

from collections.abc import Callable

from service.cluster.settings import ClusterSettings
from service.storage.leases import SqlLeases

OUTBOX_LEASE = "outbox"


class OutboxTurn:
    """`renew` belongs to one thread and raises JournalError; `may_send` may be called from any.

    Whoever could not renew stops sending well before another may begin: two never send at once. What was in flight
    at a change of turn is sent again, with the same `alert_id` and `sequence`.
    """

    def __init__(
        self, leases: SqlLeases, holder: str, settings: ClusterSettings, *, clock: Callable[[], float]
    ) -> None:
        self._leases = leases
        self._holder = holder
        self._settings = settings
        self._clock = clock
        self._sends_until = clock()

    def renew(self) -> None:
        asked = self._clock()
        has_it = bool(self._leases.take({OUTBOX_LEASE}, self._holder, self._settings.lease_seconds))
        self._sends_until = asked + self._settings.stop_seconds if has_it else asked

    def may_send(self) -> bool:
        return self._clock() < self._sends_until
