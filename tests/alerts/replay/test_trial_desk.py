"""Trials in the background: one at a time, followed, cancelled, written down."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from alerts.catalogue import load_catalogue
from alerts.replay.testing import InMemoryBook, ScriptedTrials
from alerts.replay.trial import TrialOrder
from alerts.replay.trial_desk import MOST_KEPT, MOST_WAITING, Trial, TrialDesk, TrialsFullError, TrialState
from alerts.testing import counting_ids
from domain.ids import UserId
from tests.alerts.replay.looks import Filmed, begin, camera_line
from tests.alerts.samples import EPOCH
from tests.alerts.scenes import CAMERA, rat
from tests.support.mqtt import wait_until

ORDER = TrialOrder(
    camera_id=CAMERA,
    begins_at=EPOCH,
    ends_at=EPOCH + timedelta(hours=1),
    codes={"pest.rodent": {"minimum_seconds": 10.0}},
)


@pytest.fixture
def runner() -> ScriptedTrials:
    scripted = ScriptedTrials(load_catalogue())
    scripted.keep(begin(), camera_line(), *Filmed().see(rat(), seconds=4).see(seconds=20).lines)
    return scripted


@pytest.fixture
def book() -> InMemoryBook:
    return InMemoryBook()


@pytest.fixture
def desk(runner: ScriptedTrials, book: InMemoryBook) -> Iterator[TrialDesk]:
    opened = TrialDesk(runner=runner, book=book, new_id=counting_ids(), now=lambda: EPOCH)
    opened.start()
    yield opened
    runner.gate.set()
    opened.stop()


def ordered(desk: TrialDesk, order: TrialOrder = ORDER) -> Trial:
    return desk.order(order, by=UserId("user-1"), by_name="li")


def state_of(desk: TrialDesk, trial: Trial) -> TrialState:
    found = desk.get(trial.trial_id)
    assert found is not None
    return found.state


def until(desk: TrialDesk, trial: Trial, state: TrialState) -> Trial:
    wait_until(lambda: state_of(desk, trial) is state, 60, what=f"the trial to be {state}")
    found = desk.get(trial.trial_id)
    assert found is not None
    return found


def test_a_trial_ends_with_its_outcome_and_both_acts_are_written_down(desk: TrialDesk, book: InMemoryBook) -> None:
    done = until(desk, ordered(desk), TrialState.DONE)

    assert done.outcome is not None
    assert done.share == 1.0
    assert [(act, by) for act, _, by in book.notes] == [("ordered", "li"), ("done", "")]


def test_what_cannot_be_judged_fails_with_the_reason(desk: TrialDesk) -> None:
    failed = until(desk, ordered(desk, replace(ORDER, thresholds={"rodent": 0.1})), TrialState.FAILED)

    assert "expected at least 0.3" in failed.fault
    assert failed.outcome is None


def test_one_runs_and_others_wait_in_their_order(desk: TrialDesk, runner: ScriptedTrials) -> None:
    runner.gate.clear()
    first, second, third = ordered(desk), ordered(desk), ordered(desk)

    until(desk, first, TrialState.RUNNING)
    assert [state_of(desk, each) for each in (second, third)] == [TrialState.WAITING] * 2
    wait_until(lambda: desk.list()[-1].share == 0.25, 60, what="progress")
    runner.gate.set()

    assert until(desk, third, TrialState.DONE).outcome is not None


def test_a_running_trial_can_be_cancelled_and_the_next_goes_on(
    desk: TrialDesk, runner: ScriptedTrials, book: InMemoryBook
) -> None:
    runner.gate.clear()
    first, second = ordered(desk), ordered(desk)
    until(desk, first, TrialState.RUNNING)

    desk.cancel(first.trial_id, by_name="wang")

    assert state_of(desk, first) is TrialState.CANCELLED
    until(desk, second, TrialState.RUNNING)
    assert ("cancelled", "wang") in [(act, by) for act, _, by in book.notes]
    assert desk.cancel(first.trial_id, by_name="wang") == desk.get(first.trial_id)


def test_a_trial_that_waits_can_be_cancelled_and_never_runs(desk: TrialDesk, runner: ScriptedTrials) -> None:
    runner.gate.clear()
    first, second = ordered(desk), ordered(desk)
    until(desk, first, TrialState.RUNNING)

    desk.cancel(second.trial_id, by_name="li")
    runner.gate.set()
    until(desk, first, TrialState.DONE)

    assert state_of(desk, second) is TrialState.CANCELLED


def test_no_more_wait_than_may(desk: TrialDesk, runner: ScriptedTrials) -> None:
    runner.gate.clear()
    until(desk, ordered(desk), TrialState.RUNNING)
    for _ in range(MOST_WAITING):
        ordered(desk)

    with pytest.raises(TrialsFullError):
        ordered(desk)


def test_old_outcomes_go_and_what_is_not_over_stays(desk: TrialDesk, runner: ScriptedTrials) -> None:
    runner.gate.clear()
    running = ordered(desk)
    until(desk, running, TrialState.RUNNING)
    for _ in range(MOST_KEPT + 5):
        desk.cancel(ordered(desk).trial_id, by_name="li")

    assert len(desk.list()) == MOST_KEPT
    assert desk.get(running.trial_id) is not None


def test_a_runner_that_breaks_costs_that_trial_only(
    desk: TrialDesk, runner: ScriptedTrials, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin_rightly: Callable[..., object] = runner.begin

    def broken(order: TrialOrder) -> object:
        monkeypatch.setattr(runner, "begin", begin_rightly)
        raise RuntimeError("broken")

    monkeypatch.setattr(runner, "begin", broken)
    first, second = ordered(desk), ordered(desk)

    assert "internal fault" in until(desk, first, TrialState.FAILED).fault
    until(desk, second, TrialState.DONE)
