"""From logits to present, absent or cannot judge: a probability that can be believed, and a band of doubt around it.

All of it is chosen on answers about persons whom the answering network had not seen (cross-validation).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from models.attire import Calibration

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_GRID = np.round(np.linspace(0.02, 0.98, 97), 2)
_DIGITS = 4
_RIDGE = 1e-2  # keeps the scale finite where a few persons are told apart without a mistake


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """How one attribute is decided; see `models.attire.AttributeManifest`."""

    calibration: Calibration
    absent_below: float
    present_above: float
    clear_above: float

    def decided(self, logits: Floats, clarities: Floats) -> tuple[Flags, Flags]:
        """For each person: whether anything is said, and whether that is "present"."""
        worn = probability(logits, self.calibration)
        is_clear = _logistic(clarities) >= self.clear_above
        is_present = worn >= self.present_above
        return is_clear & (is_present | (worn <= self.absent_below)), is_present


def probability(logits: Floats, calibration: Calibration) -> Floats:
    return _logistic(calibration.scale * logits + calibration.shift)


def platt(logits: Floats, is_present: Flags) -> Calibration:
    """Scale and shift with the least cross-entropy, both classes weighing the same as they have in the data."""
    targets = is_present.astype(np.float64)

    def cost(parameters: Floats) -> float:
        scale, shift = float(np.exp(parameters[0])), float(parameters[1])
        margins = np.where(targets > 0, 1.0, -1.0) * (scale * logits + shift)
        return float(np.logaddexp(0.0, -margins).mean() + _RIDGE * parameters[0] ** 2)

    found = minimize(cost, np.zeros(2), method="Nelder-Mead")
    return Calibration(scale=round(float(np.exp(found.x[0])), _DIGITS), shift=round(float(found.x[1]), _DIGITS))


def decide(logits: Floats, clarities: Floats, is_present: Flags, *, abstained: float) -> Decision:
    """The best balanced accuracy that leaves out at most a share `abstained` of the persons people could judge.

    Of that share, a quarter at most goes to the question whether anything can be judged (the least clear ones); the
    band of doubt takes the rest. Ties go to the narrower band.
    """
    clear_above = float(np.quantile(_logistic(clarities), abstained / 4)) * 0.999
    is_clear = _logistic(clarities) >= clear_above
    calibration = platt(logits[is_clear], is_present[is_clear])
    worn = probability(logits, calibration)
    best, edges = (-1.0, 0.0), (0.5, 0.5)
    for low in _GRID[_GRID <= 0.5]:
        for high in _GRID[_GRID >= 0.5]:
            said = is_clear & ((worn <= low) | (worn >= high))
            left_out = 1.0 - said.mean()
            if left_out > abstained:
                continue
            score = (round(balanced_accuracy(worn[said] >= high, is_present[said]), 6), -float(left_out))
            if score > best:
                best, edges = score, (float(low), float(high))
    return Decision(
        calibration=calibration, absent_below=edges[0], present_above=edges[1], clear_above=round(clear_above, _DIGITS)
    )


def balanced_accuracy(said_present: Flags, is_present: Flags) -> float:
    """Mean of the shares judged rightly among those who wear it and those who do not; 0 without one of both."""
    if not is_present.any() or is_present.all():
        return 0.0
    return float((said_present[is_present].mean() + (~said_present[~is_present]).mean()) / 2)


def _logistic(values: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(values, -60.0, 60.0))))
