"""The promise of the product, kept by the real thing: RTSP server, service process, Mosquitto, HTTP.

The animal is one of the demonstration's clips; in one test it is also somebody else's mouse, filmed from above.
"""

import hashlib
import itertools
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import av
import httpx2
import pytest

from service.demo.cameras import load_demo
from service.demo.network import NETWORK
from tests.acceptance.reviews import confirm_by, second_reviewer
from tests.acceptance.service_process import ServiceProcess, confirm_place, next_feed_entry, wait_for
from tests.support.alarms import Alarm, alarm_in, seen_by
from tests.support.clips import make_clip
from tests.support.contract import problems_of
from tests.support.mqtt import Mosquitto, Subscriber
from tests.support.postgres import postgres_url
from tests.support.rtsp import RtspServer
from tests.support.shared import REPOSITORY, shared_data

__all__ = ["postgres_url"]

pytestmark = pytest.mark.acceptance(alone=False)

ALERT_SECONDS = 180.0  # as long as a clip is played again and again on a busy machine


@pytest.fixture(scope="session")
def alarm(tmp_path_factory: pytest.TempPathFactory) -> Alarm:
    """A rendered animal."""
    return alarm_in(tmp_path_factory.mktemp("alarm"))


@pytest.fixture(params=["rendered-animal", "filmed-mouse"])
def animal(request: pytest.FixtureRequest, alarm: Alarm) -> Alarm:
    if request.param == "filmed-mouse":
        return Alarm(
            path=shared_data() / "videos" / "mouse_openfield_dlc_m3v1.mp4", code="pest.rodent", network="kitchen-n"
        )
    return alarm


def broker_settings(broker: Mosquitto, network: str = NETWORK) -> dict[str, str]:
    """A service that sends to this broker, and sees the animals of the clips."""
    return {
        "BRIGHTKITCHEN_ALERTS__MQTT__HOST": "127.0.0.1",
        "BRIGHTKITCHEN_ALERTS__MQTT__PORT": str(broker.port),
        **seen_by(network),
    }


def alerts_of(client: httpx2.Client, **wanted: Any) -> list[dict[str, Any]]:
    answer = client.get("/api/v1/alerts", params={"limit": 100, **wanted})
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def first(items: list[dict[str, Any]]) -> dict[str, Any] | None:
    return items[0] if items else None


def raised_messages(subscriber: Subscriber) -> list[dict[str, Any]]:
    return [heard.json for heard in subscriber.on("/alerts/") if heard.json["step"] == "raised"]


def test_one_animal_is_one_alert_with_the_same_id_everywhere(tmp_path: Path, animal: Alarm) -> None:
    with Mosquitto() as broker, RtspServer() as cameras, Subscriber(broker.port) as subscriber:
        url = cameras.add("pantry", animal.path)
        with ServiceProcess(tmp_path / "data", cameras=[url], **broker_settings(broker, animal.network)) as service:
            client = service.client()
            message = wait_for(lambda: first(raised_messages(subscriber)), ALERT_SECONDS, "an alert by MQTT")
            feed_id, entry = next_feed_entry(client)
            [alert] = alerts_of(client, code=animal.code)

            assert message["code"] == animal.code
            assert message["reviewed"] is False
            assert message["alert_id"] == entry["alert_id"] == alert["alert_id"]
            assert entry == message
            assert feed_id == 1


def test_a_database_server_keeps_the_same_promise(tmp_path: Path, postgres_url: str, alarm: Alarm) -> None:
    with Mosquitto() as broker, RtspServer() as cameras, Subscriber(broker.port) as subscriber:
        url = cameras.add("pantry", alarm.path)
        settings = broker_settings(broker) | {"BRIGHTKITCHEN_DATABASE_URL": postgres_url}
        with ServiceProcess(tmp_path / "data", cameras=[url], **settings) as service:
            client = service.client()
            message = wait_for(lambda: first(raised_messages(subscriber)), ALERT_SECONDS, "an alert by MQTT")
            [alert] = alerts_of(client)
            assert message["alert_id"] == alert["alert_id"]
            assert not (tmp_path / "data" / "brightkitchen.db").exists()


def test_evidence_is_what_its_checksum_says(tmp_path: Path, alarm: Alarm) -> None:
    with Mosquitto() as broker, RtspServer() as cameras:
        url = cameras.add("pantry", alarm.path)
        with ServiceProcess(tmp_path / "data", cameras=[url], **broker_settings(broker)) as service:
            client = service.client()

            def complete() -> dict[str, Any] | None:
                for alert in alerts_of(client):
                    if all(piece["state"] == "stored" for piece in alert["evidence"]) and alert["evidence"]:
                        return alert
                return None

            alert = wait_for(complete, ALERT_SECONDS, "an alert with all its evidence")
            pieces = {piece["kind"]: piece for piece in alert["evidence"]}
            assert set(pieces) == {"still", "boxes", "clip"}
            clip_path = f"/api/v1/evidence/{pieces['clip']['evidence_id']}"
            assert client.get(clip_path).status_code == 403
            assert client.post(f"{clip_path}/access", json={"reason": "复核"}).status_code == 201
            for piece in pieces.values():
                content = client.get(f"/api/v1/evidence/{piece['evidence_id']}").content
                assert hashlib.sha256(content).hexdigest() == piece["sha256"]
                assert len(content) == piece["size_bytes"]
            clip = tmp_path / "clip.mp4"
            clip.write_bytes(client.get(clip_path).content)
            with av.open(str(clip)) as container:
                assert [stream.type for stream in container.streams] == ["video"]
                frames = sum(1 for _ in container.decode(video=0))
            assert frames > 3 * 10  # some ten seconds of ten pictures each, from the keyframe before


def test_the_verdicts_of_two_people_move_the_count_and_nothing_else_does(tmp_path: Path, alarm: Alarm) -> None:
    with Mosquitto() as broker, RtspServer() as cameras, Subscriber(broker.port) as subscriber:
        url = cameras.add("pantry", alarm.path)
        with ServiceProcess(tmp_path / "data", cameras=[url], **broker_settings(broker)) as service:
            client = service.client()
            alert = wait_for(lambda: first(alerts_of(client)), ALERT_SECONDS, "an alert")
            [enterprise] = client.get("/api/v1/enterprises").json()["items"]
            counts = f"/api/v1/enterprises/{enterprise['enterprise_id']}/counts"
            days = {"from": alert["local_day"], "to": alert["local_day"]}
            before = client.get(counts, params=days).json()
            confirm_by(alert["alert_id"], client, second_reviewer(service, client))
            after = client.get(counts, params=days).json()

            assert [row["confirmed"] for row in before["items"]] == [0]
            assert [row["unreviewed"] for row in before["items"]] == [1]
            assert [row["confirmed"] for row in after["items"]] == [1]
            assert [row["unreviewed"] for row in after["items"]] == [0]

            def confirmed() -> dict[str, Any] | None:
                steps = [heard.json for heard in subscriber.on("/alerts/")]
                return next((step for step in steps if step["step"] == "confirmed"), None)

            message = wait_for(confirmed, 60, "the verdict by MQTT")
            assert message["reviewed"] is True
            assert problems_of(subscriber.heard) == []


@pytest.mark.acceptance(alone=True)  # what is not looked at raises nothing either
def test_nothing_is_raised_where_nothing_happens(tmp_path: Path) -> None:
    quiet = shared_data() / "videos" / "intel_bottle_detection.mp4"
    with ServiceProcess(tmp_path / "data", arguments=[], cameras=[str(quiet)]) as service:
        client = service.client()

        def played() -> bool:
            text = client.get("/metrics").text
            gated = [line for line in text.splitlines() if line.startswith("brightkitchen_looks_total{")]
            return sum(float(line.split()[-1]) for line in gated) >= 150

        wait_for(played, 60, "half a minute of pictures")
        assert alerts_of(client) == []


def test_alerts_raised_while_the_broker_is_away_all_arrive_once_it_is_back(tmp_path: Path, alarm: Alarm) -> None:
    cameras_count = 3
    with Mosquitto() as broker, RtspServer() as cameras:
        broker.stop()
        urls = [cameras.add(f"camera{n}", alarm.path) for n in range(cameras_count)]
        with ServiceProcess(tmp_path / "data", cameras=urls, **broker_settings(broker)) as service:
            client = service.client()
            wait_for(lambda: len(alerts_of(client)) == cameras_count, ALERT_SECONDS, "an alert of each camera")
            broker.start()
            with Subscriber(broker.port) as subscriber:
                wait_for(
                    lambda: len({m["alert_id"] for m in raised_messages(subscriber)}) == cameras_count,
                    60,
                    "all alerts by MQTT",
                )
                ids = [message["alert_id"] for message in raised_messages(subscriber)]
                assert sorted(ids) == sorted(alert["alert_id"] for alert in alerts_of(client))


def test_a_killed_process_loses_no_alert_and_doubles_none(tmp_path: Path, alarm: Alarm) -> None:
    cameras_count = 3
    data = tmp_path / "data"
    with Mosquitto() as broker, RtspServer() as cameras, Subscriber(broker.port) as subscriber:
        urls = [cameras.add(f"camera{n}", alarm.path) for n in range(cameras_count)]
        broker.stop()
        with ServiceProcess(data, cameras=urls, **broker_settings(broker)) as service:
            client = service.client()
            wait_for(lambda: len(alerts_of(client)) >= 2, ALERT_SECONDS, "two alerts")
            service.kill()
        broker.start()
        with ServiceProcess(data, cameras=urls, **broker_settings(broker)) as service:
            client = service.client()

            def by_camera() -> dict[str, list[str]]:
                found: dict[str, list[str]] = {}
                for alert in alerts_of(client):
                    found.setdefault(alert["camera_id"], []).append(alert["alert_id"])
                return found

            wait_for(lambda: len(by_camera()) == cameras_count, ALERT_SECONDS, "an alert of each camera")
            stored = {alert_id for ids in by_camera().values() for alert_id in ids}
            wait_for(lambda: {m["alert_id"] for m in raised_messages(subscriber)} == stored, 60, "all by MQTT")
            assert all(len(ids) == 1 for ids in by_camera().values())
            first_text: dict[tuple[str, int], dict[str, Any]] = {}
            for message in raised_messages(subscriber):
                key = (message["alert_id"], message["sequence"])
                assert first_text.setdefault(key, message) == message


@contextmanager
def small_disk(path: Path, megabytes: int) -> Iterator[Path]:
    """A file system of its own, full as soon as so much lies on it."""
    path.mkdir(parents=True)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0700", "tmpfs", str(path)], capture_output=True
    )
    if mounted.returncode != 0:
        pytest.skip(f"no right to mount a small disk here: {mounted.stderr.decode().strip()}")
    try:
        yield path
    finally:
        subprocess.run(["umount", "-l", str(path)], check=True)


def fill(path: Path) -> Path:
    """Leave not a single block free."""
    ballast = path / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                continue
    return ballast


def test_an_alert_met_by_a_full_evidence_disk_is_stored_and_sent_and_says_what_is_missing(
    tmp_path: Path, alarm: Alarm
) -> None:
    data = tmp_path / "data"
    with Mosquitto() as broker, RtspServer() as cameras, Subscriber(broker.port) as subscriber:
        url = cameras.add("pantry", alarm.path)
        with small_disk(data / "evidence", 1) as disk:
            fill(disk)
            settings = broker_settings(broker) | {"BRIGHTKITCHEN_ALERTS__EVIDENCE__MINIMUM_FREE_BYTES": "0"}
            with ServiceProcess(data, cameras=[url], **settings) as service:
                client = service.client()
                message = wait_for(lambda: first(raised_messages(subscriber)), ALERT_SECONDS, "the alert")

                def still() -> dict[str, Any] | None:
                    [alert] = alerts_of(client)
                    assert message["alert_id"] == alert["alert_id"]
                    [piece] = [piece for piece in alert["evidence"] if piece["kind"] == "still"]
                    return None if piece["state"] == "pending" else piece

                piece = wait_for(still, ALERT_SECONDS, "what became of the still")
                assert (piece["state"], piece["cause"]) == ("missing", "disk_full")
                assert client.get("/healthz").status_code == 200


def test_an_alert_met_by_a_full_database_disk_is_there_once_there_is_room(tmp_path: Path, alarm: Alarm) -> None:
    clip = make_clip(tmp_path / "empty.mp4", seconds=4.0)
    settings = {"BRIGHTKITCHEN_ALERTS__EVIDENCE__MINIMUM_FREE_BYTES": "0"}
    with (
        Mosquitto() as broker,
        RtspServer() as cameras,
        Subscriber(broker.port) as subscriber,
        small_disk(tmp_path / "data", 24) as disk,
        ServiceProcess(disk, cameras=[cameras.add("pantry", clip)], **broker_settings(broker), **settings) as service,
    ):
        client = service.client()
        show_another_source(client, cameras.add("animal", alarm.path))
        ballast = fill(disk)
        wait_for(lambda: service.logged("alert_journal_failed"), ALERT_SECONDS, "an alert that finds no room")
        assert raised_messages(subscriber) == []
        ballast.unlink()
        wait_for(lambda: raised_messages(subscriber), ALERT_SECONDS, "the alert")
        [alert] = alerts_of(client)
        assert [message["alert_id"] for message in raised_messages(subscriber)] == [alert["alert_id"]]


def show_another_source(client: httpx2.Client, location: str) -> None:
    """Point the only camera somewhere else, as an administrator does."""
    [camera] = client.get("/api/v1/cameras").json()["items"]
    answer = client.patch(
        f"/api/v1/cameras/{camera['camera_id']}",
        json={"source": {"location": location}, "version": camera["version"]},
    )
    assert answer.status_code == 200, answer.text
    confirm_place(client, camera["camera_id"])


def test_bad_cameras_do_not_touch_the_good_one(tmp_path: Path, alarm: Alarm) -> None:
    empty, text = tmp_path / "empty.mp4", tmp_path / "notes.mp4"
    empty.touch()
    text.write_text("no video at all\n" * 100)
    with Mosquitto() as broker, RtspServer() as cameras, Subscriber(broker.port) as subscriber:
        good = cameras.add("pantry", alarm.path)
        bad = ["rtsp://user:secret@127.0.0.1:1/none", str(empty), str(text), str(tmp_path / "missing.mp4")]
        with ServiceProcess(tmp_path / "data", cameras=[*bad, good], **broker_settings(broker)) as service:
            client = service.client()
            wait_for(lambda: raised_messages(subscriber), ALERT_SECONDS, "the good camera's alert")
            items = client.get("/api/v1/cameras/status").json()["items"]
            states = [item["condition"] for item in items]
            assert sorted(states) == ["offline"] * len(bad) + ["online"]
            assert "secret" not in "".join(itertools.chain(service.text, [json.dumps(items)]))


def test_the_demo_raises_alerts_by_itself_and_the_embedded_broker_delivers_them(tmp_path: Path) -> None:
    data = tmp_path / "data"
    environment = {"BRIGHTKITCHEN_ALERTS__EMBEDDED_BROKER__PORT": "0"}
    with ServiceProcess(data, arguments=["--demo"], **environment) as service:
        started = service.started()
        password = json.loads((data / "secrets.json").read_text())["mqtt"]
        with Subscriber(started["mqtt_port"], username="brightkitchen", password=password) as subscriber:
            client = service.client()
            alert = wait_for(lambda: first(alerts_of(client)), ALERT_SECONDS, "an alert")
            wait_for(
                lambda: alert["alert_id"] in {heard.json["alert_id"] for heard in subscriber.on("/alerts/")},
                30,
                "the alert at an MQTT client",
            )
            assert len(subscriber.on("/cameras/")) >= len(load_demo().cameras)


def test_the_demo_raises_alerts_again_when_it_is_started_again(tmp_path: Path) -> None:
    environment = {"BRIGHTKITCHEN_ALERTS__EMBEDDED_BROKER__PORT": "0"}
    with ServiceProcess(tmp_path / "data", arguments=["--demo"], **environment) as service:
        client = service.client()
        wait_for(lambda: alerts_of(client), ALERT_SECONDS, "an alert")
        service.stop()
    with ServiceProcess(tmp_path / "data", arguments=["--demo"], **environment) as service:
        wait_for(lambda: service.logged("alert_raised"), ALERT_SECONDS, "another alert")


def test_a_stop_is_prompt_and_says_so_to_the_broker(tmp_path: Path) -> None:
    with Mosquitto() as broker, RtspServer() as cameras, Subscriber(broker.port) as subscriber:
        url = cameras.add("pantry", make_clip(tmp_path / "clip.mp4"))
        with ServiceProcess(tmp_path / "data", cameras=[url], **broker_settings(broker)) as service:
            service.started()

            def statuses() -> list[str]:
                return [heard.json["status"] for heard in subscriber.on("/nodes/")]

            wait_for(lambda: "online" in statuses(), 60, "the node to be online")
            assert service.stop() == 0
            wait_for(lambda: statuses()[-1] == "offline", 60, "the node to be offline")


def test_a_second_demo_beside_the_first_finds_another_port_for_its_broker(tmp_path: Path) -> None:
    with ServiceProcess(tmp_path / "first") as first, ServiceProcess(tmp_path / "second") as second:
        ports = {first.started()["mqtt_port"], second.started()["mqtt_port"]}
        assert len(ports) == 2


def test_a_chosen_port_that_is_taken_stops_the_start(tmp_path: Path) -> None:
    with Mosquitto() as broker:
        answer = subprocess.run(
            [sys.executable, "-m", "service.cli", "run", "--data", str(tmp_path / "data"), "--port", "0"],
            cwd=REPOSITORY,
            env={**os.environ, "BRIGHTKITCHEN_ALERTS__EMBEDDED_BROKER__PORT": str(broker.port)},
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert answer.returncode == 2
    assert str(broker.port) in answer.stderr
