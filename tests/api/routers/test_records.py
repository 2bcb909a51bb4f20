"""Ledger C by HTTP: attacks by everybody who is no officer, and what officers may not do either."""

from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from api.ports import Role
from credit.dual_publicity import NAMES_ZH
from tests.api.kitchen import FIRM, OTHER_FIRM, OWN_FIRM, Kitchen
from tests.credit.entries import AUTHORITY

RECORDS = f"/api/v1/enterprises/{FIRM}/records"
DECISION: dict[str, Any] = {
    "kind": "penalty",
    "severity": "general",
    "document_no": "示例市监处罚〔2025〕1号",
    "document_type": "行政处罚决定书",
    "authority_name": "示例区市场监督管理局",
    "authority_code": AUTHORITY,
    "decision_date": "2025-12-20",
    "procedure": "ordinary",
    "facts": "示例：存放超过保质期的食品原料。",
    "outcomes": ["fine"],
    "fine_yuan": 5000,
    "clauses": ["cn.fsl.34@2021"],
}
PUBLICATION = {"basis": "示例依据", "ends_on": "2026-06-30", "receivers": ["信用示例网", "示例公示系统"]}


def entered(kitchen: Kitchen, **changes: Any) -> str:
    answer = kitchen.client(Role.REGULATOR, name="officer").post(RECORDS, json=DECISION | changes)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["record_id"])


def settled(kitchen: Kitchen, **changes: Any) -> str:
    record_id = entered(kitchen, **changes)
    officer = kitchen.client(Role.REGULATOR, name="officer")
    assert officer.post(f"/api/v1/records/{record_id}/settle", json={"reason": "复议期满"}).status_code == 200
    return record_id


def test_an_officer_enters_settles_publishes_and_withdraws_at_every_receiver(kitchen: Kitchen) -> None:
    record_id = settled(kitchen)
    officer = kitchen.client(Role.REGULATOR, name="officer")

    published = officer.post(f"/api/v1/records/{record_id}/publish", json=PUBLICATION)
    withdrawn = officer.post(
        f"/api/v1/records/{record_id}/withdraw", json={"reason": "决定被撤销", "decided_on": "2026-01-04"}
    )
    told = officer.get(f"/api/v1/records/{record_id}/deliveries").json()["items"]

    assert (published.json()["state"], withdrawn.json()["state"]) == ("published", "withdrawn")
    ordered = [each for each in told if each["action"] == "withdraw"]
    assert sorted(each["receiver"] for each in ordered) == sorted(PUBLICATION["receivers"])
    assert {each["due_on"] for each in ordered} == {"2026-01-07"}
    kitchen.twins.clock.advance(4 * 86_400)
    overdue = officer.get("/api/v1/deliveries/overdue").json()["items"]
    assert len(overdue) == 2
    confirm = f"/api/v1/deliveries/{overdue[0]['delivery_id']}/confirm"
    assert officer.post(confirm, json={"confirmation": "回执 1"}).status_code == 200
    assert officer.post(confirm, json={"confirmation": "回执 2"}).status_code == 422
    assert len(officer.get("/api/v1/deliveries/overdue").json()["items"]) == 1


@pytest.mark.parametrize("role", [Role.ADMIN, Role.OPERATOR, Role.VIEWER])
def test_nobody_but_an_officer_enters_publishes_withdraws_or_repairs(kitchen: Kitchen, role: Role) -> None:
    record_id = settled(kitchen)
    client = kitchen.client(role)
    attempts = [
        (RECORDS, DECISION | {"document_no": "另一号"}),
        (f"/api/v1/records/{record_id}/settle", {"reason": "x"}),
        (f"/api/v1/records/{record_id}/contest", {"reason": "x"}),
        (f"/api/v1/records/{record_id}/publish", PUBLICATION),
        (f"/api/v1/records/{record_id}/withdraw", {"reason": "x", "decided_on": "2026-01-04"}),
        (f"/api/v1/records/{record_id}/repair", {"reason": "x"}),
        ("/api/v1/deliveries/1-0/confirm", {"confirmation": "x"}),
    ]

    assert [client.post(path, json=body).status_code for path, body in attempts] == [403] * len(attempts)


@pytest.mark.parametrize(
    "changes",
    [
        {"document_no": ""},
        {"document_no": None},
        {"authority_name": " "},
        {"authority_code": "91310115MA1G4L1WXK"},
        {"authority_code": ""},
        {"decision_date": None},
        {"decision_date": "2026-02-01"},
        {"clauses": []},
        {"clauses": ["cn.fsl.34"]},
        {"outcomes": []},
        {"outcomes": ["warning"], "fine_yuan": 5000},
        {"fine_yuan": None},
        {"procedure": "none"},
        {"facts": " "},
        {"lead_ids": ["alert-1"], "document_no": None},
        {"officer_id": "system"},
    ],
)
def test_no_lead_and_no_wish_becomes_a_record_without_a_whole_document(
    kitchen: Kitchen, changes: dict[str, Any]
) -> None:
    answer = kitchen.client(Role.REGULATOR).post(RECORDS, json=DECISION | changes)

    assert answer.status_code == 422
    assert kitchen.client(Role.REGULATOR).get(RECORDS).json()["items"] == []


@pytest.mark.parametrize(
    "changes",
    [
        {"procedure": "simple"},
        {"outcomes": ["warning"], "fine_yuan": None},
        {"kind": "interview", "procedure": "none", "outcomes": ["order"], "fine_yuan": None},
    ],
    ids=["simple procedure", "a warning alone", "an interview"],
)
def test_an_officer_cannot_publish_what_is_never_published(kitchen: Kitchen, changes: dict[str, Any]) -> None:
    record_id = settled(kitchen, **changes)

    answer = kitchen.client(Role.REGULATOR).post(f"/api/v1/records/{record_id}/publish", json=PUBLICATION)

    assert (answer.status_code, answer.json()["guard"]) == (422, "publication")


def test_a_decision_that_may_still_be_contested_is_not_published_and_weighs_nothing(kitchen: Kitchen) -> None:
    record_id = entered(kitchen)
    officer = kitchen.client(Role.REGULATOR, name="officer")

    assert officer.post(f"/api/v1/records/{record_id}/publish", json=PUBLICATION).json()["guard"] == "finality"
    told = officer.get(f"/api/v1/enterprises/{FIRM}/credit/explanation").json()
    assert told["papers"] == []
    officer.post(f"/api/v1/records/{record_id}/settle", json={"reason": "复议期满"})
    told = officer.get(f"/api/v1/enterprises/{FIRM}/credit/explanation").json()
    assert [each["reference"] for each in told["papers"]] == [record_id]


def test_a_record_that_is_over_takes_no_further_step(kitchen: Kitchen) -> None:
    record_id = settled(kitchen)
    officer = kitchen.client(Role.REGULATOR, name="officer")
    assert officer.post(f"/api/v1/records/{record_id}/repair", json={"reason": "准予修复"}).status_code == 200

    attempts = [
        ("publish", PUBLICATION),
        ("withdraw", {"reason": "x", "decided_on": "2026-01-04"}),
        ("repair", {"reason": "x"}),
        ("contest", {"reason": "x"}),
    ]
    statuses = [officer.post(f"/api/v1/records/{record_id}/{step}", json=body).status_code for step, body in attempts]
    assert statuses == [409] * 4


def test_the_same_document_is_not_entered_twice(kitchen: Kitchen) -> None:
    entered(kitchen)

    assert kitchen.client(Role.REGULATOR).post(RECORDS, json=DECISION).status_code == 409


def test_an_enterprise_sees_its_own_records_without_the_leads_behind_them_and_no_others(kitchen: Kitchen) -> None:
    record_id = entered(kitchen, lead_ids=["alert-0001"])
    operator = kitchen.client(Role.OPERATOR, OWN_FIRM)

    assert operator.get(f"/api/v1/records/{record_id}").status_code == 200
    assert "alert-0001" not in operator.get(RECORDS).text
    assert operator.get(f"/api/v1/enterprises/{OTHER_FIRM}/records").status_code == 404
    other = f"/api/v1/enterprises/{OTHER_FIRM}/records"
    foreign = kitchen.client(Role.REGULATOR).post(other, json=DECISION | {"document_no": "别家"}).json()["record_id"]
    assert operator.get(f"/api/v1/records/{foreign}").status_code == 404


def test_published_penalties_are_exported_by_the_names_of_dual_publicity(kitchen: Kitchen) -> None:
    record_id = settled(kitchen)
    officer = kitchen.client(Role.REGULATOR, name="officer")
    assert officer.get(f"{RECORDS}/publicity").json()["items"] == []
    officer.post(f"/api/v1/records/{record_id}/publish", json=PUBLICATION)

    (row,) = officer.get(f"{RECORDS}/publicity").json()["items"]
    table = officer.get(f"{RECORDS}/publicity.csv")

    assert (row["CF_WSH"], row["CF_NR_FK"], row["CF_GSJZQ"]) == (DECISION["document_no"], "0.500000", "2026-06-30")
    assert table.headers["content-type"].startswith("text/csv")
    assert DECISION["document_no"] in table.content.decode("utf-8-sig")


def test_the_workbook_has_the_same_rows_under_chinese_names_and_every_cell_is_text(kitchen: Kitchen) -> None:
    record_id = settled(kitchen, facts='=HYPERLINK("http://192.0.2.1") 示例：存放超过保质期的食品原料。')
    officer = kitchen.client(Role.REGULATOR, name="officer")
    officer.post(f"/api/v1/records/{record_id}/publish", json=PUBLICATION)

    answer = officer.get(f"{RECORDS}/publicity.xlsx")
    (row,) = officer.get(f"{RECORDS}/publicity").json()["items"]

    sheet = load_workbook(BytesIO(answer.content)).worksheets[0]
    head, told = list(sheet.iter_rows())
    assert [cell.value for cell in head] == [NAMES_ZH[column] for column in row]
    assert [cell.value or "" for cell in told] == list(row.values())
    assert {cell.data_type for cell in told if cell.value is not None} == {"s"}
    assert "attachment" in answer.headers["content-disposition"]


def test_without_a_published_penalty_the_workbook_has_its_names_only(kitchen: Kitchen) -> None:
    settled(kitchen)

    answer = kitchen.client(Role.REGULATOR).get(f"{RECORDS}/publicity.xlsx")

    assert load_workbook(BytesIO(answer.content)).worksheets[0].max_row == 1


def test_the_workbook_of_an_enterprise_outside_ones_scope_is_not_there(kitchen: Kitchen) -> None:
    officer = kitchen.client(Role.REGULATOR, OWN_FIRM)

    assert officer.get(f"/api/v1/enterprises/{OTHER_FIRM}/records/publicity.xlsx").status_code == 404


def test_repair_lists_tell_policy_reason_and_earliest_day(kitchen: Kitchen) -> None:
    record_id = settled(kitchen)
    officer = kitchen.client(Role.REGULATOR, name="officer")
    assert officer.get(f"{RECORDS}/repair").json()["items"] == []
    officer.post(f"/api/v1/records/{record_id}/publish", json=PUBLICATION)

    first, second = officer.get(f"{RECORDS}/repair").json()["items"]

    assert (first["policy"], first["listed_zh"], first["earliest"]) == ("ndrc-2026-04", "暂不可修复", "2026-03-20")
    assert (second["policy"], second["listed_zh"], second["earliest"]) == ("samr-2021", "暂不可修复", "2026-12-20")
    assert first["unverified"] != []
    kitchen.twins.clock.advance(80 * 86_400)
    listed = officer.get(f"{RECORDS}/repair?duties_done=true").json()["items"]
    assert [each["listed_zh"] for each in listed] == ["可修复", "暂不可修复"]


def test_a_record_whose_publication_is_over_says_so_and_is_only_withdrawn(kitchen: Kitchen) -> None:
    record = f"/api/v1/records/{settled(kitchen)}"
    officer = kitchen.client(Role.REGULATOR, name="officer")
    officer.post(f"{record}/publish", json=PUBLICATION | {"ends_on": "2026-01-20"})
    kitchen.twins.clock.advance(60 * 86_400.0)
    later = kitchen.client(Role.REGULATOR, name="later")

    assert later.get(record).json()["state"] == "expired"
    assert [one["state"] for one in later.get(RECORDS).json()["items"]] == ["expired"]
    for verb in ("contest", "repair"):
        assert later.post(f"{record}/{verb}", json={"reason": "期满之后"}).status_code == 409, verb
    answer = later.post(f"{record}/withdraw", json={"reason": "决定被撤销", "decided_on": "2026-03-05"})
    assert (answer.status_code, answer.json()["state"]) == (200, "withdrawn")


def test_days_of_records_begin_at_midnight_in_beijing(kitchen: Kitchen) -> None:
    kitchen.twins.clock.advance(9 * 3_600.0)  # 01:00 of 6 January there, still the 5th in UTC
    officer = kitchen.client(Role.REGULATOR, name="officer")
    record = f"/api/v1/records/{settled(kitchen)}"

    refused = officer.post(f"{record}/publish", json=PUBLICATION | {"ends_on": "2026-01-05"})
    assert refused.status_code == 422
    officer.post(f"{record}/publish", json=PUBLICATION)
    repaired = officer.post(f"{record}/repair", json={"reason": "已履行"}).json()

    assert repaired["steps"][-1]["decided_on"] == "2026-01-06"
