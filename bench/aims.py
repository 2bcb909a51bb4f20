"""`python -m bench.aims`: every aim with its measured figure beside it, and the peers in the same run.

Each row is a content and a setting of the service: busy for a fifth of the time, everything moving without a gate, a
quiet night, a sub-stream. All take turns, round after round, and medians are reported. How many cameras fit is
estimated from the processor time of a few; with `--search` the largest number that is held is looked for as well.
"""

import argparse
import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np

from bench import machine
from bench.cameras import FPS, animal_clips
from bench.end_to_end import make_weights
from bench.figures import Quantiles, Trial, bytes_per_camera
from bench.search import Capacity, largest_held
from bench.steps import furnished
from bench.table import documented
from bench.trials import AlertTimes, TrialError, Window, peer_command, peer_trial, service_trial
from domain.frame import Pixels
from tests.support.alarms import seen_by
from tests.support.clips import Draw, make_clip

FOLDER = Path(__file__).resolve().parent
DOCUMENT = FOLDER.parent / "docs" / "performance.md"
MARK = "aims"
_CLIP_SECONDS = 25.0
_LOAD = 0.9  # the share of the processors up to which cameras are counted in
# Long enough for a camera in which nothing moves to have gone idle: with less its row tells of waking hours too.
_WARM_UP_SECONDS = 20.0
_OVERHEAD_SECONDS = 38.0  # of a trial, for start, first looks and warm-up
_LEAST_SECONDS = 5.0
_SEARCH_TRIES = 5
_NO_GATE = {"BRIGHTKITCHEN_DETECTOR__GATE__IS_ON": "false"}
_NIGHT = {"BRIGHTKITCHEN_DETECTOR__GATE__CALM_SECONDS": "10"}
NAIVE, TRACKED = "naive Ultralytics 640", "Ultralytics 640 and supervision's ByteTrack"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A row: `busy` is the share of the time in which something moves."""

    name: str
    size: tuple[int, int]
    busy: float
    environment: Mapping[str, str] = field(default_factory=dict)
    aim: str = ""


MAIN = Case(name="720p15, a fifth of the time busy", size=(1280, 720), busy=0.2, aim="24 cameras, 5 times the peer")
SUB = Case(name="360p15 sub-stream, the same", size=(640, 360), busy=0.2, aim="48 cameras, 10 times the peer")
OPEN = Case(
    name="720p15, everything moves, gate off",
    size=(1280, 720),
    busy=1.0,
    environment=_NO_GATE,
    aim="10 cameras, 2.2 times the peer",
)
QUIET = Case(
    name="720p15, quiet night, a look every 10 s",
    size=(1280, 720),
    busy=0.0,
    environment=_NIGHT,
    aim="20 CPU-ms per camera-second",
)
CASES = (MAIN, SUB, OPEN, QUIET)


@dataclass(slots=True, kw_only=True)
class Report:
    measured_at: str
    machine: machine.Machine
    cameras: int
    trials: dict[str, list[Trial]] = field(default_factory=dict)
    alone: Trial | None = None
    alerts: AlertTimes | None = None
    capacity: dict[str, Capacity] = field(default_factory=dict)

    def cost(self, name: str) -> float | None:
        """Median CPU-ms per camera-second."""
        trials = self.trials.get(name)
        return statistics.median(trial.cpu_ms for trial in trials) if trials else None

    def fitting(self, name: str) -> float | None:
        """Cameras for which the processors suffice at nine tenths of their load; an estimate."""
        cost = self.cost(name)
        return self.machine.cores * 1000 * _LOAD / cost if cost else None

    def spared(self, name: str) -> float | None:
        shares = [trial.spared_share for trial in self.trials.get(name, []) if trial.spared_share is not None]
        return statistics.median(shares) if shares else None


def drawn(case: Case) -> Draw:
    """A room in which something moves for a share of the time, and whose sensor is never quite still.

    A smaller stream shows the large one's picture scaled down, as cameras make theirs. A room drawn at that size is
    another one, and in it kitchen-n 4 told a person all the time, so that little could be spared.
    """
    room = furnished(*MAIN.size)

    def draw(seconds: float) -> Pixels:
        is_busy = seconds % _CLIP_SECONDS < case.busy * _CLIP_SECONDS
        pixels = room(seconds if is_busy else case.busy * _CLIP_SECONDS)
        if case.size == MAIN.size:
            return pixels
        return np.asarray(cv2.resize(pixels, case.size, interpolation=cv2.INTER_AREA), dtype=np.uint8)

    return draw


def clip(case: Case, folder: Path) -> Path:
    """Kept for the next time."""
    folder.mkdir(parents=True, exist_ok=True)
    width, height = case.size
    path = folder / f"aims_{height}p_{round(100 * case.busy)}_of_{MAIN.size[1]}p.mp4"
    if not path.exists():
        part = path.with_suffix(".part.mp4")
        rate = {"b": "2M" if height >= 720 else "500k"}
        make_clip(
            part,
            width=width,
            height=height,
            fps=FPS,
            seconds=_CLIP_SECONDS,
            gop=2 * FPS,
            draw=drawn(case),
            options=rate,
        )
        part.rename(path)
    return path


class Aims:
    """Carries it out. `out` keeps clips and weights."""

    def __init__(self, out: Path, cameras: int, window: Window, say: Callable[[str], None]) -> None:
        self._clips = {case.name: clip(case, out / "clips") for case in CASES}
        self._weights = out / "peer.pt"
        self._cameras = cameras
        self._window = window
        self._say = say

    def run(self, *, rounds: int, with_peers: bool, searches: bool) -> Report:
        report = Report(
            measured_at=datetime.now(UTC).isoformat(timespec="seconds"),
            machine=machine.describe(),
            cameras=self._cameras,
        )
        systems = self._systems(with_peers=with_peers)
        for number in range(rounds):
            turn = number % len(systems)
            for name in [*systems][turn:] + [*systems][:turn]:
                self._note(report, name, systems[name])
        report.alone = self._service(QUIET, 1)
        report.alerts = service_trial(
            animal_clips(), self._cameras, Window(warm_up_seconds=0, seconds=20), environment=seen_by()
        )[1]
        if searches:
            for case in (MAIN, SUB, OPEN):
                report.capacity[case.name] = self._search(case, report)
        return report

    def _systems(self, *, with_peers: bool) -> dict[str, Callable[[], Trial]]:
        systems: dict[str, Callable[[], Trial]] = {
            case.name: lambda case=case: self._service(case, self._cameras)  # type: ignore[misc]  # bound here
            for case in CASES
        }
        if with_peers:
            make_weights(self._weights)
            naive = peer_command(self._weights, 640)
            files = [self._clips[MAIN.name]]
            peers = min(2, self._cameras)  # more than it can serve would cost it less per camera
            systems[NAIVE] = lambda: peer_trial(naive, NAIVE, files, peers, self._window)
            systems[TRACKED] = lambda: peer_trial([*naive, "--tracked"], TRACKED, files, peers, self._window)
        return systems

    def _note(self, report: Report, name: str, measure: Callable[[], Trial]) -> None:
        try:
            trial = measure()
        except TrialError as error:
            self._say(f"{name}: {error}")
            return
        report.trials.setdefault(name, []).append(trial)
        spared = f", {trial.spared_share:.0%} spared" if trial.spared_share is not None else ""
        self._say(
            f"{name}: {trial.cpu_ms:.1f} CPU-ms per camera-second, slowest {min(trial.rates):.2f} looks/s{spared}, "
            f"others used {trial.others_share:.0%}"
        )

    def _service(self, case: Case, cameras: int) -> Trial:
        return service_trial([self._clips[case.name]], cameras, self._window, environment=case.environment)[0]

    def _search(self, case: Case, report: Report) -> Capacity:
        return largest_held(
            lambda cameras: self._is_held(case, cameras),
            guess=int(report.fitting(case.name) or 1),
            limit=96,
            tries=_SEARCH_TRIES,
        )

    def _is_held(self, case: Case, cameras: int) -> bool:
        try:
            trial = self._service(case, cameras)
        except TrialError as error:
            self._say(f"{case.name}, {cameras} cameras: {error}")
            return False
        self._say(f"{case.name}, {cameras} cameras: {trial.held} held")
        return trial.is_held


def table(report: Report) -> str:
    """Aim, reached, and what stands beside."""
    rows = [_case_row(case, report) for case in CASES]
    rows += [
        [peer, "", _cost(report.cost(peer)), "", "", _many(report.fitting(peer))]
        for peer in (NAIVE, TRACKED)
        if report.cost(peer) is not None
    ]
    headings = ["", "aim", "CPU-ms per camera-second", "CPU-s per camera-hour", "spared by the gate", "reached"]
    lines = [_row(headings), _row(["---"] * len(headings)), *map(_row, rows), "", *_others(report)]
    remark = (
        f"Medians of {max(len(trials) for trials in report.trials.values())} rounds with {report.cameras} cameras "
        f"(peers {min(2, report.cameras)}). {report.machine.processor}, {report.machine.cores} cores; load "
        f"{report.machine.load_at_start:.1f} at the start; {report.measured_at}."
    )
    return "\n".join([*lines, "", remark])


def _case_row(case: Case, report: Report) -> list[str]:
    cost, peer, spared = report.cost(case.name), report.cost(NAIVE), report.spared(case.name)
    reached = _many(report.fitting(case.name))
    if cost and peer:
        reached += f", {peer / cost:.1f} times {NAIVE}"
    held = report.capacity.get(case.name)
    if held:
        reached += f"; held {held.held}" + (f", {held.lost} not" if held.lost else "")
    share = "–" if spared is None else f"{spared:.0%}"
    return [case.name, case.aim, _cost(cost), _cost(cost and cost * 3.6), share, reached]


def _others(report: Report) -> list[str]:
    trials = report.trials.get(QUIET.name)
    added = bytes_per_camera(report.alone, trials[-1]) if report.alone and trials else None
    at_rest = f"{report.alone.resident_bytes / 1e6:.0f} MB" if report.alone else "–"
    per_camera = "–" if added is None else f"{added / 1e6:.0f} MB"
    puback = report.alerts.puback if report.alerts else None
    rows = [
        ["", "aim", "reached"],
        ["---", "---", "---"],
        ["process with one camera at night", "at most 250 MB at rest", at_rest],
        ["memory per added camera", "at most 25 MB", per_camera],
        ["capture to PUBACK, p50 / p95 / p99", "150 ms / 500 ms", _age(puback)],
        [
            "recall lost by the gate and by int8",
            "at most 1 point each",
            "see the gate's figures and the network's card",
        ],
    ]
    ages = [trial.age for trial in report.trials.get(MAIN.name, []) if trial.age]
    rows.append([f"frame age, {MAIN.name}, p50 / p95 / p99", "p95 below 1 s", _age(ages[-1] if ages else None)])
    return [_row(row) for row in rows]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cost(value: float | None) -> str:
    return f"{value:.1f}" if value else "–"


def _many(value: float | None) -> str:
    return f"some {value:.0f} cameras" if value else "–"


def _age(found: Quantiles | None) -> str:
    if found is None:
        return "–"
    return f"{found.p50 * 1000:.0f} / {found.p95 * 1000:.0f} / {found.p99 * 1000:.0f} ms ({found.count})"


def main(words: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.aims", description=__doc__)
    parser.add_argument("--minutes", type=float, default=15.0, help="all of it but clips, peers and search (15)")
    parser.add_argument("--cameras", type=int, default=4, help="cameras of each trial (4)")
    parser.add_argument("--rounds", type=int, default=2, help="rounds, medians are reported (2)")
    parser.add_argument(
        "--search", action="store_true", help="also look for the number of cameras held: 15 trials more"
    )
    parser.add_argument("--without-peers", action="store_true", help="measure the service alone: no torch is installed")
    parser.add_argument("--document", action="store_true", help="also put the table into docs/performance.md")
    parser.add_argument("--out", type=Path, default=FOLDER / "out", help="folder of the report (bench/out)")
    given = parser.parse_args(words)
    if not given.without_peers:
        subprocess.run([str(FOLDER / "setup")], check=True)
    trials = given.rounds * (len(CASES) + (0 if given.without_peers else 2)) + 2
    seconds = max(_LEAST_SECONDS, 60 * given.minutes / trials - _OVERHEAD_SECONDS)
    if seconds >= _CLIP_SECONDS:  # whole clips, so that what is busy has its share
        seconds -= seconds % _CLIP_SECONDS
    window = Window(warm_up_seconds=_WARM_UP_SECONDS, seconds=seconds)
    aims = Aims(given.out, given.cameras, window, lambda line: print(line, flush=True))
    report = aims.run(rounds=given.rounds, with_peers=not given.without_peers, searches=given.search)
    path = given.out / "aims.json"
    path.write_text(json.dumps(asdict(report), indent=2, default=str) + "\n", encoding="utf-8")
    if given.document:
        DOCUMENT.write_text(documented(DOCUMENT.read_text(encoding="utf-8"), table(report), MARK), encoding="utf-8")
    sys.stdout.write(f"\n{table(report)}\n\nwritten to {path}\n")


if __name__ == "__main__":
    main()
