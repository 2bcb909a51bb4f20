"""An in-memory renderer: flat grey light at once, and a record of what was asked for."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from models.synth.regions import Region
from models.synth.scene import Scene


@dataclass(slots=True)
class FlatRenderer:
    """Whole pictures have the light `plate`, parts of pictures the light `part`. `asked` holds each call's region."""

    plate: float = 0.2
    part: float = 0.4
    asked: list[Region | None] = field(default_factory=list)

    def render(self, scene: Scene, *, region: Region | None = None, seed: int = 0) -> npt.NDArray[np.float32]:
        del seed  # flat light has no noise
        self.asked.append(region)
        width, height = scene.camera.width, scene.camera.height
        if region is None:
            return np.full((height, width, 3), self.plate, dtype=np.float32)
        left, top, right, bottom = region
        shape = max(1, round((bottom - top) * height)), max(1, round((right - left) * width)), 3
        return np.full(shape, self.part, dtype=np.float32)
