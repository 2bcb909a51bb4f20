"""What two reviewers of class I do through the API of a running service: look at the evidence, wait, confirm."""

import httpx2

from tests.acceptance.service_process import ServiceProcess, wait_for

_FIRST, _OWN = "a-password-for-one-login", "a-password-of-her-own"


def second_reviewer(service: ServiceProcess, admin: httpx2.Client, name: str = "wang") -> httpx2.Client:
    """A regulator's account of its own, logged in with its own password."""
    made = admin.post(
        "/api/v1/users",
        json={"name": name, "role": "regulator", "scope": {"is_everything": True}, "password": _FIRST},
    )
    assert made.status_code == 201, made.text
    client = service.client(name, _FIRST)
    changed = client.post("/api/v1/me/password", json={"current_password": _FIRST, "new_password": _OWN})
    assert changed.status_code == 200, changed.text
    return client


def confirm_by(alert_id: str, *reviewers: httpx2.Client) -> None:
    """Each opens the evidence and confirms as soon as the service finds that it was looked at for long enough."""
    for number, reviewer in enumerate(reviewers, 1):
        wait_for(lambda reviewer=reviewer: _is_opened(reviewer, alert_id), 60, "evidence to look at")  # type: ignore[misc]
        wait_for(lambda reviewer=reviewer: _confirms(reviewer, alert_id), 60, f"verdict {number}")  # type: ignore[misc]


def _is_opened(reviewer: httpx2.Client, alert_id: str) -> bool:
    alert = reviewer.get(f"/api/v1/alerts/{alert_id}").json()
    shown = [piece for piece in alert["evidence"] if piece["kind"] in {"still", "clip"} and piece["state"] == "stored"]
    return bool(shown) and reviewer.get(shown[0]["path"]).status_code == 200


def _confirms(reviewer: httpx2.Client, alert_id: str) -> bool:
    """False where the machine took a step meanwhile, or the look was too short."""
    alert = reviewer.get(f"/api/v1/alerts/{alert_id}").json()
    answer = reviewer.post(
        f"/api/v1/alerts/{alert_id}/confirm", json={"reason": "seen", "expected_sequence": alert["sequence"]}
    )
    kind = answer.json().get("type", "").rpartition(":")[2]
    assert answer.status_code == 200 or kind in {"alert-conflict", "viewing-too-short"}, answer.text
    return answer.status_code == 200
