"""The state of a fixed part of one camera's picture, as a head says that people taught."""

from dataclasses import dataclass, field

from domain.geometry import Box, FloatArray, Polygon
from domain.text import require_text


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionState:
    """How a region stands at a frame's time.

    `state` is None while it is unknown: not looked at often enough yet, or the head could not tell. `is_breach`: the
    state is the one that `code` forbids. `confidence` is that of the look that settled the state. `box` surrounds the
    region with some margin: what the head is shown. `numbers` are those of the latest look, of shape (dimensions,):
    with them a person's verdict can become an example; `network_sha256` tells which network they are of.
    """

    head_id: str
    head_version: int
    name: str
    code: str
    region: Polygon
    box: Box
    state: str | None
    is_breach: bool
    confidence: float
    network_sha256: str
    numbers: FloatArray | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        require_text("name", self.name)
        if self.is_breach and self.state is None:
            raise ValueError("an unknown state is no breach")
        if not 0.0 <= self.confidence <= 1.0:
            raise ValueError(f"confidence must be in [0, 1], got {self.confidence!r}")
