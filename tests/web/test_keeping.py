"""Holds, deletions and looks at originals in a real browser, and one's own password."""

import pytest
from playwright.sync_api import Browser, Page, expect

from api.ports import Role
from tests.api.kitchen import PASSWORD, Kitchen
from tests.support.browser import DESKTOP, PHONE
from tests.web.walk import logged_in, overflow, serious_faults, unsaid_words

pytestmark = pytest.mark.integration


def check(page: Page) -> None:
    """What holds for every page."""
    assert serious_faults(page) == []
    assert unsaid_words(page) == []
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert overflow(page) == 0
    page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})


def test_an_alert_is_held_with_a_reason_found_among_the_holds_and_let_go(
    kitchen: Kitchen, browser: Browser, url: str
) -> None:
    kitchen.add_user("li", Role.REGULATOR)
    alert = kitchen.raise_alert()
    with logged_in(browser, url, "li", f"/console/alerts/{alert.alert_id}") as found:
        page = found.page
        page.click("#hold-begin")
        page.fill("#hold-why", "示例案号 7")
        page.click("#hold-send")
        expect(page.locator("#holding")).to_contain_text("留存中")
        check(page)

        page.click("nav a[href$='/keeping']")
        row = page.locator(f"[data-hold='{alert.alert_id}']")
        expect(row).to_contain_text("示例案号 7")
        page.click("[data-part=policy]")
        expect(page.locator(".people-table tbody tr").first).to_be_visible()
        check(page)
        expect(page.locator("[data-part=accesses]")).to_have_count(0)  # the privacy officer's

        page.click("[data-part=holds]")
        row.locator("a").click()
        page.click("#hold-begin")
        page.fill("#hold-why", "结案")
        page.click("#hold-send")
        expect(page.locator("#holding")).not_to_contain_text("留存中")
        assert found.errors == []


def test_the_privacy_officer_reads_who_looked_and_what_was_deleted(
    kitchen: Kitchen, browser: Browser, url: str
) -> None:
    kitchen.add_user("yin", Role.PRIVACY)
    with logged_in(browser, url, "yin", "/console/keeping?part=accesses", language="en", theme="dark") as found:
        page = found.page
        expect(page.locator("main")).to_contain_text("No entry.")
        check(page)
        page.click("[data-part=deletions]")
        expect(page.locator("main")).to_contain_text("Nothing was deleted.")
        check(page)
        assert found.errors == []


def test_one_changes_ones_own_password(kitchen: Kitchen, browser: Browser, url: str) -> None:
    kitchen.add_user("li", Role.REGULATOR)
    fresh = "another-password-of-mine"
    with logged_in(browser, url, "li", "/console/account") as found:
        page = found.page
        page.click("#own-password")
        for field, text in (("current", PASSWORD), ("fresh", fresh), ("again", fresh)):
            page.fill(f"#{field}", text)
        assert serious_faults(page) == []
        page.click("button[type=submit]")
        expect(page.locator("#tokens")).to_be_visible()
        login = {"name": "li", "password": PASSWORD}
        assert kitchen.stranger().post("/api/v1/login", json=login).status_code == 401
        assert kitchen.stranger().post("/api/v1/login", json={**login, "password": fresh}).status_code == 200
        assert found.errors == []
