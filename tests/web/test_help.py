"""Help, and what holds on every page: a finding says what it is worth, and no page complains in the browser's log."""

from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from api.app import create_app
from api.ports import Role
from domain.ids import CameraId
from service.demo.cameras import ID_PREFIX
from tests.api.kitchen import CAMERA, FIRM, OWN_FIRM, SITE, Kitchen
from tests.api.live import served
from tests.support.browser import PHONE
from tests.web.shop import Shop
from tests.web.walk import LEAD, logged_in, overflow, serious_faults, unsaid_words

pytestmark = pytest.mark.integration
LEADS = {"zh": LEAD, "en": "AI lead, not verified by a person"}


def pages_with(alert_id: str) -> tuple[str, ...]:
    return (
        "",
        "situation",
        "regions/none",
        "alerts",
        f"alerts/{alert_id}",
        "cameras",
        f"cameras/{CAMERA}",
        "cameras/new",
        "enterprises",
        f"enterprises/{FIRM}",
        "counts",
        "wall",
        "screen",
        "help",
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_says_what_a_machines_finding_is_worth_and_complains_of_nothing(
    shop: Shop, kitchen: Kitchen, browser: Browser, url: str, language: str
) -> None:
    kitchen.add_user("li", Role.ADMIN)  # sees every page
    alert = shop.alert(0)
    with logged_in(browser, url, "li", language=language) as found:
        page = found.page
        complaints: list[tuple[str, str]] = []

        def note(message: ConsoleMessage) -> None:
            if message.type in {"error", "warning"}:
                complaints.append((page.url, message.text))

        page.on("console", note)
        for path in pages_with(alert.alert_id):
            page.goto(f"/console/{path}")
            expect(page.locator("h1").first).to_be_visible()
            expect(page.locator(".loading")).to_have_count(0)
            expect(page.get_by_role("note").first, path).to_contain_text(LEADS[language])
            if path in {"alerts", f"alerts/{alert.alert_id}"}:
                expect(page.locator(f".row[data-alert='{alert.alert_id}']")).to_contain_text(LEADS[language])
            if path == f"alerts/{alert.alert_id}":
                expect(page.locator("#lead")).to_contain_text(LEADS[language])
        # A still that a camera has not got is asked for on purpose; the page says so in words.
        unexpected = [one for one in complaints if "Failed to load resource" not in one[1]]
        assert unexpected == []
        assert found.errors == []


def with_demo_camera(kitchen: Kitchen) -> None:
    kitchen.add_camera(CameraId(f"{ID_PREFIX}00001"), SITE, "演示")


def test_the_tour_shows_itself_on_the_demonstration_goes_by_keyboard_and_is_remembered(
    kitchen: Kitchen, browser: Browser, url: str
) -> None:
    with_demo_camera(kitchen)
    kitchen.add_user("li", Role.REGULATOR)
    with logged_in(browser, url, "li") as found:
        page = found.page
        tour = page.locator(".tour")
        expect(tour).to_be_focused()
        expect(tour).to_contain_text("没有真人")
        assert serious_faults(page) == []
        page.keyboard.press("ArrowRight")
        expect(page.locator("h1")).to_have_text("告警台")
        expect(tour).to_contain_text("2 / 5")
        page.keyboard.press("ArrowLeft")
        expect(page.locator("h1")).to_have_text("态势")
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        assert overflow(page) == 0
        page.keyboard.press("Escape")
        expect(tour).to_have_count(0)
        page.reload()
        expect(page.locator("h1")).to_be_visible()
        expect(page.locator(".feed.live")).to_be_visible()
        expect(tour).to_have_count(0)
        page.goto("/console/help")
        page.click("#start-tour")
        for _ in range(5):
            page.click("#tour-next")
        expect(tour).to_have_count(0)
        assert found.errors == []


def test_a_word_leads_to_what_it_means(kitchen: Kitchen, browser: Browser, url: str) -> None:
    kitchen.add_user("li", Role.REGULATOR)
    with logged_in(browser, url, "li") as found:
        page = found.page
        expect(page.locator(".tour")).to_have_count(0)  # this is no demonstration
        page.locator(".notice .term").click()
        expect(page.locator("#term-lead.meant")).to_be_in_viewport()
        expect(page.locator("#term-lead")).to_contain_text("不计入任何评价")
        page.click("#language")
        expect(page.locator("#term-lead")).to_contain_text("counts towards nothing")
        assert serious_faults(page) == []
        assert unsaid_words(page) == []
        assert found.errors == []


def home_of(page: Page, role: Role) -> None:
    """Wait until the first page of this role is there again, with its figures."""
    if role is Role.OPERATOR:
        expect(page.locator("#wrong .badge.class-I").first).to_be_visible()
    else:
        expect(page.locator(".tile[data-class=I] strong")).to_have_text("1")


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.REGULATOR, Role.VIEWER])
def test_each_role_finds_its_home_again_after_the_api_and_the_stream_were_away(
    shop: Shop, kitchen: Kitchen, browser: Browser, role: Role
) -> None:
    kitchen.add_user("somebody", role, OWN_FIRM)
    settings = kitchen.twins.settings
    with ExitStack() as first_life:
        url = first_life.enter_context(served(kitchen.app, settings))
        with logged_in(browser, url, "somebody") as found:
            page = found.page
            expect(page.locator(".feed.live")).to_be_visible()
            first_life.close()
            expect(page.locator(".feed.lost")).to_be_visible()
            shop.alert(0)
            kitchen.twins.clock.advance(700)  # and the only picture is old by now
            with served(create_app(kitchen.twins.services()), settings, int(url.rpartition(":")[2])):
                expect(page.locator(".feed.live")).to_be_visible()
                home_of(page, role)
                blind = "#wrong .blind-list li" if role is Role.OPERATOR else ".troubled li"
                expect(page.locator(blind)).to_have_count(3)
                assert found.errors == []
