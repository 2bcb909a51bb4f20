"""An alert's life by API: each guard attempted, the first verdict of two in no answer, files, clocks."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from alerts.catalogue import load_catalogue
from api.feed import formatted
from api.ports import Role
from domain.alert import Alert, Evidence, EvidenceKind
from domain.risk import RiskClass
from domain.scope import Scope
from tests.alerts.samples import sample_evidence
from tests.api.kitchen import OTHER_CAMERA, OTHER_FIRM, OTHER_SITE, OWN_FIRM, Kitchen

JPEG, PDF = b"\xff\xd8\xff\xe0 a picture", b"%PDF-1.7 a document"
EVERYTHING = Scope.everything()


@pytest.fixture
def kitchen(tmp_path: Path) -> Kitchen:
    """With the terms that are shipped."""
    return Kitchen(tmp_path / "scratch", terms=load_catalogue().terms)


def raised(kitchen: Kitchen, risk_class: RiskClass = RiskClass.II, *, has_still: bool = False) -> Alert:
    evidence: tuple[Evidence, ...] = ()
    if has_still:
        file = kitchen.twins.evidence_store.save("still.jpg", JPEG)
        evidence = (sample_evidence(1, name=file.name, size_bytes=file.size_bytes, sha256=file.sha256),)
    return kitchen.raise_alert(risk_class=risk_class, evidence=evidence)


def post(client: TestClient, alert_id: str, verb: str, reason: str = "看过", **fields: Any) -> Any:
    """The verb with the sequence that stands now."""
    sequence = client.get(f"/api/v1/alerts/{alert_id}").json()["sequence"]
    body = {"reason": reason, "expected_sequence": sequence, **fields}
    return client.post(f"/api/v1/alerts/{alert_id}/{verb}", json=body)


def put(client: TestClient, alert_id: str, content: bytes = JPEG) -> Any:
    return client.post(f"/api/v1/alerts/{alert_id}/files", content=content)


def stages(client: TestClient, alert_id: str) -> tuple[str, str]:
    shown = client.get(f"/api/v1/alerts/{alert_id}").json()
    return shown["life"]["state"], shown["state"]


def test_the_whole_way_from_a_finding_to_closed_without_a_record(kitchen: Kitchen) -> None:
    alert_id = raised(kitchen).alert_id
    li, wang = kitchen.client(Role.REGULATOR, name="li"), kitchen.client(Role.REGULATOR, name="wang")
    shop = kitchen.client(Role.OPERATOR, OWN_FIRM, name="shop")

    assert post(shop, alert_id, "acknowledge").status_code == 200
    assert post(li, alert_id, "confirm").status_code == 200
    assert post(li, alert_id, "notify").json()["life"]["state"] == "notified"
    assert post(shop, alert_id, "dispute", "那是店主的猫").json()["state"] == "disputed"
    assert post(wang, alert_id, "confirm", "是老鼠").json()["life"]["dispute"]["outcome"] == "confirmed"
    assert post(wang, alert_id, "notify").status_code == 200
    file = put(shop, alert_id).json()["evidence_id"]
    assert post(shop, alert_id, "rectify", "已封堵", files=[file]).json()["life"]["state"] == "rectified"
    assert post(wang, alert_id, "send-back", "门缝还在").json()["life"]["state"] == "notified"
    second = put(shop, alert_id, PDF).json()["evidence_id"]
    assert post(shop, alert_id, "rectify", "已更换门条", files=[second]).status_code == 200
    assert post(wang, alert_id, "verify").json()["life"]["state"] == "verified"
    closed = post(li, alert_id, "close").json()

    assert (closed["state"], closed["clock"]["open_steps"], closed["clock"]["dues"]) == ("closed", [], [])
    assert [one["accepted"] for one in closed["life"]["rectifications"]] == [False, True]
    names = [(step["step"], step["actor_name"]) for step in closed["history"]]
    assert names == [
        ("raised", None), ("acknowledged", "shop"), ("confirmed", "li"), ("notified", "li"), ("disputed", "shop"),
        ("confirmed", "wang"), ("notified", "wang"), ("updated", "shop"), ("rectified", "shop"), ("sent_back", "wang"),
        ("updated", "shop"), ("rectified", "shop"), ("verified", "wang"), ("closed", "li"),
    ]  # fmt: skip


REFUSED: list[tuple[str, str, Callable[[Kitchen, str], Any]]] = [
    ("forbidden", "an operator confirms", lambda k, a: post(k.client(Role.OPERATOR), a, "confirm")),
    ("forbidden", "an operator notifies", lambda k, a: post(k.client(Role.OPERATOR), a, "notify")),
    ("forbidden", "an operator verifies", lambda k, a: post(k.client(Role.OPERATOR), a, "verify")),
    ("forbidden", "an operator closes", lambda k, a: post(k.client(Role.OPERATOR), a, "close")),
    ("forbidden", "a regulator disputes", lambda k, a: post(k.client(Role.REGULATOR), a, "dispute")),
    ("forbidden", "a regulator rectifies", lambda k, a: post(k.client(Role.REGULATOR), a, "rectify", files=["x"])),
    ("forbidden", "a regulator sends an answer's file", lambda k, a: put(k.client(Role.REGULATOR), a)),
    ("forbidden", "a viewer acknowledges", lambda k, a: post(k.client(Role.VIEWER), a, "acknowledge")),
    ("alert-step", "notice before a verdict", lambda k, a: post(k.client(Role.REGULATOR), a, "notify")),
    ("alert-step", "a dispute before a notice", lambda k, a: post(k.client(Role.OPERATOR), a, "dispute")),
    ("alert-step", "a rectification of a lead", lambda k, a: post(k.client(Role.OPERATOR), a, "rectify", files=["x"])),
    ("alert-step", "a file before a notice", lambda k, a: put(k.client(Role.OPERATOR), a)),
    ("alert-step", "verifying nothing", lambda k, a: post(k.client(Role.REGULATOR), a, "verify")),
    ("alert-step", "closing a lead", lambda k, a: post(k.client(Role.REGULATOR), a, "close")),
    ("alert-step", "pausing a lead", lambda k, a: post(k.client(Role.REGULATOR), a, "pause")),
]


@pytest.mark.parametrize(("problem", "attempt"), [(p, a) for p, _, a in REFUSED], ids=[name for _, name, _ in REFUSED])
def test_what_role_or_state_forbid_changes_nothing(
    kitchen: Kitchen, problem: str, attempt: Callable[[Kitchen, str], Any]
) -> None:
    alert_id = raised(kitchen).alert_id
    answer = attempt(kitchen, alert_id)
    assert answer.json()["type"] == f"urn:brightkitchen:problem:{problem}", answer.text
    assert answer.status_code == (403 if problem == "forbidden" else 409)
    assert len(kitchen.twins.journal.history(alert_id)) == 1


def test_nobody_is_on_both_sides_whatever_the_account_may_do(kitchen: Kitchen) -> None:
    alert_id = raised(kitchen).alert_id
    one, other = kitchen.client(Role.ADMIN, name="one"), kitchen.client(Role.ADMIN, name="other")
    post(one, alert_id, "confirm")
    post(one, alert_id, "notify")
    assert post(one, alert_id, "dispute").json()["type"].endswith(":party")
    file = put(other, alert_id).json()["evidence_id"]
    post(other, alert_id, "rectify", files=[file])

    answer = post(other, alert_id, "verify")

    assert (answer.status_code, answer.json()["conflict"]) == (409, "has answered for the enterprise")
    assert stages(one, alert_id) == ("rectified", "rectified")


def test_a_rectification_without_files_or_with_those_of_another_alert_is_refused(kitchen: Kitchen) -> None:
    alerts = [raised(kitchen).alert_id for _ in range(2)]
    li, shop = kitchen.client(Role.REGULATOR), kitchen.client(Role.OPERATOR, OWN_FIRM)
    for alert_id in alerts:
        post(li, alert_id, "confirm")
        post(li, alert_id, "notify")
    foreign = put(shop, alerts[1]).json()["evidence_id"]

    for files in ([], ["unknown"], [foreign]):
        answer = post(shop, alerts[0], "rectify", files=files)
        assert answer.json()["type"] == "urn:brightkitchen:problem:answer-files"
    assert put(shop, alerts[0], b"GIF89a").status_code == 422
    assert put(shop, alerts[0], b"").status_code == 422


def test_the_same_file_twice_is_one_and_a_large_one_has_a_limit_of_its_own(tmp_path: Path) -> None:
    kitchen = Kitchen(tmp_path / "s", body_limit_bytes=2000, answer_file_bytes=5000)
    alert_id = raised(kitchen).alert_id
    li, shop = kitchen.client(Role.REGULATOR), kitchen.client(Role.OPERATOR, OWN_FIRM)
    post(li, alert_id, "confirm")
    post(li, alert_id, "notify")
    large = JPEG + b"x" * 4000

    first, second = put(shop, alert_id, large), put(shop, alert_id, large)

    assert first.json() == second.json()
    assert put(shop, alert_id, large + b"x" * 2000).status_code == 413
    content = li.get(f"/api/v1/evidence/{first.json()['evidence_id']}")
    assert (content.content, content.headers["content-type"]) == (large, "image/jpeg")
    assert kitchen.client(Role.VIEWER).get(f"/api/v1/evidence/{first.json()['evidence_id']}").status_code == 403


def test_others_enterprises_can_answer_nothing(kitchen: Kitchen) -> None:
    foreign = kitchen.raise_alert(
        enterprise=OTHER_FIRM, site=OTHER_SITE, camera=OTHER_CAMERA, risk_class=RiskClass.II
    ).alert_id
    shop = kitchen.client(Role.OPERATOR, OWN_FIRM)
    for verb in ("dispute", "rectify"):
        body = {"reason": "x", "expected_sequence": 1} | ({"files": ["x"]} if verb == "rectify" else {})
        assert shop.post(f"/api/v1/alerts/{foreign}/{verb}", json=body).status_code == 404
    assert put(shop, foreign).status_code == 404


# Two reviewers


def everything_told(kitchen: Kitchen, client: TestClient, alert_id: str) -> str:
    """All that a person with this token can get about the alert: answers, feed, messages, pack."""
    answers = [
        client.get(f"/api/v1/alerts/{alert_id}").text,
        client.get("/api/v1/alerts").text,
        client.get("/api/v1/quality/precision?from=2026-01-01&to=2026-01-31").text,
        client.get(f"/api/v1/alerts/{alert_id}/seals").text,
    ]
    twins = kitchen.twins
    twins.seals.seal(after=0, limit=100, now=twins.clock.now())
    pack = client.get(f"/api/v1/alerts/{alert_id}/pack.zip")
    assert pack.status_code == 200
    feed = [formatted(entry).decode() for entry in twins.journal.feed(0, EVERYTHING, 100)]
    messages = [message.payload.decode() for message in twins.journal.pending(100)]
    return "\n".join([*answers, *feed, *messages, pack.content.decode("utf-8", "replace")])


@pytest.mark.parametrize("verb", ["confirm", "dismiss", "unclear"])
def test_the_first_verdict_of_class_one_is_nowhere_until_the_second_reviewer_has_spoken(
    kitchen: Kitchen, verb: str
) -> None:
    alert_id = raised(kitchen, RiskClass.I).alert_id
    first, second = kitchen.client(Role.REGULATOR, name="li"), kitchen.client(Role.REGULATOR, name="wang")

    shown = post(first, alert_id, verb, "只有我知道的理由").json()

    assert (shown["life"]["state"], shown["reviewed"], shown["review"]) == ("in_review", False, None)
    assert shown["clock"]["own_verdict"]["reason"] == "只有我知道的理由"
    told = everything_told(kitchen, second, alert_id)
    assert "只有我知道的理由" not in told
    seen = second.get(f"/api/v1/alerts/{alert_id}").json()
    assert (seen["clock"]["own_verdict"], seen["life"]["verdicts"], seen["life"]["voices"]) == (None, [], 1)
    assert seen["history"][-1]["step"] == "reviewed"
    assert [one["alert_id"] for one in second.get("/api/v1/alerts?stage=in_review").json()["items"]] == [alert_id]
    for state in ("confirmed", "dismissed", "unclear"):
        assert second.get(f"/api/v1/alerts?state={state}").json()["items"] == []
    assert post(first, alert_id, "confirm").json()["type"].endswith(":party")

    after = post(second, alert_id, verb, "同意").json()

    assert (after["reviewed"], len(after["life"]["verdicts"])) == (True, 2)
    assert after["life"]["verdicts"][0]["reason"] == "只有我知道的理由"


def test_two_who_differ_need_a_third_who_is_neither_of_them(kitchen: Kitchen) -> None:
    alert_id = raised(kitchen, RiskClass.I).alert_id
    first, second, third = (kitchen.client(Role.REGULATOR, name=name) for name in ("li", "wang", "zhao"))
    post(first, alert_id, "confirm")
    differing = post(second, alert_id, "dismiss", "是猫").json()

    assert (differing["life"]["state"], differing["life"]["voices"], differing["reviewed"]) == ("in_review", 2, False)
    assert post(second, alert_id, "confirm").status_code == 409
    decided = post(third, alert_id, "dismiss", "确实是猫").json()
    assert (decided["life"]["state"], decided["review"]["reviewer_name"]) == ("dismissed", "zhao")


# The look at the evidence


def test_a_verdict_needs_seconds_with_the_evidence_that_the_service_itself_has_measured(kitchen: Kitchen) -> None:
    alert = raised(kitchen, RiskClass.II, has_still=True)
    still = next(piece for piece in alert.evidence if piece.kind is EvidenceKind.STILL)
    li, wang = kitchen.client(Role.REGULATOR, name="li"), kitchen.client(Role.REGULATOR, name="wang")

    unseen = post(li, alert.alert_id, "confirm")
    assert (unseen.json()["type"], unseen.json()["found_seconds"]) == (
        "urn:brightkitchen:problem:viewing-too-short",
        None,
    )
    assert li.head(f"/api/v1/evidence/{still.evidence_id}").status_code == 200
    assert post(li, alert.alert_id, "confirm").json()["found_seconds"] is None
    assert li.get(f"/api/v1/evidence/{still.evidence_id}").status_code == 200
    kitchen.twins.clock.advance(4.0)
    short = post(li, alert.alert_id, "confirm")
    assert (short.status_code, short.json()["expected_seconds"], short.json()["found_seconds"]) == (409, 5.0, 4.0)
    kitchen.twins.clock.advance(1.0)
    assert post(wang, alert.alert_id, "confirm").status_code == 409, "another one's look is not one's own"
    shown = post(li, alert.alert_id, "confirm").json()
    assert (shown["state"], shown["life"]["verdicts"][0]["viewed_seconds"]) == ("confirmed", 5.0)


# Clocks


def test_each_answer_says_what_is_due_when_and_for_whom(kitchen: Kitchen) -> None:
    alert_id = raised(kitchen, RiskClass.I).alert_id
    client = kitchen.client(Role.REGULATOR)
    dues = client.get(f"/api/v1/alerts/{alert_id}").json()["clock"]["dues"]
    assert [(due["duty"], due["tell"], due["overdue"]) for due in dues] == [
        ("acknowledge", "manager", False),
        ("review", "reviewer", False),
        ("review", "supervisor", False),
    ]
    kitchen.twins.clock.advance(3 * 3600)
    dues = client.get(f"/api/v1/alerts/{alert_id}").json()["clock"]["dues"]
    assert [due["overdue"] for due in dues] == [True, True, False]


def test_paused_clocks_show_no_time(kitchen: Kitchen) -> None:
    alert_id = raised(kitchen).alert_id
    client = kitchen.client(Role.REGULATOR)
    post(client, alert_id, "confirm")
    paused = post(client, alert_id, "pause", "等待检验").json()
    assert [due["due_at"] for due in paused["clock"]["dues"]] == [None]
    assert post(client, alert_id, "pause").status_code == 409
    assert post(client, alert_id, "resume").json()["life"]["paused_since"] is None


def test_a_step_says_only_what_the_caller_may_do_next(kitchen: Kitchen) -> None:
    alert_id = raised(kitchen).alert_id
    li, shop = kitchen.client(Role.REGULATOR), kitchen.client(Role.OPERATOR, OWN_FIRM)
    viewer = kitchen.client(Role.VIEWER)

    def open_steps(client: TestClient) -> list[str]:
        steps: list[str] = client.get(f"/api/v1/alerts/{alert_id}").json()["clock"]["open_steps"]
        return steps

    assert (open_steps(shop), open_steps(viewer)) == (["acknowledged"], [])
    assert open_steps(li) == ["acknowledged", "confirmed", "dismissed", "unclear"]
    post(li, alert_id, "confirm")
    post(li, alert_id, "notify")
    assert (open_steps(shop), open_steps(li)) == (["disputed", "rectified"], ["paused"])


def test_the_feed_names_steps_by_words_that_older_clients_listen_to(kitchen: Kitchen) -> None:
    alert_id = raised(kitchen).alert_id
    client = kitchen.client(Role.REGULATOR)
    post(client, alert_id, "confirm")
    post(client, alert_id, "notify")
    entry = kitchen.twins.journal.feed(0, EVERYTHING, 10)[-1]
    text = formatted(entry).decode()
    assert "event: updated" in text
    data = json.loads(text.split("data: ", 1)[1].splitlines()[0])
    assert (data["step"], data["life_step"], data["state"], data["life"]["state"]) == (
        "updated",
        "notified",
        "confirmed",
        "notified",
    )


# Figures


def test_precision_is_told_by_code_and_by_camera_with_its_interval(kitchen: Kitchen) -> None:
    client = kitchen.client(Role.REGULATOR)
    for verb in ("confirm", "confirm", "dismiss", "unclear"):
        post(client, raised(kitchen).alert_id, verb)

    days = "from=2026-01-01&to=2026-01-31"
    (shown,) = client.get(f"/api/v1/quality/precision?{days}").json()
    (by_camera,) = client.get(f"/api/v1/quality/precision?{days}&by=camera").json()

    assert (shown["code"], shown["camera_id"], shown["unclear"]) == ("pest.rodent", None, 1)
    assert (shown["precision"]["hits"], shown["precision"]["total"]) == (2, 3)
    assert shown["precision"]["low"] == pytest.approx(0.2077, abs=1e-4)
    assert shown["precision"]["high"] == pytest.approx(0.9385, abs=1e-4)
    assert by_camera["camera_id"] == "camera-1"
    assert client.get("/api/v1/quality/precision?from=2026-02-01&to=2026-01-01").status_code == 422


def test_agreement_of_reviewers_is_for_administrators_only_and_says_nothing_else(kitchen: Kitchen) -> None:
    first, second = kitchen.client(Role.REGULATOR, name="li"), kitchen.client(Role.REGULATOR, name="wang")
    alert_id = raised(kitchen, RiskClass.I).alert_id
    post(first, alert_id, "confirm")
    path = "/api/v1/quality/agreement?from=2026-01-01&to=2026-01-31"
    admin = kitchen.client(Role.ADMIN)
    assert admin.get(path).json() == [], "a first verdict is told to nobody"
    post(second, alert_id, "confirm")

    for role, scope in ((Role.REGULATOR, None), (Role.OPERATOR, None), (Role.VIEWER, None), (Role.ADMIN, OWN_FIRM)):
        assert kitchen.client(role, scope).get(path).status_code == 403
    shown = admin.get(path).json()

    assert [(one["reviewer_name"], one["second_reviews"]["hits"], one["disputes"]["total"]) for one in shown] == [
        ("li", 1, 0),
        ("wang", 1, 0),
    ]
    assert all(set(one) == {"reviewer_id", "reviewer_name", "second_reviews", "disputes"} for one in shown)
