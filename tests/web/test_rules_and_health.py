"""The pages of rules and of the service's standing in a real browser over a real server."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from api.ports import Role
from tests.alerts.replay.looks import Filmed, begin, camera_line
from tests.alerts.scenes import rat
from tests.api.kitchen import CAMERA, OWN_FIRM, Kitchen
from tests.support.browser import DESKTOP, PHONE
from tests.web.shop import Shop
from tests.web.walk import logged_in, overflow, serious_faults, unsaid_words

pytestmark = pytest.mark.integration
PAGES = ("rules", "rules?part=jurisdictions", "rules?part=quality", "rules?part=tuning", "health")


@pytest.fixture
def logged(kitchen: Kitchen) -> Iterator[Kitchen]:
    """A kitchen with a rat on its detection log, and the desk of trials at work."""
    twins = kitchen.twins
    twins.trial_runner.keep(begin(), camera_line(CAMERA), *Filmed().see(rat(), seconds=4).see(seconds=90).lines)
    twins.trials.start()
    yield kitchen
    twins.trial_runner.gate.set()
    twins.trials.stop()


@pytest.mark.parametrize(("language", "theme"), [("zh", "light"), ("en", "dark")])
def test_rules_and_health_can_be_read_by_everybody_in_both_languages_and_themes(
    shop: Shop, logged: Kitchen, browser: Browser, url: str, language: str, theme: str
) -> None:
    logged.add_user("admin", Role.ADMIN)
    with logged_in(browser, url, "admin", language=language, theme=theme) as found:
        page = found.page
        for path in PAGES:
            page.goto(f"/console/{path}")
            expect(page.locator("h1")).to_be_visible()
            expect(page.locator(".loading")).to_have_count(0)
            assert serious_faults(page) == [], path
            assert unsaid_words(page) == [], path
            page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
            assert overflow(page) == 0, path
            page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
        assert found.errors == []


def test_numbers_are_tried_on_the_log_and_change_nothing_in_service(
    logged: Kitchen, browser: Browser, url: str
) -> None:
    logged.add_user("li", Role.OPERATOR, OWN_FIRM)
    with logged_in(browser, url, "li", "/console/rules?part=tuning") as found:
        page = found.page
        page.select_option("[name=camera]", CAMERA)
        page.fill("[name=dwell]", "10")
        page.click("#trial-form button[type=submit]")
        expect(page.locator(".trial[data-state=done]")).to_contain_text("未发出任何告警", timeout=60_000)
        expect(page.locator(".trial")).to_contain_text("鼠类活动")
        page.fill("[name=dwell]", "")
        page.fill("[name='least rodent']", "0.99")
        page.locator("[type=datetime-local]").first.fill("2026-01-05T16:01")  # the rat has gone by then
        page.click("#trial-form button[type=submit]")
        expect(page.locator(".trial[data-state=done] #quiet")).to_contain_text("鼠类活动", timeout=60_000)
        expect(page.locator("#trials .chip", has_text="已完成")).to_have_count(2)
        expect(page.locator("#trials .chip", has_text="2026/01/05 16:01 – 16:02")).to_have_count(1)
        page.click("[data-part=catalogue]")
        expect(page.locator("[data-part=catalogue]")).to_have_attribute("aria-current", "page")
        expect(page.locator("[data-part=tuning]")).not_to_have_attribute("aria-current", "page")
        expect(page.locator("[data-code='pest.rodent']")).to_contain_text("1 秒")
        assert found.errors == []


def test_a_camera_without_a_picture_and_a_broker_that_is_not_known_are_never_shown_as_fine(
    shop: Shop, kitchen: Kitchen, browser: Browser, url: str
) -> None:
    kitchen.add_user("admin", Role.ADMIN)
    with logged_in(browser, url, "admin", "/console/health") as found:
        page = found.page
        expect(page.locator("main")).to_contain_text("1 / 4 有画面")
        expect(page.locator("main")).to_contain_text("从未收到")
        expect(page.locator(".badge.good")).to_have_count(1)  # the one camera that has a picture
        assert found.errors == []
