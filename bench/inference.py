"""`python -m bench.inference`: processor time of one look, by network, runtime and size of picture; about two minutes.

Shipped networks in fp32 and int8 on both runtimes and, where torch is installed, a network with ReLU and random weights
(speed does not depend on them). One thread. All are asked in turn, round after round, and medians are reported, so
that neighbours weigh on all alike; processor time is counted, not time on the clock.
"""

import argparse
import importlib.util
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.machine import Machine, describe
from bench.table import documented
from detector.ports import NetworkSession
from detector.runtimes.onnxruntime import OnnxSession
from detector.runtimes.openvino import OpenVinoSession
from models.quantisation.static import Method, quantise
from models.registry import ModelRegistry

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "performance.md"
MARK = "inference"
SIZES = ((416, 416), (256, 416), (384, 640))  # height, width
RUNTIMES: Mapping[str, Callable[[Path], NetworkSession]] = {"ONNX Runtime": OnnxSession, "OpenVINO": OpenVinoSession}
_LABELS = 21


@dataclass(frozen=True, slots=True)
class Case:
    """One row of the table."""

    network: str
    runtime: str


Times = dict[tuple[Case, tuple[int, int]], float]


def measure(
    sessions: Mapping[Case, NetworkSession],
    *,
    rounds: int,
    sizes: Sequence[tuple[int, int]] = SIZES,
    clock: Callable[[], float] = time.process_time,
) -> Times:
    """Median seconds of one look, by case and size. Everything is looked at once before it counts."""
    found: dict[tuple[Case, tuple[int, int]], list[float]] = {}
    for size in sizes:
        picture = np.random.default_rng(1).random((1, 3, *size), dtype=np.float32)
        for number in range(rounds + 1):
            for case, session in sessions.items():
                began = clock()
                session.infer(picture)
                if number:
                    found.setdefault((case, size), []).append(clock() - began)
    return {key: statistics.median(seconds) for key, seconds in found.items()}


def table(times: Times, machine: Machine, rounds: int) -> str:
    """Markdown: milliseconds, and as a share of the first row's at the same size."""
    cases = list(dict.fromkeys(case for case, _ in times))
    sizes = list(dict.fromkeys(size for _, size in times))
    headings = ["network", "runtime", *(f"{width}×{height}" for height, width in sizes)]
    rows = [headings, ["---"] * len(headings), *(_row(case, cases[0], sizes, times) for case in cases)]
    packages = ", ".join(f"{name} {machine.packages[name]}" for name in ("onnxruntime", "openvino"))
    remark = (
        f"CPU-ms per picture, one thread, batch 1, medians of {rounds} rounds in which all took turns; in brackets the "
        f"share of the first row. {machine.processor}, {machine.cores} cores, {_instructions()}; {packages}; load "
        f"{machine.load_at_start:.1f} at the start."
    )
    return "\n".join([*(f"| {' | '.join(row)} |" for row in rows), "", remark])


def _row(case: Case, first: Case, sizes: Sequence[tuple[int, int]], times: Times) -> list[str]:
    cells = [f"{1000 * times[case, size]:.0f} ({times[case, size] / times[first, size]:.2f})" for size in sizes]
    return [case.network, case.runtime, *cells]


def _instructions() -> str:
    """What int8 speed hangs on."""
    text = Path("/proc/cpuinfo").read_text(encoding="utf-8") if Path("/proc/cpuinfo").exists() else ""
    flags = set(next((line for line in text.splitlines() if line.startswith("flags")), "").split())
    known = {"avx2": "AVX2", "avx512f": "AVX-512", "avx_vnni": "VNNI", "avx512_vnni": "VNNI", "amx_int8": "AMX"}
    have = dict.fromkeys(name for flag, name in known.items() if flag in flags)
    return " ".join(have) + ("" if "VNNI" in have else " without VNNI")


def networks(shipped: str, folder: Path) -> Iterator[tuple[str, Path]]:
    """Files by the names that the table gives them."""
    registry = ModelRegistry()
    yield f"{shipped}, fp32", registry.load(shipped).path
    yield f"{shipped}, int8", registry.load(f"{shipped}-int8").path
    if importlib.util.find_spec("torch") and importlib.util.find_spec("ultralytics"):
        fp32, int8 = folder / "relu.onnx", folder / "relu-int8.onnx"
        write_relu(fp32)
        quantise(fp32, {Method.MINMAX: int8}, [np.random.default_rng(2).random((1, 3, 256, 416), dtype=np.float32)])
        yield "YOLO11n with ReLU, fp32", fp32
        yield "YOLO11n with ReLU, int8", int8


def write_relu(path: Path) -> None:
    """A YOLO11n with ReLU and random weights."""
    from models.training import export, network
    from models.training.recipe import NetworkRecipe

    recipe = NetworkRecipe(architecture="yolo11n", activation="relu")
    export.write_onnx(network.build(recipe, tuple(f"label_{number}" for number in range(_LABELS))), path)


def main(words: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.inference", description=__doc__)
    parser.add_argument("--model", default="kitchen-n", help="the shipped network; its int8 twin has -int8 behind it")
    parser.add_argument("--rounds", type=int, default=15, help="looks per network, runtime and size (15)")
    parser.add_argument("--document", action="store_true", help="also put the table into docs/performance.md")
    given = parser.parse_args(words)
    machine = describe()
    with tempfile.TemporaryDirectory() as folder:
        sessions = {
            Case(name, runtime): opened(path)
            for name, path in networks(given.model, Path(folder))
            for runtime, opened in RUNTIMES.items()
        }
        shown = table(measure(sessions, rounds=given.rounds), machine, given.rounds)
    if given.document:
        DOCUMENT.write_text(documented(DOCUMENT.read_text(encoding="utf-8"), shown, MARK), encoding="utf-8")
    sys.stdout.write(f"{shown}\n")


if __name__ == "__main__":
    main()
