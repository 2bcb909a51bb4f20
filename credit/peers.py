"""How an enterprise stands beside others of its type and region: percentiles and quartiles, never a name. Pure.

A comparison tells something about the others too. So it is made with at least `LEAST_PEERS` of them, and what leaves
this module are their number, median and quartiles. Where a region has too few the next larger one is taken, and where
the largest has too few nothing is compared.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from statistics import median, quantiles

from credit.index import Assessment, Standing
from credit.profile import IndexProfile
from domain.ids import EnterpriseId
from domain.organisation import Enterprise, EnterpriseType

LEAST_PEERS = 10
"""A design: with fewer, a median says too much about single enterprises."""
LEAST_SUFFICIENCY = 0.5
"""A dimension with less of its data than this is not compared; of the index its standing decides."""
LEAST_GAP = 0.05
"""A dimension less than this below the median (of 1) is no weak point."""
MOST_WEAK_POINTS = 5


class Ring(StrEnum):
    """How wide the circle of peers had to be drawn. Six digits name a county, four a city, two a province."""

    COUNTY = "county"
    CITY = "city"
    PROVINCE = "province"
    EVERYWHERE = "everywhere"

    @property
    def digits(self) -> int:
        return {"county": 6, "city": 4, "province": 2, "everywhere": 0}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """One enterprise as others are compared with it.

    `index` is None unless its standing is KNOWN. `values` are those dimensions, in [0, 1], of which enough is known.
    """

    enterprise_id: EnterpriseId
    type: EnterpriseType
    region: str | None
    index: float | None
    values: dict[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, enterprise: Enterprise, assessment: Assessment) -> "Peer":
        return cls(
            enterprise_id=enterprise.enterprise_id,
            type=enterprise.type,
            region=enterprise.region,
            index=assessment.value if assessment.standing is Standing.KNOWN else None,
            values={
                each.dimension.dimension_id: each.value
                for each in assessment.readings
                if each.value is not None and each.sufficiency >= LEAST_SUFFICIENCY
            },
        )

    def is_in(self, ring: Ring, region: str | None) -> bool:
        """Whether it lies in the ring around a region; a region that is not known lies in the widest only."""
        if ring is Ring.EVERYWHERE:
            return True
        return region is not None and self.region is not None and self.region[: ring.digits] == region[: ring.digits]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One figure beside those of `count` peers. `percentile` is the part of them below it, in [0, 100]."""

    own: float
    count: int
    percentile: float
    lower_quartile: float
    median: float
    upper_quartile: float

    @property
    def gap(self) -> float:
        """How far below the median it is; negative above it."""
        return self.median - self.own


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """`ring` is None where there are too few peers; `count` is then how many there are in the widest ring.

    `index` is None where there are too few peers or the enterprise itself has no index. `dimensions` are those that
    could be compared, in the order of the profile.
    """

    type: EnterpriseType
    region: str | None
    ring: Ring | None
    count: int
    least: int = LEAST_PEERS
    index: Compared | None = None
    dimensions: tuple[tuple[str, Compared], ...] = ()

    @property
    def weak_points(self) -> tuple[tuple[str, Compared], ...]:
        """The dimensions furthest below the peers' median, furthest first."""
        below = [(name, each) for name, each in self.dimensions if each.gap >= LEAST_GAP]
        return tuple(sorted(below, key=lambda one: (-one[1].gap, one[0]))[:MOST_WEAK_POINTS])


def rings_of(region: str | None) -> tuple[Ring, ...]:
    """The rings to look at, the narrowest first."""
    return (Ring.EVERYWHERE,) if region is None else tuple(Ring)


def compare(own: Peer, others: Iterable[Peer], profile: IndexProfile, *, least: int = LEAST_PEERS) -> Comparison:
    """Compare with those of the same type that have an index themselves, in the narrowest ring that holds enough.

    Raises ValueError for a `least` below 2.
    """
    if least < 2:
        raise ValueError(f"least must be at least 2, got {least}")
    alike = [
        each
        for each in others
        if each.type is own.type and each.enterprise_id != own.enterprise_id and each.index is not None
    ]
    for ring in rings_of(own.region):
        near = [each for each in alike if each.is_in(ring, own.region)]
        if len(near) >= least:
            return _compared(own, near, ring, profile, least)
    return Comparison(type=own.type, region=own.region, ring=None, count=len(alike), least=least)


def _compared(own: Peer, near: Sequence[Peer], ring: Ring, profile: IndexProfile, least: int) -> Comparison:
    indexes = [each.index for each in near if each.index is not None]
    dimensions = []
    for _, dimension in profile.dimensions():
        name = dimension.dimension_id
        values = [each.values[name] for each in near if name in each.values]
        if name in own.values and len(values) >= least:
            dimensions.append((name, beside(own.values[name], values)))
    return Comparison(
        type=own.type,
        region=own.region,
        ring=ring,
        count=len(near),
        least=least,
        index=None if own.index is None else beside(own.index, indexes),
        dimensions=tuple(dimensions),
    )


def beside(own: float, others: Sequence[float]) -> Compared:
    """A figure beside at least two others. Equal ones count half, so that among equals everybody stands at 50."""
    lower = sum(1 for each in others if each < own)
    equal = sum(1 for each in others if each == own)
    quarter, _, three_quarters = quantiles(others, n=4, method="inclusive")
    return Compared(
        own=own,
        count=len(others),
        percentile=100.0 * (lower + equal / 2) / len(others),
        lower_quartile=quarter,
        median=median(others),
        upper_quartile=three_quarters,
    )
