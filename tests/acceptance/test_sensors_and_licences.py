"""A running service with a sensor and a licence: what they raise arrives at a real broker, and once."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from paho.mqtt import publish

from alerts.catalogue import SHIPPED
from tests.acceptance.service_process import ServiceProcess, wait_for
from tests.support.clips import make_clip
from tests.support.contract import problems_of
from tests.support.mqtt import HOST, Mosquitto, Subscriber

pytestmark = pytest.mark.acceptance(alone=False)

SECONDS = 60.0
TOPIC = "shop/fridge-1"


def catalogue_in_a_hurry(folder: Path) -> Path:
    """The shipped one, but that sensors are judged at once and licences from the day's first minute on."""
    folder.mkdir()
    for file in SHIPPED.rglob("*.yaml"):
        copied = folder / file.relative_to(SHIPPED)
        copied.parent.mkdir(exist_ok=True)
        copied.write_text(file.read_text("utf-8"), "utf-8")
    devices = folder / "devices.yaml"
    hurried = devices.read_text("utf-8").replace('judged_at: "09:00"', 'judged_at: "00:00"')
    devices.write_text(hurried.replace("minimum_seconds: 1800", "minimum_seconds: 0"), "utf-8")
    return folder


def alerts_of(client: httpx2.Client) -> dict[str, list[dict[str, Any]]]:
    """All alerts by code."""
    found: dict[str, list[dict[str, Any]]] = {}
    for alert in client.get("/api/v1/alerts", params={"limit": 100}).json()["items"]:
        found.setdefault(alert["code"], []).append(alert)
    return found


def has(client: httpx2.Client, code: str) -> Callable[[], bool]:
    return lambda: code in alerts_of(client)


def test_a_warm_fridge_and_a_licence_that_is_over_are_two_alerts_at_the_broker_and_once(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", width=192, height=108, fps=5, seconds=2.0)
    over, later = (str((datetime.now(UTC) + timedelta(days=days)).date()) for days in (-40, 400))
    with Mosquitto() as broker, Subscriber(broker.port) as subscriber:
        settings = {
            "BRIGHTKITCHEN_ALERTS__MQTT__HOST": HOST,
            "BRIGHTKITCHEN_ALERTS__MQTT__PORT": str(broker.port),
            "BRIGHTKITCHEN_ALERTS__CATALOGUE": str(catalogue_in_a_hurry(tmp_path / "catalogue")),
        }
        with ServiceProcess(tmp_path / "data", cameras=[str(clip)], **settings) as first:
            client = first.client()
            (enterprise,) = client.get("/api/v1/enterprises").json()["items"]
            (camera,) = client.get("/api/v1/cameras").json()["items"]
            licence = f"/api/v1/enterprises/{enterprise['enterprise_id']}"
            assert client.get(f"{licence}/licence").json()["standing"] == "no_data"
            assert alerts_of(client) == {}
            entered = client.patch(licence, json={"licence_no": "示例许可 1", "licence_valid_to": over})
            assert entered.status_code == 200, entered.text
            wait_for(has(client, "licence.expiry"), SECONDS, "an alert about the licence")
            assert client.get(f"{licence}/licence").json()["standing"] == "expired"
            first.stop()

        sensors = tmp_path / "sensors.yaml"
        sensor = {
            "sensor": "fridge-1", "name": "冷藏柜 1", "code": "iot.temperature", "camera": camera["camera_id"],
            "topic": TOPIC, "field": "temperature", "unit": "°C", "maximum": 8,
        }  # fmt: skip
        sensors.write_text(json.dumps({"sensors": [sensor]}, ensure_ascii=False), "utf-8")
        with ServiceProcess(tmp_path / "data", BRIGHTKITCHEN_ALERTS__SENSORS=str(sensors), **settings) as second:
            client = second.client()

            def is_warm() -> bool:
                publish.single(TOPIC, b'{"temperature": 11.5}', qos=1, hostname=HOST, port=broker.port)
                return "iot.temperature" in alerts_of(client)

            wait_for(is_warm, SECONDS, "an alert of the fridge")
            sent = client.post("/api/v1/readings", json={"readings": [{"sensor": "fridge-1", "value": 11.0}]})
            assert sent.json() == {"sensors": [{"sensor": "fridge-1", "state": "out"}]}
            found = alerts_of(client)
            assert {code: [alert["ended_at"] is None for alert in alerts] for code, alerts in found.items()} == {
                "licence.expiry": [True],
                "iot.temperature": [True],
            }

            client.patch(licence, json={"licence_valid_to": later})
            wait_for(
                lambda: alerts_of(client)["licence.expiry"][0]["ended_at"], SECONDS, "the end of the licence's alert"
            )

            def raised() -> list[str]:
                messages = [heard.json for heard in subscriber.on("/alerts/")]
                return sorted(message["code"] for message in messages if message["step"] == "raised")

            wait_for(lambda: len(raised()) == 2, SECONDS, "both alerts by MQTT")
            assert raised() == ["iot.temperature", "licence.expiry"]
            assert problems_of(subscriber.on("/alerts/")) == []
