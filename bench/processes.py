"""Processor time and memory of a process and its children, read from /proc."""

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


def family(root: int) -> set[int]:
    """The ids of a process and of all its living descendants; empty once it is gone."""
    parents = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            fields = _stat(int(folder.name))
            if fields:
                parents[int(folder.name)] = int(fields[1])
    members = {root} & parents.keys()
    while grown := {pid for pid, parent in parents.items() if parent in members} - members:
        members |= grown
    return members


def cpu_seconds(pids: set[int]) -> float:
    """Processor time, user and system, that these processes have used so far."""
    return sum(int(fields[11]) + int(fields[12]) for pid in pids if (fields := _stat(pid))) / _TICKS


def resident_bytes(pids: set[int]) -> int:
    """Memory of these processes that is in RAM; pages that two of them share count twice."""
    return sum(int(fields[21]) for pid in pids if (fields := _stat(pid))) * _PAGE


def machine_seconds() -> tuple[float, float]:
    """Processor seconds since the machine started, over all cores: (worked, worked and idle)."""
    first = Path("/proc/stat").read_text(encoding="utf-8").split("\n", 1)[0]
    user, nice, system, idle, waiting, interrupts, soft_interrupts, stolen = map(int, first.split()[1:9])
    worked = user + nice + system + interrupts + soft_interrupts
    return worked / _TICKS, (worked + idle + waiting + stolen) / _TICKS


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the state on (field 3), empty for a process that is gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    # The name stands in brackets and may hold anything, brackets and spaces included.
    return text.rpartition(")")[2].split()
