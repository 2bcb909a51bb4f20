"""How often strangers may ask: a bucket of requests for each address that fills again with time."""

import threading
from collections import OrderedDict

MOST_KEYS = 10_000


class Buckets:
    """Bounded, in memory. Any thread. `burst` requests at once, then `per_minute`, by key."""

    def __init__(self, *, per_minute: float, burst: int) -> None:
        self._per_second = per_minute / 60.0
        self._burst = float(burst)
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, key: str, now: float) -> float:
        """Seconds to wait (monotonic `now`), or 0 where the request may go on."""
        with self._lock:
            left, at = self._left.pop(key, (self._burst, now))
            left = min(self._burst, left + (now - at) * self._per_second)
            wait = 0.0 if left >= 1.0 else (1.0 - left) / self._per_second
            self._left[key] = (left - 1.0 if wait == 0.0 else left, now)
            while len(self._left) > MOST_KEYS:
                self._left.popitem(last=False)
            return wait
