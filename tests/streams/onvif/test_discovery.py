from collections.abc import Callable

import pytest

from streams.onvif.discovery import FoundDevice, discover, probe
from streams.onvif.networks import Networks
from streams.onvif.soap import parsed, text_of
from tests.support.onvif import BOMB, probe_match, responder

HERE = Networks(["127.0.0.0/8"])


def found(answers: Callable[[str], list[bytes]], networks: Networks = HERE) -> list[FoundDevice]:
    with responder(answers) as target:
        return discover(networks, seconds=1.0, targets=[target])


def test_a_camera_that_answers_is_found_once_with_what_it_says_of_itself() -> None:
    def twice(message_id: str) -> list[bytes]:
        return [probe_match(message_id, host="127.0.0.1", port=8000)] * 2

    [device] = found(twice)

    assert (device.host, device.service) == ("127.0.0.1", "http://127.0.0.1:8000/onvif/device_service")
    assert (device.name, device.hardware, device.location) == ("IPC Kitchen", "DS-2CD2143", "city/hangzhou")
    assert device.endpoint == "urn:uuid:camera-1"
    assert len(device.scopes) == 4


def test_two_cameras_are_two() -> None:
    def two(message_id: str) -> list[bytes]:
        return [probe_match(message_id, host="127.0.0.1", port=80, endpoint=f"urn:uuid:{n}") for n in (2, 1)]

    assert [device.endpoint for device in found(two)] == ["urn:uuid:1", "urn:uuid:2"]


@pytest.mark.parametrize("content", [b"", b"\xff", b"<a", BOMB.encode(), b"<Envelope/>", b"x" * 60_000])
def test_garbage_from_one_sender_hides_no_camera(content: bytes) -> None:
    assert len(found(lambda message_id: [content, probe_match(message_id, host="127.0.0.1", port=80)])) == 1


def test_an_answer_to_another_question_is_passed_over() -> None:
    assert found(lambda _: [probe_match("urn:uuid:of-somebody-else", host="127.0.0.1", port=80)]) == []


def test_an_answer_from_outside_the_networks_is_passed_over() -> None:
    def answer(message_id: str) -> list[bytes]:
        return [probe_match(message_id, host="127.0.0.1", port=80)]

    assert found(answer, Networks()) == []


def test_a_camera_that_names_another_host_is_shown_without_a_service() -> None:
    [device] = found(lambda message_id: [probe_match(message_id, host="192.0.2.1", port=80)])

    assert (device.host, device.service) == ("127.0.0.1", None)


def test_names_are_shown_without_control_characters_and_no_longer_than_a_list_can_show() -> None:
    scopes = "onvif://www.onvif.org/name/%1b[31mA%0aB" + "x" * 500

    [device] = found(lambda message_id: [probe_match(message_id, host="127.0.0.1", port=80, scopes=scopes)])

    assert device.name is not None
    assert device.name.startswith("[31mAB")
    assert len(device.name) == 200


def test_nobody_who_answers_is_an_empty_list() -> None:
    assert found(lambda _: []) == []


def test_the_question_is_for_cameras_and_names_itself() -> None:
    root = parsed(probe("urn:uuid:1"))

    assert text_of(root, "Header", "MessageID") == "urn:uuid:1"
    assert text_of(root, "Body", "Probe", "Types") == "dn:NetworkVideoTransmitter"
    assert str(text_of(root, "Header", "Action")).endswith("/discovery/Probe")
