import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from api import readiness
from api.app import create_app
from api.ports import Role
from api.testing import ApiTwins
from tests.api.kitchen import OWN_FIRM, Kitchen


@dataclass
class FixedProbe:
    name: str
    answer: Callable[[], str | None]

    def ping(self) -> str | None:
        return self.answer()


def client_with(scratch: Path, *probes: FixedProbe) -> TestClient:
    return TestClient(create_app(ApiTwins(scratch=scratch, probes=probes).services()))


def raises() -> str | None:
    raise RuntimeError("password=secret")


def test_the_process_breathes_for_everybody(kitchen: Kitchen) -> None:
    answer = kitchen.stranger().get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_ready_when_everything_answers(tmp_path: Path) -> None:
    answer = client_with(tmp_path, FixedProbe("database", lambda: None)).get("/readyz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "probes": {"database": "ok"}})


@pytest.mark.parametrize("fault", [lambda: "no connection to secret.example", raises], ids=["says_so", "breaks"])
def test_not_ready_names_the_part_and_nothing_else(tmp_path: Path, fault: Callable[[], str | None]) -> None:
    answer = client_with(tmp_path, FixedProbe("database", fault), FixedProbe("network", lambda: None)).get("/readyz")

    assert answer.status_code == 503
    assert answer.json() == {"status": "failed", "probes": {"database": "failed", "network": "ok"}}
    assert "secret" not in answer.text


def test_a_probe_that_hangs_counts_as_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "PROBE_SECONDS", 0.1)
    release = threading.Event()

    def hang() -> None:
        release.wait(10)

    answer = client_with(tmp_path, FixedProbe("broker", hang)).get("/readyz")
    release.set()

    assert (answer.status_code, answer.json()["probes"]) == (503, {"broker": "failed"})


def test_who_asks_in_a_loop_does_not_reach_the_database(tmp_path: Path) -> None:
    asked: list[int] = []

    def count() -> None:
        asked.append(1)

    with client_with(tmp_path, FixedProbe("database", count)) as client:
        for _ in range(20):
            client.get("/readyz")

    assert len(asked) <= 2


def test_figures_are_for_those_with_the_permission_or_the_token(kitchen_with: Callable[..., Kitchen]) -> None:
    kitchen = kitchen_with(metrics_token=SecretStr("a-token-for-prometheus"))
    prometheus = {"Authorization": "Bearer a-token-for-prometheus"}

    assert kitchen.stranger().get("/metrics").status_code == 401
    assert kitchen.client(Role.VIEWER).get("/metrics").status_code == 403
    assert kitchen.client(Role.OPERATOR, OWN_FIRM).get("/metrics").status_code == 403
    assert kitchen.client(Role.OPERATOR).get("/metrics").status_code == 200
    assert kitchen.stranger().get("/metrics", headers=prometheus).status_code == 200


def test_the_token_for_figures_opens_nothing_else(kitchen_with: Callable[..., Kitchen]) -> None:
    kitchen = kitchen_with(metrics_token=SecretStr("a-token-for-prometheus"))
    prometheus = {"Authorization": "Bearer a-token-for-prometheus"}

    for path in ("/api/v1/me", "/api/v1/cameras", "/", "/api/v1/alerts/feed"):
        assert kitchen.stranger().get(path, headers=prometheus).status_code == 401


def test_figures_name_routes_and_never_what_was_asked_for(kitchen: Kitchen) -> None:
    client = kitchen.client()
    client.get("/api/v1/cameras/camera-of-somebody")
    client.get("/api/v1/no-such-route-at-all")
    client.request("BREW", "/api/v1/me")

    figures = client.get("/metrics").text

    assert 'route="/api/v1/cameras/{camera_id}",status="404"' in figures
    assert 'method="other"' in figures
    assert "camera-of-somebody" not in figures
    assert "no-such-route" not in figures
