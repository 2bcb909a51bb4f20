"""A camera that goes and comes back, as when it is given to another site: what each judge had open is judged anew."""

from datetime import date
from pathlib import Path

import pytest

from alerts.device_desk import DeviceDesk
from alerts.licences.desk import LicenceDesk
from alerts.licences.ports import Licence
from alerts.licences.testing import InMemoryLicences
from alerts.sensors.desk import SensorDesk
from domain.ids import CameraId
from domain.schedule import Schedule
from service.asked_for import AskedFor
from service.judges import Judges
from service.licences import LicenceWatch
from service.marked_zones import MarkedZones
from service.sensors import Sensors
from tests.alerts.kit import NAMES, PLACE, Kit, camera
from tests.alerts.scenes import CAMERA, rat
from tests.alerts.sensors.test_desk import FRIDGE

CODES = {"pest.rodent", "camera.offline", "iot.temperature", "licence.expiry"}


class Room:
    """All four judges of one camera, whose recorder has no thread: what is ordered waits until `kit.recorder.work`."""

    def __init__(self, folder: Path) -> None:
        self.kit = kit = Kit(folder)
        self.devices = DeviceDesk(
            catalogue=kit.catalogue, recorder=kit.recorder, new_id=kit.new_id, clock=kit.clock, now=kit.now
        )
        self.sensors = SensorDesk(
            [FRIDGE],
            catalogue=kit.catalogue,
            recorder=kit.recorder,
            new_id=kit.new_id,
            clock=kit.clock,
            now=kit.now,
        )
        book = InMemoryLicences()
        book.known[PLACE.enterprise_id] = Licence(
            number="示例许可 1", valid_to=date(2020, 1, 1), cameras=(CAMERA,), bearer=CAMERA
        )
        self.licences = LicenceDesk(
            book,
            catalogue=kit.catalogue,
            journal=kit.journal,
            recorder=kit.recorder,
            new_id=kit.new_id,
            now=kit.now,
        )
        asked = AskedFor(
            sensors=Sensors(desk=self.sensors, listener=None),  # type: ignore[arg-type]  # nothing is heard here
            licences=LicenceWatch(self.licences),
        )
        self.judges = Judges(kit.pipeline, self.devices, MarkedZones(()), asked=asked)
        self.watch()

    def watch(self) -> None:
        self.judges.configure(camera(codes=None), [], PLACE, Schedule(), NAMES)

    def goes_on(self) -> None:
        """For three hours the camera is gone for the fleet, a fridge is warm and a licence is over; then a rat runs."""
        for _ in range(180):
            self.kit.seconds += 60
            self.devices.seen(CAMERA, "offline", "unreachable")
            self.sensors.reading(FRIDGE.sensor_id, 12.0)
        self.licences.look()
        self.kit.see(rat(), seconds=10)

    def open_codes(self) -> set[str]:
        return {alert.violation.code for alert in self.kit.journal.open_alerts(CAMERA)}


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def test_a_camera_that_comes_back_before_its_ends_are_written_has_its_alerts_raised_anew(room: Room) -> None:
    room.goes_on()
    room.kit.recorder.work()
    before = room.kit.journal.open_alerts(CAMERA)
    assert {alert.violation.code for alert in before} == CODES

    room.judges.remove(CAMERA)
    room.watch()
    room.goes_on()
    room.kit.recorder.work()

    assert room.open_codes() == CODES
    assert not {alert.alert_id for alert in before} & {alert.alert_id for alert in room.kit.journal.open_alerts(CAMERA)}


def test_what_ended_is_on_record_before_the_camera_s_packets_go(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    room.goes_on()
    room.kit.recorder.work()
    open_when_cut: list[set[str]] = []

    def cut_clips(_camera_id: CameraId, _wait_seconds: float) -> None:
        room.kit.recorder.work()  # as the recorder's thread does before it answers
        open_when_cut.append(room.open_codes())

    monkeypatch.setattr(room.kit.recorder, "cut_clips", cut_clips)
    room.judges.remove(CAMERA)

    assert open_when_cut == [set()]


def test_an_alert_that_the_database_refuses_to_end_is_taken_up_by_whoever_judges_next(room: Room) -> None:
    room.goes_on()
    room.kit.recorder.work()
    room.judges.remove(CAMERA)
    assert room.kit.recorder.left_open(CAMERA) == []

    room.kit.journal.fail_next = [ValueError("refused for good")] * 4
    room.kit.recorder.work()

    assert {alert.violation.code for alert in room.kit.recorder.left_open(CAMERA)} == CODES
