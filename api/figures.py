"""Figures of the process out of what /metrics tells, for people: sums, and how long things took. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from prometheus_client import Metric


@dataclass(frozen=True, slots=True, kw_only=True)
class Durations:
    """How long `count` things took, since the process began. Bounds are those of the histogram's buckets, in seconds.

    `half` and `most` (95 of 100) are upper bounds; None where the last bucket, which has no end, holds it. Without a
    count nothing is known.
    """

    count: int
    half: float | None
    most: float | None


@dataclass(frozen=True, slots=True)
class Figures:
    """All samples by name, as /metrics tells them."""

    samples: Mapping[str, tuple[tuple[Mapping[str, str], float], ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, metrics: Iterable[Metric]) -> "Figures":
        found: dict[str, list[tuple[Mapping[str, str], float]]] = {}
        for metric in metrics:
            for sample in metric.samples:
                found.setdefault(sample.name, []).append((sample.labels, sample.value))
        return cls({name: tuple(some) for name, some in found.items()})

    def sums(self, name: str, label: str) -> dict[str, int]:
        """A counter summed by one of its labels, without what never happened."""
        sums: dict[str, float] = {}
        for labels, value in self.samples.get(name, ()):
            sums[labels[label]] = sums.get(labels[label], 0.0) + value
        return {key: round(value) for key, value in sorted(sums.items()) if value}

    def total(self, name: str) -> int | None:
        """A counter or gauge over all its labels; None where the process has none of that name."""
        some = self.samples.get(name)
        return None if some is None else round(sum(value for _, value in some))

    def durations(self, name: str, **labels: str) -> Durations:
        """A histogram, over all labels but those that are given."""
        buckets: dict[float, float] = {}
        for found, value in self.samples.get(f"{name}_bucket", ()):
            if all(found.get(key) == wanted for key, wanted in labels.items()):
                bound = float(found["le"])
                buckets[bound] = buckets.get(bound, 0.0) + value
        count = max(buckets.values(), default=0.0)
        return Durations(count=round(count), half=_bound(buckets, 0.5 * count), most=_bound(buckets, 0.95 * count))


def _bound(buckets: Mapping[float, float], wanted: float) -> float | None:
    """The end of the first bucket with so many in it and below."""
    if not wanted:
        return None
    bound = next((bound for bound in sorted(buckets) if buckets[bound] >= wanted), float("inf"))
    return None if bound == float("inf") else bound
