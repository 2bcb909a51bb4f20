"""What shooting asks of a renderer."""

from typing import Protocol

import numpy as np
import numpy.typing as npt

from models.synth.regions import Region
from models.synth.scene import Scene


class Renderer(Protocol):
    """Turns scenes into linear light, red first. Things that are the same object as before need not be sent again."""

    def render(self, scene: Scene, *, region: Region | None = None, seed: int = 0) -> npt.NDArray[np.float32]:
        """Light (height, width, 3) of the straight-line picture, or of the pixels of a part of it."""
        ...
