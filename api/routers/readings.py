"""Readings of sensors by REST: the same sensors, ranges and alerts as by MQTT."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from alerts.sensors.desk import SensorDesk
from alerts.sensors.rule import SensorState
from api.callers import Caller
from api.dependencies import ReadingSender, Services
from api.errors import FieldError
from api.fields import ItemId, Received, Shown
from api.services import ApiServices

MOST_READINGS = 100
_LARGEST = 1e6

Value = Annotated[float, Field(strict=True, ge=-_LARGEST, le=_LARGEST)]


class Reading(Received):
    """What a sensor measures now, in the unit of its range."""

    sensor: ItemId
    value: Value


class Readings(Received):
    """At most one reading of each sensor. They count as read when they arrive; there is no field for a time."""

    readings: Annotated[list[Reading], Field(min_length=1, max_length=MOST_READINGS)]


class SensorView(Shown):
    """How a sensor stands after its reading. `no_data`: it is not judged now, for its camera is not watched."""

    sensor: str
    state: SensorState


class ReadingsAnswer(Shown):
    sensors: list[SensorView]


router = APIRouter(tags=["readings"])


@router.post("/readings")
def post_readings(body: Readings, caller: ReadingSender, services: Services) -> ReadingsAnswer:
    """What sensors of the file of sensors measure now: all are taken or none.

    Raises 422 naming the reading whose sensor is not named by the file, or belongs to a camera outside one's scope.
    """
    desk = services.sensors
    if desk is None:
        raise FieldError("body.readings", "a service with a file of sensors", "one that judges none")
    _require_known(body, desk, caller, services)
    for reading in body.readings:
        desk.reading(reading.sensor, reading.value)
    states = desk.states()
    return ReadingsAnswer(sensors=[SensorView(sensor=each.sensor, state=states[each.sensor]) for each in body.readings])


def _require_known(body: Readings, desk: SensorDesk, caller: Caller, services: ApiServices) -> None:
    """Raises FieldError. A sensor of somebody else's place and one that is not there are one and the same."""
    seen: set[str] = set()
    for index, reading in enumerate(body.readings):
        field = f"body.readings.{index}.sensor"
        if reading.sensor in seen:
            raise FieldError(field, "each sensor once", reading.sensor)
        seen.add(reading.sensor)
        sensor = desk.sensors.get(reading.sensor)
        if sensor is None or services.registry.get_camera(sensor.camera_id, caller.scope) is None:
            raise FieldError(field, "a sensor of your places that the file of sensors names", reading.sensor)
