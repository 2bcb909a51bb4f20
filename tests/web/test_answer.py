"""The enterprise's answer on the alert desk: rectification with files, and dispute."""

import pytest
from playwright.sync_api import Browser, FilePayload, expect

from api.ports import Role
from domain.scope import Scope
from tests.api.kitchen import OWN_FIRM, Kitchen
from tests.web.shop import Shop, jpeg, kitchen_picture
from tests.web.walk import logged_in, serious_faults, unsaid_words

pytestmark = pytest.mark.integration
DESK = "/console/alerts"


def told(kitchen: Kitchen, shop: Shop) -> str:
    """An alert that a regulator has confirmed and told the enterprise of."""
    alert = shop.alert(1)
    officer = kitchen.client(Role.REGULATOR, name="wang")
    for sequence, verb in ((1, "confirm"), (2, "notify")):
        body = {"reason": "看过现场", "expected_sequence": sequence}
        assert officer.post(f"/api/v1/alerts/{alert.alert_id}/{verb}", json=body).status_code == 200
    return alert.alert_id


def test_a_rectification_is_sent_with_its_files_and_seen_by_who_verifies_it(
    shop: Shop, kitchen: Kitchen, browser: Browser, url: str
) -> None:
    alert_id = told(kitchen, shop)
    kitchen.add_user("chef", Role.OPERATOR, OWN_FIRM)
    kitchen.add_user("screen", Role.VIEWER, OWN_FIRM)
    picture = FilePayload(name="after.jpg", mimeType="image/jpeg", buffer=jpeg(kitchen_picture()))
    with logged_in(browser, url, "chef", f"{DESK}/{alert_id}") as found:
        page = found.page
        fault = page.locator(".rectify .fault")
        page.click("#rectify")
        expect(fault).to_contain_text("请写明整改措施")
        page.fill("#rectify-note", "已更换垃圾桶盖")
        page.click("#rectify")
        expect(fault).to_contain_text("须附照片或文件")
        page.set_input_files("#rectify-files", [FilePayload(name="note.txt", mimeType="text/plain", buffer=b"x")])
        page.click("#rectify")
        expect(fault).to_contain_text("note.txt")
        page.click(".chosen button")
        page.set_input_files(
            "#rectify-files",
            [picture, FilePayload(name="bill.pdf", mimeType="application/pdf", buffer=b"%PDF-1.7 invented")],
        )
        expect(page.locator(".chosen li")).to_have_count(2)
        assert serious_faults(page) == []
        page.click("#rectify")
        expect(page.locator(".alert .badge.state-rectified")).to_be_visible()
        expect(page.locator(".rectification")).to_contain_text("已更换垃圾桶盖")
        expect(page.locator(".rectification a")).to_have_count(2)
        expect(page.locator("#rectify")).to_have_count(0)
        assert unsaid_words(page) == []
        assert found.errors == []
    with logged_in(browser, url, "wang", f"{DESK}/{alert_id}") as found:
        page = found.page
        expect(page.locator(".rectification")).to_contain_text("待核实")
        path = page.locator(".rectification a").first.get_attribute("href")
        assert path is not None
        answer = page.request.get(path)
        assert (answer.status, answer.headers["content-type"]) == (200, "image/jpeg")
        page.click("#verify")
        page.click("#send")
        expect(page.locator(".rectification")).to_contain_text("已核实")
        assert found.errors == []
    with logged_in(browser, url, "screen", f"{DESK}/{alert_id}") as found:
        expect(found.page.locator(".rectification")).to_contain_text("无权查看")
        expect(found.page.locator(".rectification a")).to_have_count(0)


def test_a_dispute_gives_its_reason_and_waits_for_another_person(
    shop: Shop, kitchen: Kitchen, browser: Browser, url: str
) -> None:
    alert_id = told(kitchen, shop)
    kitchen.add_user("chef", Role.OPERATOR, OWN_FIRM)
    with logged_in(browser, url, "chef", f"{DESK}/{alert_id}") as found:
        page = found.page
        page.click("#dispute")
        page.click("#send")
        expect(page.locator(".judge .fault")).to_have_text("请写明理由。")
        page.click(".chip >> text=画面中并非所指情况")
        page.click("#send")
        expect(page.locator("#dispute-said")).to_contain_text("画面中并非所指情况")
        expect(page.locator("#dispute-said")).to_contain_text("等待另一位审看人复核")
        expect(page.locator(".alert .badge.state-disputed")).to_be_visible()
        expect(page.locator("#rectify")).to_have_count(0)
        assert unsaid_words(page) == []
        assert found.errors == []
    stored = kitchen.twins.journal.get(alert_id, Scope.everything())  # type: ignore[arg-type]  # its text
    assert stored is not None
    assert stored.state == "disputed"


def test_a_regulator_is_offered_no_answer_of_the_enterprise(
    shop: Shop, kitchen: Kitchen, browser: Browser, url: str
) -> None:
    alert_id = told(kitchen, shop)
    with logged_in(browser, url, "wang", f"{DESK}/{alert_id}") as found:
        expect(found.page.locator("article.alert")).to_be_visible()
        expect(found.page.locator(".alert .badge.state-notified, .alert .badge.state-confirmed")).to_be_visible()
        expect(found.page.locator("#rectify")).to_have_count(0)
        expect(found.page.locator("#dispute")).to_have_count(0)
        assert found.errors == []
