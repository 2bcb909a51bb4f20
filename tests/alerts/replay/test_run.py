"""A replay: what would have been raised, when and why, over a log that was written before."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import pytest

from alerts.catalogue import load_catalogue
from alerts.judgement import DoubtCause
from alerts.replay.comparison import compared
from alerts.replay.lines import ForgottenLine, GapLine, Line, LookLine
from alerts.replay.run import Replay, Replayed, replayed
from alerts.replay.setting import ReplayError, ReplaySetting, shipped_setting
from alerts.replay.tuning import TunedZone, Tuning
from domain.geometry import Polygon
from domain.ids import CameraId
from domain.schedule import OpenHours, Schedule
from domain.zone import ZoneType
from tests.alerts.kit import Kit, camera
from tests.alerts.replay.looks import Filmed, begin, camera_line
from tests.alerts.samples import EPOCH
from tests.alerts.scenes import CAMERA, Thing, box_at, rat

SHIPPED = shipped_setting()


def of(filmed: Filmed, *before: Line, setting: ReplaySetting = SHIPPED) -> Replayed:
    return replayed([begin(), camera_line(), *before, *filmed.lines], setting)


def tuned(**values: object) -> ReplaySetting:
    return replace(SHIPPED, tuning=Tuning(codes={"pest.rodent": values}))


def test_an_alert_says_when_it_would_have_been_raised_and_why() -> None:
    (alert,) = of(Filmed().see(seconds=2).see(rat(), seconds=4).see(seconds=30)).alerts

    assert (alert.code, alert.camera_id, alert.label) == ("pest.rodent", CAMERA, "rodent")
    assert alert.raised_at - alert.started_at == timedelta(seconds=1)
    assert alert.second == pytest.approx(3.0)
    assert alert.started_second == pytest.approx(2.0)
    assert alert.ended_at == EPOCH + timedelta(seconds=6)
    assert (alert.reached.needed_seconds, alert.reached.needed_looks, alert.reached.needed_travel) == (1.0, 3, 1.0)
    assert alert.reached.seconds == pytest.approx(1.0)
    assert alert.reached.looks == 6
    assert alert.reached.travelled >= 1.0


def test_what_still_lasts_where_the_log_ends_has_no_end() -> None:
    (alert,) = of(Filmed().see(rat(), seconds=4)).alerts

    assert alert.ended_at is None
    assert alert.last_second == pytest.approx(3.8)


def test_a_replay_raises_what_the_service_raised(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    kit.watch()
    two = [rat(0.1, track_id=2), rat(0.9, track_id=3)]
    scenes: list[tuple[Sequence[Thing], float]] = [([rat()], 4), ([], 30), (two[:1], 3), (two, 4), ([], 60)]
    filmed = Filmed()
    for things, seconds in scenes:
        kit.see(*things, seconds=seconds)
        filmed.see(*things, seconds=seconds)
    kit.recorder.work()
    raised = sorted(a.violation.confirmed_at - a.violation.started_at for a in kit.alerts())

    found = of(filmed)

    assert len(found.alerts) == len(raised) == 3
    assert sorted(each.raised_at - each.started_at for each in found.alerts) == raised


def test_a_longer_dwell_raises_less_and_a_replay_says_how_near_it_came() -> None:
    found = of(Filmed().see(rat(), seconds=4).see(seconds=10), setting=tuned(minimum_seconds=10.0))

    assert found.alerts == ()
    (miss,) = found.near_misses
    assert miss.code == "pest.rodent"
    assert miss.reached.seconds == pytest.approx(3.8)
    assert miss.reached.share == pytest.approx(0.38)


def test_who_becomes_an_alert_is_no_near_miss() -> None:
    assert of(Filmed().see(rat(), seconds=4).see(seconds=30)).near_misses == ()


def test_a_shorter_cool_down_raises_again_and_the_longer_one_says_what_it_held_back() -> None:
    filmed = Filmed().see(rat(), seconds=4).see(seconds=30).see(rat(track_id=2), seconds=4).see(seconds=30)

    usual, hasty = of(filmed), of(filmed, setting=tuned(cool_down_seconds=5.0))

    assert (len(usual.alerts), dict(usual.held_back)) == (1, {"pest.rodent": 1})
    assert (len(hasty.alerts), dict(hasty.held_back)) == (2, {})


def test_what_cannot_be_judged_is_counted() -> None:
    cat = Thing("cat", rat().box, 9, travelled=3.0)

    found = of(Filmed().see(rat(), cat, seconds=2))

    assert found.alerts == ()
    assert dict(found.doubts) == {("pest.rodent", DoubtCause.LOOK_ALIKE): 10}


def test_zones_that_are_tried_replace_those_of_the_log() -> None:
    ignored = TunedZone(name="海报", type=ZoneType.IGNORED, polygon=Polygon.whole_frame())
    elsewhere = replace(ignored, camera="another camera")
    filmed = Filmed().see(rat(), seconds=4)

    def alerts(*zones: TunedZone) -> int:
        return len(of(filmed, setting=replace(SHIPPED, tuning=Tuning(zones=zones))).alerts)

    assert (alerts(), alerts(ignored), alerts(elsewhere), alerts(replace(ignored, camera=CAMERA))) == (1, 0, 1, 0)


def test_a_higher_threshold_leaves_out_what_is_less_sure() -> None:
    filmed = Filmed().see(rat(confidence=0.6), seconds=4)

    def alerts(least: float) -> int:
        return len(of(filmed, setting=replace(SHIPPED, tuning=Tuning(thresholds={"rodent": least}))).alerts)

    assert (alerts(0.3), alerts(0.6), alerts(0.61)) == (1, 1, 0)


def test_a_track_that_was_once_sure_stays_so_until_tracks_are_void() -> None:
    setting = replace(SHIPPED, tuning=Tuning(thresholds={"rodent": 0.7}))
    sure, faint = rat(confidence=0.8), rat(confidence=0.5)

    assert len(of(Filmed().see(sure, seconds=0.2).see(faint, seconds=4), setting=setting).alerts) == 1
    filmed = Filmed().see(sure, seconds=0.2)
    filmed.lines.append(ForgottenLine(camera_id=CAMERA))
    assert of(filmed.see(faint, seconds=4), setting=setting).alerts == ()


@pytest.mark.parametrize(("label", "least"), [("rodent", 0.2), ("raccoon", 0.9)])
def test_a_threshold_that_the_log_cannot_answer_is_refused(label: str, least: float) -> None:
    with pytest.raises(ReplayError, match=f"threshold of {label}: expected"):
        of(Filmed(), setting=replace(SHIPPED, tuning=Tuning(thresholds={label: least})))


def test_rules_sleep_by_the_hours_that_the_log_holds() -> None:
    closed = Schedule(hours=(OpenHours(weekday=0, start=time(9), end=time(10)),))  # the log is of 16:00
    phone = Thing("phone", box_at(0.5, 0.5), 3)
    cook = Thing("person", box_at(0.5, 0.9, 0.3, 0.8), 4)
    filmed = Filmed().see(phone, cook, seconds=30)

    def alerts(schedule: Schedule) -> int:
        line = camera_line(codes=("phone.use",), schedule=schedule)
        return len(replayed([begin(), line, *filmed.lines], SHIPPED).alerts)

    assert (alerts(Schedule()), alerts(closed)) == (1, 0)


def test_a_restart_in_the_log_raises_nothing_twice_and_keeps_cool_downs() -> None:
    first = Filmed().see(rat(), seconds=4)
    again = Filmed(seconds=first.seconds + 10, clock=5.0).see(rat(track_id=1), seconds=4).see(seconds=30)
    third = Filmed(seconds=again.seconds + 10, clock=900.0).see(rat(track_id=1), seconds=4)
    lines = [begin(), camera_line(), *first.lines]

    lasting = replayed([*lines, begin("run-2"), camera_line(), *again.lines], SHIPPED)
    quiet = replayed([*lines, begin("run-2"), camera_line(), *again.lines, begin("run-3"), *third.lines], SHIPPED)

    assert len(lasting.alerts) == 1
    assert lasting.alerts[0].ended_at == EPOCH + timedelta(seconds=18)
    assert (len(quiet.alerts), dict(quiet.held_back)) == (1, {"pest.rodent": 1})


def test_a_changed_camera_is_judged_otherwise_from_the_next_look_on() -> None:
    filmed = Filmed().see(rat(), seconds=4)
    looks = filmed.lines
    filmed = Filmed(seconds=4).see(rat(0.1, track_id=7), seconds=4)

    lines = [begin(), camera_line(codes=()), *looks, camera_line(), *filmed.lines]

    assert [each.second > 4 for each in replayed(lines, SHIPPED).alerts] == [True]


def test_codes_that_cannot_be_judged_are_named_with_the_reason() -> None:
    setting = replace(SHIPPED, codes=frozenset({"pest.rodent", "eat.person", "camera.offline", "fire.flame_smoke"}))

    (seen,) = of(Filmed().see(seconds=1), setting=setting).cameras

    assert seen.judged == ("pest.rodent",)
    assert set(seen.silent) == {"eat.person", "camera.offline", "fire.flame_smoke"}
    assert "does not see this well enough: fire, smoke" in seen.silent["fire.flame_smoke"]


def test_looks_that_were_lost_are_told() -> None:
    assert of(Filmed().see(seconds=1), GapLine(looks=7)).lost_looks == 7


def test_a_log_without_its_beginning_and_a_camera_that_nobody_introduced_are_refused() -> None:
    look = Filmed().see(seconds=0.2).lines[0]

    with pytest.raises(ReplayError, match="begins with a line"):
        Replay(SHIPPED).take(look)
    with pytest.raises(ReplayError, match="camera camera-1 is looked at before run run-1"):
        replayed([begin(), look], SHIPPED)


def test_a_look_that_is_impossible_is_named() -> None:
    look = Filmed().see(rat(), seconds=0.2).lines[0]
    assert isinstance(look, LookLine)
    wrong = look.model_copy(
        update={"detections": (look.detections[0].model_copy(update={"box": (0.5, 0.1, 0.4, 0.2)}),)}
    )

    with pytest.raises(ReplayError, match="look 1 of camera kitchen camera-1: a box needs left < right"):
        replayed([begin(), camera_line(), wrong], SHIPPED)


# Side by side ---------------------------------------------------------------------------------------------------


def test_two_settings_are_held_side_by_side() -> None:
    filmed = Filmed().see(rat(), seconds=2).see(seconds=30).see(rat(0.1, track_id=2), seconds=30)

    (found,) = compared(of(filmed), of(filmed, setting=tuned(minimum_seconds=5.0)))

    assert (found.code, found.before, found.after, found.is_same) == ("pest.rodent", 2, 1, False)
    assert [each.second for each in found.only_before] == [pytest.approx(1.0)]
    ((before, after),) = found.both
    assert after.second - before.second == pytest.approx(4.0)


def test_the_same_setting_changes_nothing() -> None:
    filmed = Filmed().see(rat(0.2, track_id=1), rat(0.8, track_id=2), seconds=5).see(seconds=20)

    (found,) = compared(of(filmed), of(filmed))

    assert (found.is_same, found.before, found.after) == (True, 2, 2)
    assert all(before.subject == after.subject for before, after in found.both)


def test_two_cameras_are_never_taken_for_one() -> None:
    other = CameraId("camera-2")
    first, second = Filmed().see(rat(), seconds=4), Filmed(camera_id=other).see(rat(), seconds=4)

    (found,) = compared(of(first), replayed([begin(), camera_line(), camera_line(other), *second.lines], SHIPPED))

    assert (len(found.only_before), len(found.only_after)) == (1, 1)


def test_a_catalogue_of_another_place_may_be_tried() -> None:
    hubei = ReplaySetting(name="hubei", catalogue=load_catalogue(profile="cn-hubei"))

    assert camera().codes == frozenset({"pest.rodent"})
    assert of(Filmed().see(rat(), seconds=4), setting=hubei).codes == ("pest.rodent",)
