"""Where subjects are and how fast they move: Kalman filters of many tracks at once, in seconds.

The centre moves with constant velocity disturbed by white acceleration, the size wanders. The four coordinates
of a box are independent of each other in this model, so each is a filter of one or two numbers in closed form
and a matrix library is not needed. Formulas: Bar-Shalom, Li and Kirubarajan, "Estimation with Applications to
Tracking and Navigation", 6.2.2 (discretised continuous white-noise acceleration).
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]

# All in diagonals of the subject's own box, so that near and far subjects are alike.
MEASUREMENT_NOISE = 0.05  # standard deviation of a detected centre or side
ACCELERATION = 2.0  # per second and root second: from standing to walking within one second
INITIAL_SPEED = 2.0  # per second, standard deviation: nothing is known from one look
SIZE_WANDER = 0.3  # per root second: people turn, bend and come closer
_IS_CENTRE = np.array([1.0, 1.0, 0.0, 0.0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Motion:
    """State of N filters, every array of shape (N, 4) with columns centre x, centre y, width, height.

    Unit of length is the height of the frame in both directions, unit of time the second. `speed` of a size is
    always zero. `place_variance`, `shared_variance` and `speed_variance` are the entries of each coordinate's
    2x2 covariance. Arrays are never written to.
    """

    place: Array
    speed: Array
    place_variance: Array
    shared_variance: Array
    speed_variance: Array

    @classmethod
    def starting_at(cls, places: Array) -> "Motion":
        """Filters that have seen one look; `places` has shape (N, 4)."""
        scale = _scale(places)
        zero = np.zeros_like(places)
        return cls(
            place=places,
            speed=zero,
            place_variance=zero + (MEASUREMENT_NOISE * scale) ** 2,
            shared_variance=zero,
            speed_variance=(INITIAL_SPEED * scale) ** 2 * _IS_CENTRE,
        )

    def predicted(self, seconds: float) -> "Motion":
        """The state after some seconds without a look."""
        scale = _scale(self.place)
        acceleration = (ACCELERATION * scale) ** 2 * _IS_CENTRE
        wander = (SIZE_WANDER * scale) ** 2 * (1.0 - _IS_CENTRE)
        return Motion(
            place=self.place + self.speed * seconds,
            speed=self.speed,
            place_variance=self.place_variance
            + 2 * seconds * self.shared_variance
            + seconds**2 * self.speed_variance
            + acceleration * seconds**3 / 3
            + wander * seconds,
            shared_variance=self.shared_variance + seconds * self.speed_variance + acceleration * seconds**2 / 2,
            speed_variance=self.speed_variance + acceleration * seconds,
        )

    def corrected(self, rows: Rows, places: Array) -> "Motion":
        """The state after looks at some of the tracks; `places` has shape (len(rows), 4)."""
        noise = (MEASUREMENT_NOISE * _scale(places)) ** 2
        seen = self.picked(rows)
        gain = seen.place_variance / (seen.place_variance + noise)
        speed_gain = seen.shared_variance / (seen.place_variance + noise)
        surprise = places - seen.place
        return replace(
            self,
            place=_with(self.place, rows, seen.place + gain * surprise),
            speed=_with(self.speed, rows, seen.speed + speed_gain * surprise),
            place_variance=_with(self.place_variance, rows, (1 - gain) * seen.place_variance),
            shared_variance=_with(self.shared_variance, rows, (1 - gain) * seen.shared_variance),
            speed_variance=_with(self.speed_variance, rows, seen.speed_variance - speed_gain * seen.shared_variance),
        )

    def picked(self, rows: Rows) -> "Motion":
        return Motion(
            place=self.place[rows],
            speed=self.speed[rows],
            place_variance=self.place_variance[rows],
            shared_variance=self.shared_variance[rows],
            speed_variance=self.speed_variance[rows],
        )

    def joined(self, other: "Motion") -> "Motion":
        """These tracks, then the other's."""
        return Motion(
            place=np.concatenate([self.place, other.place]),
            speed=np.concatenate([self.speed, other.speed]),
            place_variance=np.concatenate([self.place_variance, other.place_variance]),
            shared_variance=np.concatenate([self.shared_variance, other.shared_variance]),
            speed_variance=np.concatenate([self.speed_variance, other.speed_variance]),
        )


def _scale(places: Array) -> Array:
    """Diagonals of the boxes, shape (N, 1)."""
    return np.asarray(np.hypot(places[:, 2:3], places[:, 3:4]))


def _with(values: Array, rows: Rows, replaced: Array) -> Array:
    copy = values.copy()
    copy[rows] = replaced
    return copy


NO_MOTION = Motion.starting_at(np.zeros((0, 4)))
