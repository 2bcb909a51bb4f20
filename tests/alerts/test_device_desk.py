"""Alerts about cameras as devices, from their conditions to the journal."""

from pathlib import Path

import pytest

from alerts.device_desk import DeviceDesk
from domain.alert import Alert
from domain.risk import RiskClass
from domain.schedule import Schedule
from tests.alerts.kit import PLACE, Kit, camera
from tests.alerts.scenes import CAMERA, rat

EVERY_CODE = camera(codes=None)


def desk(kit: Kit) -> DeviceDesk:
    found = DeviceDesk(
        catalogue=kit.catalogue,
        recorder=kit.recorder,
        new_id=kit.new_id,
        clock=kit.clock,
        now=kit.now,
    )
    found.configure(EVERY_CODE, PLACE, Schedule())
    return found


def told(
    kit: Kit, found: DeviceDesk, condition: str, minutes: float, cause: str | None = None, off: float | None = None
) -> list[Alert]:
    """The alerts after the camera was like this for some minutes, said every ten seconds."""
    for _ in range(round(minutes * 6)):
        kit.seconds += 10
        found.seen(CAMERA, condition, cause, off)
    kit.recorder.work()
    return kit.alerts()


@pytest.mark.parametrize(
    ("condition", "cause", "code", "minutes"),
    [("offline", "unreachable", "camera.offline", 15), ("tampered", "covered", "camera.tampered", 10)],
)
def test_a_camera_that_is_bad_for_long_is_one_alert_of_class_ops_that_says_why(
    tmp_path: Path, condition: str, cause: str, code: str, minutes: int
) -> None:
    kit = Kit(tmp_path)
    found = desk(kit)

    assert told(kit, found, condition, minutes, cause) == []
    (alert,) = told(kit, found, condition, 30, cause)

    assert (alert.violation.code, alert.violation.risk_class) == (code, RiskClass.OPS)
    assert (alert.evidence, alert.violation.sightings, alert.is_open) == ((), (), True)
    (step,) = kit.journal.history(alert.alert_id)
    assert (step.note, step.payload["class"], step.payload["model"]["name"]) == (cause, "ops", "camera-watch")


def test_an_alert_about_a_clock_says_by_how_much_it_is_off(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    (alert,) = told(kit, desk(kit), "online", 11, off=-3600.4)

    assert alert.violation.code == "camera.clock"
    assert kit.journal.history(alert.alert_id)[0].note == "clock -3600 s"


def test_it_ends_when_pictures_are_sound_again_and_the_journal_says_so(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    found = desk(kit)
    told(kit, found, "tampered", 15, "moved")

    (alert,) = told(kit, found, "online", 5)

    assert not alert.is_open
    assert kit.steps(alert.alert_id) == ["raised", "ended"]


def test_pictures_of_the_camera_do_not_end_an_alert_about_the_device(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    told(kit, desk(kit), "tampered", 15, "moved")
    again = kit.restarted()
    again.watch(EVERY_CODE)

    again.see(rat(), seconds=5)
    again.recorder.work()

    codes = {alert.violation.code: alert.is_open for alert in again.alerts()}
    assert codes == {"camera.tampered": True, "pest.rodent": True}


def test_another_process_takes_up_what_is_open_and_raises_nothing_twice(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    told(kit, desk(kit), "offline", 20, "timeout")
    again = kit.restarted()
    found = desk(again)

    (alert,) = told(again, found, "offline", 60, "timeout")
    assert alert.is_open
    (alert,) = told(again, found, "online", 5)
    assert not alert.is_open


def test_a_camera_that_is_removed_or_asks_for_other_codes_has_nothing_open(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    found = desk(kit)
    told(kit, found, "offline", 20)
    found.configure(camera(), PLACE, Schedule())
    (first,) = told(kit, found, "offline", 20)
    found.configure(EVERY_CODE, PLACE, Schedule())
    told(kit, found, "offline", 20)
    found.remove(CAMERA)
    found.remove(CAMERA)

    alerts = told(kit, found, "offline", 20)
    assert len(alerts) == 2
    assert not any(alert.is_open for alert in alerts)
    assert kit.journal.history(first.alert_id)[-1].note == "no longer judged here"


def test_a_recording_that_was_played_to_its_end_is_no_camera_that_is_offline(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    found = desk(kit)
    found.recording_ended(CAMERA)

    assert told(kit, found, "offline", 60) == []


def test_a_camera_that_nobody_configured_raises_nothing(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    found = desk(kit)
    found.remove(CAMERA)

    assert told(kit, found, "offline", 60) == []
