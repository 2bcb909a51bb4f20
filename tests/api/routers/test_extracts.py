"""Extracts by HTTP: what a receiver gets, and every way to get more, longer, or of somebody else."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader
from starlette.testclient import TestClient

from api.ports import Role
from domain.scope import Scope
from tests.api.kitchen import FIRM, ONE_SITE, OTHER_FIRM, OWN_FIRM, Kitchen
from tests.api.routers.test_records import PUBLICATION, settled
from tests.credit.entries import lead

GRANTS = f"/api/v1/enterprises/{FIRM}/extract-grants"
READS = f"/api/v1/enterprises/{FIRM}/extract-reads"
EXTRACT = "/api/v1/extracts"
PDF = f"{EXTRACT}/pdf"
CONSENT: dict[str, Any] = {
    "receiver": "示例银行（虚构）",
    "purpose": "经营贷款审核",
    "parts": ["index", "records"],
    "days": 30,
}
DAY = 86_400.0


def manager(kitchen: Kitchen) -> TestClient:
    return kitchen.browser(Role.OPERATOR, OWN_FIRM)


def granted(client: TestClient, **changes: Any) -> tuple[str, str]:
    """Id and secret of a new grant."""
    answer = client.post(GRANTS, json=CONSENT | changes)
    assert answer.status_code == 201, answer.text
    return answer.json()["grant"]["grant_id"], answer.json()["secret"]


def receiver(kitchen: Kitchen, secret: str) -> TestClient:
    client = kitchen.stranger()
    client.headers["Authorization"] = f"Bearer {secret}"
    return client


def keys_of(node: Any) -> set[str]:
    if isinstance(node, dict):
        return set(node) | {key for value in node.values() for key in keys_of(value)}
    return {key for value in node for key in keys_of(value)} if isinstance(node, list) else set()


def test_a_receiver_reads_index_and_published_records_and_the_enterprise_sees_each_read(kitchen: Kitchen) -> None:
    record_id = settled(kitchen)
    kitchen.client(Role.REGULATOR, name="officer").post(f"/api/v1/records/{record_id}/publish", json=PUBLICATION)
    own = manager(kitchen)
    grant_id, secret = granted(own)
    bank = receiver(kitchen, secret)

    told = bank.get(EXTRACT).json()
    bank.get(EXTRACT)

    assert (told["receiver"], told["purpose"]) == (CONSENT["receiver"], CONSENT["purpose"])
    assert told["enterprise_name"] == "示例餐饮有限公司"
    assert set(told["index"]) >= {"index", "low", "high", "grade", "standing"}
    assert [each["document_no"] for each in told["records"]] == ["示例市监处罚〔2025〕1号"]
    reads = own.get(READS).json()["items"]
    assert [each["grant_id"] for each in reads] == [grant_id, grant_id]
    assert reads[0]["at"] == kitchen.twins.clock.now().isoformat().replace("+00:00", "Z")


def test_the_index_is_the_one_that_the_enterprise_sees_itself(kitchen: Kitchen) -> None:
    own = manager(kitchen)
    _, secret = granted(own)

    told = receiver(kitchen, secret).get(EXTRACT).json()["index"]
    seen = own.get(f"/api/v1/enterprises/{FIRM}/credit").json()

    same = ("standing", "index", "low", "high", "grade", "profile", "inputs_sha256")
    assert {name: told[name] for name in same} == {name: seen[name] for name in same}


def test_nothing_of_leads_alerts_pictures_colours_or_people_is_in_an_extract(kitchen: Kitchen) -> None:
    alert = kitchen.raise_alert()
    kitchen.twins.ledgers.append([lead(1, enterprise_id=FIRM, alert_id=alert.alert_id)], [])
    record_id = settled(kitchen, lead_ids=[alert.alert_id])
    kitchen.client(Role.REGULATOR, name="officer").post(f"/api/v1/records/{record_id}/publish", json=PUBLICATION)
    _, secret = granted(manager(kitchen))

    answer = receiver(kitchen, secret).get(EXTRACT)

    parts = ("lead", "alert", "evidence", "picture", "camera", "colour", "cap", "dimension", "site", "officer", "user")
    assert [key for key in keys_of(answer.json()) if any(part in key for part in parts)] == []
    assert alert.alert_id not in answer.text
    assert len(answer.json()["records"]) == 1


def test_a_record_that_is_not_published_or_not_any_more_is_not_in_an_extract(kitchen: Kitchen) -> None:
    record_id = settled(kitchen)
    _, secret = granted(manager(kitchen))
    officer, bank = kitchen.client(Role.REGULATOR, name="officer"), receiver(kitchen, secret)

    before = bank.get(EXTRACT).json()["records"]
    officer.post(f"/api/v1/records/{record_id}/publish", json=PUBLICATION)
    during = bank.get(EXTRACT).json()["records"]
    officer.post(f"/api/v1/records/{record_id}/withdraw", json={"reason": "撤销", "decided_on": "2026-01-04"})
    after = bank.get(EXTRACT).json()["records"]

    assert (before, len(during), after) == ([], 1, [])


@pytest.mark.parametrize(("part", "left_out"), [("index", "records"), ("records", "index")])
def test_what_was_not_granted_is_not_given(kitchen: Kitchen, part: str, left_out: str) -> None:
    _, secret = granted(manager(kitchen), parts=[part])

    told = receiver(kitchen, secret).get(EXTRACT).json()

    assert told[part] is not None
    assert told[left_out] is None


def test_after_its_end_a_grant_opens_nothing(kitchen: Kitchen) -> None:
    _, secret = granted(manager(kitchen), days=2)
    bank = receiver(kitchen, secret)
    kitchen.twins.clock.advance(2 * DAY - 1)
    assert bank.get(EXTRACT).status_code == 200

    kitchen.twins.clock.advance(1)

    assert bank.get(EXTRACT).status_code == 401


def test_a_withdrawn_grant_opens_nothing_from_that_moment_on(kitchen: Kitchen) -> None:
    own = manager(kitchen)
    grant_id, secret = granted(own)
    bank = receiver(kitchen, secret)
    assert bank.get(EXTRACT).status_code == 200

    withdrawn = own.post(f"{GRANTS}/{grant_id}/withdraw").json()

    assert (withdrawn["state"], bank.get(EXTRACT).status_code) == ("withdrawn", 401)
    assert own.post(f"{GRANTS}/{grant_id}/withdraw").json() == withdrawn
    assert len(own.get(READS).json()["items"]) == 1


def test_a_grant_that_ends_between_the_door_and_the_read_gives_nothing(kitchen: Kitchen) -> None:
    _, secret = granted(manager(kitchen))
    desk, clock = kitchen.twins.credit.extracts, kitchen.twins.clock
    grant = kitchen.twins.grants.grants(FIRM, None, 1)[0]
    clock.advance(timedelta(days=30).total_seconds())

    assert desk.read(grant, address="192.0.2.1") is None
    assert kitchen.twins.grants.reads(FIRM, None, 10) == []
    assert receiver(kitchen, secret).get(EXTRACT).status_code == 401


def test_a_receivers_token_opens_its_extract_and_nothing_else(kitchen: Kitchen) -> None:
    _, secret = granted(manager(kitchen))
    bank = receiver(kitchen, secret)
    elsewhere = [
        "/api/v1/alerts",
        "/api/v1/enterprises",
        f"/api/v1/enterprises/{FIRM}/credit",
        f"/api/v1/enterprises/{FIRM}/records",
        f"/api/v1/enterprises/{FIRM}/ledgers/leads",
        f"/api/v1/enterprises/{OTHER_FIRM}/credit",
        GRANTS,
        READS,
        "/api/v1/me",
        "/api/v1/tokens",
        "/metrics",
    ]

    assert {bank.get(path).status_code for path in elsewhere} <= {401, 403}
    assert bank.post(GRANTS, json=CONSENT).status_code == 403


def test_a_wrong_secret_is_told_nothing(kitchen: Kitchen) -> None:
    _, secret = granted(manager(kitchen))

    assert receiver(kitchen, secret[:-1] + "~").get(EXTRACT).status_code == 401
    assert receiver(kitchen, "bkx_").get(EXTRACT).status_code == 401


def test_the_secret_is_shown_once_and_is_stored_as_its_hash(kitchen: Kitchen) -> None:
    own = manager(kitchen)
    _, secret = granted(own)

    assert secret.startswith("bkx_")
    assert secret not in own.get(GRANTS).text
    assert secret not in repr(kitchen.twins.grants.grants(FIRM, None, 10))


@pytest.mark.parametrize("role", [Role.REGULATOR, Role.ADMIN, Role.VIEWER, Role.PRIVACY])
def test_nobody_but_the_enterprise_consents(kitchen: Kitchen, role: Role) -> None:
    assert kitchen.browser(role).post(GRANTS, json=CONSENT).status_code == 403
    assert kitchen.twins.grants.grants(FIRM, None, 10) == []


def test_a_program_cannot_consent_for_its_owner(kitchen: Kitchen) -> None:
    assert kitchen.client(Role.OPERATOR, OWN_FIRM).post(GRANTS, json=CONSENT).status_code == 403


@pytest.mark.parametrize("scope", [Scope(enterprise_ids=frozenset({OTHER_FIRM})), ONE_SITE], ids=["other", "one site"])
def test_an_account_of_another_enterprise_or_of_one_site_grants_sees_and_withdraws_nothing(
    kitchen: Kitchen, scope: Scope
) -> None:
    grant_id, secret = granted(manager(kitchen))
    other = kitchen.browser(Role.OPERATOR, scope)

    assert other.post(GRANTS, json=CONSENT).status_code == 404
    assert (other.get(GRANTS).status_code, other.get(READS).status_code) == (404, 404)
    assert other.post(f"{GRANTS}/{grant_id}/withdraw").status_code == 404
    elsewhere = f"/api/v1/enterprises/{OTHER_FIRM}/extract-grants/{grant_id}/withdraw"
    assert other.post(elsewhere).status_code == 404
    assert receiver(kitchen, secret).get(EXTRACT).status_code == 200


def test_the_authority_does_not_see_to_whom_an_enterprise_consented(kitchen: Kitchen) -> None:
    granted(manager(kitchen))
    officer = kitchen.client(Role.REGULATOR)

    assert (officer.get(GRANTS).status_code, officer.get(READS).status_code) == (403, 403)


@pytest.mark.parametrize(
    "changes",
    [
        {"days": 366},
        {"days": 0},
        {"days": None},
        {"parts": []},
        {"parts": ["leads"]},
        {"parts": ["index", "alerts"]},
        {"receiver": " "},
        {"purpose": ""},
        {"purpose": "一\n二"},
        {"enterprise_id": OTHER_FIRM},
    ],
)
def test_a_consent_to_more_or_for_longer_is_refused(kitchen: Kitchen, changes: dict[str, Any]) -> None:
    assert manager(kitchen).post(GRANTS, json=CONSENT | changes).status_code == 422


def test_grants_and_reads_come_in_pages(kitchen: Kitchen) -> None:
    own = manager(kitchen)
    made = [granted(own)[0] for _ in range(3)]

    first = own.get(f"{GRANTS}?limit=2").json()
    rest = own.get(first["next"]).json()

    assert [each["grant_id"] for each in [*first["items"], *rest["items"]]] == made[::-1]
    assert rest["next"] is None


def test_who_reads_without_end_is_told_to_wait(kitchen: Kitchen) -> None:
    _, secret = granted(manager(kitchen))
    bank = receiver(kitchen, secret)

    statuses = [bank.get(EXTRACT).status_code for _ in range(40)]

    assert (statuses[0], statuses[-1]) == (200, 429)
    assert len(kitchen.twins.grants.reads(FIRM, None, 100)) == statuses.count(200)


def paper_of(client: TestClient, language: str = "zh") -> str:
    """The words of the PDF without the spaces and breaks that paper adds."""
    answer = client.get(f"{PDF}?language={language}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf"), answer.text
    return squeezed("".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages))


def squeezed(text: str) -> str:
    return "".join(text.split())


def published(kitchen: Kitchen) -> None:
    record_id = settled(kitchen)
    kitchen.client(Role.REGULATOR, name="officer").post(f"/api/v1/records/{record_id}/publish", json=PUBLICATION)


def test_the_paper_says_every_value_of_the_json_and_what_an_extract_is_not(kitchen: Kitchen) -> None:
    published(kitchen)
    _, secret = granted(manager(kitchen))
    bank = receiver(kitchen, secret)

    told = bank.get(EXTRACT).json()
    paper = paper_of(bank)

    record, index = told["records"][0], told["index"]
    named = ("enterprise_name", "credit_code", "receiver", "purpose", "as_of", "notice_zh", "caveat_zh")
    values = [told[name] for name in named] + [index[name] for name in ("standing_zh", "profile", "inputs_sha256")]
    values += [record[name] for name in ("document_no", "document_type", "authority_name", "authority_code", "facts")]
    values += [record["decision_date"], record["published_until"], *record["clauses"], str(record["fine_yuan"])]
    assert [value for value in values if squeezed(value) not in paper] == []
    assert "不是法律意义上的信用报告" in paper
    assert "不含未经人工核实的机器（AI）发现" in paper


@pytest.mark.parametrize(("part", "words"), [("index", "示例市监处罚"), ("records", "cn-national")])
def test_the_paper_has_nothing_of_a_part_that_was_not_granted(kitchen: Kitchen, part: str, words: str) -> None:
    published(kitchen)
    _, secret = granted(manager(kitchen), parts=[part])
    bank = receiver(kitchen, secret)

    paper = paper_of(bank)

    assert words not in paper
    assert "未获授权，不提供" in paper
    seen = kitchen.browser(Role.OPERATOR, OWN_FIRM).get(f"/api/v1/enterprises/{FIRM}/credit").json()
    assert (seen["inputs_sha256"] in paper) is (part == "index")


def test_paper_is_a_read_dearer_than_json_holds_no_lead_and_speaks_english_where_asked(kitchen: Kitchen) -> None:
    alert = kitchen.raise_alert()
    kitchen.twins.ledgers.append([lead(1, enterprise_id=FIRM, alert_id=alert.alert_id)], [])
    _, secret = granted(manager(kitchen))
    bank = receiver(kitchen, secret)
    for _ in range(26):
        bank.get(EXTRACT)

    assert bank.get(PDF).status_code == 429
    assert bank.get(EXTRACT).status_code == 200
    kitchen.twins.clock.advance(60)
    paper = paper_of(bank, "en")
    assert "nocreditreportinthesenseoflaw" in paper
    assert alert.alert_id not in paper
    assert len(kitchen.twins.grants.reads(FIRM, None, 100)) == 28


def test_paper_opens_with_a_grant_that_stands_and_with_nothing_else(kitchen: Kitchen) -> None:
    own = manager(kitchen)
    grant_id, secret = granted(own)
    own.post(f"{GRANTS}/{grant_id}/withdraw")

    assert receiver(kitchen, secret).get(PDF).status_code == 401
    assert kitchen.client(Role.ADMIN).get(PDF).status_code == 403
    assert kitchen.twins.grants.reads(FIRM, None, 10) == []
