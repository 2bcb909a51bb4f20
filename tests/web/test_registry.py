"""Enterprises and sites in a real browser: registered, changed, imported, with every fault where it is."""

import pytest
from playwright.sync_api import Browser, expect

from api.ports import Role
from domain.credit_code import CreditCode
from domain.scope import Scope
from tests.api.kitchen import FIRM, Kitchen
from tests.support.browser import DESKTOP, PHONE
from tests.web.walk import logged_in, overflow, serious_faults, unsaid_words

pytestmark = pytest.mark.integration

EVERYTHING = Scope.everything()
GOOD, OTHER = CreditCode.generated(61).value, CreditCode.generated(62).value


def test_an_enterprise_and_its_site_are_registered_and_changed(kitchen: Kitchen, browser: Browser, url: str) -> None:
    kitchen.add_user("root", Role.ADMIN)
    with logged_in(browser, url, "root", "/console/enterprises") as found:
        page = found.page
        page.click("#to-registry")
        page.click("#enterprise-begin")
        form = page.locator("#enterprise-form")
        form.locator("[name=name]").fill("新店餐饮")
        form.locator("[name=credit_code]").fill(f"{GOOD[:-1]}{'0' if GOOD[-1] != '0' else '1'}")
        page.click("#region")
        page.keyboard.type("浙江 西湖")
        page.get_by_text("浙江省 杭州市 西湖区 330106").click()
        page.click("#contact-add")
        form.get_by_label("姓名").fill("王店长")
        form.get_by_label("电话").fill("13800000000")
        page.click("#enterprise-save")
        expect(form.get_by_role("alert")).to_contain_text("校验不通过")
        form.locator("[name=credit_code]").fill(GOOD)
        assert serious_faults(page) == []
        page.click("#enterprise-save")

        row = page.locator("[data-registered='新店餐饮']")
        expect(row).to_contain_text(GOOD)
        expect(row).to_contain_text("许可证日期未登记")
        expect(row).to_contain_text("浙江省 杭州市 西湖区")
        row.locator("[data-act=add-site]").click()
        page.fill("#site-form [name=name]", "一号厨房")
        page.uncheck("#all-day")
        page.locator("[data-weekday='6']").get_by_role("button", name="删除").click()
        saturday = page.locator("[data-weekday='5']")
        saturday.get_by_role("button", name="增加").click()
        for label, place, typed in (("开始", 0, "1000"), ("结束", 0, "1400"), ("开始", 1, "0600")):
            saturday.get_by_label(f"周六{label}").nth(place).press_sequentially(typed)
        saturday.get_by_label("周六结束").nth(1).fill("08:00")
        expect(saturday.get_by_label("周六开始").nth(1)).to_have_value("06:00")  # where it was typed
        assert serious_faults(page) == []
        page.click("#site-save")
        expect(row.locator("[data-site='一号厨房']")).to_contain_text(
            "周一至周五 09:00–21:00；周六 06:00–08:00、10:00–14:00；周日 休息"
        )

        row.locator("[data-act=change-enterprise]").click()
        expect(form.get_by_label("姓名")).to_have_value("王店长")
        form.locator("[name=licence_valid_to]").fill("2027-03-01")
        page.click("#enterprise-save")
        expect(row).to_contain_text("许可证至 2027-03-01")
        assert unsaid_words(page) == []
        assert overflow(page) == 0
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        assert overflow(page) == 0
        page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
        # A refused form is an answer of 422, which browsers write into their log.
        assert [error for error in found.errors if "422" not in error] == []
    [stored] = [one for one in kitchen.twins.registry.list_enterprises(EVERYTHING, None, 100) if one.name == "新店餐饮"]
    assert stored.region == "330106"
    assert [(each.name, each.phone) for each in stored.contacts] == [("王店长", "13800000000")]
    [site] = kitchen.twins.registry.list_sites(EVERYTHING, stored.enterprise_id)
    assert len(site.schedule.hours) == 7


def test_a_table_is_checked_before_anything_is_stored(kitchen: Kitchen, browser: Browser, url: str) -> None:
    kitchen.add_user("root", Role.ADMIN)
    with logged_in(browser, url, "root", "/console/registry", language="en", theme="dark") as found:
        page = found.page
        page.click("#import-begin")
        for code, faults, added in (("123", 1, 0), (OTHER, 0, 1)):
            table = f"credit_code,name,site\n{code},Import 1,Kitchen\n".encode()
            page.set_input_files("#import-file", {"name": "t.csv", "mimeType": "text/csv", "buffer": table})
            page.click("#import-check")
            expect(page.locator("#import-outcome .fault")).to_have_count(faults)
            expect(page.locator("#import-outcome")).to_contain_text(f"Not stored: {added} new")
        assert serious_faults(page) == []
        expect(page.locator("[data-registered='Import 1']")).to_have_count(0)
        page.click("#import-store")
        expect(page.locator("[data-registered='Import 1'] [data-site=Kitchen]")).to_be_visible()
        assert found.errors == []


def test_who_does_not_manage_the_registry_is_told_so(kitchen: Kitchen, browser: Browser, url: str) -> None:
    kitchen.add_user("li", Role.REGULATOR)
    with logged_in(browser, url, "li", "/console/registry") as found:
        expect(found.page.get_by_role("alert")).to_contain_text("仅管理员")
        found.page.goto(f"{url}/console/enterprises/{FIRM}")
        expect(found.page.locator("#to-registry")).to_have_count(0)
        assert found.errors == []
