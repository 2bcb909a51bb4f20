import hashlib
import json
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import structlog
from prometheus_client import REGISTRY

from alerts import life
from alerts.bell import FeedBell
from alerts.catalogue import load_catalogue
from alerts.errors import JournalError
from alerts.messages import AlertMessages
from alerts.orders import RaiseOrder
from alerts.ports import AlertFilter, FeedEntry, NewMessage, StepRecord
from alerts.review import ReviewDesk
from alerts.testing import FixedFaces, InMemoryClips, InMemoryJournal
from domain.alert import Alert, AlertState, EvidenceKind
from domain.geometry import Box
from domain.ids import CameraId, UserId
from tests.alerts.kit import EVERYTHING, Kit, camera
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
    for subject in (rat(0.1, track_id=1), rat(0.9, track_id=2)):
        kit.see(subject, seconds=2)
        kit.recorder.work()
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


def test_evidence_that_was_finished_just_before_the_kill_is_kept(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    kit.watch()
    kit.rat_alert()
    kit.journal.fail_next = [AWAY] * 100  # the clip is stored, but nobody could write that down
    kit.pass_time(10)
    after = kit.restarted()
    kit.journal.fail_next = []
    after.pipeline.resume()
    after.recorder.work()
    assert after.evidence(EvidenceKind.CLIP) == ("stored", None)
    (clip,) = [piece for piece in after.only_alert().evidence if piece.kind is EvidenceKind.CLIP]
    assert (clip.size_bytes, clip.sha256) == (4, hashlib.sha256(b"clip").hexdigest())


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
    assert kit.only_alert().violation.code == "pest.rodent"


class SlowFaces(FixedFaces):
    """A face finder during which the kit's clock moves on."""

    def __init__(self, kit: Kit, seconds: float) -> None:
        super().__init__()
        self._kit = kit
        self._seconds = seconds
        self.asked = 0

    def find(self, pixels: object) -> Sequence[Box]:
        self._kit.seconds += self._seconds
        self.asked += 1
        return ()


def kitchen_with_slow_evidence(folder: Path, cameras: int, *, seconds: float) -> tuple[Kit, SlowFaces]:
    """Each camera sees a rat at the same moment; the recorder has not begun to work."""
    kit = Kit(folder)
    kit.faces = faces = SlowFaces(kit, seconds)
    kit.__post_init__()
    ids = [CameraId(f"camera-{number}") for number in range(cameras)]
    for camera_id in ids:
        kit.watch(camera(camera_id))
    for _ in range(10):
        for camera_id in ids:
            kit.see(rat(), seconds=0.2, camera_id=camera_id)
            kit.seconds -= 0.2
        kit.seconds += 0.2
    return kit, faces


def test_two_hundred_alerts_at_once_are_on_record_before_their_evidence_is_made(tmp_path: Path) -> None:
    kit, faces = kitchen_with_slow_evidence(tmp_path, 200, seconds=3.0)
    stills_when_recorded: list[int] = []
    record = kit.journal.record

    def noting(alert: Alert, step: StepRecord, messages: Sequence[NewMessage], expected_sequence: int) -> FeedEntry:
        if expected_sequence == 0:
            stills_when_recorded.append(faces.asked)
        return record(alert, step, messages, expected_sequence)

    kit.journal.record = noting  # type: ignore[method-assign]
    kit.recorder.work()
    assert len(kit.journal.feed(0, EVERYTHING, 1000)) >= 200
    assert max(stills_when_recorded) <= 1
    kit.pass_time(60)
    pieces = [piece for entry in kit.journal.search(AlertFilter(), EVERYTHING, None, 500) for piece in entry.evidence]
    assert len(pieces) == 600
    assert {piece.state.value for piece in pieces} == {"stored"}
    assert kit.journal.pending_evidence() == []


def test_a_restart_marks_stills_that_were_never_made(tmp_path: Path) -> None:
    kit, _ = kitchen_with_slow_evidence(tmp_path, 1, seconds=3.0)
    kit.seconds += 2
    kit.recorder._do_next(at_once=False)  # killed between the alert and its still
    kit.recorder._flush(at_once=False)
    after = kit.restarted()
    after.pipeline.resume()
    after.recorder.work()
    assert {piece.cause for piece in kit.only_alert().evidence} == {"interrupted"}


def test_subjects_confirmed_by_one_picture_have_their_faces_looked_for_once(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    kit.faces = faces = SlowFaces(kit, 0.1)
    kit.__post_init__()
    kit.watch()
    kit.see(rat(0.1, track_id=1), rat(0.9, track_id=2), seconds=2)
    kit.recorder.work()
    assert len(kit.alerts()) == 2
    assert faces.asked == 1
    assert {piece.state.value for alert in kit.alerts() for piece in alert.evidence if piece.kind != "clip"} == {
        "stored"
    }


def test_what_a_stop_could_not_record_is_named(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    kit.watch()
    kit.journal.fail_next = [AWAY] * 100_000
    kit.pipeline.start()
    kit.see(rat(), seconds=2)
    with structlog.testing.capture_logs() as lines:
        kit.pipeline.stop(0.3)
    (summary,) = [line for line in lines if line["event"] == "alert_steps_lost"]
    lost = [line for line in lines if line["event"] == "alert_step_lost"]
    assert len(lost) == summary["count"] >= 1
    assert {line["alert_id"] for line in lost} == {"0190aaaa-0000-7000-8000-000000000002"}
    assert "pest.rodent" in repr(lost[0]["write"])


def test_what_is_kept_aside_holds_no_pictures(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    kit.watch()
    kit.see(rat(), seconds=2)
    (order, since) = kit.recorder._inbox.popleft()
    assert isinstance(order, RaiseOrder)
    nowhere = replace(order, place=replace(order.place, timezone="Nowhere/At_all"))
    kit.recorder._inbox.append((nowhere, since))
    kit.recorder.work()
    (aside,) = kit.recorder.set_aside
    assert isinstance(aside, RaiseOrder)
    assert aside.frame is None


def test_the_clip_of_a_file_whose_clock_runs_ahead_waits_no_longer_than_any_other(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    kit.watch()
    kit.seconds += 3600
    kit.see(rat(), seconds=2)
    kit.seconds -= 3600
    kit.recorder.work()
    kit.pass_time(kit.settings.after_seconds + 1)
    assert kit.evidence(EvidenceKind.CLIP) == ("stored", None)
