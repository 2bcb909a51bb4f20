"""What a person wears, as far as a picture can tell. It describes clothes and nobody: no face, no name, no identity."""

from dataclasses import dataclass
from enum import StrEnum


class Wearing(StrEnum):
    """`unclear` is an answer of its own: too small, cut off, turned away, or simply not sure. It is never "absent"."""

    PRESENT = "present"
    ABSENT = "absent"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attire:
    """One thing that a tracked person may wear, after several looks were weighed.

    `attribute` is the network's word for it (headwear, kitchen_uniform, mask). `confidence` in [0, 1] is the mean of
    the looks that the answer rests on, 0 where it is unclear. `judged_at_clock` is the clock of the newest look.
    """

    attribute: str
    state: Wearing
    confidence: float
    judged_at_clock: float

    def __post_init__(self) -> None:
        if not 0.0 <= self.confidence <= 1.0:
            raise ValueError(f"confidence must be in [0, 1], got {self.confidence!r}")
