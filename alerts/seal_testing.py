"""In-memory twin of the seal book."""

import threading
from datetime import datetime
from typing import Any

from alerts.ports import PackCopy, StepRecord
from alerts.seals import ORIGIN, Proof, Seal, SealDraft, Timestamp, entry, extend
from alerts.testing import InMemoryJournal
from domain.ids import AlertId
from domain.scope import Scope


class InMemorySeals:
    """SealBook over an in-memory journal; alerts' rows are not sealed with their steps. Any thread."""

    def __init__(self, journal: InMemoryJournal) -> None:
        self._journal = journal
        self._lock = threading.RLock()
        self._seals: list[Seal] = []
        self._timestamps: list[Timestamp] = []
        self._copies: list[PackCopy] = []

    def seal(self, *, after: int, limit: int, now: datetime) -> list[Seal]:
        with self._lock:
            sealed = {seal.feed_id for seal in self._seals}
            drafts = [
                SealDraft(
                    feed_id=one.feed_id,
                    alert_id=one.step.alert_id,
                    step=_content(one.feed_id, one.step),
                    alert=None,
                    evidence=None,
                )
                for one in self._journal.feed(after, Scope.everything(), 1_000_000)
                if one.feed_id not in sealed
            ]
            made = extend(self.newest(), drafts[:limit], now)
            self._seals += made
            return made

    def newest(self) -> Seal | None:
        with self._lock:
            return self._seals[-1] if self._seals else None

    def add_timestamp(self, timestamp: Timestamp) -> None:
        with self._lock:
            if all(known.number != timestamp.number for known in self._timestamps):
                self._timestamps.append(timestamp)

    def proof(self, alert_id: AlertId) -> Proof | None:
        with self._lock:
            own = [seal for seal in self._seals if seal.alert_id == alert_id]
            if not own:
                return None
            first, last = own[0].number, own[-1].number
            stamps = [stamp for stamp in self._timestamps if stamp.number >= last][:1]
            end = stamps[0].number if stamps else last
            steps = {one.feed_id: one.step for one in self._journal.feed(0, Scope.everything(), 1_000_000)}
            history = self._journal.history(alert_id)
            return Proof(
                first=first,
                before=self._seals[first - 2].digest if first > 1 else ORIGIN,
                links=tuple(seal.entry_sha256 for seal in self._seals[first - 1 : end]),
                entries={
                    seal.number: entry(
                        seal.number, seal.sealed_at, _content(seal.feed_id, steps[seal.feed_id]), None, None
                    )
                    for seal in own
                },
                timestamps=tuple(stamps),
                unsealed=len(history) - len(own),
            )

    def note_copy(self, copy: PackCopy) -> None:
        with self._lock:
            self._copies.append(copy)

    def copies(self, alert_id: AlertId) -> list[PackCopy]:
        with self._lock:
            return [copy for copy in self._copies if copy.alert_id == alert_id]


def _content(feed_id: int, step: StepRecord) -> dict[str, Any]:
    return {
        "feed_id": feed_id,
        "alert_id": step.alert_id,
        "sequence": step.sequence,
        "step": step.step.value,
        "at": step.at,
        "actor_id": step.actor_id,
        "note": step.note,
        "payload": step.payload,
    }
