"""Numbers of rules tried on what a camera saw in a stretch of the detection log, beside those in service."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from alerts.catalogue import Catalogue
from alerts.replay.comparison import CodeComparison, compared
from alerts.replay.files import LogFileError, read_log
from alerts.replay.lines import LOG_SUFFIX, CameraLine, ForgottenLine, GapLine, Line, LogLine, LookLine
from alerts.replay.run import Replay, Replayed
from alerts.replay.setting import ReplayError, ReplaySetting
from alerts.replay.tuning import NOTHING_TUNED, Tuning
from domain.ids import CameraId

TRIED_FIELDS = ("minimum_seconds", "cool_down_seconds")
_TOLD_EVERY = 2_000  # looks between two reports of progress
_FILE_MOMENT = f"%Y%m%dT%H%M%S.%fZ{LOG_SUFFIX}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialOrder:
    """What to try. `codes` are seconds by code and field of `TRIED_FIELDS`, `thresholds` least confidences by label.

    Only looks of the camera from `begins_at` until `ends_at` (aware UTC) are judged.
    """

    camera_id: CameraId
    begins_at: datetime
    ends_at: datetime
    codes: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    thresholds: Mapping[str, float] = field(default_factory=dict)

    @property
    def tuning(self) -> Tuning:
        return Tuning(codes=self.codes, thresholds=self.thresholds)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialProgress:
    """`share` of the period in [0, 1], by the moment of the last look; `looks` that were judged."""

    share: float
    looks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialOutcome:
    """The same looks by what is in service and by what is tried."""

    before: Replayed
    after: Replayed
    comparison: tuple[CodeComparison, ...]

    @property
    def looks(self) -> int:
        return sum(camera.looks for camera in self.after.cameras)


def tried(
    files: Sequence[Path], order: TrialOrder, catalogue: Catalogue, told: Callable[[TrialProgress], None]
) -> TrialOutcome:
    """Judge the camera's looks of the period twice. Blocks; `told` hears how far it is.

    What was going on before the period is not known: an alert that lasted into it begins anew there.
    Raises AlertsError: a log that cannot be read, a threshold below the log's, no look of the camera in the period.
    """
    replays = (
        Replay(ReplaySetting(name="before", catalogue=catalogue, tuning=NOTHING_TUNED)),
        Replay(ReplaySetting(name="after", catalogue=catalogue, tuning=order.tuning)),
    )
    looks = 0
    for line in _lines(files, order):
        for replay in replays:
            replay.take(line)
        if isinstance(line, LookLine):
            looks += 1
            if looks % _TOLD_EVERY == 0:
                told(TrialProgress(share=_share(order, line.at), looks=looks))
    if looks == 0:
        raise ReplayError("the detection log holds no look of this camera in this period")
    told(TrialProgress(share=1.0, looks=looks))
    before, after = (replay.finished() for replay in replays)
    return TrialOutcome(before=before, after=after, comparison=compared(before, after))


def files_of(files: Sequence[Path], begins_at: datetime, ends_at: datetime) -> list[Path]:
    """Of a log's files, oldest first, those that can hold a look of the period."""
    moments = [moment_of(path) for path in files]
    found = []
    for place, path in enumerate(files):
        own = moments[place]
        following = moments[place + 1] if place + 1 < len(files) else None
        is_too_old = following is not None and following <= begins_at
        is_too_new = own is not None and own > ends_at
        if not (is_too_old or is_too_new):
            found.append(path)
    return found


def moment_of(path: Path) -> datetime | None:
    """When a file of the service's log was begun; None for a file that was named by somebody else."""
    try:
        return datetime.strptime(path.name, _FILE_MOMENT).replace(tzinfo=UTC)
    except ValueError:
        return None


def first_line(path: Path) -> LogLine | None:
    """How a log came about; None where it cannot be read (any more)."""
    try:
        line = next(read_log(path), None)
    except (LogFileError, ReplayError):
        return None
    return line if isinstance(line, LogLine) else None


def _lines(files: Sequence[Path], order: TrialOrder) -> Iterator[Line]:
    """What concerns the camera and the period. Gaps are of all cameras together; those of the period are told."""
    is_inside = False
    for path in files_of(files, order.begins_at, order.ends_at):
        for line in read_log(path, only=order.camera_id):
            if isinstance(line, LookLine):
                if line.at > order.ends_at:
                    return
                is_inside = line.at >= order.begins_at
                if not is_inside:
                    continue
            elif isinstance(line, CameraLine | ForgottenLine):
                if line.camera_id != order.camera_id:
                    continue
            elif isinstance(line, GapLine) and not is_inside:
                continue
            yield line


def _share(order: TrialOrder, at: datetime) -> float:
    whole = (order.ends_at - order.begins_at).total_seconds()
    return min(1.0, max(0.0, (at - order.begins_at).total_seconds() / whole)) if whole > 0 else 1.0
