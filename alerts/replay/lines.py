"""The detection log: JSON Lines, one line per look at a picture, and a few lines that say what the looks are judged by.

A log begins with a line `log`. A line `camera` comes before a camera's first look, and again when what it is judged by
changes. A line `forgotten` says that a camera's tracks are void, `gap` that looks were lost. A reader ignores fields
that it does not know; other kinds of line, or other meanings, need a new version.
"""

import json
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from alerts.errors import AlertsError
from domain.attire import Attire, Wearing
from domain.detection import Detection, ModelReference, Observation, Track
from domain.geometry import Box, Polygon
from domain.ids import CameraId, ZoneId
from domain.region import RegionState
from domain.schedule import DailyHours, OpenHours, Schedule, SpecialDay
from domain.zone import Zone, ZoneType
from domain.zone_hours import Holds, ZoneHours

VERSION = 1
LOG_SUFFIX = ".jsonl"
SCHEMA_FILE = "detection-log.schema.json"

Fraction = Annotated[float, Field(ge=0.0, le=1.0)]
Edges = tuple[Fraction, Fraction, Fraction, Fraction]


class LogLineError(AlertsError):
    """A line of a detection log is wrong. `place` is file and line."""

    def __init__(self, place: str, expected: str, found: object) -> None:
        super().__init__(f"{place}: expected {expected}, found {found!r}")
        self.place = place


class Part(BaseModel):
    """Times of day are UTC in RFC 3339, clocks and durations in seconds, edges fractions of the frame, y downwards."""

    model_config = ConfigDict(frozen=True)


class NetworkPart(Part):
    """A network that said something."""

    name: str
    version: str
    sha256: str


class LogLine(Part):
    """How the log came about. Clocks of two `run`s have nothing to do with each other."""

    line: Literal["log"] = "log"
    version: Literal[1] = 1
    run: str = Field(description="tells one process's log from another's")
    written_by: str = Field(description="program and version")
    network: NetworkPart
    attire_network: NetworkPart | None = None
    usable_labels: tuple[str, ...] = Field(description="labels and attributes that rules may rest on")
    thresholds: dict[str, float] = Field(
        default_factory=dict, description="least confidence by label; nothing below it is in the log"
    )
    blind_after_seconds: float = Field(
        default=20.0, gt=0, description="without a look for this long a camera's time stands still for its rules"
    )


class HoursPart(Part):
    """A stretch of a weekday (0: Monday), or of a special day, by the clock on the site's wall."""

    weekday: Annotated[int, Field(ge=0, le=6)] | None = None
    start: time
    end: time


class ZoneHoursPart(Part):
    """When a zone holds: in its hours or outside of them; without hours those of the site count."""

    holds: Holds
    hours: tuple[HoursPart, ...] = ()


class ZonePart(Part):
    """A named part of the picture. Without `hours` it always holds."""

    zone_id: str
    name: str
    type: ZoneType
    corners: tuple[tuple[Fraction, Fraction], ...] = Field(min_length=3)
    hours: ZoneHoursPart | None = None


class SpecialDayPart(Part):
    """A day with hours of its own."""

    day: date
    hours: tuple[HoursPart, ...] = ()


class SchedulePart(Part):
    """When the site is open; without hours always. Holidays are among the closed days already."""

    timezone: str
    hours: tuple[HoursPart, ...] = ()
    closed_days: tuple[date, ...] = ()
    special_days: tuple[SpecialDayPart, ...] = ()


class CameraLine(Part):
    """What a camera's next looks are judged by."""

    line: Literal["camera"] = "camera"
    camera_id: str
    name: str
    codes: tuple[str, ...] | None = Field(default=None, description="null: those that the catalogue enables")
    taught_codes: tuple[str, ...] = Field(default=(), description="codes for which the camera has live heads")
    zones: tuple[ZonePart, ...] = ()
    schedule: SchedulePart


class DetectionPart(Part):
    """One box of the network, at or above its label's threshold."""

    label: str
    confidence: Fraction
    box: Edges = Field(description="left, top, right, bottom")


class AttirePart(Part):
    """What a tracked person wears."""

    attribute: str
    state: Wearing
    confidence: Fraction
    judged_at_clock: float


class TrackPart(Part):
    """A subject that is followed, as it stood after the look. See domain.detection.Track for each field."""

    track_id: int
    label: str
    box: Edges = Field(description="left, top, right, bottom")
    confidence: Fraction
    score: Fraction
    first_seen_at: datetime
    first_seen_clock: float
    last_seen_clock: float
    hits: int
    travelled: float
    is_confirmed: bool
    is_visible: bool
    attire: tuple[AttirePart, ...] = ()


class RegionPart(Part):
    """The state of a region that people taught a head for. See domain.region.RegionState."""

    head_id: str
    head_version: int
    name: str
    code: str
    corners: tuple[tuple[Fraction, Fraction], ...]
    box: Edges
    state: str | None
    is_breach: bool
    confidence: Fraction
    network_sha256: str


class LookLine(Part):
    """All that was seen in one picture. It holds no pixel, no face and no name."""

    line: Literal["look"] = "look"
    camera_id: str
    sequence: int
    at: datetime
    clock: float = Field(description="seconds of a clock that never jumps; only differences mean something")
    width_px: int = Field(gt=0)
    height_px: int = Field(gt=0)
    detections: tuple[DetectionPart, ...] = ()
    tracks: tuple[TrackPart, ...] = ()
    regions: tuple[RegionPart, ...] = ()


class ForgottenLine(Part):
    """The camera's tracks are void: its stream began anew."""

    line: Literal["forgotten"] = "forgotten"
    camera_id: str


class GapLine(Part):
    """Looks that are missing here because they could not be written fast enough."""

    line: Literal["gap"] = "gap"
    looks: int = Field(gt=0)


Line = LogLine | CameraLine | LookLine | ForgottenLine | GapLine
_LINES: TypeAdapter[Line] = TypeAdapter(Annotated[Line, Field(discriminator="line")])


def written(line: Line) -> str:
    """One line without its end."""
    return line.model_dump_json(exclude_defaults=False)


def read(text: str | bytes, place: str) -> Line:
    """Raises LogLineError, which names `place` and the first wrong field."""
    try:
        return _LINES.validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise LogLineError(f"{place} {field}".rstrip(), first["msg"], first["input"]) from error


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of one line."""
    found = _LINES.json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "A line of a detection log", **found}


def schema_text() -> str:
    """The published text of the schema."""
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"


def network_part(reference: ModelReference) -> NetworkPart:
    return NetworkPart(name=reference.name, version=reference.version, sha256=reference.sha256)


def network(part: NetworkPart) -> ModelReference:
    return ModelReference(name=part.name, version=part.version, sha256=part.sha256)


def zone_part(zone: Zone) -> ZonePart:
    hours = None if zone.hours is None else ZoneHoursPart(holds=zone.hours.holds, hours=_week_part(zone.hours.hours))
    return ZonePart(zone_id=zone.zone_id, name=zone.name, type=zone.type, corners=_corners(zone.polygon), hours=hours)


def zone(part: ZonePart, camera_id: CameraId) -> Zone:
    """Raises ValueError for corners that enclose nothing, and for hours of a zone that has none."""
    return Zone(
        zone_id=ZoneId(part.zone_id),
        camera_id=camera_id,
        name=part.name,
        type=part.type,
        polygon=Polygon.of(part.corners),
        hours=None if part.hours is None else ZoneHours(holds=part.hours.holds, hours=_week(part.hours.hours)),
    )


def schedule_part(given: Schedule) -> SchedulePart:
    return SchedulePart(
        timezone=given.timezone,
        hours=_week_part(given.hours),
        closed_days=tuple(sorted(given.closed_days)),
        special_days=tuple(
            SpecialDayPart(day=special.day, hours=tuple(HoursPart(start=h.start, end=h.end) for h in special.hours))
            for special in given.special_days
        ),
    )


def schedule(part: SchedulePart) -> Schedule:
    """Raises ValueError for what is no schedule."""
    return Schedule(
        timezone=part.timezone,
        hours=_week(part.hours),
        closed_days=frozenset(part.closed_days),
        special_days=tuple(
            SpecialDay(day=special.day, hours=tuple(DailyHours(start=h.start, end=h.end) for h in special.hours))
            for special in part.special_days
        ),
    )


def _week_part(hours: Iterable[OpenHours]) -> tuple[HoursPart, ...]:
    return tuple(HoursPart(weekday=each.weekday, start=each.start, end=each.end) for each in hours)


def _week(parts: Iterable[HoursPart]) -> tuple[OpenHours, ...]:
    return tuple(OpenHours(weekday=each.weekday or 0, start=each.start, end=each.end) for each in parts)


def look_line(observation: Observation) -> LookLine:
    """What a log keeps of an observation; `observation(look_line(it), …)` is equal to it."""
    return LookLine(
        camera_id=observation.camera_id,
        sequence=observation.sequence,
        at=observation.captured_at,
        clock=observation.clock,
        width_px=observation.width_px,
        height_px=observation.height_px,
        detections=tuple(
            DetectionPart(label=each.label, confidence=each.confidence, box=_edges(each.box))
            for each in observation.detections
        ),
        tracks=tuple(_track_part(each) for each in observation.tracks),
        regions=tuple(_region_part(each) for each in observation.region_states),
    )


def observation(look: LookLine, log: LogLine) -> Observation:
    """Raises ValueError for a value that is out of its range."""
    return Observation(
        camera_id=CameraId(look.camera_id),
        sequence=look.sequence,
        captured_at=look.at,
        clock=look.clock,
        detections=tuple(
            Detection(label=each.label, confidence=each.confidence, box=Box(*each.box)) for each in look.detections
        ),
        tracks=tuple(_track(each) for each in look.tracks),
        model=network(log.network),
        width_px=look.width_px,
        height_px=look.height_px,
        region_states=tuple(_region(each) for each in look.regions),
        attire_model=network(log.attire_network) if log.attire_network else None,
    )


def _track_part(track: Track) -> TrackPart:
    return TrackPart(
        track_id=track.track_id,
        label=track.label,
        box=_edges(track.box),
        confidence=track.confidence,
        score=track.score,
        first_seen_at=track.first_seen_at,
        first_seen_clock=track.first_seen_clock,
        last_seen_clock=track.last_seen_clock,
        hits=track.hits,
        travelled=track.travelled,
        is_confirmed=track.is_confirmed,
        is_visible=track.is_visible,
        attire=tuple(
            AttirePart(
                attribute=each.attribute,
                state=each.state,
                confidence=each.confidence,
                judged_at_clock=each.judged_at_clock,
            )
            for each in track.attire
        ),
    )


def _track(part: TrackPart) -> Track:
    fields = {name: getattr(part, name) for name in TrackPart.model_fields}
    attire = tuple(
        Attire(
            attribute=each.attribute,
            state=each.state,
            confidence=each.confidence,
            judged_at_clock=each.judged_at_clock,
        )
        for each in part.attire
    )
    return Track(**(fields | {"box": Box(*part.box), "attire": attire}))


def _region_part(region: RegionState) -> RegionPart:
    fields = {name: getattr(region, name) for name in RegionPart.model_fields if name not in {"corners", "box"}}
    return RegionPart(**fields, corners=_corners(region.region), box=_edges(region.box))


def _region(part: RegionPart) -> RegionState:
    fields = {name: getattr(part, name) for name in RegionPart.model_fields if name not in {"corners", "box"}}
    return RegionState(**fields, region=Polygon.of(part.corners), box=Box(*part.box))


def _edges(box: Box) -> Edges:
    return box.left, box.top, box.right, box.bottom


def _corners(polygon: Polygon) -> tuple[tuple[float, float], ...]:
    return tuple((corner.x, corner.y) for corner in polygon.corners)
