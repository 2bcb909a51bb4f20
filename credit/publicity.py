"""What an enterprise lets everybody see. Without a consent that stands there is nothing to see of it.

The service's owner sets how far a public page may go at all; of each enterprise it shows no more than that and no more
than the enterprise itself has consented to. Consents are only added, so who allowed what from when to when stays known.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from domain.frame import require_utc
from domain.ids import EnterpriseId, UserId
from domain.text import LONGEST_REASON, require_text


class PublicExtent(StrEnum):
    """From nothing to most; each holds what the one before it holds."""

    NONE = "none"
    FIGURES = "figures"
    """Name, how many cameras have a picture, and counts of what people have reviewed."""
    PICTURES = "pictures"
    """Also pictures in which faces and persons were made unrecognisable."""

    def at_most(self, other: "PublicExtent") -> "PublicExtent":
        """The smaller of the two."""
        order = list(PublicExtent)
        return min(self, other, key=order.index)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicConsent:
    """A word of the enterprise, by one of its people. One with the extent `none` takes back what was said before."""

    enterprise_id: EnterpriseId
    extent: PublicExtent
    at: datetime
    user_id: UserId
    user_name: str
    reason: str

    def __post_init__(self) -> None:
        require_utc("at", self.at)
        require_text("user_name", self.user_name)
        require_text("reason", self.reason, LONGEST_REASON, allowed="\n\t")


class PublicConsents(Protocol):
    """Every method is one transaction; any thread."""

    def add(self, consent: PublicConsent) -> None: ...

    def history(self, enterprise_id: EnterpriseId, limit: int) -> Sequence[PublicConsent]:
        """Newest first; the first one holds."""
        ...

    def standing(self) -> Mapping[EnterpriseId, PublicExtent]:
        """What holds now, by enterprise; those with nothing to be seen are not in it."""
        ...
