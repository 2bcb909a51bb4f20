"""What people do with the page, in a real browser over a real server."""

import json
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from alerts.pack_check import check_pack
from api.app import create_app
from api.ports import Role
from domain.alert import Alert, Evidence, EvidenceKind, EvidenceState
from domain.scope import Scope
from tests.alerts.samples import sample_evidence
from tests.api.kitchen import CAMERA, OWN_FIRM, PASSWORD, SECOND_CAMERA, Kitchen
from tests.api.live import served
from tests.support.browser import DESKTOP, PHONE, visit
from tests.support.clips import make_clip
from tests.support.pictures import grey_picture

expect.set_options(timeout=15_000)  # two rounds of the slowest thing that the page asks for again and again
pytestmark = pytest.mark.integration

LEAD = "AI 线索，未经人工核实"


def try_to_log_in(page: Page, name: str, password: str = PASSWORD) -> None:
    page.goto("/")
    page.fill("#name", name)
    page.fill("#password", password)
    page.click("button.main")


def log_in(page: Page, name: str, password: str = PASSWORD) -> None:
    try_to_log_in(page, name, password)
    expect(page.locator("main h1")).to_have_text("摄像机")


def unsaid_words(page: Page) -> list[str]:
    """What a script writes where it had nothing to say."""
    text = page.inner_text("body")
    return [word for word in ("false", "true", "undefined", "null", "NaN", "[object") if word in text]


def with_evidence(kitchen: Kitchen, **changes: Any) -> Alert:
    """An alert with a still, its boxes, and a clip that could not be kept."""
    encoded, still = cv2.imencode(".jpg", np.full((360, 640, 3), 120, np.uint8))
    assert encoded
    box = {"label": "rodent", "confidence": 0.75, "left": 0.4, "top": 0.7, "right": 0.45, "bottom": 0.75}
    other = {"label": "person", "confidence": 0.9, "left": 0.1, "top": 0.1, "right": 0.2, "bottom": 0.9}
    boxes = json.dumps({"sightings": [box], "detections": [box, other]}).encode()
    return kitchen.raise_alert(
        evidence=(
            stored(kitchen, 1, EvidenceKind.STILL, "image/jpeg", still.tobytes()),
            stored(kitchen, 2, EvidenceKind.BOXES, "application/json", boxes),
            sample_evidence(
                3, kind=EvidenceKind.CLIP, state=EvidenceState.MISSING, cause="disk_full", sha256=None, size_bytes=None
            ),
        ),
        clause_ids=("fsl-33-1-1", "practice-12"),
        **changes,
    )


def stored(kitchen: Kitchen, number: int, kind: EvidenceKind, media_type: str, content: bytes) -> Evidence:
    file = kitchen.twins.evidence_store.save(f"2026/01/05/{number}", content)
    return sample_evidence(
        number, kind=kind, name=file.name, size_bytes=file.size_bytes, sha256=file.sha256, media_type=media_type
    )


def test_the_one_time_password_is_changed_before_anything_is_seen(kitchen: Kitchen, browser: Browser, url: str) -> None:
    kitchen.add_user("admin", Role.ADMIN, must_change_password=True)
    with visit(browser, url) as found:
        page = found.page
        try_to_log_in(page, "admin")
        page.fill("#fresh", "short")
        page.fill("#again", "short")
        page.click("button.main")
        expect(page.locator("#fault")).to_contain_text("12")

        page.goto("/#/cameras")  # going around it leads back to it
        page.reload()
        expect(page.locator("#fresh")).to_be_visible()
        page.fill("#current", PASSWORD)
        page.fill("#fresh", "a-password-of-my-own")
        page.fill("#again", "a-password-of-my-own")
        page.click("button.main")

        expect(page.locator("h1")).to_have_text("摄像机")
        page.click("#logout")
        expect(page.locator("#password")).to_be_visible()
        log_in(page, "admin", "a-password-of-my-own")
        assert found.errors == []


def test_a_wrong_password_is_told_and_lets_nobody_in(kitchen: Kitchen, browser: Browser, url: str) -> None:
    kitchen.add_user("li", Role.REGULATOR)
    with visit(browser, url) as found:
        try_to_log_in(found.page, "li", "wrong-password-1")

        expect(found.page.locator("#fault")).to_have_text("用户名或密码不正确。")
        assert found.page.context.cookies() == []


def test_a_camera_without_a_picture_cannot_be_taken_for_a_quiet_one(
    kitchen: Kitchen, browser: Browser, url: str
) -> None:
    kitchen.add_user("li", Role.REGULATOR, OWN_FIRM)
    kitchen.show_picture(CAMERA, grey_picture(1280, 720))
    with visit(browser, url) as found:
        page = found.page
        log_in(page, "li")
        live, dark = page.locator(f"[data-camera={CAMERA}]"), page.locator(f"[data-camera={SECOND_CAMERA}]")

        expect(live.locator(".picture img")).to_be_visible()
        expect(live.locator(".age")).to_have_text("当前画面")
        expect(live.locator(".badge")).to_have_text("在线")
        expect(dark.locator(".picture")).to_contain_text("无画面")
        expect(dark.locator(".badge")).to_have_text("离线")
        expect(page.locator(".camera")).to_have_count(2)  # the other firm's is not there

        kitchen.twins.clock.advance(60)  # the camera falls silent: its last picture must go
        expect(live.locator(".picture")).to_contain_text("无画面")
        expect(live.locator(".picture img")).to_have_count(0)
        expect(live.locator(".badge")).to_have_text("在线 · 无画面")
        assert found.errors == []


def test_an_alert_arrives_by_itself_is_opened_and_dismissed_with_a_reason(
    kitchen: Kitchen, browser: Browser, url: str
) -> None:
    kitchen.add_user("li", Role.REGULATOR, OWN_FIRM)
    with visit(browser, url) as found:
        page = found.page
        log_in(page, "li")
        expect(page.locator(".feed.live")).to_be_visible()
        page.click("nav >> text=线索与告警")
        expect(page.locator(".empty")).to_be_visible()

        alert = with_evidence(kitchen)
        row = page.locator(f"[data-alert='{alert.alert_id}']")
        expect(row).to_contain_text("鼠类活动")
        expect(row).to_contain_text(LEAD)
        row.click()

        expect(page.locator("#lead")).to_contain_text(LEAD)
        expect(page.locator(".box")).to_have_count(0)
        page.click("#boxes")
        expect(page.locator(".box.meant")).to_have_count(1)
        expect(page.locator(".box.other")).to_have_count(1)
        page.click("#boxes")
        expect(page.locator(".box")).to_have_count(0)
        expect(page.locator("main")).to_contain_text(alert.evidence[0].sha256 or "-")
        expect(page.locator("main")).to_contain_text("磁盘已满")
        expect(page.locator(".badge.warn", has_text="条文")).to_have_text("条文未核实")

        page.click("#dismiss")
        expect(page.locator(".review .fault")).to_have_text("请写明理由。")
        page.fill("#reason", "是店主的猫")
        page.click("#dismiss")
        expect(page.locator(".badge.state-dismissed")).to_be_visible()
        expect(page.locator("#lead")).to_have_count(0)
        expect(page.locator(".steps")).to_contain_text("li：是店主的猫")
        assert unsaid_words(page) == []
        assert found.errors == []
    judged = kitchen.twins.journal.get(alert.alert_id, Scope.everything())
    assert judged is not None
    assert judged.review is not None
    assert (judged.state, judged.review.reason) == ("dismissed", "是店主的猫")


def test_a_clip_is_played_by_those_who_may_see_it(kitchen: Kitchen, browser: Browser, url: str, tmp_path: Path) -> None:
    content = make_clip(tmp_path / "clip.mp4", seconds=2.0).read_bytes()
    alert = kitchen.raise_alert(evidence=(stored(kitchen, 7, EvidenceKind.CLIP, "video/mp4", content),))
    kitchen.add_user("li", Role.REGULATOR)
    kitchen.add_user("wall", Role.VIEWER)
    with visit(browser, url) as found:
        log_in(found.page, "li")
        found.page.goto(f"/#/alert/{alert.alert_id}")
        found.page.fill("#open-clip input", "复核")
        found.page.click("#open-clip button")
        video = found.page.locator("video")
        expect(video).to_be_visible()
        seconds = video.evaluate(
            "it => new Promise(told => it.readyState ? told(it.duration)"
            " : it.addEventListener('loadedmetadata', () => told(it.duration)))"
        )
        assert seconds == pytest.approx(2.0, abs=0.2)
    with visit(browser, url) as found:
        log_in(found.page, "wall")
        found.page.goto(f"/#/alert/{alert.alert_id}")
        expect(found.page.locator("main")).to_contain_text("您的账户无权查看")
        expect(found.page.locator("video")).to_have_count(0)


def test_only_a_confirmed_alert_moves_the_counted_figure(kitchen: Kitchen, browser: Browser, url: str) -> None:
    kitchen.add_user("li", Role.REGULATOR)
    with visit(browser, url) as found:
        page = found.page
        page.clock.set_fixed_time("2026-01-05T08:30:00Z")
        alert = with_evidence(kitchen)
        log_in(page, "li")
        page.click("nav >> text=统计")
        expect(page.locator(".tile.detected strong")).to_have_text("1")
        expect(page.locator(".tile.confirmed strong")).to_have_text("0")
        expect(page.locator("#counts-words")).to_contain_text("仅经人工确认的记录计入")

        page.goto(f"/#/alert/{alert.alert_id}")
        page.click("#confirm")
        expect(page.locator(".badge.state-confirmed")).to_be_visible()
        page.click("nav >> text=统计")

        expect(page.locator(".tile.confirmed strong")).to_have_text("1")
        expect(page.locator("#counts tbody tr")).to_have_count(1)
        assert found.errors == []


def test_buttons_follow_the_permissions(kitchen: Kitchen, browser: Browser, url: str) -> None:
    kitchen.add_user("chef", Role.OPERATOR, OWN_FIRM)
    kitchen.add_user("wall", Role.VIEWER, OWN_FIRM)
    kitchen.show_picture(CAMERA)
    alert = with_evidence(kitchen)
    with visit(browser, url) as found:
        log_in(found.page, "chef")
        expect(found.page.locator("#add-camera")).to_be_visible()
        found.page.goto(f"/#/alert/{alert.alert_id}")
        expect(found.page.locator("#acknowledge")).to_be_visible()
        expect(found.page.locator("#confirm")).to_have_count(0)
        found.page.click("#acknowledge")
        expect(found.page.locator(".badge.state-acknowledged")).to_contain_text("未核实")
    with visit(browser, url) as found:
        log_in(found.page, "wall")
        expect(found.page.locator(f"[data-camera={CAMERA}] .picture")).to_contain_text("无权查看")
        expect(found.page.locator("#add-camera")).to_have_count(0)
        found.page.goto(f"/#/alert/{alert.alert_id}")
        expect(found.page.locator("figure img")).to_be_visible()
        expect(found.page.locator("#reason")).to_have_count(0)


def test_a_camera_is_added_on_the_page(kitchen: Kitchen, browser: Browser, url: str) -> None:
    kitchen.add_user("chef", Role.OPERATOR, OWN_FIRM)
    with visit(browser, url) as found:
        page = found.page
        log_in(page, "chef")
        page.click("#add-camera")
        page.fill("#camera-form [name=name]", "专间")
        page.fill("#camera-form [name=location]", "/etc/passwd")
        page.click("#camera-form button")
        expect(page.locator("#camera-form .fault")).to_contain_text("use_local_sources")
        page.fill("#camera-form [name=location]", "rtsp://viewer:geheim@192.0.2.8/live")
        page.click("#camera-form button")

        expect(page.locator(".camera h3", has_text="专间")).to_be_visible()
        assert "geheim" not in page.content()
    assert [verb for verb, _ in kitchen.twins.control.told] == ["saved"]


def test_a_camera_is_paused_with_a_reason_and_resumed_on_the_page(kitchen: Kitchen, browser: Browser, url: str) -> None:
    kitchen.add_user("chef", Role.OPERATOR, OWN_FIRM)
    with visit(browser, url) as found:
        page = found.page
        log_in(page, "chef")
        card = page.locator(f"[data-camera={CAMERA}]")
        card.locator(".switch").click()
        card.locator("[name=reason]").fill("镜头维修")
        card.locator(".pause-form button").click()

        expect(card.locator(".picture")).to_contain_text("已暂停，无画面，未作判断")
        expect(card.locator(".picture")).to_contain_text("chef")
        expect(card.locator(".picture")).to_contain_text("镜头维修")
        expect(card.locator(".picture")).to_contain_text("不代表合规")
        expect(card.locator(".badge")).to_have_text("已暂停")
        card.locator(".switch").click()
        expect(card.locator(".picture")).to_contain_text("无画面")
        expect(card.locator(".badge")).to_have_text("离线")
        assert found.errors == []


def test_a_table_is_checked_first_and_then_imported_on_the_page(kitchen: Kitchen, browser: Browser, url: str) -> None:
    kitchen.add_user("chef", Role.OPERATOR, OWN_FIRM)
    good = "场所,名称,地址\n一号厨房,专间一,rtsp://u:geheim@192.0.2.20/1\n"
    with visit(browser, url) as found:
        page = found.page
        log_in(page, "chef")
        page.click("#import-cameras")
        for text, answer in ((good + "一号厨房,坏,ftp://x\n", "第 3 行 location"), (good, "新增 1")):
            table = FilePayload(name="cameras.csv", mimeType="text/csv", buffer=text.encode("gb18030"))
            page.set_input_files("#import-form input", files=table)
            expect(page.locator("#import-store")).to_be_disabled()
            page.click("#import-check")
            expect(page.locator("#import-outcome")).to_contain_text(answer)
        expect(page.locator("#import-outcome")).to_contain_text("尚未保存")
        page.click("#import-store")

        expect(page.locator("#import-outcome")).to_contain_text("已保存")
        page.reload()
        expect(page.locator(".camera h3", has_text="专间一")).to_be_visible()
        assert "geheim" not in page.content()
        assert found.errors == []


def test_the_feed_goes_on_after_the_server_was_away(kitchen: Kitchen, browser: Browser) -> None:
    kitchen.add_user("li", Role.REGULATOR)
    settings = kitchen.twins.settings
    with ExitStack() as first_life:
        url = first_life.enter_context(served(kitchen.app, settings))
        with visit(browser, url) as found:
            page = found.page
            log_in(page, "li")
            page.click("nav >> text=线索与告警")
            first = kitchen.raise_alert()
            expect(page.locator(f"[data-alert='{first.alert_id}']")).to_be_visible()

            first_life.close()
            expect(page.locator(".feed.lost")).to_be_visible()
            missed = kitchen.raise_alert()
            port = int(url.rpartition(":")[2])
            with served(create_app(kitchen.twins.services()), settings, port):
                expect(page.locator(".feed.live")).to_be_visible()
                expect(page.locator(f"[data-alert='{missed.alert_id}']")).to_be_visible()
                expect(page.locator(f"[data-alert='{first.alert_id}']")).to_have_count(1)


def test_a_login_that_has_ended_leads_back_to_the_login(kitchen: Kitchen, browser: Browser, url: str) -> None:
    kitchen.add_user("li", Role.REGULATOR)
    with visit(browser, url) as found:
        log_in(found.page, "li")
        kitchen.twins.clock.advance(13 * 3600)

        expect(found.page.locator("#password")).to_be_visible()


def test_the_language_is_switched_and_remembered(kitchen: Kitchen, browser: Browser, url: str) -> None:
    kitchen.add_user("li", Role.REGULATOR)
    with_evidence(kitchen)
    with visit(browser, url) as found:
        page = found.page
        log_in(page, "li")
        page.click("#language")
        expect(page.locator("h1")).to_have_text("Cameras")
        page.reload()
        expect(page.locator("h1")).to_have_text("Cameras")
        page.click("nav >> text=Alerts")
        expect(page.locator("a.alert")).to_contain_text("Rodent activity")
        expect(page.locator("a.alert")).to_contain_text("not verified by a person")
        assert page.evaluate("document.documentElement.lang") == "en"


def test_a_name_cannot_become_a_script(kitchen: Kitchen, browser: Browser, url: str) -> None:
    kitchen.add_user("li", Role.REGULATOR)
    kitchen.add_camera("camera-x", "site-1", "<img src=x onerror=alert(1)>")  # type: ignore[arg-type]
    with visit(browser, url) as found:
        log_in(found.page, "li")

        expect(found.page.locator("[data-camera=camera-x] h3")).to_have_text("<img src=x onerror=alert(1)>")
        assert found.errors == []


def test_a_code_says_what_is_not_detected_and_which_text_nobody_has_read(
    kitchen: Kitchen, browser: Browser, url: str
) -> None:
    kitchen.add_user("li", Role.REGULATOR)
    with visit(browser, url) as found:
        page = found.page
        log_in(page, "li")
        page.goto("/#/codes")

        bare = page.locator("article", has_text="uniform.shirtless")
        expect(bare.locator(".badge", has_text="此处不检测")).to_be_visible()
        expect(bare).to_contain_text("当前网络不能识别赤膊")
        rat = page.locator("article", has_text="鼠类活动")
        expect(rat.locator("[data-clause='fsl-33-1-1']")).to_contain_text("（2025）")
        expect(rat.locator("[data-clause='fsl-33-1-1'] .badge")).to_have_text("条文已核实")
        expect(rat.locator("[data-clause='practice-12'] .badge")).to_have_text("条文未核实")
        expect(rat.locator("[data-clause='practice-12'] a")).to_have_attribute("rel", "noreferrer")
        # The kitchen's clock stands in January 2026, before the provisions came into force.
        offline = page.locator("article", has_text="视频离线")
        expect(offline.locator(".out-of-force")).to_have_text("当日未生效")
        assert unsaid_words(page) == []
        assert found.errors == []


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("view", ["cameras", "alerts", "counts", "codes", "account"])
def test_nothing_hangs_over_the_edge_of_the_screen(
    kitchen: Kitchen, browser: Browser, url: str, size: tuple[int, int], view: str
) -> None:
    kitchen.add_user("li", Role.REGULATOR)
    with_evidence(kitchen)
    with visit(browser, url, size) as found:
        page = found.page
        log_in(page, "li")
        page.goto(f"/#/{view}")
        expect(page.locator("main h1")).to_be_visible()

        overhang = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overhang == 0
        assert unsaid_words(page) == []
        assert found.errors == []


def test_the_alert_page_says_whether_it_is_sealed_and_gives_the_pack(
    kitchen: Kitchen, browser: Browser, url: str
) -> None:
    kitchen.add_user("regulator", Role.REGULATOR)
    alert = with_evidence(kitchen)
    with visit(browser, url) as found:
        page = found.page
        log_in(page, "regulator")
        page.goto(f"/#/alert/{alert.alert_id}")
        expect(page.locator("#sealing")).to_contain_text("封存中")
        kitchen.twins.seals.seal(after=0, limit=10, now=kitchen.twins.clock.now())
        expect(page.locator("#sealing")).to_contain_text("已封存")
        with page.expect_download() as download:
            page.click("#pack")
        assert check_pack(download.value.path().read_bytes(), key=kitchen.twins.packs.public_key).is_whole
        assert unsaid_words(page) == []
        assert found.errors == []
