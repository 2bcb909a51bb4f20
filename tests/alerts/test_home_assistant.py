"""Home Assistant's discovery beside the retained states."""

import json

from alerts.home_assistant import HomeAssistantBoard
from alerts.messages import camera_topic, summary_topic
from alerts.places import KnownPlaces
from alerts.ports import PlaceNames
from domain.ids import CameraId

STATE = b'{"state": "online"}'


class Slate:
    """A board that remembers what it shows, and everything that it was told."""

    def __init__(self) -> None:
        self.shown: dict[str, bytes] = {}
        self.told: list[str] = []

    def retain(self, topic: str, payload: bytes) -> None:
        self.shown[topic] = payload
        self.told.append(topic)

    def clear(self, topic: str) -> None:
        self.shown.pop(topic)


def board(slate: Slate) -> HomeAssistantBoard:
    known = KnownPlaces()
    known.remember(CameraId("camera-1"), PlaceNames(site="一号店", camera="粗加工 1"))
    return HomeAssistantBoard(slate, known, prefix="homeassistant", node="n1")


def test_a_camera_is_announced_once_with_its_name_and_its_topics() -> None:
    slate = Slate()
    shown = board(slate)
    topic = camera_topic("site-1", "camera-1")

    shown.retain(topic, STATE)
    shown.retain(topic, STATE)

    configs = [one for one in slate.told if one.startswith("homeassistant/")]
    assert configs == [
        "homeassistant/binary_sensor/brightkitchen_camera-1_online/config",
        "homeassistant/sensor/brightkitchen_camera-1_state/config",
    ]
    told = json.loads(slate.shown[configs[0]])
    assert (told["state_topic"], told["device"]["name"], told["device"]["suggested_area"]) == (
        topic,
        "粗加工 1",
        "一号店",
    )
    assert told["availability_topic"] == "brightkitchen/v1/nodes/n1/status"


def test_a_removed_camera_is_taken_back() -> None:
    slate = Slate()
    shown = board(slate)
    shown.retain(camera_topic("site-1", "camera-1"), STATE)

    shown.clear(camera_topic("site-1", "camera-1"))

    assert slate.shown == {}


def test_a_site_has_a_count_for_each_class_that_calls_them_leads() -> None:
    slate = Slate()
    board(slate).retain(summary_topic("site-1"), b"{}")

    configs = [json.loads(content) for topic, content in slate.shown.items() if topic.startswith("homeassistant/")]
    assert len(configs) == 4
    assert all("线索" in one["name"] for one in configs)
    assert len({one["unique_id"] for one in configs}) == 4


def test_other_states_are_shown_as_they_are() -> None:
    slate = Slate()
    board(slate).retain("brightkitchen/v1/nodes/n1/seal", b"{}")

    assert slate.told == ["brightkitchen/v1/nodes/n1/seal"]
