"""The pages of rules and of the service's standing in a real browser over a real server."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

import pytest
from playwright.sync_api import Browser, Page, expect

from alerts.catalogue import load_catalogue
from alerts.mqtt import MqttLink
from alerts.nodes.desk import IngestDesk
from alerts.nodes.parcels import CameraReport, Heartbeat, QueueReport
from alerts.nodes.ports import Node
from api.app import create_app
from api.ports import Role
from api.system import BrokerStanding, OutboxStanding, SystemReport
from domain.ids import CameraId, NodeId
from domain.organisation import Camera, Source
from domain.risk import RiskClass
from tests.alerts.replay.looks import Filmed, begin, camera_line
from tests.alerts.scenes import rat
from tests.alerts.test_outage import delivering, keys
from tests.api.kitchen import CAMERA, OWN_FIRM, SITE, Kitchen
from tests.api.live import served
from tests.api.routers.test_cluster import standing
from tests.support.browser import DESKTOP, PHONE
from tests.support.mqtt import Mosquitto, Proxy, Subscriber, wait_until
from tests.web.shop import Shop
from tests.web.walk import logged_in, overflow, serious_faults, unsaid_words

pytestmark = pytest.mark.integration
PAGES = ("rules", "rules?part=jurisdictions", "rules?part=quality", "rules?part=tuning", "health", "counts")


@pytest.fixture
def logged(kitchen: Kitchen) -> Iterator[Kitchen]:
    """A kitchen with a rat on its detection log, and the desk of trials at work."""
    twins = kitchen.twins
    twins.trial_runner.keep(begin(), camera_line(CAMERA), *Filmed().see(rat(), seconds=4).see(seconds=90).lines)
    twins.trials.start()
    yield kitchen
    twins.trial_runner.gate.set()
    twins.trials.stop()


@pytest.mark.parametrize(("language", "theme"), [("zh", "light"), ("en", "dark")])
def test_rules_and_health_can_be_read_by_everybody_in_both_languages_and_themes(
    shop: Shop, logged: Kitchen, browser: Browser, url: str, language: str, theme: str
) -> None:
    logged.add_user("admin", Role.ADMIN)
    with logged_in(browser, url, "admin", language=language, theme=theme) as found:
        page = found.page
        for path in PAGES:
            page.goto(f"/console/{path}")
            expect(page.locator("h1")).to_be_visible()
            expect(page.locator(".loading")).to_have_count(0)
            assert serious_faults(page) == [], path
            assert unsaid_words(page) == [], path
            page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
            assert overflow(page) == 0, path
            page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
        assert found.errors == []


def test_numbers_are_tried_on_the_log_and_change_nothing_in_service(
    logged: Kitchen, browser: Browser, url: str
) -> None:
    logged.add_user("li", Role.OPERATOR, OWN_FIRM)
    with logged_in(browser, url, "li", "/console/rules?part=tuning") as found:
        page = found.page
        page.select_option("[name=camera]", CAMERA)
        page.fill("[name=dwell]", "10")
        page.click("#trial-form button[type=submit]")
        expect(page.locator(".trial[data-state=done]")).to_contain_text("未发出任何告警", timeout=60_000)
        expect(page.locator(".trial")).to_contain_text("鼠类活动")
        page.fill("[name=dwell]", "")
        page.fill("[name='least rodent']", "0.99")
        page.locator("[type=datetime-local]").first.fill("2026-01-05T16:01")  # the rat has gone by then
        page.click("#trial-form button[type=submit]")
        expect(page.locator(".trial[data-state=done] #quiet")).to_contain_text("鼠类活动", timeout=60_000)
        expect(page.locator("#trials .chip", has_text="已完成")).to_have_count(2)
        expect(page.locator("#trials .chip", has_text="2026/01/05 16:01 – 16:02")).to_have_count(1)
        page.click("[data-part=catalogue]")
        expect(page.locator("[data-part=catalogue]")).to_have_attribute("aria-current", "page")
        expect(page.locator("[data-part=tuning]")).not_to_have_attribute("aria-current", "page")
        expect(page.locator("[data-code='pest.rodent']")).to_contain_text("1 秒")
        assert found.errors == []


def judged(kitchen: Kitchen, verb: str, *names: str, **violation: Any) -> None:
    """An alert that those reviewers judge, one after the other."""
    path = f"/api/v1/alerts/{kitchen.raise_alert(**violation).alert_id}"
    for name in names:
        reviewer = kitchen.client(Role.REGULATOR, name=name)
        body = {"reason": "看过", "expected_sequence": reviewer.get(path).json()["sequence"]}
        answer = reviewer.post(f"{path}/{verb}", json=body)
        assert answer.status_code == 200, answer.text


def test_no_share_stands_without_its_cases_and_interval_and_reviewers_agreement_is_for_administrators(
    kitchen_with: Callable[..., Kitchen], browser: Browser
) -> None:
    kitchen = kitchen_with(terms=load_catalogue().terms)
    for verb in ("confirm", "confirm", "dismiss", "unclear"):
        judged(kitchen, verb, "li", risk_class=RiskClass.II)
    judged(kitchen, "confirm", "li", "wang", risk_class=RiskClass.I, code="bin.overflow")
    kitchen.add_user("admin", Role.ADMIN)
    with served(kitchen.app, kitchen.twins.settings) as address:
        with logged_in(browser, address, "admin") as found:
            page = found.page
            page.clock.set_fixed_time(kitchen.twins.clock.now())
            page.goto("/console/rules?part=quality")
            row = page.locator("#precision [data-code='pest.rodent']")
            expect(row).to_contain_text("67%（95% 区间 21%–94%，n=3）")
            expect(row).to_contain_text("33%（95% 区间 6%–79%，n=3）")
            expect(row.locator("td").last).to_have_text("1")
            expect(page.locator("#agreement tbody tr")).to_have_count(2)
            expect(page.locator("#agreement tr", has_text="wang")).to_contain_text("n=1）")
            expect(page.locator("#agreement tr", has_text="wang")).to_contain_text("没有可比的结论")
            assert serious_faults(page) == []
            page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
            assert overflow(page) == 0
            assert found.errors == []
        with logged_in(browser, address, "li", "/console/rules?part=quality") as found:
            expect(found.page.locator("#precision [data-code='pest.rodent']")).to_be_visible()
            expect(found.page.locator(".quality > section")).to_have_count(1)
            assert found.errors == []


class Centre:
    """What a centre's desk tells of its nodes: one that is heard, and one that fell silent an hour ago."""

    silent_after_seconds = 60.0

    def __init__(self, now: datetime) -> None:
        self._now = now

    def nodes(self) -> list[Node]:
        return [self._node("shop-1", 5), self._node("shop-2", 3_600)]

    def _node(self, name: str, seconds: float) -> Node:
        at = self._now - timedelta(seconds=seconds)
        camera = CameraReport(camera_id="theirs", condition="online", since=at)
        return Node(
            node_id=NodeId(name),
            token_sha256="",
            credit_codes=None,
            is_active=True,
            created_at=at,
            last_seen_at=at,
            report=Heartbeat(
                version="0.1.0", sent_at=at, cameras=[camera], queue=QueueReport(steps=3, oldest_seconds=120)
            ),
        )


@pytest.fixture
def centre(shop: Shop, kitchen: Kitchen) -> Kitchen:
    """As centre and head of a cluster: a camera of a node that says it is well, and pictures of three seconds ago."""
    twins = kitchen.twins
    away = CameraId("camera-away")
    source = Source(location="rtsp://192.0.2.9/stream")
    twins.registry.add_camera(
        Camera(camera_id=away, site_id=SITE, name="分店", source=source, node_id=NodeId("shop-1"))
    )
    own = twins.fleet.known[CAMERA]
    twins.fleet.known[away] = replace(own, camera_id=away, last_frame_at=None, frames_analysed=0)
    twins.fleet.known[CAMERA] = replace(own, analysed_fps=2.0, is_slowed=True)
    twins.clock.advance(3)
    desk = cast("IngestDesk", Centre(twins.clock.now()))
    kitchen.app = create_app(replace(twins.services(), ingest=desk, cluster=lambda: standing(kitchen)))
    return kitchen


def test_a_camera_without_a_picture_and_a_broker_that_is_not_known_are_never_shown_as_fine(
    centre: Kitchen, browser: Browser, url: str
) -> None:
    centre.add_user("admin", Role.ADMIN)
    with logged_in(browser, url, "admin", "/console/health") as found:
        page = found.page
        expect(page.locator("main")).to_contain_text("1 / 5 有画面")
        expect(page.locator("main")).to_contain_text("从未收到")
        expect(page.locator("[data-stream] .badge.good")).to_have_count(1)  # the one camera that has a picture
        own, away = page.locator(f"[data-stream='{CAMERA}']"), page.locator("[data-stream='camera-away']")
        expect(own.locator("[data-age]")).to_have_text("3 秒前")  # by the service: this screen's clock is months off
        expect(own.locator("[data-due]")).to_have_text("2（设定 5） 已降速")
        expect(away).to_contain_text("节点称正常")
        expect(away).to_contain_text("留在节点 shop-1")
        expect(page.locator("#nodes")).to_contain_text("1 / 2 有联系")
        expect(page.locator("[data-node='shop-1']")).to_contain_text("3（2 分钟）")
        expect(page.locator("[data-node='shop-2']")).to_contain_text("失联，情况未知")
        expect(page.locator("#cluster h2")).to_contain_text("1 / 2 组在运行 1 台摄像机无处运行")
        expect(page.locator("[data-group='machine-1.0']")).to_contain_text("失联，摄像机另行安排")
        expect(page.locator("#unplaced")).to_contain_text("烹饪间")
        expect(page.locator(f"[data-moved='{CAMERA}']")).to_contain_text("粗加工间：machine-1.0 → machine-2.0")
        assert serious_faults(page) == []
        assert unsaid_words(page) == []
        assert found.errors == []


@contextmanager
def sending(kitchen: Kitchen, port: int) -> Iterator[MqttLink]:
    """The kitchen's own journal and outbox before a broker, and the application that tells how they stand."""
    twins = kitchen.twins

    def report() -> SystemReport:
        status = link.status
        return replace(
            twins.system,
            broker=BrokerStanding(state=status.state.value, since=status.since, cause=status.cause),
            outbox=OutboxStanding(depth=twins.journal.depth(), oldest_at=twins.journal.oldest_created_at()),
        )

    with delivering(twins.journal, port, twins.bell) as link:
        kitchen.app = create_app(replace(twins.services(), system=report))
        yield link


def asked_again(page: Page) -> None:
    """As if the time between two looks had passed."""
    page.clock.fast_forward(16_000)


def test_while_the_broker_is_away_alerts_wait_are_seen_and_judged_and_go_out_once_it_is_back(
    shop: Shop, kitchen: Kitchen, browser: Browser
) -> None:
    kitchen.add_user("admin", Role.ADMIN)
    kitchen.add_user("chef", Role.OPERATOR, OWN_FIRM)
    with (
        Mosquitto() as broker,
        Subscriber(broker.port) as subscriber,
        Proxy(broker.port) as proxy,
        sending(kitchen, proxy.port) as link,
        served(kitchen.app, kitchen.twins.settings) as url,
        logged_in(browser, url, "admin", "/console/health") as office,
        logged_in(browser, url, "chef", "/console/health", PHONE) as manager,
    ):
        for page in (office.page, manager.page):
            page.clock.install()
            page.reload()
            expect(page.locator("#delivery")).to_contain_text("已连接")
            expect(page.locator("#delivery-badge")).to_have_count(0)
        expect(office.page.locator("#delivery")).to_contain_text("没有积压")

        proxy.is_shut = True
        broker.stop()
        wait_until(lambda: link.connection is None, 60, "the loss to be noticed")
        first = shop.alert(0)
        for page in (office.page, manager.page):
            asked_again(page)
            expect(page.locator("#delivery")).to_contain_text("告警没有丢失")
            expect(page.locator("#delivery-badge")).to_have_text("告警暂停外发")
        expect(office.page.locator("#delivery")).to_contain_text("待发 1 条")
        expect(office.page.locator("#outbox")).to_contain_text("1")
        assert serious_faults(manager.page) == []
        assert unsaid_words(manager.page) == []
        assert overflow(manager.page) == 0
        manager.page.goto("/console/alerts")
        expect(manager.page.locator(f".row[data-alert='{first.alert_id}']")).to_be_visible()
        expect(manager.page.locator("#delivery-badge")).to_be_visible()

        page = office.page
        page.goto(f"/console/alerts/{first.alert_id}")
        expect(page.locator("#lead")).to_be_visible()
        page.keyboard.press("d")
        page.keyboard.type("是店主的猫")
        page.keyboard.press("Enter")
        expect(page.locator(".alert .badge.state-dismissed")).to_be_visible()
        second = shop.alert(1)
        expect(manager.page.locator(f".row[data-alert='{second.alert_id}']")).to_be_visible()  # by itself, as ever
        page.goto("/console/health")
        expect(page.locator("#delivery")).to_contain_text("待发 3 条")
        assert subscriber.on("/alerts/") == []

        broker.start()
        subscriber.wait_subscribed(2)  # the broker kept nothing: its readers must be back before the messages are
        proxy.is_shut = False
        subscriber.wait_for(lambda heard: len(keys(heard)) >= 3, 60)
        wait_until(lambda: kitchen.twins.journal.depth() == 0, 60, "the outbox to be empty")
        asked_again(page)
        asked_again(manager.page)
        expect(page.locator("#delivery")).to_contain_text("没有积压")
        for each in (page, manager.page):
            expect(each.locator("#delivery-badge")).to_have_count(0)
        wanted = [(first.alert_id, 1), (first.alert_id, 2), (second.alert_id, 1)]
        assert keys(subscriber.heard) == wanted
        assert (office.errors, manager.errors) == ([], [])
