"""Repair by HTTP: from the draft to the last receiver, and everybody who may not."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from starlette.testclient import TestClient

from api.ports import Role
from domain.ids import EnterpriseId
from domain.scope import Scope
from tests.api.kitchen import FIRM, OTHER_FIRM, OWN_FIRM, Kitchen
from tests.api.routers.test_records import PUBLICATION, settled
from tests.credit.applications_contract import pdf

FORM, PROMISE, PROOF = ("form", "promise", "proof")


def chef(kitchen: Kitchen) -> TestClient:
    return kitchen.client(Role.OPERATOR, OWN_FIRM, name="chef")


def officer(kitchen: Kitchen) -> TestClient:
    return kitchen.client(Role.REGULATOR, name="officer")


def drafted(kitchen: Kitchen) -> str:
    record_id = settled(kitchen)
    assert officer(kitchen).post(f"/api/v1/records/{record_id}/publish", json=PUBLICATION).status_code == 200
    answer = chef(kitchen).post(f"/api/v1/records/{record_id}/applications", json={"policy": "ndrc-2026-04"})
    assert answer.status_code == 201, answer.text
    return f"/api/v1/applications/{answer.json()['application_id']}"


def put(kitchen: Kitchen, path: str, kind: str, content: bytes | None = None) -> Any:
    client = chef(kitchen)
    headers = {"Content-Type": "application/octet-stream"}
    asked = f"{path}/materials?kind={kind}&title={kind}.pdf"
    return client.post(asked, content=pdf(kind) if content is None else content, headers=headers)


def filed(kitchen: Kitchen) -> str:
    path = drafted(kitchen)
    for kind in (FORM, PROMISE, PROOF):
        assert put(kitchen, path, kind).status_code == 201
    answer = chef(kitchen).post(f"{path}/file", json={})
    assert answer.json()["state"] == "filed", answer.text
    return path


def test_an_application_goes_from_its_draft_to_the_last_receiver(kitchen: Kitchen) -> None:
    path = filed(kitchen)
    decision = {"granted": True, "document_no": "示例信修〔2026〕3号", "decided_on": "2026-01-05"}

    accepted = officer(kitchen).post(f"{path}/accept", json={}).json()
    granted = officer(kitchen).post(f"{path}/decide", json=decision).json()

    assert (accepted["state"], accepted["due_on"]) == ("accepted", "2026-01-19")
    assert (granted["state"], granted["to_tell"], granted["told"]) == ("granted", 2, 0)
    record_id = granted["record_id"]
    ordered = officer(kitchen).get(f"/api/v1/records/{record_id}/deliveries").json()["items"]
    for each in ordered:
        if each["action"] == "repair":
            kitchen.twins.clock.advance(1)
            answer = officer(kitchen).post(
                f"/api/v1/deliveries/{each['delivery_id']}/confirm", json={"confirmation": "回执"}
            )
            assert answer.status_code == 200
    assert chef(kitchen).get(path).json()["told"] == 2


def test_the_enterprise_decides_nothing_and_officers_file_nothing(kitchen: Kitchen) -> None:
    path = filed(kitchen)
    decision = {"granted": True, "document_no": "x", "decided_on": "2026-01-05"}

    assert chef(kitchen).post(f"{path}/accept", json={}).status_code == 403
    assert chef(kitchen).post(f"{path}/decide", json=decision).status_code == 403
    assert officer(kitchen).post(f"{path}/withdraw", json={}).status_code == 403
    root = kitchen.client(Role.ADMIN, name="root")
    assert root.post(f"{path}/accept", json={}).status_code == 403
    assert officer(kitchen).post(f"{path}/decide", json=decision).status_code == 409


def test_what_is_no_paper_is_refused_and_what_is_comes_back_as_it_was(kitchen: Kitchen) -> None:
    path = drafted(kitchen)

    refused = put(kitchen, path, PROOF, b"<html>" + bytes(200))
    taken = put(kitchen, path, PROOF).json()
    file = chef(kitchen).get(f"{path}/materials/{taken['material_id']}/file")

    assert (refused.status_code, refused.json()["guard"]) == (422, "content")
    assert (file.content, file.headers["content-type"]) == (pdf(PROOF), "application/pdf")
    assert "attachment" in file.headers["content-disposition"]


def test_large_papers_are_taken_up_to_the_limit_of_files(kitchen: Kitchen) -> None:
    path, settings = drafted(kitchen), kitchen.twins.settings
    large = pdf()[:-8] + bytes(settings.body_limit_bytes) + b"\n%%EOF\n"

    assert put(kitchen, path, PROOF, large).status_code == 201
    assert put(kitchen, path, PROOF, bytes(settings.answer_file_bytes + 1)).status_code == 413


def test_a_draft_is_downloaded_with_what_is_on_record(kitchen: Kitchen) -> None:
    path = drafted(kitchen)

    answer = chef(kitchen).get(f"{path}/drafts/form.pdf")

    assert answer.status_code == 200
    assert "示例市监处罚〔2025〕1号" in answer.text
    assert "草稿，未提交" in answer.text
    assert chef(kitchen).get(f"{path}/drafts/form.exe").status_code == 422


def test_hints_are_told_to_both_sides_and_say_that_they_decide_nothing(kitchen: Kitchen) -> None:
    path = drafted(kitchen)
    material = put(kitchen, path, FORM).json()["material_id"]

    checked = officer(kitchen).post(f"{path}/materials/{material}/check", json={}).json()
    [shown] = chef(kitchen).get(f"{path}/materials").json()["items"]

    assert checked["hints"] == shown["hints"]
    assert shown["hints"][0]["finding"] == "looks_wrong"
    assert "主管部门" in chef(kitchen).get(path).json()["notice_zh"]


def test_others_see_nothing_of_it(kitchen: Kitchen) -> None:
    path = filed(kitchen)
    stranger = kitchen.client(Role.OPERATOR, Scope(enterprise_ids=frozenset({OTHER_FIRM})), name="other")

    for tail in ("", "/materials", "/drafts/form.pdf"):
        assert stranger.get(f"{path}{tail}").status_code == 404
    assert stranger.post(f"{path}/withdraw", json={}).status_code == 404
    assert stranger.get(f"/api/v1/enterprises/{FIRM}/applications").status_code == 404
    assert kitchen.client(Role.VIEWER, OWN_FIRM, name="screen").get(path).status_code == 403


def test_officers_page_through_what_is_filed(kitchen: Kitchen) -> None:
    path = filed(kitchen)

    page = officer(kitchen).get("/api/v1/applications?state=filed&limit=1").json()

    assert [f"/api/v1/applications/{each['application_id']}" for each in page["items"]] == [path]
    assert page["next"] is None
    assert officer(kitchen).get("/api/v1/applications?state=granted").json()["items"] == []


def test_dates_that_come_near_are_told_with_the_policy_behind_them(kitchen: Kitchen) -> None:
    drafted(kitchen)

    told = chef(kitchen).get(f"/api/v1/enterprises/{FIRM}/dates").json()["items"]

    dates = {(each["kind"], each["policy"]): each["on"] for each in told}
    assert dates == {
        ("earliest_repair", "ndrc-2026-04"): "2026-03-20",
        ("earliest_repair", "samr-2021"): "2026-12-20",
        ("publication_end", None): PUBLICATION["ends_on"],
    }
    assert [each["on"] for each in told] == sorted(each["on"] for each in told)
    assert not any(each["is_due"] for each in told)


def test_an_overdue_licence_is_among_the_dates_with_the_days_since(kitchen: Kitchen) -> None:
    registry = kitchen.twins.registry
    firm = registry.get_enterprise(EnterpriseId(FIRM), Scope.everything())
    assert firm is not None
    ended = kitchen.twins.credit.dates.today() - timedelta(days=12)
    registry.update_enterprise(replace(firm, licence_no="JY1", licence_valid_to=ended))

    [told] = chef(kitchen).get(f"/api/v1/enterprises/{FIRM}/dates").json()["items"]

    assert (told["kind"], told["subject"], told["days_left"], told["is_due"]) == ("licence_end", "JY1", -12, False)


def test_working_days_are_counted_from_the_day_in_beijing(kitchen: Kitchen) -> None:
    path = filed(kitchen)
    kitchen.twins.clock.advance(9 * 3_600.0)  # 01:00 of 6 January there, still the 5th in UTC

    accepted = officer(kitchen).post(f"{path}/accept", json={}).json()

    assert accepted["due_on"] == "2026-01-20"
