"""Observations made for tests: what one camera sees, picture by picture, on a clock that the test turns."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from alerts.presence import PresenceRule
from alerts.rules import CameraRules, Changes, RulesState, advance
from domain.attire import Attire
from domain.detection import Detection, Observation, Track
from domain.geometry import Box, Polygon
from domain.ids import CameraId, ZoneId
from domain.schedule import Schedule
from domain.zone import Zone, ZoneType
from tests.alerts.samples import EPOCH, MODEL

CAMERA = CameraId("camera-1")


@dataclass(frozen=True)
class Thing:
    """One thing in the picture; `travelled` and `is_confirmed` as the tracker would say."""

    label: str
    box: Box
    track_id: int = 1
    confidence: float = 0.8
    is_confirmed: bool = True
    is_visible: bool = True
    travelled: float = 0.0
    attire: tuple[Attire, ...] = ()


def box_at(x: float, y: float, width: float = 0.05, height: float = 0.05) -> Box:
    """A box by the middle of its lower edge."""
    return Box(x - width / 2, y - height, x + width / 2, y)


def rat(x: float = 0.5, y: float = 0.5, track_id: int = 1, **changes: object) -> Thing:
    """A rat that has run far enough."""
    return replace(Thing("rodent", box_at(x, y), track_id, travelled=3.0), **changes)  # type: ignore[arg-type]


def make_observation(
    things: Sequence[Thing], *, at: datetime, clock: float, sequence: int = 1, camera_id: CameraId = CAMERA
) -> Observation:
    tracks = [
        Track(
            track_id=thing.track_id,
            label=thing.label,
            box=thing.box,
            confidence=thing.confidence,
            score=thing.confidence,
            first_seen_at=at,
            first_seen_clock=clock,
            last_seen_clock=clock,
            hits=1,
            travelled=thing.travelled,
            is_confirmed=thing.is_confirmed,
            is_visible=thing.is_visible,
            attire=thing.attire,
        )
        for thing in things
    ]
    detections = [Detection(label=t.label, confidence=t.confidence, box=t.box) for t in things if t.is_visible]
    return Observation(
        camera_id=camera_id,
        sequence=sequence,
        captured_at=at,
        clock=clock,
        detections=tuple(detections),
        tracks=tuple(tracks),
        model=MODEL,
        width_px=1280,
        height_px=720,
    )


def zone(name: str, type_: ZoneType, left: float, top: float, right: float, bottom: float) -> Zone:
    return Zone(
        zone_id=ZoneId(f"zone-{name}"),
        camera_id=CAMERA,
        name=name,
        type=type_,
        polygon=Polygon.of([(left, top), (right, top), (right, bottom), (left, bottom)]),
    )


def rules_of(*zones: Zone, schedule: Schedule | None = None, run: str = "r1", **rules: PresenceRule) -> CameraRules:
    """Rules by code; a keyword `pest_rodent` stands for the code pest.rodent."""
    return CameraRules(
        rules={code.replace("_", ".", 1): rule for code, rule in rules.items()},
        zones=tuple(zones),
        schedule=schedule or Schedule(),
        run=run,
    )


@dataclass
class Watch:
    """A camera being watched: `see` shows it things for some time and gathers what changed."""

    rules: CameraRules
    fps: float = 5.0
    state: RulesState = field(default_factory=RulesState)
    seconds: float = 0.0
    wall_shift: float = 0.0

    def see(self, *things: Thing, seconds: float) -> Changes:
        """Pictures of the things for this long, the first of them one interval after the last picture."""
        looks = [self.look(*things) for _ in range(round(seconds * self.fps))]
        return Changes(
            confirmed=tuple(c for look in looks for c in look.confirmed),
            ended=tuple(e for look in looks for e in look.ended),
            doubts=tuple(d for look in looks for d in look.doubts),
            suppressed=tuple(s for look in looks for s in look.suppressed),
        )

    def look(self, *things: Thing) -> Changes:
        """One picture, one interval later."""
        self.seconds += 1.0 / self.fps
        at = EPOCH + timedelta(seconds=self.seconds + self.wall_shift)
        observation = make_observation(things, at=at, clock=1000.0 + self.seconds)
        self.state, changes = advance(self.rules, self.state, observation)
        return changes

    def dark(self, seconds: float) -> None:
        """No picture comes for this long."""
        self.seconds += seconds
