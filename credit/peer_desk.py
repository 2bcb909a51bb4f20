"""Comparisons with peers, over the registry and the ledgers. Any thread; it waits for the database."""

import hashlib
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from credit.index import Assessment
from credit.index_desk import IndexDesk
from credit.peers import LEAST_PEERS, Comparison, Peer, compare, rings_of
from credit.ports import Registry
from credit.suggestions import Suggestion, suggestions
from domain.organisation import Enterprise
from domain.scope import Scope

MOST_PEERS = 300
"""Of a ring so many are looked at, drawn by a lot that nobody can steer: the work of a question has an end."""
_EVERYTHING = Scope.everything()
_PAGE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An enterprise beside its peers, and what might be looked at."""

    assessment: Assessment
    comparison: Comparison
    suggestions: tuple[Suggestion, ...]


class PeerDesk:
    """Who asks sees figures of the peers together, whatever their scope, and of nobody alone.

    A peer's figures are those of the first question of a day; the enterprise's own are as of now.
    """

    def __init__(self, index: IndexDesk, registry: Registry, *, least: int = LEAST_PEERS) -> None:
        self._index = index
        self._registry = registry
        self._least = least
        self._lock = threading.Lock()
        self._day: date | None = None
        self._known: dict[str, Peer] = {}

    def standing(self, enterprise: Enterprise, as_of: date, code_names: Mapping[str, tuple[str, str]]) -> Standing:
        assessment = self._index.assessed(enterprise.enterprise_id, as_of)
        comparison = self.compared(enterprise, assessment)
        return Standing(
            assessment=assessment,
            comparison=comparison,
            suggestions=suggestions(
                assessment, comparison, licence_valid_to=enterprise.licence_valid_to, code_names=code_names
            ),
        )

    def compared(self, enterprise: Enterprise, assessment: Assessment) -> Comparison:
        """The enterprise beside its peers, as of the day of its own assessment."""
        own = Peer.of(enterprise, assessment)
        alike = sorted(
            (each for each in self._all() if each.type is own.type and each.enterprise_id != own.enterprise_id),
            key=lambda each: hashlib.sha256(each.enterprise_id.encode()).digest(),
        )
        peers: dict[str, Peer] = {}
        for ring in rings_of(own.region):
            near = [each for each in alike if _place(each).is_in(ring, own.region)][:MOST_PEERS]
            peers |= self._peers(near, assessment.facts.as_of)
            compared = compare(own, peers.values(), self._index.profile, least=self._least)
            if compared.ring is not None:
                return compared
        return compare(own, peers.values(), self._index.profile, least=self._least)

    def _all(self) -> Iterator[Enterprise]:
        after: str | None = None
        while page := self._registry.list_enterprises(_EVERYTHING, after, _PAGE):
            yield from page
            after = page[-1].enterprise_id

    def _peers(self, enterprises: Sequence[Enterprise], as_of: date) -> dict[str, Peer]:
        with self._lock:
            if self._day != as_of:
                self._day, self._known = as_of, {}
            found: dict[str, Peer] = {
                each.enterprise_id: known
                for each in enterprises
                if (known := self._known.get(each.enterprise_id)) is not None
                and (known.type, known.region) == (each.type, each.region)
            }
        unknown = [each for each in enterprises if each.enterprise_id not in found]
        assessments = self._index.all_assessed([each.enterprise_id for each in unknown], as_of)
        new: dict[str, Peer] = {
            each.enterprise_id: Peer.of(each, assessment) for each, assessment in zip(unknown, assessments, strict=True)
        }
        with self._lock:
            if self._day == as_of:
                self._known |= new
        return found | new


def _place(enterprise: Enterprise) -> Peer:
    """Where it lies, before anything is computed about it."""
    return Peer(enterprise_id=enterprise.enterprise_id, type=enterprise.type, region=enterprise.region, index=None)
