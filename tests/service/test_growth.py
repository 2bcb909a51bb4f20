"""Cameras that come, fail, come back and go leave nothing behind, however often: no thread, file, figure or memory."""

import gc
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from alerts.device_desk import DeviceDesk
from alerts.ports import PlaceNames
from credit.testing import InMemoryRegistry
from detector.engine import DetectionEngine
from detector.region_watch import RegionWatch
from detector.settings import DetectorSettings
from detector.testing import ScriptedDetector, make_manifest
from domain.detection import Detection
from domain.geometry import Box
from domain.ids import CameraId
from domain.organisation import Source
from service.bootstrap import ensure_local_cameras
from service.cameras import CameraKeeper
from service.identity import new_id
from service.judges import Judges
from service.marked_zones import MarkedZones
from streams.errors import CameraUnreachableError
from streams.fleet import CameraFleet
from streams.testing import RecordingListener, ScriptedOpener, ScriptedSource, make_packet
from tests.alerts.kit import Kit
from tests.alerts.samples import EPOCH
from tests.streams.cameras import QUICK, wait_for

# A rat that walks: what is followed and judged must go too.
RAT = Detection(label="rodent", confidence=0.8, box=Box(0.4, 0.4, 0.5, 0.5))
WARM_UP, CYCLES = 5, 30
OURS = ("streams", "detector", "alerts", "service", "domain", "credit")


class Silent(RecordingListener):
    """A listener that remembers nothing."""

    def camera_changed(self, status: object) -> None:
        """Nobody reads it."""


class Kitchen:
    """Everything that knows cameras, with real threads; the cameras are scripts that fail after ten pictures."""

    def __init__(self, folder: Path) -> None:
        kit = Kit(folder)
        self.registry = InMemoryRegistry()
        self._recorder = kit.recorder
        self._opener = ScriptedOpener(self._source)
        self.fleet = CameraFleet(QUICK, Silent(), opener=self._opener, jitter=lambda: 0.0)
        devices = DeviceDesk(
            catalogue=kit.catalogue,
            recorder=kit.recorder,
            new_id=new_id,
            clock=kit.clock,
            now=lambda: EPOCH,
        )
        self.judges = Judges(kit.pipeline, devices, MarkedZones(()))
        regions = RegionWatch(
            kit.pipeline,
            live_on=lambda _: [],
            embedders=lambda: pytest.fail("no head is live"),
            settings=DetectorSettings().heads,
        )
        self.engine = DetectionEngine(
            supply=self.fleet,
            detectors=lambda: ScriptedDetector(lambda _: [RAT]),
            manifest=make_manifest(),
            sink=regions,
            settings=DetectorSettings(sessions=1),
        )
        self.keeper = CameraKeeper(
            registry=self.registry, fleet=self.fleet, judge=self.judges, forget_tracks=self.engine.forget
        )
        [self._first] = ensure_local_cameras(self.registry, ["rtsp://a/1"], new_id=new_id)
        self._numbers = count(1)
        self.engine.start()

    @staticmethod
    def _source() -> ScriptedSource:
        steps = [make_packet(number / 10) for number in range(10)]
        return ScriptedSource([*steps, CameraUnreachableError("rtsp://a")])

    def cycle(self) -> None:
        """A camera comes, is lost and found again twice, gets another source, and goes."""
        number = next(self._numbers)
        camera = replace(
            self._first,
            camera_id=CameraId(f"camera-{number}"),
            name=f"camera {number}",
            source=Source(location=f"rtsp://a/{number}"),
        )
        self.registry.add_camera(camera)
        self.keeper.camera_saved(camera)
        self._wait_for_reconnects(camera.camera_id)
        changed = replace(camera, source=Source(location=f"rtsp://b/{number}"))
        changed = self.registry.update_camera(changed, camera.version)
        self.keeper.camera_saved(changed)
        self._wait_for_reconnects(camera.camera_id)
        self.judges.seen(self.fleet.statuses())
        self.registry.delete_camera(camera.camera_id)
        self.keeper.camera_deleted(camera.camera_id)
        self._recorder.work()
        self._opener.asked.clear()  # the twin remembers; the real opener does not

    def _wait_for_reconnects(self, camera_id: CameraId) -> None:
        def is_back() -> bool:
            status = self.fleet.status(camera_id)
            return status is not None and status.reconnects >= 2 and status.frames_analysed >= 1

        wait_for(is_back)

    def stop(self) -> None:
        self.keeper.stop()
        self.fleet.stop()
        self.engine.stop()


@pytest.fixture
def kitchen(tmp_path: Path) -> Iterator[Kitchen]:
    kitchen = Kitchen(tmp_path)
    yield kitchen
    kitchen.stop()


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def figures() -> int:
    """Series that Prometheus would be told."""
    return sum(len(family.samples) for family in REGISTRY.collect())


def census() -> Counter[str]:
    """How many of our own things there are, by kind."""
    gc.collect()
    kinds = (type(each) for each in gc.get_objects())
    return Counter(kind.__qualname__ for kind in kinds if str(kind.__module__).partition(".")[0] in OURS)


def camera_threads() -> int:
    return sum(thread.name.startswith("camera-camera-") for thread in threading.enumerate())


def test_cameras_that_come_and_go_leave_nothing_behind(kitchen: Kitchen) -> None:
    for _ in range(WARM_UP):
        kitchen.cycle()
    wait_for(lambda: camera_threads() == 0)
    before, files, series = census(), open_files(), figures()
    for _ in range(CYCLES):
        kitchen.cycle()
    wait_for(lambda: camera_threads() == 0)
    grown: Counter[str] = Counter()

    def nothing_is_left() -> bool:
        grown.clear()
        grown.update(census() - before)
        del grown[PlaceNames.__qualname__]  # alerts about a deleted camera are still being reviewed
        return max(grown.values(), default=0) < CYCLES / 3

    with suppress(AssertionError):
        wait_for(nothing_is_left, seconds=10)
    assert nothing_is_left(), grown
    assert open_files() <= files
    assert figures() <= series
