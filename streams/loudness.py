"""Whether an encoded picture is larger than what a camera usually sends of a quiet scene: motion without decoding.

An encoder writes little where a picture is like the one before. How much that is hangs on the camera, its light and its
settings, so it is learnt: the median of the last pictures and how far the largest quarter lies above it, for each kind
of picture apart (those that others build on are larger). Both are robust: some outliers change neither. One picture far
above that is loud, and so are several in a row that are half as far above: what moves, moves on.
"""

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Iterable

from streams.bitstream import H264

_WINDOW = 128  # pictures of a kind: about ten seconds of what the scene was before
_LEAST_KNOWN = 24
_SPREADS = 7.5  # of the distance from median to upper quartile, 0.67 sigma of a normal distribution: five sigma
_ROW = 4  # pictures of a kind in a row, each above half of the margin
_LEAST_SHARE = 0.5  # of the median
_LEAST_BYTES = 64  # a picture of nothing at all has some tens
_ADMITTED_SHARE = 1.2  # sizes up to this share of a false alarm are no news for a while
_ADMITTED_SECONDS = 600.0
_H264_SLICES = {1, 2, 5}
_H265_FIRST_OTHER = 32  # kinds of H.265 units below are slices


class Loudness:
    """One stream's sizes. On the decode thread."""

    def __init__(self) -> None:
        self._levels: dict[int, _Level] = {}

    def heard(self, kind: int, size_bytes: int, clock: float) -> bool:
        """Take one picture that is no keyframe into account; whether it is far above the quiet level.

        False as long as too little is known.
        """
        level = self._levels.setdefault(kind, _Level())
        is_loud = level.is_loud(size_bytes, clock)
        level.learn(size_bytes)
        return is_loud

    def admit(self, kind: int, size_bytes: int, clock: float) -> None:
        """A picture of this size turned out to show nothing new: for ten minutes others like it are no news."""
        self._levels.setdefault(kind, _Level()).admit(size_bytes, clock)


class _Level:
    """Sizes of one kind of picture: `_recent` in order of arrival, `_sorted` in order of size."""

    def __init__(self) -> None:
        self._recent: deque[int] = deque()
        self._sorted: list[int] = []
        self._row = 0
        self._admitted_bytes = 0.0
        self._admitted_until = 0.0

    def learn(self, size: int) -> None:
        self._recent.append(size)
        insort(self._sorted, size)
        if len(self._recent) > _WINDOW:
            del self._sorted[bisect_left(self._sorted, self._recent.popleft())]

    def is_loud(self, size: int, clock: float) -> bool:
        count = len(self._sorted)
        if count < _LEAST_KNOWN:
            return False
        middle, high = self._sorted[count // 2], self._sorted[count * 3 // 4]
        margin = max(_SPREADS * (high - middle), _LEAST_SHARE * middle, _LEAST_BYTES)
        admitted = self._admitted_bytes if clock < self._admitted_until else 0.0
        self._row = self._row + 1 if size > max(middle + margin / 2, admitted) else 0
        return size > max(middle + margin, admitted) or self._row >= _ROW

    def admit(self, size: int, clock: float) -> None:
        self._admitted_bytes = _ADMITTED_SHARE * size
        self._admitted_until = clock + _ADMITTED_SECONDS


def picture_kind(codec: str, units: Iterable[bytes]) -> int:
    """A number for the kind of an H.264 or H.265 picture, from its NAL units without start codes; 0 if there is none.

    In H.264 how much others build on it (nal_ref_idc, 7.4.1), in H.265 the type of its slices (7.4.2.2).
    """
    for unit in units:
        if codec == H264:
            if unit[0] & 0x1F in _H264_SLICES:
                return unit[0] >> 5 & 3
        elif (kind := unit[0] >> 1 & 0x3F) < _H265_FIRST_OTHER:
            return kind
    return 0
