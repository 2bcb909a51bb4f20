"""Seals what was put on record, and anchors the newest seal now and then."""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog

from alerts import metrics
from alerts.errors import AlertsError, JournalError
from alerts.ports import AnchorPlace, SealBook
from alerts.settings import SealSettings

log = structlog.get_logger(__name__)

_BATCH = 200
# A number that was handed out by the database may appear late, below others that are sealed: whoever writes without
# the journal's lock, or from another machine, may commit after us. Each round looks back so far, and each hour at all.
_LOOK_BACK_STEPS = 10_000
_WHOLE_LOOK_SECONDS = 3600.0


class Sealer:
    """One thread beside the writers of steps. It never holds an alert up: what is not sealed now is sealed later.

    Any number of machines may seal one database; each of them anchors what it sees. `work` is one round, for tests.
    """

    def __init__(
        self,
        *,
        seals: SealBook,
        anchors: Sequence[AnchorPlace],
        settings: SealSettings,
        clock: Callable[[], float],
        now: Callable[[], datetime],
    ) -> None:
        self._seals = seals
        self._anchors = tuple(anchors)
        self._settings = settings
        self._clock = clock
        self._now = now
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sealer", daemon=True)
        # The rest is touched by the working thread only.
        self._highest = 0
        self._whole_look_at = float("-inf")
        self._anchored: dict[str, tuple[int, float]] = {}
        self._failing: set[str] = set()

    def start(self) -> None:
        self._thread.start()

    def stop(self, grace_seconds: float = 5.0) -> None:
        """Seal what is there once more, and end. Idempotent; any thread."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(grace_seconds)

    def work(self) -> None:
        """Seal all that is unsealed; anchor where it is time to."""
        self._guarded("database", self._seal)
        for place in self._anchors:
            self._guarded(place.name, lambda place=place: self._anchor(place))  # type: ignore[misc]

    def _run(self) -> None:
        while True:
            is_last = self._stopping.is_set()
            try:
                self.work()
            except Exception:
                # A supervisor: without this thread nothing is sealed any more.
                log.exception("sealer_stumbled")
            if is_last:
                return
            self._stopping.wait(self._settings.wait_seconds)

    def _seal(self) -> None:
        is_whole = self._clock() - self._whole_look_at >= _WHOLE_LOOK_SECONDS
        after = 0 if is_whole else max(0, self._highest - _LOOK_BACK_STEPS)
        while made := self._seals.seal(after=after, limit=_BATCH, now=self._now()):
            self._highest = max(self._highest, *(seal.feed_id for seal in made))
            metrics.SEALS.inc(len(made))
        if is_whole:
            self._whole_look_at = self._clock()

    def _anchor(self, place: AnchorPlace) -> None:
        number, since = self._anchored.get(place.name, (0, float("-inf")))
        if self._clock() - since < self._settings.anchor_every_seconds:
            return
        seal = self._seals.newest()
        if seal is None or seal.number == number:
            return
        # Whatever comes of it, the next try is a period away: an authority that is down is not asked every second.
        self._anchored[place.name] = (number, self._clock())
        place.keep(seal)
        self._anchored[place.name] = (seal.number, self._clock())
        self._failing.discard(place.name)
        metrics.ANCHORED_SEAL.labels(place.name).set(seal.number)
        log.info("seal_anchored", place=place.name, number=seal.number, digest=seal.digest)

    def _guarded(self, place: str, step: Callable[[], None]) -> None:
        """One line when it begins to fail and one when it works again."""
        try:
            step()
        except AlertsError as error:
            metrics.SEAL_FAILURES.labels(place).inc()
            if place not in self._failing:
                reason = error.reason if isinstance(error, JournalError) else str(error)
                log.warning("seal_failed", place=place, reason=reason)
            self._failing.add(place)
        else:
            if place in self._failing and place == "database":
                log.info("seal_recovered", place=place)
                self._failing.discard(place)
