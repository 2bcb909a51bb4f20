"""The thread that makes open alerts more urgent; over the databases: tests/service/storage/test_rises.py."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from alerts.catalogue import Catalogue, load_catalogue
from alerts.errors import JournalError
from alerts.messages import AlertMessage, AlertMessages
from alerts.replay.run import replayed
from alerts.replay.setting import ReplaySetting
from alerts.riser import Riser
from alerts.rising import RiseRule
from alerts.step_taker import StepTaker
from alerts.testing import InMemoryEvidenceStore, InMemoryJournal, InMemoryViewings
from domain.alert import Alert, AlertStep, Origin
from domain.ids import CameraId, NodeId
from domain.life import RiseCause
from domain.risk import RiskClass
from domain.scope import Scope
from service.replay.report import document
from service.replay.work import Outcome
from tests.alerts.kit import Kit
from tests.alerts.lives import CATALOGUE, LI, Office, lived
from tests.alerts.replay.looks import Filmed, begin, camera_line
from tests.alerts.samples import EPOCH, ended_alert, sample_step
from tests.alerts.scenes import Thing, rat

S = AlertStep
EVERYTHING = Scope.everything()


class Watched:
    """Everything is watched but the cameras of `others`; what lasts is set by hand."""

    def __init__(self) -> None:
        self.seconds: float | None = None
        self.others: set[str] = set()

    def is_watched(self, camera_id: CameraId) -> bool:
        return camera_id not in self.others

    def lasted_seconds(self, alert: Alert) -> float | None:
        return self.seconds


class Clock:
    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def lasts(seconds: float) -> RiseRule:
    return RiseRule(to=RiskClass.I, cause=RiseCause.LASTS, needed=seconds, because="p")


def counts(cause: RiseCause, number: int, days: int = 0) -> RiseRule:
    return RiseRule(to=RiskClass.I, cause=cause, needed=number, within_days=days, because="p")


TOGETHER = RiseRule(to=RiskClass.I, cause=RiseCause.TOGETHER, needed=1, beside=frozenset({"animal.pet"}), because="p")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(journal=InMemoryJournal(), store=InMemoryEvidenceStore(tmp_path), viewings=InMemoryViewings())


def raised(office: Office, number: int, *, days_ago: float = 0, **violation: object) -> Alert:
    alert = lived(number, risk_class=RiskClass.II)
    at = alert.raised_at - timedelta(days=days_ago)
    alert = replace(
        alert,
        raised_at=at,
        updated_at=at,
        local_day=(at + timedelta(hours=8)).date(),
        violation=replace(alert.violation, **violation),  # type: ignore[arg-type]
    )
    step, message = AlertMessages(CATALOGUE).step(alert, S.RAISED)
    office.journal.record(alert, step, [message], 0)
    return alert


def riser(office: Office, watched: Watched, *rules: RiseRule, code: str = "pest.rodent") -> Riser:
    return Riser(office.review.steps, {code: rules}, watched, clock=Clock())


def classes(office: Office, *numbers: int) -> list[str]:
    found = [office.journal.get(lived(number).alert_id, EVERYTHING) for number in numbers]
    return [alert.violation.risk_class.value for alert in found]


def test_what_lasts_rises_once_with_step_message_and_bell(office: Office) -> None:
    raised(office, 1)
    watched = Watched()
    thread = riser(office, watched, lasts(60))
    watched.seconds = 59.9
    assert (thread.work(), classes(office, 1)) == (0, ["II"])
    watched.seconds, rings = 61.0, office.bell.count
    assert (thread.work(), classes(office, 1), office.bell.count) == (1, ["I"], rings + 1)
    watched.seconds = 5000.0
    assert thread.work() == 0
    first, risen = office.journal.history(lived().alert_id)
    assert (risen.step, risen.actor_id, risen.payload["step"]) == (S.RISEN, None, "updated")
    assert (first.payload["class"], risen.payload["class"], risen.payload["life_step"]) == ("II", "I", "risen")
    assert [one["before"] for one in risen.payload["life"]["rises"]] == ["II"]
    AlertMessage.model_validate(risen.payload)
    assert office.journal.depth() == 2


def test_several_at_once_rise_together_and_those_that_follow_each_other_do_not(office: Office) -> None:
    thread = riser(office, Watched(), counts(RiseCause.SUBJECTS, 2))
    alert = raised(office, 1)
    assert thread.work() == 0
    over = ended_alert(alert)
    office.journal.record(over, AlertMessages(CATALOGUE).step(over, S.ENDED)[0], [], 1)
    raised(office, 2)
    assert thread.work() == 0
    raised(office, 3)
    assert (thread.work(), classes(office, 1, 2, 3)) == (2, ["II", "I", "I"])


def test_another_camera_is_no_company(office: Office) -> None:
    raised(office, 1)
    raised(office, 2, camera_id=CameraId("camera-2"))
    raised(office, 3, camera_id=CameraId("camera-2"), code="animal.pet")
    assert riser(office, Watched(), counts(RiseCause.SUBJECTS, 2)).work() == 0
    assert (riser(office, Watched(), TOGETHER).work(), classes(office, 1, 2, 3)) == (1, ["II", "I", "II"])


def test_what_stands_beside_makes_it_rise_when_it_comes_later(office: Office) -> None:
    raised(office, 1)
    thread = riser(office, Watched(), TOGETHER)
    assert thread.work() == 0
    raised(office, 2, code="animal.pet")
    assert (thread.work(), classes(office, 1, 2)) == (1, ["I", "II"])


def test_repetitions_count_those_that_nobody_denied(office: Office) -> None:
    for number, days_ago in enumerate((9, 5, 3), start=1):
        alert = raised(office, number, days_ago=days_ago)
        over = ended_alert(alert)
        office.journal.record(over, AlertMessages(CATALOGUE).step(over, S.ENDED)[0], [], 1)
    raised(office, 4)
    thread = riser(office, Watched(), counts(RiseCause.REPEATS, 3, days=7))
    office.pass_time(minutes=1)
    office.viewings.note(lived(3).alert_id, LI, EPOCH)
    office.review.dismiss(lived(3).alert_id, actor=LI, scope=EVERYTHING, expected_sequence=2, reason="是猫")
    assert (thread.work(), classes(office, 4)) == (0, ["II"])
    office.review.confirm(lived(3).alert_id, actor=LI, scope=EVERYTHING, expected_sequence=3, reason="又看了一遍")
    assert (thread.work(), classes(office, 4)) == (1, ["I"])


def test_what_a_person_dismissed_is_no_company_either(office: Office) -> None:
    raised(office, 1)
    raised(office, 2)
    office.viewings.note(lived(2).alert_id, LI, EPOCH)
    office.pass_time(minutes=1)
    office.review.dismiss(lived(2).alert_id, actor=LI, scope=EVERYTHING, expected_sequence=1, reason="是猫")
    assert riser(office, Watched(), counts(RiseCause.SUBJECTS, 2)).work() == 0


def test_cameras_of_other_processes_and_alerts_of_nodes_are_left_to_them(office: Office) -> None:
    raised(office, 1)
    alert = replace(lived(2, risk_class=RiskClass.II), origin=Origin(node_id=NodeId("edge-1"), sequence=1))
    office.journal.record(alert, sample_step(alert), [], 0)
    watched = Watched()
    watched.seconds, watched.others = 100.0, {"camera-1"}
    assert riser(office, watched, lasts(60)).work() == 0
    watched.others = set()
    assert (riser(office, watched, lasts(60)).work(), classes(office, 1, 2)) == (1, ["I", "II"])


def test_a_journal_that_is_away_makes_nothing_rise_and_the_next_round_does(office: Office) -> None:
    raised(office, 1)
    watched = Watched()
    watched.seconds = 100.0
    thread = riser(office, watched, lasts(60))
    office.journal.fail_next.append(JournalError("away", is_temporary=True))
    with pytest.raises(JournalError):
        thread.work()
    assert classes(office, 1) == ["II"]
    assert (thread.work(), classes(office, 1)) == (1, ["I"])


def test_who_was_quicker_is_heeded(office: Office) -> None:
    raised(office, 1)
    watched = Watched()
    thread = riser(office, watched, lasts(60))
    assert thread.work() == 0
    watched.seconds = 100.0
    assert riser(office, watched, lasts(60)).work() == 1
    assert thread.work() == 0
    assert len(office.journal.history(lived().alert_id)) == 2


def test_a_catalogue_without_rises_starts_no_thread(office: Office) -> None:
    thread = Riser(office.review.steps, {}, Watched(), clock=Clock())
    thread.start()
    thread.stop()
    assert thread.work() == 0


# With the rules over pictures, and in a replay


def rats_of_class_two(*rules: RiseRule) -> Catalogue:
    catalogue = load_catalogue()
    entry = catalogue.entries["pest.rodent"]
    changed = replace(entry, risk=replace(entry.risk, risk_class=RiskClass.II), rises=rules)
    return replace(catalogue, entries={**catalogue.entries, "pest.rodent": changed})


SCENES: list[tuple[Sequence[Thing], float]] = [
    ([rat()], 8),
    ([], 2000),
    ([rat(0.1, track_id=2)], 3),
    ([rat(0.1, track_id=2), rat(0.9, track_id=3)], 4),
    ([], 30),
]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (lasts(5), ["I", "I", "II"]),
        (counts(RiseCause.SUBJECTS, 2), ["II", "I", "I"]),
        (counts(RiseCause.REPEATS, 2, days=1), ["II", "I", "I"]),
    ],
    ids=lambda value: value.cause.value if isinstance(value, RiseRule) else "",
)
def test_a_replay_raises_the_class_that_the_service_raised(tmp_path: Path, rule: RiseRule, expected: list[str]) -> None:
    catalogue = rats_of_class_two(rule)
    kit = Kit(tmp_path, catalogue=catalogue)
    kit.watch()
    steps = StepTaker(journal=kit.journal, messages=AlertMessages(catalogue), bell=kit.bell, now=kit.now)
    thread, filmed = Riser(steps, catalogue.rises, kit.pipeline, clock=kit.clock), Filmed()
    for things, seconds in SCENES:
        for _ in range(round(min(seconds, 40))):
            kit.see(*things, seconds=1)
            kit.recorder.work()
            thread.work()
        filmed.see(*things, seconds=min(seconds, 40))
        kit.seconds, filmed.seconds = (each + max(0.0, seconds - 40) for each in (kit.seconds, filmed.seconds))

    found = replayed([begin(), camera_line(), *filmed.lines], ReplaySetting(name="it", catalogue=catalogue))

    assert [each.violation.risk_class.value for each in reversed(kit.alerts())] == expected
    assert [each.risk_class.value for each in found.alerts] == expected
    told = document(Outcome(after=found, before=None, comparison=()))["after"]["alerts"]
    assert [each["class"] for each in told] == expected
    assert [[one["cause"] for one in each["rises"]] for each in told] == [
        [rule.cause.value] if each == "I" else [] for each in expected
    ]
