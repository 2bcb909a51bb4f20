"""Live pictures over a real server: who gets what, when nothing may be shown, and that nobody holds up anybody."""

import base64
import json
import socket
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import cv2
import httpx2
import numpy as np
import pytest
from prometheus_client import REGISTRY

from api.app import create_app
from api.ports import Look, Role
from domain.detection import ModelReference, Observation, Track
from domain.geometry import Box, Polygon
from domain.ids import CameraId, ZoneId
from domain.zone import Zone, ZoneType
from domain.zone_hours import Holds, ZoneHours
from streams.ports import CameraCondition
from tests.api.kitchen import CAMERA, OTHER_CAMERA, OWN_FIRM, SECOND_CAMERA, Kitchen
from tests.api.live import served
from tests.streams.cameras import wait_for
from tests.support.pictures import ArrayPicture, grey_picture

FEED = "/api/v1/live/feed"
MJPG = f"/api/v1/cameras/{CAMERA}/live.mjpg"
QUICK = {"live_fps": 5.0}


class Watcher:
    """One client of the feed, which reads what it is sent."""

    def __init__(self, answer: httpx2.Response) -> None:
        self.answer = answer
        self.lines = answer.iter_lines()
        self.heard: list[str] = []

    def next(self, event: str, camera_id: str = CAMERA) -> dict[str, Any]:
        """The next of that kind about that camera."""
        found = ""
        for line in self.lines:
            self.heard.append(line)
            if line.startswith("event: "):
                found = line.removeprefix("event: ")
            elif line.startswith("data: ") and found == event:
                data: dict[str, Any] = json.loads(line.removeprefix("data: "))
                if data["camera_id"] == camera_id:
                    return data
        raise AssertionError("the feed ended")

    def until(self, what: Callable[[dict[str, Any]], bool], event: str = "state") -> dict[str, Any]:
        while True:
            data = self.next(event)
            if what(data):
                return data


@contextmanager
def watching(url: str, kitchen: Kitchen, *cameras: str, role: Role = Role.OPERATOR, **query: Any) -> Iterator[Watcher]:
    headers = {"Authorization": kitchen.client(role, OWN_FIRM).headers["Authorization"]}
    params = {"camera_id": list(cameras or [CAMERA]), **query}
    with httpx2.stream("GET", url + FEED, params=params, headers=headers, timeout=20) as answer:
        assert answer.status_code == 200, answer.read()
        yield Watcher(answer)


def show(kitchen: Kitchen, picture: ArrayPicture | None = None, camera_id: CameraId = CAMERA) -> None:
    """A moment later, a new picture."""
    kitchen.twins.clock.advance(1.0)
    kitchen.show_picture(camera_id, picture or grey_picture(1280, 720))


def look(kitchen: Kitchen, camera_id: CameraId = CAMERA, **changes: Any) -> None:
    """As if the newest picture had been looked at, and a person found in it."""
    frame = kitchen.twins.fleet.frames[camera_id]
    track = Track(
        track_id=7,
        label="person",
        box=Box(left=0.1, top=0.2, right=0.3, bottom=0.9),
        confidence=0.876,
        score=0.8,
        first_seen_at=frame.captured_at,
        first_seen_clock=frame.clock,
        last_seen_clock=frame.clock,
        hits=3,
        travelled=0.0,
        is_confirmed=True,
        is_visible=True,
    )
    observation = Observation(
        camera_id=camera_id,
        sequence=frame.sequence,
        captured_at=frame.captured_at,
        clock=frame.clock,
        detections=(),
        tracks=(track,),
        model=ModelReference(name="n", version="1", sha256="0" * 64),
        width_px=1280,
        height_px=720,
    )
    kitchen.twins.looks.known[camera_id] = Look(observation=replace(observation, **changes), frame=frame)


def noise(seed: int) -> ArrayPicture:
    """A picture that JPEG cannot make small."""
    return ArrayPicture(np.random.default_rng(seed).integers(0, 255, (1080, 1920, 3), np.uint8))


def encoded_count() -> float:
    return REGISTRY.get_sample_value("brightkitchen_live_picture_seconds_count") or 0.0


def test_a_camera_is_told_with_its_zones_its_state_and_its_picture_with_boxes(
    kitchen_with: Callable[..., Kitchen],
) -> None:
    kitchen = kitchen_with(**QUICK)
    zone = Zone(
        zone_id=ZoneId("zone-1"),
        camera_id=CAMERA,
        name="专间",
        type=ZoneType.SPECIAL_ROOM,
        polygon=Polygon.whole_frame(),
        hours=ZoneHours(holds=Holds.OUTSIDE_HOURS),
    )
    kitchen.twins.registry.add_zone(zone)
    show(kitchen)
    look(kitchen)
    with served(kitchen.app, kitchen.twins.settings) as url, watching(url, kitchen) as watcher:
        camera, state, picture = watcher.next("camera"), watcher.next("state"), watcher.next("picture")

    assert camera["name"] == "粗加工间"
    [told] = camera["zones"]
    assert (told["name"], told["type"], told["is_asleep"]) == ("专间", "special_room", True)
    assert (state["condition"], state["has_picture"]) == ("online", True)
    pixels = cv2.imdecode(np.frombuffer(base64.b64decode(picture["jpeg"]), np.uint8), cv2.IMREAD_COLOR)
    assert pixels is not None
    assert pixels.shape == (360, 640, 3)
    [box] = picture["boxes"]
    assert (box["label"], box["confidence"], box["left"], box["bottom"]) == ("person", 0.876, 0.1, 0.9)
    assert picture["looked_at"] == picture["captured_at"]
    assert CAMERA in kitchen.twins.looks.watched


def test_who_may_not_see_faces_gets_boxes_and_no_pixels(kitchen_with: Callable[..., Kitchen]) -> None:
    kitchen = kitchen_with(**QUICK, live_whep_url="https://media.example/{camera_id}/whep")
    show(kitchen)
    look(kitchen)
    with served(kitchen.app, kitchen.twins.settings) as url, watching(url, kitchen, role=Role.VIEWER) as watcher:
        picture = watcher.next("picture")

    assert (picture["jpeg"], len(picture["boxes"])) == (None, 1)
    viewer, operator = kitchen.client(Role.VIEWER), kitchen.client(Role.OPERATOR)
    assert viewer.get(MJPG).status_code == 403
    assert viewer.get("/api/v1/live").json()["whep_url"] is None
    assert operator.get("/api/v1/live").json()["whep_url"] == "https://media.example/{camera_id}/whep"


def test_a_camera_that_falls_silent_is_told_as_without_a_picture_and_its_last_one_is_not_shown_again(
    kitchen_with: Callable[..., Kitchen],
) -> None:
    kitchen = kitchen_with(**QUICK)
    show(kitchen)
    with served(kitchen.app, kitchen.twins.settings) as url, watching(url, kitchen) as watcher:
        first = watcher.next("picture")
        kitchen.twins.clock.advance(60)
        silent = watcher.until(lambda state: not state["has_picture"])
        show(kitchen)
        again = watcher.next("picture")

    assert silent["last_picture_at"] is not None
    assert (first["age_seconds"], silent["last_picture_age_seconds"]) == (0, 60)  # a screen's clock may be wrong
    assert again["version"] > first["version"]
    assert again["captured_at"] > first["captured_at"]


def test_an_offline_camera_has_no_picture_however_fresh_its_last_one_is(kitchen_with: Callable[..., Kitchen]) -> None:
    kitchen = kitchen_with(**QUICK)
    show(kitchen)
    known = kitchen.twins.fleet.known
    known[CAMERA] = replace(known[CAMERA], condition=CameraCondition.OFFLINE, cause="unreachable")
    with served(kitchen.app, kitchen.twins.settings) as url, watching(url, kitchen) as watcher:
        state = watcher.next("state")

    assert (state["condition"], state["cause"], state["has_picture"]) == ("offline", "unreachable", False)


def test_a_paused_camera_says_so_and_who_did_it(kitchen_with: Callable[..., Kitchen]) -> None:
    kitchen = kitchen_with(**QUICK)
    show(kitchen)
    kitchen.client(Role.OPERATOR, name="老李").post(f"/api/v1/cameras/{CAMERA}/pause", json={"reason": "维修"})
    with served(kitchen.app, kitchen.twins.settings) as url, watching(url, kitchen) as watcher:
        state = watcher.next("state")

    assert (state["condition"], state["has_picture"]) == ("paused", False)
    assert (state["pause"]["by"], state["pause"]["reason"]) == ("老李", "维修")


def test_each_picture_is_encoded_once_however_many_look(kitchen_with: Callable[..., Kitchen]) -> None:
    kitchen = kitchen_with(**QUICK)
    show(kitchen)
    before = encoded_count()
    with (
        served(kitchen.app, kitchen.twins.settings) as url,
        watching(url, kitchen) as one,
        watching(url, kitchen) as two,
        watching(url, kitchen) as three,
    ):
        first = {watcher.next("picture")["version"] for watcher in (one, two, three)}
        show(kitchen)
        second = {watcher.next("picture")["version"] for watcher in (one, two, three)}

    assert (len(first), len(second)) == (1, 1)
    assert encoded_count() - before == 2


def test_a_client_that_does_not_read_holds_up_nobody_and_is_let_go(kitchen_with: Callable[..., Kitchen]) -> None:
    kitchen = kitchen_with(**QUICK, live_stuck_seconds=1.0, live_longest_px=1920, live_quality=95)
    live = kitchen.app.state.parts.live
    authorization = kitchen.client(Role.OPERATOR, OWN_FIRM).headers["Authorization"]
    with served(kitchen.app, kitchen.twins.settings) as url, watching(url, kitchen) as reader:
        at = urlsplit(url)
        with closing(socket.socket()) as stuck:
            stuck.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            stuck.connect((at.hostname, at.port))
            request = f"GET {FEED}?camera_id={CAMERA} HTTP/1.1\r\nHost: x\r\nAuthorization: {authorization}\r\n\r\n"
            stuck.sendall(request.encode())
            wait_for(lambda: live.clients == 2)
            versions = []
            for seed in range(60):
                show(kitchen, noise(seed % 4))
                versions.append(reader.next("picture")["version"])
                if live.clients == 1:
                    break

            assert live.clients == 1, "the client that does not read was not let go"
            assert versions == sorted(set(versions))
            show(kitchen, noise(1))
            assert reader.next("picture")["version"] > versions[-1]


def test_only_so_many_look_at_a_time(kitchen_with: Callable[..., Kitchen]) -> None:
    kitchen = kitchen_with(**QUICK, live_clients=1, live_cameras=2)
    person = kitchen.client(Role.OPERATOR)
    with served(kitchen.app, kitchen.twins.settings) as url:
        with watching(url, kitchen) as watcher:
            watcher.next("state")
            refused = person.get(FEED, params={"camera_id": [CAMERA]})
            assert (refused.status_code, refused.json()["limit"]) == (503, 1)
        wait_for(lambda: kitchen.app.state.parts.live.clients == 0)
    too_many = person.get(FEED, params={"camera_id": ["a", "b", "c"]})
    assert (too_many.status_code, too_many.json()["fields"][0]["field"]) == (422, "query.camera_id")
    assert person.get(FEED).status_code == 422


def test_cameras_of_others_are_not_there_and_one_that_goes_is_said_to_be_gone(
    kitchen_with: Callable[..., Kitchen], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.live_feed._CAMERAS_SECONDS", 0.1)
    kitchen = kitchen_with(**QUICK)
    for camera_id in (CAMERA, SECOND_CAMERA, OTHER_CAMERA):
        show(kitchen, camera_id=camera_id)
    with (
        served(kitchen.app, kitchen.twins.settings) as url,
        watching(url, kitchen, OTHER_CAMERA, CAMERA, SECOND_CAMERA) as watcher,
    ):
        assert watcher.next("picture", SECOND_CAMERA)["jpeg"]
        kitchen.twins.registry.delete_camera(CAMERA)
        watcher.next("gone", CAMERA)
        watcher.next("state", SECOND_CAMERA)
    assert OTHER_CAMERA not in "".join(watcher.heard)


def test_a_login_that_ends_ends_the_pictures(kitchen_with: Callable[..., Kitchen]) -> None:
    kitchen = kitchen_with(**QUICK, feed_recheck_seconds=0.2)
    show(kitchen)
    with served(kitchen.app, kitchen.twins.settings) as url, watching(url, kitchen) as watcher:
        watcher.next("picture")
        for user in kitchen.twins.accounts.list_users():
            kitchen.twins.accounts.update_user(replace(user, is_active=False))
        assert any(line.startswith("data: ") for line in watcher.heard)
        assert len(list(watcher.lines)) < 1000  # it ends
    assert kitchen.app.state.parts.live.clients == 0


# Motion JPEG


@contextmanager
def mjpeg(url: str, kitchen: Kitchen) -> Iterator[Iterator[tuple[dict[str, str], bytes]]]:
    headers = {"Authorization": kitchen.client(Role.OPERATOR, OWN_FIRM).headers["Authorization"]}
    with httpx2.stream("GET", url + MJPG, headers=headers, timeout=20) as answer:
        assert answer.headers["content-type"] == "multipart/x-mixed-replace; boundary=picture"
        yield parts(answer.iter_bytes())


def parts(chunks: Iterator[bytes]) -> Iterator[tuple[dict[str, str], bytes]]:
    held = b""
    for chunk in chunks:
        held += chunk
        while held.count(b"--picture\r\n") >= 2:
            _, part, held = held.split(b"--picture\r\n", 2)
            held = b"--picture\r\n" + held
            head, _, content = part.partition(b"\r\n\r\n")
            named = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
            assert len(content) == int(named["Content-Length"]) + 2
            yield named, content[:-2]


def test_motion_jpeg_says_in_a_drawn_picture_where_there_is_none(kitchen_with: Callable[..., Kitchen]) -> None:
    kitchen = kitchen_with(**QUICK)
    show(kitchen, grey_picture(1280, 720, level=90))
    with served(kitchen.app, kitchen.twins.settings) as url, mjpeg(url, kitchen) as shown:
        head, content = next(shown)
        kitchen.twins.clock.advance(60)
        empty_head, empty = next(shown)

    pixels = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_GRAYSCALE)
    drawn = cv2.imdecode(np.frombuffer(empty, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert pixels is not None
    assert drawn is not None
    assert (head["X-Has-Picture"], pixels.shape) == ("yes", (360, 640))
    assert pixels.mean() == pytest.approx(90, abs=3)
    assert (empty_head["X-Has-Picture"], "X-Captured-At" in empty_head) == ("no", False)
    assert drawn.mean() > 180


def test_a_camera_of_others_has_no_motion_jpeg(kitchen: Kitchen) -> None:
    path = f"/api/v1/cameras/{OTHER_CAMERA}/live.mjpg"
    assert kitchen.client(Role.OPERATOR, OWN_FIRM).get(path).status_code == 404


# What may be shown


def test_pages_may_talk_to_the_media_server_that_is_set_and_to_no_other(kitchen_with: Callable[..., Kitchen]) -> None:
    kitchen = kitchen_with(live_whep_url="https://media.example:8889/{camera_id}/whep")

    def policy(app: Any) -> str:
        kitchen.app = app
        return str(kitchen.client().get("/").headers["content-security-policy"])

    assert "connect-src 'self' https://media.example:8889;" in policy(kitchen.app)
    kitchen.twins.settings = kitchen.twins.settings.model_copy(update={"live_whep_url": None})
    assert "connect-src 'self';" in policy(create_app(kitchen.twins.services()))
