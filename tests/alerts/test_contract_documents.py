"""The documents about MQTT say what the code does; the shipped broker configuration works."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from alerts.catalogue import load_catalogue
from alerts.contract import CONTRACT
from alerts.home_assistant import discovery_topic
from alerts.messages import NOTICE
from alerts.mqtt import LinkState
from alerts.nodes.listener import findings_topic, refused_topic
from alerts.onvif_events import onvif_topic
from alerts.topics import alert_topic, camera_topic, node_topic, seal_topic, summary_topic
from credit.messages import CREDIT_SCHEMAS, colour_topic
from domain.alert import AlertStep
from domain.ids import EnterpriseId
from tests.alerts.test_mqtt import connected, linked, send
from tests.support.mqtt import Mosquitto, Subscriber, wait_until

REPOSITORY = Path(__file__).resolve().parents[2]
REFERENCE = REPOSITORY / "docs" / "reference"
DEPLOY = REPOSITORY / "deploy" / "mosquitto"
ADDRESSES = {
    "brightkitchen/v1/enterprises/{enterprise}/credit": colour_topic(EnterpriseId("enterprise")),
    "brightkitchen/v1/sites/{site}/alerts/{code}": alert_topic("site", "code"),
    "brightkitchen/v1/sites/{site}/cameras/{camera}/state": camera_topic("site", "camera"),
    "brightkitchen/v1/sites/{site}/summary": summary_topic("site"),
    "brightkitchen/v1/nodes/{node}/status": node_topic("node"),
    "brightkitchen/v1/nodes/{node}/seal": seal_topic("node"),
    "brightkitchen/v1/ingest/{node}/violations": findings_topic("node"),
    "brightkitchen/v1/ingest/{node}/refused": refused_topic("node"),
    "{prefix}/onvif-ej/RuleEngine/Brightkitchen/{code}": onvif_topic("prefix", "code"),
    "{prefix}/{component}/{object}/config": discovery_topic("prefix", "component", "object"),
}


def asyncapi() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((REFERENCE / "asyncapi.yaml").read_text(encoding="utf-8"))
    return content


def references(node: object) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if "$ref" in node else []
        return own + [ref for value in node.values() for ref in references(value)]
    return [ref for value in node for ref in references(value)] if isinstance(node, list) else []


def test_the_asyncapi_document_names_the_topics_that_are_used() -> None:
    addresses = {channel["address"] for channel in asyncapi()["channels"].values()}
    assert addresses == set(ADDRESSES)
    for address, topic in ADDRESSES.items():
        assert re.sub(r"[{}]", "", address) == topic


def test_every_reference_of_the_asyncapi_document_leads_somewhere() -> None:
    document = asyncapi()
    found = references(document)
    assert {Path(ref).name for ref in found if ref.startswith("schemas/")} == {*CONTRACT, *CREDIT_SCHEMAS}
    for reference in found:
        if reference.startswith("#/"):
            node: Any = document
            for part in reference[2:].split("/"):
                node = node[part]
            assert node
        else:
            assert (REFERENCE / reference).is_file()


def test_retained_topics_are_the_states() -> None:
    document = asyncapi()
    retained = {
        operation["channel"]["$ref"].rsplit("/", 1)[1]: operation["bindings"]["mqtt"]["retain"]
        for operation in document["operations"].values()
    }
    assert retained == {
        "alerts": False,
        "creditColour": False,
        "cameraState": True,
        "siteSummary": True,
        "nodeStatus": True,
        "seal": True,
        "findings": False,
        "findingRefusals": False,
        "onvifEvents": False,
        "homeAssistantDiscovery": True,
    }


def test_the_page_about_mqtt_names_topics_steps_and_the_notice() -> None:
    page = (REFERENCE / "mqtt.md").read_text(encoding="utf-8")
    assert NOTICE in page
    for address in ADDRESSES:
        assert f"`{address}`" in page
    for step in AlertStep:
        assert f"`{step.value}`" in page


def shipped(tmp_path: Path) -> str:
    """The shipped configuration with its folders and listener moved into the test's own."""
    text = (DEPLOY / "mosquitto.conf").read_text(encoding="utf-8")
    config, data = tmp_path / "config", tmp_path / "data"
    config.mkdir()
    data.mkdir()
    acl = config / "acl.conf"
    acl.write_text((DEPLOY / "acl.conf").read_text(encoding="utf-8"), encoding="utf-8")
    acl.chmod(0o600)
    kept = [
        line
        for line in text.splitlines()
        if not line.startswith(("listener", "password_file", "allow_anonymous", "persistence ", "max_queued_messages"))
    ]
    return "\n".join(kept).replace("/mosquitto/config", str(config)).replace("/mosquitto/data", str(data))


@pytest.mark.integration
def test_the_shipped_configuration_lets_the_service_write_and_readers_read(tmp_path: Path) -> None:
    accounts = {"brightkitchen": "b", "reader": "r", "camera-9": "c"}
    code = next(iter(load_catalogue())).risk.code
    with (
        Mosquitto(accounts, shipped(tmp_path)) as broker,
        Subscriber(broker.port, "brightkitchen/v1/#", username="reader", password="r") as reader,
    ):
        with linked(broker.port, username="brightkitchen", password="b") as service:
            connected(service)
            assert send(service, alert_topic("s1", code), b"{}")
            reader.wait_for(lambda _heard: len(reader.on("/alerts/")) == 1)
            assert send(service, discovery_topic("homeassistant", "sensor", "a"), b"{}")
            assert send(service, onvif_topic("onvif", code), b"{}")
        with linked(broker.port, username="reader", password="r") as intruder:
            connected(intruder)
            assert not send(intruder, alert_topic("s1", code), b"{}")
            assert not send(intruder, discovery_topic("homeassistant", "sensor", "a"), b"{}")
        with linked(broker.port, username="camera-9", password="c") as edge:
            connected(edge)
            assert send(edge, "brightkitchen/v1/ingest/camera-9/violations", b"{}")
            assert not send(edge, "brightkitchen/v1/ingest/camera-8/violations", b"{}")
        with linked(broker.port) as nobody:
            wait_until(lambda: nobody.status.state is LinkState.REFUSED, what="the refusal")


def test_the_shipped_configuration_is_closed_and_its_queues_are_long() -> None:
    lines = (DEPLOY / "mosquitto.conf").read_text(encoding="utf-8").splitlines()
    assert "allow_anonymous false" in lines
    assert "listener 1883 127.0.0.1" in lines
    (queue,) = [int(line.split()[1]) for line in lines if line.startswith("max_queued_messages")]
    assert queue > 1000
