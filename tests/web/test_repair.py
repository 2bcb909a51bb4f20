"""The repair page and the officers' tasks in a real browser over a real server."""

import pytest
from playwright.sync_api import Browser, expect

from api.ports import Role
from domain.scope import Scope
from tests.api.kitchen import FIRM, Kitchen
from tests.credit.applications_contract import pdf
from tests.support.browser import PHONE
from tests.web.firms import penalised
from tests.web.walk import logged_in, overflow, serious_faults, unsaid_words

pytestmark = pytest.mark.integration


def test_an_enterprise_drafts_uploads_and_files_and_an_officer_accepts(
    kitchen: Kitchen, browser: Browser, url: str
) -> None:
    firm = penalised(kitchen)
    enterprise = firm.enterprise.enterprise_id
    path = f"/console/enterprises/{enterprise}/repair"
    kitchen.add_user("chef", Role.OPERATOR, Scope(enterprise_ids=frozenset({enterprise})))
    kitchen.add_user("li", Role.REGULATOR)
    with logged_in(browser, url, "chef", path) as found:
        page = found.page
        page.locator("[data-begin='ndrc-2026-04']").click()
        expect(page.locator("[data-state]")).to_have_text("已起草（未提交）")
        expect(page.locator(".drafts a")).to_have_count(4)
        for count, kind in enumerate(("form", "promise", "proof"), 1):
            page.select_option("[name=kind]", kind)
            paper = {"name": f"{kind}.pdf", "mimeType": "application/pdf", "buffer": pdf(kind)}
            page.set_input_files("[name=paper]", paper)  # type: ignore[arg-type]
            expect(page.locator("[data-material]")).to_have_count(count)
        page.locator("[data-check]").first.click()
        expect(page.locator("[data-finding=looks_wrong]").first).to_contain_text("请核对")
        assert serious_faults(page) == []
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        assert overflow(page) == 0
        page.click("[data-act=file]")
        page.locator("form.give button[type=submit]").click()
        expect(page.locator("[data-state]")).to_have_text("企业已提交")
        assert unsaid_words(page) == []
        assert found.errors == []
    with logged_in(browser, url, "li", path) as found:
        page = found.page
        expect(page.locator("[data-act=file]")).to_have_count(0)
        page.click("[data-act=accept]")
        page.locator("form.give button[type=submit]").click()
        expect(page.locator("[data-state]")).to_have_text("已受理")
        assert found.errors == []


def test_an_officer_draws_and_sees_why_each_task_is_there(kitchen: Kitchen, browser: Browser, url: str) -> None:
    kitchen.add_user("li", Role.REGULATOR)
    client = kitchen.client(Role.REGULATOR, name="li")
    added = {"enterprise_id": FIRM, "due_on": "2026-01-20", "reason": "投诉 12 号"}
    assert client.post("/api/v1/inspections/tasks", json=added).status_code == 201
    with logged_in(browser, url, "li", "/console/inspections") as found:
        page = found.page
        page.fill("#draw [name=period]", "2026-01")
        page.fill("#draw [name=seed]", "公开种子")
        page.click("#draw button")
        expect(page.locator("[data-plan]")).to_contain_text("复算一致")
        task = page.locator("[data-task]", has_text="投诉 12 号")
        expect(task).to_contain_text("人工增加")
        task.locator("[data-act=assign]").click()
        task.locator("form.give button[type=submit]").click()
        expect(task.locator("[data-state]")).to_have_text("已分派")
        task.locator("[data-act=result]").click()
        task.locator("[name=score]").fill("81.5")
        task.locator("[name=day]").fill("2026-01-05")
        task.locator("form.give button[type=submit]").click()
        expect(task.locator("[data-state]")).to_have_text("已完成")
        assert serious_faults(page) == []
        assert unsaid_words(page) == []
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        assert overflow(page) == 0
        assert found.errors == []
