"""The live service's detection log: every look as a line, in files of bounded size together. Off unless asked for."""

import os
import threading
from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from shutil import disk_usage
from typing import TextIO

import structlog

from alerts import metrics
from alerts.replay.files import log_files
from alerts.replay.lines import (
    LOG_SUFFIX,
    CameraLine,
    ForgottenLine,
    GapLine,
    Line,
    LogLine,
    look_line,
    schedule_part,
    written,
    zone_part,
)
from detector.ports import ObservationSink
from domain.detection import Observation
from domain.frame import Frame
from domain.ids import CameraId
from domain.organisation import Camera
from domain.schedule import Schedule
from domain.zone import Zone

log = structlog.get_logger(__name__)

FOLDER = "detections"  # within the data folder
_FILES = 8  # the oldest of so many goes when room is needed
_SLACK_BYTES = 64 * 1024  # a file is closed with the line that fills it
_WAITING_LOOKS = 500  # in memory, while the disk is slow
_RETRY_SECONDS = 10.0
_FLUSH_SECONDS = 1.0


class DetectionLog:
    """Writes on a thread of its own: nobody waits for the disk. What it cannot write in time is counted and said.

    `head` says how the log came about. All files together stay within `maximum_bytes`, and nothing is written where
    less than `minimum_free_bytes` of the disk is free. `configure`, `remove`, `look` and `forget` may be called from
    any thread. `taught_codes` are those for which a camera has live heads.
    """

    def __init__(
        self,
        folder: Path,
        head: LogLine,
        *,
        maximum_bytes: int,
        minimum_free_bytes: int,
        now: Callable[[], datetime],
        clock: Callable[[], float],
        taught_codes: Callable[[CameraId], frozenset[str]],
    ) -> None:
        self._files = _Files(folder, maximum_bytes, minimum_free_bytes, now, clock)
        self._head = head
        self._taught_codes = taught_codes
        self._cameras: dict[CameraId, CameraLine] = {}
        self._waiting: deque[Observation | CameraLine | ForgottenLine | CameraId] = deque()
        self._looks = 0
        self._lost = 0
        self._condition = threading.Condition()
        self._is_stopping = False
        self._thread = threading.Thread(target=self._run, name="detection-log", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Write what waits, and end. Idempotent."""
        with self._condition:
            self._is_stopping = True
            self._condition.notify_all()
        if self._thread.is_alive():
            self._thread.join(_RETRY_SECONDS)

    def configure(self, camera: Camera, zones: Iterable[Zone], schedule: Schedule) -> None:
        """What the camera's next looks are judged by."""
        line = CameraLine(
            camera_id=camera.camera_id,
            name=camera.name,
            codes=tuple(sorted(camera.codes)) if camera.codes is not None else None,
            taught_codes=tuple(sorted(self._taught_codes(camera.camera_id))),
            zones=tuple(zone_part(zone) for zone in zones),
            schedule=schedule_part(schedule),
        )
        self._put(line)

    def remove(self, camera_id: CameraId) -> None:
        """The camera is judged no more."""
        self._put(camera_id)

    def look(self, observation: Observation) -> None:
        with self._condition:
            if self._looks >= _WAITING_LOOKS or self._is_stopping:
                self._lost += 1
                return
            self._looks += 1
            self._waiting.append(observation)
            self._condition.notify_all()

    def forget(self, camera_id: CameraId) -> None:
        self._put(ForgottenLine(camera_id=camera_id))

    def _put(self, entry: CameraLine | ForgottenLine | CameraId) -> None:
        with self._condition:
            self._waiting.append(entry)
            self._condition.notify_all()

    def _run(self) -> None:
        try:
            while True:
                entries, lost, is_last = self._taken()
                try:
                    self._write(entries, lost)
                except Exception:
                    # A supervisor: without this thread what waits would grow for ever.
                    log.exception("detection_log_stumbled")
                if is_last:
                    return
        finally:
            self._files.close()

    def _taken(self) -> tuple[list[Observation | CameraLine | ForgottenLine | CameraId], int, bool]:
        with self._condition:
            self._condition.wait_for(lambda: bool(self._waiting) or self._is_stopping, _FLUSH_SECONDS)
            entries, lost = list(self._waiting), self._lost
            self._waiting.clear()
            self._looks = self._lost = 0
            return entries, lost, self._is_stopping

    def _write(self, entries: list[Observation | CameraLine | ForgottenLine | CameraId], lost: int) -> None:
        if lost:
            self._lose(lost)
        for entry in entries:
            if isinstance(entry, Observation):
                self._write_look(entry)
            elif isinstance(entry, CameraLine):
                self._cameras[CameraId(entry.camera_id)] = entry
                self._files.write(entry, self._start())
            elif isinstance(entry, ForgottenLine):
                if CameraId(entry.camera_id) in self._cameras:
                    self._files.write(entry, self._start())
            else:
                self._cameras.pop(entry, None)
        self._files.flush()

    def _write_look(self, look: Observation) -> None:
        if look.camera_id not in self._cameras:
            return
        try:
            is_written = self._files.write(look_line(look), self._start())
        except ValueError as error:  # a look that the rules can judge is not always one that can be written down
            log.warning("look_not_logged", camera_id=look.camera_id, reason=str(error))
            is_written = False
        if not is_written:
            self._lose(1)

    def _start(self) -> Callable[[], list[Line]]:
        """What a new file begins with: every file can be replayed alone."""
        return lambda: [self._head, *self._cameras.values()]

    def _lose(self, looks: int) -> None:
        metrics.LOGGED_LOOKS.labels("lost").inc(looks)
        self._files.owe(looks)


class _Files:
    """The files of one log. One thread."""

    def __init__(
        self,
        folder: Path,
        maximum_bytes: int,
        minimum_free_bytes: int,
        now: Callable[[], datetime],
        clock: Callable[[], float],
    ) -> None:
        self._folder = folder
        self._clock = clock
        self._maximum_bytes = maximum_bytes
        self._minimum_free_bytes = minimum_free_bytes
        self._now = now
        self._file: TextIO | None = None
        self._size = 0
        self._owed = 0
        self._resting_until = float("-inf")

    def owe(self, looks: int) -> None:
        """So many looks are missing where the next line is written."""
        self._owed += looks

    def write(self, line: Line, start: Callable[[], list[Line]]) -> bool:
        """False where it was not written, by a full disk for instance."""
        if self._clock() < self._resting_until:
            return False
        try:
            if self._file is None or self._size >= self._maximum_bytes // _FILES:
                self._open(start())
            if self._owed:
                self._append(GapLine(looks=self._owed))
                self._owed = 0
            self._append(line)
        except OSError as error:
            log.warning("detection_log_failed", reason=error.strerror or str(error), retry_seconds=_RETRY_SECONDS)
            self._rest()
            return False
        if line.line == "look":
            metrics.LOGGED_LOOKS.labels("written").inc()
        return True

    def flush(self) -> None:
        """What was written can be read by others."""
        try:
            if self._file is not None:
                self._file.flush()
        except OSError:
            self._rest()

    def close(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            try:
                file.close()
            except OSError as error:
                log.warning("detection_log_failed", reason=error.strerror or str(error))

    def _rest(self) -> None:
        self.close()
        self._resting_until = self._clock() + _RETRY_SECONDS

    def _open(self, start: list[Line]) -> None:
        self.close()
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._make_room()
        path = self._folder / f"{self._now():%Y%m%dT%H%M%S.%f}Z{LOG_SUFFIX}"
        self._file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8")
        self._size = 0
        for line in start:
            self._append(line)

    def _make_room(self) -> None:
        """Delete the oldest files until one more has room. Raises OSError where the disk is too full."""
        kept = log_files(self._folder)
        sizes = {path: path.stat().st_size for path in kept}
        room = self._maximum_bytes - self._maximum_bytes // _FILES - _SLACK_BYTES
        while kept and sum(sizes[path] for path in kept) > room:
            kept.pop(0).unlink(missing_ok=True)
        free = disk_usage(self._folder).free
        if free < self._minimum_free_bytes:
            raise OSError(0, f"{free} bytes of the disk are free, {self._minimum_free_bytes} are kept for the database")

    def _append(self, line: Line) -> None:
        assert self._file is not None
        text = written(line) + "\n"
        self._file.write(text)
        self._size += len(text.encode())


class LoggedLooks:
    """Implements detector.ports.ObservationSink before another one: each look is put on the log as it is judged."""

    def __init__(self, sink: ObservationSink, looks: DetectionLog) -> None:
        self._sink = sink
        self._looks = looks

    def observe(self, observation: Observation, frame: Frame) -> None:
        self._looks.look(observation)
        self._sink.observe(observation, frame)

    def forget(self, camera_id: CameraId) -> None:
        self._looks.forget(camera_id)
        self._sink.forget(camera_id)
