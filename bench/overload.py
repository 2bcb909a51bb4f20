"""`python -m bench.overload`: far more cameras than one session can look at, with and without slowing calm ones.

The demonstration's clips play as live cameras in this process, all through one inference thread and without the gate,
so that there is always too much to look at. Printed per run: looks a second on cameras where something was followed
most of the time and on the others, the least and the most looks of any camera, pictures lost, age of the pictures, and
processor time. Some time passes before anything counts, so that the level has settled.
"""

import argparse
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2

from detector.detector import Detector
from detector.engine import DetectionEngine
from detector.sessions import open_session
from detector.settings import DetectorSettings, GateSettings
from domain.detection import Observation
from domain.frame import Frame
from domain.ids import CameraId, SiteId
from domain.organisation import Camera, Source
from models.registry import ZOO_FOLDER, ModelRegistry
from service.following import FollowingWatch
from streams.fleet import CameraFleet
from streams.ports import StreamStatus
from streams.settings import LoadSettings, StreamSettings

CLIPS = Path(__file__).resolve().parent.parent / "service" / "demo" / "clips"


class Listener:
    """Nobody is told of cameras."""

    def camera_changed(self, status: StreamStatus) -> None:
        """See streams.ports.StatusListener."""


@dataclass(slots=True)
class Sink:
    """Counts looks by camera, and keeps ages in seconds, while `is_counting`."""

    is_counting: bool = False
    looks: Counter[CameraId] = field(default_factory=Counter)
    with_tracks: Counter[CameraId] = field(default_factory=Counter)
    ages: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def observe(self, observation: Observation, frame: Frame) -> None:
        """See detector.ports.ObservationSink."""
        with self.lock:
            if self.is_counting:
                self.looks[observation.camera_id] += 1
                self.with_tracks[observation.camera_id] += bool(observation.tracks)
                self.ages.append(time.monotonic() - frame.clock)

    def forget(self, camera_id: CameraId) -> None:
        """See detector.ports.ObservationSink."""


def run(cameras: int, seconds: float, settle_seconds: float, load: LoadSettings) -> str:
    """One run; a line of figures."""
    model = ModelRegistry(ZOO_FOLDER).load("kitchen-n")
    settings = DetectorSettings(sessions=1, gate=GateSettings(is_on=False))
    sink = Sink()
    with CameraFleet(StreamSettings(load=load), Listener()) as fleet:
        engine = DetectionEngine(
            supply=fleet,
            detectors=lambda: Detector(open_session(model), model.manifest, settings),
            manifest=model.manifest,
            sink=FollowingWatch(sink, fleet.follow),
            settings=settings,
        )
        engine.start()
        clips = sorted(CLIPS.glob("*.mp4"))
        for number in range(cameras):
            location = str(clips[number % len(clips)])
            fleet.add(
                Camera(
                    camera_id=CameraId(f"camera-{number}"),
                    site_id=SiteId("bench"),
                    name=f"camera {number}",
                    source=Source(location=location, loops=True),
                )
            )
        time.sleep(settle_seconds)
        before = {status.camera_id: status.frames_dropped for status in fleet.statuses()}
        sink.is_counting, began, processor = True, time.monotonic(), time.process_time()
        time.sleep(seconds)
        sink.is_counting = False
        passed, spent = time.monotonic() - began, time.process_time() - processor
        statuses = fleet.statuses()
        lost = sum(status.frames_dropped - before.get(status.camera_id, 0) for status in statuses)
        engine.stop()
    return _line(sink, [status.camera_id for status in statuses], lost, passed, spent)


def _line(sink: Sink, cameras: Sequence[CameraId], lost: int, passed: float, spent: float) -> str:
    by_class: dict[str, list[float]] = defaultdict(list)
    for camera in cameras:
        looks = sink.looks[camera]
        kind = "followed" if looks and 2 * sink.with_tracks[camera] > looks else "calm"
        by_class[kind].append(looks / passed)
    total = sum(sink.looks.values())
    ages = sorted(sink.ages) or [0.0]
    rates = [rate for each in by_class.values() for rate in each]
    parts = [f"{kind} {sum(each) / len(each):.2f}/s ({len(each)})" for kind, each in sorted(by_class.items())]
    return (
        f"{', '.join(parts)}; least {min(rates):.2f}, most {max(rates):.2f}; lost {lost / max(1, lost + total):.0%}; "
        f"age p50 {ages[len(ages) // 2]:.2f} p95 {ages[int(0.95 * (len(ages) - 1))]:.2f} s; "
        f"{total} looks, {1000 * spent / max(1, total):.0f} CPU-ms each"
    )


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.overload", description=__doc__)
    parser.add_argument("--cameras", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--settle", type=float, default=30.0)
    given = parser.parse_args(words)
    cv2.setNumThreads(1)
    for name, load in (("as it was", LoadSettings(is_on=False, calm_wait_seconds=0.0)), ("slowed", LoadSettings())):
        line = run(given.cameras, given.seconds, given.settle, load)
        sys.stdout.write(f"{name}: {line}\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
