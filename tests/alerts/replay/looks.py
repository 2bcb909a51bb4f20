"""Detection logs made for tests: a camera's scenes as lines, on a clock that the test turns."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from alerts.replay.lines import CameraLine, Line, LogLine, look_line, network_part, schedule_part, zone_part
from domain.ids import CameraId
from domain.schedule import Schedule
from domain.zone import Zone
from tests.alerts.samples import EPOCH, MODEL
from tests.alerts.scenes import CAMERA, Thing, make_observation

LABELS = ("rodent", "cat", "dog", "person", "phone", "bin_overflowing", "garbage", "headwear", "kitchen_uniform")


def begin(run: str = "run-1", *, labels: Sequence[str] = LABELS, least: float = 0.3) -> LogLine:
    return LogLine(
        run=run,
        written_by="brightkitchen 0",
        network=network_part(MODEL),
        usable_labels=tuple(labels),
        thresholds=dict.fromkeys(labels, least),
    )


def camera_line(
    camera_id: CameraId = CAMERA,
    *zones: Zone,
    codes: Iterable[str] | None = ("pest.rodent",),
    schedule: Schedule | None = None,
) -> CameraLine:
    return CameraLine(
        camera_id=camera_id,
        name=f"kitchen {camera_id}",
        codes=tuple(codes) if codes is not None else None,
        zones=tuple(zone_part(each) for each in zones),
        schedule=schedule_part(schedule or Schedule()),
    )


@dataclass
class Filmed:
    """The looks of one camera: `see` adds scenes, five times a second."""

    camera_id: CameraId = CAMERA
    fps: float = 5.0
    seconds: float = 0.0
    clock: float = 1000.0
    lines: list[Line] = field(default_factory=list)

    def see(self, *things: Thing, seconds: float) -> "Filmed":
        for _ in range(round(seconds * self.fps)):
            self.seconds += 1.0 / self.fps
            at = EPOCH + timedelta(seconds=self.seconds)
            observation = make_observation(
                things, at=at, clock=self.clock + self.seconds, sequence=len(self.lines) + 1, camera_id=self.camera_id
            )
            self.lines.append(look_line(observation))
        return self
