"""Who is watched: an enterprise runs sites, a site has cameras."""

from dataclasses import dataclass, field
from enum import StrEnum

from domain.credit_code import CreditCode
from domain.ids import CameraId, EnterpriseId, NodeId, SiteId
from domain.schedule import Schedule
from domain.text import LONGEST_LOCATION, require_text

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
class Camera:
    """One video source of a site. Its name is unique within the site.

    `codes` are the risk codes judged on this camera; None means those that the catalogue enables.
    `node_id` names the other machine that watches it and reports here; None: it is watched by this installation.
    """

    camera_id: CameraId
    site_id: SiteId
    name: str
    source: Source
    analysed_fps: float = 5.0
    is_enabled: bool = True
    codes: frozenset[str] | None = None
    version: int = 1
    node_id: NodeId | None = None

    def __post_init__(self) -> None:
        require_text("name", self.name)
        if not 0.0 < self.analysed_fps <= MAXIMUM_ANALYSED_FPS:
            raise ValueError(
                f"analysed_fps must be above 0 and at most {MAXIMUM_ANALYSED_FPS}, got {self.analysed_fps}"
            )
