"""The invented year beside the demonstration's cameras: told once, in the background."""

import threading
import time
from collections.abc import Callable
from datetime import datetime

import structlog

from alerts.errors import JournalError
from api.passwords import Passwords
from credit.index_desk import IndexDesk
from service.demo.ledgers import ensure_demo_year
from service.store import Store

log = structlog.get_logger(__name__)

ENTERPRISES = 14
"""So many that each colour, a record and a new enterprise are among them; about 15 seconds of one processor."""


class DemoHistory:
    """One thread of its own, which ends by itself; nobody waits for it.

    `start` and `stop` by whoever made it; `stop` ends it after the enterprise in hand. The next start tells the rest.
    """

    def __init__(
        self,
        store: Store,
        passwords: Passwords,
        index: IndexDesk,
        now: Callable[[], datetime],
        *,
        count: int = ENTERPRISES,
    ) -> None:
        self._store = store
        self._passwords = passwords
        self._index = index
        self._now = now
        self._count = count
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="demo-history", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, grace_seconds: float = 30.0) -> None:
        """Idempotent; any thread."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(grace_seconds)

    def work(self) -> int:
        """Tell what is not told yet; how many enterprises were. Raises JournalError where the database is away."""
        return ensure_demo_year(
            self._store,
            self._passwords,
            self._index,
            count=self._count,
            until=self._index.profile.today(self._now()),
            now=self._now,
            may_go_on=lambda: not self._stopping.is_set(),
        )

    def _run(self) -> None:
        began = time.monotonic()
        try:
            told = self.work()
        except JournalError as error:
            log.warning("demo_history_left_out", reason=error.reason)
        except Exception:  # a supervisor: the demonstration goes on without its history
            log.exception("demo_history_stumbled")
        else:
            if told:
                log.info("demo_history_told", enterprises=told, seconds=round(time.monotonic() - began, 1))
