"""A bin that nobody's network knows: people teach its lid, the service raises an alert, their verdict teaches on."""

import shutil
from pathlib import Path
from typing import Any

import httpx2
import pytest

from alerts.catalogue import SHIPPED
from domain.frame import Pixels
from tests.acceptance.service_process import ServiceProcess, confirm_place, wait_for
from tests.support.bins import CORNERS, HEIGHT, WIDTH, as_text, draw_bin
from tests.support.clips import make_clip

pytestmark = pytest.mark.acceptance(alone=False)

ALERT_SECONDS = 180.0


def impatient_catalogue(folder: Path) -> Path:
    """The shipped catalogue, whose open bin is a violation after two seconds."""
    shutil.copytree(SHIPPED, folder)
    premises = folder / "premises.yaml"
    text = premises.read_text("utf-8")
    shorter = text.replace("minimum_seconds: 300", "minimum_seconds: 2", 1)
    assert shorter != text
    premises.write_text(shorter, "utf-8")
    return folder


def lid_clip(path: Path, *, seconds: float, opens_at: float) -> Path:
    def draw(at: float) -> Pixels:
        return draw_bin(is_open=at >= opens_at, seed=int(at * 5))

    return make_clip(path, width=WIDTH, height=HEIGHT, fps=5, seconds=seconds, draw=draw)


def taught_head(client: httpx2.Client, camera_id: str) -> str:
    """A head taught on drawn pictures and put live."""
    head = {
        "name": "bin by the door",
        "states": ["open", "closed"],
        "camera_id": camera_id,
        "corners": CORNERS,
        "code": "bin.uncovered",
        "breach_state": "open",
    }
    head_id = answered(client.post("/api/v1/heads", json=head))["head_id"]
    for seed in range(8):
        for state in ("open", "closed"):
            picture = as_text(draw_bin(is_open=state == "open", seed=1000 + seed))
            body = {"state": state, "picture": picture, "is_cropped": False}
            answered(client.post(f"/api/v1/heads/{head_id}/examples", json=body))
    version = answered(client.post(f"/api/v1/heads/{head_id}/teach"))
    assert (version["accuracy"], version["missing"]) == (1.0, [])
    answered(client.post(f"/api/v1/heads/{head_id}/live", json={}))
    return str(head_id)


def answered(answer: httpx2.Response) -> dict[str, Any]:
    assert answer.status_code < 300, answer.text
    content: dict[str, Any] = answer.json()
    return content


def show(client: httpx2.Client, location: Path) -> str:
    """Point the only camera at another clip; its id."""
    [camera] = answered(client.get("/api/v1/cameras"))["items"]
    body = {"source": {"location": str(location)}, "version": camera["version"]}
    answered(client.patch(f"/api/v1/cameras/{camera['camera_id']}", json=body))
    confirm_place(client, camera["camera_id"])
    return str(camera["camera_id"])


def test_a_taught_lid_that_stays_open_raises_an_alert_and_its_verdict_becomes_an_example(tmp_path: Path) -> None:
    closed = lid_clip(tmp_path / "closed.mp4", seconds=4, opens_at=100)
    opening = lid_clip(tmp_path / "opening.mp4", seconds=60, opens_at=4)
    environment = {
        "BRIGHTKITCHEN_ALERTS__EMBEDDED_BROKER__PORT": "0",
        "BRIGHTKITCHEN_ALERTS__CATALOGUE": str(impatient_catalogue(tmp_path / "catalogue")),
        "BRIGHTKITCHEN_DETECTOR__HEADS__INTERVAL_SECONDS": "0.5",
    }
    with ServiceProcess(tmp_path / "data", cameras=[str(closed)], **environment) as service:
        client = service.client()
        [camera] = answered(client.get("/api/v1/cameras"))["items"]
        head_id = taught_head(client, camera["camera_id"])
        show(client, opening)

        def raised() -> dict[str, Any] | None:
            found = answered(client.get("/api/v1/alerts", params={"code": "bin.uncovered"}))["items"]
            return found[0] if found else None

        alert = wait_for(raised, ALERT_SECONDS, "an alert about the open lid")
        assert (alert["zone_id"], alert["zone_name"]) == (head_id, "bin by the door")
        assert alert["boxes"][0]["label"] == "open"

        def has_its_evidence() -> bool:
            told = answered(client.get(f"/api/v1/alerts/{alert['alert_id']}"))
            return all(piece["state"] != "pending" for piece in told["evidence"] if piece["kind"] != "clip")

        wait_for(has_its_evidence, ALERT_SECONDS, "the still and the boxes")
        dismiss_after_a_look(client, alert["alert_id"])

        head = answered(client.get(f"/api/v1/heads/{head_id}"))
        [learnt] = [example for example in head["examples"] if example["origin"] == "review"]
        assert (learnt["state"], learnt["alert_id"]) == ("closed", alert["alert_id"])
        assert (head["live_version"], len(head["versions"])) == (1, 1)


def dismiss_after_a_look(client: httpx2.Client, alert_id: str) -> None:
    """Open the still, and dismiss as soon as it was looked at for long enough."""
    shown = answered(client.get(f"/api/v1/alerts/{alert_id}"))["evidence"]
    [still] = [piece for piece in shown if piece["kind"] == "still"]
    assert client.get(still["path"]).status_code == 200

    def is_dismissed() -> bool:
        sequence = answered(client.get(f"/api/v1/alerts/{alert_id}"))["sequence"]
        body = {"reason": "the lid was being cleaned", "expected_sequence": sequence}
        answer = client.post(f"/api/v1/alerts/{alert_id}/dismiss", json=body)
        assert answer.status_code in {200, 409}, answer.text
        return answer.status_code == 200

    wait_for(is_dismissed, ALERT_SECONDS, "a look of some seconds")
