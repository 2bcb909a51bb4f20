"""A newcomer's first hour, in a browser, with the service as it is installed: nothing is there, nobody reads a manual.

They register a kitchen, connect a camera, look at its first picture, draw a zone, get an alert, judge it, and find it
in the enterprise's portrait.
"""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from domain.credit_code import CreditCode
from tests.acceptance.reviews import confirm_by, second_reviewer
from tests.acceptance.service_process import ADMIN_PASSWORD, ServiceProcess
from tests.support.alarms import alarm_in, seen_by
from tests.support.browser import DESKTOP, running_browser, visit
from tests.support.rtsp import RtspServer
from tests.web.walk import log_in

pytestmark = pytest.mark.acceptance(alone=False)

SLOW_MS = 180_000  # as long as a clip is played again and again on a busy machine


def test_a_newcomer_comes_from_nothing_to_a_finding_in_the_portrait(tmp_path: Path) -> None:
    alarm = alarm_in(tmp_path / "alarm")
    with (
        running_browser() as browser,
        RtspServer() as cameras,
        ServiceProcess(tmp_path / "data", **seen_by(alarm.network)) as service,
    ):
        location = cameras.add("pantry", alarm.path)
        with visit(browser, service.url, DESKTOP) as found:
            page = found.page
            page.set_default_timeout(60_000)
            log_in(page, "admin", "/console/cameras", ADMIN_PASSWORD)
            register(page)
            connect(page, location)

            page.click("nav a[href$='/alerts']")
            row = page.locator("[data-alert]").first
            expect(row).to_be_visible(timeout=SLOW_MS)
            alert_id = str(row.get_attribute("data-alert"))
            page.goto(f"{service.url}/console/alerts/{alert_id}")
            expect(page.locator(".still img")).to_be_visible(timeout=SLOW_MS)
            expect(page.locator("#lead")).to_contain_text("未经人工核实")

            admin = service.client()
            confirm_by(alert_id, admin, second_reviewer(service, admin))
            expect(page.locator("article.alert header")).to_contain_text("已确认")

            page.click("nav a[href$='/enterprises']")
            page.click("[data-enterprise]")
            page.click("#ledger-b")
            expect(page.locator(f"[data-entry^='{alert_id}']").first).to_contain_text("问题确认", timeout=SLOW_MS)
            assert found.errors == []


def register(page: Page) -> None:
    """An enterprise and its kitchen."""
    page.click("#to-registry")
    page.click("#enterprise-begin")
    page.fill("#enterprise-form [name=name]", "示例小馆")
    page.fill("#enterprise-form [name=credit_code]", CreditCode.generated(4711).value)
    page.click("#enterprise-save")
    page.click("[data-act=add-site]")
    page.fill("#site-form [name=name]", "后厨")
    page.click("#site-save")
    expect(page.locator("[data-site='后厨']")).to_be_visible()


def connect(page: Page, location: str) -> None:
    """A camera with a zone, from its address to what it shows."""
    page.click("nav a[href$='/cameras']")
    page.click("#add-camera")
    page.fill("#camera-form [name=name]", "仓库")
    page.fill("#camera-form [name=location]", location)
    page.click("#camera-form button[type=submit]")
    page.click("#confirm-place")
    plane = page.locator("svg.plane")
    expect(plane).to_be_visible()
    page.click("#draw-zone")
    room = plane.bounding_box()
    assert room is not None
    for x, y in ((0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.1)):
        page.mouse.click(room["x"] + x * room["width"], room["y"] + y * room["height"])
    page.select_option(".zone-list select", "storage")
    page.click("#save-zones")
    expect(page.locator(".zone-editor [role=status]")).to_contain_text("已保存")
    page.click("#finish")
    expect(page.locator("h1")).to_have_text("仓库")
