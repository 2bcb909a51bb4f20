"""Numbers tried on a stretch of the log: only the camera, only the period, and the service's own judgement."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from alerts.catalogue import SHIPPED, load_catalogue
from alerts.replay.files import read_log
from alerts.replay.lines import GapLine, Line, LookLine
from alerts.replay.setting import ReplayError, shipped_setting
from alerts.replay.testing import saved
from alerts.replay.trial import TrialOrder, TrialOutcome, TrialProgress, files_of, moment_of, tried
from alerts.replay.trial_profile import profile_text
from domain.ids import CameraId
from tests.alerts.replay.looks import Filmed, begin, camera_line
from tests.alerts.samples import EPOCH
from tests.alerts.scenes import CAMERA, rat

OTHER = CameraId("camera-2")
HOUR = timedelta(hours=1)
ORDER = TrialOrder(
    camera_id=CAMERA, begins_at=EPOCH, ends_at=EPOCH + 2 * HOUR, codes={"pest.rodent": {"minimum_seconds": 10.0}}
)


def rats(count: int = 2, *, seconds: float = 4.0) -> Filmed:
    """So many rats for so long each, with half an hour and the cool-down of the place between them."""
    filmed = Filmed()
    for number in range(count):
        filmed.fps = 5.0
        filmed.see(rat(0.2 + 0.2 * number, track_id=number + 1), seconds=seconds).see(seconds=20)
        filmed.fps = 0.1
        filmed.see(seconds=1900)
    return filmed


def judged(path: Path, *lines: Line, order: TrialOrder = ORDER) -> tuple[TrialOutcome, list[TrialProgress]]:
    told: list[TrialProgress] = []
    return tried([saved(path / "looks.jsonl", lines)], order, load_catalogue(), told.append), told


def test_both_settings_are_judged_on_the_same_looks(tmp_path: Path) -> None:
    filmed = rats()

    outcome, told = judged(tmp_path, begin(), camera_line(), *filmed.lines)

    [rodents] = [each for each in outcome.comparison if each.code == "pest.rodent"]
    assert (rodents.before, rodents.after, len(rodents.only_before)) == (2, 0, 2)
    assert outcome.looks == len(filmed.lines)
    assert told[-1] == TrialProgress(share=1.0, looks=len(filmed.lines))


def test_without_a_change_the_outcome_is_what_a_replay_of_the_log_says(tmp_path: Path) -> None:
    lines = (begin(), camera_line(), *rats(3).lines)

    outcome, _ = judged(tmp_path, *lines, order=replace(ORDER, codes={}))

    from alerts.replay.run import replayed

    assert outcome.before.alerts == replayed(lines, shipped_setting()).alerts == outcome.after.alerts


def test_looks_outside_the_period_and_of_other_cameras_are_not_judged(tmp_path: Path) -> None:
    filmed = rats()
    order = replace(ORDER, begins_at=EPOCH + timedelta(seconds=1000), codes={}, ends_at=EPOCH + 2 * HOUR)
    others = Filmed(camera_id=OTHER).see(rat(), seconds=30)

    outcome, _ = judged(tmp_path, begin(), camera_line(), camera_line(OTHER), *filmed.lines, *others.lines, order=order)

    assert [alert.started_at >= order.begins_at for alert in outcome.after.alerts] == [True]
    assert [camera.camera_id for camera in outcome.after.cameras] == [CAMERA]


def test_a_period_without_a_look_of_the_camera_is_refused_and_not_called_quiet(tmp_path: Path) -> None:
    order = replace(ORDER, begins_at=EPOCH + 5 * HOUR, ends_at=EPOCH + 6 * HOUR)

    with pytest.raises(ReplayError, match="no look of this camera in this period"):
        judged(tmp_path, begin(), camera_line(), *rats().lines, order=order)


def test_a_threshold_below_that_of_the_log_is_refused(tmp_path: Path) -> None:
    order = replace(ORDER, codes={}, thresholds={"rodent": 0.1})

    with pytest.raises(ReplayError, match=r"expected at least 0\.3"):
        judged(tmp_path, begin(), camera_line(), *rats().lines, order=order)


def test_looks_that_were_lost_in_the_period_are_told(tmp_path: Path) -> None:
    looks = rats().lines

    outcome, _ = judged(tmp_path, begin(), camera_line(), looks[0], GapLine(looks=7), *looks[1:])

    assert outcome.after.lost_looks == 7


def test_looks_of_other_cameras_are_passed_over_unread(tmp_path: Path) -> None:
    own, other = Filmed().see(seconds=2), Filmed(camera_id=OTHER).see(seconds=2)
    path = saved(tmp_path / "looks.jsonl", [begin(), camera_line(), camera_line(OTHER), *own.lines, *other.lines])

    looks = [line for line in read_log(path, only=CAMERA) if isinstance(line, LookLine)]

    assert looks == own.lines


@given(
    hours=st.lists(st.integers(0, 400), min_size=1, max_size=12, unique=True),
    begin_hour=st.integers(0, 400),
    length=st.integers(1, 100),
)
def test_no_file_that_can_hold_a_look_of_the_period_is_left_out(
    hours: Sequence[int], begin_hour: int, length: int
) -> None:
    starts = [EPOCH + each * HOUR for each in sorted(hours)]
    files = [Path(f"{start:%Y%m%dT%H%M%S.%f}Z.jsonl") for start in starts]
    begins_at, ends_at = EPOCH + begin_hour * HOUR, EPOCH + (begin_hour + length) * HOUR

    chosen = files_of(files, begins_at, ends_at)

    assert [moment_of(path) for path in files] == starts
    for place, path in enumerate(files):
        last = starts[place + 1] if place + 1 < len(files) else None
        may_hold = starts[place] <= ends_at and (last is None or last > begins_at)
        assert (path in chosen) == may_hold


@pytest.mark.parametrize("because", ["看了一周的回放", 'it said: "no", # twice\nand again'])
def test_what_was_tried_comes_as_a_profile_that_the_catalogue_takes(tmp_path: Path, because: str) -> None:
    order = replace(ORDER, codes={"pest.rodent": {"minimum_seconds": 2.5, "cool_down_seconds": 60.0}})
    folder = tmp_path / "catalogue"
    for path in SHIPPED.rglob("*.yaml"):
        target = folder / path.relative_to(SHIPPED)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())

    text = profile_text(order, name="tuned", because=because, catalogue=load_catalogue(profile="cn-hubei"))
    (folder / "profiles" / "tuned.yaml").write_text(text, "utf-8")
    tuned = load_catalogue(folder, "tuned")

    entry = tuned.entries["pest.rodent"]
    assert entry.rule is not None
    assert (entry.rule.minimum_seconds, entry.rule.cool_down_seconds) == (2.5, 60.0)
    assert entry.origins["minimum_seconds"].because == because
    assert [profile.name for profile in tuned.profiles] == ["cn-national", "cn-hubei", "tuned"]
    assert yaml.safe_load(text)["based_on"] == "cn-hubei"
