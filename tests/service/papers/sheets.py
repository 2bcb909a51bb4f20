"""Papers made for tests: our own drafts, filled in, drawn, sealed, signed, blurred and turned. Nobody's."""

from dataclasses import replace
from datetime import date

import cv2
import numpy as np
import pypdfium2
from PIL import Image, ImageDraw, ImageFont

from credit.applications.draft import ATTACHMENTS, FILLED_ON, SIGNATURE, Draft, DraftField, DraftKind
from credit.applications.testing import InMemoryApplications
from credit.ledger_testing import InMemoryLedgers
from credit.reporting.font import font_file
from service.papers.pdf_writer import PdfWriter
from service.papers.pictures import Pixels, sheets
from tests.credit.applications_contract import EVERYTHING, Side
from tests.credit.samples import enterprise

NAME = "示例小南国餐饮有限公司"


def promise(*, filled_on: date | None = None, template: str | None = None) -> Draft:
    """Our draft of the promise; filled in where a day is given, and then without the draft's notes."""
    ledgers = InMemoryLedgers()
    side = Side(InMemoryApplications(ledgers), ledgers)
    side.publish()
    found = side.desk.drafted(DraftKind.PROMISE, side.drafted(), enterprise(1, name=NAME), EVERYTHING)
    assert found is not None
    if filled_on is not None:
        values = {FILLED_ON: f"{filled_on:%Y年%m月%d日}", ATTACHMENTS: "1"}
        closing = tuple(replace(each, value=values.get(each.label)) for each in found.closing)
        found = replace(found, notes=(), closing=closing)
    return found if template is None else replace(found, template=template)


def as_pdf(draft: Draft) -> bytes:
    return PdfWriter().write(draft).content


def as_picture(content: bytes) -> Pixels:
    [first, *_], _ = sheets(content, "application/pdf")
    return first.pixels


def label_place(content: bytes, label: str) -> tuple[int, int]:
    """Where a label ends on the first page, in points of the picture: x of its right edge, y of its middle."""
    pixels = as_picture(content)
    height, width = pixels.shape[:2]
    with pypdfium2.PdfDocument(content) as document:
        page = document[0]
        text = page.get_textpage()
        found = text.search(label).get_next()
        assert found is not None, f"{label} is not on the page"
        first, count = found
        boxes = [text.get_charbox(number) for number in range(first, first + count)]
        right, bottom, top = boxes[-1][2], boxes[0][1], boxes[0][3]
        across, up = page.get_size()
        return round(right / across * width), round((1 - (bottom + top) / 2 / up) * height)


def sealed(pixels: Pixels, name: str, middle: tuple[int, int], radius: int = 135) -> Pixels:
    """A red ring with a star's place in its middle and a name along its rim, drawn letter by letter."""
    drawn = pixels.copy()
    red = (40, 30, 210)
    cv2.circle(drawn, middle, radius, red, 7, cv2.LINE_AA)
    cv2.circle(drawn, middle, radius // 5, red, -1, cv2.LINE_AA)
    size = round(radius * 0.27)
    spread = np.deg2rad(250)
    for number, tile in enumerate(_letters(name, size)):
        angle = -np.pi / 2 - spread / 2 + spread * number / (len(name) - 1)
        turned = cv2.warpAffine(
            tile,
            cv2.getRotationMatrix2D((tile.shape[1] / 2, tile.shape[0] / 2), -np.rad2deg(angle + np.pi / 2), 1.0),
            tile.shape[::-1],
            borderValue=255,
        )
        x = round(middle[0] + np.cos(angle) * radius * 0.76 - turned.shape[1] / 2)
        y = round(middle[1] + np.sin(angle) * radius * 0.76 - turned.shape[0] / 2)
        place = drawn[y : y + turned.shape[0], x : x + turned.shape[1]]
        place[turned < 128] = red
    return drawn


def _letters(name: str, size: int) -> list[Pixels]:
    """Each letter in black on a white tile half as large again."""
    with font_file() as file:
        font = ImageFont.truetype(str(file), size)
        tiles = []
        for letter in name:
            tile = Image.new("L", (round(size * 1.5), round(size * 1.5)), 255)
            ImageDraw.Draw(tile).text((size * 0.75, size * 0.75), letter, font=font, fill=0, anchor="mm")
            tiles.append(np.asarray(tile))
    return tiles


def signed(pixels: Pixels, at: tuple[int, int]) -> Pixels:
    """A hand's line behind a label."""
    drawn = pixels.copy()
    x, y = at
    points = [(x + 30 + 9 * step, y + round(14 * np.sin(step * 1.3)) - step % 3 * 4) for step in range(18)]
    cv2.polylines(drawn, [np.array(points, np.int32)], isClosed=False, color=(60, 20, 20), thickness=3)
    return drawn


def worn(pixels: Pixels, *, degrees: float = 1.2, blur: float = 0.8) -> Pixels:
    """As a telephone takes it: a little turned and blurred."""
    height, width = pixels.shape[:2]
    turning = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    turned = cv2.warpAffine(pixels, turning, (width, height), borderValue=(255, 255, 255))
    return np.asarray(cv2.GaussianBlur(turned, (0, 0), blur), dtype=np.uint8)


def as_png(pixels: Pixels) -> bytes:
    encoded, content = cv2.imencode(".png", pixels)
    assert encoded
    return content.tobytes()


def complete(name: str = NAME, *, day: date, template: str | None = None) -> Pixels:
    """A promise filled in, sealed and signed."""
    content = as_pdf(promise(filled_on=day, template=template))
    right, middle = label_place(content, SIGNATURE)
    pixels = signed(as_picture(content), (right, middle))
    return sealed(pixels, name, (pixels.shape[1] // 4, middle))


def field(draft: Draft, label: str) -> DraftField:
    return next(each for each in (*draft.fields, *draft.closing) if each.label == label)
