"""What is known of one enterprise on one day, as far as people or documents say it. The index sees nothing else.

There is no place here for a lead: a finding that no person has confirmed cannot be written down as a fact.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from domain.ids import EnterpriseId, SiteId
from domain.risk import RiskClass

MOST_EXTENT = 4


class Remedy(StrEnum):
    """Where the correction of a finding stands."""

    OPEN = "open"  # not corrected, or not checked by a second person yet
    ON_TIME = "on_time"
    LATE = "late"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A violation that a person confirmed.

    `finding_id` is its alert's id, older ids first. `day` is the site's calendar day, `due_on` the last day to correct
    it. `extent` is 0 (one thing, once) to 4. `redone` counts corrections that did not stand the check.
    """

    finding_id: str
    site_id: SiteId
    code: str
    risk_class: RiskClass
    day: date
    due_on: date
    extent: int = 0
    remedy: Remedy = Remedy.OPEN
    is_acknowledged_slowly: bool = False
    redone: int = 0
    clauses: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.extent <= MOST_EXTENT:
            raise ValueError(f"extent must be 0 to {MOST_EXTENT}, got {self.extent}")

    def is_overdue(self, on: date) -> bool:
        return self.remedy is Remedy.OPEN and on > self.due_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """`good` of `total`, of one dimension. Numbers of days, hours or papers."""

    good: float
    total: float

    def __post_init__(self) -> None:
        if not 0.0 <= self.good <= self.total:
            raise ValueError(f"good must be between 0 and total, got {self.good} of {self.total}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Burden:
    """Something on paper that weighs on a dimension: an overdue order, a penalty, an upheld complaint.

    `reference` names the entry or record. A grave one (严重, final, in force) also holds the colour down.
    """

    reference: str
    dimension_id: str
    weight: float
    day: date
    clauses: tuple[str, ...] = ()
    is_grave: bool = False
    ends_on: date | None = None

    def __post_init__(self) -> None:
        if self.weight < 0.0:
            raise ValueError(f"weight must be at least 0, got {self.weight}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """`shares`, `scores` (0 to 100) and `levels` (A to D) are by dimension id.

    `observed_hours` are those in which a camera gave pictures while the site was open, summed over cameras, inside
    the window. `known_since` is the first observed day.
    """

    enterprise_id: EnterpriseId
    as_of: date
    known_since: date | None
    observed_hours: float
    findings: tuple[Finding, ...] = ()
    shares: Mapping[str, Share] = field(default_factory=dict)
    scores: Mapping[str, float] = field(default_factory=dict)
    levels: Mapping[str, str] = field(default_factory=dict)
    burdens: tuple[Burden, ...] = ()

    def __post_init__(self) -> None:
        if self.observed_hours < 0.0:
            raise ValueError(f"observed_hours must be at least 0, got {self.observed_hours}")

    def inside(self, window_days: int) -> "Facts":
        """Without findings outside the window, in a fixed order: what arrived first makes no difference."""
        found = (each for each in self.findings if 0 <= (self.as_of - each.day).days < window_days)
        return replace(
            self,
            findings=tuple(sorted(found, key=lambda each: (each.day, each.finding_id))),
            burdens=tuple(sorted(self.burdens, key=lambda each: (each.day, each.reference, each.dimension_id))),
        )

    def sha256(self, profile_label: str) -> str:
        """Checksum of these facts under a profile: equal ones give equal figures."""
        document = {"profile": profile_label, "facts": _plain(self)}
        text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    names = getattr(type(value), "__dataclass_fields__", None)
    if names is not None:
        return {name: _plain(getattr(value, name)) for name in names}
    return value
