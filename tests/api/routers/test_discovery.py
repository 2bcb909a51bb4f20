from collections.abc import Callable
from typing import Any

import pytest

from api.ports import Role
from api.routers import discovery
from tests.api.kitchen import OWN_FIRM, Kitchen
from tests.support.onvif import PASSWORD, USER, OnvifCamera, probe_match, responder

PATH = "/api/v1/cameras/discover"
HERE: dict[str, Any] = {"discovery_networks": ("127.0.0.0/8",), "discovery_seconds": 1.0}


def test_an_administrator_finds_a_camera_asks_for_its_streams_and_adds_it(kitchen_with: Callable[..., Kitchen]) -> None:
    with (
        OnvifCamera() as camera,
        responder(lambda asked: [probe_match(asked, host="127.0.0.1", port=camera.port)]) as (host, port),
    ):
        admin = kitchen_with(**HERE, discovery_targets=(f"{host}:{port}",)).client(Role.ADMIN)

        [device] = admin.post(PATH).json()["items"]
        assert (device["name"], device["hardware"]) == ("IPC Kitchen", "DS-2CD2143")
        login = {"service": device["service"], "user": USER, "password": PASSWORD}
        answer = admin.post(f"{PATH}/streams", json=login)

    streams = answer.json()
    assert [one["name"] for one in streams["items"]] == ["mainStream", "subStream"]
    assert "/101" in streams["main"]
    assert "/102" in streams["analysis"]
    assert PASSWORD not in answer.text
    body = {"site_id": "site-1", "name": "新", "source": {"location": streams["main"]}}
    assert admin.post("/api/v1/cameras", json=body | {"analysis_location": streams["analysis"]}).status_code == 201


def test_a_wrong_password_is_told_as_such(kitchen_with: Callable[..., Kitchen]) -> None:
    admin = kitchen_with(**HERE).client(Role.ADMIN)
    with OnvifCamera() as camera:
        answer = admin.post(f"{PATH}/streams", json={"service": camera.service, "user": USER, "password": "geheim-7"})

    assert (answer.status_code, answer.json()["cause"]) == (502, "auth")
    assert "geheim-7" not in answer.text


@pytest.mark.parametrize("service", ["http://127.0.0.1:8080/", "http://169.254.169.254/", "http://localhost/", "x"])
def test_the_server_asks_no_address_outside_the_cameras_networks(kitchen: Kitchen, service: str) -> None:
    answer = kitchen.client(Role.ADMIN).post(f"{PATH}/streams", json={"service": service})

    assert (answer.status_code, answer.json()["fields"][0]["field"]) == (422, "body.service")


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.REGULATOR, Role.VIEWER])
def test_nobody_but_an_administrator_of_everything_makes_the_server_ask_around(kitchen: Kitchen, role: Role) -> None:
    for client in (kitchen.client(role), kitchen.client(Role.ADMIN, OWN_FIRM)):
        assert client.post(PATH).status_code == 403
        assert client.post(f"{PATH}/streams", json={"service": "http://10.0.0.1/"}).status_code == 403


def test_a_third_search_at_a_time_is_refused(kitchen: Kitchen) -> None:
    admin = kitchen.client(Role.ADMIN)
    with discovery._Turn(), discovery._Turn():
        answer = admin.post(PATH)

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert admin.post(PATH).json()["items"] == []
