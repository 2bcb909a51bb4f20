"""A clip that raises one alert soon, whatever camera plays it: cut out of the demonstration."""

import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from service.demo.cameras import load_demo
from service.demo.network import NETWORK, shelf_with_demo
from service.demo.pace import DEMO_LONGEST_SIDE_PX
from tests.support.clips import cut_clip

_CODES = ("pest.rodent", "animal.pet")  # raised without any zone
_QUIET_SECONDS = 4.0  # after what raises the alert is gone


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """`path` is the clip, `code` what it raises with the network of that name."""

    path: Path
    code: str
    network: str = NETWORK


@cache
def _shelf() -> Path:
    return shelf_with_demo(Path(tempfile.mkdtemp(prefix="brightkitchen-networks-")))


def seen_by(network: str = NETWORK) -> dict[str, str]:
    """The environment of a service that looks with a network of the zoo or with the demonstration's, at its size."""
    return {
        "BRIGHTKITCHEN_MODELS_FOLDER": str(_shelf()),
        "BRIGHTKITCHEN_DETECTOR__MODEL": network,
        "BRIGHTKITCHEN_DETECTOR__LONGEST_SIDE_PX": str(DEMO_LONGEST_SIDE_PX),
    }


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
