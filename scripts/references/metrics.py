"""docs/reference/metrics.md: what `/metrics` tells, from each package's metrics module."""

import importlib
import importlib.util

from prometheus_client.metrics import MetricWrapperBase

from references.tables import code, table

PACKAGES = ("streams", "detector", "alerts", "credit", "api", "service")

INTRODUCTION = """# Metrics

<!-- Made by `make docs` from the metrics modules: change those, not this page. -->

`GET /metrics` in Prometheus' text format, for accounts that may read it or with the token
`BRIGHTKITCHEN_API__METRICS_TOKEN` (see [settings](settings.md)). Times are seconds and sizes bytes. Labels come from
bounded sets: a camera is named by its id; there are no tracks, addresses or messages in labels. A scrape
configuration, alert rules and a Grafana dashboard lie in [deploy](../../deploy).

"""


def document() -> str:
    return INTRODUCTION + table(["metric", "type", "labels", "what it says"], [_row(metric) for metric in declared()])


def _row(metric: MetricWrapperBase) -> list[str]:
    [family] = metric.describe()
    labels = ", ".join(code(name) for name in metric._labelnames)  # noqa: SLF001 - nothing public tells them
    name = f"{family.name}_total" if family.type == "counter" else family.name
    return [code(name), family.type, labels, family.documentation]


def declared() -> list[MetricWrapperBase]:
    """Every metric of every package's `metrics.py`, in order of package and file."""
    modules = [f"{package}.metrics" for package in PACKAGES if importlib.util.find_spec(f"{package}.metrics")]
    return [
        value
        for name in modules
        for value in vars(importlib.import_module(name)).values()
        if isinstance(value, MetricWrapperBase)
    ]
