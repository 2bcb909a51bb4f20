"""`brightkitchen nodes`: tokens are shown once and bound to enterprises."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.keys import NODE_TOKEN_PREFIX, fingerprint
from domain.credit_code import CreditCode
from domain.ids import CameraId, NodeId
from domain.scope import Scope
from service.cli import app
from service.edge.wiring import nodes_of
from service.folder import DataFolder
from service.settings import load_settings
from service.store import Store, open_store
from tests.credit.samples import enterprise, site

CODE = CreditCode.generated(5).value


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "centre"


def nodes(data: Path, *arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["nodes", *arguments, "--data", str(data)])
    return done.exit_code, done.stdout.strip(), done.stderr


def store_of(data: Path) -> Store:
    folder = DataFolder(data)
    folder.prepare()
    return open_store(load_settings(data=data), folder)


def test_a_token_is_printed_once_and_only_its_fingerprint_is_kept(data: Path) -> None:
    status, token, _ = nodes(data, "add", "shop-17", "--enterprise", CODE)
    assert status == 0
    assert token.startswith(NODE_TOKEN_PREFIX)
    store = store_of(data)
    node = nodes_of(store).find_by_token(fingerprint(token))
    assert node is not None
    assert (node.node_id, node.credit_codes) == ("shop-17", frozenset({CODE}))
    assert token.encode() not in (data / "brightkitchen.db").read_bytes()

    _, renewed, _ = nodes(data, "renew-token", "shop-17")
    assert nodes_of(store).find_by_token(fingerprint(token)) is None
    assert nodes_of(store).find_by_token(fingerprint(renewed)) is not None
    assert nodes(data, "shut-out", "shop-17")[0] == 0
    assert nodes_of(store).find_by_token(fingerprint(renewed)) is None
    assert nodes(data, "list")[1] == "shop-17\tshut out\tnever heard"
    store.database.close()


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["add", "shop-1"], "--enterprise"),
        (["add", "shop-1", "--any-enterprise", "--enterprise", CODE], "--enterprise"),
        (["add", "shop-1", "--enterprise", "123"], "--enterprise"),
        (["add", "shop/1", "--any-enterprise"], "'shop/1'"),
        (["add", "x" * 41, "--any-enterprise"], "1 to 40"),
        (["renew-token", "nobody"], "nobody"),
        (["shut-out", "nobody"], "nobody"),
        (["add-camera", "nobody", "AI", "--site", "site-1"], "nobody"),
    ],
)
def test_what_is_wrong_is_named(data: Path, arguments: list[str], named: str) -> None:
    status, _, words = nodes(data, *arguments)
    assert status == 2
    assert named in words


def test_an_ai_camera_is_registered_for_its_node(data: Path) -> None:
    store = store_of(data)
    store.registry.add_enterprise(enterprise())
    store.registry.add_site(site())
    nodes(data, "add", "camera-9", "--any-enterprise")
    assert nodes(data, "add", "camera-9", "--any-enterprise")[0] == 2  # the name is taken

    status, camera_id, _ = nodes(data, "add-camera", "camera-9", "粗加工 AI", "--site", "site-1")
    assert status == 0
    camera = store.registry.get_camera(CameraId(camera_id), Scope.everything())
    assert camera is not None
    assert (camera.name, camera.node_id) == ("粗加工 AI", "camera-9")
    assert nodes_of(store).place_of(NodeId("camera-9"), camera.camera_id) is not None
    assert nodes(data, "add-camera", "camera-9", "二号", "--site", "site-9")[0] == 2
    store.database.close()


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({}, "BRIGHTKITCHEN_CENTRE__URL"),
        ({"BRIGHTKITCHEN_CENTRE__URL": "https://centre.example"}, "BRIGHTKITCHEN_CENTRE__TOKEN"),
        ({"BRIGHTKITCHEN_CENTRE__URL": "http://centre.example"}, "BRIGHTKITCHEN_CENTRE"),
        ({"BRIGHTKITCHEN_CENTRE__URL": "https://centre.example", "BRIGHTKITCHEN_CENTRE__TOKEN_FILE": "/none"}, "/none"),
    ],
)
def test_an_edge_without_a_centre_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, environment: dict[str, str], named: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    done = CliRunner().invoke(app, ["run", "--role", "edge", "--data", str(tmp_path / "edge"), "--port", "0"])

    assert done.exit_code == 2
    assert named in done.stderr
