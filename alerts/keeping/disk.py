"""When a disk counts as full, and how full the real one is."""

import os
from pathlib import Path

from alerts.keeping.ports import Space
from alerts.keeping.settings import KeepingSettings

# Once it runs full, so much more than the limit is made free, or the next picture would begin it all anew.
_MARGIN = 1.1


class FolderDisk:
    """The disk below a folder. Implements alerts.keeping.ports.DiskMeter."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def space(self) -> Space:
        found = os.statvfs(self._folder)
        return Space(total=found.f_blocks * found.f_frsize, free=found.f_bavail * found.f_frsize)


def limit_bytes(space: Space, settings: KeepingSettings) -> int:
    """How much must stay free: the larger of the two settings."""
    return max(settings.pressure_free_bytes, int(space.total * settings.pressure_free_percent / 100))


def is_full(space: Space, settings: KeepingSettings) -> bool:
    return space.free < limit_bytes(space, settings)


def wanted_bytes(space: Space, settings: KeepingSettings) -> int:
    """How much to make free once it is full; never more than the whole disk."""
    return min(int(limit_bytes(space, settings) * _MARGIN), space.total)
