"""The page inside an evidence pack, as somebody opens it who has nothing but the file."""

import json
from pathlib import Path

import cv2
import pytest
from playwright.sync_api import Browser, expect

from alerts.pack import PAGE
from alerts.pack_file import unzipped
from api.ports import Role
from domain.alert import Alert, EvidenceKind
from tests.api.kitchen import Kitchen
from tests.api.pages.test_console import stored
from tests.support.browser import DESKTOP, PHONE, visit
from tests.support.pictures import grey_picture
from tests.web.walk import LEAD, serious_faults, unsaid_words

BOXES = {"boxes": [{"label": "rodent", "confidence": 0.9, "left": 0.4, "top": 0.5, "right": 0.6, "bottom": 0.7}]}


def packed(kitchen: Kitchen, folder: Path) -> tuple[Alert, str]:
    """A sealed alert with a still and its boxes; the address of the page of its pack, unpacked on a disk."""
    encoded, still = cv2.imencode(".jpg", grey_picture(640, 360).bgr())
    assert encoded
    alert = kitchen.raise_alert(
        evidence=(
            stored(kitchen, 1, EvidenceKind.STILL, "image/jpeg", still.tobytes()),
            stored(kitchen, 2, EvidenceKind.BOXES, "application/json", json.dumps(BOXES).encode()),
        )
    )
    kitchen.twins.seals.seal(after=0, limit=100, now=kitchen.twins.clock.now())
    answer = kitchen.client(Role.REGULATOR).get(f"/api/v1/alerts/{alert.alert_id}/pack.zip")
    assert answer.status_code == 200
    for name, content in unzipped(answer.content).items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return alert, (folder / PAGE).as_uri()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_page_of_a_pack_shows_picture_facts_and_chain_without_a_network(
    kitchen: Kitchen, browser: Browser, tmp_path: Path, size: tuple[int, int]
) -> None:
    alert, address = packed(kitchen, tmp_path)
    with visit(browser, address, size) as found:
        page = found.page
        page.context.set_offline(True)
        page.goto(address)

        expect(page.locator("body")).to_contain_text(LEAD)
        expect(page.locator("body")).to_contain_text(alert.alert_id)
        expect(page.locator(".still svg rect")).to_have_count(1)
        assert page.locator(".still img").evaluate("image => image.naturalWidth") == 640
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert serious_faults(page) == []
        assert unsaid_words(page) == []
        assert found.errors == []
        page.screenshot(path=tmp_path / "pack.png", full_page=True)
