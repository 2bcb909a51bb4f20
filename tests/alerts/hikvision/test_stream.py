"""A device's stream over real sockets: digest, heartbeats, a break in the middle of a part, a wrong password."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from prometheus_client import REGISTRY
from pydantic import SecretStr

from alerts.errors import JournalError
from alerts.hikvision.files import Device
from alerts.hikvision.stream import AlertStream
from domain.ids import CameraId
from tests.alerts.hikvision.kit import NODE, Kitchen
from tests.support.certificates import make_certificate
from tests.support.isapi import IsapiDevice, event, heartbeat, part
from tests.support.mqtt import free_port, wait_until

pytestmark = pytest.mark.integration


def now() -> str:
    return datetime.now(UTC).isoformat()


def device(url: str, password: str = "geh:eim", **changes: Any) -> Device:
    made = Device(
        node_id=NODE,
        url=url,
        username="brightkitchen",
        password=SecretStr(password),
        cameras={1: CameraId("camera-1"), 2: CameraId("camera-2")},
    )
    return replace(made, **changes)


@contextmanager
def following(kitchen: Kitchen, followed: Device, **times: Any) -> Iterator[AlertStream]:
    quick: dict[str, Any] = {"retry_seconds": (0.02, 0.1), "refused_seconds": 0.2}
    kitchen.watch.now = lambda: datetime.now(UTC)
    stream = AlertStream(followed, kitchen.watch, **quick | times)
    stream.start()
    try:
        yield stream
    finally:
        stream.stop()


def alerts(kitchen: Kitchen, count: int) -> None:
    wait_until(lambda: len(kitchen.alerts()) == count, what=f"{count} alerts")


def counted(outcome: str) -> float:
    labels = {"node": NODE, "outcome": outcome}
    return REGISTRY.get_sample_value("brightkitchen_device_events_total", labels) or 0.0


def test_events_arrive_over_digest_authentication_and_the_camera_is_their_source() -> None:
    kitchen = Kitchen()
    with IsapiDevice() as camera, following(kitchen, device(camera.url)):
        camera.say(part(heartbeat()) + part(event("shelteralarm", at=now())) + part(b"\xff\xd8picture", "image/jpeg"))
        camera.say(part(event("fireDetection", channel=2, at=now()), has_length=False) + part(heartbeat()))
        alerts(kitchen, 2)
        assert (camera.refused, camera.asked, camera.joined) == (1, 2, 1)
        assert REGISTRY.get_sample_value("brightkitchen_device_up", {"node": NODE}) == 1

    codes = {one.violation.code: one for one in kitchen.alerts()}
    assert set(codes) == {"camera.tampered", "fire.flame_smoke"}
    origin = codes["fire.flame_smoke"].origin
    assert origin is not None
    assert origin.node_id == NODE
    assert codes["fire.flame_smoke"].violation.model.name == "hikvision-isapi:nvr-1"


def test_a_stream_that_breaks_off_in_the_middle_of_a_part_is_followed_anew() -> None:
    kitchen = Kitchen()
    with IsapiDevice() as camera, following(kitchen, device(camera.url)):
        camera.say(part(event("shelteralarm", at=now()))[:-150])
        camera.break_off()
        wait_until(lambda: camera.joined == 2, what="the second connection")
        assert kitchen.alerts() == []
        camera.say(part(event("shelteralarm", at=now())) + part(event("shelteralarm", at=now())))
        alerts(kitchen, 1)
        camera.break_off()
        wait_until(lambda: camera.joined == 3, what="the third connection")
        camera.say(part(event("shelteralarm", at=now())) + part(event("firedetection", at=now())))
        alerts(kitchen, 2)


def test_a_device_that_falls_silent_without_a_word_is_connected_to_anew() -> None:
    kitchen = Kitchen()
    with IsapiDevice() as camera, following(kitchen, device(camera.url), silence_seconds=0.3):
        wait_until(lambda: camera.joined >= 2, what="another connection")


def test_a_wrong_password_is_tried_seldom() -> None:
    kitchen = Kitchen()
    with IsapiDevice() as camera, following(kitchen, device(camera.url, "wrong"), refused_seconds=60.0):
        wait_until(lambda: camera.refused == 2, what="the refusal")
        time.sleep(0.3)  # what must not happen has this long to happen
        assert (camera.refused, camera.joined) == (2, 0)
        assert REGISTRY.get_sample_value("brightkitchen_device_up", {"node": NODE}) == 0


def test_a_device_that_is_not_there_yet_is_found_when_it_comes() -> None:
    kitchen = Kitchen()
    with following(kitchen, device(f"http://localhost:{free_port()}")) as stream:
        wait_until(lambda: stream._cause not in {None, "not tried yet"}, what="the first try")
        assert "refused" in str(stream._cause)


@pytest.mark.parametrize(
    ("content_type", "status"), [("text/html", 200), ("multipart/mixed", 200), ("multipart/mixed; boundary=a", 503)]
)
def test_an_answer_that_is_no_stream_is_named_and_tried_again(content_type: str, status: int) -> None:
    kitchen = Kitchen()
    with IsapiDevice() as camera:
        camera.content_type, camera.status = content_type, status
        with following(kitchen, device(camera.url)) as stream:
            wait_until(lambda: camera.joined >= 2, what="another try")
            wait_until(lambda: "multipart" in str(stream._cause) or "503" in str(stream._cause), what="the cause")


def test_parts_that_are_no_events_are_counted_and_the_stream_goes_on() -> None:
    kitchen = Kitchen()
    before = counted("unreadable")
    with IsapiDevice() as camera, following(kitchen, device(camera.url)):
        camera.say(part(b"<html>") + part(b"{", "application/json") + part(event("defocus", at=now())))
        alerts(kitchen, 1)
    assert counted("unreadable") - before == 2


def test_what_was_said_once_while_the_database_is_away_is_not_lost() -> None:
    kitchen = Kitchen()
    kitchen.journal.fail_next = [JournalError("locked", is_temporary=True)] * 3
    with IsapiDevice() as camera, following(kitchen, device(camera.url)):
        camera.say(part(event("shelteralarm", at=now())))
        alerts(kitchen, 1)
        assert camera.joined == 1


def test_https_with_a_certificate_of_ones_own_is_checked_unless_it_is_told_not_to_be(tmp_path: Any) -> None:
    certificate = make_certificate(tmp_path)
    with IsapiDevice(certificate=certificate) as camera:
        kitchen = Kitchen()
        with following(kitchen, device(camera.url)) as stream:
            wait_until(lambda: "not trusted" in str(stream._cause), what="the refusal")
        for trusted in ({"ca_file": certificate.file}, {"checks_certificate": False}):
            kitchen = Kitchen()
            with following(kitchen, device(camera.url, **trusted)):
                camera.say(part(event("shelteralarm", at=now())))
                alerts(kitchen, 1)
            camera.break_off()


def test_a_stop_does_not_wait_for_the_device() -> None:
    kitchen = Kitchen()
    with IsapiDevice() as camera:
        with following(kitchen, device(camera.url)) as stream:
            wait_until(lambda: camera.joined == 1, what="the connection")
        assert not stream._thread.is_alive()
