"""Tombstones, holds, reasons before faces, and the first look through a new camera, in a real browser."""

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from api.ports import Role
from domain.alert import EvidenceKind, EvidenceState
from domain.ids import CameraId
from domain.place_check import PlaceStanding
from domain.scope import Scope
from tests.alerts.samples import sample_evidence
from tests.api.kitchen import CAMERA, OWN_FIRM, Kitchen
from tests.api.pages.test_console import log_in, stored, unsaid_words
from tests.api.routers.test_keeping import deleted, with_clip
from tests.support.browser import visit
from tests.support.clips import make_clip
from tests.support.pictures import grey_picture

expect.set_options(timeout=15_000)
pytestmark = pytest.mark.integration

ADDRESS = "rtsp://192.0.2.9/one"


def test_deleted_evidence_is_told_with_date_and_rule_and_not_as_missing(
    kitchen: Kitchen, browser: Browser, url: str
) -> None:
    kitchen.add_user("li", Role.REGULATOR, OWN_FIRM)
    alert, _ = with_clip(kitchen)
    deleted(kitchen, alert)
    with visit(browser, url) as found:
        page = found.page
        log_in(page, "li")
        page.goto(f"/#/alert/{alert.alert_id}")
        expect(page.locator(".seen").first).to_contain_text("证据已于 01/05")
        expect(page.locator(".seen").first).to_contain_text("保存期限已到，规则 dismissed（策略 1）")
        expect(page.locator("ol.steps")).to_contain_text("evidence deleted: clip")
        assert unsaid_words(page) == []
        assert found.errors == []


def test_a_clip_is_shown_after_a_reason_that_is_written_down(
    kitchen: Kitchen, browser: Browser, url: str, tmp_path: Path
) -> None:
    kitchen.add_user("li", Role.REGULATOR, OWN_FIRM)
    still = stored(kitchen, 31, EvidenceKind.STILL, "image/jpeg", b"still")
    content = make_clip(tmp_path / "clip.mp4", width=320, height=180, seconds=1.0).read_bytes()
    clip = stored(kitchen, 32, EvidenceKind.CLIP, "video/mp4", content)
    alert = kitchen.raise_alert(evidence=(still, clip))
    with visit(browser, url) as found:
        page = found.page
        log_in(page, "li")
        page.goto(f"/#/alert/{alert.alert_id}")
        expect(page.locator("#open-clip")).to_be_visible()
        expect(page.locator("video")).to_have_count(0)
        assert page.get_attribute("#pack", "href") == f"/api/v1/alerts/{alert.alert_id}/pack.zip?clip=false"
        page.fill("#open-clip input", "申诉复核")
        page.click("#open-clip button")
        expect(page.locator("video")).to_be_visible()
        assert page.get_attribute("#pack", "href") == f"/api/v1/alerts/{alert.alert_id}/pack.zip?clip=true"
    (entry,) = kitchen.twins.accesses.entries
    assert (entry.access.user_name, entry.access.reason) == ("li", "申诉复核")


def test_a_hold_is_set_and_lifted_on_the_page(kitchen: Kitchen, browser: Browser, url: str) -> None:
    kitchen.add_user("li", Role.REGULATOR, OWN_FIRM)
    alert = kitchen.raise_alert(evidence=(sample_evidence(41, state=EvidenceState.MISSING, cause="private_zone"),))
    with visit(browser, url) as found:
        page = found.page
        log_in(page, "li")
        page.goto(f"/#/alert/{alert.alert_id}")
        expect(page.locator(".seen").first).to_contain_text("画面含隐私区，不保存视频")
        page.fill("#hold-form input", "行政复议中")
        page.click("#hold-form button")
        expect(page.locator("#holding")).to_contain_text("留存中")
        expect(page.locator("#holding")).to_contain_text("行政复议中")
        page.fill("#hold-form input", "已审结")
        page.click("#hold-form button")
        expect(page.locator("#hold-form button")).to_have_text("依法留存")
        assert found.errors == []
    assert kitchen.twins.holds.standing(alert.alert_id) is None


def test_a_new_camera_waits_until_a_person_has_looked(kitchen: Kitchen, browser: Browser, url: str) -> None:
    kitchen.add_user("wang", Role.OPERATOR, OWN_FIRM)
    kitchen.twins.views[ADDRESS] = grey_picture(640, 360)
    made = kitchen.client(Role.ADMIN).post(
        "/api/v1/cameras", json={"site_id": "site-1", "name": "新摄像机", "source": {"location": ADDRESS}}
    )
    camera_id = CameraId(made.json()["camera_id"])
    with visit(browser, url) as found:
        page = found.page
        log_in(page, "wang")
        card = page.locator(f"[data-camera='{camera_id}']")
        expect(card).to_contain_text("待人工确认场所")
        card.locator(".look").click()
        expect(card.locator(".picture img")).to_be_visible()
        expect(card).to_contain_text("更衣室")
        card.locator(".confirm-place").click()
        expect(card).not_to_contain_text("待人工确认场所")
        expect(card.locator(".place-form")).to_have_count(0)
        assert unsaid_words(page) == []
        assert found.errors == []
    camera = kitchen.twins.registry.get_camera(camera_id, Scope.everything())
    assert camera is not None
    assert (camera.place.standing, camera.place.by) == (PlaceStanding.CONFIRMED, "wang")


def test_a_camera_that_gives_no_picture_cannot_be_confirmed_on_the_page(
    kitchen: Kitchen, browser: Browser, url: str
) -> None:
    kitchen.add_user("wang", Role.OPERATOR, OWN_FIRM)
    registry = kitchen.twins.registry
    camera = registry.get_camera(CAMERA, Scope.everything())
    assert camera is not None
    registry.update_camera(camera.asked_about(), camera.version)
    with visit(browser, url) as found:
        page = found.page
        log_in(page, "wang")
        card = page.locator(f"[data-camera={CAMERA}]")
        card.locator(".look").click()
        expect(card).to_contain_text("没有画面，无法确认")
        expect(card.locator(".confirm-place")).to_have_count(0)
        assert replace(camera.asked_about(), version=1).place.standing is PlaceStanding.AWAITED
