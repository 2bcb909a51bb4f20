"""Alerts of sensors, from a message at the broker to the journal."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from alerts.sensors.desk import SensorDesk
from alerts.sensors.listener import SensorListener
from alerts.sensors.rule import SensorRange, SensorState
from alerts.sensors.sensors_file import Sensor
from alerts.settings import MqttSettings, MqttVersion
from domain.alert import Alert
from domain.ids import CameraId
from domain.schedule import Schedule
from tests.alerts.kit import PLACE, Kit, camera
from tests.alerts.scenes import CAMERA, rat
from tests.support.mqtt import HOST, Mosquitto, wait_until

FRIDGE = Sensor(
    sensor_id="fridge-1",
    name="冷藏柜 1",
    code="iot.temperature",
    camera_id=CAMERA,
    topic="shop/fridge-1",
    allowed=SensorRange(minimum=0.0, maximum=8.0),
    field="temperature",
    unit="°C",
)
FREEZER = Sensor(
    sensor_id="freezer-1",
    name="冷冻柜 1",
    code="iot.temperature",
    camera_id=CAMERA,
    topic="shop/freezer-1",
    allowed=SensorRange(maximum=-12.0),
)


def desk(kit: Kit, *sensors: Sensor) -> SensorDesk:
    found = SensorDesk(
        sensors or (FRIDGE, FREEZER),
        catalogue=kit.catalogue,
        recorder=kit.recorder,
        new_id=kit.new_id,
        clock=kit.clock,
        now=kit.now,
    )
    found.configure(camera(), PLACE, Schedule())
    return found


def told(kit: Kit, found: SensorDesk, value: float | None, minutes: int, sensor: Sensor = FRIDGE) -> list[Alert]:
    """The alerts after the sensor said so once a minute."""
    for _ in range(minutes):
        kit.seconds += 60
        found.reading(sensor.sensor_id, value)
    kit.recorder.work()
    return kit.alerts()


def test_a_fridge_that_is_warm_for_half_an_hour_is_one_alert_that_says_how_warm(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    found = desk(kit)

    assert told(kit, found, 11.5, 30) == []
    (alert,) = told(kit, found, 11.5, 60)

    violation = alert.violation
    assert (violation.code, violation.subject, violation.zone_name) == (
        "iot.temperature",
        "sensor-fridge-1",
        "冷藏柜 1",
    )
    assert (violation.camera_id, violation.sightings, alert.evidence, alert.is_open) == (CAMERA, (), (), True)
    assert (violation.confirmed_at - violation.started_at).total_seconds() == 1800
    (step,) = kit.journal.history(alert.alert_id)
    assert step.note == "冷藏柜 1: 11.5 °C (0..8)"
    assert step.payload["model"]["name"] == "sensor"


def test_it_ends_when_it_is_cold_again_for_a_while(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    found = desk(kit)
    told(kit, found, 11.5, 40)

    (alert,) = told(kit, found, 4.0, 10)

    assert not alert.is_open
    assert kit.steps(alert.alert_id) == ["raised", "ended"]


def test_two_sensors_of_one_camera_are_two_alerts(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    found = desk(kit)

    for _ in range(40):
        told(kit, found, 11.5, 1)
        told(kit, found, -3.0, 1, FREEZER)

    assert {alert.violation.subject for alert in kit.alerts()} == {"sensor-fridge-1", "sensor-freezer-1"}


def test_a_sensor_that_is_silent_or_says_nothing_readable_is_no_data(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    found = desk(kit)

    assert found.states() == {"fridge-1": SensorState.NO_DATA, "freezer-1": SensorState.NO_DATA}
    assert told(kit, found, None, 120) == []
    assert found.states()["fridge-1"] is SensorState.NO_DATA
    told(kit, found, 4.0, 1)
    assert found.states()["fridge-1"] is SensorState.WITHIN
    told(kit, found, 11.5, 40)
    kit.pass_time(3600)
    assert found.states()["fridge-1"] is SensorState.NO_DATA
    assert kit.only_alert().is_open


def test_a_restart_takes_the_alert_up_and_raises_no_second_one(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    told(kit, desk(kit), 11.5, 40)
    again = kit.restarted()
    found = desk(again)

    (alert,) = told(again, found, 11.5, 120)
    assert alert.is_open
    (alert,) = told(again, found, 4.0, 10)
    assert not alert.is_open


def test_the_cameras_own_rules_leave_the_sensor_s_alert_alone(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    told(kit, desk(kit), 11.5, 40)
    again = kit.restarted()
    again.watch()
    again.see(rat(), seconds=2)
    again.see(seconds=120)
    again.recorder.work()

    states = {alert.violation.code: alert.is_open for alert in again.alerts()}
    assert states == {"iot.temperature": True, "pest.rodent": False}


def test_an_alert_of_a_sensor_that_is_named_no_more_ends(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    told(kit, desk(kit), 11.5, 40)
    again = kit.restarted()

    desk(again, FREEZER)
    again.recorder.work()

    assert not again.only_alert().is_open


def test_a_camera_that_goes_ends_its_sensors_alerts_and_one_that_is_let_go_does_not(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    found = desk(kit)
    told(kit, found, 11.5, 40)
    found.let_go(CAMERA)
    kit.recorder.work()
    assert kit.only_alert().is_open

    found.configure(camera(), PLACE, Schedule())
    found.remove(CAMERA)
    kit.recorder.work()
    assert not kit.only_alert().is_open
    assert told(kit, found, 11.5, 60) == kit.alerts()


def test_a_sensor_of_a_camera_that_nobody_configured_raises_nothing(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    elsewhere = Sensor(
        sensor_id="s", name="s", code="iot.temperature", camera_id=CameraId("other"), topic="s",
        allowed=SensorRange(maximum=8.0),
    )  # fmt: skip

    assert told(kit, desk(kit, elsewhere), 20.0, 60, elsewhere) == []


# At a broker ----------------------------------------------------------------------------------------------------


@contextmanager
def publisher(port: int) -> Iterator[Client]:
    client = Client(CallbackAPIVersion.VERSION2)
    client.connect(HOST, port)
    client.loop_start()
    try:
        yield client
    finally:
        client.disconnect()
        client.loop_stop()


@pytest.mark.integration
@pytest.mark.parametrize("version", list(MqttVersion))
def test_readings_are_heard_and_what_is_retained_or_no_number_is_not_taken_for_one(version: MqttVersion) -> None:
    taken: list[tuple[str, float | None]] = []
    with Mosquitto() as broker, publisher(broker.port) as client:
        client.publish(FRIDGE.topic, b'{"temperature": 99}', qos=1, retain=True).wait_for_publish(10)
        listener = SensorListener(
            MqttSettings(host=HOST, port=broker.port, version=version),
            (FRIDGE, FREEZER),
            lambda sensor, value: taken.append((sensor, value)),
            client_id="sensors",
        )
        listener.start()
        try:

            def said() -> bool:
                client.publish(FREEZER.topic, b"-18.5", qos=1)
                return bool(taken)

            wait_until(said, what="the first reading")
            client.publish(FRIDGE.topic, b'{"temperature": 4.5}', qos=1)
            client.publish(FRIDGE.topic, b"broken", qos=1)
            wait_until(lambda: ("fridge-1", None) in taken, what="the last message")
        finally:
            listener.stop()

    assert ("freezer-1", -18.5) in taken
    assert [value for sensor, value in taken if sensor == "fridge-1"] == [4.5, None]


@pytest.mark.integration
def test_a_broker_that_was_away_is_listened_to_again() -> None:
    taken: list[float | None] = []
    with Mosquitto() as broker:
        settings = MqttSettings(host=HOST, port=broker.port, retry_minimum_seconds=0.05, retry_maximum_seconds=0.1)
        listener = SensorListener(settings, (FREEZER,), lambda _sensor, value: taken.append(value), client_id="sensors")
        listener.start()
        try:
            broker.stop()
            broker.start()
            with publisher(broker.port) as client:

                def said() -> bool:
                    client.publish(FREEZER.topic, b"-18.5", qos=1)
                    return bool(taken)

                wait_until(said, seconds=20.0, what="a reading after the broker came back")
        finally:
            listener.stop()
