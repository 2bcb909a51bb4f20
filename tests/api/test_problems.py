"""Errors as problem details, whatever goes wrong and wherever."""

from collections.abc import Callable
from typing import Any

import pytest
from structlog.testing import capture_logs

from alerts.errors import AlertsError, JournalError
from api.answers import TABLE, answer_for
from api.errors import ApiError
from api.ports import Role
from credit.errors import CreditError
from tests.api.kitchen import CAMERA, SITE, Kitchen


def subclasses(base: type[Exception]) -> set[type[Exception]]:
    return {base} | {leaf for child in base.__subclasses__() for leaf in subclasses(child)}


def test_every_error_of_our_own_has_its_row() -> None:
    assert {error for error in subclasses(ApiError) if error not in TABLE} == {ApiError}
    assert {error for error in subclasses(CreditError) if error not in TABLE} == {CreditError}


def test_an_error_is_answered_like_its_nearest_ancestor_in_the_table() -> None:
    class SpecialJournalError(JournalError):
        pass

    answer = answer_for(SpecialJournalError("disk full", is_temporary=True))

    assert answer is not None
    assert answer.status == 503
    assert answer_for(AlertsError()) is None


def test_an_address_that_is_not_there(kitchen: Kitchen) -> None:
    answer = kitchen.client().get("/api/v1/nothing-here")

    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert answer.json()["status"] == 404


def test_a_verb_that_is_not_possible(kitchen: Kitchen) -> None:
    answer = kitchen.client().put(f"/api/v1/cameras/{CAMERA}", json={})

    assert (answer.status_code, answer.headers["content-type"]) == (405, "application/problem+json")
    assert answer.headers["allow"]


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff\xfe", b'"text"', b"[]", b"null", b"[" * 20_000, b'{"a":' * 3000, b"9" * 5000]
)
def test_a_body_that_is_no_object_is_refused(kitchen: Kitchen, content: bytes) -> None:
    headers = {"Content-Type": "application/json"}

    answer = kitchen.client().post("/api/v1/cameras", content=content, headers=headers)

    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", None])
def test_a_body_that_does_not_call_itself_json_is_not_read_as_such(kitchen: Kitchen, kind: str | None) -> None:
    headers = {} if kind is None else {"Content-Type": kind}

    answer = kitchen.stranger().post("/api/v1/login", content=b'{"name": "a", "password": "b"}', headers=headers)

    assert answer.status_code == 422


def test_wrong_fields_are_named_with_what_was_expected_and_found(kitchen: Kitchen) -> None:
    body = {
        "site_id": SITE,
        "name": 7,
        "source": {"location": "rtsp://192.0.2.7/", "transport": "pigeon"},
        "is_enabled": [],
    }

    fields = {one["field"]: one for one in kitchen.client().post("/api/v1/cameras", json=body).json()["fields"]}

    assert fields["body.name"]["found"] == "7"
    assert fields["body.source.transport"]["found"] == "'pigeon'"
    assert "tcp" in fields["body.source.transport"]["expected"]
    assert fields["body.is_enabled"]["found"] == "a list of 0"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/v1/login", {"name": "li", "password": ["hunter2"]}),
        ("/api/v1/login", {"name": "li", "pasword": "hunter2"}),
        ("/api/v1/login", {"name": "hunter2\x00", "password": {"a": "hunter2"}, "x": {"hunter2": "hunter2"}}),
        ("/api/v1/login", "hunter2"),
        ("/api/v1/cameras", {"source": {"location": "hunter2\x00"}}),
        ("/api/v1/cameras", {"source": "rtsp://hunter2@192.0.2.7/"}),
        ("/api/v1/users", {"password": "hunter2" * 1000}),
    ],
)
def test_no_secret_comes_back_in_an_error(kitchen: Kitchen, path: str, body: Any) -> None:
    answer = kitchen.client().post(path, json=body)

    assert answer.status_code == 422
    told = [one["found"] for one in answer.json()["fields"] if one["field"] != "body.name"]
    assert all("hunter2" not in text for text in told), told


def test_what_nobody_expected_is_told_bare_and_logged_in_full(
    kitchen: Kitchen, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("SELECT secret FROM users")

    monkeypatch.setattr(kitchen.twins.registry, "list_sites", fail)
    client = kitchen.client()

    with capture_logs() as lines:
        answer = client.get("/api/v1/sites")

    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert "SELECT" not in answer.text
    assert answer.headers["x-request-id"] in answer.json()["detail"]
    assert answer.headers["content-security-policy"]
    assert [line["event"] for line in lines] == ["request_failed"]


def test_a_database_that_is_away_is_a_503_that_says_so(kitchen: Kitchen, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise JournalError("database is locked", is_temporary=True)

    monkeypatch.setattr(kitchen.twins.journal, "search", fail)

    answer = kitchen.client().get("/api/v1/alerts")

    assert (answer.status_code, answer.json()["is_temporary"]) == (503, True)


def test_each_request_has_an_id(kitchen: Kitchen) -> None:
    client = kitchen.client()

    first, second = client.get("/api/v1/me"), client.get("/api/v1/nothing")

    assert first.headers["x-request-id"] != second.headers["x-request-id"]


def test_every_answer_carries_the_headers_that_protect_the_page(kitchen: Kitchen) -> None:
    for answer in (
        kitchen.stranger().get("/"),
        kitchen.stranger().get("/healthz"),
        kitchen.stranger().get("/nothing"),
        kitchen.client().get("/api/v1/me"),
    ):
        policy = answer.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] in {"no-store", "no-cache"}
        assert "server" not in answer.headers


@pytest.mark.parametrize("announced", [True, False], ids=["announced", "in_pieces"])
def test_a_body_over_the_limit_is_refused(kitchen_with: Callable[..., Kitchen], announced: bool) -> None:
    kitchen = kitchen_with(body_limit_bytes=2000)
    body = b'{"name": "' + b"x" * 5000 + b'", "password": "y"}'

    def pieces() -> Any:
        for start in range(0, len(body), 500):
            yield body[start : start + 500]

    headers = {"Content-Type": "application/json"}
    content = body if announced else pieces()
    answer = kitchen.stranger().post("/api/v1/login", content=content, headers=headers)

    assert (answer.status_code, answer.json()["limit_bytes"]) == (413, 2000)
    assert answer.headers["x-request-id"]


def test_a_viewer_is_told_which_permission_is_missing(kitchen: Kitchen) -> None:
    answer = kitchen.client(Role.VIEWER).post("/api/v1/cameras", json={})

    assert (answer.status_code, answer.json()["permission"]) == (403, "manage_cameras")
