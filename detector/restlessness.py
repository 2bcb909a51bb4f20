"""Which parts of a camera's picture change all the time: screens, flames under a hood, a fan, a clock in the picture.

The picture is divided into cells. For each the share of pictures is remembered in which it had changed, fading over
about a minute. A cell that changed too often is restless until it was quiet for long, and changes in restless cells
alone make no look due. They are looked at all the same whenever the time for it has come: a subject that passes over
them is seen then, and at once where it leaves them.

Two bounds keep this from hiding anything else: nothing is learnt while something is followed, so people and animals
that the network sees never become furniture; and where more of the picture is restless than a few screens could be,
nothing is called restless (a swaying camera, leaves in the wind).
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from detector.settings import GateSettings
from domain.frame import Luma

CELL_PX = 8  # side of a cell in the gate's grey picture
_MEMORY_SECONDS = 60.0
_LONGEST_STEP_SECONDS = 2.0  # a picture stands for no more time than this, however late the next one comes
_RESTLESS_SHARE = 0.15  # a cell that was quiet before reaches it after ten seconds of change in every picture
_QUIET_SHARE = 0.05
_EVERYWHERE_SHARE = 0.5  # of cells changed at once: light or the camera itself, not restlessness

Shares = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Restlessness:
    """One camera's cells, arrays of shape (down, across), which are never written to.

    `calm` has the shape of the pictures and is 255 outside of restless cells, 0 in them; None where all counts.
    """

    shares: Shares
    restless: npt.NDArray[np.bool_]
    clock: float
    calm: Luma | None = None

    def counted(self, changed: Luma) -> int:
        """Changed pixels outside of restless cells; `changed` is 0 where nothing did."""
        return int(cv2.countNonZero(changed if self.calm is None else cv2.bitwise_and(changed, self.calm)))


def beginning(shape: tuple[int, ...], clock: float) -> Restlessness:
    """Of a camera of which nothing is known; `shape` is (height, width) of its grey pictures."""
    cells = (-(-shape[0] // CELL_PX), -(-shape[1] // CELL_PX))
    return Restlessness(shares=np.zeros(cells, np.float32), restless=np.zeros(cells, np.bool_), clock=clock)


def learnt(known: Restlessness, changed: Luma, clock: float, settings: GateSettings) -> Restlessness:
    """After a picture in which nothing was followed; `changed` is not 0 where it differs from the last look."""
    cells = _cells(changed)
    if np.count_nonzero(cells) > _EVERYWHERE_SHARE * cells.size:
        return Restlessness(shares=known.shares, restless=known.restless, clock=clock, calm=known.calm)
    step = min(max(0.0, clock - known.clock), _LONGEST_STEP_SECONDS)
    weight = np.float32(1.0 - np.exp(-step / _MEMORY_SECONDS))
    shares = known.shares + weight * (cells.astype(np.float32) - known.shares)
    restless = (shares >= _RESTLESS_SHARE) | (known.restless & (shares > _QUIET_SHARE))
    calm = known.calm
    if not np.array_equal(restless, known.restless):
        calm = _calm(restless, changed.shape, settings)
    return Restlessness(shares=shares, restless=restless, clock=clock, calm=calm)


def _cells(changed: Luma) -> npt.NDArray[np.bool_]:
    height, width = changed.shape
    down, across = -(-height // CELL_PX), -(-width // CELL_PX)
    padded = cv2.copyMakeBorder(
        changed, 0, down * CELL_PX - height, 0, across * CELL_PX - width, cv2.BORDER_CONSTANT, value=0
    )
    blocks = np.asarray(padded).reshape(down, CELL_PX, across, CELL_PX)
    return np.asarray(blocks.max(axis=(1, 3)) > 0)


def _calm(restless: npt.NDArray[np.bool_], shape: tuple[int, ...], settings: GateSettings) -> Luma | None:
    share = np.count_nonzero(restless) / restless.size
    if share == 0.0 or share > settings.restless_share:
        return None
    pixels = (~restless).astype(np.uint8).repeat(CELL_PX, axis=0).repeat(CELL_PX, axis=1) * np.uint8(255)
    # The gate blurs over three pixels, so a restless cell reaches one pixel into its neighbours.
    seen_apart = cv2.erode(pixels[: shape[0], : shape[1]], np.ones((3, 3), np.uint8))
    return np.asarray(seen_apart, dtype=np.uint8)
