from datetime import timedelta

import pytest

from streams.onvif.device import OfferedStream, OnvifDevice, smaller_stream
from streams.onvif.errors import OnvifCause, OnvifError
from streams.onvif.networks import PRIVATE, Networks
from streams.onvif.soap import LARGEST_ANSWER, Login
from tests.streams.servers import closing, silent, tcp_server, trickling, trickling_headers
from tests.support.onvif import BOMB, HEAD, PASSWORD, TAIL, USER, OnvifCamera, redirect, trickle

HERE = Networks(["127.0.0.0/8"])
LOGIN = Login(user=USER, password=PASSWORD)


def device(camera: OnvifCamera, login: Login | None = LOGIN, seconds: float = 10.0) -> OnvifDevice:
    return OnvifDevice(camera.service, login, networks=HERE, seconds=seconds)


def refused(camera: OnvifCamera, login: Login | None = LOGIN, seconds: float = 10.0) -> OnvifError:
    with pytest.raises(OnvifError) as caught:
        device(camera, login, seconds).streams()
    assert PASSWORD not in str(caught.value)
    return caught.value


@pytest.mark.parametrize("kind", ["token", "digest", "none"])
def test_a_camera_tells_its_main_and_its_smaller_stream(kind: str) -> None:
    with OnvifCamera(login=kind) as camera:
        main, sub = device(camera, None if kind == "none" else LOGIN).streams()

    assert main == OfferedStream(
        name="mainStream",
        location="rtsp://127.0.0.1:554/Streaming/Channels/101?transportmode=unicast&profile=p",
        codec="H264",
        width_px=2560,
        height_px=1440,
        fps=25,
    )
    assert (sub.name, sub.width_px, "/102" in sub.location) == ("subStream", 704, True)
    assert smaller_stream([main, sub]) == sub


@pytest.mark.parametrize("hours", [-8, 8])
def test_a_camera_whose_clock_is_wrong_is_told_the_time_it_believes(hours: int) -> None:
    with OnvifCamera(clock_off=timedelta(hours=hours)) as camera:
        assert len(device(camera).streams()) == 2


@pytest.mark.parametrize("kind", ["token", "digest"])
@pytest.mark.parametrize("login", [None, Login(user=USER, password="wrong"), Login(user="x", password=PASSWORD)])
def test_a_wrong_login_is_a_named_cause(kind: str, login: Login | None) -> None:
    with OnvifCamera(login=kind) as camera:
        assert refused(camera, login).cause is OnvifCause.AUTH


def test_a_media_service_that_names_another_host_is_asked_under_the_cameras_own() -> None:
    with OnvifCamera(media_host="192.0.2.1:80") as camera:
        streams = device(camera).streams()

        assert camera.asked.count("GetStreamUri") == 2
    assert all("127.0.0.1" in stream.location for stream in streams)


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (b"", OnvifCause.BAD_DATA),
        (b"\xff\xff\xff", OnvifCause.BAD_DATA),
        (b"<html>not found</html>", OnvifCause.BAD_DATA),
        (b"<a" * 1000, OnvifCause.BAD_DATA),
        (BOMB.encode(), OnvifCause.BAD_DATA),
        (BOMB.encode("utf-16"), OnvifCause.BAD_DATA),
        (
            b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><Envelope>&f;</Envelope>',
            OnvifCause.BAD_DATA,
        ),
        (b" " * (LARGEST_ANSWER + 1), OnvifCause.BAD_DATA),
        ((HEAD + TAIL).encode(), OnvifCause.NOTHING),
        (f"{HEAD}{'<a>' * 20_000}{'</a>' * 20_000}{TAIL}".encode(), OnvifCause.NOTHING),
    ],
    ids=[
        "empty",
        "bytes",
        "html",
        "half",
        "bomb",
        "bomb in UTF-16",
        "foreign entity",
        "too large",
        "empty body",
        "deep",
    ],
)
def test_an_answer_that_is_none_is_a_named_cause(content: bytes, cause: OnvifCause) -> None:
    with OnvifCamera() as camera:
        camera.script["GetProfiles"] = content

        assert refused(camera).cause is cause


def test_a_fault_is_told_by_its_codes() -> None:
    with OnvifCamera() as camera:
        subcode = "<env:Subcode><env:Value>ter:ActionNotSupported</env:Value></env:Subcode>"
        fault = f"<env:Fault><env:Code><env:Value>env:Receiver</env:Value>{subcode}</env:Code></env:Fault>"
        camera.script["GetProfiles"] = HEAD + fault + TAIL
        error = refused(camera)

    assert (error.cause, error.detail) == (OnvifCause.FAULT, "fault Receiver ActionNotSupported")


def test_a_redirect_is_not_followed() -> None:
    with OnvifCamera() as camera:
        camera.script["GetCapabilities"] = redirect

        assert refused(camera).cause is OnvifCause.BAD_DATA


def test_an_answer_that_trickles_is_given_up_at_the_deadline() -> None:
    with OnvifCamera() as camera:
        camera.script["GetCapabilities"] = trickle

        assert refused(camera, seconds=1.0).cause is OnvifCause.TIMEOUT


@pytest.mark.parametrize("talk", [silent, trickling, trickling_headers, closing])
def test_a_server_that_is_no_camera_costs_its_time_and_no_more(talk: object) -> None:
    with tcp_server(talk) as port, pytest.raises(OnvifError):  # type: ignore[arg-type]
        OnvifDevice(f"http://127.0.0.1:{port}/", None, networks=HERE, seconds=1.0).streams()


def test_a_camera_that_is_not_there_is_unreachable() -> None:
    with OnvifCamera() as camera:
        gone = device(camera)
    with pytest.raises(OnvifError) as caught:
        gone.streams()
    assert caught.value.cause is OnvifCause.UNREACHABLE


@pytest.mark.parametrize("location", ["file:///etc/passwd", "http://192.0.2.1/", "rtsp://[", "", "concat:x"])
def test_a_stream_that_is_no_rtsp_address_is_passed_over(location: str) -> None:
    with OnvifCamera() as camera:
        camera.script["GetStreamUri"] = f"{HEAD}<trt:Uri>{location}</trt:Uri>{TAIL}"

        assert refused(camera).cause is OnvifCause.NOTHING


def test_a_login_in_a_streams_address_is_dropped() -> None:
    with OnvifCamera() as camera:
        camera.script["GetStreamUri"] = f"{HEAD}<trt:Uri>rtsp://a:b@10.0.0.1/x</trt:Uri>{TAIL}"

        assert {stream.location for stream in device(camera).streams()} == {"rtsp://127.0.0.1/x"}


@pytest.mark.parametrize(
    "service",
    [
        "http://127.0.0.1/onvif/device_service",
        "http://[::1]/",
        "http://localhost/",
        "http://camera.example/",
        "http://8.8.8.8/",
        "http://169.254.169.254/latest/meta-data",
        "http://[fd00:ec2::254]/",
        "http://0.0.0.0/",
        "http://239.255.255.250/",
        "http://user:pw@10.0.0.1/",
        "http://10.0.0.1\r\nHost: x/",
        "https://10.0.0.1/",
        "ftp://10.0.0.1/",
        "http://[",
        "http://10.0.0.1:99999/",
        "10.0.0.1",
    ],
)
def test_only_addresses_of_private_networks_are_asked(service: str) -> None:
    with pytest.raises(OnvifError) as caught:
        OnvifDevice(service, LOGIN, networks=Networks(PRIVATE))
    assert caught.value.cause is OnvifCause.NOT_ALLOWED


def test_addresses_of_private_networks_may_be_asked() -> None:
    for host in ("10.1.2.3", "172.16.0.9", "192.168.1.64", "169.254.7.7", "[fe80::1]"):
        OnvifDevice(f"http://{host}/", LOGIN, networks=Networks(PRIVATE))


def test_the_stream_to_analyse_is_the_smallest_that_is_large_enough() -> None:
    def stream(width: int, height: int) -> OfferedStream:
        return OfferedStream(name="s", location="rtsp://a", codec=None, width_px=width, height_px=height, fps=None)

    main, middle, small, tiny = stream(2560, 1440), stream(1280, 720), stream(640, 360), stream(352, 288)
    assert smaller_stream([tiny, main, small, middle]) == small
    assert smaller_stream([main, tiny]) is None
    assert smaller_stream([main]) is None
    assert smaller_stream([]) is None
