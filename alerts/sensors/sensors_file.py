"""Which sensors there are: a YAML file that a person wrote.

    sensors:
      - {sensor: fridge-1, name: 冷藏柜 1, code: iot.temperature, camera: <id of a camera>,
         topic: zigbee2mqtt/fridge-1, field: temperature, unit: °C, minimum: 0, maximum: 8}

`camera` is the one whose place the alert is about: its site and hours count, and who may see it may see the alert.
`field` is the name in a JSON object; without it the message is the bare number. MQTT's wildcards are not allowed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from alerts.marked_yaml import Marked, read_marked
from alerts.sensors.rule import SensorRange
from domain.ids import CameraId

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_LOWEST, _HIGHEST = -1e6, 1e6
NEEDED = ("sensor", "name", "code", "camera", "topic")
FIELDS = (*NEEDED, "field", "unit", "minimum", "maximum")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensor:
    """One thing that is measured."""

    sensor_id: str
    name: str
    code: str
    camera_id: CameraId
    topic: str
    allowed: SensorRange
    field: str | None = None
    unit: str = ""


def read_sensors(path: Path, codes: Mapping[str, object]) -> tuple[Sensor, ...]:
    """Raises CatalogueError naming file, line, field, what was expected and what was found.

    `codes` are those that sensors may raise.
    """
    found: list[Sensor] = []
    for marked in read_marked(path).fields({"sensors"}, {"sensors"})["sensors"].items():
        sensor = _sensor(marked, codes)
        if any(sensor.sensor_id == other.sensor_id for other in found):
            raise marked.fail("each sensor once", sensor.sensor_id)
        found.append(sensor)
    return tuple(found)


def _sensor(marked: Marked, codes: Mapping[str, object]) -> Sensor:
    fields = marked.fields(FIELDS, NEEDED)
    sensor_id, code, topic = fields["sensor"].text(), fields["code"].text(), fields["topic"].text()
    if not _ID.fullmatch(sensor_id):
        raise fields["sensor"].fail("letters, digits, - and _, 64 at most")
    if code not in codes:
        raise fields["code"].fail(f"a code that sensors raise: {', '.join(codes) or 'there is none'}")
    if any(each in topic for each in "+#\0"):
        raise fields["topic"].fail("a topic without wildcards")
    ends = {name: fields[name].signed_number(_LOWEST, _HIGHEST) for name in ("minimum", "maximum") if name in fields}
    try:
        allowed = SensorRange(**ends)
    except ValueError as error:
        raise marked.fail(str(error)) from error
    return Sensor(
        sensor_id=sensor_id,
        name=fields["name"].text(),
        code=code,
        camera_id=CameraId(fields["camera"].text()),
        topic=topic,
        allowed=allowed,
        field=fields["field"].text() if "field" in fields else None,
        unit=fields["unit"].text() if "unit" in fields else "",
    )
