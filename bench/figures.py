"""What a trial measured, and the sums that make figures of it. Pure."""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

LOOKS_PER_SECOND = 5.0
HELD_SHARE = 0.95
HELD_AGE_SECONDS = 1.0

Histogram = Mapping[float, float]
"""Cumulative counts by upper bound in seconds, infinity included, as Prometheus gives them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantiles:
    """Seconds; estimated by straight lines inside the buckets of a histogram, or from single values."""

    count: int
    p50: float
    p95: float
    p99: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One system watching some cameras for some seconds.

    `rates` are looks per second and camera. `cpu_ms` is processor time of the system's processes in milliseconds
    per camera and second; `around_cpu_ms` that of everything else the benchmark ran meanwhile (RTSP server,
    broker, subscriber, the benchmark itself), also per camera and second. `others_share` is the share of the
    machine's processors that strangers to both used: where it is not small, the trial is worth little. `age` is
    capture to rules, None where the system does not know it. `drops` are pictures that were due and not looked
    at, by cause. `spared_share` are those that the gate spared the network, of all that came to it.
    """

    system: str
    cameras: int
    seconds: float
    rates: tuple[float, ...]
    cpu_ms: float
    around_cpu_ms: float
    others_share: float
    resident_bytes: int
    age: Quantiles | None = None
    drops: Mapping[str, float] | None = None
    spared_share: float | None = None

    @property
    def cpu_seconds_per_camera_hour(self) -> float:
        """What stands for energy: processor seconds that a camera costs in an hour."""
        return self.cpu_ms * 3.6

    @property
    def held(self) -> int:
        """Cameras that got at least 95 % of five looks a second."""
        return sum(rate >= HELD_SHARE * LOOKS_PER_SECOND for rate in self.rates)

    @property
    def is_held(self) -> bool:
        """Every camera is held, and where ages are known 95 of 100 pictures are younger than a second."""
        return self.held == self.cameras and (self.age is None or self.age.p95 < HELD_AGE_SECONDS)


def difference(after: Histogram, before: Histogram) -> dict[float, float]:
    """What a histogram counted between two readings."""
    return {bound: count - before.get(bound, 0.0) for bound, count in after.items()}


def quantiles(histogram: Histogram) -> Quantiles | None:
    """None for a histogram that counted nothing."""
    count = histogram.get(math.inf, 0.0)
    if count <= 0:
        return None
    p50, p95, p99 = (_quantile(histogram, share) for share in (0.50, 0.95, 0.99))
    return Quantiles(count=round(count), p50=p50, p95=p95, p99=p99)


def _quantile(histogram: Histogram, share: float) -> float:
    """As Prometheus' histogram_quantile does it; beyond the last finite bound nothing more is known than that bound."""
    wanted = share * histogram[math.inf]
    for (lower, below), (upper, up_to) in pairwise([(0.0, 0.0), *sorted(histogram.items())]):
        if up_to >= wanted and up_to > below:
            return lower if math.isinf(upper) else lower + (upper - lower) * (wanted - below) / (up_to - below)
    raise ValueError(f"counts must grow with their bounds, got {dict(histogram)}")


def quantiles_of(values: Sequence[float]) -> Quantiles | None:
    """The same from single values; the nearest value that enough of them do not exceed."""
    if not values:
        return None
    ordered = sorted(values)
    p50, p95, p99 = (ordered[math.ceil(share * len(ordered)) - 1] for share in (0.50, 0.95, 0.99))
    return Quantiles(count=len(ordered), p50=p50, p95=p95, p99=p99)


def median_cpu(trials: Sequence[Trial], system: str) -> float | None:
    """Median of a system's processor time over trials, None where it took part in none."""
    found = [trial.cpu_ms for trial in trials if trial.system == system]
    return statistics.median(found) if found else None


def bytes_per_camera(small: Trial, large: Trial) -> float | None:
    """Resident memory that one more camera takes, None where both trials had as many."""
    added = large.cameras - small.cameras
    return (large.resident_bytes - small.resident_bytes) / added if added else None
