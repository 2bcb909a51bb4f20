"""From what a device says to the person, the system and the broker that are told: the whole service, no pictures."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest

from alerts.messages import NOTICE
from alerts.nodes.ports import Node
from domain.ids import CameraId, NodeId
from service.edge.wiring import nodes_of
from service.folder import DataFolder
from service.settings import load_settings
from service.store import open_store
from tests.acceptance.service_process import ServiceProcess, wait_for
from tests.credit.samples import camera, enterprise, site
from tests.support.contract import channels_of, problems_of
from tests.support.hooks import HookServer, Taken, dingtalk, standard_webhook_problem
from tests.support.isapi import IsapiDevice, event, heartbeat, part
from tests.support.mqtt import HOST, Mosquitto, Subscriber

pytestmark = pytest.mark.acceptance(alone=False)

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
TOLD_SECONDS = 60.0


def registered(data: Path) -> CameraId:
    """A firm with a recorder's camera, in a database that the service has not seen yet."""
    folder = DataFolder(data)
    folder.prepare()
    store = open_store(load_settings(data=data), folder)
    store.registry.add_enterprise(enterprise())
    store.registry.add_site(site())
    node = Node(
        node_id=NodeId("nvr-1"),
        token_sha256="ab" * 32,
        credit_codes=None,
        is_active=True,
        created_at=datetime.now(UTC),
    )
    nodes_of(store).add(node)
    watched = camera(node_id=NodeId("nvr-1"), is_enabled=True)
    store.registry.add_camera(watched)
    store.database.close()
    return watched.camera_id


def settings_of(broker: Mosquitto, device: IsapiDevice, folder: Path, camera_id: CameraId) -> dict[str, str]:
    devices = folder / "devices.yaml"
    devices.write_text(
        f"devices:\n  - node: nvr-1\n    url: {device.url}\n    username: brightkitchen\n"
        f"    cameras: [{{channel: 1, camera: {camera_id}}}]\n"
    )
    return {
        "BRIGHTKITCHEN_ALERTS__MQTT__HOST": HOST,
        "BRIGHTKITCHEN_ALERTS__MQTT__PORT": str(broker.port),
        "BRIGHTKITCHEN_ALERTS__MQTT__HOME_ASSISTANT_PREFIX": "homeassistant",
        "BRIGHTKITCHEN_ALERTS__MQTT__ONVIF_PREFIX": "onvif",
        "BRIGHTKITCHEN_ALERTS__NOTIFY__ALLOWS_PLAIN_HTTP": "true",
        "BRIGHTKITCHEN_ALERTS__NOTIFY__ALLOWED_NETWORKS": '["127.0.0.0/8"]',
        "BRIGHTKITCHEN_ALERTS__NOTIFY__RETRY_MINIMUM_SECONDS": "0.5",
        "BRIGHTKITCHEN_INGEST__HIKVISION_FILE": str(devices),
        "BRIGHTKITCHEN_INGEST__HIKVISION_PASSWORDS": json.dumps({"nvr-1": device.password}),
    }


def add(client: httpx2.Client, **body: Any) -> str:
    answer = client.post("/api/v1/recipients", json={"reach": {"everything": True}, **body})
    assert answer.status_code == 201, answer.text
    return str(answer.headers["location"])


def steps_of(taken: list[Taken]) -> list[str]:
    return [one.json["type"] for one in taken]


def test_what_a_device_says_reaches_broker_system_and_chat_and_a_verdict_follows(tmp_path: Path) -> None:
    camera_id = registered(tmp_path / "data")
    with (
        Mosquitto() as broker,
        Subscriber(broker.port, "#") as subscriber,
        IsapiDevice() as device,
        HookServer() as system,
        HookServer(dingtalk("tok", "SECgeheim")) as chat,
        ServiceProcess(
            tmp_path / "data",
            arguments=["--role", "centre"],
            **settings_of(broker, device, tmp_path, camera_id),
        ) as service,
    ):
        client = service.client()
        add(client, name="平台", channel="webhook", address=system.url("/hook", HOST), secret=SECRET)
        robot = chat.url("/robot/send?access_token=tok", HOST)
        path = add(client, name="值班群", channel="dingtalk", address=robot, secret="SECgeheim")
        assert client.post(f"{path}/test").json() == {"is_sent": True, "reason": None}
        now = datetime.now(UTC).isoformat()
        device.say(part(heartbeat()) + part(event("shelteralarm", at=now)) + part(heartbeat()))

        wait_for(lambda: "alert.raised" in steps_of(system.taken), TOLD_SECONDS, "the webhook")
        wait_for(lambda: len(chat.taken) >= 2, TOLD_SECONDS, "the chat")
        [alert] = client.get("/api/v1/alerts").json()["items"]
        reviewed = client.post(
            f"/api/v1/alerts/{alert['alert_id']}/confirm", json={"reason": "", "expected_sequence": alert["sequence"]}
        )
        assert reviewed.status_code == 200, reviewed.text
        wait_for(lambda: "alert.confirmed" in steps_of(system.taken), TOLD_SECONDS, "the verdict's webhook")
        subscriber.wait_for(lambda heard: len(channels_of(heard)) >= 6, TOLD_SECONDS)
        waiting = wait_for(
            lambda: client.get("/api/v1/deliveries", params={"recipient_id": path.rpartition("/")[2]}).json()["items"],
            TOLD_SECONDS,
            "the list of deliveries",
        )
        assert service.stop() == 0

    assert alert["code"] == "camera.tampered"
    assert [standard_webhook_problem(one, SECRET) for one in system.taken] == [None] * len(system.taken)
    assert NOTICE in chat.taken[1].json["text"]["content"]
    assert {one["state"] for one in waiting} <= {"sent", "waiting"}
    assert problems_of(subscriber.heard) == []
    assert "geh:eim" not in "".join(service.text)
    assert "SECgeheim" not in "".join(service.text)
    assert "/hook" not in "".join(service.text)
