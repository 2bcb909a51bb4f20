"""Holds, tombstones, the two ledgers, and reasons for looking at faces, over HTTP."""

from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from alerts.keeping.access import log_faults
from alerts.keeping.deletion import Deletion, Reason, Trigger, note_of, without
from alerts.messages import DeletionPart
from api.ports import Role
from domain.alert import Alert, AlertStep, Evidence, EvidenceKind, EvidenceState
from tests.alerts.samples import sample_evidence
from tests.api.kitchen import FIRM, OTHER_CAMERA, OTHER_FIRM, OTHER_SITE, OWN_FIRM, SITE, Kitchen

CONTENT = b"a clip that shows faces"


def clip_of(kitchen: Kitchen, number: int = 1, **changes: Any) -> Evidence:
    file = kitchen.twins.evidence_store.save(f"2026/01/05/{number}.mp4", CONTENT)
    piece = sample_evidence(
        number,
        kind=EvidenceKind.CLIP,
        media_type="video/mp4",
        name=file.name,
        size_bytes=file.size_bytes,
        sha256=file.sha256,
    )
    return replace(piece, **changes)


def with_clip(kitchen: Kitchen, number: int = 1, **place: Any) -> tuple[Alert, str]:
    """An alert with a clip, and the clip's address."""
    piece = clip_of(kitchen, number)
    return kitchen.raise_alert(evidence=(piece,), **place), f"/api/v1/evidence/{piece.evidence_id}"


def deleted(kitchen: Kitchen, alert: Alert) -> Deletion:
    """What the warden would do with all of the alert's evidence."""
    twins, policy = kitchen.twins, kitchen.twins.policy
    reason = Reason(
        trigger=Trigger.RETENTION,
        rule="dismissed",
        policy_version=policy.version,
        policy_sha256=policy.sha256,
        words="已排除的线索 / dismissed lead",
    )
    stepped = without(alert, alert.evidence, reason, twins.clock.now())
    part = DeletionPart(
        trigger="retention",
        rule=reason.rule,
        policy_version=policy.version,
        policy_sha256=policy.sha256,
        evidence_ids=[piece.evidence_id for piece in alert.evidence],
    )
    record, message = twins.messages.step(
        stepped, AlertStep.UPDATED, note=note_of(alert.evidence, reason), deletion=part
    )
    [piece] = alert.evidence
    entry = Deletion(
        deletion_id=twins.new_id(),
        alert_id=alert.alert_id,
        sequence=stepped.sequence,
        evidence_id=piece.evidence_id,
        kind=piece.kind,
        name=piece.name,
        size_bytes=piece.size_bytes or 0,
        sha256=piece.sha256 or "",
        trigger=Trigger.RETENTION,
        rule=reason.rule,
        policy_version=policy.version,
        policy_sha256=policy.sha256,
        decided_at=twins.clock.now(),
    )
    twins.keeping_book.delete(stepped, record, [message], alert.sequence, [entry])
    twins.evidence_store.delete(piece.name)
    twins.keeping_book.note_erased([entry.deletion_id], twins.clock.now())
    return entry


@pytest.fixture
def client(kitchen: Kitchen) -> TestClient:
    return kitchen.client(Role.REGULATOR, OWN_FIRM)


def test_the_policy_in_service_is_told_to_whoever_may_read(kitchen: Kitchen) -> None:
    told = kitchen.client(Role.VIEWER, OWN_FIRM).get("/api/v1/keeping").json()
    assert (told["is_on"], told["space"], told["policy_version"]) == (True, "enough", "1")
    (rule,) = [rule for rule in told["rules"] if rule["rule"] == "dismissed"]
    assert (rule["clip_days"], rule["states"]) == (7, ["dismissed"])


def test_deleted_evidence_is_gone_with_its_date_and_rule(kitchen: Kitchen, client: TestClient) -> None:
    alert, path = with_clip(kitchen)
    entry = deleted(kitchen, alert)
    for answer in (client.get(path), client.post(f"{path}/access", json={"reason": "复核"})):
        assert answer.status_code == 410
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json()
        assert problem["type"] == "urn:brightkitchen:problem:evidence-deleted"
        assert (problem["rule"], problem["trigger"], problem["sha256"]) == ("dismissed", "retention", entry.sha256)
        assert problem["deleted_at"].startswith("2026-01-05T08:00:00")
    assert client.head(path).status_code == 410
    piece = client.get(f"/api/v1/alerts/{alert.alert_id}").json()["evidence"][0]
    assert (piece["state"], piece["cause"], piece["sha256"]) == ("deleted", "retention:dismissed@1", entry.sha256)
    keeping = client.get(f"/api/v1/alerts/{alert.alert_id}/keeping").json()
    assert keeping["hold"] is None
    assert keeping["deletions"][0]["rule"] == "dismissed"


def test_the_pack_of_an_alert_whose_evidence_is_gone_can_still_be_had(kitchen: Kitchen, client: TestClient) -> None:
    alert, _ = with_clip(kitchen)
    deleted(kitchen, alert)
    assert client.get(f"/api/v1/alerts/{alert.alert_id}/pack.zip?clip=true").status_code == 200


def test_a_hold_is_set_and_lifted_with_reasons_and_is_part_of_the_history(kitchen: Kitchen, client: TestClient) -> None:
    alert, _ = with_clip(kitchen)
    path = f"/api/v1/alerts/{alert.alert_id}"
    for nothing in ("  ", "a\x00b"):
        assert client.post(f"{path}/hold", json={"reason": nothing}).status_code == 422
    held = client.post(f"{path}/hold", json={"reason": "行政复议中"})
    assert (held.status_code, held.json()["reason"]) == (200, "行政复议中")
    assert client.get(f"{path}/keeping").json()["hold"]["set_by"] == held.json()["set_by"]
    assert [one["alert_id"] for one in client.get("/api/v1/holds").json()["items"]] == [alert.alert_id]
    again = client.post(f"{path}/hold", json={"reason": "x"})
    assert (again.status_code, again.json()["state"]) == (409, "held")

    lifted = client.post(f"{path}/release", json={"reason": "已审结"})
    assert lifted.json()["lift_reason"] == "已审结"
    assert client.get("/api/v1/holds").json()["items"] == []
    notes = [step["note"] for step in client.get(path).json()["history"]]
    assert notes[1:] == ["依法留存 / held: 行政复议中", "解除留存 / hold lifted: 已审结"]


def test_nobody_holds_what_they_may_not_see(kitchen: Kitchen, client: TestClient) -> None:
    alert, path = with_clip(kitchen, enterprise=OTHER_FIRM, site=OTHER_SITE, camera=OTHER_CAMERA)
    for verb in ("hold", "release"):
        assert client.post(f"/api/v1/alerts/{alert.alert_id}/{verb}", json={"reason": "x"}).status_code == 404
    assert client.get(f"/api/v1/alerts/{alert.alert_id}/keeping").status_code == 404
    assert client.post(f"{path}/access", json={"reason": "x"}).status_code == 404
    assert (
        kitchen.client(Role.OPERATOR, OWN_FIRM).post("/api/v1/alerts/a/hold", json={"reason": "x"}).status_code == 403
    )


def test_a_clip_opens_only_after_a_reason_and_only_to_who_gave_it_and_not_for_long(
    kitchen: Kitchen, client: TestClient
) -> None:
    _, path = with_clip(kitchen)
    refused = client.get(path)
    assert (refused.status_code, refused.json()["type"]) == (
        403,
        "urn:brightkitchen:problem:access-reason-needed",
    )
    assert client.post(f"{path}/access", json={"reason": ""}).status_code == 422
    assert client.head(path).status_code == 403

    opened = client.post(f"{path}/access", json={"reason": "申诉复核"})
    assert opened.status_code == 201
    assert client.get(path).content == CONTENT
    assert client.get(path, headers={"Range": "bytes=0-3"}).status_code == 206
    assert kitchen.client(Role.REGULATOR, OWN_FIRM).get(path).status_code == 403

    kitchen.twins.clock.advance(31 * 60)
    assert client.get(path).status_code == 403
    assert len(kitchen.twins.accesses.entries) == 1


def test_a_pack_with_the_clip_needs_the_reason_too(kitchen: Kitchen, client: TestClient) -> None:
    alert, path = with_clip(kitchen)
    pack = f"/api/v1/alerts/{alert.alert_id}/pack.zip"
    assert client.get(f"{pack}?clip=true").status_code == 403
    assert client.get(pack).status_code == 200
    client.post(f"{path}/access", json={"reason": "申诉复核"})
    assert client.get(f"{pack}?clip=true").status_code == 200


def test_only_clips_are_opened_by_a_reason(kitchen: Kitchen, client: TestClient) -> None:
    kitchen.raise_alert(evidence=(sample_evidence(7),))
    assert (
        client.post("/api/v1/evidence/01900000-0000-7000-a000-000000000007/access", json={"reason": "x"}).status_code
        == 404
    )
    piece = clip_of(kitchen, 8, state=EvidenceState.MISSING, cause="private_zone", sha256=None, size_bytes=None)
    kitchen.raise_alert(evidence=(piece,))
    missing = client.post(f"/api/v1/evidence/{piece.evidence_id}/access", json={"reason": "x"})
    assert (missing.status_code, missing.json()["cause"]) == (404, "private_zone")
    assert kitchen.twins.accesses.entries == []


def test_the_privacy_officer_reads_who_looked_when_and_why_and_sees_no_face(kitchen: Kitchen) -> None:
    _, path = with_clip(kitchen)
    kitchen.client(Role.REGULATOR, OWN_FIRM, name="li").post(f"{path}/access", json={"reason": "申诉复核"})
    officer = kitchen.client(Role.PRIVACY, OWN_FIRM)
    (entry,) = officer.get("/api/v1/accesses").json()["items"]
    assert (entry["user_name"], entry["reason"], entry["kind"]) == ("li", "申诉复核", "clip")
    assert officer.get(path).status_code == 403
    assert list(log_faults(kitchen.twins.accesses.entries)) == []
    assert kitchen.client(Role.REGULATOR, OWN_FIRM).get("/api/v1/accesses").status_code == 403


def test_the_log_of_accesses_is_read_page_by_page_within_time_and_scope(kitchen: Kitchen) -> None:
    looker = kitchen.client(Role.ADMIN)
    for number in (1, 2, 3):
        _, path = with_clip(kitchen, number)
        looker.post(f"{path}/access", json={"reason": f"第 {number} 次"})
        kitchen.twins.clock.advance(3600)
    _, path = with_clip(kitchen, 4, enterprise=OTHER_FIRM, site=OTHER_SITE, camera=OTHER_CAMERA)
    looker.post(f"{path}/access", json={"reason": "别家"})
    officer = kitchen.client(Role.PRIVACY, OWN_FIRM)
    first = officer.get("/api/v1/accesses?limit=2").json()
    rest = officer.get(first["next"]).json()
    assert [one["reason"] for one in (*first["items"], *rest["items"])] == ["第 3 次", "第 2 次", "第 1 次"]
    assert rest["next"] is None
    since = officer.get("/api/v1/accesses", params={"since": "2026-01-05T09:30:00Z"}).json()["items"]
    assert [one["reason"] for one in since] == ["第 3 次"]
    assert officer.get("/api/v1/accesses", params={"since": "yesterday"}).status_code == 422


def test_the_ledger_of_deletions_is_read_page_by_page_within_the_scope(kitchen: Kitchen) -> None:
    for number in (1, 2, 3):
        deleted(kitchen, with_clip(kitchen, number)[0])
    deleted(kitchen, with_clip(kitchen, 4, enterprise=OTHER_FIRM, site=OTHER_SITE, camera=OTHER_CAMERA)[0])
    officer = kitchen.client(Role.PRIVACY, OWN_FIRM)
    first = officer.get("/api/v1/deletions?limit=2").json()
    rest = officer.get(first["next"]).json()
    assert len({one["evidence_id"] for one in (*first["items"], *rest["items"])}) == 3
    assert rest["next"] is None
    assert officer.get("/api/v1/deletions?cursor=other").status_code == 422
    assert (FIRM, SITE) == ("enterprise-1", "site-1")
