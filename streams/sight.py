"""Whether a camera's pictures can be relied on: frozen, dark, covered, out of focus or moved. Pure; seconds, no clock.

A finding must last before it is told, and pictures must be sound for a while before it is taken back: a person
before the lens, a lamp that goes on, or the click of an infrared filter is no fault. What is judged without a
reference (frozen, dark, covered) is judged from the first picture on, the rest once the reference is learnt.
The numbers were chosen on public clips and on pictures changed on purpose; see docs/explanation/camera-health.md.
"""

from dataclasses import dataclass, field, replace

import numpy as np

from domain.frame import Luma
from streams.displacement import Displacement
from streams.ports import PictureFault
from streams.reference_view import Learning, ReferenceView
from streams.settings import SightSettings
from streams.view import View, measured

_DARK_LEVEL = 20.0  # mean of 255
_DIM_SHARE = 0.25  # of the usual brightness: where nothing can be seen any more, it is darkness rather than a cover
_FLAT_LEVEL = 3.0  # a tile with less deviation shows nothing
_DIMMEST_SHARE = 0.4  # in a dark room the same structure is that much fainter
_FLAT_SHARE = 0.85  # of the tiles that used to show something
_ALWAYS_FLAT_LEVEL = 2.0
_ALWAYS_FLAT_SHARE = 0.95  # of all tiles, where nothing is known of the place
_LEAST_RELIEF = 4.0  # what noise alone does not reach
_RELIEF_SHARE = 0.15
_ROUNDING = 0.5  # of the detail: what whole levels leave in a smooth picture
_LEAST_DETAIL = 1.5
_BLURRED_SHARE = 0.3
_FEWEST_TILES = 6
_SHARPEST = 75  # percentile of the tiles: people may hide the others
_BRIGHTEST_GAIN = 1.5
_LOST_FIT = 0.3
_DISPLACED_FIT = 0.3
_DISPLACED_GAIN = 1.4  # so much better must a displaced reference agree
_DISPLACED_SHARE = 0.02  # of the picture's sides
_GAP_SECONDS = 15.0  # after so long without a picture a suspicion begins anew


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sight:
    """What is remembered of one camera's pictures. `fault` is what is told; clocks in seconds."""

    fault: PictureFault | None = None
    reference: ReferenceView | None = None
    learning: Learning = field(default_factory=Learning)
    last_luma: Luma | None = None
    last_clock: float | None = None
    same_since: float = 0.0
    bad_since: float | None = None
    sound_since: float | None = None

    def is_due(self, clock: float, settings: SightSettings) -> bool:
        """Whether a picture of this moment should be looked at. A clock that went back is a new beginning."""
        return self.last_clock is None or not 0.0 <= clock - self.last_clock < settings.interval_seconds


def looked(sight: Sight, luma: Luma, clock: float, settings: SightSettings) -> Sight:
    """The camera's state after one more picture of brightness, uint8 of shape (height, width)."""
    if sight.reference is not None and sight.reference.shape != luma.shape:
        sight = Sight(fault=sight.fault)  # another resolution: nothing can be compared any more
    sight = _continued(sight, luma, clock)
    view = measured(luma)
    finding = _finding(sight, view, clock, settings)
    sight = _judged(replace(sight, last_luma=luma, last_clock=clock), finding, clock, settings)
    if finding is None and sight.reference is None:
        learning, reference = sight.learning.shown(luma, clock, seconds=settings.learning_seconds)
        sight = replace(sight, learning=learning, reference=reference)
    return sight


def _continued(sight: Sight, luma: Luma, clock: float) -> Sight:
    """The clocks of suspicion brought up to this picture."""
    if sight.last_clock is None or not 0.0 <= clock - sight.last_clock <= _GAP_SECONDS:
        return replace(sight, same_since=clock, bad_since=None, sound_since=None)
    if sight.last_luma is None or not np.array_equal(sight.last_luma, luma):
        return replace(sight, same_since=clock)
    return sight


def _finding(sight: Sight, view: View, clock: float, settings: SightSettings) -> PictureFault | None:
    if clock - sight.same_since >= settings.frozen_seconds:
        return PictureFault.FROZEN
    if view.brightness < _DARK_LEVEL:
        return PictureFault.DARK
    if sight.reference is None:
        is_blank = float(np.mean(view.structure < _ALWAYS_FLAT_LEVEL)) >= _ALWAYS_FLAT_SHARE
        return PictureFault.COVERED if is_blank else None
    return _against(sight.reference, view)


def _against(reference: ReferenceView, view: View) -> PictureFault | None:
    """What the picture says once it is known what it should show."""
    blank = PictureFault.DARK if view.brightness < _DIM_SHARE * reference.brightness else PictureFault.COVERED
    if _is_flat(view, reference):
        return blank
    if _is_blurred(view, reference):
        return PictureFault.DEFOCUSED
    place = reference.compared(view)
    if not _is_moved(place):
        return None
    # Where neither the place is nor any other, all that is left is a sensor's noise.
    has_relief = view.relief >= max(_LEAST_RELIEF, _RELIEF_SHARE * reference.relief)
    return PictureFault.MOVED if has_relief else blank


def _is_flat(view: View, reference: ReferenceView) -> bool:
    """Nearly everywhere that something used to be seen there is nothing."""
    dimming = min(1.0, max(_DIMMEST_SHARE, view.brightness / max(1.0, reference.brightness)))
    known = reference.structure >= _FLAT_LEVEL
    flat = view.structure[known] < _FLAT_LEVEL * dimming
    return flat.size >= _FEWEST_TILES and float(np.mean(flat)) >= _FLAT_SHARE


def _is_blurred(view: View, reference: ReferenceView) -> bool:
    """Even the sharpest quarter of the picture has lost most of the detail that this much light should show."""
    gain = min(_BRIGHTEST_GAIN, view.contrast / max(1.0, reference.contrast))
    expected = reference.detail * gain
    usable = expected >= _LEAST_DETAIL
    if np.count_nonzero(usable) < _FEWEST_TILES:
        return False
    kept = np.maximum(view.detail[usable] - _ROUNDING, 0.0) / (expected[usable] - _ROUNDING)
    return float(np.percentile(kept, _SHARPEST)) < _BLURRED_SHARE


def _is_moved(place: Displacement) -> bool:
    """The place is elsewhere in the picture, or not in it at all."""
    is_elsewhere = (
        max(abs(place.across), abs(place.down)) >= _DISPLACED_SHARE
        and place.best_fit >= _DISPLACED_FIT
        and place.best_fit >= _DISPLACED_GAIN * place.whole_fit
    )
    return is_elsewhere or place.fit < _LOST_FIT


def _judged(sight: Sight, finding: PictureFault | None, clock: float, settings: SightSettings) -> Sight:
    """What is told: a finding that lasted, until pictures were sound for long enough."""
    if finding is None:
        sound_since = clock if sight.sound_since is None else sight.sound_since
        is_over = clock - sound_since >= settings.clear_seconds
        return replace(sight, fault=None if is_over else sight.fault, bad_since=None, sound_since=sound_since)
    bad_since = clock if sight.bad_since is None else sight.bad_since
    is_told = sight.fault is not None or clock - bad_since >= _patience(finding, settings)
    return replace(sight, fault=finding if is_told else None, bad_since=bad_since, sound_since=None)


def _patience(finding: PictureFault, settings: SightSettings) -> float:
    if finding is PictureFault.FROZEN:
        return 0.0  # it has lasted already
    if finding in {PictureFault.DARK, PictureFault.COVERED}:
        return settings.blank_seconds
    return settings.view_seconds
