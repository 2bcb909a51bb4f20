"""Questions about an enterprise's index, and the daily figure that is kept. Any thread; it waits for the database."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Protocol

from credit.colour import Held, hold, shown
from credit.explanation import Explanation, WhatIf, explain, imagine
from credit.facts import Facts
from credit.fold import facts_of, window_start
from credit.index import Assessment, assess
from credit.ledger_ports import LedgerBook, Message, Snapshot, SnapshotBook
from credit.messages import ColourMessage, colour_topic
from credit.profile import Colour, IndexProfile
from domain.ids import EnterpriseId

_AT_ONCE = 20
"""Enterprises whose entries are in memory together: some 5,000 entries of a year like the invented one."""


class NumberedLedger(LedgerBook, Protocol):
    """A ledger that tells how far it is written."""

    def newest_numbers(self) -> tuple[int, int]: ...
    def enterprises_with_entries(self, after: tuple[int, int] = (0, 0)) -> list[EnterpriseId]:
        """Those of which anything is known, or with entries after those `newest_numbers`; in order of id."""
        ...


class IndexDesk:
    """What the index of an enterprise is, why, and what would change it.

    Figures are made anew at each question from the ledgers; `record` keeps the one of the day.
    """

    def __init__(
        self,
        *,
        ledgers: NumberedLedger,
        snapshots: SnapshotBook,
        profile: IndexProfile,
        now: Callable[[], datetime],
    ) -> None:
        self._ledgers = ledgers
        self._snapshots = snapshots
        self.profile = profile
        self._now = now
        self._recording = threading.RLock()

    def facts(self, enterprise_id: EnterpriseId, as_of: date) -> Facts:
        gathered = self._ledgers.gather([enterprise_id], window_start(self.profile, as_of), as_of)
        return facts_of(gathered[enterprise_id], self.profile, as_of)

    def assessed(self, enterprise_id: EnterpriseId, as_of: date) -> Assessment:
        return assess(self.facts(enterprise_id, as_of), self.profile)

    def all_assessed(self, enterprise_ids: Sequence[EnterpriseId], as_of: date) -> Iterator[Assessment]:
        """In their order. They are read some at a time, which costs a fraction of one at a time."""
        day_from = window_start(self.profile, as_of)
        for page in _pages(enterprise_ids):
            gathered = self._ledgers.gather(page, day_from, as_of)
            for enterprise_id in page:
                yield assess(facts_of(gathered[enterprise_id], self.profile, as_of), self.profile)

    def held(self, enterprise_id: EnterpriseId) -> Held | None:
        """The colour beneath the caps, as the last snapshot left it."""
        latest = self._snapshots.latest_snapshot(enterprise_id)
        return None if latest is None else latest.held

    def colour(self, assessment: Assessment) -> Colour | None:
        """The colour that is shown now: the held one, or the band's where none was kept yet; caps act at once."""
        held = self.held(assessment.facts.enterprise_id) or hold(None, assessment, self.profile)
        return shown(held, assessment)

    def explained(self, enterprise_id: EnterpriseId, as_of: date) -> Explanation:
        return explain(self.facts(enterprise_id, as_of), self.profile)

    def what_if(self, enterprise_id: EnterpriseId, as_of: date, wanted: WhatIf) -> Assessment:
        """Raises ValueError for what cannot be imagined."""
        return assess(imagine(self.facts(enterprise_id, as_of), wanted, self.profile), self.profile)

    def history(self, enterprise_id: EnterpriseId, limit: int) -> list[Snapshot]:
        return self._snapshots.snapshots(enterprise_id, limit)

    def daily_history(self, enterprise_id: EnterpriseId, until: date, limit: int) -> list[Snapshot]:
        """The last figure of each day up to `until`, newest day first."""
        return self._snapshots.daily_snapshots(enterprise_id, until, limit)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else keeps a figure meanwhile: for whoever tells several days of an enterprise, the oldest first."""
        with self._recording:
            yield

    def record(self, enterprise_id: EnterpriseId, as_of: date) -> Snapshot | None:
        """Keep the figure of a day, once, with a message where the colour changed; None where it is kept already.

        Days are taken in order: one before the last that is kept is passed over.
        """
        return next(iter(self.record_all([enterprise_id], as_of)), None)

    def record_all(self, enterprise_ids: Sequence[EnterpriseId], as_of: date) -> list[Snapshot]:
        """As `record` does of one, of many in their order; those that were kept now."""
        kept = []
        for page in _pages(enterprise_ids):
            with self._recording:
                kept += self._record(page, as_of)
        return kept

    def _record(self, enterprise_ids: Sequence[EnterpriseId], as_of: date) -> list[Snapshot]:
        latest = self._snapshots.latest_snapshots(enterprise_ids)
        numbers = self._ledgers.newest_numbers()  # before the facts: an entry that comes between is told again
        told = []
        for assessment in self.all_assessed(enterprise_ids, as_of):
            before = latest.get(assessment.facts.enterprise_id)
            if before is None or not (before.day > as_of or _is_told(before, assessment)):
                told.append(self._snapshot(before, assessment, numbers))
        self._snapshots.add_snapshots(told)
        return [snapshot for snapshot, _ in told]

    def _snapshot(
        self, before: Snapshot | None, assessment: Assessment, numbers: tuple[int, int]
    ) -> tuple[Snapshot, Message | None]:
        """What is kept, and what is told where it is another colour than before."""
        held = hold(None if before is None else before.held, assessment, self.profile)
        colour = shown(held, assessment)
        snapshot = Snapshot.of(assessment, held, colour, made_at=self._now(), numbers=numbers)
        colour_before = None if before is None else before.colour
        if colour == colour_before:
            return snapshot, None
        return snapshot, (colour_topic(snapshot.enterprise_id), ColourMessage.of(snapshot, colour_before).as_bytes())


def _pages(enterprise_ids: Sequence[EnterpriseId]) -> Iterator[Sequence[EnterpriseId]]:
    return (enterprise_ids[start : start + _AT_ONCE] for start in range(0, len(enterprise_ids), _AT_ONCE))


def _is_told(latest: Snapshot, assessment: Assessment) -> bool:
    same_inputs = latest.inputs_sha256 == assessment.inputs_sha256
    return same_inputs and latest.profile_label == assessment.profile_label
