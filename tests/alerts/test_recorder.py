import json
import threading
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from prometheus_client import REGISTRY

from alerts import life
from alerts.bell import FeedBell
from alerts.catalogue import load_catalogue
from alerts.errors import JournalError
from alerts.messages import AlertMessages
from alerts.ports import FeedEntry, NewMessage, StepRecord
from alerts.review import ReviewDesk
from alerts.testing import InMemoryClips, InMemoryJournal
from domain.alert import Alert, AlertState, EvidenceKind
from domain.ids import UserId
from tests.alerts.kit import EVERYTHING, Kit
from tests.alerts.samples import EPOCH
from tests.alerts.scenes import rat
from tests.support.mqtt import wait_until

AWAY = JournalError("database is locked", is_temporary=True)
REFUSED = JournalError("value too long", is_temporary=False)


def gauge(name: str) -> float:
    return REGISTRY.get_sample_value(name) or 0.0


def test_a_violation_becomes_an_alert_with_evidence_step_and_message(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    kit.watch()
    alert = kit.rat_alert()
    assert (alert.state, alert.sequence, alert.enterprise_id) == (AlertState.RAISED, 1, "enterprise-1")
    assert alert.local_day.isoformat() == "2026-01-05"
    (message,) = kit.journal.pending(10)
    payload = json.loads(message.payload)
    assert payload == kit.journal.history(alert.alert_id)[0].payload
    assert message.topic == "brightkitchen/v1/sites/site-1/alerts/pest.rodent"
    assert message.captured_at == alert.violation.confirmed_at
    assert (payload["camera_name"], payload["name_zh"]) == ("粗加工 1", "鼠类活动")
    assert [piece["state"] for piece in payload["evidence"]] == ["stored", "stored", "pending"]


def test_the_bell_rings_after_each_commit_and_only_then(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    kit.watch()
    kit.journal.fail_next = [AWAY]
    kit.see(rat(), seconds=2)
    kit.recorder.work()
    assert kit.bell.count == 0
    kit.pass_time(1)
    assert kit.bell.count == 1


def test_steps_are_counted_by_site_code_and_step(tmp_path: Path) -> None:
    labels = {"site": "site-1", "code": "pest.rodent", "step": "raised"}
    before = REGISTRY.get_sample_value("brightkitchen_alerts_total", labels) or 0.0
    kit = Kit(tmp_path)
    kit.watch()
    kit.rat_alert()
    assert REGISTRY.get_sample_value("brightkitchen_alerts_total", labels) == before + 1


def test_a_database_that_is_away_for_a_day_loses_nothing_and_keeps_the_order(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    kit.watch()
    kit.journal.fail_next = [AWAY] * 10_000
    kit.see(rat(0.1, track_id=1), seconds=2)
    kit.see(rat(0.9, track_id=2), seconds=2)
    kit.see(seconds=30)
    for _ in range(24):
        kit.pass_time(3600)
    assert kit.alerts() == []
    assert gauge("brightkitchen_unrecorded_steps") == 6
    kit.journal.fail_next = []
    kit.pass_time(60)
    steps = [entry.step for entry in kit.journal.feed(0, EVERYTHING, 100)]
    assert [step.step.value for step in steps[:2]] == ["raised", "raised"]
    assert sorted(step.step.value for step in steps) == ["ended"] * 2 + ["raised"] * 2 + ["updated"] * 2
    assert all(not alert.is_open for alert in kit.alerts())
    assert gauge("brightkitchen_unrecorded_steps") == 0


def test_tries_grow_rarer_while_the_database_is_away(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    kit.watch()
    kit.journal.fail_next = [AWAY] * 100_000
    kit.see(rat(), seconds=2)
    kit.recorder.work()
    for _ in range(600):
        kit.pass_time(0.1)
    tries = 100_000 - len(kit.journal.fail_next)
    # 0.2, 0.4, 0.8 … 6.4, then every 10 s: six doublings and about five more in a minute.
    assert 8 <= tries <= 14


def test_what_the_database_refuses_for_good_is_kept_aside_and_the_rest_goes_on(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    kit.watch()
    kit.journal.fail_next = [REFUSED]
    kit.see(rat(0.1, track_id=1), rat(0.9, track_id=2), seconds=2)
    kit.recorder.work()
    assert len(kit.alerts()) == 1
    assert len(kit.recorder.set_aside) == 1
    assert gauge("brightkitchen_steps_set_aside") == 1
    kit.see(seconds=30)
    kit.recorder.work()
    assert len(kit.recorder.set_aside) == 1
    assert not kit.only_alert().is_open


class LostAnswers(InMemoryJournal):
    """A database whose answer to the first write is lost after the commit."""

    def __init__(self) -> None:
        super().__init__()
        self.losses = 1

    def record(
        self, alert: Alert, step: StepRecord, messages: Sequence[NewMessage], expected_sequence: int
    ) -> FeedEntry:
        entry = super().record(alert, step, messages, expected_sequence)
        if self.losses:
            self.losses -= 1
            raise JournalError("connection lost", is_temporary=True)
        return entry


def test_a_commit_whose_answer_was_lost_is_not_doubled(tmp_path: Path) -> None:
    journal = LostAnswers()
    kit = Kit(tmp_path, journal=journal)
    kit.watch()
    kit.see(rat(), seconds=2)
    kit.recorder.work()
    kit.pass_time(1)
    assert kit.steps(kit.only_alert().alert_id) == ["raised"]
    journal.losses = 1
    kit.see(seconds=30)
    kit.recorder.work()
    kit.pass_time(1)
    assert sorted(kit.steps(kit.only_alert().alert_id)) == ["ended", "raised", "updated"]
    assert journal.depth() == 3


def test_a_review_in_between_is_kept_by_the_machines_next_step(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    kit.watch()
    alert = kit.rat_alert()
    desk = ReviewDesk(kit.journal, AlertMessages(load_catalogue()), FeedBell(), kit.now)
    desk.dismiss(alert.alert_id, actor=UserId("u"), scope=EVERYTHING, expected_sequence=1, reason="是猫")
    kit.see(seconds=30)
    kit.recorder.work()
    assert kit.only_alert().state is AlertState.DISMISSED
    assert not kit.only_alert().is_open
    assert [step.sequence for step in kit.journal.history(alert.alert_id)] == [1, 2, 3, 4]


def test_a_review_at_the_very_moment_of_the_machines_step_costs_neither(tmp_path: Path) -> None:
    class Racing(InMemoryJournal):
        is_armed = False

        def record(
            self, alert: Alert, step: StepRecord, messages: Sequence[NewMessage], expected_sequence: int
        ) -> FeedEntry:
            if self.is_armed:
                self.is_armed = False
                before = self.get(alert.alert_id, EVERYTHING)
                assert before is not None
                seen = life.acknowledge(before, actor=UserId("u"), now=EPOCH + timedelta(minutes=1))
                super().record(seen, step, [], before.sequence)
            return super().record(alert, step, messages, expected_sequence)

    journal = Racing()
    kit = Kit(tmp_path, journal=journal)
    kit.watch()
    alert = kit.rat_alert()
    journal.is_armed = True
    kit.pass_time(10)
    assert kit.only_alert().state is AlertState.ACKNOWLEDGED
    assert kit.evidence(EvidenceKind.CLIP) == ("stored", None)
    assert len(kit.journal.history(alert.alert_id)) == 3


def test_evidence_of_a_killed_process_is_marked_interrupted_with_a_step(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    kit.watch()
    alert = kit.rat_alert()
    after = kit.restarted()
    after.pipeline.resume()
    after.recorder.work()
    assert after.evidence(EvidenceKind.CLIP) == ("missing", "interrupted")
    assert after.evidence(EvidenceKind.STILL) == ("stored", None)
    assert after.steps(alert.alert_id) == ["raised", "updated"]
    assert kit.journal.pending_evidence() == []


def test_a_stop_puts_on_record_what_is_on_its_way(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    kit.watch()
    kit.pipeline.start()
    kit.see(rat(), seconds=2)
    kit.pipeline.stop(10)
    assert kit.steps(kit.only_alert().alert_id) == ["raised", "updated"]
    assert kit.evidence(EvidenceKind.CLIP) == ("stored", None)
    kit.pipeline.stop(1)


def test_a_clip_that_a_stop_cuts_off_says_so(tmp_path: Path) -> None:
    kit = Kit(tmp_path, clips=InMemoryClips(content=None))
    kit.watch()
    kit.pipeline.start()
    kit.see(rat(), seconds=2)
    kit.pipeline.stop(10)
    assert kit.evidence(EvidenceKind.CLIP) == ("missing", "interrupted")


def test_a_stop_does_not_wait_longer_than_its_grace_for_a_database_that_is_away(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    kit.watch()
    kit.journal.fail_next = [AWAY] * 100_000
    kit.pipeline.start()
    kit.see(rat(), seconds=2)
    began = time.monotonic()
    kit.pipeline.stop(0.5)
    assert time.monotonic() - began < 5
    wait_until(lambda: not any(t.name == "alert-recorder" for t in threading.enumerate()), what="the thread to end")


def test_the_thread_records_without_being_asked(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    kit.watch()
    kit.journal.fail_next = [AWAY]
    kit.pipeline.start()
    kit.see(rat(), seconds=2)

    def time_passes_until_it_is_there() -> bool:
        kit.seconds += 0.01
        return len(kit.alerts()) == 1

    wait_until(time_passes_until_it_is_there, what="the alert")
    kit.pipeline.stop(10)
