"""What `make run` promises: every clip of the demonstration raises its alerts in their time, and nothing else.

The whole service plays the clips as live cameras, over and over, by the wall clock. A machine with other work passes
over pictures, so an alert may come in a later pass than the first. The same without a service, exactly, in the first
pass and in the clips' own time: tests/service/demo/test_clips.py.
"""

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx2
import pytest

from alerts.catalogue import load_catalogue
from service.demo.cameras import DemoCamera, load_demo
from service.demo.pace import hastened
from service.demo.trial import dwell_of
from service.demo.verdict import Verdict, judged
from service.footage.play import RaisedAlert
from tests.acceptance.service_process import ServiceProcess, wait_for
from tests.support.mqtt import Mosquitto, Subscriber

pytestmark = pytest.mark.acceptance

CAMERAS = load_demo().cameras
cameras = pytest.mark.parametrize("camera", CAMERAS, ids=lambda camera: camera.clip)

# By the wall clock a clip begins at a moment that is known roughly, and a busy machine looks late.
SLACK_SECONDS = 6.0
# Into the second pass: what was said at the end of the first one, and what the seam between them might bring about.
MORE_SECONDS = 15.0
LONGEST_SECONDS = 300.0  # for all promises to be kept in one pass or another


@dataclass(frozen=True, slots=True, kw_only=True)
class Show:
    """What came of one run: alerts of the API by camera, the moment each camera's clip began, what MQTT delivered."""

    alerts: dict[str, list[dict[str, Any]]]
    began: dict[str, datetime]
    heard: list[dict[str, Any]]

    def verdict(self, camera: DemoCamera) -> Verdict:
        began = self.began[camera.camera_id]
        raised = [
            RaisedAlert(
                code=alert["code"],
                started=(at(alert["started_at"]) - began).total_seconds(),
                confirmed=(at(alert["confirmed_at"]) - began).total_seconds(),
            )
            for alert in self.alerts[camera.camera_id]
        ]
        return judged(camera.promises(), raised, dwell_of(hastened(load_catalogue())), slack_seconds=SLACK_SECONDS)


def appeared(verdict: Verdict) -> set[str]:
    """Codes of promises that were kept in the first pass or a later one."""
    return {each.promise.code for each in verdict.kept} | {each.code for each in verdict.repeated}


def promised(camera: DemoCamera) -> set[str]:
    return {promise.code for promise in camera.promises().raised}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.fixture(scope="module")
def show(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Show]:
    """All cameras at once, for one whole pass of the longest clip and more, until each promise was kept once."""
    data = tmp_path_factory.mktemp("demo") / "data"
    with Mosquitto() as broker, Subscriber(broker.port) as subscriber:
        environment = {
            "BRIGHTKITCHEN_ALERTS__MQTT__HOST": "127.0.0.1",
            "BRIGHTKITCHEN_ALERTS__MQTT__PORT": str(broker.port),
        }
        with ServiceProcess(data, arguments=["--demo"], **environment) as service:
            service.started()
            began = wait_for(lambda: beginnings(service), 60, "every camera's clip to begin")
            longest = max(camera.promises().length_seconds for camera in CAMERAS)
            time.sleep(longest + MORE_SECONDS)
            client = service.client()

            def all_appeared() -> bool:
                found = Show(alerts=by_camera(client), began=began, heard=[])
                return all(promised(camera) <= appeared(found.verdict(camera)) for camera in CAMERAS)

            with suppress(AssertionError):  # the tests say which one did not
                wait_for(all_appeared, LONGEST_SECONDS, "every promised alert")
            alerts = by_camera(client)
            raised = {alert["alert_id"] for found in alerts.values() for alert in found}
            wait_for(lambda: raised <= delivered(subscriber), 30, "all alerts by MQTT")
            heard = [heard.json for heard in subscriber.on("/alerts/") if heard.json["step"] == "raised"]
            yield Show(alerts=alerts, began=began, heard=heard)


def beginnings(service: ServiceProcess) -> dict[str, datetime] | None:
    """When each camera's clip was opened, once all are."""
    lines = [line for line in service.lines if line.get("event") == "camera_connected"]
    found = {line["camera_id"]: at(line["timestamp"]) for line in lines}
    return found if set(found) == {camera.camera_id for camera in CAMERAS} else None


def delivered(subscriber: Subscriber) -> set[str]:
    return {heard.json["alert_id"] for heard in subscriber.on("/alerts/") if heard.json["step"] == "raised"}


def by_camera(client: httpx2.Client) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {camera.camera_id: [] for camera in CAMERAS}
    for alert in client.get("/api/v1/alerts", params={"limit": 100}).json()["items"]:
        found[alert["camera_id"]].append(alert)
    return found


@cameras
def test_a_camera_raises_what_its_clip_promises(show: Show, camera: DemoCamera) -> None:
    assert appeared(show.verdict(camera)) == promised(camera)


@cameras
def test_a_camera_raises_nothing_that_its_clip_does_not_promise(show: Show, camera: DemoCamera) -> None:
    assert show.verdict(camera).extra == ()


def test_every_alert_is_delivered_once_with_its_evidence(show: Show) -> None:
    raised = [alert for found in show.alerts.values() for alert in found]

    assert raised
    assert sorted(message["alert_id"] for message in show.heard) == sorted(alert["alert_id"] for alert in raised)
    assert all(alert["evidence"] for alert in raised)
