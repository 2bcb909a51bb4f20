"""Readings by REST: the desk of the broker's sensors, within one's scope, all or none."""

from pathlib import Path
from typing import Any

import pytest

from alerts.sensors.desk import SensorDesk
from alerts.sensors.rule import SensorRange, SensorState
from alerts.sensors.sensors_file import Sensor
from api.app import create_app
from api.ports import Role
from api.routers.readings import MOST_READINGS
from domain.ids import CameraId
from domain.schedule import Schedule
from tests.alerts.kit import PLACE, Kit, camera
from tests.api.kitchen import CAMERA, ONE_SITE, OTHER_CAMERA, OWN_FIRM, SECOND_CAMERA, Kitchen

PATH = "/api/v1/readings"


def fridge(sensor_id: str, camera_id: CameraId) -> Sensor:
    return Sensor(
        sensor_id=sensor_id,
        name="冷藏柜",
        code="iot.temperature",
        camera_id=camera_id,
        topic=f"shop/{sensor_id}",
        allowed=SensorRange(minimum=0.0, maximum=8.0),
        unit="°C",
    )


class Fridges(Kitchen):
    """A kitchen whose file names four sensors; the camera of one is not watched."""

    def __init__(self, scratch: Path) -> None:
        super().__init__(scratch)
        self.kit = Kit(scratch)
        self.desk = SensorDesk(
            [
                fridge("near", CAMERA),
                fridge("next", CAMERA),
                fridge("other", OTHER_CAMERA),
                fridge("dark", SECOND_CAMERA),
            ],
            catalogue=self.kit.catalogue,
            recorder=self.kit.recorder,
            new_id=self.kit.new_id,
            clock=self.kit.clock,
            now=self.kit.now,
        )
        for camera_id in (CAMERA, OTHER_CAMERA):
            self.desk.configure(camera(camera_id), PLACE, Schedule())
        self.twins.sensors = self.desk
        self.app = create_app(self.twins.services())


@pytest.fixture
def fridges(tmp_path: Path) -> Fridges:
    return Fridges(tmp_path)


def body(**values: Any) -> dict[str, Any]:
    return {"readings": [{"sensor": name, "value": value} for name, value in values.items()]}


def test_a_warm_fridge_is_one_alert_as_by_mqtt(fridges: Fridges) -> None:
    operator = fridges.client(Role.OPERATOR, ONE_SITE)
    for _ in range(40):
        fridges.kit.seconds += 60
        answer = operator.post(PATH, json=body(near=11.5, next=4))
    fridges.kit.recorder.work()

    assert (answer.status_code, answer.json()) == (
        200,
        {"sensors": [{"sensor": "near", "state": "out"}, {"sensor": "next", "state": "within"}]},
    )
    assert fridges.kit.only_alert().violation.subject == "sensor-near"


def test_a_sensor_whose_camera_is_not_watched_is_no_data_and_says_so(fridges: Fridges) -> None:
    answer = fridges.client().post(PATH, json=body(dark=4.0))

    assert answer.json() == {"sensors": [{"sensor": "dark", "state": "no_data"}]}


@pytest.mark.parametrize("name", ["other", "nobody"])
def test_a_sensor_of_others_and_one_that_is_not_there_are_the_same_and_nothing_is_taken(
    fridges: Fridges, name: str
) -> None:
    answer = fridges.client(Role.OPERATOR, OWN_FIRM).post(PATH, json=body(near=4.0, **{name: 4.0}))

    assert answer.status_code == 422
    assert answer.json()["fields"] == [
        {
            "field": "body.readings.1.sensor",
            "expected": "a sensor of your places that the file of sensors names",
            "found": name,
        }
    ]
    assert set(fridges.desk.states().values()) == {SensorState.NO_DATA}


def test_each_sensor_is_read_once_in_a_request(fridges: Fridges) -> None:
    readings = [{"sensor": "near", "value": 4.0}, {"sensor": "near", "value": 5.0}]

    (error,) = fridges.client().post(PATH, json={"readings": readings}).json()["fields"]

    assert (error["field"], error["expected"]) == ("body.readings.1.sensor", "each sensor once")


@pytest.mark.parametrize("value", ["4.5", None, True, 1e7, -1e7, [4]])
def test_what_is_no_number_of_this_world_is_refused_by_its_field(fridges: Fridges, value: object) -> None:
    answer = fridges.client().post(PATH, json=body(near=value))

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["fields"]] == ["body.readings.0.value"]


@pytest.mark.parametrize("number", [0, MOST_READINGS + 1])
def test_a_request_has_one_to_a_hundred_readings(fridges: Fridges, number: int) -> None:
    answer = fridges.client().post(PATH, json=body(**{f"s{index}": 1.0 for index in range(number)}))

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["fields"]] == ["body.readings"]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.REGULATOR, Role.PRIVACY])
def test_who_does_not_run_the_appliances_sends_no_readings(fridges: Fridges, role: Role) -> None:
    assert fridges.client(role).post(PATH, json=body(near=4.0)).status_code == 403


def test_a_service_without_sensors_says_so(kitchen: Kitchen) -> None:
    answer = kitchen.client().post(PATH, json=body(near=4.0))

    assert answer.status_code == 422
    assert answer.json()["fields"][0]["field"] == "body.readings"
