"""The whole benchmark: rounds beside the peer, the largest number of cameras each holds, and how fast alerts arrive."""

import json
import statistics
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import machine
from bench.cameras import Content, animal_clips, clips
from bench.figures import Trial, bytes_per_camera, median_cpu
from bench.machine import Machine, Neighbours
from bench.search import Capacity, largest_held
from bench.trials import (
    PEER_PROGRAM,
    PEER_PYTHON,
    SERVICE,
    AlertTimes,
    TrialError,
    Window,
    peer_command,
    peer_trial,
    service_trial,
)
from tests.support.alarms import seen_by
from tests.support.shared import REPOSITORY

# The share of the processors up to which a first guess loads them, and how many trials a search may spend.
_GUESSED_LOAD = 0.9
_TRIES = {SERVICE: 5}
_PEER_TRIES = 3
_ALERT_CAMERAS = 8

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to measure. `peer_sizes` are the peer's input sizes in pixels; none leaves the peer out."""

    content: Content
    cameras: int
    rounds: int
    window: Window
    searches: bool
    most_cameras: int
    peer_sizes: tuple[int, ...]


@dataclass(slots=True, kw_only=True)
class Report:
    """Everything measured, in the order it was measured, and the sums of it."""

    measured_at: str
    content: Content
    machine: Machine
    stolen_share: float = 0.0
    peer_weights: str | None = None
    rounds: list[Trial] = field(default_factory=list)
    searched: list[Trial] = field(default_factory=list)
    capacity: dict[str, Capacity] = field(default_factory=dict)
    alerts: AlertTimes | None = None
    alert_cameras: int = 0
    figures: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> str:
        return json.dumps(asdict(self), indent=2, ensure_ascii=False, default=str)


class EndToEnd:
    """Carries a plan out. `out` keeps clips and weights for the next time."""

    def __init__(self, plan: Plan, out: Path, say: Say) -> None:
        self._plan = plan
        self._out = out
        self._say = say
        self._files = clips(plan.content, out / "clips")
        self._weights = out / "peer.pt"
        self._peers = {peer_name(size): peer_command(self._weights, size) for size in plan.peer_sizes}

    def run(self) -> Report:
        neighbours = Neighbours.now()
        report = Report(
            measured_at=datetime.now(UTC).isoformat(timespec="seconds"),
            content=self._plan.content,
            machine=machine.describe(),
        )
        if self._peers:
            report.peer_weights = make_weights(self._weights)
        self._rounds(report)
        if self._plan.searches:
            for system in (SERVICE, *self._peers):
                report.capacity[system] = self._search(system, report)
        self._alerts(report)
        report.stolen_share = Neighbours.now().stolen_share_since(neighbours)
        report.figures = summary(report)
        return report

    def _rounds(self, report: Report) -> None:
        """Each system in turn, and the order turned round by round, so that a noisy neighbour falls on all."""
        systems = [SERVICE, *self._peers]
        for number in range(self._plan.rounds):
            turned = systems[number % len(systems) :] + systems[: number % len(systems)]
            report.rounds += [self._trial(system, self._plan.cameras) for system in turned]

    def _trial(self, system: str, cameras: int) -> Trial:
        if system == SERVICE:
            trial, _ = service_trial(self._files, cameras, self._plan.window)
        else:
            trial = peer_trial(self._peers[system], system, self._files, cameras, self._plan.window)
        self._say(line_of(trial))
        return trial

    def _search(self, system: str, report: Report) -> Capacity:
        cost = median_cpu(report.rounds, system)
        assert cost is not None
        guess = int(report.machine.cores * 1000 * _GUESSED_LOAD / cost)
        return largest_held(
            lambda cameras: self._is_held(system, cameras, report),
            guess=guess,
            limit=self._plan.most_cameras,
            tries=_TRIES.get(system, _PEER_TRIES),
        )

    def _is_held(self, system: str, cameras: int, report: Report) -> bool:
        """A system that does not even come to look at all its cameras does not hold them."""
        try:
            trial = self._trial(system, cameras)
        except TrialError as error:
            self._say(f"{system:<28} {cameras:>3} cameras: {error}")
            return False
        report.searched.append(trial)
        return trial.is_held

    def _alerts(self, report: Report) -> None:
        """The demonstration's animals raise an alert on each camera, those with the same clip in the same second."""
        capacity = report.capacity.get(SERVICE)
        cameras = min(_ALERT_CAMERAS, max(1, capacity.held // 2)) if capacity else self._plan.cameras
        window = Window(warm_up_seconds=0, seconds=20)
        trial, report.alerts = service_trial(animal_clips(), cameras, window, environment=seen_by())
        report.alert_cameras = cameras
        self._say(f"{line_of(trial)}, alerts heard: {report.alerts.arrival.count if report.alerts.arrival else 0}")


def peer_name(size: int) -> str:
    return f"naive Ultralytics {size}"


def make_weights(path: Path) -> str:
    """The peer's checkpoint; "trained" where our own weights are at hand, else "random"."""
    state_dict = REPOSITORY.parent / "shared" / "data" / "weights" / "baseline" / "baseline_state_dict.pt"
    path.parent.mkdir(parents=True, exist_ok=True)
    command = [str(PEER_PYTHON), str(PEER_PROGRAM), "weights", str(path)]
    if state_dict.is_file():
        command += ["--state-dict", str(state_dict)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout.split()[-1]


def line_of(trial: Trial) -> str:
    age = f", age p95 {trial.age.p95 * 1000:.0f} ms" if trial.age else ""
    slowest = min(trial.rates)
    return (
        f"{trial.system:<28} {trial.cameras:>3} cameras: {trial.held} held, slowest {slowest:.2f} looks/s, "
        f"{trial.cpu_ms:.0f} CPU-ms per camera-second{age}, {trial.resident_bytes / 1e6:.0f} MB, "
        f"others used {trial.others_share:.0%}"
    )


def summary(report: Report) -> dict[str, Any]:
    """The figures people ask for: per system, and as ratios of the service to each peer."""
    systems = list(dict.fromkeys(trial.system for trial in report.rounds))
    figures = {system: _figures_of(system, report) for system in systems}
    ratios = {peer: _ratios(figures[SERVICE], figures[peer]) for peer in systems if peer != SERVICE}
    return {"systems": figures, "service_to_peer": ratios}


def _figures_of(system: str, report: Report) -> dict[str, Any]:
    rounds = [trial for trial in report.rounds if trial.system == system]
    held = [trial for trial in report.searched if trial.system == system and trial.is_held]
    largest = max(held, key=lambda trial: trial.cameras, default=None)
    capacity = report.capacity.get(system)
    return {
        "cpu_ms_per_camera_second": statistics.median(trial.cpu_ms for trial in rounds),
        "cameras_held": capacity.held if capacity else None,
        "cameras_lost": capacity.lost if capacity else None,
        "frame_age_at_held": asdict(largest.age) if largest and largest.age else None,
        "drops_at_held": dict(largest.drops) if largest and largest.drops is not None else None,
        "cpu_ms_at_held": largest.cpu_ms if largest else None,
        "resident_bytes": statistics.median(trial.resident_bytes for trial in rounds),
        "resident_bytes_at_held": largest.resident_bytes if largest else None,
        "bytes_per_added_camera": bytes_per_camera(rounds[-1], largest) if largest else None,
    }


def _ratios(ours: Mapping[str, Any], peer: Mapping[str, Any]) -> dict[str, float | None]:
    """Above 1 the service is the better one."""
    cameras = ours["cameras_held"] / peer["cameras_held"] if ours["cameras_held"] and peer["cameras_held"] else None
    return {
        "cameras_held": cameras,
        "cpu_ms_per_camera_second": peer["cpu_ms_per_camera_second"] / ours["cpu_ms_per_camera_second"],
    }
