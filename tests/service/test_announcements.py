import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from alerts.ports import CameraPlace
from alerts.testing import InMemoryJournal
from alerts.topics import camera_topic, summary_topic
from domain.ids import CameraId, EnterpriseId, SiteId
from domain.organisation import Camera, Source
from service.announcements import Announcer
from streams.ports import CameraCondition, StreamState
from streams.testing import InMemoryFleet
from tests.support.mqtt import wait_until
from tests.support.pictures import EPOCH

SITE = SiteId("site-1")
CAMERA = Camera(camera_id=CameraId("camera-1"), site_id=SITE, name="pantry", source=Source(location="rtsp://u:p@a/1"))


class RecordingBoard:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._shown: dict[str, bytes] = {}

    def retain(self, topic: str, payload: bytes) -> None:
        with self._lock:
            self._shown[topic] = payload

    def clear(self, topic: str) -> None:
        with self._lock:
            self._shown.pop(topic, None)

    def shown(self, topic: str) -> dict[str, Any]:
        with self._lock:
            content: dict[str, Any] = json.loads(self._shown.get(topic, b"{}"))
            return content


class OnePlace:
    def __init__(self) -> None:
        self.site = SITE

    def place(self, camera_id: CameraId) -> CameraPlace | None:
        return CameraPlace(enterprise_id=EnterpriseId("enterprise-1"), site_id=self.site, timezone="Asia/Shanghai")


class ChangeableFleet(InMemoryFleet):
    """A fleet whose cameras change without anybody being told: the announcer has to look."""

    def change(self, camera_id: CameraId, **changes: Any) -> None:
        with self._changed:
            self._statuses[camera_id] = replace(self._statuses[camera_id], **changes)


class Post:
    """An announcer with one camera that has never been seen."""

    def __init__(self) -> None:
        self.board = RecordingBoard()
        self.journal = InMemoryJournal()
        self.places = OnePlace()
        self.announcer = Announcer(board=self.board, journal=self.journal, places=self.places, now=lambda: EPOCH)
        self.ended: list[CameraId] = []
        self.fleet = ChangeableFleet(self.announcer)
        self.fleet.add(CAMERA)

    def state(self) -> str | None:
        return self.board.shown(camera_topic(SITE, CAMERA.camera_id)).get("state")


@pytest.fixture
def post() -> Iterator[Post]:
    post = Post()
    post.announcer.start(post.fleet, post.ended.append)
    yield post
    post.announcer.stop()


def test_a_camera_that_moves_to_another_site_leaves_nothing_at_the_old_one(post: Post) -> None:
    post.fleet.tell(CAMERA.camera_id, CameraCondition.ONLINE)
    wait_until(lambda: post.state() == "online", what="the camera at its first site")

    post.places.site = SiteId("site-2")
    there = camera_topic(SiteId("site-2"), CAMERA.camera_id)
    wait_until(lambda: post.board.shown(there).get("state") == "online", what="the camera at its second site")

    assert post.state() is None
    wait_until(lambda: post.board.shown(summary_topic(SITE)) == {}, what="the old site's summary to go")


def test_a_camera_is_announced_with_each_of_its_conditions(post: Post) -> None:
    post.fleet.tell(CAMERA.camera_id, CameraCondition.ONLINE)
    wait_until(lambda: post.state() == "online")
    post.fleet.tell(CAMERA.camera_id, CameraCondition.OFFLINE, cause="timeout")
    wait_until(lambda: post.state() == "offline")
    assert post.board.shown(camera_topic(SITE, CAMERA.camera_id))["cause"] == "timeout"


def test_a_site_counts_its_cameras_and_names_every_class(post: Post) -> None:
    post.fleet.tell(CAMERA.camera_id, CameraCondition.ONLINE)
    wait_until(lambda: post.board.shown(summary_topic(SITE)).get("cameras_online") == 1)
    summary = post.board.shown(summary_topic(SITE))
    assert summary["cameras_total"] == 1
    assert summary["open_alerts"] == {"I": 0, "II": 0, "III": 0, "ops": 0}


def test_a_removed_camera_leaves_no_state_behind(post: Post) -> None:
    post.fleet.tell(CAMERA.camera_id, CameraCondition.ONLINE)
    wait_until(lambda: post.state() == "online")
    post.fleet.remove(CAMERA.camera_id)
    wait_until(lambda: post.state() is None)
    assert post.board.shown(camera_topic(SITE, CAMERA.camera_id)) == {}
    wait_until(lambda: post.board.shown(summary_topic(SITE)) == {}, what="the summary of no cameras to go")


def test_a_camera_that_never_gave_a_picture_is_offline_and_counted(post: Post) -> None:
    wait_until(lambda: post.state() == "offline")
    wait_until(lambda: post.board.shown(summary_topic(SITE)).get("cameras_total") == 1)
    assert post.board.shown(summary_topic(SITE))["cameras_online"] == 0


def test_a_camera_that_stays_offline_for_another_reason_says_so(post: Post) -> None:
    post.fleet.tell(CAMERA.camera_id, CameraCondition.ONLINE)
    post.fleet.tell(CAMERA.camera_id, CameraCondition.OFFLINE, cause="timeout")
    wait_until(lambda: post.board.shown(camera_topic(SITE, CAMERA.camera_id)).get("cause") == "timeout")
    post.fleet.change(CAMERA.camera_id, cause="auth")
    wait_until(lambda: post.board.shown(camera_topic(SITE, CAMERA.camera_id)).get("cause") == "auth")
    assert post.state() == "offline"


def test_a_stop_leaves_no_camera_online(post: Post) -> None:
    post.fleet.tell(CAMERA.camera_id, CameraCondition.ONLINE)
    wait_until(lambda: post.board.shown(summary_topic(SITE)).get("cameras_online") == 1)
    post.announcer.stop()
    state = post.board.shown(camera_topic(SITE, CAMERA.camera_id))
    assert (state["state"], state["cause"]) == ("offline", "service_stopped")
    assert post.board.shown(summary_topic(SITE))["cameras_online"] == 0


def test_the_end_of_a_recording_is_told_once(post: Post) -> None:
    post.fleet.tell(CAMERA.camera_id, CameraCondition.ONLINE)
    wait_until(lambda: post.state() == "online")
    assert post.ended == []
    post.fleet.change(CAMERA.camera_id, state=StreamState.ENDED, condition=CameraCondition.OFFLINE, cause="ended")
    wait_until(lambda: post.ended == [CAMERA.camera_id], what="the end of the recording")
    post.announcer.camera_changed(post.fleet.statuses()[0])
    wait_until(lambda: post.state() == "offline")
    assert post.ended == [CAMERA.camera_id]


def test_the_address_of_a_camera_is_in_no_message(post: Post) -> None:
    post.fleet.tell(CAMERA.camera_id, CameraCondition.ONLINE)
    wait_until(lambda: post.state() == "online")
    assert "u:p" not in json.dumps(post.board.shown(camera_topic(SITE, CAMERA.camera_id)))
