"""The wall in a real browser over a real server; its pictures are looked at by their pixels."""

from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from api.ports import Role
from domain.geometry import Polygon
from domain.ids import CameraId, ZoneId
from domain.zone import Zone, ZoneType
from tests.api.kitchen import CAMERA, OWN_FIRM, PASSWORD, SECOND_CAMERA, SITE, Kitchen
from tests.api.live import served
from tests.api.pages.test_console import log_in, unsaid_words
from tests.api.test_live_feed import look, show
from tests.support.browser import PHONE, visit
from tests.support.pictures import ArrayPicture

pytestmark = pytest.mark.integration


@pytest.fixture
def kitchen(kitchen_with: Callable[..., Kitchen]) -> Kitchen:
    return kitchen_with(live_fps=5.0, still_fresh_seconds=30.0)


def green_picture() -> ArrayPicture:
    pixels = np.zeros((720, 1280, 3), np.uint8)
    pixels[:] = (40, 160, 60)
    return ArrayPicture(pixels)


def fill_kitchen(kitchen: Kitchen) -> None:
    """A camera with a picture, a person and a zone; one that is paused; one that never gave a picture."""
    zone = Zone(
        zone_id=ZoneId("zone-1"),
        camera_id=CAMERA,
        name="专间",
        type=ZoneType.SPECIAL_ROOM,
        polygon=Polygon.of([(0.5, 0.3), (0.95, 0.3), (0.95, 0.95), (0.5, 0.95)]),
    )
    kitchen.twins.registry.add_zone(zone)
    kitchen.add_camera(CameraId("camera-silent"), SITE, "库房")
    show(kitchen, green_picture())
    look(kitchen)
    chef = kitchen.client(Role.OPERATOR, OWN_FIRM, name="老李")
    chef.post(f"/api/v1/cameras/{SECOND_CAMERA}/pause", json={"reason": "镜头维修"})


def open_wall(page: Page, name: str) -> None:
    log_in(page, name, PASSWORD)
    page.click("#to-wall")
    expect(page.locator("#count-4")).to_have_attribute("aria-pressed", "true")


def pixel(page: Page, camera_id: str, x: float, y: float) -> list[int]:
    """Red, green and blue at a place of the tile's canvas, in fractions of the picture in it (16:9, centred)."""
    found = page.evaluate(
        """([id, x, y]) => {
          const canvas = document.querySelector(`[data-camera="${id}"] canvas`);
          const fit = Math.min(canvas.width / 1280, canvas.height / 720);
          const left = (canvas.width - 1280 * fit) / 2 + x * 1280 * fit;
          const top = (canvas.height - 720 * fit) / 2 + y * 720 * fit;
          return [...canvas.getContext("2d").getImageData(Math.round(left), Math.round(top), 1, 1).data.slice(0, 4)];
        }""",
        [camera_id, x, y],
    )
    return [int(each) for each in found]


def test_the_wall_shows_pictures_with_boxes_and_says_where_there_is_none(
    kitchen: Kitchen, browser: Browser, url: str
) -> None:
    fill_kitchen(kitchen)
    kitchen.add_user("li", Role.REGULATOR, OWN_FIRM)
    with visit(browser, url) as found:
        page = found.page
        open_wall(page, "li")
        live, paused = page.locator(f"[data-camera={CAMERA}]"), page.locator(f"[data-camera={SECOND_CAMERA}]")
        silent = page.locator("[data-camera=camera-silent]")

        expect(live).to_have_attribute("data-boxes", "1")
        expect(live.locator(".badge")).to_have_text("在线")
        expect(live.locator(".words")).to_be_hidden()
        red, green, blue, _ = pixel(page, CAMERA, 0.45, 0.1)
        assert green > 120 > max(red, blue)
        assert pixel(page, CAMERA, 0.1, 0.5)[0] > 150  # the left edge of the box is yellow
        expect(paused.locator(".words")).to_contain_text("已暂停，无画面，未作判断")
        expect(paused.locator(".words")).to_contain_text("老李")
        expect(paused.locator(".words")).to_contain_text("镜头维修")
        expect(silent.locator(".words")).to_contain_text("无画面")
        expect(silent.locator(".words")).to_contain_text("不代表合规")
        expect(page.locator("#notice")).to_contain_text("AI 线索，未经人工核实")
        assert unsaid_words(page) == []

        kitchen.twins.clock.advance(60)  # it falls silent: its last picture must go
        expect(live.locator(".words")).to_contain_text("无画面")
        assert pixel(page, CAMERA, 0.45, 0.1) == [0, 0, 0, 0]
        show(kitchen, green_picture())
        expect(live.locator(".words")).to_be_hidden()
        assert found.errors == []


def test_the_wall_is_worked_by_keys(kitchen: Kitchen, browser: Browser, url: str) -> None:
    fill_kitchen(kitchen)
    kitchen.add_user("li", Role.REGULATOR, OWN_FIRM)
    with visit(browser, url) as found:
        page = found.page
        open_wall(page, "li")
        live = page.locator(f"[data-camera={CAMERA}]")
        expect(live).to_have_attribute("data-boxes", "1")
        for key, count in (("9", 9), ("0", 16), ("1", 1), ("4", 4)):
            page.keyboard.press(key)
            expect(page.locator(f"#count-{count}")).to_have_attribute("aria-pressed", "true")
            expect(page.locator(".tile")).to_have_count(count)
        page.keyboard.press("b")
        expect(live).to_have_attribute("data-boxes", "0")
        live.focus()
        page.keyboard.press("Enter")
        expect(page.locator(".tile")).to_have_count(1)
        expect(live).to_be_focused()
        page.keyboard.press("PageUp")  # it is the last one by name
        expect(live).to_have_count(0)
        page.keyboard.press("Escape")
        expect(page.locator(".tile")).to_have_count(4)
        page.reload()
        expect(page.locator("#boxes")).to_have_attribute("aria-pressed", "false")
        page.click("#language")
        expect(page.locator("#bar strong")).to_have_text("Wall")
        assert found.errors == []


def test_who_may_not_see_faces_sees_boxes_on_black(kitchen: Kitchen, browser: Browser, url: str) -> None:
    fill_kitchen(kitchen)
    kitchen.add_user("screen", Role.VIEWER, OWN_FIRM)
    with visit(browser, url) as found:
        open_wall(found.page, "screen")
        live = found.page.locator(f"[data-camera={CAMERA}]")

        expect(live).to_have_attribute("data-boxes", "1")
        expect(live.locator(".words")).to_contain_text("您的账户无权查看")
        assert pixel(found.page, CAMERA, 0.45, 0.1) == [0, 0, 0, 0]
        assert pixel(found.page, CAMERA, 0.1, 0.5)[0] > 150
        assert found.errors == []


def test_the_wall_asks_for_a_login_and_then_shows_itself(kitchen: Kitchen, browser: Browser, url: str) -> None:
    kitchen.add_user("li", Role.REGULATOR, OWN_FIRM)
    with visit(browser, url, PHONE) as found:
        page = found.page
        page.goto("/wall")
        page.fill("#name", "li")
        page.fill("#password", PASSWORD)
        page.click("button.main")

        expect(page.locator("#bar strong")).to_have_text("画面墙")
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
        assert found.errors == []


def test_a_media_server_that_does_not_answer_leaves_the_feeds_pictures(
    kitchen_with: Callable[..., Kitchen], browser: Browser
) -> None:
    kitchen = kitchen_with(live_fps=5.0, live_whep_url="http://127.0.0.1:9/{camera_id}/whep")
    fill_kitchen(kitchen)
    kitchen.add_user("li", Role.REGULATOR, OWN_FIRM)
    with served(kitchen.app, kitchen.twins.settings) as url, visit(browser, url) as found:
        open_wall(found.page, "li")
        live = found.page.locator(f"[data-camera={CAMERA}]")
        live.dblclick()

        expect(found.page.locator(".tile")).to_have_count(1)
        expect(live).to_have_attribute("data-boxes", "1")
        expect(found.page.locator("video")).to_have_count(0)
