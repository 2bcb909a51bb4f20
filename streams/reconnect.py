"""When to try a lost camera again."""

from dataclasses import dataclass
from typing import Self

from streams.settings import StreamSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconnectPolicy:
    """Waits grow from `first_seconds`, doubling, to `longest_seconds`.

    With the defaults: 1, 2, 4, 8, 16, 32, 60, 60, … seconds, each stretched by a share drawn by chance from
    [0, jitter_share], so that a hundred cameras behind one switch do not come back in the same instant.
    After `reset_seconds` of health the series begins anew.
    """

    first_seconds: float = 1.0
    longest_seconds: float = 60.0
    jitter_share: float = 0.25
    reset_seconds: float = 180.0

    @classmethod
    def of(cls, settings: StreamSettings) -> Self:
        return cls(
            first_seconds=settings.reconnect_first_seconds,
            longest_seconds=settings.reconnect_longest_seconds,
            jitter_share=settings.reconnect_jitter_share,
            reset_seconds=settings.reconnect_reset_seconds,
        )

    def failures_after(self, failures: int, healthy_seconds: float) -> int:
        """How many failures in a row there are after one more that ended `healthy_seconds` with pictures."""
        return 1 if healthy_seconds >= self.reset_seconds else failures + 1

    def wait_seconds(self, failures: int, *, jitter: float, is_lasting: bool = False) -> float:
        """Seconds to wait after the given number of failures in a row (from 1); `jitter` is drawn from [0, 1]."""
        if failures < 1 or not 0.0 <= jitter <= 1.0:
            raise ValueError(f"failures count from 1 and jitter is in [0, 1], got {failures} and {jitter}")
        doubled = self.first_seconds * 2.0 ** min(failures - 1, 30)
        wait = self.longest_seconds if is_lasting else min(doubled, self.longest_seconds)
        return wait * (1.0 + self.jitter_share * jitter)
