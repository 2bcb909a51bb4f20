"""An alert of class I on the page: two reviewers who do not know of each other, and what follows, in a real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, expect

from alerts.catalogue import load_catalogue
from api.ports import Role
from domain.risk import RiskClass
from domain.scope import Scope
from tests.api.kitchen import OWN_FIRM, Kitchen
from tests.api.live import served
from tests.api.pages.test_console import LEAD, log_in, unsaid_words, with_evidence
from tests.support.browser import visit

expect.set_options(timeout=15_000)
pytestmark = pytest.mark.integration


@pytest.fixture
def kitchen(tmp_path: Path) -> Kitchen:
    return Kitchen(
        tmp_path / "scratch", terms=load_catalogue().terms, feed_heartbeat_seconds=0.5, feed_recheck_seconds=1.0
    )


@pytest.fixture
def url(kitchen: Kitchen) -> Iterator[str]:
    with served(kitchen.app, kitchen.twins.settings) as address:
        yield address


def test_the_second_reviewer_sees_nothing_of_the_first_verdict_until_both_have_spoken(
    kitchen: Kitchen, browser: Browser, url: str
) -> None:
    alert = with_evidence(kitchen, risk_class=RiskClass.I)
    for name in ("li", "wang"):
        kitchen.add_user(name, Role.REGULATOR)
    with visit(browser, url) as one, visit(browser, url) as two:
        first, second = one.page, two.page
        log_in(first, "li")
        log_in(second, "wang")
        first.goto(f"/#/alert/{alert.alert_id}")
        second.goto(f"/#/alert/{alert.alert_id}")
        expect(first.locator(".still img")).to_be_visible()
        expect(second.locator(".still img")).to_be_visible()
        expect(first.locator("#clocks")).to_contain_text("人工核实")

        first.click("#confirm")
        expect(first.locator(".review .fault")).to_contain_text("至少 10 秒")
        kitchen.twins.clock.advance(11.0)
        first.fill("#reason", "尾巴清晰可见")
        first.click("#confirm")

        expect(first.locator("#own")).to_contain_text("已确认")
        expect(first.locator("#confirm")).to_have_count(0)
        expect(second.locator("#second")).to_contain_text("另一人独立审看")
        expect(second.locator(".badge.state-in_review")).to_contain_text("未核实")
        expect(second.locator("#lead")).to_contain_text(LEAD)
        expect(second.locator("#own")).to_have_count(0)
        for word in ("尾巴清晰可见", "已确认", "Confirmed"):
            assert word not in second.inner_text("main")

        second.fill("#reason", "同意")
        second.click("#confirm")
        for page in (first, second):
            expect(page.locator(".badge.state-confirmed")).to_be_visible()
            expect(page.locator("#verdicts")).to_contain_text("尾巴清晰可见")
            expect(page.locator("#lead")).to_have_count(0)
            assert unsaid_words(page) == []
        assert one.errors == []
        assert two.errors == []


def test_the_enterprise_answers_with_a_picture_and_another_person_verifies_it(
    kitchen: Kitchen, browser: Browser, url: str
) -> None:
    alert = with_evidence(kitchen, risk_class=RiskClass.II)
    kitchen.add_user("li", Role.REGULATOR)
    kitchen.add_user("shop", Role.OPERATOR, OWN_FIRM)
    with visit(browser, url) as one, visit(browser, url) as two:
        officer, shop = one.page, two.page
        log_in(officer, "li")
        log_in(shop, "shop")
        shop.goto(f"/#/alert/{alert.alert_id}")
        expect(shop.locator("#acknowledge")).to_be_visible()
        expect(shop.locator("#rectify")).to_have_count(0)
        officer.goto(f"/#/alert/{alert.alert_id}")
        expect(officer.locator(".still img")).to_be_visible()
        expect(officer.locator("#clocks")).to_be_visible()
        kitchen.twins.clock.advance(6.0)
        officer.click("#confirm")
        expect(officer.locator(".badge.state-confirmed")).to_be_visible()
        officer.click("#notify")

        expect(shop.locator(".badge.state-notified")).to_be_visible()
        shop.fill("#reason", "已封堵排水口")
        shop.click("#rectify")
        expect(shop.locator(".review .fault")).to_contain_text("须附照片或文件")
        picture = FilePayload(name="after.jpg", mimeType="image/jpeg", buffer=b"\xff\xd8\xff\xe0 after")
        shop.set_input_files("#files", files=[picture])
        shop.click("#rectify")
        expect(shop.locator(".badge.state-rectified")).to_be_visible()
        expect(shop.locator("#verify")).to_have_count(0)

        expect(officer.locator(".rectification")).to_contain_text("已封堵排水口")
        expect(officer.locator(".rectification a")).to_have_text("附件 1")
        officer.click("#verify")
        expect(officer.locator(".badge.state-verified")).to_be_visible()
        officer.click("#close")
        expect(officer.locator(".badge.state-closed")).to_be_visible()
        expect(shop.locator(".badge.state-closed")).to_be_visible()
        for page in (officer, shop):
            assert unsaid_words(page) == []
        assert one.errors == []
        # The browser tells of the refused try as a failed resource; nothing else went wrong.
        assert [error for error in two.errors if "409" not in error] == []
    closed = kitchen.twins.journal.get(alert.alert_id, Scope.everything())
    assert closed is not None
    assert closed.state == "closed"
