"""What a figure needs of an entry of ledger B: a whole entry has it, and a plain tuple that a store fills.

A recomputation reads hundreds of entries of each enterprise. As tuples of the columns that count, without the checks
that stood at the door when they were written, they cost a seventh of whole entries (bench.credit).
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple, Protocol

from credit.ledger import SupervisionEntry, SupervisionKind
from domain.ids import AlertId, SiteId
from domain.risk import RiskClass


class CountedEntry(Protocol):
    """The part of a SupervisionEntry, named as there, that `credit.fold` looks at."""

    @property
    def entry_id(self) -> str: ...
    @property
    def kind(self) -> SupervisionKind: ...
    @property
    def day(self) -> date: ...
    @property
    def at(self) -> datetime: ...
    @property
    def site_id(self) -> SiteId | None: ...
    @property
    def case_id(self) -> AlertId | None: ...
    @property
    def sequence(self) -> int | None: ...
    @property
    def code(self) -> str | None: ...
    @property
    def risk_class(self) -> RiskClass | None: ...
    @property
    def clauses(self) -> tuple[str, ...]: ...
    @property
    def figures(self) -> Mapping[str, Any]: ...
    @property
    def corrects(self) -> str | None: ...


class PlainEntry(NamedTuple):
    """A CountedEntry as it lies in a store. Two with the same fields are equal."""

    entry_id: str
    kind: SupervisionKind
    day: date
    at: datetime
    site_id: SiteId | None
    case_id: AlertId | None
    sequence: int | None
    code: str | None
    risk_class: RiskClass | None
    clauses: tuple[str, ...]
    figures: Mapping[str, Any]
    corrects: str | None

    @classmethod
    def of(cls, entry: SupervisionEntry) -> "PlainEntry":
        return cls(*(getattr(entry, name) for name in cls._fields))
