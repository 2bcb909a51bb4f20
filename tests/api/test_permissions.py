"""Who is let in where: a walk over every route of the application."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts

from api.app import OPEN_PATHS, OPEN_PREFIXES, create_app
from api.dependencies import Needs
from api.permissions import ONLY_WITH_EVERYTHING, TABLE, Permission, is_no_higher, permissions_of
from api.ports import Role
from api.routers.console import OPEN_FILES, page_files
from api.testing import ApiTwins
from domain.scope import Scope
from tests.api.kitchen import OWN_FIRM, Kitchen

FILLED = {
    "enterprise_id": "enterprise-9",
    "site_id": "site-9",
    "camera_id": "camera-9",
    "zone_id": "zone-9",
    "alert_id": "alert-9",
    "evidence_id": "evidence-9",
    "user_id": "user-9",
    "token_id": "token-9",
    "session_id": "session-9",
    "head_id": "head-9",
    "recipient_id": "recipient-9",
    "receiver_id": "receiver-9",
    "delivery_id": "9",
    "notice_id": "9",
    "example_id": "example-9",
    "trial_id": "trial-9",
    "grant_id": "grant-9",
    "version": "9",
    "name": "console.js",
    "record_id": "record-9",
    "entry_id": "alert-9:2",
    "application_id": "application-9",
    "material_id": "material-9",
    "task_id": "task-9",
    "file": "form.pdf",
    "path:path": "alerts",
}
# What needs no permission of the table, and why.
WITHOUT_PERMISSION = {
    "/": "every account has a page",
    "/plain": "every account has a page",
    "/console": "leads to the console",
    "/console/alerts": "open: the console before anybody logs in",
    "/wall": "every account has a page",
    "/pages/console.js": "every account has a page",
    "/healthz": "open",
    "/readyz": "open",
    "/api/v1/login": "open",
    "/api/v1/logout": "one's own session",
    "/api/v1/me": "one's own account",
    "/api/v1/me/password": "one's own account",
    "/api/v1/me/second-factor": "one's own account",
    "/api/v1/me/second-factor/confirm": "one's own account",
    "/api/v1/me/second-factor/recovery-codes": "one's own account",
    "/api/v1/me/second-factor/remove": "one's own account",
    "/api/v1/me/sessions": "one's own logins",
    "/api/v1/me/sessions/session-9": "one's own logins",
    "/api/v1/tokens": "one's own tokens",
    "/api/v1/tokens/token-9": "one's own tokens",
    "/api/v1/public/enterprises": "open where the owner has switched the public page on, else there is none",
    "/api/v1/public/pictures/camera-9.jpg": "the same",
    "/api/v1/openapi.json": "describes the API and nobody's data",
}


def every_route(app: FastAPI) -> Iterator[tuple[str, str, Permission | None]]:
    """Method, path with its parameters filled in, and the permission that the route asks for."""
    for route in iter_route_contexts(app.routes):
        path = route.path
        assert path is not None
        for parameter, value in FILLED.items():
            path = path.replace("{" + parameter + "}", value)
        assert "{" not in path, f"give {path} a value in FILLED"
        needed = _needed(route.dependant) if isinstance(route.original_route, APIRoute) else None
        for method in sorted(route.methods or ()):
            yield method, path, needed


def _needed(dependant: Dependant) -> Permission | None:
    asked = [one.call.permission for one in dependant.dependencies if isinstance(one.call, Needs)]
    assert len(asked) <= 1
    return asked[0] if asked else None


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str, Permission | None]]:
    app = create_app(ApiTwins(scratch=tmp_path_factory.mktemp("scratch")).services())
    return list(every_route(app))


def test_the_walk_sees_the_whole_application(routes: list[tuple[str, str, Permission | None]]) -> None:
    assert ("GET", "/api/v1/alerts/feed", Permission.READ) in routes
    assert ("DELETE", "/api/v1/zones/zone-9", Permission.MANAGE_CAMERAS) in routes
    assert len(routes) > 40


def test_without_a_login_every_route_but_health_and_login_answers_401(
    kitchen: Kitchen, routes: list[tuple[str, str, Permission | None]]
) -> None:
    stranger = kitchen.stranger()

    answers = {
        (method, path): stranger.request(method, path, json={}).status_code
        for method, path, _ in routes
        if path not in OPEN_PATHS and not path.startswith(OPEN_PREFIXES)
    }

    assert set(answers.values()) == {401}, answers


def test_only_the_files_of_the_login_are_open(kitchen: Kitchen) -> None:
    stranger = kitchen.stranger()

    statuses = {name: stranger.get(f"/pages/{name}").status_code for name in page_files()}

    assert {name for name, status in statuses.items() if status == 200} == set(OPEN_FILES)
    assert {status for name, status in statuses.items() if name not in OPEN_FILES} == {401}


def test_without_a_login_the_root_shows_the_login_and_nothing_else(kitchen: Kitchen) -> None:
    answer = kitchen.stranger().get("/")

    assert answer.status_code == 401
    assert "login.js" in answer.text
    assert "console.js" not in answer.text


def test_unknown_addresses_are_not_told_from_known_ones_without_a_login(kitchen: Kitchen) -> None:
    assert kitchen.stranger().get("/api/v1/no-such-thing").status_code == 401


def test_every_route_asks_for_a_permission_or_says_why_not(routes: list[tuple[str, str, Permission | None]]) -> None:
    without = {path for _, path, needed in routes if needed is None}

    assert without == set(WITHOUT_PERMISSION)


@pytest.mark.parametrize("scope", [Scope.everything(), OWN_FIRM], ids=["everything", "one_firm"])
@pytest.mark.parametrize("role", list(Role))
def test_each_role_is_let_in_exactly_as_the_table_says(
    kitchen: Kitchen, routes: list[tuple[str, str, Permission | None]], role: Role, scope: Scope
) -> None:
    client = kitchen.client(role, scope)
    allowed = permissions_of(role, scope)
    # A feed never ends, and the walk asks for nothing that exists; what a permission opens is tested with its route.
    asked = [route for route in routes if route[2] is not None and not route[1].endswith("/feed")]

    for method, path, needed in asked:
        status = client.request(method, path, json={}).status_code
        assert (status == 403) == (needed not in allowed), (method, path, needed, status)


@pytest.mark.parametrize("permission", [Permission.INGEST, Permission.READ_EXTRACT])
def test_no_person_reports_as_a_node_or_reads_as_a_receiver(permission: Permission) -> None:
    assert [role for role in Role if permission in TABLE[role]] == []


@pytest.mark.parametrize(
    ("role", "permission", "expected"),
    [
        (Role.VIEWER, Permission.READ, True),
        (Role.VIEWER, Permission.SEE_UNMASKED, False),
        (Role.VIEWER, Permission.ACKNOWLEDGE, False),
        (Role.OPERATOR, Permission.ACKNOWLEDGE, True),
        (Role.OPERATOR, Permission.JUDGE, False),
        (Role.OPERATOR, Permission.MANAGE_CAMERAS, True),
        (Role.OPERATOR, Permission.TEACH, True),
        (Role.OPERATOR, Permission.SEND_READINGS, True),
        (Role.REGULATOR, Permission.SEND_READINGS, False),
        (Role.OPERATOR, Permission.PUT_LIVE, False),
        (Role.REGULATOR, Permission.PUT_LIVE, True),
        (Role.OPERATOR, Permission.USE_LOCAL_SOURCES, False),
        (Role.REGULATOR, Permission.JUDGE, True),
        (Role.REGULATOR, Permission.MANAGE_CAMERAS, False),
        (Role.ADMIN, Permission.MANAGE_ACCOUNTS, True),
        (Role.REGULATOR, Permission.HOLD, True),
        (Role.OPERATOR, Permission.HOLD, False),
        (Role.PRIVACY, Permission.READ_LEDGERS, True),
        (Role.PRIVACY, Permission.SEE_UNMASKED, False),
        (Role.PRIVACY, Permission.JUDGE, False),
        (Role.REGULATOR, Permission.READ_LEDGERS, False),
        (Role.OPERATOR, Permission.READ_LEDGERS, False),
    ],
)
def test_the_table_holds_what_the_domain_asks_for(role: Role, permission: Permission, expected: bool) -> None:
    assert (permission in TABLE[role]) is expected


@pytest.mark.parametrize("permission", sorted(ONLY_WITH_EVERYTHING))
def test_what_reaches_beyond_one_firm_is_not_held_with_a_part_of_the_scope(permission: Permission) -> None:
    assert permission in permissions_of(Role.ADMIN, Scope.everything())
    assert permission not in permissions_of(Role.ADMIN, OWN_FIRM)


@pytest.mark.parametrize(
    ("role", "owner", "expected"),
    [
        (Role.VIEWER, Role.OPERATOR, True),
        (Role.OPERATOR, Role.OPERATOR, True),
        (Role.REGULATOR, Role.OPERATOR, False),
        (Role.OPERATOR, Role.REGULATOR, False),
        (Role.ADMIN, Role.REGULATOR, False),
        (Role.REGULATOR, Role.ADMIN, True),
    ],
)
def test_a_token_is_never_higher_than_its_owner(role: Role, owner: Role, expected: bool) -> None:
    assert is_no_higher(role, owner) is expected
