"""Whether a person has looked at what a camera shows before anything of it is analysed or kept."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.frame import require_utc
from domain.text import LONGEST_REASON, require_text


class PlaceStanding(StrEnum):
    """What is known of the place. Changing rooms, toilets, dormitories and their like must never be watched.

    `awaited`: nobody has looked yet. `confirmed`: a person has, and it is no such place. `forbidden`: it is one.
    `unknown`: the camera was there before this was asked. `excused`: the demonstration's, a camera that whoever
    started the service named on the command line, or one of an installation that does not ask.
    """

    AWAITED = "awaited"
    CONFIRMED = "confirmed"
    FORBIDDEN = "forbidden"
    UNKNOWN = "unknown"
    EXCUSED = "excused"

    @property
    def may_be_watched(self) -> bool:
        return self not in {PlaceStanding.AWAITED, PlaceStanding.FORBIDDEN}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceCheck:
    """How a camera's place stands: for `confirmed` and `forbidden` with who looked, when, and at which picture.

    `picture_sha256` is that of the JPEG that was shown; the picture itself is not kept.
    """

    standing: PlaceStanding = PlaceStanding.EXCUSED
    by: str | None = None
    at: datetime | None = None
    picture_sha256: str | None = None
    note: str = ""

    def __post_init__(self) -> None:
        if self.at is not None:
            require_utc("at", self.at)
        if self.by is not None:
            require_text("by", self.by)
        if self.note:
            require_text("note", self.note, LONGEST_REASON, allowed="\n\t")
        is_judged = self.standing in {PlaceStanding.CONFIRMED, PlaceStanding.FORBIDDEN}
        if is_judged != (self.by is not None and self.at is not None):
            raise ValueError(f"who looked and when belong to a judged place, got {self.standing} by {self.by!r}")
