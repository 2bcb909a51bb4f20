"""How well an attribute was judged: one way of counting for training and for the evaluation of what is shipped."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from models.attire import AttireQuality

Flags = npt.NDArray[np.bool_]

_RESAMPLES = 2000
_SEED = 20
_DIGITS = 4


def measured(said: Flags, said_present: Flags, is_present: Flags, pictures: Sequence[str], data: str) -> AttireQuality:
    """Figures of one attribute on persons whom people could judge, one row per person.

    `said`: the network said anything; `said_present`: and that was "present". The interval resamples pictures, for
    persons of one picture are alike. Raises ValueError unless there are persons of both kinds.
    """
    if not is_present.any() or is_present.all():
        raise ValueError("balanced accuracy needs persons who wear it and persons who do not")
    right = _rights(said, said_present, is_present)
    absent = said & ~said_present
    return AttireQuality(
        data=data,
        present=int(is_present.sum()),
        absent=int((~is_present).sum()),
        balanced_accuracy=round(_balanced(right.sum(axis=0)), _DIGITS),
        interval=_interval(right, pictures),
        abstained=round(float(1.0 - said.mean()), _DIGITS),
        absent_precision=round(float((~is_present[absent]).mean()), _DIGITS) if absent.any() else None,
    )


def _rights(said: Flags, said_present: Flags, is_present: Flags) -> npt.NDArray[np.float64]:
    """Rows of (rightly present, said of present, rightly absent, said of absent)."""
    columns = (
        said & is_present & said_present,
        said & is_present,
        said & ~is_present & ~said_present,
        said & ~is_present,
    )
    return np.stack(columns, axis=1).astype(np.float64)


def _balanced(sums: npt.NDArray[np.float64]) -> float:
    return float((_share(sums[0], sums[1]) + _share(sums[2], sums[3])) / 2)


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _interval(right: npt.NDArray[np.float64], pictures: Sequence[str]) -> tuple[float, float]:
    names, owners = np.unique(np.array(pictures), return_inverse=True)
    by_picture = np.zeros((len(names), 4))
    np.add.at(by_picture, owners, right)
    rng = np.random.default_rng(_SEED)
    drawn = [_balanced(by_picture[rng.integers(0, len(names), len(names))].sum(axis=0)) for _ in range(_RESAMPLES)]
    low, high = np.quantile(drawn, (0.025, 0.975))
    return round(float(low), _DIGITS), round(float(high), _DIGITS)
