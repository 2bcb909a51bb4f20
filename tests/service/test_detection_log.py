"""The live service's detection log: what it writes is replayed alike, it keeps within its bound, and blocks nobody."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from alerts.replay.files import log_files, read_log
from alerts.replay.lines import CameraLine, GapLine, Line, LogLine, LookLine, observation
from alerts.replay.run import replayed
from alerts.replay.setting import shipped_setting
from alerts.settings import DetectionLogSettings
from domain.detection import Observation
from domain.frame import Frame
from domain.ids import CameraId
from domain.schedule import Schedule
from domain.zone import ZoneType
from service.detection_log import DetectionLog, LoggedLooks
from tests.alerts.kit import camera, noisy_picture
from tests.alerts.replay.looks import begin
from tests.alerts.samples import EPOCH
from tests.alerts.scenes import CAMERA, Thing, make_observation, rat, zone

ROOM = zone("专间", ZoneType.SPECIAL_ROOM, 0.0, 0.4, 0.5, 1.0)


class Walls:
    """A wall clock that moves on with each question, so that no two files have one name."""

    def __init__(self) -> None:
        self.at = EPOCH

    def __call__(self) -> datetime:
        self.at += timedelta(microseconds=1)
        return self.at


def looks(count: int, *things: Thing, first: int = 1, camera_id: CameraId = CAMERA) -> list[Observation]:
    return [
        make_observation(things, at=EPOCH + timedelta(seconds=n / 5), clock=n / 5, sequence=n, camera_id=camera_id)
        for n in range(first, first + count)
    ]


def unstarted(
    folder: Path, *, maximum_bytes: int = 16 * 1024**2, minimum_free_bytes: int = 0, clock: float = 0.0
) -> DetectionLog:
    return DetectionLog(
        folder,
        begin(),
        maximum_bytes=maximum_bytes,
        minimum_free_bytes=minimum_free_bytes,
        now=Walls(),
        clock=lambda: clock,
        taught_codes=lambda _camera: frozenset({"bin.uncovered"}),
    )


@contextmanager
def running(log: DetectionLog) -> Iterator[DetectionLog]:
    log.start()
    try:
        yield log
    finally:
        log.stop()


def lines_in(folder: Path) -> list[Line]:
    return [line for path in log_files(folder) for line in read_log(path)]


def seen(folder: Path) -> list[Observation]:
    return [observation(line, begin()) for line in lines_in(folder) if isinstance(line, LookLine)]


def test_it_is_off_unless_asked_for_and_its_bound_is_checked() -> None:
    assert not DetectionLogSettings().is_on
    with pytest.raises(ValidationError, match="maximum_bytes"):
        DetectionLogSettings(maximum_bytes=1000)


def test_every_look_is_written_as_it_was_judged_behind_what_it_is_judged_by(tmp_path: Path) -> None:
    shown = looks(20, rat())
    with running(unstarted(tmp_path)) as log:
        log.configure(camera(), [ROOM], Schedule())
        for each in shown:
            log.look(each)

    head, known, *rest = [line for line in lines_in(tmp_path) if not isinstance(line, LookLine)]

    assert isinstance(head, LogLine)
    assert isinstance(known, CameraLine)
    assert (known.codes, known.taught_codes, [z.name for z in known.zones]) == (
        ("pest.rodent",), ("bin.uncovered",), ["专间"],
    )  # fmt: skip
    assert all(isinstance(line, CameraLine) for line in rest)
    assert seen(tmp_path) == shown
    assert len(replayed(lines_in(tmp_path), shipped_setting()).alerts) == 1


def test_looks_of_a_camera_that_is_judged_no_more_are_not_written(tmp_path: Path) -> None:
    with running(unstarted(tmp_path)) as log:
        log.look(looks(1)[0])
        log.configure(camera(), (), Schedule())
        log.look(looks(1, first=2)[0])
        log.remove(CAMERA)
        log.look(looks(1, first=3)[0])

    assert [each.sequence for each in seen(tmp_path)] == [2]


def test_old_files_go_and_every_file_can_be_replayed_alone(tmp_path: Path) -> None:
    bound, rounds = 400_000, 4
    log = unstarted(tmp_path, maximum_bytes=bound)
    with running(log):
        log.configure(camera(), (), Schedule())
        for number in range(rounds):
            for each in looks(400, rat(), first=1 + 400 * number):
                log._put(each)  # type: ignore[arg-type]  # none is lost, however slow the disk of a test is

    files = log_files(tmp_path)

    assert sum(path.stat().st_size for path in files) <= bound
    assert len(files) > 3
    for path in files:
        assert replayed(read_log(path), shipped_setting()).cameras[0].looks > 0
    assert seen(tmp_path)[-1].sequence == rounds * 400
    assert seen(tmp_path)[0].sequence > 1


def test_files_and_folder_are_for_the_service_s_own_user_only(tmp_path: Path) -> None:
    with running(unstarted(tmp_path / "detections")) as log:
        log.configure(camera(), (), Schedule())

    (path,) = log_files(tmp_path / "detections")

    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_what_waits_too_long_is_left_out_and_said(tmp_path: Path) -> None:
    log = unstarted(tmp_path)
    log.configure(camera(), (), Schedule())
    for each in looks(503):
        log.look(each)  # nobody writes yet
    with running(log):
        pass

    assert [line.looks for line in lines_in(tmp_path) if isinstance(line, GapLine)] == [3]
    assert len(seen(tmp_path)) == 500


def test_a_full_disk_loses_looks_and_stops_nobody(tmp_path: Path) -> None:
    with running(unstarted(tmp_path, minimum_free_bytes=2**62)) as log:
        log.configure(camera(), (), Schedule())
        for each in looks(3):
            log.look(each)

    assert log_files(tmp_path) == []


def test_a_folder_that_cannot_be_made_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "detections").write_text("a file")
    with running(unstarted(tmp_path / "detections")) as log:
        log.configure(camera(), (), Schedule())
        log.look(looks(1)[0])

    assert (tmp_path / "detections").read_text() == "a file"


def test_looks_of_many_threads_stay_in_order_of_each_camera(tmp_path: Path) -> None:
    cameras = [CameraId(f"camera-{n}") for n in range(4)]
    with running(unstarted(tmp_path)) as log:
        for each in cameras:
            log.configure(camera(each), (), Schedule())

        def show(camera_id: CameraId) -> None:
            for look in looks(50, camera_id=camera_id):
                log.look(look)

        threads = [threading.Thread(target=show, args=(each,)) for each in cameras]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    for each in cameras:
        assert [look.sequence for look in seen(tmp_path) if look.camera_id == each] == list(range(1, 51))


def test_the_sink_behind_it_gets_every_look_and_every_void_of_tracks(tmp_path: Path) -> None:
    class Sink:
        def __init__(self) -> None:
            self.observed: list[int] = []
            self.forgotten: list[CameraId] = []

        def observe(self, observation: Observation, frame: Frame) -> None:
            self.observed.append(observation.sequence)

        def forget(self, camera_id: CameraId) -> None:
            self.forgotten.append(camera_id)

    sink = Sink()
    frame = Frame(camera_id=CAMERA, sequence=1, captured_at=EPOCH, clock=1.0, picture=noisy_picture())
    with running(unstarted(tmp_path)) as log:
        log.configure(camera(), (), Schedule())
        logged = LoggedLooks(sink, log)
        logged.observe(looks(1)[0], frame)
        logged.forget(CAMERA)

    assert (sink.observed, sink.forgotten) == ([1], [CAMERA])
    assert [line.line for line in lines_in(tmp_path)][-2:] == ["look", "forgotten"]


def test_a_look_that_cannot_be_written_down_is_counted_as_lost_and_the_log_goes_on(tmp_path: Path) -> None:
    log = unstarted(tmp_path)
    [good, other, last] = looks(3, rat())
    too_sure = tuple(replace(track, confidence=1.0000001) for track in other.tracks)
    with running(log):
        log.configure(camera(), [], Schedule())
        for look in (good, replace(other, tracks=too_sure), last):
            log.look(look)

    assert seen(tmp_path) == [good, last]
    assert sum(line.looks for line in lines_in(tmp_path) if isinstance(line, GapLine)) == 1
