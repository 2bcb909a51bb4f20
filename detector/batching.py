"""How many pictures share a network call and how long a call waits for them, found by trying where it can pay.

An accelerator looks at eight pictures in little more time than at one; a processor takes eight times as long (50 ms
each alone, 51 ms each of four). So processors are not tried: their batch is 1. On an accelerator calls of growing size
are timed at the start, and the smallest size is taken that comes near the least time per picture without making a
picture older than the budget allows.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import structlog

from detector.errors import DetectorError
from detector.letterbox import Letterbox
from detector.ports import NetworkSession
from detector.runtime_choice import SessionOpener
from detector.settings import DetectorSettings

log = structlog.get_logger(__name__)

SIZES = (1, 2, 4, 8, 16, 32)
LOOKS = 3  # calls of each size that count, after one that prepares buffers
ACCELERATOR_SESSIONS = 2  # one prepares its pictures while the other one's are looked at
_LEAST_GAIN = 0.15  # share of the time per picture that a larger batch must save
_PICTURE = (1280, 720)  # pixels; the shape that most cameras send


@dataclass(frozen=True, slots=True, kw_only=True)
class Batching:
    """Pictures per call at most, and how long a call that is not full waits for more."""

    limit: int = 1
    wait_seconds: float = 0.0


def tuned(seconds: Mapping[int, float], *, staleness_seconds: float) -> Batching:
    """The batch for calls that take `seconds` by size; size 1 must be among them.

    From one size to a larger one only where that saves a share of the time per picture, and only while a picture
    that waited for its batch and then for its call is no older than `staleness_seconds`. A call waits no longer than
    a look at one picture takes: so a picture that comes alone gets at most twice as old as without batches.
    Raises ValueError without a time for size 1, or for times that are not above 0.
    """
    if 1 not in seconds or any(each <= 0.0 for each in seconds.values()):
        raise ValueError(f"expected times above 0 with one for size 1, got {dict(seconds)}")
    limit = 1
    for size in sorted(seconds):
        gain = 1.0 - (seconds[size] / size) / (seconds[limit] / limit)
        if size > limit and gain >= _LEAST_GAIN and seconds[size] <= staleness_seconds:
            limit = size
    if limit == 1:
        return Batching()
    return Batching(limit=limit, wait_seconds=min(seconds[1], staleness_seconds - seconds[limit]))


def timed(
    session: NetworkSession,
    shape: tuple[int, int, int],
    *,
    staleness_seconds: float,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[int, float]:
    """Least seconds of a call by size, for pictures of shape (3, height, width).

    It stops at the first size that saves nothing, takes longer than the budget or is refused, for instance because
    the network has a batch of fixed size.
    """
    found: dict[int, float] = {}
    for size in SIZES:
        batch = np.zeros((size, *shape), dtype=np.float32)
        try:
            looks = [_seconds(session, batch, clock) for _ in range(LOOKS + 1)][1:]
        except DetectorError:
            break
        found[size] = max(min(looks), 1e-9)
        if size > 1 and tuned(found, staleness_seconds=staleness_seconds).limit < size:
            break
    return found


def with_tuned_batches(settings: DetectorSettings, opener: SessionOpener) -> DetectorSettings:
    """The settings with the batch, the wait and the number of sessions that suit the opener's runtime.

    What somebody set is kept. Opens a session on an accelerator; raises what that raises.
    """
    if not opener.runtime.is_accelerator:
        return settings
    changes: dict[str, object] = {} if settings.sessions else {"sessions": ACCELERATOR_SESSIONS}
    if not {"maximum_batch", "batch_wait_seconds"} & settings.model_fields_set:
        manifest = opener.model.manifest
        letterbox = Letterbox.for_network(*_PICTURE, manifest.input, settings.longest_side_px)
        shape = (3, letterbox.canvas_height, letterbox.canvas_width)
        budget = settings.staleness_seconds
        seconds = timed(opener(), shape, staleness_seconds=budget)
        batching = tuned(seconds, staleness_seconds=budget) if seconds else Batching()
        changes |= {"maximum_batch": batching.limit, "batch_wait_seconds": batching.wait_seconds}
        milliseconds = {f"of_{size}_ms": round(1000 * each, 2) for size, each in seconds.items()}
        log.info("batch_chosen", runtime=str(opener.runtime), batch=batching.limit,
                 wait_ms=round(1000 * batching.wait_seconds, 2), **milliseconds)  # fmt: skip
    return settings.model_copy(update=changes)


def _seconds(session: NetworkSession, batch: np.ndarray, clock: Callable[[], float]) -> float:
    began = clock()
    session.infer(batch)
    return clock() - began
