"""Where the desk reads licences."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from domain.ids import CameraId, EnterpriseId


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """What is entered of an enterprise's licence, and its cameras in order of id.

    `bearer` is the camera that alerts about the licence belong to, the same for everybody who asks; None: nobody
    watches a camera of the enterprise here.
    """

    number: str | None
    valid_to: date | None
    cameras: tuple[CameraId, ...]
    bearer: CameraId | None


class LicenceBook(Protocol):
    """Any thread."""

    def licence(self, enterprise_id: EnterpriseId) -> Licence | None:
        """None for an enterprise that is not there. Raises JournalError if the database cannot be read."""
        ...
