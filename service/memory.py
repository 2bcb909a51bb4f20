"""What the C library keeps of freed memory, and how it is made to keep less. Linux with glibc; elsewhere nothing.

Each thread that allocates gets an arena of its own, up to eight times the number of cores, and what is freed in one is
of no use to another. A camera's thread allocates little that is not far larger than what arenas hold.
"""

import ctypes
import gc
from collections.abc import Callable

_M_ARENA_MAX = -8  # malloc.h
_ARENAS = 2


def keep_few_arenas() -> None:
    """To be called before threads are started."""
    call = _of_glibc("mallopt")
    if call is not None:
        call(_M_ARENA_MAX, _ARENAS)


def settle() -> None:
    """At the end of the start: hand back what it took, and let later collections pass over what it leaves.

    Modules, classes and tables stay until the process ends. To look through them again and again would hold every
    thread for as long as that takes.
    """
    hand_back()
    gc.freeze()


def hand_back() -> None:
    """Collect garbage and give freed memory back to the system. Takes some milliseconds; any thread."""
    gc.collect()
    call = _of_glibc("malloc_trim")
    if call is not None:
        call(0)


def _of_glibc(name: str) -> Callable[..., int] | None:
    try:
        return getattr(ctypes.CDLL("libc.so.6"), name, None)
    except OSError:
        return None
