"""An edge and its centre as two real services: what was found arrives once and whole, whatever is killed."""

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.acceptance.reviews import confirm_by, second_reviewer
from tests.acceptance.service_process import ServiceProcess, wait_for
from tests.support.alarms import Alarm, alarm_in, seen_by
from tests.support.mqtt import Mosquitto, Subscriber, free_port
from tests.support.rtsp import RtspServer
from tests.support.shared import REPOSITORY

pytestmark = pytest.mark.acceptance(alone=False)

ALERT_SECONDS = 300.0  # two services share the machine with whatever else runs on it


@pytest.fixture(scope="session")
def alarm(tmp_path_factory: pytest.TempPathFactory) -> Alarm:
    return alarm_in(tmp_path_factory.mktemp("alarm"))


def new_node(centre: Path, name: str) -> str:
    """The token that the command line prints."""
    command = [sys.executable, "-m", "service.cli", "nodes", "add", name, "--any-enterprise", "--data", str(centre)]
    return subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True, text=True).stdout.strip()


def alerts_of(client: httpx2.Client) -> dict[str, dict[str, Any]]:
    answer = client.get("/api/v1/alerts", params={"limit": 200})
    assert answer.status_code == 200, answer.text
    return {alert["alert_id"]: alert for alert in answer.json()["items"]}


def is_whole(alert: dict[str, Any]) -> bool:
    return bool(alert["evidence"]) and all(piece["state"] == "stored" for piece in alert["evidence"])


def checksums(client: httpx2.Client, alert: dict[str, Any]) -> dict[str, str]:
    """SHA-256 of what the service really hands out."""
    found = {}
    for piece in alert["evidence"]:
        path = f"/api/v1/evidence/{piece['evidence_id']}"
        if piece["kind"] == "clip":
            assert client.post(f"{path}/access", json={"reason": "复核"}).status_code == 201
        answer = client.get(path)
        assert answer.status_code == 200, answer.text
        found[piece["kind"]] = hashlib.sha256(answer.content).hexdigest()
    return found


class Centre:
    """A centre that keeps its port over a kill, with a broker of its own."""

    def __init__(self, data: Path, broker: Mosquitto) -> None:
        self.data = data
        self.port = free_port()
        self._settings = {
            "BRIGHTKITCHEN_ALERTS__MQTT__HOST": "127.0.0.1",
            "BRIGHTKITCHEN_ALERTS__MQTT__PORT": str(broker.port),
            "BRIGHTKITCHEN_INGEST__SILENT_AFTER_SECONDS": "4",
        }

    def start(self) -> ServiceProcess:
        arguments = ["--role", "centre", "--port", str(self.port)]
        return ServiceProcess(self.data, arguments=arguments, **self._settings)

    def edge_settings(self, token: str) -> dict[str, str]:
        return {
            "BRIGHTKITCHEN_CENTRE__URL": f"http://127.0.0.1:{self.port}",
            "BRIGHTKITCHEN_CENTRE__TOKEN": token,
            "BRIGHTKITCHEN_CENTRE__HEARTBEAT_SECONDS": "0.5",
            "BRIGHTKITCHEN_CENTRE__RETRY_MAXIMUM_SECONDS": "2",
            "BRIGHTKITCHEN_ALERTS__EMBEDDED_BROKER__PORT": "0",
            **seen_by(),
        }


def edge_process(data: Path, cameras: list[str], settings: dict[str, str]) -> ServiceProcess:
    return ServiceProcess(data, cameras=cameras, arguments=["--role", "edge"], **settings)


def test_what_an_edge_finds_stands_at_the_centre_and_the_verdict_comes_back(tmp_path: Path, alarm: Alarm) -> None:
    with Mosquitto() as broker, RtspServer() as cameras, Subscriber(broker.port) as subscriber:
        centre = Centre(tmp_path / "centre", broker)
        with centre.start() as at_centre:
            official = at_centre.client()
            settings = centre.edge_settings(new_node(centre.data, "shop-1"))
            with edge_process(tmp_path / "edge", [cameras.add("pantry", alarm.path)], settings) as at_edge:
                shop = at_edge.client()
                wait_for(lambda: any(map(is_whole, alerts_of(official).values())), ALERT_SECONDS, "an alert with files")
                [alert] = [one for one in alerts_of(official).values() if is_whole(one)]
                alert_id = alert["alert_id"]
                own = alerts_of(shop)[alert_id]

                assert (alert["node_id"], own["node_id"]) == ("shop-1", None)
                assert {
                    key: alert[key] for key in ("code", "code_version", "class", "boxes", "model", "started_at")
                } == {key: own[key] for key in ("code", "code_version", "class", "boxes", "model", "started_at")}
                assert checksums(official, alert) == checksums(shop, own)
                [camera] = official.get("/api/v1/cameras").json()["items"]
                assert (camera["node_id"], camera["source"]["location"]) == ("shop-1", "node:shop-1")
                assert official.delete(f"/api/v1/cameras/{camera['camera_id']}").status_code == 409
                [status] = official.get("/api/v1/cameras/status").json()["items"]
                assert (status["condition"], status["has_fresh_picture"]) == ("online", False)
                heard = [one.json for one in subscriber.on("/alerts/") if one.json["alert_id"] == alert_id]
                assert heard[0]["node_id"] == "shop-1"

                confirm_by(alert_id, official, second_reviewer(at_centre, official))
                wait_for(lambda: alerts_of(shop)[alert_id]["state"] == "confirmed", 60, "the verdict at the edge")
            wait_for(lambda: condition_of(official) == ("offline", "node_silent"), 60, "the silence to be told")


def condition_of(client: httpx2.Client) -> tuple[str, str]:
    [status] = client.get("/api/v1/cameras/status").json()["items"]
    return status["condition"], status["cause"]


def test_kills_on_both_sides_lose_nothing_and_double_nothing(tmp_path: Path, alarm: Alarm) -> None:
    cameras_count = 3
    with Mosquitto() as broker, RtspServer() as cameras:
        centre = Centre(tmp_path / "centre", broker)
        with centre.start() as at_centre:
            at_centre.started()
            settings = centre.edge_settings(new_node(centre.data, "shop-1"))
            at_centre.kill()
        urls = [cameras.add(f"camera{number}", alarm.path) for number in range(cameras_count)]
        with edge_process(tmp_path / "edge", urls, settings) as at_edge:
            shop = at_edge.client()
            wait_for(lambda: len(alerts_of(shop)) >= 2, ALERT_SECONDS, "two alerts without a centre")
            with centre.start() as at_centre:
                official = at_centre.client()
                wait_for(lambda: alerts_of(official), ALERT_SECONDS, "the first alert at the centre")
                at_centre.kill()
            at_edge.kill()
        with (
            edge_process(tmp_path / "edge", urls, settings) as at_edge,
            centre.start() as at_centre,
        ):
            shop, official = at_edge.client(), at_centre.client()
            wait_for(lambda: len(alerts_of(shop)) >= cameras_count, ALERT_SECONDS, "an alert of each camera")
            wait_for(lambda: is_equal(shop, official), ALERT_SECONDS, "both sides to say the same")
            here, there = alerts_of(shop), alerts_of(official)
            for alert_id, alert in there.items():
                assert checksums(official, {"evidence": stored(alert)}) == checksums(
                    shop, {"evidence": stored(here[alert_id])}
                )
            [firm] = official.get("/api/v1/enterprises").json()["items"]
            assert detected(official, firm["enterprise_id"], there) == len(there)


def stored(alert: dict[str, Any]) -> list[dict[str, Any]]:
    return [piece for piece in alert["evidence"] if piece["state"] == "stored"]


def is_equal(shop: httpx2.Client, official: httpx2.Client) -> bool:
    """The same alerts, and of each the same files, with none still on its way."""

    def told(alerts: dict[str, dict[str, Any]]) -> dict[str, list[tuple[str, str, str | None]]]:
        return {
            alert_id: sorted((piece["evidence_id"], piece["state"], piece["sha256"]) for piece in alert["evidence"])
            for alert_id, alert in alerts.items()
        }

    here, there = told(alerts_of(shop)), told(alerts_of(official))
    return here == there and all(state != "pending" for pieces in here.values() for _, state, _ in pieces)


def detected(client: httpx2.Client, firm: str, alerts: dict[str, dict[str, Any]]) -> int:
    days = sorted(alert["local_day"] for alert in alerts.values())
    answer = client.get(f"/api/v1/enterprises/{firm}/counts", params={"from": days[0], "to": days[-1]})
    return sum(row["detected"] for row in answer.json()["items"])
