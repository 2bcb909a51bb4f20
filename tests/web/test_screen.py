"""The big screen, regions and what is overdue, in a real browser over a real server."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect

from alerts.catalogue import load_catalogue
from api.app import create_app
from api.ports import Role
from domain.scope import Scope
from tests.api.kitchen import FIRM, OTHER_FIRM, Kitchen
from tests.api.live import served
from tests.support.browser import PHONE
from tests.web.shop import Shop
from tests.web.walk import LEAD, logged_in, overflow, serious_faults, unsaid_words

pytestmark = pytest.mark.integration
WALL = (1920, 1080)
FOUR_METRES_PX = 28  # of a letter's size on a wall of 1920 pixels


def with_regions(kitchen: Kitchen) -> None:
    registry, everything = kitchen.twins.registry, Scope.everything()
    for enterprise_id, region in ((FIRM, "330106"), (OTHER_FIRM, "420106")):
        enterprise = registry.get_enterprise(enterprise_id, everything)
        assert enterprise is not None
        registry.update_enterprise(replace(enterprise, region=region))


def small_words(page: Page) -> list[str]:
    """Texts that nobody reads from four metres. What only a hand near the screen uses may be small."""
    found: list[str] = page.evaluate(
        """least => [...document.querySelectorAll('.screen *')]
          .filter(one => !one.closest('.tools, svg'))
          .filter(one => [...one.childNodes].some(node => node.nodeType === 3 && node.textContent.trim()))
          .filter(one => parseFloat(getComputedStyle(one).fontSize) < least)
          .map(one => one.textContent)""",
        FOUR_METRES_PX,
    )
    return found


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_wall_is_dark_readable_from_afar_and_never_scrolls(
    shop: Shop, kitchen: Kitchen, browser: Browser, url: str, language: str
) -> None:
    with_regions(kitchen)
    kitchen.add_user("li", Role.REGULATOR)
    for number in range(5):
        shop.alert(number)
    with logged_in(browser, url, "li", "/console/screen", WALL, language=language) as found:
        page = found.page
        expect(page.locator(".numbers [data-class=II] strong")).to_have_text("2")
        expect(page.locator("[data-sight=seen] strong")).to_have_text("1")
        expect(page.locator("[data-sight=blind] strong")).to_have_text("3")
        expect(page.locator("[data-region='330106'] strong").first).to_have_text("5")
        expect(page.locator("[data-region='420106']")).to_be_visible()
        expect(page.locator(".colour-words [data-shade=untold] strong")).to_have_text("2")
        expect(page.locator(".age.fresh")).to_be_visible()
        expect(page.locator(".screen[data-tone=dark]")).to_be_visible()
        assert small_words(page) == []
        assert serious_faults(page) == []
        assert unsaid_words(page) == []
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
        assert overflow(page) == 0
        cut = "[...document.querySelectorAll('.screen section')].filter(one => one.scrollHeight > one.clientHeight + 1)"
        assert page.evaluate(f"{cut}.length") == 0
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        assert overflow(page) == 0
        assert found.errors == []


def test_the_wall_hears_of_leads_and_says_what_they_are_worth(
    shop: Shop, kitchen: Kitchen, browser: Browser, url: str
) -> None:
    kitchen.add_user("screen", Role.VIEWER)
    with logged_in(browser, url, "screen", "/console/screen", WALL) as found:
        page = found.page
        expect(page.locator(".age.fresh")).to_be_visible()
        expect(page.locator(".numbers [data-class=I] strong")).to_have_text("0")
        expect(page.locator(".shades")).to_contain_text("不显示颜色")
        shop.alert(0)
        expect(page.locator(".numbers [data-class=I] strong")).to_have_text("1")
        expect(page.locator("footer")).to_contain_text("鼠类活动")
        expect(page.locator("footer")).to_contain_text(LEAD)
        assert found.errors == []


def test_the_wall_comes_back_by_itself_and_says_since_when_its_figures_are_old(
    shop: Shop, kitchen: Kitchen, browser: Browser
) -> None:
    kitchen.add_user("screen", Role.VIEWER)
    settings = kitchen.twins.settings
    with ExitStack() as first_life:
        url = first_life.enter_context(served(kitchen.app, settings))
        with logged_in(browser, url, "screen", "/console/screen", WALL) as found:
            page = found.page
            shop.alert(0)
            expect(page.locator(".numbers [data-class=I] strong")).to_have_text("1")
            first_life.close()
            expect(page.locator(".age.old")).to_contain_text("数据截至")
            expect(page.locator(".numbers [data-class=I] strong")).to_have_text("1")
            shop.alert(0)
            with served(create_app(kitchen.twins.services()), settings, int(url.rpartition(":")[2])):
                expect(page.locator(".age.fresh")).to_be_visible()
                expect(page.locator(".numbers [data-class=I] strong")).to_have_text("2")


def test_the_tree_of_regions_opens_down_to_the_enterprise_and_to_a_region_of_its_own(
    shop: Shop, kitchen: Kitchen, browser: Browser, url: str
) -> None:
    with_regions(kitchen)
    kitchen.add_user("li", Role.REGULATOR)
    shop.alert(0)
    with logged_in(browser, url, "li") as found:
        page = found.page
        branch = page.locator("[data-region='330106']")
        expect(branch).to_contain_text("浙江省 杭州市 西湖区")
        branch.locator("summary").focus()
        page.keyboard.press("Enter")
        expect(branch.locator(f"[data-enterprise='{FIRM}']")).to_contain_text("一类 1")
        branch.get_by_text("打开此区域").click()
        expect(page.locator("h1")).to_have_text("浙江省 杭州市 西湖区")
        expect(page.locator(".region-firms li")).to_have_count(1)
        assert serious_faults(page) == []
        page.fill("#region-report [name=month]", "2099-01")
        page.click("#region-report-xlsx")
        expect(page.locator("#region-report [role=alert]")).to_contain_text("周期须已开始")
        page.fill("#region-report [name=month]", "2026-01")
        with page.expect_download(timeout=60_000) as waited:
            page.click("#region-report-xlsx")
        assert waited.value.suggested_filename == "report-region-330106-2026-01.xlsx"
        page.locator(".region-firms a").click()
        expect(page.locator(".row")).to_have_count(1)
        assert found.errors == []


def test_what_is_overdue_names_who_owes_it_and_leads_to_the_alert(
    kitchen_with: Callable[..., Kitchen], browser: Browser
) -> None:
    kitchen = kitchen_with(terms=load_catalogue().terms)
    kitchen.add_user("li", Role.REGULATOR)
    alert = Shop(kitchen).alert(0)
    kitchen.twins.clock.advance(86_400)
    with served(kitchen.app, kitchen.twins.settings) as url, logged_in(browser, url, "li") as found:
        page = found.page
        page.clock.set_fixed_time(kitchen.twins.clock.now())
        page.reload()
        expect(page.locator(".overdue [data-duty=acknowledge]")).to_contain_text("企业 · 签收 1")
        expect(page.locator(".overdue [data-duty=review]")).to_contain_text("审看人")
        first = page.locator(".overdue ol a").first
        expect(first).to_contain_text(LEAD)
        first.click()
        expect(page.locator("article.alert")).to_have_attribute("data-alert", alert.alert_id)
        assert found.errors == []
