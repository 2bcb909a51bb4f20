import pytest
from starlette.testclient import TestClient

from alerts.clock_offset import ClockOffset
from alerts.pack_check import check_pack
from alerts.seals import Timestamp
from api.ports import Role
from domain.alert import Alert, EvidenceKind
from domain.scope import Scope
from tests.api.kitchen import FIRM, OTHER_FIRM, Kitchen
from tests.api.pages.test_console import stored


def with_clip(kitchen: Kitchen) -> Alert:
    alert = kitchen.raise_alert(
        evidence=(
            stored(kitchen, 1, EvidenceKind.STILL, "image/jpeg", b"still"),
            stored(kitchen, 2, EvidenceKind.CLIP, "video/mp4", b"clip"),
        )
    )
    kitchen.twins.seals.seal(after=0, limit=100, now=kitchen.twins.clock.now())
    return alert


def opened(kitchen: Kitchen, alert: Alert, role: Role, name: str | None = None) -> TestClient:
    """Somebody who said why the alert's clip must be seen."""
    client = kitchen.client(role, name=name)
    clip = next(piece for piece in alert.evidence if piece.kind is EvidenceKind.CLIP)
    assert client.post(f"/api/v1/evidence/{clip.evidence_id}/access", json={"reason": "复核"}).status_code == 201
    return client


def test_a_pack_comes_as_a_file_that_checks_out(kitchen: Kitchen) -> None:
    alert = with_clip(kitchen)
    answer = opened(kitchen, alert, Role.REGULATOR).get(f"/api/v1/alerts/{alert.alert_id}/pack.zip?clip=true")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-disposition"] == f'attachment; filename="{alert.alert_id}-1.zip"'
    report = check_pack(answer.content, key=kitchen.twins.packs.public_key)
    assert report.findings == []
    assert b"clip" in answer.content


def test_a_clip_needs_the_permission_to_see_faces(kitchen: Kitchen) -> None:
    alert = with_clip(kitchen)
    viewer = kitchen.client(Role.VIEWER)
    refused = viewer.get(f"/api/v1/alerts/{alert.alert_id}/pack.zip?clip=true")
    assert (refused.status_code, refused.json()["permission"]) == (403, "see_unmasked")
    answer = viewer.get(f"/api/v1/alerts/{alert.alert_id}/pack.zip")
    assert answer.status_code == 200
    assert check_pack(answer.content).is_whole
    assert kitchen.twins.packs.copies(alert.alert_id)[0].has_clip is False


@pytest.mark.parametrize("path", ["pack.zip", "seals", "copies"])
def test_nobody_gets_it_of_another_firms_alert_or_without_a_login(kitchen: Kitchen, path: str) -> None:
    alert = with_clip(kitchen)
    foreign = kitchen.client(Role.REGULATOR, Scope(enterprise_ids=frozenset({OTHER_FIRM})))
    assert alert.enterprise_id == FIRM
    assert foreign.get(f"/api/v1/alerts/{alert.alert_id}/{path}").status_code == 404
    assert kitchen.stranger().get(f"/api/v1/alerts/{alert.alert_id}/{path}").status_code == 401
    assert kitchen.twins.packs.copies(alert.alert_id) == []


def test_who_took_a_copy_is_told_to_those_who_judge(kitchen: Kitchen) -> None:
    alert = with_clip(kitchen)
    opened(kitchen, alert, Role.OPERATOR, "op").get(f"/api/v1/alerts/{alert.alert_id}/pack.zip?clip=true")
    (copy,) = kitchen.client(Role.REGULATOR).get(f"/api/v1/alerts/{alert.alert_id}/copies").json()
    assert (copy["user_id"], copy["has_clip"]) == ("user-op", True)
    assert kitchen.client(Role.OPERATOR).get(f"/api/v1/alerts/{alert.alert_id}/copies").status_code == 403


def test_how_far_an_alert_is_sealed_is_told(kitchen: Kitchen) -> None:
    alert = kitchen.raise_alert()
    client = kitchen.client(Role.VIEWER)
    before = client.get(f"/api/v1/alerts/{alert.alert_id}/seals").json()
    assert (before["steps"], before["sealed"], before["digest"]) == (1, 0, None)
    (seal,) = kitchen.twins.seals.seal(after=0, limit=100, now=kitchen.twins.clock.now())
    after = client.get(f"/api/v1/alerts/{alert.alert_id}/seals").json()
    assert (after["steps"], after["sealed"], after["digest"]) == (1, 1, seal.digest)


def test_what_a_time_stamp_showed_of_the_clock_is_told(kitchen: Kitchen) -> None:
    alert = kitchen.raise_alert()
    client = kitchen.client(Role.VIEWER)
    (seal,) = kitchen.twins.seals.seal(after=0, limit=100, now=kitchen.twins.clock.now())
    before = client.get(f"/api/v1/alerts/{alert.alert_id}/seals").json()
    assert (before["clock_offset_seconds"], before["clock_uncertainty_seconds"]) == (None, None)
    offset = ClockOffset(seconds=-2.5, uncertainty_seconds=1.25, accuracy_seconds=1.0)
    kitchen.twins.seals.add_timestamp(
        Timestamp(
            number=seal.number,
            digest=seal.digest,
            stamped_at=kitchen.twins.clock.now(),
            authority="https://tsa.example",
            token=b"stamp",
            clock_offset=offset,
        )
    )
    after = client.get(f"/api/v1/alerts/{alert.alert_id}/seals").json()
    assert (after["clock_offset_seconds"], after["clock_uncertainty_seconds"]) == (-2.5, 1.25)


def test_damaged_evidence_is_told_and_no_pack_comes(kitchen: Kitchen) -> None:
    alert = with_clip(kitchen)
    kitchen.twins.evidence_store.files["2026/01/05/1"] = b"another"
    answer = opened(kitchen, alert, Role.ADMIN).get(f"/api/v1/alerts/{alert.alert_id}/pack.zip?clip=true")
    assert answer.status_code == 500
    assert answer.json()["alert_id"] == alert.alert_id
