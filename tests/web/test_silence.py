"""What the console says where the service does not answer: nothing that could not be read may look calm."""

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from api.ports import Role
from domain.scope import Scope
from tests.api.kitchen import CAMERA, OWN_FIRM, PASSWORD, Kitchen
from tests.support.browser import visit
from tests.web.firms import penalised
from tests.web.shop import Shop, kitchen_picture
from tests.web.walk import logged_in

pytestmark = pytest.mark.integration

UNKNOWN = "读取失败，情况未知"


def refuse(page: Page, *paths: str, status: int = 403) -> None:
    """Every answer of these paths is a refusal from now on."""

    def answer(route: Route) -> None:
        problem = {"title": "no", "status": status, "detail": "仅供测试的拒绝"}
        route.fulfill(status=status, json=problem, content_type="application/problem+json")

    for path in paths:
        page.route(f"**/api/v1/{path}", answer)


def test_cameras_of_which_no_word_comes_lose_their_green_badge_and_stay_in_the_list_of_troubles(
    shop: Shop, kitchen: Kitchen, browser: Browser, url: str
) -> None:
    kitchen.add_user("chef", Role.OPERATOR, OWN_FIRM)
    with logged_in(browser, url, "chef", "/console/cameras") as found:
        page = found.page
        badge = page.locator(f"[data-camera='{CAMERA}'] .badge")
        expect(badge).to_have_text("在线")
        refuse(page, "cameras/status")
        expect(badge).to_have_text("没有消息")
        expect(page.locator(".unread")).to_contain_text(UNKNOWN)
        expect(page.locator("#camera-summary")).to_contain_text("未知")
        page.get_by_label("仅看无画面或异常的").check()
        expect(page.locator(".camera")).to_have_count(3)
        page.goto(f"/console/cameras/{CAMERA}")
        expect(page.locator(".heading .badge")).to_have_text("没有消息")
        expect(page.locator(".picture")).to_contain_text("不代表合规")
        assert found.errors == []


def test_cameras_are_listed_where_the_names_of_sites_cannot_be_read(
    shop: Shop, kitchen: Kitchen, browser: Browser, url: str
) -> None:
    kitchen.add_user("chef", Role.OPERATOR, OWN_FIRM)
    with logged_in(browser, url, "chef", "/console/help") as found:
        page = found.page
        refuse(page, "sites")
        page.goto("/console/cameras")
        expect(page.locator(".camera")).to_have_count(3)
        expect(page.locator("section h2")).to_contain_text("场所名称未知")
        assert found.errors == []


def test_the_situation_and_a_managers_home_say_what_could_not_be_read(
    shop: Shop, kitchen: Kitchen, browser: Browser, url: str
) -> None:
    kitchen.add_user("chef", Role.OPERATOR, OWN_FIRM)
    with logged_in(browser, url, "chef", "/console/help") as found:
        page = found.page
        refuse(page, "situation", "situation?*", "situation/*", "alerts?*", "cameras/status", "enterprises/*/credit/*")
        page.goto("/console/")
        for part in ("#wrong", "#to-do", ".recovering"):
            expect(page.locator(f"{part} .unread").first).to_contain_text(UNKNOWN)
        expect(page.locator("#wrong")).not_to_contain_text("没有发现")
        page.goto("/console/situation")
        for part in (".overdue", ".regions"):
            expect(page.locator(f"{part} .unread")).to_contain_text(UNKNOWN)
            expect(page.locator(part)).to_have_attribute("aria-busy", "false")
        expect(page.locator("[data-sight=blind] strong")).to_have_text("…")
        page.goto("/console/regions/none")
        expect(page.locator(".unread")).to_contain_text(UNKNOWN)
        expect(page.locator(".sight strong")).to_have_text(["…"] * 4)
        assert found.errors == []


def test_applications_that_cannot_be_read_are_not_none_and_none_is_offered_again(
    kitchen: Kitchen, browser: Browser, url: str
) -> None:
    enterprise = penalised(kitchen).enterprise.enterprise_id
    kitchen.add_user("chef", Role.OPERATOR, Scope(enterprise_ids=frozenset({enterprise})))
    with logged_in(browser, url, "chef", "/console/help") as found:
        page = found.page
        refuse(page, "enterprises/*/applications")
        page.goto(f"/console/enterprises/{enterprise}/repair")
        expect(page.locator(".unread")).to_contain_text(UNKNOWN)
        expect(page.locator("#repairs [data-listed]").first).to_be_visible()
        expect(page.locator("[data-begin]")).to_have_count(0)
        expect(page.locator(".repair")).not_to_contain_text("还没有申请")
        assert found.errors == []


def test_what_was_seen_before_the_network_went_does_not_stay_without_a_word(
    shop: Shop, kitchen: Kitchen, browser: Browser, url: str
) -> None:
    kitchen.add_user("chef", Role.OPERATOR, OWN_FIRM)
    with logged_in(browser, url, "chef", "/console/cameras") as found:
        page = found.page
        badge = page.locator(f"[data-camera='{CAMERA}'] .badge")
        expect(badge).to_have_text("在线")
        page.context.set_offline(True)
        expect(badge).to_have_text("没有消息")
        page.context.set_offline(False)
        expect(badge).to_have_text("在线")


def test_a_service_that_fails_is_not_told_as_a_wrong_password_or_a_missing_page(
    kitchen: Kitchen, browser: Browser, url: str
) -> None:
    kitchen.add_user("li", Role.REGULATOR)
    with visit(browser, url) as found:
        page = found.page
        refuse(page, "login", "public/enterprises", status=503)
        page.goto("/console/public")
        expect(page.locator("[role=alert]")).to_contain_text("服务暂时不可用")
        page.goto("/console/")
        page.fill("#name", "li")
        page.fill("#password", PASSWORD)
        page.click("button[type=submit]")
        expect(page.locator("#fault")).to_contain_text("服务暂时不可用")
        assert found.errors == []


def test_a_pause_that_cannot_be_ended_and_a_verdict_that_is_not_stored_say_why(
    shop: Shop, kitchen: Kitchen, browser: Browser, url: str
) -> None:
    kitchen.add_user("chef", Role.OPERATOR, OWN_FIRM)
    camera = kitchen.client(Role.OPERATOR, OWN_FIRM, name="老李")
    camera.post(f"/api/v1/cameras/{CAMERA}/pause", json={"reason": "镜头维修"})
    with logged_in(browser, url, "chef", f"/console/cameras/{CAMERA}") as found:
        page = found.page
        refuse(page, "cameras/*/resume", "cameras/*/place", status=409)
        page.click(".switch")
        expect(page.locator(".pausing .fault")).to_have_text("仅供测试的拒绝")
        expect(page.locator(".switch")).to_be_enabled()
        page.goto("/console/cameras/new")
        page.fill("[name=name]", "凉菜专间")
        page.fill("[name=location]", "rtsp://192.0.2.8/live")
        kitchen.twins.views["rtsp://192.0.2.8/live"] = kitchen_picture()
        page.click("#camera-form button[type=submit]")
        expect(page.locator(".place-check img")).to_be_visible()
        page.click("#confirm-place")
        expect(page.locator(".place-check .fault")).to_have_text("未能保存：仅供测试的拒绝")
        page.route("**/api/v1/cameras/*", lambda route: route.fulfill(status=503, json={"detail": "稍后"}))
        page.click("#drop-camera")
        expect(page.locator(".first-picture")).to_contain_text("没有删除：稍后")
        assert found.errors == []


def test_a_page_that_fails_takes_no_other_page_with_it(
    shop: Shop, kitchen: Kitchen, browser: Browser, url: str
) -> None:
    kitchen.add_user("chef", Role.OPERATOR, OWN_FIRM)
    with logged_in(browser, url, "chef", "/console/help") as found:
        page = found.page
        page.route("**/api/v1/sites", lambda route: route.fulfill(json={"items": 5}))
        page.goto("/console/cameras")
        expect(page.locator("main [role=alert]")).to_contain_text("此页面出错")
        page.click("a[href='/console/help']")
        expect(page.locator("h1")).to_have_text("帮助与词汇")
