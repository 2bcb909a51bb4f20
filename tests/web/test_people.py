"""People and access in a real browser: a person is added, comes in, is on record, and loses the right."""

import pytest
from playwright.sync_api import Browser, Page, expect

from alerts.notify.ports import DeliveryState
from api.ports import Role
from credit.push.ports import Answer
from tests.alerts.notify.reminding.notice_contract import notice
from tests.api.kitchen import PASSWORD, Kitchen
from tests.api.routers.test_pushes import BODY, PATH, published
from tests.support.browser import DESKTOP, PHONE, visit
from tests.web.walk import log_in, logged_in, overflow, serious_faults, unsaid_words

pytestmark = pytest.mark.integration

OWN_PASSWORD = "a-password-of-my-own"


def check(page: Page) -> None:
    """What holds for every page: no serious fault, nothing unsaid, nothing wider than the screen or a telephone."""
    assert serious_faults(page) == []
    assert unsaid_words(page) == []
    assert overflow(page) == 0
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert overflow(page) == 0
    page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})


def add_person(page: Page, name: str, role: str, firm: str) -> str:
    page.click("#person-begin")
    page.fill("#person-name", name)
    page.select_option("[name=role]", role)
    expect(page.locator("#person-add")).to_be_disabled()
    page.fill("#person-enterprises", firm)
    page.press("#person-enterprises", "Enter")
    page.press("#person-enterprises", "Escape")
    check(page)
    page.click("#person-add")
    password = page.locator("#one-time-password").inner_text()
    page.click("#one-time-password-kept")
    expect(page.locator("#one-time-password")).to_have_count(0)
    assert password not in page.content()
    return password


def test_a_person_is_added_comes_in_is_on_record_and_loses_the_right(
    kitchen: Kitchen, browser: Browser, url: str
) -> None:
    kitchen.add_user("root", Role.ADMIN)
    with (
        logged_in(browser, url, "root", "/console/people") as office,
        visit(browser, url, DESKTOP) as counter,
    ):
        page = office.page
        password = add_person(page, "陈一", "operator", "示例餐饮")
        expect(page.locator("[data-person='陈一']")).to_contain_text("待设新密码")
        expect(page.locator("[data-person='陈一']")).to_contain_text("示例餐饮有限公司")

        log_in(counter.page, "陈一", "/console/", password)
        expect(counter.page.locator("nav")).to_have_count(0)
        for field, text in (("current", password), ("fresh", OWN_PASSWORD), ("again", OWN_PASSWORD)):
            counter.page.fill(f"#{field}", text)
        counter.page.click("button[type=submit]")
        expect(counter.page.locator("nav a[href$='/alerts']")).to_be_visible()
        expect(counter.page.locator("nav a[href$='/people']")).to_have_count(0)

        page.click(".tabs a[href$='/people/log']")
        for act in ("user_added", "logged_in", "password_changed"):
            expect(page.locator(f"[data-act={act}]", has_text="陈一")).to_have_count(1)
        expect(page.locator("[data-act=user_added]")).to_contain_text("企业操作员 · 示例餐饮有限公司")
        check(page)

        page.locator("[data-act=user_added] a").click()
        page.click("#rights-change")
        page.select_option("#rights [name=role]", "viewer")
        page.click("#rights-save")
        expect(page.locator("[data-fact=role]")).to_have_text("只读")
        page.click("#account-close")
        page.click("#account-close-sure")
        expect(page.locator("#rights")).to_contain_text("已停用")
        check(page)

        counter.page.reload()
        counter.page.fill("#name", "陈一")
        counter.page.fill("#password", OWN_PASSWORD)
        counter.page.click("button[type=submit]")
        expect(counter.page.get_by_role("alert")).to_contain_text("用户名或密码不正确")
        assert (office.errors, counter.errors) == ([], [])


def test_a_token_is_made_shown_once_and_revoked_by_an_administrator(
    kitchen: Kitchen, browser: Browser, url: str
) -> None:
    kitchen.add_user("root", Role.ADMIN)
    user = kitchen.add_user("li", Role.REGULATOR)
    with logged_in(browser, url, "li", "/console/account", language="en", theme="dark") as found:
        page = found.page
        page.click("#token-begin")
        page.fill("#token-name", "dashboard")
        page.click("#token-add")
        program = kitchen.stranger()
        program.headers["Authorization"] = f"Bearer {page.locator('#token-secret').inner_text()}"
        page.click("#token-secret-kept")
        expect(page.locator("[data-token=dashboard]")).to_contain_text("Viewer")
        assert program.get("/api/v1/me").json()["permissions"] == ["read"]
        check(page)
        assert found.errors == []
    with logged_in(browser, url, "root", f"/console/people/{user.user_id}", language="en", theme="dark") as found:
        page = found.page
        expect(page.locator("#logins li")).to_have_count(1)
        check(page)
        page.click("[data-token=dashboard] [data-act=revoke]")
        page.click("[data-token=dashboard] .danger")
        expect(page.locator("[data-token=dashboard]")).to_have_count(0)
        assert program.get("/api/v1/me").status_code == 401
        page.click("#logins-end")
        expect(page.locator("#logins li")).to_have_count(0)
        page.click("#password-reset")
        page.click("#password-reset-sure")
        fresh = page.locator("#one-time-password").inner_text()
        login = {"name": "li", "password": PASSWORD}
        assert kitchen.stranger().post("/api/v1/login", json=login).status_code == 401
        assert kitchen.stranger().post("/api/v1/login", json={**login, "password": fresh}).status_code == 200
        assert found.errors == []


def test_who_looks_after_no_accounts_is_told_so(kitchen: Kitchen, browser: Browser, url: str) -> None:
    kitchen.add_user("li", Role.REGULATOR)
    with logged_in(browser, url, "li", "/console/people/log") as found:
        expect(found.page.get_by_role("alert")).to_contain_text("仅管理员")
        assert found.errors == []


def test_a_recipient_is_added_tried_changed_and_what_it_missed_is_sent_again(
    kitchen: Kitchen, browser: Browser, url: str
) -> None:
    kitchen.add_user("root", Role.ADMIN)
    with logged_in(browser, url, "root", "/console/people/recipients") as found:
        page = found.page
        expect(page.locator("main")).to_contain_text("还没有接收人")
        page.click("#recipient-begin")
        page.fill("#recipient-name", "一号店值班群")
        page.select_option("#recipient-channel", "dingtalk")
        page.fill("#recipient-address", "https://oapi.dingtalk.com/robot/send?access_token=t0ken")
        page.fill("#recipient-secret", "SECgeheim")
        page.check("[data-remind=licence_end]")
        page.check("#recipient-quiet")
        check(page)
        page.click("#recipient-save")

        row = page.locator("[data-recipient='一号店值班群']")
        expect(row).to_contain_text("提醒：许可证有效期届满")
        expect(row).to_contain_text("22:00–07:00")
        row.locator("[data-act=test]").click()
        expect(row.get_by_role("status")).to_contain_text("对方已接收")
        assert "t0ken" not in page.content()
        assert [letter.is_test for letter in kitchen.twins.sender.sent] == [True]

        row.locator("[data-act=edit]").click()
        page.uncheck("#recipient-quiet")
        page.click("#recipient-save")
        expect(row).not_to_contain_text("22:00")
        check(page)

        kitchen.twins.notices.enter([notice(recipient_name="一号店值班群")])
        kitchen.twins.notices.settle([1], DeliveryState.DEAD, kitchen.twins.clock.now(), reason="no such host")
        page.goto(f"{url}/console/people/deliveries?of=dates&state=dead")
        missed = page.locator("[data-row='1']")
        expect(missed).to_contain_text("整改期限 2026-01-08")
        expect(missed).to_contain_text("no such host")
        check(page)
        missed.locator("[data-act=again]").click()
        expect(missed).to_have_count(0)
        page.get_by_role("button", name="待发送").click()
        expect(missed).to_contain_text("一号店值班群")

        page.click(".tabs a[href$='/people/recipients']")
        row.locator("[data-act=edit]").click()
        page.click("#recipient-remove")
        page.click("#recipient-remove-sure")
        expect(row).to_have_count(0)
        assert found.errors == []


def unanswered(kitchen: Kitchen, receiver: str) -> str:
    """What the receiver is owed was tried once, and it answered 503; the delivery's id."""
    client = kitchen.client(Role.REGULATOR, name="officer")
    (push,) = client.get("/api/v1/record-deliveries", params={"receiver": receiver}).json()["items"]
    delivery_id, now = str(push["delivery_id"]), kitchen.twins.clock.now()
    kitchen.twins.pushes.begin(delivery_id, "示例餐饮有限公司", now)
    kitchen.twins.pushes.refused(delivery_id, Answer(at=now, status=503, said="正在维护"), now)
    return delivery_id


def test_a_platform_is_added_tried_and_removed_and_officers_look_after_what_it_is_owed(
    kitchen: Kitchen, browser: Browser, url: str
) -> None:
    kitchen.add_user("root", Role.ADMIN)
    name = str(BODY["name"])
    with logged_in(browser, url, "root", "/console/people/receivers") as found:
        page = found.page
        expect(page.locator("main")).to_contain_text("还没有平台")
        page.click("#receiver-begin")
        page.fill("#receiver-name", name)
        page.fill("#receiver-address", BODY["address"])
        page.fill("#receiver-secret", BODY["secret"])
        check(page)
        page.click("#receiver-save")
        row = page.locator(f"[data-receiver='{name}']")
        expect(row).to_contain_text("全部企业")
        row.locator("[data-act=test]").click()
        expect(row.get_by_role("status")).to_contain_text("对方已接收")
        kitchen.twins.record_line.says = lambda: (401, "who are you")
        row.locator("[data-act=test]").click()
        expect(row.get_by_role("status")).to_contain_text("未送达：HTTP 401 who are you")

        assert kitchen.client(name="root").post(PATH, json=BODY | {"name": "误加平台"}).status_code == 201
        page.reload()
        page.click("[data-receiver='误加平台'] [data-act=edit]")
        page.click("#receiver-remove")
        page.click("#receiver-remove-sure")
        expect(page.locator("[data-receiver]")).to_have_count(1)

        published(kitchen)
        delivery_id = unanswered(kitchen, name)
        page.reload()
        expect(row.locator("[data-link=pushes]")).to_contain_text("待推送 1")
        row.locator("[data-act=edit]").click()
        page.click("#receiver-remove")
        page.click("#receiver-remove-sure")
        expect(page.locator("#receiver-form")).to_contain_text("请改为停用")
        page.uncheck("#receiver-enabled")
        page.click("#receiver-save")
        expect(row.locator(".badge").first).to_have_text("停用")
        assert "t0ken" not in page.content()
        assert "geheim" not in page.content()
        row.locator("[data-link=pushes]").click()
        expect(page.locator("#read-only")).to_be_visible()
        expect(page.locator(f"[data-push='{delivery_id}'] [data-act=again]")).to_have_count(0)
        assert found.errors == []
    looked_after(kitchen, browser, url, delivery_id)


def looked_after(kitchen: Kitchen, browser: Browser, url: str, delivery_id: str) -> None:
    """An officer sees why it waits, gives it up, takes that back, and confirms what a person told by hand."""
    kitchen.add_user("li", Role.REGULATOR)
    address = "/console/record-deliveries"
    with logged_in(browser, url, "li", address, language="en", theme="dark") as found:
        page = found.page
        row = page.locator(f"[data-push='{delivery_id}']")
        expect(row).to_contain_text("HTTP 503")
        row.locator("[data-act=answers]").click()
        expect(row.locator("[data-answers]")).to_contain_text("正在维护")
        check(page)
        row.locator("[data-act=give-up]").click()
        row.locator("[name=words]").fill("平台停用")
        row.locator("form button").click()
        expect(row.locator(".badge")).to_have_text("Given up")
        expect(row).to_contain_text("平台停用")
        row.locator("[data-act=again]").click()
        expect(row.locator(".badge")).to_have_text("Waiting")
        page.get_by_role("button", name="To be told by hand").click()
        told = page.locator("[data-state=by_hand]")
        told.locator("[data-act=confirm]").click()
        told.locator("[name=words]").fill("回执 1")
        told.locator("form button").click()
        expect(page.locator("[data-push]")).to_have_count(0)
        page.get_by_role("button", name="Delivered").click()
        expect(page.locator("[data-push]")).to_contain_text("回执 1")
        page.locator("[data-push] a").click()
        expect(page.locator("[data-record] [data-link=pushes]")).to_be_visible()
        assert found.errors == []
