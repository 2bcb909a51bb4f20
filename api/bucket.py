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

    def take(self, key: str, now: float, *, cost: float = 1.0) -> float:
        """Seconds to wait (monotonic `now`), or 0 where the request may go on. `cost` counts it for so many others."""
        with self._lock:
            left, at = self._left.pop(key, (self._burst, now))
            left = min(self._burst, left + (now - at) * self._per_second)
            cost = min(cost, self._burst)
            wait = 0.0 if left >= cost else (cost - left) / self._per_second
            self._left[key] = (left - cost if wait == 0.0 else left, now)
            while len(self._left) > MOST_KEYS:
                self._left.popitem(last=False)
            return wait
