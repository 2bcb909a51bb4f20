"""Seconds that were tried, as a profile for the catalogue's folder: the way by which they come into service."""

from collections.abc import Iterator

import yaml

from alerts.catalogue import Catalogue
from alerts.replay.trial import TrialOrder

_BESIDE = {
    "minimum_seconds": "how long it must be seen, in seconds",
    "cool_down_seconds": "how long its place is quiet afterwards, in seconds",
}


def profile_text(order: TrialOrder, *, name: str, because: str, catalogue: Catalogue) -> str:
    """A profile over the one in service. Thresholds are the network's: they stand in comments only."""
    return "\n".join(_lines(order, name, because, catalogue)) + "\n"


def _lines(order: TrialOrder, name: str, because: str, catalogue: Catalogue) -> Iterator[str]:
    applied = catalogue.profile
    period = f"{order.begins_at:%Y-%m-%d %H:%M} to {order.ends_at:%Y-%m-%d %H:%M} UTC"
    yield f"# Tried on camera {order.camera_id}, looks of {period}."
    yield f"# Put it into the folder `profiles` of your catalogue as {name}.yaml, then: brightkitchen catalogue check"
    for label, confidence in order.thresholds.items():
        yield f"# Also tried: {label} from {confidence:g} on. That is the network's: manifest.yaml of your network."
    yield f"profile: {name}"
    yield f"zh: {_quoted(f'{applied.name_zh if applied else catalogue.version}（试算调整）')}"
    yield f"en: {_quoted(f'{applied.name_en if applied else catalogue.version}, tuned')}"
    if applied is not None:
        yield f"based_on: {applied.name}"
    yield "codes:" if order.codes else "codes: []"
    for code, values in order.codes.items():
        yield f"  - code: {code}"
        for field, value in values.items():
            yield f"    {field}: {value:g}  # {_BESIDE[field]}; {_today(catalogue, code, field)}"
        yield f"    because: {_quoted(because)}"


def _today(catalogue: Catalogue, code: str, field: str) -> str:
    entry = catalogue.get(code)
    rule = (entry.rule or entry.taught_rule) if entry else None
    return f"was {getattr(rule, field):g}" if rule is not None else "was not judged"


def _quoted(text: str) -> str:
    """One line of YAML, whatever a person wrote."""
    return yaml.safe_dump(text, allow_unicode=True, default_style='"', width=float("inf")).strip()
