"""What a camera usually shows: learnt over its first minutes, then kept for as long as the camera is watched."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from domain.frame import Luma
from streams.displacement import Displacement, Landmarks
from streams.view import Tiles, View, measured

_SAMPLES = 40  # a median of so many pictures shows none of the people that pass
_LEAST_FIT = 0.3  # of the samples with their own median, or what was learnt is not one place


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReferenceView:
    """Typical measures of a camera's pictures (see `streams.view.View`); `fit`: how well they agree."""

    shape: tuple[int, ...]
    brightness: float
    contrast: float
    relief: float
    structure: Tiles
    detail: Tiles
    landmarks: Landmarks
    fit: float

    def compared(self, view: View) -> Displacement:
        """Where the picture is against the reference; a `fit` of 1 is as good as that of the samples."""
        found = self.landmarks.compared(view.outlines)
        return replace(found, fit=found.fit / self.fit)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Learning:
    """Pictures gathered so far, each at least a fortieth of the learning time after the one before."""

    samples: tuple[Luma, ...] = ()
    began_clock: float = 0.0
    sampled_clock: float = 0.0

    def shown(self, luma: Luma, clock: float, *, seconds: float) -> tuple[Self, ReferenceView | None]:
        """Take a sound picture into account; the reference comes `seconds` after the first, if all are of one place."""
        if not self.samples or self.samples[0].shape != luma.shape or clock < self.sampled_clock:
            return type(self)(samples=(luma,), began_clock=clock, sampled_clock=clock), None
        if clock - self.sampled_clock < seconds / _SAMPLES:
            return self, None
        grown = replace(self, samples=(*self.samples, luma)[-_SAMPLES:], sampled_clock=clock)
        if clock - self.began_clock < seconds or len(grown.samples) < _SAMPLES // 2:
            return grown, None
        return type(self)(), learnt(grown.samples)


def learnt(samples: tuple[Luma, ...]) -> ReferenceView | None:
    """The reference of at least one picture, all of one size; None where they do not show one place."""
    middle = np.median(np.stack(samples), axis=0).astype(np.uint8)
    landmarks = Landmarks.of(measured(middle).outlines)
    views = [measured(sample) for sample in samples]
    fit = float(np.median([landmarks.compared(view.outlines).fit for view in views]))
    if fit < _LEAST_FIT:
        return None
    return ReferenceView(
        shape=middle.shape,
        brightness=float(np.median([view.brightness for view in views])),
        contrast=float(np.median([view.contrast for view in views])),
        relief=float(np.median([view.relief for view in views])),
        structure=_middle([view.structure for view in views]),
        detail=_middle([view.detail for view in views]),
        landmarks=landmarks,
        fit=fit,
    )


def _middle(tiles: list[Tiles]) -> Tiles:
    return np.median(np.stack(tiles), axis=0).astype(np.float32)
