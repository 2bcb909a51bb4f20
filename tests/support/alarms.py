"""A clip that raises one alert soon, whatever camera plays it: cut out of the demonstration."""

from dataclasses import dataclass
from pathlib import Path

from service.demo.cameras import load_demo
from tests.support.clips import cut_clip

_CODES = ("pest.rodent", "animal.pet")  # raised without any zone
_QUIET_SECONDS = 4.0  # after what raises the alert is gone


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """`path` is the clip, `code` what it raises."""

    path: Path
    code: str


def alarm_in(folder: Path) -> Alarm:
    """The demonstration's first animal and nothing of what comes later, as a clip in the folder."""
    soonest = min(
        (promise.ends, promise.begins, camera.clip, promise.code, camera.path())
        for camera in load_demo().cameras
        for promise in camera.promises().raised
        if promise.is_due_today and promise.code in _CODES
    )
    ends, _, name, code, path = soonest
    folder.mkdir(parents=True, exist_ok=True)
    return Alarm(path=cut_clip(path, folder / f"{name}.mp4", seconds=ends + _QUIET_SECONDS), code=code)
