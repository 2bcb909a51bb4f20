"""Trials in a real process of their own."""

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest

from alerts.catalogue import load_catalogue
from alerts.replay.setting import ReplayError
from alerts.replay.testing import saved
from alerts.replay.trial import TrialOrder, TrialProgress, tried
from alerts.replay.trial_desk import Trial, TrialCancelledError, TrialState
from domain.ids import UserId
from service.replay.trials import ProcessTrials, TrialFile
from tests.alerts.replay.looks import Filmed, begin, camera_line
from tests.alerts.samples import EPOCH
from tests.alerts.scenes import CAMERA, rat

ORDER = TrialOrder(
    camera_id=CAMERA,
    begins_at=EPOCH,
    ends_at=EPOCH + timedelta(hours=1),
    codes={"pest.rodent": {"minimum_seconds": 10.0}},
)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    folder = tmp_path / "detections"
    folder.mkdir()
    filmed = Filmed().see(rat(), seconds=4).see(seconds=20)
    saved(folder / f"{EPOCH:%Y%m%dT%H%M%S.%f}Z.jsonl", [begin(), camera_line(), *filmed.lines])
    return folder


def trials(folder: Path, limit_seconds: float = 300.0) -> ProcessTrials:
    return ProcessTrials(folder, load_catalogue(), is_on=True, limit_seconds=limit_seconds)


def test_the_process_finds_what_is_found_here(log: Path) -> None:
    told: list[TrialProgress] = []

    outcome = trials(log).begin(ORDER).finish(told.append)

    assert outcome == tried(sorted(log.iterdir()), ORDER, load_catalogue(), lambda _: None)
    assert told[-1].share == 1.0


def test_why_nothing_came_of_it_is_heard(log: Path) -> None:
    order = TrialOrder(camera_id=CAMERA, begins_at=EPOCH, ends_at=ORDER.ends_at, thresholds={"rodent": 0.1})

    with pytest.raises(ReplayError, match=r"expected at least 0\.3"):
        trials(log).begin(order).finish(lambda _: None)


def test_a_trial_that_takes_too_long_is_given_up(log: Path) -> None:
    with pytest.raises(ReplayError, match="choose a shorter period"):
        trials(log, limit_seconds=0.0).begin(ORDER).finish(lambda _: None)


def test_a_cancelled_trial_ends_without_an_outcome(log: Path) -> None:
    run = trials(log).begin(ORDER)
    run.cancel()

    with pytest.raises(TrialCancelledError):
        run.finish(lambda _: None)


def test_the_log_tells_from_when_until_when_it_reaches(log: Path, tmp_path: Path) -> None:
    [file] = log.iterdir()
    ends_at = EPOCH + timedelta(minutes=3)
    os.utime(file, (ends_at.timestamp(), ends_at.timestamp()))

    span = trials(log).span()

    assert (span.begins_at, span.ends_at, span.size_bytes) == (EPOCH, ends_at, file.stat().st_size)
    assert span.thresholds["rodent"] == 0.3
    nothing = trials(tmp_path / "none").span()
    assert (nothing.begins_at, nothing.ends_at, nothing.size_bytes) == (None, None, 0)


def test_who_tried_what_is_added_to_a_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    trial = Trial(
        trial_id="trial-1",
        order=ORDER,
        state=TrialState.WAITING,
        by=UserId("user-1"),
        by_name="李工",
        ordered_at=EPOCH,
    )
    book = TrialFile(tmp_path / "trials.jsonl", lambda: EPOCH)

    book.note("ordered", trial, "李工")
    book.note("done", trial, "")

    lines = [json.loads(line) for line in (tmp_path / "trials.jsonl").read_text("utf-8").splitlines()]
    assert [(line["act"], line["by"], line["camera_id"]) for line in lines] == [
        ("ordered", "李工", CAMERA),
        ("done", "", CAMERA),
    ]
    assert lines[0]["codes"] == {"pest.rodent": {"minimum_seconds": 10.0}}
    assert (tmp_path / "trials.jsonl").stat().st_mode & 0o777 == 0o600
