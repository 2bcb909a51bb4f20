"""What the figures were measured on, without anything that names the machine."""

import os
import platform
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    processor: str
    cores: int
    memory_bytes: int
    python: str
    packages: dict[str, str]
    load_at_start: float


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Processor time that others took since the machine started: seconds, over all cores."""

    stolen: float
    total: float

    @classmethod
    def now(cls) -> "Neighbours":
        fields = [int(field) for field in Path("/proc/stat").read_text(encoding="utf-8").split("\n", 1)[0].split()[1:9]]
        return cls(stolen=fields[7], total=sum(fields))

    def stolen_share_since(self, before: "Neighbours") -> float:
        """The share of the machine that its host gave to others meanwhile, in [0, 1]."""
        return (self.stolen - before.stolen) / max(1.0, self.total - before.total)


def describe() -> Machine:
    return Machine(
        processor=_processor(),
        cores=len(os.sched_getaffinity(0)),
        memory_bytes=os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"),
        python=platform.python_version(),
        packages={name: _version(name) for name in ("av", "numpy", "onnxruntime", "opencv-python", "openvino")},
        load_at_start=os.getloadavg()[0],
    )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
