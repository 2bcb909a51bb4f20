"""Who is watched: an enterprise runs sites, a site has cameras."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from domain.credit_code import CreditCode
from domain.frame import require_utc
from domain.ids import CameraId, EnterpriseId, NodeId, SiteId
from domain.place_check import PlaceCheck, PlaceStanding
from domain.schedule import Schedule
from domain.text import LONGEST_LOCATION, LONGEST_NAME, LONGEST_REASON, require_text

MAXIMUM_ANALYSED_FPS = 30.0


class EnterpriseType(StrEnum):
    RESTAURANT = "restaurant"
    SCHOOL_CANTEEN = "canteen_school"
    CANTEEN = "canteen_other"
    CENTRAL_KITCHEN = "central_kitchen"
    TAKEAWAY = "takeaway_only"
    WORK_SITE = "work_site"


class Transport(StrEnum):
    """How RTSP carries its packets; `auto` tries TCP and then UDP. Other sources ignore it."""

    AUTO = "auto"
    TCP = "tcp"
    UDP = "udp"


class Pace(StrEnum):
    """How a file is played: at its own pace like a camera, or as fast as the machine can analyse it."""

    LIVE = "live"
    FAST = "fast"


@dataclass(frozen=True, slots=True, kw_only=True)
class Enterprise:
    """The legal operator; everything that is counted is counted here."""

    enterprise_id: EnterpriseId
    name: str
    credit_code: CreditCode
    type: EnterpriseType = EnterpriseType.RESTAURANT

    def __post_init__(self) -> None:
        require_text("name", self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One kitchen or one works, with its hours."""

    site_id: SiteId
    enterprise_id: EnterpriseId
    name: str
    schedule: Schedule = field(default_factory=Schedule)

    def __post_init__(self) -> None:
        require_text("name", self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where pictures come from.

    `location` is an RTSP, HTTP(S) or HLS address, a file's path, or a device such as /dev/video0. It may hold
    a password: it is kept out of `repr`, and everything that is shown or logged goes through
    `streams.redaction.redact_url`. `pace` and `loops` matter for files only.
    """

    location: str = field(repr=False)
    transport: Transport = Transport.AUTO
    pace: Pace = Pace.LIVE
    loops: bool = False

    def __post_init__(self) -> None:
        require_text("location", self.location, LONGEST_LOCATION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """That somebody stopped looking through a camera: who (the account's name on that day), when, and why."""

    by: str
    at: datetime
    reason: str = ""

    def __post_init__(self) -> None:
        require_text("by", self.by)
        require_utc("at", self.at)
        if self.reason:
            require_text("reason", self.reason, LONGEST_REASON, allowed="\n\t")


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """One video source of a site. Its name is unique within the site.

    `codes` are the risk codes judged on this camera; None means those that the catalogue enables.
    `is_enabled` is false while it is paused; `pause` says by whom, and is None where nobody wrote that down.
    `external_id` is what another register calls it, unique within the site.
    `analysis_location` is the address of its smaller stream. Where it is set that one is analysed, and stills and
    clips are of that one too; the source stays the camera's main address. It may hold a password, as the source.
    `node_id` names the other machine that watches it and reports here; None: it is watched by this installation.
    `place` says whether a person has seen that it shows no place that must not be watched.
    """

    camera_id: CameraId
    site_id: SiteId
    name: str
    source: Source
    analysed_fps: float = 5.0
    is_enabled: bool = True
    codes: frozenset[str] | None = None
    version: int = 1
    pause: Pause | None = None
    external_id: str | None = None
    analysis_location: str | None = field(default=None, repr=False)
    node_id: NodeId | None = None
    place: PlaceCheck = field(default_factory=PlaceCheck)

    def __post_init__(self) -> None:
        require_text("name", self.name)
        if self.pause is not None and self.is_enabled:
            raise ValueError("a camera with a pause must not be enabled")
        if self.external_id is not None:
            require_text("external_id", self.external_id, LONGEST_NAME)
        if self.analysis_location is not None:
            require_text("analysis_location", self.analysis_location, LONGEST_LOCATION)
        if not 0.0 < self.analysed_fps <= MAXIMUM_ANALYSED_FPS:
            raise ValueError(
                f"analysed_fps must be above 0 and at most {MAXIMUM_ANALYSED_FPS}, got {self.analysed_fps}"
            )

    @property
    def is_watched(self) -> bool:
        """Its pictures may be looked at: it is not paused, and its place is none that must not be watched."""
        return self.is_enabled and self.place.standing.may_be_watched

    @property
    def analysed_source(self) -> Source:
        """The stream that is opened and looked at: the smaller one where one is set."""
        return self.source if self.analysis_location is None else replace(self.source, location=self.analysis_location)

    def asked_about(self) -> "Camera":
        """The camera with its place to be looked at by a person before anything else happens."""
        return replace(self, place=PlaceCheck(standing=PlaceStanding.AWAITED))

    def asked_again_after(self, before: "Camera") -> "Camera":
        """What may show another place than before is asked about anew."""
        is_same = self.analysed_source.location == before.analysed_source.location
        return self if is_same else self.asked_about()

    def paused(self, pause: Pause) -> "Camera":
        """The camera with nobody looking through it."""
        return replace(self, is_enabled=False, pause=pause)

    def resumed(self) -> "Camera":
        """The camera with the service looking through it."""
        return replace(self, is_enabled=True, pause=None)
