"""Which enterprises are inspected this time: random, by colour, and repeatable by anybody. Pure.

Every enterprise has a chance that its colour sets; who is drawn follows from the SHA-256 of a seed that is published
beforehand, the period and the enterprise's id, so nobody can choose, and everybody can check.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from credit.profile import Colour
from domain.ids import EnterpriseId

SHARES: Mapping[Colour | None, float] = {Colour.GREEN: 0.05, Colour.ORANGE: 0.30, Colour.RED: 1.0, None: 0.15}
"""Chance in a period by colour (design); None: without a colour, new or with too little data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One enterprise of a plan with what decided: drawn where `lot` is below `chance`, both in [0, 1)."""

    enterprise_id: EnterpriseId
    colour: Colour | None
    chance: float
    lot: float

    @property
    def is_drawn(self) -> bool:
        return self.lot < self.chance


def draw(
    enterprises: Iterable[tuple[EnterpriseId, Colour | None]],
    *,
    seed: str,
    period: str,
    shares: Mapping[Colour | None, float] = SHARES,
) -> list[Drawn]:
    """All enterprises with their lots, in order of lot. The same seed and period give the same plan.

    Raises ValueError for an empty seed or a chance outside [0, 1].
    """
    if not seed.strip() or not period.strip():
        raise ValueError("seed and period must not be empty")
    for colour, share in shares.items():
        if not 0.0 <= share <= 1.0:
            raise ValueError(f"the chance of {colour} must be in [0, 1], got {share}")
    found = [
        Drawn(enterprise_id=each, colour=colour, chance=shares[colour], lot=lot(seed, period, each))
        for each, colour in enterprises
    ]
    return sorted(found, key=lambda drawn: (drawn.lot, drawn.enterprise_id))


def lot(seed: str, period: str, enterprise_id: EnterpriseId) -> float:
    """A number in [0, 1) that nobody can steer: the first 53 bits of the checksum."""
    digest = hashlib.sha256(f"{seed}\n{period}\n{enterprise_id}".encode()).digest()
    return (int.from_bytes(digest[:7]) >> 3) / 2**53
