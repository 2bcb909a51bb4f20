"""Sensors of the service: read from their file, judged by their desk, heard at the broker."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from alerts.catalogue import Catalogue
from alerts.recorder import Recorder
from alerts.sensors.desk import SensorDesk
from alerts.sensors.listener import SensorListener
from alerts.sensors.sensors_file import read_sensors
from alerts.settings import MqttSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensors:
    """The desk that judges and the listener that hears; started and stopped by whoever made them."""

    desk: SensorDesk
    listener: SensorListener


def sensors_of(
    path: Path | None,
    *,
    catalogue: Catalogue,
    recorder: Recorder,
    broker: MqttSettings,
    node: str,
    new_id: Callable[[], str],
    clock: Callable[[], float],
    now: Callable[[], datetime],
) -> Sensors | None:
    """None without a file. Raises CatalogueError for a wrong one, BrokerUnreachableError for a TLS file."""
    if path is None:
        return None
    named = read_sensors(path, catalogue.sensor_rules)
    desk = SensorDesk(named, catalogue=catalogue, recorder=recorder, new_id=new_id, clock=clock, now=now)
    listener = SensorListener(broker, named, desk.reading, client_id=f"brightkitchen-sensors-{node}")
    return Sensors(desk=desk, listener=listener)
