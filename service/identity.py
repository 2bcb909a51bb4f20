"""New identifiers: UUIDs of version 7 (RFC 9562), so that their text sorts by the time they were made."""

import os
import threading
import time
from uuid import UUID

_lock = threading.Lock()
_last_milliseconds = 0
_counter = 0

# 12 bits of counter within one millisecond; after 4096 ids the clock is moved on by one.
_COUNTER_LIMIT = 1 << 12


def new_id() -> str:
    """A UUIDv7 as text. Ids of one process are strictly increasing, even if the wall clock jumps back. Any thread."""
    global _last_milliseconds, _counter  # noqa: PLW0603 - the one place of the process that orders ids
    with _lock:
        now = time.time_ns() // 1_000_000
        if now > _last_milliseconds:
            _last_milliseconds, _counter = now, 0
        else:
            _counter += 1
            if _counter == _COUNTER_LIMIT:
                _last_milliseconds, _counter = _last_milliseconds + 1, 0
        milliseconds, counter = _last_milliseconds, _counter
    random = int.from_bytes(os.urandom(8)) & ((1 << 62) - 1)
    value = (milliseconds & ((1 << 48) - 1)) << 80 | 0x7 << 76 | counter << 64 | 0b10 << 62 | random
    return str(UUID(int=value))
