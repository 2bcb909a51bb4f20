"""Role homes: the manager's phone, and the page for everybody."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, FilePayload, expect

from alerts.catalogue import load_catalogue
from alerts.testing import FixedFaces
from api.ports import Role
from credit.publicity import PublicConsent, PublicExtent
from domain.geometry import Box
from domain.ids import UserId
from domain.place_check import PlaceCheck, PlaceStanding
from domain.scope import Scope
from tests.api.kitchen import CAMERA, FIRM, OWN_FIRM, Kitchen
from tests.api.live import served
from tests.support.browser import PHONE, visit
from tests.web.shop import Shop, jpeg, kitchen_picture
from tests.web.walk import LEAD, logged_in, overflow, serious_faults, unsaid_words

pytestmark = pytest.mark.integration


@pytest.mark.parametrize(("language", "theme"), [("zh", "light"), ("en", "dark")])
def test_a_manager_sees_on_a_phone_what_is_wrong_what_to_do_and_how_the_index_recovers(
    kitchen_with: Callable[..., Kitchen], browser: Browser, language: str, theme: str
) -> None:
    kitchen = kitchen_with(terms=load_catalogue().terms, still_fresh_seconds=600.0)
    shop = Shop(kitchen)
    shop.open()
    lead, told = shop.alert(0), shop.alert(1)
    officer = kitchen.client(Role.REGULATOR, name="wang")
    officer.get(f"/api/v1/evidence/{told.evidence[0].evidence_id}")
    kitchen.twins.clock.advance(120)
    for sequence, verb in ((1, "confirm"), (2, "notify")):
        body = {"reason": "看过现场", "expected_sequence": sequence}
        answer = officer.post(f"/api/v1/alerts/{told.alert_id}/{verb}", json=body)
        assert answer.status_code == 200, answer.text
    kitchen.add_user("chef", Role.OPERATOR, OWN_FIRM)
    picture = FilePayload(name="after.jpg", mimeType="image/jpeg", buffer=jpeg(kitchen_picture()))
    with (
        served(kitchen.app, kitchen.twins.settings) as url,
        logged_in(browser, url, "chef", size=PHONE, language=language, theme=theme) as found,
    ):
        page = found.page
        page.clock.set_fixed_time(kitchen.twins.clock.now())
        page.reload()
        wrong = page.locator(f"#wrong a[href$='{lead.alert_id}']")
        expect(wrong).to_be_visible()
        if language == "zh":
            expect(wrong).to_contain_text(LEAD)
        expect(page.locator("#wrong .blind-list li")).to_have_count(2)
        task = page.locator(f"[data-task='{told.alert_id}'][data-duty=rectify]")
        expect(task).to_be_visible()
        expect(page.locator(f"[data-task='{lead.alert_id}'][data-duty=acknowledge]")).to_be_visible()
        expect(page.locator("[data-recovery]")).to_be_visible()
        assert overflow(page) == 0
        assert serious_faults(page) == []
        assert unsaid_words(page) == []

        task.locator(".button").click()  # one tap: the field for what was done has the focus
        expect(page.locator("#rectify-note")).to_be_focused()
        page.fill("#rectify-note", "已更换垃圾桶盖")
        page.set_input_files("#rectify-files", [picture])
        page.click("#rectify")
        expect(page.locator(".rectification")).to_contain_text("已更换垃圾桶盖")
        page.goto("/console/")
        expect(page.locator("[data-recovery]")).to_be_visible()
        expect(task).to_have_count(0)
        assert found.errors == []


def open_to_everybody(kitchen: Kitchen) -> None:
    camera = kitchen.twins.registry.get_camera(CAMERA, Scope.everything())
    assert camera is not None
    now = kitchen.twins.clock.now()
    place = PlaceCheck(standing=PlaceStanding.CONFIRMED, by="li", at=now, picture_sha256="0" * 64)
    kitchen.twins.registry.update_camera(replace(camera, place=place), camera.version)
    kitchen.twins.people = FixedFaces((Box(0.3, 0.1, 0.6, 0.9),))
    kitchen.twins.consents.add(
        PublicConsent(
            enterprise_id=FIRM,
            extent=PublicExtent.PICTURES,
            at=now,
            user_id=UserId("user-chef"),
            user_name="chef",
            reason="店长决定",
        )
    )
    kitchen.reopened()


def test_the_page_for_everybody_shows_what_was_consented_to_without_login_or_cookie(
    kitchen_with: Callable[..., Kitchen], browser: Browser
) -> None:
    kitchen = kitchen_with(public_page="pictures", still_fresh_seconds=600.0)
    shop = Shop(kitchen)
    shop.open()
    shop.alert(0)
    open_to_everybody(kitchen)
    with served(kitchen.app, kitchen.twins.settings) as url, visit(browser, url) as found:
        page = found.page
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url.removeprefix(url)))
        page.goto("/console/public")
        expect(page.locator("article")).to_have_count(1)
        expect(page.locator("article")).to_contain_text("示例餐饮有限公司")
        expect(page.locator(".unknown dd")).to_have_text("2")
        expect(page.locator(".leadbar")).to_contain_text("不代表合规")
        page.wait_for_function("() => document.querySelector('figure img').naturalWidth > 0")
        at = "() => new URL(document.querySelector('figure img').src).searchParams.get('at')"
        first = page.evaluate(at)
        kitchen.twins.clock.advance(60)
        with visit(browser, url) as later:  # which has no answer from before
            later.page.goto("/console/public")
            expect(later.page.locator("figure img")).to_be_visible()
            assert later.page.evaluate(at) > first, "a newer time of the page stands over a picture from before"
        assert "鼠" not in page.inner_text("body")
        assert serious_faults(page) == []
        assert unsaid_words(page) == []
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        assert overflow(page) == 0
        assert page.context.cookies() == []
        api = {path.partition("?")[0] for path in asked if path.startswith("/api/")}
        assert api == {"/api/v1/public/enterprises", f"/api/v1/public/pictures/{CAMERA}.jpg"}
        assert found.errors == []


def test_where_the_page_is_off_it_says_that_there_is_none(kitchen: Kitchen, browser: Browser, url: str) -> None:
    open_to_everybody(kitchen)
    with visit(browser, url) as found:
        found.page.goto("/console/public")
        expect(found.page.locator("[role=alert]")).to_contain_text("没有公开页面")
        expect(found.page.locator("article")).to_have_count(0)


def test_an_enterprise_consents_a_lender_reads_without_login_and_the_consent_is_taken_back(
    kitchen: Kitchen, browser: Browser, url: str
) -> None:
    kitchen.add_user("chef", Role.OPERATOR, OWN_FIRM)
    kitchen.add_user("root", Role.ADMIN)
    with (
        logged_in(browser, url, "chef", f"/console/enterprises/{FIRM}") as own,
        visit(browser, url, PHONE) as bank,
    ):
        page = own.page
        page.click("#grant-begin")
        page.fill("#grant-form [name=receiver]", "示例银行（虚构）")
        page.fill("#grant-form [name=purpose]", "经营贷款审核")
        page.uncheck("#grant-form [name=records]")
        page.click("#grant-give")
        secret = page.locator("#grant-secret").inner_text()
        assert serious_faults(page) == []
        page.click("#grant-secret-kept")
        assert secret not in page.content()
        expect(page.locator("[data-grant]")).to_contain_text("没有被读取过")

        asked: list[str] = []
        bank.page.on("request", lambda request: asked.append(request.url))
        bank.page.goto(f"/console/extract#{secret}")
        expect(bank.page.locator("#open-extract")).to_be_enabled()
        assert bank.page.url == f"{url}/console/extract"
        assert not any("/api/" in one for one in asked), "nothing is read before somebody says so"
        bank.page.click("#open-extract")
        expect(bank.page.locator("article h2").first).to_have_text("示例餐饮有限公司")
        expect(bank.page.locator("#caveat")).to_contain_text("不是法律意义上的信用报告")
        expect(bank.page.locator("#extract-records")).to_contain_text("未获授权")
        with bank.page.expect_download(timeout=60_000) as waited:
            bank.page.click("#extract-pdf")
        assert waited.value.path().read_bytes().startswith(b"%PDF")
        assert (serious_faults(bank.page), unsaid_words(bank.page), overflow(bank.page)) == ([], [], 0)
        assert not any(secret in one for one in asked)
        assert bank.page.context.cookies() == []

        page.reload()
        expect(page.locator("[data-grant] summary")).to_contain_text("读取 2 次")
        page.click("[data-act=withdraw]")
        page.click("[data-act=withdraw-sure]")
        expect(page.locator("[data-grant]")).to_have_attribute("data-state", "withdrawn")
        bank.page.click("#extract-pdf")
        expect(bank.page.get_by_role("alert").last).to_contain_text("打不开任何摘录")
        assert (own.errors, bank.errors) == ([], [])
    with logged_in(browser, url, "root", "/console/people/log") as office:
        entries = office.page.locator("[data-act=extract_read]")
        expect(entries).to_have_count(2)
        expect(entries.first).to_contain_text("接收方：示例银行（虚构）")
        expect(entries.first).to_contain_text("示例餐饮有限公司 · pdf")
