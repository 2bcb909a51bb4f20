"""Cameras that die, hang, refuse or send garbage beside cameras that behave: the whole service, real servers."""

from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.acceptance.service_process import ServiceProcess, wait_for
from tests.support.clips import make_clip
from tests.support.rtsp import RtspServer
from tests.support.wayward import Conduct, WaywardCamera, WaywardJpegCamera, WaywardRtspCamera, noise_picture

pytestmark = pytest.mark.acceptance

GOOD = 6
SECONDS = 240.0
# So that a busy machine is not taken for a lost camera, and a lost one is soon tried again.
SETTINGS = {
    "BRIGHTKITCHEN_DETECTOR__LONGEST_SIDE_PX": "128",
    "BRIGHTKITCHEN_STREAMS__OPEN_TIMEOUT_SECONDS": "4",
    "BRIGHTKITCHEN_STREAMS__READ_TIMEOUT_SECONDS": "4",
    "BRIGHTKITCHEN_STREAMS__FRESH_SECONDS": "12",
    "BRIGHTKITCHEN_STREAMS__RECONNECT_LONGEST_SECONDS": "2",
    "BRIGHTKITCHEN_STREAMS__SIGHT__IS_ON": "false",
}
# In turn for each of the three: what it does, and what people may be told about it.
COURSES = (
    ((Conduct.CLOSES, {"unreachable"}), (Conduct.REFUSES, {"auth"})),
    ((Conduct.HANGS, {"timeout"}), (Conduct.GARBAGE, {"bad_data", "unreachable", "timeout", "stalled"})),
    ((Conduct.BOMB, {"bad_data", "stalled"}), (Conduct.REFUSES, {"auth"})),
)


class Watched:
    """The cameras' states as people read them."""

    def __init__(self, client: httpx2.Client, locations: list[str]) -> None:
        self._client = client
        cameras = client.get("/api/v1/cameras").json()["items"]
        by_location = {camera["source"]["location"]: camera["camera_id"] for camera in cameras}
        self.ids: list[str] = [by_location[location] for location in locations]

    def statuses(self) -> list[dict[str, Any]]:
        items = self._client.get("/api/v1/cameras/status").json()["items"]
        found = {item["camera_id"]: item for item in items}
        return [found[camera_id] for camera_id in self.ids]

    def has_causes(self, expected: list[set[str]]) -> bool:
        """Of the last cameras, in order."""
        causes = [status["cause"] for status in self.statuses()[-len(expected) :]]
        return all(cause in allowed for cause, allowed in zip(causes, expected, strict=True))

    def has_newer_than(self, before: list[int]) -> bool:
        return all(now > was for now, was in zip(self.decoded(len(before)), before, strict=True))

    def decoded(self, first: int) -> list[int]:
        return [status["frames_decoded"] for status in self.statuses()[:first]]


def test_cameras_that_die_hang_or_send_garbage_are_told_apart_come_back_and_touch_nobody(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", width=192, height=108, fps=5, seconds=4.0)
    pictures = [noise_picture(192, 104, seed) for seed in range(3)]
    with ExitStack() as stack:
        server = stack.enter_context(RtspServer())
        good = [server.add(f"good{number}", clip) for number in range(GOOD)]
        server.add("bad", clip)
        relayed = [stack.enter_context(WaywardRtspCamera(lambda: server.port, "bad")) for _ in range(2)]
        jpegs = stack.enter_context(WaywardJpegCamera(pictures, pictures))
        bad: list[WaywardCamera] = [*relayed, jpegs]
        urls = [*good, *(camera.url for camera in bad)]
        service = stack.enter_context(ServiceProcess(tmp_path / "data", cameras=urls, **SETTINGS))
        watched = Watched(service.client(), urls)

        def all_are_there() -> bool:
            return all(status["condition"] in {"online", "degraded"} for status in watched.statuses())

        for step in range(2):
            wait_for(all_are_there, SECONDS, "pictures of every camera")
            told, before = len(service.lines), watched.decoded(GOOD)
            for camera, course in zip(bad, COURSES, strict=True):
                camera.conduct = course[step][0]
            expected = [course[step][1] for course in COURSES]
            wait_for(partial(watched.has_causes, expected), SECONDS, f"the causes {expected}")
            wait_for(partial(watched.has_newer_than, before), SECONDS, "newer pictures of every good camera")
            lost = {
                line["camera_id"]
                for line in service.lines[told:]
                if line["event"] == "camera_condition_changed" and line["condition"] == "offline"
            }
            assert lost == set(watched.ids[GOOD:])
            for camera in bad:
                camera.conduct = Conduct.GOOD
        wait_for(all_are_there, SECONDS, "pictures of every camera again")
