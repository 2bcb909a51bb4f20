"""Whether a picture still shows the place that a reference shows, where it was."""

from dataclasses import dataclass
from typing import Self, cast

import numpy as np
import numpy.typing as npt

from streams.view import Outlines

_BLOCKS = (4, 3)  # columns and rows
_BEST_SHARE = 1 / 3  # of the blocks speak for the place: people may hide the others
_FEWEST_PX = 40  # outlines in a block, or it does not count
_STEADY_PX = 1  # lenses breathe and walls tremble
_REACH = 3  # a displacement is looked for up to this part of the sides


@dataclass(frozen=True, slots=True, kw_only=True)
class Displacement:
    """`fit`: how well outlines agree where they are, of the best third of the picture's blocks; 1 is perfect, 0 chance.

    `whole_fit`: the same over the whole picture. `best_fit`: over the whole picture after moving it by `across` and
    `down`, in fractions of its sides.
    """

    fit: float
    whole_fit: float
    best_fit: float
    across: float
    down: float


@dataclass(frozen=True, slots=True, eq=False)
class Landmarks:
    """The outlines of a reference, prepared for being compared with those of many pictures."""

    outlines: Outlines
    spectrum: npt.NDArray[np.complex64]

    @classmethod
    def of(cls, outlines: Outlines) -> Self:
        spectrum = cast("npt.NDArray[np.complex64]", np.conj(np.fft.fft2(outlines)))
        return cls(outlines, spectrum)

    def compared(self, outlines: Outlines) -> Displacement:
        """Raises ValueError where the two differ in size."""
        if outlines.shape != self.outlines.shape:
            raise ValueError(f"outlines must have the shape {self.outlines.shape}, got {outlines.shape}")
        surface = self._surface(outlines)
        height, width = outlines.shape
        best_fit, across, down = _peak(surface, width // _REACH, height // _REACH)
        whole_fit, tremble_across, tremble_down = _peak(surface, _STEADY_PX, _STEADY_PX)
        return Displacement(
            fit=self._best_blocks(np.roll(outlines, (-tremble_down, -tremble_across), (0, 1))),
            whole_fit=whole_fit,
            best_fit=best_fit,
            across=across / width,
            down=down / height,
        )

    def _surface(self, outlines: Outlines) -> npt.NDArray[np.float32]:
        """Agreement for every displacement; that of (0, 0) stands at [0, 0]."""
        norm = np.sqrt(int(np.count_nonzero(self.outlines)) * int(np.count_nonzero(outlines)))
        product = np.fft.ifft2(np.fft.fft2(outlines) * self.spectrum)
        return cast("npt.NDArray[np.float32]", np.real(product) / max(1.0, norm))

    def _best_blocks(self, outlines: Outlines) -> float:
        agreeing = np.real(outlines * np.conj(self.outlines))
        known, found = self.outlines != 0, outlines != 0
        fits = []
        for rows in np.array_split(np.arange(outlines.shape[0]), _BLOCKS[1]):
            for columns in np.array_split(np.arange(outlines.shape[1]), _BLOCKS[0]):
                block = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
                count = int(np.count_nonzero(known[block]))
                if count >= _FEWEST_PX:
                    norm = np.sqrt(count * max(1, int(np.count_nonzero(found[block]))))
                    fits.append(float(agreeing[block].sum()) / norm)
        best = sorted(fits, reverse=True)[: max(1, round(len(fits) * _BEST_SHARE))]
        return float(np.mean(best)) if best else 0.0


def _peak(surface: npt.NDArray[np.float32], reach_across: int, reach_down: int) -> tuple[float, int, int]:
    """The best agreement within reach (pixels), and where: across and down in pixels."""
    window = np.roll(surface, (reach_down, reach_across), (0, 1))[: 2 * reach_down + 1, : 2 * reach_across + 1]
    row, column = np.unravel_index(int(np.argmax(window)), window.shape)
    return float(window[row, column]), int(column) - reach_across, int(row) - reach_down
