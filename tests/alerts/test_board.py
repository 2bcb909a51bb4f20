import json
from datetime import timedelta

from alerts.board import StateBoard
from domain.ids import CameraId, SiteId
from domain.risk import RiskClass
from tests.alerts.samples import EPOCH

SITE, CAMERA = SiteId("s1"), CameraId("c1")


class Shown:
    """A link that writes down what is retained."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, bytes]] = []
        self.board = StateBoard(self, lambda: EPOCH + timedelta(seconds=len(self.calls)))

    def retain(self, topic: str, payload: bytes) -> None:
        self.calls.append((topic, payload))

    def clear(self, topic: str) -> None:
        self.calls.append((topic, b""))


def test_a_camera_state_is_shown_when_it_changes_and_only_then() -> None:
    shown = Shown()
    for _ in range(3):
        shown.board.camera(SITE, CAMERA, "online", EPOCH)
    shown.board.camera(SITE, CAMERA, "offline", EPOCH + timedelta(seconds=9), "unreachable")
    assert [topic for topic, _ in shown.calls] == ["brightkitchen/v1/sites/s1/cameras/c1/state"] * 2
    assert json.loads(shown.calls[1][1]) == {
        "schema_version": "1",
        "site_id": "s1",
        "camera_id": "c1",
        "state": "offline",
        "since": "2026-01-05T08:00:09Z",
        "cause": "unreachable",
    }


def test_a_summary_is_shown_when_a_figure_changes_not_when_time_passes() -> None:
    shown = Shown()
    for online in (1, 1, 2):
        shown.board.summary(SITE, {RiskClass.I: 1}, cameras_online=online, cameras_total=3)
    assert len(shown.calls) == 2
    payload = json.loads(shown.calls[1][1])
    assert payload["open_alerts"] == {"I": 1, "II": 0, "III": 0, "ops": 0}
    assert (payload["cameras_online"], payload["cameras_total"]) == (2, 3)


def test_what_was_removed_is_cleared_and_may_come_back() -> None:
    shown = Shown()
    shown.board.camera(SITE, CAMERA, "online", EPOCH)
    shown.board.camera_removed(SITE, CAMERA)
    shown.board.camera(SITE, CAMERA, "online", EPOCH)
    shown.board.site_removed(SITE)
    assert [payload == b"" for _, payload in shown.calls] == [False, True, False, True]
