"""Enterprises, sites, cameras and zones as they travel."""

from datetime import date, datetime, time
from typing import Annotated, Literal, Self

from pydantic import Field

from api.fields import ExternalId, ItemId, Location, Name, Page, Reason, Received, Shown
from api.sources import shown_location
from domain.organisation import MAXIMUM_ANALYSED_FPS, Camera, Pace, Pause, Site, Transport
from domain.place_check import PlaceCheck, PlaceStanding
from domain.schedule import DailyHours, OpenHours, Schedule, SpecialDay
from domain.zone import Zone, ZoneType
from domain.zone_hours import Holds, ZoneHours

Fraction = Annotated[float, Field(ge=0, le=1)]
AnalysedFps = Annotated[float, Field(gt=0, le=MAXIMUM_ANALYSED_FPS)]
Version = Annotated[int, Field(ge=1, le=2**31 - 1)]


class HoursBody(Received):
    """`weekday` 0 is Monday; an end at or before the start means the next day."""

    weekday: Annotated[int, Field(ge=0, le=6)]
    start: time
    end: time


class StretchBody(Received):
    """An end at or before the start means the next day."""

    start: time
    end: time


class SpecialDayBody(Received):
    """Other hours on one day, in place of its weekday's; without hours the site is closed."""

    day: date
    hours: list[StretchBody] = Field(default_factory=list, max_length=20)

    def special_day(self) -> SpecialDay:
        return SpecialDay(day=self.day, hours=tuple(DailyHours(start=h.start, end=h.end) for h in self.hours))

    @classmethod
    def of(cls, special: SpecialDay) -> Self:
        return cls(day=special.day, hours=[StretchBody(start=h.start, end=h.end) for h in special.hours])


class ScheduleBody(Received):
    """Without `hours` the site is open all day. `keeps_holidays`: closed on the holidays of the profile in service."""

    timezone: Annotated[str, Field(max_length=64)] = "Asia/Shanghai"
    hours: list[HoursBody] = Field(default_factory=list, max_length=100)
    closed_days: list[date] = Field(default_factory=list, max_length=1000)
    special_days: list[SpecialDayBody] = Field(default_factory=list, max_length=1000)
    keeps_holidays: bool = False

    def schedule(self) -> Schedule:
        """Raises ValueError for an unknown time zone, times that carry one, or a day that is told twice."""
        return Schedule(
            timezone=self.timezone,
            hours=tuple(OpenHours(weekday=h.weekday, start=h.start, end=h.end) for h in self.hours),
            closed_days=frozenset(self.closed_days),
            special_days=tuple(each.special_day() for each in self.special_days),
            keeps_holidays=self.keeps_holidays,
        )

    @classmethod
    def of(cls, schedule: Schedule) -> Self:
        return cls(
            timezone=schedule.timezone,
            hours=[HoursBody(weekday=h.weekday, start=h.start, end=h.end) for h in schedule.hours],
            closed_days=sorted(schedule.closed_days),
            special_days=[SpecialDayBody.of(each) for each in schedule.special_days],
            keeps_holidays=schedule.keeps_holidays,
        )


class SiteBody(Received):
    enterprise_id: ItemId
    name: Name
    schedule: ScheduleBody = ScheduleBody()


class SitePatch(Received):
    name: Name | None = None
    schedule: ScheduleBody | None = None


class SiteView(Shown):
    site_id: str
    enterprise_id: str
    name: str
    schedule: ScheduleBody

    @classmethod
    def of(cls, site: Site) -> Self:
        return cls(
            site_id=site.site_id,
            enterprise_id=site.enterprise_id,
            name=site.name,
            schedule=ScheduleBody.of(site.schedule),
        )


class SitePage(Page):
    items: list[SiteView]


class SourceBody(Received):
    """`location` is written and never read back: answers show it without its password."""

    location: Location
    transport: Transport = Transport.AUTO
    pace: Pace = Pace.LIVE
    loops: bool = False


class SourcePatch(Received):
    location: Location | None = None
    transport: Transport | None = None
    pace: Pace | None = None
    loops: bool | None = None


class SourceView(Shown):
    location: Annotated[str, Field(description="Redacted: credentials are replaced.")]
    transport: Transport
    pace: Pace
    loops: bool


class CameraBody(Received):
    site_id: ItemId
    name: Name
    source: SourceBody
    analysed_fps: AnalysedFps = 5.0
    is_enabled: bool = True
    codes: Annotated[
        list[str] | None, Field(max_length=200, description="Risk codes judged here; null: those of the catalogue.")
    ] = None
    external_id: Annotated[ExternalId | None, Field(description="What another register calls it.")] = None
    analysis_location: Annotated[
        Location | None,
        Field(description="Address of the smaller stream: if given it is analysed, and stills and clips are of it."),
    ] = None


class CameraPatch(Received):
    """Another `source.location` drops the smaller stream's address unless that is sent too: it was the old camera's."""

    site_id: ItemId | None = None
    name: Name | None = None
    source: SourcePatch | None = None
    analysed_fps: AnalysedFps | None = None
    is_enabled: bool | None = None
    codes: Annotated[list[str] | None, Field(max_length=200)] = None
    external_id: ExternalId | None = None
    analysis_location: Location | None = None
    version: Annotated[Version | None, Field(description="The version it was edited from, instead of If-Match.")] = None


class PauseBody(Received):
    reason: Reason = ""


class PauseView(Shown):
    by: Annotated[str, Field(description="The name that the account had.")]
    at: datetime
    reason: str

    @classmethod
    def of(cls, pause: Pause) -> Self:
        return cls(by=pause.by, at=pause.at, reason=pause.reason)


class PlaceView(Shown):
    """Whether a person has looked at what the camera shows; `awaited` and `forbidden`: it is not watched."""

    standing: PlaceStanding
    by: Annotated[str | None, Field(description="The name that the account had.")]
    at: datetime | None
    picture_sha256: Annotated[str | None, Field(description="Of the picture that was looked at; it is not kept.")]
    note: str

    @classmethod
    def of(cls, place: PlaceCheck) -> Self:
        return cls(
            standing=place.standing,
            by=place.by,
            at=place.at,
            picture_sha256=place.picture_sha256,
            note=place.note,
        )


class PlaceBody(Received):
    """A person's word on what the camera shows, and the picture that they looked at."""

    verdict: Annotated[
        Literal["confirmed", "forbidden"],
        Field(description="confirmed: no changing room, toilet, dormitory or the like; forbidden: one of them."),
    ]
    picture_sha256: Annotated[
        str, Field(pattern=r"^[0-9a-f]{64}$", description="The ETag of first-picture.jpg that was looked at.")
    ]
    note: Reason = ""


class CameraView(Shown):
    camera_id: str
    site_id: str
    name: str
    source: SourceView
    analysed_fps: float
    is_enabled: bool
    codes: list[str] | None
    version: int
    pause: Annotated[PauseView | None, Field(description="Who paused it; null while it runs, or if nobody wrote it.")]
    external_id: str | None
    analysis_location: Annotated[str | None, Field(description="Redacted, as the source's.")]
    node_id: Annotated[str | None, Field(description="The edge that watches it and is asked to change it; null: none.")]
    place: PlaceView

    @classmethod
    def of(cls, camera: Camera) -> Self:
        source = camera.source
        return cls(
            camera_id=camera.camera_id,
            site_id=camera.site_id,
            name=camera.name,
            source=SourceView(
                location=shown_location(source.location),
                transport=source.transport,
                pace=source.pace,
                loops=source.loops,
            ),
            analysed_fps=camera.analysed_fps,
            is_enabled=camera.is_enabled,
            codes=None if camera.codes is None else sorted(camera.codes),
            version=camera.version,
            pause=None if camera.pause is None else PauseView.of(camera.pause),
            external_id=camera.external_id,
            analysis_location=None if camera.analysis_location is None else shown_location(camera.analysis_location),
            node_id=camera.node_id,
            place=PlaceView.of(camera.place),
        )


class CameraPage(Page):
    items: list[CameraView]


class PointBody(Received):
    """Fractions of the picture, from its left and top."""

    x: Fraction
    y: Fraction


Corners = Annotated[list[PointBody], Field(min_length=3, max_length=100)]


class ZoneHoursBody(Received):
    """`hours` stand in for the site's week; without any the site's own count. Its closed and special days always do."""

    holds: Holds
    hours: list[HoursBody] = Field(default_factory=list, max_length=100)

    def zone_hours(self) -> ZoneHours:
        """Raises ValueError for times that carry a zone."""
        week = tuple(OpenHours(weekday=h.weekday, start=h.start, end=h.end) for h in self.hours)
        return ZoneHours(holds=self.holds, hours=week)

    @classmethod
    def of(cls, hours: ZoneHours) -> Self:
        week = [HoursBody(weekday=h.weekday, start=h.start, end=h.end) for h in hours.hours]
        return cls(holds=hours.holds, hours=week)


HoursOfZone = Annotated[
    ZoneHoursBody | None, Field(description="When it holds; null: always. Types private and screen have none.")
]


class ZoneBody(Received):
    name: Name
    type: ZoneType
    corners: Corners
    hours: HoursOfZone = None


class ZonePatch(Received):
    name: Name | None = None
    type: ZoneType | None = None
    corners: Corners | None = None
    hours: HoursOfZone = None
    version: Annotated[Version | None, Field(description="The version it was edited from, instead of If-Match.")] = None


class ZoneView(Shown):
    zone_id: str
    camera_id: str
    name: str
    type: ZoneType
    corners: list[PointBody]
    version: int
    hours: HoursOfZone
    is_asleep: Annotated[
        bool,
        Field(
            description="Its hours do not hold now: a place is not looked at (never read it as fine), a mask is off."
        ),
    ]

    @classmethod
    def of(cls, zone: Zone, *, is_asleep: bool) -> Self:
        return cls(
            zone_id=zone.zone_id,
            camera_id=zone.camera_id,
            name=zone.name,
            type=zone.type,
            corners=[PointBody(x=corner.x, y=corner.y) for corner in zone.polygon.corners],
            version=zone.version,
            hours=None if zone.hours is None else ZoneHoursBody.of(zone.hours),
            is_asleep=is_asleep,
        )


class ZonePage(Page):
    items: list[ZoneView]


class PropertiesView(Shown):
    codec: str
    width_px: int
    height_px: int
    declared_fps: float | None
    decoder: str = Field(description="software, or the device that decodes")


class CameraStatusView(Shown):
    """What is known of a camera now. Without a fresh picture nothing is known of the place: never read it as fine.

    `analysed_fps` is the rate at which it is looked at now; `is_slowed`: below the camera's own, for lack of time.
    The condition `paused` says that somebody stopped looking: there is no picture and nothing is judged.
    """

    camera_id: str
    state: str
    condition: str
    pause: PauseView | None
    since: datetime | None
    cause: str | None
    detail: str | None
    has_fresh_picture: bool
    last_frame_at: datetime | None
    frame_age_seconds: float | None = Field(
        description="how long ago last_frame_at was when this was answered, by the service's clocks"
    )
    properties: PropertiesView | None
    frames_decoded: int
    frames_analysed: int
    frames_dropped: int
    reconnects: int
    analysed_fps: float | None
    is_slowed: bool
    is_idle: bool = Field(description="nothing happens, and only the camera's keyframes are decoded")
    clock_offset_seconds: float | None = Field(
        description="the camera's own clock less the service's; null where it sends no wall time (RTCP)"
    )


class CameraStatusPage(Page):
    items: list[CameraStatusView]
