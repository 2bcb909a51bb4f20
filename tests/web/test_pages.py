"""Login, situation, cameras and wall of the console in a real browser over a real server."""

import re
from dataclasses import replace
from datetime import time, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from api.ports import Role
from domain.schedule import OpenHours
from domain.scope import Scope
from domain.zone_hours import Holds, ZoneHours
from tests.api.kitchen import CAMERA, OWN_FIRM, PASSWORD, SECOND_CAMERA, Kitchen
from tests.api.test_live_feed import look
from tests.support.bins import draw_bin
from tests.support.browser import DESKTOP, PHONE, visit
from tests.support.pictures import ArrayPicture
from tests.web.shop import SILENT_CAMERA, Shop, kitchen_picture
from tests.web.walk import GOOD_SHIFT, HOLD_UP, LEAD, MOVED, log_in, logged_in, overflow, serious_faults, unsaid_words

pytestmark = pytest.mark.integration


def tile(page: Page, camera_id: str) -> str:
    return f"[data-camera='{camera_id}']"


def test_the_root_leads_to_the_console_which_asks_who_it_is(kitchen: Kitchen, browser: Browser, url: str) -> None:
    kitchen.add_user("li", Role.REGULATOR)
    with visit(browser, url) as found:
        page = found.page
        page.goto("/")
        page.fill("#name", "li")
        page.fill("#password", "wrong-password-1")
        page.click("button[type=submit]")
        expect(page.locator("#fault")).to_have_text("用户名或密码不正确。")
        assert page.context.cookies() == []
        log_in(page, "li", "/console/cameras")
        expect(page.locator("h1")).to_have_text("摄像机")  # the page that was asked for
        expect(page.locator(".notice")).to_contain_text(LEAD)
        page.click("#logout")
        expect(page.locator("#password")).to_be_visible()
        assert found.errors == []


def test_the_one_time_password_is_changed_before_anything_is_seen(kitchen: Kitchen, browser: Browser, url: str) -> None:
    kitchen.add_user("admin", Role.ADMIN, must_change_password=True)
    with visit(browser, url) as found:
        page = found.page
        log_in(page, "admin")
        page.fill("#current", PASSWORD)
        for fresh, again, answer in (("short", "short", "12"), ("a-password-of-my-own", "another", "不一致")):
            page.fill("#fresh", fresh)
            page.fill("#again", again)
            page.click("button[type=submit]")
            expect(page.locator("#fault")).to_contain_text(answer)
        page.goto("/console/cameras")  # going around it leads back to it
        page.fill("#current", PASSWORD)
        page.fill("#fresh", "a-password-of-my-own")
        page.fill("#again", "a-password-of-my-own")
        page.click("button[type=submit]")
        expect(page.locator("h1")).to_have_text("摄像机")
        assert found.errors == []


def test_a_login_that_ends_shows_the_login_again(kitchen: Kitchen, browser: Browser, url: str) -> None:
    kitchen.add_user("li", Role.REGULATOR)
    with logged_in(browser, url, "li") as found:
        page = found.page
        expect(page.locator(".feed.live")).to_be_visible()
        page.context.clear_cookies()  # what the page asks for again and again is refused from now on
        expect(page.locator("#password")).to_be_visible()


def test_the_situation_counts_what_waits_and_names_what_is_not_seen(
    shop: Shop, kitchen: Kitchen, browser: Browser, url: str
) -> None:
    kitchen.add_user("li", Role.REGULATOR, OWN_FIRM)
    for number in range(5):
        shop.alert(number)
    with logged_in(browser, url, "li") as found:
        page = found.page
        page.clock.set_fixed_time(kitchen.twins.clock.now() + timedelta(days=3))  # ages go by the service's clock
        page.reload()
        for name, count in (("I", "1"), ("II", "2"), ("III", "2"), ("ops", "0")):
            expect(page.locator(f".tile[data-class='{name}'] strong")).to_have_text(count)
        expect(page.locator("[data-sight=seen] strong")).to_have_text("1")
        expect(page.locator("[data-sight=blind] strong")).to_have_text("2")
        expect(page.locator(".troubled")).to_contain_text("库房")
        expect(page.locator(".urgent li").first).to_contain_text("鼠类活动")
        expect(page.locator(".urgent li").first).to_contain_text(re.compile("已等待 [0-9]+ (秒|分钟)"))
        expect(page.locator(".chart canvas")).to_be_visible()
        expect(page.locator(".chart")).to_have_attribute(
            "aria-label", "柱状图：已确认 0，未核实 5，无法判断 0，已排除 0"
        )

        alert = shop.alert(0)  # told here and counted by itself
        expect(page.locator(".tile[data-class=I] strong")).to_have_text("2")
        expect(page.locator(".toast")).to_contain_text(LEAD)
        page.click(".toast")
        expect(page.locator("article.alert")).to_have_attribute("data-alert", alert.alert_id)
        assert found.errors == []


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_what_is_there_already_stays_where_it_is_while_the_rest_of_a_page_comes(
    shop: Shop, kitchen: Kitchen, browser: Browser, url: str, size: tuple[int, int]
) -> None:
    kitchen.add_user("li", Role.REGULATOR)
    for number in range(3):
        shop.alert(number)
    with logged_in(browser, url, "li", "/console/help", size) as found:
        page = found.page
        page.add_init_script(HOLD_UP)
        for path, last in (("", "#region-report"), (f"cameras/{CAMERA}", ".picture img")):
            page.goto(f"/console/{path}")
            expect(page.locator(last)).to_be_visible()
            assert page.evaluate(MOVED) < GOOD_SHIFT, path
        assert found.errors == []


def test_a_camera_without_a_picture_cannot_be_taken_for_a_quiet_one(
    shop: Shop, kitchen: Kitchen, browser: Browser, url: str
) -> None:
    kitchen.add_user("chef", Role.OPERATOR, OWN_FIRM)
    with logged_in(browser, url, "chef", "/console/cameras") as found:
        page = found.page
        live, silent = page.locator(tile(page, CAMERA)), page.locator(tile(page, SILENT_CAMERA))
        expect(live.locator(".picture img")).to_be_visible()
        expect(live.locator(".badge")).to_have_text("在线")
        expect(silent.locator(".picture")).to_contain_text("无画面")
        expect(silent.locator(".picture")).to_contain_text("不代表合规")
        expect(page.locator(".camera")).to_have_count(3)  # the other firm's is not there

        silent.locator(".switch").click()
        silent.locator("[name=reason]").fill("镜头维修")
        silent.locator(".pause-form button[type=submit]").click()
        expect(silent.locator(".picture")).to_contain_text("已暂停，无画面，未作判断")
        expect(silent.locator(".picture")).to_contain_text("镜头维修")
        silent.locator(".switch").click()
        expect(silent.locator(".badge")).to_have_text("离线")

        kitchen.twins.clock.advance(700)  # the first falls silent: its last picture must go
        expect(live.locator(".picture")).to_contain_text("无画面")
        expect(live.locator(".picture img")).to_have_count(0)
        expect(live.locator(".badge")).to_have_text("在线 · 无画面")
        assert found.errors == []


def test_a_camera_is_added_its_picture_confirmed_and_a_zone_drawn(
    shop: Shop, kitchen: Kitchen, browser: Browser, url: str
) -> None:
    kitchen.add_user("chef", Role.OPERATOR, OWN_FIRM)
    with logged_in(browser, url, "chef", "/console/cameras") as found:
        page = found.page
        page.click("#add-camera")
        page.fill("[name=name]", "凉菜专间")
        page.fill("[name=location]", "/etc/passwd")
        page.click("#camera-form button[type=submit]")
        expect(page.locator("#camera-form .fault")).to_contain_text("use_local_sources")
        page.fill("[name=location]", "rtsp://viewer:geheim@192.0.2.8/live")
        page.click("#camera-form button[type=submit]")

        expect(page.locator(".place-check [role=alert]")).to_contain_text("没有画面，无法确认")
        [added] = [one for one in kitchen.twins.registry.list_cameras(Scope.everything()) if one.name == "凉菜专间"]
        assert not added.is_watched  # nobody has looked
        kitchen.twins.views["rtsp://viewer:geheim@192.0.2.8/live"] = kitchen_picture()
        page.click("#look-place")
        expect(page.locator(".place-check img")).to_be_visible()
        expect(page.locator(".place-check")).to_contain_text("更衣室")
        kitchen.show_picture(added.camera_id, kitchen_picture())
        page.click("#confirm-place")

        plane = page.locator("svg.plane")
        expect(plane).to_be_visible()
        page.click("#draw-zone")
        for x, y in ((0.2, 0.2), (0.8, 0.2), (0.9, 0.9), (0.8, 0.8)):
            click_at(page, x, y)
        expect(page.locator("svg .corner")).to_have_count(4)
        page.keyboard.press("Control+z")  # the last corner was a mistake
        expect(page.locator("svg .corner")).to_have_count(3)
        click_at(page, 0.2, 0.2)  # the first corner closes the zone
        expect(page.locator(".zone-list li")).to_have_count(1)
        page.select_option(".zone-list select", "special_room")
        hours = page.get_by_label("区域 1 的时段")
        hours.select_option("in_week")
        monday = page.locator(".zone-list [data-weekday='0']")
        monday.get_by_label("周一开始").fill("22:00")
        monday.get_by_label("周一结束").fill("06:00")
        hours.select_option("while_closed")  # a mistake
        expect(page.locator(".zone-list .week")).to_have_count(0)
        page.click("#undo")
        expect(monday.get_by_label("周一开始")).to_have_value("22:00")
        page.click("#save-zones")
        expect(page.locator(".zone-editor [role=status]")).to_contain_text("已保存")
        page.click("#finish")
        expect(page.locator("h1")).to_have_text("凉菜专间")
        expect(page.locator("svg polygon.special_room.asleep")).to_have_count(1)  # it is Monday, 16:00
        expect(page.locator("#asleep")).to_contain_text("此刻不看 1 个区域：区域 1。没有告警不代表合规")
        expect(page.locator(".zone-list .badge")).to_have_text("此刻不看")
        assert "geheim" not in page.content()

        page.click("#copy-zones")
        expect(page.locator(".copy-zones .warning")).to_contain_text("请逐台打开核对并调整")
        expect(page.locator(".copy-zones [name=target]")).to_have_count(3)
        page.check(f".copy-zones [value='{CAMERA}']")
        page.click("#copy-now")
        expect(page.locator(".copy-zones [role=status]")).to_contain_text("已新增 1 个区域")
        there = {one.name: one for one in kitchen.twins.registry.list_zones(CAMERA)}
        assert sorted(there) == ["专间", "区域 1"]
        copied = there["区域 1"].hours
        assert copied is not None
        assert copied.hours[0] == OpenHours(weekday=0, start=time(22), end=time(6))
        assert serious_faults(page) == []
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        assert overflow(page) == 0
        page.click("#undo-copy")
        expect(page.locator(".copy-zones [role=status]")).to_contain_text("已撤销")
        assert [one.name for one in kitchen.twins.registry.list_zones(CAMERA)] == ["专间"]
        assert found.errors == []
    [zone] = kitchen.twins.registry.list_zones(added.camera_id)
    corners = [(corner.x, corner.y) for corner in zone.polygon.corners]
    assert zone.type == "special_room"
    assert corners == [pytest.approx(wanted, abs=0.01) for wanted in ((0.2, 0.2), (0.8, 0.2), (0.9, 0.9))]


def click_at(page: Page, x: float, y: float) -> None:
    """Click in fractions of the picture."""
    room = page.locator("svg.plane").bounding_box()
    assert room is not None
    page.mouse.click(room["x"] + x * room["width"], room["y"] + y * room["height"])


def test_a_state_is_taught_by_clicks_and_goes_live_by_a_person_who_saw_its_accuracy(
    shop: Shop, kitchen: Kitchen, browser: Browser, url: str
) -> None:
    kitchen.add_user("chef", Role.OPERATOR, OWN_FIRM)
    kitchen.add_user("li", Role.REGULATOR, OWN_FIRM)

    def show(state: str, seed: int) -> None:
        kitchen.show_picture(CAMERA, ArrayPicture(draw_bin(is_open=state == "敞开", seed=seed)))

    show("敞开", 0)
    with logged_in(browser, url, "chef", f"/console/cameras/{CAMERA}") as found:
        page = found.page
        page.click("#to-teach")
        page.click("#add-head")
        expect(page.locator("svg.plane")).to_be_visible()
        click_at(page, 0.85, 0.2)
        click_at(page, 0.55, 0.95)
        page.fill("[name=name]", "门边垃圾桶")
        page.click("#head-form button[type=submit]")
        expect(page.locator("#head-form .fault")).to_contain_text("每种状态都要有名称")
        page.select_option("[name=code]", "bin.uncovered")
        page.check("[name=keeps]")
        page.click("#head-form button[type=submit]")
        expect(page.locator("h1")).to_have_text("门边垃圾桶")
        for count in (1, 2):
            for state in ("敞开", "盖好"):
                show(state, count)
                page.click(f".call[data-state='{state}']")
                expect(page.locator(f".state-examples[data-state='{state}']")).to_have_attribute(
                    "data-count", str(count)
                )
        expect(page.locator(".sample img")).to_have_count(4)
        page.click("#teach")
        expect(page.locator("[data-shown='1'] .lacks")).to_contain_text("“敞开”需要至少 5 个互不相同的示例，现有 2 个")

        [head] = kitchen.twins.heads.list()[0]
        client = kitchen.client(Role.OPERATOR, OWN_FIRM, name="chef")
        for seed in range(3, 7):
            for state in ("敞开", "盖好"):
                show(state, seed)
                client.post(f"/api/v1/heads/{head.head_id}/examples", json={"state": state})
        page.reload()
        page.click("#teach")
        expect(page.locator("[data-shown='2']")).to_contain_text("12 个示例中判对 12 个；95% 区间 76%–100%")
        expect(page.locator("#needs-keeper")).to_be_visible()
        expect(page.locator("#go-live")).to_have_count(0)
        kitchen.twins.clock.advance(700)  # the camera falls silent: what is not seen is no example
        expect(page.locator(".call").first).to_be_disabled()
        assert found.errors == []
    assert kitchen.twins.heads.get(head.head_id).live_version is None
    region = kitchen.twins.heads.get(head.head_id).scope.region
    assert region is not None
    assert (region.corners[0].x, region.corners[0].y) == pytest.approx((0.55, 0.2), abs=0.01)

    address = f"/console/cameras/{CAMERA}/teach"
    with logged_in(browser, url, "li", address, PHONE, language="en", theme="dark") as found:
        page = found.page
        page.click("[data-head='门边垃圾桶'] a")
        page.click("#go-live")
        expect(page.locator(".heading .badge")).to_have_text("Live · version 2")
        expect(page.locator(".history li").first).to_contain_text("li · Put live · version 2")
        expect(page.locator(".history")).to_contain_text("chef · Taught")
        assert serious_faults(page) == []
        assert unsaid_words(page) == []
        assert overflow(page) == 0
        assert kitchen.twins.heads.get(head.head_id).live_version == 2
        page.click("#retire")
        expect(page.locator(".heading .badge")).to_have_text("Taken out of service")
        assert found.errors == []


def test_the_wall_shows_pictures_and_says_where_there_is_none(
    shop: Shop, kitchen: Kitchen, browser: Browser, url: str
) -> None:
    look(kitchen)
    [zone] = kitchen.twins.registry.list_zones(CAMERA)
    asleep = replace(zone, hours=ZoneHours(holds=Holds.OUTSIDE_HOURS))  # of a site that is open all day
    kitchen.twins.registry.update_zone(asleep, zone.version)
    kitchen.add_user("li", Role.REGULATOR, OWN_FIRM)
    kitchen.client(Role.OPERATOR, OWN_FIRM, name="老李").post(
        f"/api/v1/cameras/{SECOND_CAMERA}/pause", json={"reason": "镜头维修"}
    )
    with logged_in(browser, url, "li", "/console/wall") as found:
        page = found.page
        live = page.locator(tile(page, CAMERA))
        expect(live).to_have_attribute("data-boxes", "1")
        expect(live.locator(".words")).to_have_count(0)
        expect(live.locator(".unseen")).to_contain_text("此刻不看：专间")
        expect(live.locator(".unseen")).to_contain_text("不代表合规")
        expect(live.locator(".badge")).to_have_text("在线 · 此刻不看")
        expect(page.locator(f"{tile(page, SECOND_CAMERA)} .words")).to_contain_text("已暂停，无画面，未作判断")
        expect(page.locator(f"{tile(page, SECOND_CAMERA)} .words")).to_contain_text("老李")
        expect(page.locator(f"{tile(page, SILENT_CAMERA)} .words")).to_contain_text("不代表合规")
        for key, count in (("9", 9), ("0", 16), ("4", 4)):
            page.keyboard.press(key)
            expect(page.locator(".tiles .tile")).to_have_count(count)
        page.keyboard.press("b")
        expect(live).not_to_have_attribute("data-boxes", "1")
        live.focus()
        page.keyboard.press("Enter")
        expect(page.locator(".tiles .tile")).to_have_count(1)
        page.keyboard.press("Escape")
        expect(page.locator(".tiles .tile")).to_have_count(4)
        kitchen.twins.clock.advance(700)  # it falls silent: its last picture must go
        expect(live.locator(".words")).to_contain_text("无画面")
        assert found.errors == []


@pytest.mark.parametrize(("language", "theme"), [("zh", "light"), ("en", "dark")])
def test_every_page_can_be_used_by_everybody_in_both_languages_and_themes(
    shop: Shop, kitchen: Kitchen, browser: Browser, url: str, language: str, theme: str
) -> None:
    kitchen.add_user("admin", Role.ADMIN)
    alert = shop.alert(0)
    with logged_in(browser, url, "admin", language=language, theme=theme) as found:
        page = found.page
        for path in ("", "alerts", f"alerts/{alert.alert_id}", "cameras", f"cameras/{CAMERA}", "cameras/new", "wall"):
            page.goto(f"/console/{path}")
            expect(page.locator("h1").first).to_be_visible()
            expect(page.locator(".loading")).to_have_count(0)
            expect(page.locator("html")).to_have_attribute("data-theme", theme)
            if path.startswith("alerts/"):
                expect(page.locator("article.alert")).to_be_visible()
                page.click("#more-filters")
                page.keyboard.press("d")

            assert serious_faults(page) == [], path
            assert unsaid_words(page) == [], path
            page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
            assert overflow(page) == 0, path
            page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
        assert found.errors == []
