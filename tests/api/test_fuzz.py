"""Bodies and queries made at random from the API's own description: refused or taken, never a 500."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from api.ports import Role
from tests.api.kitchen import CAMERA, FIRM, SITE, Kitchen
from tests.support.checkout import REPOSITORY

DOCUMENT = json.loads((REPOSITORY / "docs" / "reference" / "openapi.json").read_text("utf-8"))
SCHEMAS = DOCUMENT["components"]["schemas"]
# Feeds never end; a logout ends the session that the other requests need.
LEFT_OUT = {"/api/v1/alerts/feed", "/api/v1/live/feed", "/api/v1/cameras/{camera_id}/live.mjpg", "/api/v1/logout"}
FIRST_ALERT = "0190aaaa-0000-7000-8000-000000000001"
KNOWN = [CAMERA, FIRM, SITE, "user-somebody", FIRST_ALERT]

texts = st.text(max_size=30) | st.sampled_from(
    ["", "\x00", "a\nb", "\ud800", "Ⅷ" * 300, "0001-01-01", "9999-12-31", *KNOWN]
)
numbers = st.integers() | st.floats() | st.sampled_from([0, -1, 2**31, 2**63, 10**400, float("inf")])
anything = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=8,
)


def valid(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values of the schema's shape, though not always within its bounds."""
    if "$ref" in schema:
        return valid(SCHEMAS[schema["$ref"].rpartition("/")[2]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "anyOf" in schema:
        return st.one_of([valid(one) for one in schema["anyOf"]])
    if schema.get("type") == "object":
        return valid_object(schema)
    plain: dict[str | None, st.SearchStrategy[Any]] = {
        "array": st.lists(later(schema.get("items", {})), max_size=4),
        "integer": st.integers(schema.get("minimum", -5), schema.get("maximum", 50)),
        "number": st.floats(schema.get("minimum", 0), schema.get("maximum", 30)),
        "boolean": st.booleans(),
        "null": st.none(),
    }
    return plain.get(schema.get("type"), texts)


def valid_object(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    required = set(schema.get("required", []))
    fields = {name: later(one) for name, one in schema.get("properties", {}).items()}
    return st.fixed_dictionaries(
        {name: field for name, field in fields.items() if name in required},
        optional={name: field for name, field in fields.items() if name not in required},
    )


def later(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    return st.deferred(lambda: mostly(schema))


def mostly(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Nine times of ten the right shape: what is wrong everywhere is refused at the first look."""
    return st.integers(0, 9).flatmap(lambda dice: anything if dice == 0 else valid(schema))


OPERATIONS = [
    (method, path, operation)
    for path, operations in sorted(DOCUMENT["paths"].items())
    for method, operation in operations.items()
    if path not in LEFT_OUT
]


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, str, dict[str, Any], bytes | None]:
    """Method, path, query and body of a request."""
    method, path, operation = draw(st.sampled_from(OPERATIONS))
    query: dict[str, Any] = {}
    for parameter in operation.get("parameters", []):
        place, name = parameter["in"], parameter["name"]
        if place == "path":
            path = path.replace("{" + name + "}", draw(st.sampled_from([*KNOWN, "zone-1", "%00", "a b", "x" * 65])))
        elif place == "query" and draw(st.booleans()):
            query[name] = draw(mostly(parameter["schema"]))
    body = None
    if "requestBody" in operation:
        [content] = operation["requestBody"]["content"].values()
        body = encoded(draw(mostly(content["schema"])))
    return method, path, query, body


def encoded(value: Any) -> bytes:
    return json.dumps(value).encode("utf-8", "surrogatepass")


def queried(query: dict[str, Any]) -> dict[str, str]:
    plain = {name: str(value) for name, value in query.items() if value is not None}
    return {name: value.encode("utf-8", "replace").decode() for name, value in plain.items()}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    kitchen = Kitchen(tmp_path_factory.mktemp("scratch"))
    kitchen.raise_alert()
    kitchen.add_user("somebody", Role.VIEWER)
    return kitchen.client(Role.ADMIN)


@pytest.fixture(scope="module")
def statuses() -> Iterator[Counter[int]]:
    """How often each status was answered; a walk that is only ever refused at the door would prove nothing."""
    counted: Counter[int] = Counter()
    yield counted
    assert sum(number for status, number in counted.items() if status < 300) > 20, counted
    assert counted[422] > 20, counted


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(request_made=requests())
@example(
    request_made=("get", "/api/v1/enterprises/enterprise-1/counts", {"from": "0001-01-01", "to": "0001-01-02"}, None)
)
@example(
    request_made=("get", "/api/v1/enterprises/enterprise-1/counts", {"from": "9999-12-31", "to": "9999-12-31"}, None)
)
@example(
    ("post", "/api/v1/cameras", {}, b'{"site_id":"site-1","name":"a","analysed_fps":NaN,"source":{"location":"x"}}')
)
def test_no_request_makes_the_service_fail(
    client: TestClient, statuses: Counter[int], request_made: tuple[str, str, dict[str, Any], bytes | None]
) -> None:
    method, path, query, body = request_made
    headers = {"Content-Type": "application/json", "If-Match": '"1"'}

    answer = client.request(method, path, params=queried(query), content=body, headers=headers)

    statuses[answer.status_code] += 1
    expected_503 = "still.jpg" in path or "first-picture.jpg" in path  # no camera has a picture here
    assert answer.status_code < 500 or (answer.status_code == 503 and expected_503), answer.text
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
