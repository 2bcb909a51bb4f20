"""The second factor in a real browser: set up, asked for at both logins, taken away."""

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from api.ports import Role
from tests.api.kitchen import PASSWORD, Kitchen
from tests.support.browser import DESKTOP, PHONE, visit
from tests.web.walk import log_in, logged_in, overflow, serious_faults, unsaid_words

pytestmark = pytest.mark.integration


def secret_of(page: Page) -> str:
    return page.locator("#factor-secret").text_content() or ""


def enter(page: Page, path: str, name: str, code: str) -> None:
    page.goto(path)
    page.fill("#name", name)
    page.fill("#password", PASSWORD)
    page.click("button[type=submit]")
    page.fill("#code", code)
    page.click("button[type=submit]")


@pytest.mark.parametrize(("language", "theme"), [("zh", "light"), ("en", "dark")])
def test_an_account_sets_a_second_factor_up_and_both_logins_ask_for_it(
    kitchen: Kitchen, browser: Browser, url: str, language: str, theme: str
) -> None:
    kitchen.add_user("li", Role.REGULATOR)
    clock = kitchen.twins.clock
    with logged_in(browser, url, "li", "/console/account", language=language, theme=theme) as found:
        page = found.page
        page.click("#factor-begin")
        page.fill("#factor-password", PASSWORD)
        page.click("#factor-offer")
        expect(page.locator(".qr")).to_be_visible()
        app = pyotp.TOTP(secret_of(page))
        page.fill("#factor-code", app.at(clock.now()))
        page.click("#factor-confirm")
        expect(page.locator("#recovery-codes li")).to_have_count(10)
        recovery = page.locator("#recovery-codes li").first.inner_text()
        page.click("#codes-kept")
        expect(page.locator("#second-factor .badge.good")).to_be_visible()
        expect(page.locator("#sessions li")).to_have_count(1)
        assert serious_faults(page) == []
        assert serious_faults(page) == []
        assert unsaid_words(page) == []
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        assert overflow(page) == 0
        assert found.errors == []
    with visit(browser, url, DESKTOP) as found:
        clock.advance(31)
        enter(found.page, "/console/account", "li", app.at(clock.now()))
        expect(found.page.locator("#second-factor .badge.good")).to_be_visible()
    with visit(browser, url, DESKTOP) as found:
        enter(found.page, "/plain", "li", recovery)
        expect(found.page.locator("#code")).to_have_count(0)
        expect(found.page.locator("#name")).to_have_count(0)


def test_whoever_must_have_one_sees_nothing_else_before_it_stands(kitchen: Kitchen, browser: Browser, url: str) -> None:
    parts = kitchen.app.state.parts
    settings = parts.services.settings.model_copy(update={"second_factor_roles": frozenset({Role.REGULATOR})})
    object.__setattr__(parts.services, "settings", settings)  # as if it had been started so
    kitchen.add_user("li", Role.REGULATOR)
    with visit(browser, url, DESKTOP) as found:
        page = found.page
        log_in(page, "li", "/console/alerts")
        page.fill("#factor-password", PASSWORD)
        page.click("#factor-offer")
        page.fill("#factor-code", pyotp.TOTP(secret_of(page)).at(kitchen.twins.clock.now()))
        page.click("#factor-confirm")
        page.click("#codes-kept")
        expect(page.locator("nav")).to_be_visible()
