"""How long a camera has been quiet, and so how closely its pictures are needed. Pure; seconds of the frames' clock.

A camera begins awake. It is idle once nothing changed in it and nothing was followed for `idle_after_seconds`, and
awake again with the first picture in which something does. Looks that are due by time alone, and even light, stir
nothing.
"""

from dataclasses import dataclass, replace

from detector.settings import GateSettings
from domain.attention import Attention


@dataclass(frozen=True, slots=True, kw_only=True)
class Vigil:
    """One camera's. `stirred_clock`: when something last changed or was followed; None before the first picture."""

    attention: Attention = Attention.AWAKE
    stirred_clock: float | None = None


def kept(vigil: Vigil, clock: float, *, is_stirring: bool, settings: GateSettings) -> Vigil:
    """The vigil after one more picture."""
    if is_stirring or vigil.stirred_clock is None or clock < vigil.stirred_clock:
        return Vigil(attention=Attention.AWAKE, stirred_clock=clock)
    if clock - vigil.stirred_clock < settings.idle_after_seconds:
        return vigil
    return replace(vigil, attention=Attention.IDLE)
