"""What the evidence of an alert about a region's state keeps, so that a person's verdict can become an example."""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any

import numpy as np

from domain.detection import Observation
from domain.geometry import FloatArray
from domain.violation import Violation

_DTYPE = np.dtype("<f4")


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionEvidence:
    """The region as its head saw it in the confirming frame; `numbers` are those of the embedding network."""

    head_id: str
    head_version: int
    state: str
    network_sha256: str
    numbers: FloatArray


def regions_content(violation: Violation, observation: Observation) -> dict[str, Any]:
    """The member `regions` for a violation that a head found; nothing for others."""
    regions = [
        {
            "head_id": region.head_id,
            "head_version": region.head_version,
            "state": region.state,
            "network_sha256": region.network_sha256,
            "numbers": base64.b64encode(np.ascontiguousarray(region.numbers, dtype=_DTYPE).tobytes()).decode("ascii"),
        }
        for region in observation.region_states
        if region.head_id == violation.zone_id and region.code == violation.code and region.numbers is not None
    ]
    return {"regions": regions} if regions else {}


def read_region(content: bytes) -> RegionEvidence | None:
    """The region of a stored boxes file, or None where it is about something else or cannot be read."""
    try:
        (region,) = json.loads(content)["regions"]
        numbers = np.frombuffer(base64.b64decode(region["numbers"], validate=True), dtype=_DTYPE)
        return RegionEvidence(
            head_id=str(region["head_id"]),
            head_version=int(region["head_version"]),
            state=str(region["state"]),
            network_sha256=str(region["network_sha256"]),
            numbers=np.asarray(numbers, dtype=np.float32),
        )
    except (binascii.Error, KeyError, TypeError, UnicodeDecodeError, ValueError):
        return None
