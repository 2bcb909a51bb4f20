"""What must answer before the service calls itself ready."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Probe:
    """A dependency by name; `look` returns None if it is well, else a few words. Implements api.ports.HealthProbe."""

    name: str
    look: Callable[[], str | None]

    def ping(self) -> str | None:
        return self.look()
