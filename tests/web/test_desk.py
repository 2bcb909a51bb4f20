"""The alert desk in a real browser over a real server."""

import re
from collections.abc import Callable
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page, expect

from api.app import create_app
from api.ports import Role
from domain.alert import Alert
from domain.scope import Scope
from tests.alerts.samples import EPOCH
from tests.api.kitchen import FIRM, OWN_FIRM, Kitchen
from tests.api.live import served
from tests.web.shop import RENDERED, Shop
from tests.web.walk import LEAD, logged_in, unsaid_words

pytestmark = pytest.mark.integration
DESK = "/console/alerts"


def row(page: Page, alert: Alert) -> str:
    return f".row[data-alert='{alert.alert_id}']"


def judged(kitchen: Kitchen, alert: Alert) -> tuple[str, str]:
    """State and reason as they are stored."""
    stored = kitchen.twins.journal.get(alert.alert_id, Scope.everything())
    assert stored is not None
    return stored.state, stored.review.reason if stored.review else ""


def test_an_alert_arrives_by_itself_and_is_dismissed_by_keyboard_with_a_reason(
    shop: Shop, kitchen: Kitchen, browser: Browser, url: str
) -> None:
    kitchen.add_user("li", Role.REGULATOR, OWN_FIRM)
    with logged_in(browser, url, "li", DESK) as found:
        page = found.page
        expect(page.locator(".feed.live")).to_be_visible()
        expect(page.locator(".empty")).to_be_visible()
        alert = shop.alert(0, clip=RENDERED.read_bytes())
        expect(page.locator(row(page, alert))).to_contain_text("鼠类活动")
        expect(page.locator(row(page, alert))).to_contain_text(LEAD)

        page.keyboard.press("j")
        expect(page.locator("#lead")).to_contain_text(LEAD)
        expect(page.locator(".badge.warn", has_text="条文")).to_have_text("条文未核实")
        expect(page.locator(".badge.good", has_text="条文")).to_have_text("条文已核实")
        expect(page.locator(".box")).to_have_count(0)
        page.keyboard.press("b")
        expect(page.locator(".box.meant")).to_have_count(1)
        expect(page.locator(".box.other")).to_have_count(1)
        page.keyboard.press("b")
        expect(page.locator(".box")).to_have_count(0)
        expect(page.locator("main")).to_contain_text(alert.evidence[0].sha256 or "-")

        page.keyboard.press("d")
        page.keyboard.press("Enter")
        expect(page.locator(".judge .fault")).to_have_text("请写明理由。")
        page.keyboard.type("是店主的猫")
        page.keyboard.press("Enter")
        expect(page.locator(".alert .badge.state-dismissed")).to_be_visible()
        expect(page.locator("#lead")).to_have_count(0)
        expect(page.locator(".steps")).to_contain_text("li：是店主的猫")
        expect(page.locator(f"{row(page, alert)} .badge.state-dismissed")).to_be_visible()
        assert unsaid_words(page) == []
        assert found.errors == []
    assert judged(kitchen, alert) == ("dismissed", "是店主的猫")


def test_counts_lead_down_to_the_alerts_that_were_counted(
    shop: Shop, kitchen: Kitchen, browser: Browser, url: str
) -> None:
    li = kitchen.add_user("li", Role.REGULATOR)
    rat, bin_alert = shop.alert(0), shop.alert(1)
    kitchen.twins.desk.dismiss(
        bin_alert.alert_id, actor=li.user_id, scope=Scope.everything(), expected_sequence=1, reason="看过"
    )
    with logged_in(browser, url, "li", "/console/counts") as found:
        page = found.page
        for name, number in (("detected", 2), ("unreviewed", 1), ("dismissed", 1), ("confirmed", 0)):
            expect(page.locator(f"[data-figure={name}] strong")).to_have_text(str(number))
        expect(page.locator("#counts-words")).to_contain_text("仅经人工确认的记录计入")
        expect(page.locator("#counts-sites tbody tr")).to_have_count(2)
        expect(page.locator(".chart[role=img]")).to_have_attribute("aria-label", re.compile("未核实 1"))
        with page.expect_download() as taken:
            page.click("#counts-csv")
        assert "pest.rodent" in taken.value.path().read_text("utf-8-sig")
        page.get_by_role("button", name="近 7 天").click()
        expect(page).to_have_url(re.compile(r"counts\?days=7$"))
        page.fill("#counts-from", "2026-01-06")
        expect(page.locator("#counts-none")).to_contain_text("没有检出不等于没有问题")
        page.goto("/console/counts?days=7")
        page.click("[data-code='pest.rodent'] a")
        expect(page.locator(row(page, rat))).to_be_visible()
        expect(page.locator(row(page, bin_alert))).to_have_count(0)
        assert found.errors == []


def test_the_clip_is_stepped_frame_by_frame(shop: Shop, kitchen: Kitchen, browser: Browser, url: str) -> None:
    kitchen.add_user("li", Role.REGULATOR)
    alert = shop.alert(0, clip=RENDERED.read_bytes())
    with logged_in(browser, url, "li", f"{DESK}/{alert.alert_id}") as found:
        page = found.page
        page.fill(".why [name=why]", "核对鼠类去向")  # it shows faces: why somebody looks is written down
        page.click(".why button")
        time = page.locator("#clip-time")
        expect(time).to_have_text(re.compile(r"/ [1-9]"))

        def now() -> float:
            return float(page.evaluate("document.querySelector('video').currentTime"))

        page.keyboard.press(".")
        expect(time).not_to_have_text(re.compile(r"^0\.00"))
        first = now()
        page.keyboard.press(".")
        page.wait_for_function("before => document.querySelector('video').currentTime > before", arg=first)
        second = now()
        page.keyboard.press(",")
        page.wait_for_function("before => document.querySelector('video').currentTime < before", arg=second)
        assert 0 < first < second <= first + 0.5
        assert page.evaluate("document.querySelector('video').paused")
        assert found.errors == []


def test_a_clip_that_the_browser_cannot_play_is_offered_for_download_after_one_reason(
    shop: Shop, kitchen: Kitchen, browser: Browser, url: str
) -> None:
    kitchen.add_user("li", Role.REGULATOR)
    alert = shop.alert(0, clip=b"nothing that a browser plays")
    with logged_in(browser, url, "li", f"{DESK}/{alert.alert_id}") as found:
        page = found.page
        reasons: list[str] = []
        page.on("request", lambda request: reasons.append(request.url) if request.url.endswith("/access") else None)
        page.fill(".why [name=why]", "核对鼠类去向")
        page.click(".why button")
        expect(page.locator("#unplayable")).to_contain_text("请下载查看")
        expect(page.locator("#unplayable a")).to_have_attribute("download", "")
        expect(page.locator(".why")).to_have_count(0)
        assert len(reasons) == 1
        assert found.errors == []


def test_many_are_judged_at_once_and_what_somebody_else_changed_is_left(
    shop: Shop, kitchen: Kitchen, browser: Browser, url: str
) -> None:
    kitchen.add_user("li", Role.REGULATOR)
    alerts = [shop.alert(number) for number in range(5)]
    newest = alerts[::-1]
    with logged_in(browser, url, "li", DESK) as found:
        page = found.page
        expect(page.locator(".row")).to_have_count(5)
        for _ in range(3):
            page.keyboard.press("j")
            page.keyboard.press("x")
        expect(page.locator(".bulk h2")).to_have_text("已选 3 条")
        page.keyboard.press("d")
        page.keyboard.type("演练")
        page.keyboard.press("Enter")

        expect(page.locator(".bulk")).to_have_count(0)
        expect(page.locator(".row .state-dismissed")).to_have_count(3)
        assert [judged(kitchen, one) for one in newest[:3]] == [("dismissed", "演练")] * 3
        assert [judged(kitchen, one)[0] for one in newest[3:]] == ["raised"] * 2
        assert found.errors == []


def test_an_alert_that_changed_meanwhile_is_not_judged_unseen(
    shop: Shop, kitchen: Kitchen, browser: Browser, url: str
) -> None:
    kitchen.add_user("li", Role.REGULATOR)
    alert = shop.alert(0)
    with logged_in(browser, url, "li", f"{DESK}/{alert.alert_id}") as found:
        page = found.page
        expect(page.locator("article.alert")).to_have_attribute("data-sequence", "1")
        # So that this page does not learn of it.
        page.route(f"**/{alert.alert_id}", lambda route: route.abort())
        other = kitchen.client(Role.REGULATOR, name="other")
        body = {"reason": "看过现场", "expected_sequence": 1}
        assert other.post(f"/api/v1/alerts/{alert.alert_id}/confirm", json=body).status_code == 200
        page.keyboard.press("u")
        page.keyboard.press("Enter")

        expect(page.locator(".alert .judge .fault")).to_contain_text("刚有更新")
        page.unroute(f"**/{alert.alert_id}")
        page.reload()
        expect(page.locator(".alert .badge.state-confirmed")).to_be_visible()
    assert judged(kitchen, alert) == ("confirmed", "看过现场")


def test_filters_stand_in_the_address(shop: Shop, kitchen: Kitchen, browser: Browser, url: str) -> None:
    kitchen.add_user("li", Role.REGULATOR)
    for number in range(4):
        shop.alert(number)
    with logged_in(browser, url, "li", f"{DESK}?class=III") as found:
        page = found.page
        expect(page.locator(".row")).to_have_count(2)
        page.click(".chip >> text=已确认")
        expect(page).to_have_url(re.compile(r"/console/alerts\?state=confirmed&class=III$"))
        expect(page.locator(".empty")).to_be_visible()
        page.reload()
        expect(page.locator(".chip[aria-pressed=true]")).to_have_text("已确认")
        page.go_back()
        expect(page.locator(".row")).to_have_count(2)
        page.click(".filters >> text=清除筛选")
        expect(page.locator(".row")).to_have_count(4)
        expect(page).to_have_url(re.compile(r"/console/alerts$"))
        page.goto(f"{DESK}?enterprise={FIRM}")  # as the tree of regions leads here
        expect(page.locator("#filter-enterprise")).to_have_text("企业：示例餐饮有限公司 ✕")
        expect(page.locator("#more-filters")).to_contain_text("•")
        page.click("#filter-enterprise")
        expect(page).to_have_url(re.compile(r"/console/alerts$"))
        # A new one that the filter does not ask for stays out.
        page.goto(f"{DESK}?class=II")
        expect(page.locator(".row")).to_have_count(1)
        shop.alert(0)
        wanted = shop.alert(1)
        expect(page.locator(row(page, wanted))).to_be_visible()
        expect(page.locator(".row")).to_have_count(2)
        assert found.errors == []


def test_nothing_is_lost_while_the_server_is_away(shop: Shop, kitchen: Kitchen, browser: Browser) -> None:
    kitchen.add_user("li", Role.REGULATOR)
    settings = kitchen.twins.settings
    with ExitStack() as first_life:
        url = first_life.enter_context(served(kitchen.app, settings))
        with logged_in(browser, url, "li", DESK) as found:
            page = found.page
            first = shop.alert(0)
            expect(page.locator(row(page, first))).to_be_visible()
            first_life.close()
            expect(page.locator(".feed.lost")).to_be_visible()
            missed = [shop.alert(number) for number in (1, 2, 3)]
            with served(create_app(kitchen.twins.services()), settings, int(url.rpartition(":")[2])):
                for alert in missed:
                    expect(page.locator(row(page, alert))).to_be_visible()
                expect(page.locator(".feed.live")).to_be_visible()
                expect(page.locator(".row")).to_have_count(4)


def test_ten_thousand_alerts_are_walked_through_with_a_handful_of_rows(
    kitchen_with: Callable[..., Kitchen], browser: Browser
) -> None:
    kitchen = kitchen_with()
    kitchen.add_user("li", Role.REGULATOR)
    for _ in range(10_000):
        kitchen.raise_alert(ended_at=EPOCH)
    with served(kitchen.app, kitchen.twins.settings) as url, logged_in(browser, url, "li", DESK) as found:
        page = found.page
        foot = page.locator(".list-foot")
        expect(page.locator(".row").first).to_be_visible()
        page.evaluate(
            """() => {  // to the end of what is loaded, again and again, as a person who holds the key
              window.going = setInterval(() => {
                const room = document.querySelector('.rows');
                if (room) room.scrollTop = room.scrollHeight;
              }, 50);
            }"""
        )
        expect(foot).to_have_attribute("data-count", "10000", timeout=90_000)
        page.evaluate("clearInterval(window.going)")
        expect(foot).to_contain_text("共 10000 条")
        assert page.locator(".row").count() < 60

        page.keyboard.press("Home")
        expect(page.locator(".row.current")).to_have_count(1)
        page.keyboard.press("j")
        newcomer = kitchen.raise_alert()
        expect(page.locator(".list-foot")).to_have_attribute("data-count", "10001")
        page.keyboard.press("Home")
        expect(page.locator(f"{row(page, newcomer)}.current")).to_be_visible()
        assert found.errors == []


def test_buttons_follow_the_permissions(shop: Shop, kitchen: Kitchen, browser: Browser, url: str) -> None:
    kitchen.add_user("chef", Role.OPERATOR, OWN_FIRM)
    kitchen.add_user("screen", Role.VIEWER, OWN_FIRM)
    alert = shop.alert(0, clip=RENDERED.read_bytes())
    with logged_in(browser, url, "chef", f"{DESK}/{alert.alert_id}") as found:
        page = found.page
        expect(page.locator("#acknowledge")).to_be_visible()
        expect(page.locator("#confirm")).to_have_count(0)
        page.keyboard.press("c")  # not theirs to say
        page.keyboard.press("a")
        page.keyboard.press("Enter")
        expect(page.locator(".alert .badge.state-acknowledged")).to_contain_text("未核实")
        expect(page.locator("#lead")).to_be_visible()
    with logged_in(browser, url, "screen", f"{DESK}/{alert.alert_id}") as found:
        page = found.page
        expect(page.locator(".still img")).to_be_visible()
        expect(page.locator("article.alert")).to_contain_text("您的账户无权查看")
        expect(page.locator("video")).to_have_count(0)
        expect(page.locator(".judge")).to_have_count(0)
        expect(page.locator(".row input")).to_have_count(0)
        assert found.errors == []
