"""The file of sensors, and the numbers in their messages."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.catalogue import load_catalogue
from alerts.errors import CatalogueError
from alerts.sensors.payload import value_of
from alerts.sensors.rule import SensorRange
from alerts.sensors.sensors_file import Sensor, read_sensors
from domain.ids import CameraId

RULES = load_catalogue().sensor_rules
LINE = "{sensor: fridge-1, name: 冷藏柜 1, code: iot.temperature, camera: camera-1, topic: z/fridge-1, maximum: 8"


def sensors(folder: Path, text: str) -> tuple[Sensor, ...]:
    (folder / "sensors.yaml").write_text(text, "utf-8")
    return read_sensors(folder / "sensors.yaml", RULES)


def test_a_sensor_is_read_as_it_was_written(tmp_path: Path) -> None:
    found = sensors(tmp_path, f"sensors:\n  - {LINE}, minimum: 0, field: temperature, unit: °C}}\n")

    assert found == (
        Sensor(
            sensor_id="fridge-1",
            name="冷藏柜 1",
            code="iot.temperature",
            camera_id=CameraId("camera-1"),
            topic="z/fridge-1",
            allowed=SensorRange(minimum=0.0, maximum=8.0),
            field="temperature",
            unit="°C",
        ),
    )


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (LINE.replace("fridge-1, name", "fridge 1, name"), "sensors[0].sensor: expected letters, digits"),
        (LINE.replace("iot.temperature", "pest.rodent"), "expected a code that sensors raise: iot.temperature"),
        (LINE.replace("z/fridge-1", "'z/#'"), "sensors[0].topic: expected a topic without wildcards"),
        (LINE.replace(", maximum: 8", ""), "a range needs a minimum, a maximum or both"),
        (LINE + ", minimum: 9", "minimum must be below maximum, got 9 and 8"),
        (LINE.replace("maximum: 8", "maximum: warm"), "sensors[0].maximum: expected a number, found 'warm'"),
        (LINE.replace("camera: camera-1, ", ""), "expected the field camera"),
        (LINE + "}\n  - " + LINE, "expected each sensor once, found 'fridge-1'"),
    ],
)
def test_what_is_wrong_is_named_by_its_place(tmp_path: Path, line: str, expected: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        sensors(tmp_path, f"sensors:\n  - {line}}}\n")

    assert str(caught.value).startswith("sensors.yaml:")
    assert expected in str(caught.value)


@pytest.mark.parametrize(
    ("payload", "name", "value"),
    [
        (b"4.25", None, 4.25),
        (b" -18 ", None, -18.0),
        (b'{"temperature": 4.5, "battery": 80}', "temperature", 4.5),
        (b'{"temperature": 4.5}', "humidity", None),
        (b'{"temperature": "4.5"}', "temperature", None),
        (b'{"temperature": true}', "temperature", None),
        (b"4.5", "temperature", None),
        (b'{"temperature": 4.5}', None, None),
        (b"NaN", None, None),
        (b"Infinity", None, None),
        (b"1e999", None, None),
        (b"1" * 400, None, None),
        (b"", None, None),
        (b"offline", None, None),
        (b"\xff\xfe", None, None),
        (b"[" * 4000, None, None),
        (b"4" + b" " * 5000, None, None),
    ],
)
def test_a_message_holds_one_number_or_none(payload: bytes, name: str | None, value: float | None) -> None:
    assert value_of(payload, name) == value


@given(payload=st.binary(max_size=60), name=st.none() | st.text(max_size=5))
def test_no_message_breaks_the_reader(payload: bytes, name: str | None) -> None:
    value = value_of(payload, name)

    assert value is None or isinstance(value, float)
