"""Trying a rule's numbers over HTTP: followed, cancelled, compared with what people said, inside one's scope."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import yaml
from starlette.testclient import TestClient

from alerts.replay.trial_desk import MOST_WAITING
from api.ports import Role
from domain.ids import AlertId, UserId
from domain.scope import Scope
from tests.alerts.replay.looks import Filmed, begin, camera_line
from tests.alerts.samples import EPOCH
from tests.alerts.scenes import rat
from tests.api.kitchen import CAMERA, OTHER_CAMERA, OWN_FIRM, Kitchen
from tests.support.mqtt import wait_until

PERIOD = {"begins_at": EPOCH.isoformat(), "ends_at": (EPOCH + timedelta(hours=2)).isoformat()}
BODY: dict[str, Any] = {
    "camera_id": CAMERA,
    **PERIOD,
    "codes": [{"code": "pest.rodent", "minimum_seconds": 10}],
}


@pytest.fixture
def logged(kitchen: Kitchen) -> Iterator[Kitchen]:
    """A kitchen with a rat on its log, and the desk at work."""
    twins = kitchen.twins
    twins.trial_runner.keep(begin(), camera_line(CAMERA), *Filmed().see(rat(), seconds=4).see(seconds=30).lines)
    twins.trials.start()
    yield kitchen
    twins.trial_runner.gate.set()
    twins.trials.stop()


def ordered(client: TestClient, **changes: Any) -> str:
    answer = client.post("/api/v1/trials", json=BODY | changes)
    assert answer.status_code == 202, answer.text
    assert answer.headers["Location"] == f"/api/v1/trials/{answer.json()['trial_id']}"
    return str(answer.json()["trial_id"])


def detail(client: TestClient, trial_id: str) -> dict[str, Any]:
    answer = client.get(f"/api/v1/trials/{trial_id}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def finished(client: TestClient, trial_id: str, state: str = "done") -> dict[str, Any]:
    wait_until(lambda: bool(detail(client, trial_id)["state"] == state), 60, what=f"the trial to be {state}")
    return detail(client, trial_id)


def test_what_would_go_stands_beside_what_people_made_of_the_real_alert(logged: Kitchen) -> None:
    operator = logged.client(Role.OPERATOR, OWN_FIRM)
    start = EPOCH + timedelta(seconds=0.2)
    alert = logged.raise_alert(
        code="pest.rodent", started_at=start, confirmed_at=start, last_seen_at=start + timedelta(seconds=3)
    )
    logged.twins.desk.dismiss(
        AlertId(alert.alert_id),
        actor=UserId("user-9"),
        scope=Scope.everything(),
        expected_sequence=1,
        reason="猫",
    )

    found = finished(operator, ordered(operator))

    [rodents] = [each for each in found["compared"] if each["code"] == "pest.rodent"]
    assert (rodents["before"], rodents["after"]) == (1, 0)
    assert (rodents["gone_dismissed"], rodents["gone_confirmed"]) == (1, 0)
    assert rodents["only_before"][0]["alert_id"] == alert.alert_id
    assert rodents["only_before"][0]["verdict"] == "dismissed"
    assert rodents["nearest"]["needed_seconds"] == 10
    assert found["seconds"] > 30


def test_progress_is_told_and_a_trial_can_be_cancelled(logged: Kitchen) -> None:
    logged.twins.trial_runner.gate.clear()
    client = logged.client(Role.REGULATOR, OWN_FIRM)
    trial_id = ordered(client)
    running = finished(client, trial_id, "running")
    wait_until(lambda: bool(detail(client, trial_id)["share"] == 0.25), 60, what="progress")

    assert running["compared"] == []
    assert client.post(f"/api/v1/trials/{trial_id}/cancel").json()["state"] == "cancelled"
    assert [each["state"] for each in client.get("/api/v1/trials").json()["items"]] == ["cancelled"]
    assert [act for act, _, _ in logged.twins.trial_book.notes] == ["ordered", "cancelled"]


def test_who_may_not_see_the_camera_finds_neither_it_nor_its_trials(logged: Kitchen) -> None:
    everywhere, own = logged.client(Role.ADMIN), logged.client(Role.OPERATOR, OWN_FIRM)
    foreign = ordered(everywhere, camera_id=OTHER_CAMERA)

    assert own.post("/api/v1/trials", json=BODY | {"camera_id": OTHER_CAMERA}).status_code == 404
    for answer in (own.get(f"/api/v1/trials/{foreign}"), own.post(f"/api/v1/trials/{foreign}/cancel")):
        assert answer.status_code == 404
    assert own.get("/api/v1/trials").json()["items"] == []
    assert len(everywhere.get("/api/v1/trials").json()["items"]) == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ends_at": EPOCH.isoformat()}, "body.ends_at"),
        ({"ends_at": (EPOCH + timedelta(days=8)).isoformat()}, "body.ends_at"),
        ({"codes": []}, "body.codes"),
        ({"codes": [{"code": "pest.rodent"}]}, "body.codes"),
        ({"codes": [{"code": "camera.offline", "minimum_seconds": 1}]}, "body.codes.code"),
        ({"codes": [{"code": "no.such", "minimum_seconds": 1}]}, "body.codes.code"),
        ({"thresholds": [{"label": "rodent", "confidence": 0.1}]}, "body.thresholds.confidence"),
        ({"thresholds": [{"label": "unicorn", "confidence": 0.9}]}, "body.thresholds.label"),
        ({"codes": BODY["codes"] * 2}, "body"),
    ],
)
def test_what_cannot_be_tried_is_refused_by_the_name_of_its_field(
    logged: Kitchen, changes: dict[str, Any], field: str
) -> None:
    answer = logged.client().post("/api/v1/trials", json=BODY | changes)

    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["fields"]] == [field]


def test_more_than_may_wait_are_asked_to_come_again(logged: Kitchen) -> None:
    logged.twins.trial_runner.gate.clear()
    client = logged.client()
    finished(client, ordered(client), "running")
    for _ in range(MOST_WAITING):
        ordered(client)

    answer = client.post("/api/v1/trials", json=BODY)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


def test_the_tried_numbers_come_as_a_file_with_the_reason(logged: Kitchen) -> None:
    client = logged.client()
    trial_id = ordered(client)
    address = f"/api/v1/trials/{trial_id}/profile.yaml"

    answer = client.get(address, params={"name": "tuned", "because": "回放一周"})

    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == 'attachment; filename="tuned.yaml"'
    document = yaml.safe_load(answer.text)
    assert document["codes"] == [{"code": "pest.rodent", "minimum_seconds": 10, "because": "回放一周"}]
    assert client.get(address, params={"name": "cn-national", "because": "x"}).status_code == 422
    assert client.get(address, params={"name": "tuned"}).status_code == 422


def test_the_log_says_from_when_until_when_it_reaches(logged: Kitchen, kitchen: Kitchen) -> None:
    span = logged.client(Role.OPERATOR, OWN_FIRM).get("/api/v1/trials/log").json()

    assert span["begins_at"].startswith("2026-01-05T08:00:00")
    assert {"label": "rodent", "confidence": 0.3} in span["thresholds"]
    assert span["longest_days"] == 7
    assert kitchen.client(Role.VIEWER).get("/api/v1/trials/log").status_code == 403
