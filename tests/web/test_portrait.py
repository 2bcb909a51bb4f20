"""The enterprise pages of the console in a real browser over a real server."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from api.ports import Role
from domain.scope import Scope
from tests.api.kitchen import FIRM, ONE_SITE, OWN_FIRM, SITE, Kitchen
from tests.api.routers.test_records import settled
from tests.support.browser import DESKTOP, PHONE
from tests.web.firms import OFFICER, confirmed, hardly_observed, lead, penalised, with_a_year, with_peers
from tests.web.shop import Shop
from tests.web.walk import logged_in, overflow, serious_faults, unsaid_words

pytestmark = pytest.mark.integration
LIST = "/console/enterprises"


def test_enterprises_are_listed_with_index_and_colour_or_why_there_is_none(
    kitchen: Kitchen, browser: Browser, url: str
) -> None:
    firms = with_a_year(kitchen, 3)  # the first has opened lately
    hardly_observed(kitchen, FIRM, SITE)
    kitchen.add_user("li", Role.REGULATOR)
    with logged_in(browser, url, "li", LIST) as found:
        page = found.page
        expect(page.locator(".firm")).to_have_count(5)
        expect(page.locator(f".firm[data-enterprise='{FIRM}']")).to_contain_text("数据不足")
        expect(page.locator(f".firm[data-enterprise='{firms[0].enterprise.enterprise_id}']")).to_contain_text("NEW")
        told = kitchen.client(Role.REGULATOR)
        for firm in firms[1:]:
            credit = told.get(f"/api/v1/enterprises/{firm.enterprise.enterprise_id}/credit").json()
            row = page.locator(f".firm[data-enterprise='{firm.enterprise.enterprise_id}']")
            expect(row).to_contain_text(f"{credit['index']:.1f}")

        page.fill("#seek", firms[2].enterprise.name[:6])
        expect(page.locator(".firm")).to_have_count(1)
        page.fill("#seek", firms[2].enterprise.credit_code.value)
        expect(page.locator(".firm")).to_contain_text(firms[2].enterprise.name)
        page.fill("#seek", "")
        page.click(".chip[data-shade=insufficient]")
        expect(page).to_have_url(re.compile(r"\?colour=insufficient$"))
        expect(page.locator(".firm")).to_have_count(1)
        page.locator(".firm").click()
        expect(page.locator(".portrait")).to_be_visible()
        expect(page.locator(".index")).to_contain_text("不作推测")
        assert unsaid_words(page) == []
        assert found.errors == []


def test_a_portrait_tells_why_what_would_help_and_leads_down_to_the_alert(
    shop: Shop, kitchen: Kitchen, browser: Browser, url: str
) -> None:
    firm = penalised(kitchen)
    enterprise = firm.enterprise.enterprise_id
    found_alert, unjudged = (shop.alert(n, enterprise=enterprise, site=firm.site.site_id) for n in (0, 1))
    confirmed(kitchen, firm, found_alert)
    kitchen.add_user("li", Role.REGULATOR)
    kitchen.add_user("示例执法员", Role.REGULATOR, user_id=OFFICER.user_id)
    told = kitchen.client(Role.REGULATOR)
    before = told.get(f"/api/v1/enterprises/{enterprise}/credit").json()
    lead(kitchen, firm, unjudged)
    after = told.get(f"/api/v1/enterprises/{enterprise}/credit").json()
    assert before["index"] == after["index"]
    with logged_in(browser, url, "li", f"{LIST}/{enterprise}") as found:
        page = found.page
        expect(page.locator("h1")).to_have_text(firm.enterprise.name)
        expect(page.locator(".index .number")).to_have_text(f"{after['index']:.1f}")
        expect(page.locator("#weightless")).to_contain_text("权重 0")
        expect(page.locator(".chart canvas")).to_be_visible()

        page.click("#all-deductions")
        own = page.locator(f"[data-finding='{found_alert.alert_id}']")
        expect(own).to_contain_text("鼠类活动")
        expect(own).to_contain_text("起不再计入")

        page.click("text=全选")
        page.fill("[name=hours]", "500")
        page.click("#imagine")
        expect(page.locator("#imagined .number")).to_be_visible()
        opened = [
            one["alert_id"]
            for one in told.get(f"/api/v1/enterprises/{enterprise}/credit/explanation").json()["findings"]
            if one["remedy"] == "open"
        ]
        asked = {"rectify": opened[:100], "clean_hours": 500}
        wanted = told.post(f"/api/v1/enterprises/{enterprise}/credit/what-if", json=asked).json()
        expect(page.locator("#imagined .number")).to_have_text(f"{wanted['index']:.1f}")

        expect(page.locator("#counts")).to_contain_text("鼠类活动")
        unreviewed = page.locator(f"[data-lead='{unjudged.alert_id}']")
        expect(unreviewed).to_contain_text("权重 0")
        expect(page.locator(f"[data-lead='{found_alert.alert_id}']")).not_to_contain_text("权重 0")
        page.click("#ledger-c")
        expect(page.locator(".ledger")).to_contain_text("公示")
        page.click("#ledger-b")
        expect(page.locator(f"[data-entry='{found_alert.alert_id}:2']")).to_contain_text("问题确认")

        expect(page.locator("[data-policy='ndrc-2026-04'] [data-listed]")).to_be_visible()
        expect(page.locator("[data-policy='samr-2021'] [data-listed]")).to_be_visible()
        expect(page.locator("[data-policy='samr-2021']")).to_contain_text("规则未核实")
        assert unsaid_words(page) == []

        entry_id = f"{found_alert.alert_id}:2"
        page.locator(f"[data-entry='{entry_id}'] [data-act=trace]").click()
        expect(page.locator(f"[data-traced='{entry_id}'] h1")).to_contain_text("问题确认 · 鼠类活动")
        expect(page.locator("#entry-worth")).to_have_text("有效")
        expect(page.locator("#entry-by")).to_have_text("示例执法员")
        expect(page.locator("#entry-origin .still img")).to_be_visible()
        expect(page.locator("#entry-origin")).to_contain_text(found_alert.evidence[0].sha256 or "-")
        expect(page.locator("#entry-effect")).to_contain_text("起不再计入")
        traced = told.get(f"/api/v1/enterprises/{enterprise}/ledgers/supervision/{entry_id}").json()
        expect(page.locator("#entry-chain")).to_contain_text(traced["sha256"])
        expect(page.locator("#entry-chain .badge.good")).to_have_text("与写入时一致")
        wrong = {"day": traced["entry"]["day"], "corrects": entry_id, "reason": "记错了店"}
        noted = kitchen.client(Role.REGULATOR, name="li").post(
            f"/api/v1/enterprises/{enterprise}/ledgers/supervision", json=wrong
        )
        assert noted.status_code == 201, noted.text
        page.reload()
        expect(page.locator("#entry-worth")).to_have_text("已更正，不再计入")
        page.locator("#entry-corrections a").click()
        expect(page.locator("#entry-by")).to_have_text("li")
        expect(page.locator("main")).to_contain_text("记错了店")
        page.locator("#entry-corrections a").click()
        expect(page.locator("#entry-worth")).to_have_text("已更正，不再计入")
        page.locator("#entry-origin a[href*='/alerts/']").click()
        expect(page.locator("article.alert")).to_have_attribute("data-alert", found_alert.alert_id)
        expect(page.locator(".still img")).to_be_visible()
        assert found.errors == []


def test_a_portrait_stands_beside_its_peers_names_its_dates_and_gives_reports(
    kitchen: Kitchen, browser: Browser, url: str
) -> None:
    firm = penalised(kitchen)
    kitchen.add_user("li", Role.REGULATOR)
    ended = kitchen.twins.credit.dates.today() - timedelta(days=40)
    kitchen.twins.registry.update_enterprise(replace(firm.enterprise, licence_no="JY1", licence_valid_to=ended))
    with logged_in(browser, url, "li", f"{LIST}/{firm.enterprise.enterprise_id}") as found:
        page = found.page
        expect(page.locator("#peers")).to_contain_text("不作比较")
        dates = page.locator("#dates")
        expect(dates).to_contain_text("项已逾期")
        page.click("#all-dates")
        expect(dates.locator("[data-kind=licence_end]")).to_contain_text("已过期：请立即办理")
        expect(dates.locator("[data-kind=publication_end]").first).to_contain_text("公示截止")
        with page.expect_download() as waited:
            page.click("#report-xlsx")
        assert waited.value.path().read_bytes().startswith(b"PK")
        page.select_option("[name=kind]", "day")
        with page.expect_download() as waited:
            page.click("#report-pdf")
        assert waited.value.path().read_bytes().startswith(b"%PDF")

        with_peers(kitchen, FIRM)
        told = kitchen.client(Role.REGULATOR).get(f"/api/v1/enterprises/{FIRM}/credit/peers").json()
        assert told["count"] >= told["least"] == 10
        assert 0 < told["index"]["percentile"] < 100
        page.goto(f"{LIST}/{FIRM}")
        expect(page.locator("#percentile")).to_have_text(
            f"指数高于 {told['index']['percentile']:.0f}% 的同类企业（全部，{told['count']} 家）"
        )
        expect(page.locator("#peers")).to_contain_text(f"中位数 {told['index']['median']:.1f}")
        expect(page.locator("#peers")).not_to_contain_text("邻家")
        assert serious_faults(page) == []
        assert found.errors == []


def test_an_officer_enters_a_document_which_publishes_nothing(kitchen: Kitchen, browser: Browser, url: str) -> None:
    kitchen.add_user("li", Role.REGULATOR)
    with logged_in(browser, url, "li", f"{LIST}/{FIRM}") as found:
        page = found.page
        page.click("#enter-record")
        form = page.locator("#record-form")
        for name, value in (
            ("document_no", "示例市监处罚〔2026〕7号"),
            ("document_type", "行政处罚决定书"),
            ("authority_name", "示例区市场监督管理局"),
            ("authority_code", "not a code"),
            ("decision_date", "2026-01-02"),
            ("facts", "虚构：现场检查发现食品原料超过保质期。"),
            ("clauses", "cn.fsl.34@2021"),
        ):
            form.locator(f"[name={name}]").fill(value)
        form.locator("[name=outcomes][value=warning]").check()
        form.locator("button[type=submit]").click()
        expect(form.locator(".fault")).to_contain_text("authority_code")
        credit_code = kitchen.twins.registry.get_enterprise(FIRM, Scope.everything())
        assert credit_code is not None
        form.locator("[name=authority_code]").fill(credit_code.credit_code.value)
        form.locator("button[type=submit]").click()
        record = page.locator("[data-record]")
        expect(record).to_contain_text("已登记（未公示）")
        record.locator("[data-act=settle]").click()
        record.locator("[name=reason]").fill("期满未申请复议")
        record.locator("form button[type=submit]").click()
        expect(record).to_contain_text("期满未申请复议")
        assert found.errors == []
    [stored] = kitchen.twins.ledgers.records(FIRM, Scope.everything())
    assert stored.published is None


def test_an_officer_publishes_a_final_decision_to_receivers_and_withdraws_it(
    kitchen: Kitchen, browser: Browser, url: str
) -> None:
    record_id = settled(kitchen)
    kitchen.add_user("li", Role.REGULATOR)
    with logged_in(browser, url, "li", f"{LIST}/{FIRM}") as found:
        page = found.page
        record = page.locator(f"[data-record='{record_id}']")
        record.locator("[data-act=publish]").click()
        record.locator("[name=reason]").fill("示例依据")
        record.locator("[name=day]").fill("2020-01-01")
        record.locator("[name=receivers]").fill("信用示例\n公示系统\n")
        assert serious_faults(page) == []
        record.locator("form button[type=submit]").click()
        expect(record.locator(".fault")).to_contain_text("ends_on")
        record.locator("[name=day]").fill("2029-05-01")
        record.locator("form button[type=submit]").click()
        expect(record).to_contain_text("公示中")

        record.locator("[data-act=withdraw]").click()
        record.locator("[name=reason]").fill("原决定撤销")
        record.locator("[name=day]").fill(kitchen.twins.credit.dates.today().isoformat())
        record.locator("form button[type=submit]").click()
        expect(record).to_contain_text("已撤回")
        expect(record.locator("[data-act]")).to_have_count(0)
        assert found.errors == []
    ordered = {(each.receiver, each.action.value) for each in kitchen.twins.ledgers.deliveries(record_id)}
    assert ordered == {(name, act) for name in ("信用示例", "公示系统") for act in ("publish", "withdraw")}


def test_what_one_sees_and_may_do_follows_the_account(kitchen: Kitchen, browser: Browser, url: str) -> None:
    penalised(kitchen)
    kitchen.add_user("chef", Role.OPERATOR, OWN_FIRM)
    kitchen.add_user("root", Role.ADMIN)
    kitchen.add_user("cook", Role.OPERATOR, ONE_SITE)
    kitchen.add_user("screen", Role.VIEWER, OWN_FIRM)
    with logged_in(browser, url, "chef", LIST) as found:  # their only one is opened at once
        expect(found.page.locator("h1")).to_have_text("示例餐饮有限公司")
        expect(found.page.locator("#read-only")).to_be_visible()
        expect(found.page.locator("#enter-record")).to_have_count(0)
        assert found.errors == []
    with logged_in(browser, url, "root", f"{LIST}/{FIRM}") as found:  # administrators enter none
        expect(found.page.locator("#read-only")).to_be_visible()
        expect(found.page.locator("#enter-record")).to_have_count(0)
    with logged_in(browser, url, "cook", LIST) as found:
        expect(found.page.locator(".enterprises")).to_contain_text("没有完整的企业")
    with logged_in(browser, url, "screen", LIST) as found:
        expect(found.page.locator("main")).to_contain_text("无权查看信用档案")
        expect(found.page.locator("nav")).not_to_contain_text("企业画像")
        assert found.errors == []


@pytest.mark.parametrize(("language", "theme"), [("zh", "light"), ("en", "dark")])
def test_the_enterprise_pages_can_be_used_by_everybody_in_both_languages_and_themes(
    kitchen: Kitchen, browser: Browser, url: str, language: str, theme: str
) -> None:
    firm = penalised(kitchen)
    kitchen.add_user("li", Role.REGULATOR)
    own = f"enterprises/{firm.enterprise.enterprise_id}"
    alert = Shop(kitchen).alert(0, enterprise=firm.enterprise.enterprise_id, site=firm.site.site_id)
    confirmed(kitchen, firm, alert)
    pages = ("enterprises", f"{own}?ledger=b", f"{own}/entries/{alert.alert_id}:2", f"enterprises/{FIRM}")
    with logged_in(browser, url, "li", language=language, theme=theme) as found:
        page = found.page
        for path in pages:
            page.goto(f"/console/{path}")
            expect(page.locator("h1")).to_be_visible()
            expect(page.locator(".loading")).to_have_count(0)
            if "/entries/" in path:
                expect(page.locator("#entry-origin .still img")).to_be_visible()
            elif path != "enterprises":
                expect(page.locator(".index")).to_be_visible()
                page.click("#enter-record")
                page.click("details summary >> nth=0")
            assert serious_faults(page) == [], path
            assert unsaid_words(page) == [], path
            page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
            assert overflow(page) == 0, path
            page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
        assert found.errors == []
