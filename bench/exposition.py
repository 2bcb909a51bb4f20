"""Readings of the service's own /metrics."""

from dataclasses import dataclass
from urllib.request import Request, urlopen

from prometheus_client.parser import text_string_to_metric_families

from bench.figures import Histogram, difference

_GATE = "brightkitchen_looks_total"
_FAMILIES = {
    "brightkitchen_frame_age_seconds_bucket",
    "brightkitchen_alert_latency_seconds_bucket",
    "brightkitchen_frames_total",
    "brightkitchen_frames_dropped_total",
    _GATE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Counters at one moment: looks by camera, drops by cause, pictures by what the gate said, and two histograms."""

    looks: dict[str, float]
    drops: dict[str, float]
    gate: dict[str, float]
    age: Histogram
    alert_latency: Histogram

    def since(self, before: "Reading") -> "Reading":
        return Reading(
            looks={camera: count - before.looks.get(camera, 0.0) for camera, count in self.looks.items()},
            drops={cause: count - before.drops.get(cause, 0.0) for cause, count in self.drops.items()},
            gate={outcome: count - before.gate.get(outcome, 0.0) for outcome, count in self.gate.items()},
            age=difference(self.age, before.age),
            alert_latency=difference(self.alert_latency, before.alert_latency),
        )

    @property
    def spared_share(self) -> float | None:
        """The share of pictures that the gate spared the network; None without pictures or without a gate."""
        total = sum(self.gate.values())
        return self.gate.get("spared", 0.0) / total if total else None


def read(url: str, token: str) -> Reading:
    """Ask a running service. Raises OSError where it does not answer."""
    return parse(_asked(url, token))


def totals(url: str, token: str) -> dict[str, float]:
    """Counters summed over their labels, by name, and by name and step for those that have one."""
    return totals_of(_asked(url, token))


def totals_of(text: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            names = [sample.name]
            if "step" in sample.labels:
                names.append(f'{sample.name}{{step="{sample.labels["step"]}"}}')
            for name in names:
                found[name] = found.get(name, 0.0) + sample.value
    return found


def _asked(url: str, token: str) -> str:
    request = Request(f"{url}/metrics", headers={"Authorization": f"Bearer {token}"})
    with urlopen(request, timeout=30) as answer:
        text: str = answer.read().decode()
        return text


def parse(text: str) -> Reading:
    looks: dict[str, float] = {}
    drops: dict[str, float] = {}
    gate: dict[str, float] = {}
    buckets: dict[str, dict[float, float]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            if sample.name not in _FAMILIES:
                continue
            if sample.name.endswith("_bucket"):
                buckets.setdefault(sample.name, {})[float(sample.labels["le"])] = sample.value
            elif sample.name == _GATE:
                gate[sample.labels["outcome"]] = sample.value
            elif "cause" in sample.labels:
                cause = sample.labels["cause"]
                drops[cause] = drops.get(cause, 0.0) + sample.value
            elif sample.labels["outcome"] == "taken":
                looks[sample.labels["camera"]] = sample.value
    return Reading(
        looks=looks,
        drops=drops,
        gate=gate,
        age=buckets.get("brightkitchen_frame_age_seconds_bucket", {}),
        alert_latency=buckets.get("brightkitchen_alert_latency_seconds_bucket", {}),
    )
