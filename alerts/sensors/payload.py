"""The number in a sensor's message. Pure."""

import json
import math

LONGEST_BYTES = 4096


def value_of(payload: bytes, field: str | None) -> float | None:
    """The number of a message, or of a field of its JSON object; None where there is none that is finite."""
    if len(payload) > LONGEST_BYTES:
        return None
    try:
        found = json.loads(payload)
    except (ValueError, RecursionError):
        return None
    if field is not None:
        found = found.get(field) if isinstance(found, dict) else None
    if isinstance(found, bool) or not isinstance(found, int | float):
        return None
    try:
        value = float(found)
    except OverflowError:
        return None
    return value if math.isfinite(value) else None
