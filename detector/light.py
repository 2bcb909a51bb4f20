"""Whether two pictures of one place differ by their light alone: a lamp, auto exposure, the switch to infrared.

Light that changes evenly makes every brightness a straight line of the one before: `now = gain * before + shift`. The
line is fitted to the means of small cells, twice, the second time without the cells that fit badly, so that a subject
which came with the light does not bend it. What remains beside the line is then compared like any two pictures: a
subject that is there as well is still found.
"""

import cv2
import numpy as np
import numpy.typing as npt

from domain.frame import Luma

_CELLS = (32, 18)  # across, down
_LEAST_CELLS = 40  # that the second fit rests on
_LEAST_SPREAD = 2.0  # of the cells' brightness; below it only the shift is known
_MOST_GAIN = 6.0
_BLACK, _WHITE = 4, 250  # beyond these a sensor tells nothing

Means = npt.NDArray[np.float32]


def evened(before: Luma, now: Luma) -> Luma | None:
    """The earlier picture in the light of the later one; None where no even change of light explains them.

    Both have shape (height, width), uint8, of one size. What the earlier picture showed as black or white may have
    been anything beyond; there the later picture is taken at its word as far as it lies beyond too.
    """
    old = cv2.resize(before, _CELLS, interpolation=cv2.INTER_AREA).astype(np.float32).ravel()
    new = cv2.resize(now, _CELLS, interpolation=cv2.INTER_AREA).astype(np.float32).ravel()
    usable = ~(_holds_extremes(before) | _holds_extremes(now))
    if np.count_nonzero(usable) < _LEAST_CELLS:
        return None
    gain, shift = _line(old[usable], new[usable])
    misfit = np.abs(gain * old + shift - new)
    close = usable & (misfit <= np.percentile(misfit[usable], 70))
    if np.count_nonzero(close) < _LEAST_CELLS:
        return None
    gain, shift = _line(old[close], new[close])
    if not 1.0 / _MOST_GAIN <= gain <= _MOST_GAIN:
        return None
    levels = np.arange(256, dtype=np.float32)
    expected = cv2.LUT(before, np.clip(gain * levels + shift, 0, 255).round().astype(np.uint8))
    return _beyond(before, np.asarray(expected, dtype=np.uint8), now)


def _holds_extremes(luma: Luma) -> npt.NDArray[np.bool_]:
    """The cells in which a pixel is black or white: their mean follows no line."""
    sound = cv2.inRange(luma, _BLACK + 1, _WHITE - 1)
    return np.asarray(cv2.resize(sound, _CELLS, interpolation=cv2.INTER_AREA).ravel() < 255)


def _line(old: Means, new: Means) -> tuple[float, float]:
    """Gain and shift of the least squares."""
    deviation = old - old.mean()
    spread = float(np.mean(deviation**2))
    gain = float(np.mean(deviation * (new - new.mean()))) / spread if spread > _LEAST_SPREAD**2 else 1.0
    return gain, float(new.mean() - gain * old.mean())


def _beyond(before: Luma, expected: Luma, now: Luma) -> Luma:
    white = (before >= _WHITE) & (now > expected)
    black = (before <= _BLACK) & (now < expected)
    return np.where(white | black, now, expected).astype(np.uint8)
