"""How the built console is served: under a strict policy, for ever or not at all, and never in place of an answer."""

import gzip
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.built_console import built_console, read_console
from api.ports import Role
from tests.api.kitchen import Kitchen

SCRIPT = b"console.log('kitchen');\n" * 50


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A console as a build leaves it."""
    built = tmp_path / "console"
    (built / "assets").mkdir(parents=True)
    (built / "index.html").write_text('<meta nonce="%NONCE%"><script src="/console/assets/index-1a2b.js"></script>')
    (built / "assets" / "index-1a2b.js").write_bytes(SCRIPT)
    (built / "mark.svg").write_text("<svg/>")
    (built / ".stamp").write_text("what it was built from")
    return built


@pytest.fixture
def stranger(folder: Path, kitchen: Kitchen) -> TestClient:
    kitchen.app.state.console = read_console(folder)
    return kitchen.stranger()


@pytest.mark.parametrize("path", ["", "alerts", "alerts/0190?class=I", "cameras/new"])
def test_every_address_of_the_console_answers_with_its_start_page(stranger: TestClient, path: str) -> None:
    answer = stranger.get(f"/console/{path}")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert "index-1a2b.js" in answer.text


def test_each_start_page_has_a_nonce_of_its_own_which_its_policy_names(stranger: TestClient) -> None:
    answers = [stranger.get("/console/") for _ in range(2)]

    nonces = [re.findall(r'nonce="([^"]+)"', answer.text) for answer in answers]
    assert nonces[0] != nonces[1]
    for answer, [nonce] in zip(answers, nonces, strict=True):
        policy = answer.headers["content-security-policy"]
        assert f"style-src 'self' 'nonce-{nonce}'" in policy
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy
        assert len(nonce) >= 22


def test_hashed_files_are_kept_for_ever_and_packed(stranger: TestClient) -> None:
    answer = stranger.get("/console/assets/index-1a2b.js", headers={"Accept-Encoding": "gzip"})

    assert answer.content == SCRIPT
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) == len(gzip.compress(SCRIPT, mtime=0))
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["vary"] == "Accept-Encoding"
    plain = stranger.get("/console/assets/index-1a2b.js", headers={"Accept-Encoding": "identity"})
    assert (plain.content, "content-encoding" in plain.headers) == (SCRIPT, False)
    tag = {"If-None-Match": answer.headers["etag"]}
    assert stranger.get("/console/assets/index-1a2b.js", headers=tag).status_code == 304
    assert stranger.get("/console/mark.svg").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["assets/index-old.js", "assets/../../settings.py", "assets/.stamp"])
def test_what_was_not_built_is_not_there(stranger: TestClient, path: str) -> None:
    answer = stranger.get(f"/console/{path}".replace("..", "%2e%2e"))

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_where_it_is_built_the_root_leads_there_and_the_plain_pages_stay(
    stranger: TestClient, kitchen: Kitchen
) -> None:
    logged_in = kitchen.browser(Role.REGULATOR)

    for path in ("/console", "/"):
        answer = logged_in.get(path, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (307, "/console/")
    assert "console.js" in logged_in.get("/plain").text
    assert "wall.js" in logged_in.get("/wall").text
    refused = stranger.get("/plain")
    assert (refused.status_code, "login.js" in refused.text) == (401, True)


def test_where_it_is_not_built_the_plain_pages_serve_and_it_is_told_what_is_missing(kitchen: Kitchen) -> None:
    answer = kitchen.stranger().get("/console/alerts")

    assert answer.status_code == 404
    assert "Node" in answer.json()["detail"]
    assert "make console" in answer.json()["detail"]
    assert "login.js" in kitchen.stranger().get("/").text
    assert "console.js" in kitchen.browser(Role.REGULATOR).get("/").text


def test_a_setting_keeps_the_plain_pages_at_the_root(kitchen_with: Callable[..., Kitchen]) -> None:
    plain, auto = kitchen_with(console="plain"), kitchen_with(console="auto")

    assert plain.app.state.console is None
    assert auto.app.state.console is built_console()


def test_a_folder_without_a_start_page_is_no_console(folder: Path) -> None:
    (folder / "index.html").unlink()

    assert read_console(folder) is None
