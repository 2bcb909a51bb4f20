import time
from datetime import timedelta
from pathlib import Path

import pytest

from alerts.errors import JournalError
from alerts.testing import InMemoryJournal
from detector.ports import ObservationSink
from domain.alert import Alert, EvidenceKind
from domain.detection import Observation
from domain.frame import Frame
from domain.ids import CameraId, EnterpriseId, SiteId
from domain.zone import ZoneType
from tests.alerts.kit import NAMES, Kit, camera
from tests.alerts.scenes import CAMERA, Thing, box_at, make_observation, rat, zone


def full_bin() -> Thing:
    return Thing("bin_overflowing", box_at(0.3, 0.8, 0.1, 0.2), 7)


def test_a_camera_that_nobody_configured_raises_nothing(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    sink: ObservationSink = kit.pipeline
    sink.forget(CAMERA)
    kit.see(rat(), seconds=3)
    assert kit.alerts() == []


def test_a_rat_is_one_alert_from_its_begin_to_its_end(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    kit.watch()
    kit.rat_alert()
    kit.see(rat(), seconds=18)
    kit.see(seconds=20)
    kit.recorder.work()
    alert = kit.only_alert()
    assert sorted(kit.steps(alert.alert_id)) == ["ended", "raised", "updated"]
    assert alert.violation.ended_at is not None
    assert (alert.violation.ended_at - alert.violation.started_at).total_seconds() == pytest.approx(19.8)
    assert alert.violation.clause_ids == ("fsl-33-1-1", "fsl-33-1-2", "fsl-126-1-13", "practice-12")


def test_a_camera_that_was_not_configured_raises_nothing(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    kit.see(rat(), seconds=5)
    kit.recorder.work()
    assert kit.alerts() == []


def test_the_same_rat_on_two_cameras_is_two_alerts(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    kit.watch()
    kit.watch(camera(CameraId("camera-2")))
    kit.see(rat(), seconds=2)
    kit.see(rat(), seconds=2, camera_id=CameraId("camera-2"))
    kit.recorder.work()
    assert {alert.violation.camera_id for alert in kit.alerts()} == {"camera-1", "camera-2"}


def test_new_zones_count_from_the_next_picture_and_lose_nothing(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    kit.watch()
    kit.rat_alert()
    kit.watch(zones=[zone("海报", ZoneType.IGNORED, 0.0, 0.0, 1.0, 1.0)])
    kit.see(rat(), seconds=20)
    kit.recorder.work()
    assert kit.only_alert().violation.ended_at is not None


def test_a_code_that_is_switched_off_ends_what_it_had_open(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    kit.watch()
    alert = kit.rat_alert()
    kit.watch(camera(codes=frozenset({"bin.overflow"})))
    kit.see(rat(), seconds=1)
    kit.recorder.work()
    assert not kit.only_alert().is_open
    assert kit.journal.history(alert.alert_id)[-1].note == "no longer judged here"


def test_a_removed_camera_ends_what_it_had_open_and_says_why(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    kit.watch()
    alert = kit.rat_alert()
    kit.pipeline.remove(CAMERA)
    kit.pipeline.remove(CAMERA)
    kit.see(rat(), seconds=5)
    kit.recorder.work()
    assert kit.journal.history(alert.alert_id)[1].note == "camera removed"
    assert not kit.only_alert().is_open


def test_a_removed_camera_keeps_the_clip_of_its_alert_as_far_as_it_goes(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    kit.watch()
    kit.rat_alert()
    kit.pipeline.start()
    kit.pipeline.remove(CAMERA)
    kit.clips.content = None  # the packets went with the camera
    kit.pipeline.stop(10)
    assert kit.evidence(EvidenceKind.CLIP) == ("stored", None)


def test_a_removed_camera_leaves_the_clips_of_others_their_time(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    kit.watch()
    kit.watch(camera(CameraId("camera-2")))
    kit.rat_alert()
    kit.pipeline.remove(CameraId("camera-2"))
    kit.recorder.work()
    assert kit.evidence(EvidenceKind.CLIP) == ("pending", None)
    kit.pass_time(10)
    assert kit.evidence(EvidenceKind.CLIP) == ("stored", None)


def test_a_recording_that_has_ended_leaves_nothing_open_and_says_why(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    kit.watch()
    alert = kit.rat_alert()
    kit.pipeline.recording_ended(CAMERA)
    kit.pipeline.recording_ended(CAMERA)
    kit.recorder.work()
    ended = kit.journal.history(alert.alert_id)[-1]
    assert (ended.step.value, ended.note) == ("ended", "recording ended")
    assert not kit.only_alert().is_open


def test_the_last_pictures_of_a_recording_may_come_after_its_end(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    kit.watch()
    kit.see(rat(), seconds=0.6)
    kit.pipeline.recording_ended(CAMERA)
    kit.see(rat(), seconds=1)
    kit.recorder.work()
    assert not kit.only_alert().is_open
    assert kit.steps(kit.only_alert().alert_id) == ["raised", "ended"]


def test_a_recording_that_is_played_again_is_judged_as_before(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    kit.watch()
    kit.pipeline.recording_ended(CAMERA)
    kit.watch()
    kit.see(rat(), seconds=2)
    kit.recorder.work()
    assert kit.only_alert().is_open


def test_an_alert_of_a_camera_that_went_with_the_process_does_not_stay_open(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    kit.watch()
    kit.watch(camera(CameraId("camera-2")))
    kit.rat_alert()
    kit.see(rat(), seconds=2, camera_id=CameraId("camera-2"))
    kit.recorder.work()
    after = kit.restarted()
    after.watch(camera(CameraId("camera-2")))
    after.pipeline.end_unwatched()
    after.recorder.work()
    is_open = {alert.violation.camera_id: alert.is_open for alert in after.alerts()}
    assert is_open == {CAMERA: False, "camera-2": True}


def test_void_tracks_raise_no_second_alert(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    kit.watch()
    kit.rat_alert()
    kit.pipeline.forget(CAMERA)
    kit.see(rat(track_id=40), seconds=20)
    kit.recorder.work()
    assert kit.only_alert().is_open


@pytest.mark.parametrize("thing", [rat(), full_bin()], ids=["rat", "bin"])
def test_a_killed_process_leaves_no_double_and_no_orphan(tmp_path: Path, thing: Thing) -> None:
    codes = frozenset({"pest.rodent", "bin.overflow"})
    kit = Kit(tmp_path)
    kit.watch(camera(codes=codes))
    kit.see(thing, seconds=901)
    kit.recorder.work()
    first = kit.only_alert()
    after = kit.restarted()
    after.watch(camera(codes=codes))
    after.see(thing, seconds=901)
    after.recorder.work()
    assert after.only_alert().alert_id == first.alert_id
    after.see(seconds=200)
    after.recorder.work()
    assert not after.only_alert().is_open


@pytest.mark.parametrize("hours", [5, -9], ids=["forwards", "back"])
def test_a_wall_clock_that_jumps_changes_no_decision(tmp_path: Path, hours: int) -> None:
    kit = Kit(tmp_path)
    kit.watch()
    kit.see(rat(), seconds=0.6)
    kit.wall_shift = timedelta(hours=hours)
    kit.see(rat(), seconds=2)
    kit.recorder.work()
    assert kit.only_alert().is_open
    kit.wall_shift = timedelta(0)
    kit.see(rat(), seconds=20)
    assert kit.only_alert().is_open
    kit.see(seconds=20)
    kit.wall_shift = timedelta(hours=-hours)
    kit.see(rat(), seconds=20)  # within the cool-down
    kit.recorder.work()
    violation = kit.only_alert().violation
    assert violation.ended_at is not None
    assert violation.ended_at >= violation.last_seen_at >= violation.confirmed_at
    assert kit.evidence(EvidenceKind.CLIP) == ("stored", None)


def test_a_killed_process_forgets_no_cool_down(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    kit.watch()
    kit.rat_alert()
    kit.see(seconds=20)
    kit.recorder.work()
    after = kit.restarted()
    after.watch()
    after.see(rat(track_id=5), seconds=60)
    after.recorder.work()
    assert len(after.alerts()) == 1


def test_a_kill_between_the_violation_and_the_database_loses_no_alert(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    kit.watch()
    kit.see(rat(), seconds=2)
    assert kit.alerts() == []
    after = kit.restarted()
    after.watch()
    after.see(rat(), seconds=2)
    after.recorder.work()
    assert len(after.alerts()) == 1


def test_an_alert_that_stands_already_is_taken_over_instead_of_doubled(tmp_path: Path) -> None:
    """Two processes over one database by mistake, and the subject is a zone: its name is the same in both."""
    codes = frozenset({"bin.overflow"})
    kit = Kit(tmp_path)
    other = Kit(tmp_path, journal=kit.journal, store=kit.store)
    kit.watch(camera(codes=codes))
    other.watch(camera(codes=codes))
    for each in (kit, other):
        each.see(full_bin(), seconds=902)
        each.recorder.work()
    assert len(kit.alerts()) == 1
    other.see(seconds=200)
    other.recorder.work()
    assert not kit.only_alert().is_open


def test_a_database_that_cannot_be_read_is_told_to_who_configures(tmp_path: Path) -> None:
    class Away(InMemoryJournal):
        def open_alerts(self, camera_id: CameraId) -> list[Alert]:
            raise JournalError("locked", is_temporary=True)

    kit = Kit(tmp_path, journal=Away())
    with pytest.raises(JournalError):
        kit.watch()
    kit.see(rat(), seconds=5)
    kit.recorder.work()
    assert kit.alerts() == []


def test_names_are_known_for_messages(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    kit.watch()
    assert kit.places.names(EnterpriseId("enterprise-1"), SiteId("site-1"), CAMERA) == NAMES


def test_an_observation_is_judged_within_milliseconds(tmp_path: Path) -> None:
    """Ten things, all codes of the first network, twenty zones: the inference thread must not notice."""
    kit = Kit(tmp_path)
    zones = [zone(str(n), ZoneType.WASHING, n / 20, 0.0, (n + 1) / 20, 1.0) for n in range(20)]
    kit.watch(camera(codes=None), zones)
    things = [rat(0.05 + n * 0.1, 0.5, track_id=n + 1, travelled=0.0) for n in range(9)] + [full_bin()]
    kit.see(*things, seconds=60)
    frame = kit.frame()
    fastest = min(
        _timed(kit, make_observation(things, at=kit.now(), clock=kit.clock() + number * 0.2), frame)
        for number in range(1, 21)
    )
    assert fastest < 0.01


def _timed(kit: Kit, observation: Observation, frame: Frame) -> float:
    began = time.perf_counter()
    kit.pipeline.observe(observation, frame)
    return time.perf_counter() - began
