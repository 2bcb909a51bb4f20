"""Hints about a paper, by rules: what was expected, what was found, and where. Pure.

A hint decides nothing and stops nothing: people may file what looks wrong, and officers may accept it. Where the
words were read badly, or not at all, the hint says so instead of guessing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher

from credit.applications.draft import ATTACHMENTS, DRAFT_MARK, FILLED_ON, SEAL, SIGNATURE, TEMPLATE
from credit.applications.hints import Check, Finding, Hint
from credit.applications.material import MaterialKind
from credit.applications.reading import InkPlace, ReadLine, ReadPage, ReadPaper, TextSource
from domain.geometry import Box

SURE = 0.80
"""Confidence from which a line is believed. Below, a difference is "could not tell"."""
NEARLY = 0.75
"""Share of letters in common from which a name that differs may be a slip of the reader."""
INK = 0.004
"""Share of inked points from which a place is taken as signed; an empty line with noise stays below half of it."""

FORM_LABELS = (
    "法定代表人（负责人）",
    "联系人",
    "联系电话",
    "义务履行情况",
    "申请事由",
    ATTACHMENTS,
    FILLED_ON,
)
_DATE = re.compile(r"(?P<year>20\d{2})\s*[年./-]\s*(?P<month>\d{1,2})\s*[月./-]\s*(?P<day>\d{1,2})\s*日?")
_CODE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")
_TEMPLATE = re.compile(r"BK-XF-\d{4}\.\d+")
_NUMBER = re.compile(r"\d+")
_SPACES = re.compile(r"\s+")
Place = int | ReadLine | None
RULING = "_＿—-－一 　:：.。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What the record says. `attached` is how many other papers are with the application."""

    name: str
    credit_code: str
    document_no: str
    decision_date: date
    today: date
    attached: int


def precheck(kind: MaterialKind, paper: ReadPaper, expected: Expected) -> tuple[Hint, ...]:
    """All hints about one paper, those that look wrong first."""
    hints = [*_legible(paper)]
    readable = [page for page in paper.pages if page.lines]
    if readable:
        hints += _naming(paper, expected, kind)
    if kind in {MaterialKind.FORM, MaterialKind.PROMISE}:
        if readable:
            hints += [*_template(paper), *_fields(paper, kind), *_dates(paper, expected)]
        hints += [*_seals(paper, expected), *_signature(paper)]
    if kind is MaterialKind.FORM and readable:
        hints += _attachments(paper, expected)
    order = (Finding.LOOKS_WRONG, Finding.COULD_NOT_TELL, Finding.LOOKS_RIGHT)
    return tuple(sorted(hints, key=lambda hint: order.index(hint.finding)))


# Reading


def _legible(paper: ReadPaper) -> Iterator[Hint]:
    for page in paper.pages:
        if page.source is TextSource.NONE:
            yield _hint(
                Check.LEGIBLE, Finding.COULD_NOT_TELL, "可读取的文字", "未安装文字识别，图片未读取", page.number
            )
        elif not page.lines:
            yield _hint(Check.LEGIBLE, Finding.COULD_NOT_TELL, "可读取的文字", "未读到文字", page.number)
        else:
            mean = sum(line.confidence for line in page.lines) / len(page.lines)
            finding = Finding.LOOKS_RIGHT if mean >= SURE else Finding.COULD_NOT_TELL
            yield _hint(Check.LEGIBLE, finding, f"识别把握 ≥ {SURE:.0%}", f"{mean:.0%}", page.number)
    if paper.pages_in_all > len(paper.pages):
        found = f"共 {paper.pages_in_all} 页，仅读取前 {len(paper.pages)} 页"
        yield _hint(Check.LEGIBLE, Finding.COULD_NOT_TELL, "全部页面", found, None)


def plain(text: str) -> str:
    """Without spaces, and with the one form of brackets and colons that is compared."""
    swapped = str.maketrans("():[]【】〔〕", "（）：〔〕〔〕〔〕")
    return _SPACES.sub("", text).translate(swapped)


def _lines(paper: ReadPaper) -> Iterator[tuple[ReadPage, ReadLine]]:
    return ((page, line) for page in paper.pages for line in page.lines)


# Names and numbers


def _naming(paper: ReadPaper, expected: Expected, kind: MaterialKind) -> Iterator[Hint]:
    yield _contains(paper, Check.NAME, expected.name)
    if kind in {MaterialKind.FORM, MaterialKind.PROMISE}:
        yield _code(paper, expected.credit_code)
        yield _contains(paper, Check.DOCUMENT_NO, expected.document_no)


def _contains(paper: ReadPaper, check: Check, wanted: str) -> Hint:
    aim = plain(wanted)
    nearest: tuple[float, ReadPage | None, ReadLine | None] = (0.0, None, None)
    for page, line in _lines(paper):
        text = plain(line.text)
        if aim in text:
            return _hint(check, Finding.LOOKS_RIGHT, wanted, wanted, page.number, line)
        likeness = _likeness(aim, text)
        if likeness > nearest[0]:
            nearest = (likeness, page, line)
    joined = "".join(plain(line.text) for _, line in _lines(paper))
    if aim in joined:  # broken over two lines
        return _hint(check, Finding.LOOKS_RIGHT, wanted, wanted, paper.pages[0].number)
    likeness, page_, line_ = nearest
    if line_ is not None and page_ is not None and likeness >= 0.5:
        is_slip = line_.confidence < SURE or likeness >= _slip(page_)
        finding = Finding.COULD_NOT_TELL if is_slip else Finding.LOOKS_WRONG
        return _hint(check, finding, wanted, line_.text, page_.number, line_)
    is_sure = all(page.source is not TextSource.NONE for page in paper.pages) and _mean(paper) >= SURE
    return _hint(check, Finding.LOOKS_WRONG if is_sure else Finding.COULD_NOT_TELL, wanted, "未找到", None)


def _slip(page: ReadPage) -> float:
    """From which likeness a difference may be the reader's own; a text layer makes no slips."""
    return 1.01 if page.source is TextSource.TEXT_LAYER else NEARLY


def _mean(paper: ReadPaper) -> float:
    found = [line.confidence for _, line in _lines(paper)]
    return sum(found) / len(found) if found else 0.0


def _likeness(wanted: str, text: str) -> float:
    """Share of the wanted letters that stand in the text in their order."""
    matches = SequenceMatcher(None, wanted, text, autojunk=False).get_matching_blocks()
    return sum(match.size for match in matches) / max(1, len(wanted))


def _code(paper: ReadPaper, wanted: str) -> Hint:
    for page, line in _lines(paper):
        for found in _CODE.findall(plain(line.text).upper()):
            if found == wanted:
                return _hint(Check.CREDIT_CODE, Finding.LOOKS_RIGHT, wanted, found, page.number, line)
            is_slip = line.confidence < SURE or _likeness(wanted, found) >= 0.9 * _slip(page)
            finding = Finding.COULD_NOT_TELL if is_slip else Finding.LOOKS_WRONG
            return _hint(Check.CREDIT_CODE, finding, wanted, found, page.number, line)
    return _hint(Check.CREDIT_CODE, Finding.COULD_NOT_TELL, wanted, "未读到代码", None)


# Template and fields


def _template(paper: ReadPaper) -> Iterator[Hint]:
    found = [(page, line, each) for page, line in _lines(paper) for each in _TEMPLATE.findall(plain(line.text))]
    if not found:
        yield _hint(Check.TEMPLATE, Finding.COULD_NOT_TELL, TEMPLATE, "未见模板版本，可能是其他模板", None)
    for page, line, version in found[:1]:
        finding = Finding.LOOKS_RIGHT if version == TEMPLATE else Finding.LOOKS_WRONG
        yield _hint(Check.TEMPLATE, finding, TEMPLATE, version, page.number, line)
    for page, line in _lines(paper):
        if DRAFT_MARK in plain(line.text):
            yield _hint(Check.DRAFT_MARK, Finding.LOOKS_WRONG, f"删去“{DRAFT_MARK}”", DRAFT_MARK, page.number, line)
            break


def _fields(paper: ReadPaper, kind: MaterialKind) -> Iterator[Hint]:
    labels = FORM_LABELS if kind is MaterialKind.FORM else (FILLED_ON,)
    for label in labels:
        found = _value_of(paper, label)
        if found is None:
            yield _hint(Check.EMPTY_FIELD, Finding.COULD_NOT_TELL, f"“{label}”一栏", "未找到该栏", None)
            continue
        page, line, value = found
        if value.strip(RULING):
            yield _hint(Check.EMPTY_FIELD, Finding.LOOKS_RIGHT, f"“{label}”已填写", value, page.number, line)
        elif _handwritten(page, line):
            yield _hint(
                Check.EMPTY_FIELD, Finding.COULD_NOT_TELL, f"“{label}”已填写", "有笔迹，未能识别", page.number, line
            )
        else:
            finding = Finding.LOOKS_WRONG if line.confidence >= SURE else Finding.COULD_NOT_TELL
            yield _hint(Check.EMPTY_FIELD, finding, f"“{label}”已填写", "空白", page.number, line)


def _handwritten(page: ReadPage, line: ReadLine) -> bool:
    return any(place.ink >= INK and place.is_drawn and _same_row(place.box, line) for place in page.signatures)


def _value_of(paper: ReadPaper, label: str) -> tuple[ReadPage, ReadLine, str] | None:
    """What stands behind a label: in its own line, or in lines to the right of it on the same row."""
    aim = plain(label)
    for page, line in _lines(paper):
        text = plain(line.text)
        if not text.startswith(aim):
            continue
        value = text[len(aim) :]
        value = value.partition("：")[2] if "：" in value else value
        if value.strip(RULING):
            return page, line, value
        beside = [
            other
            for other in page.lines
            if other is not line and _same_row(other.box, line) and other.box.left >= line.box.left + 0.02
        ]
        return page, line, "".join(plain(other.text) for other in beside)
    return None


def _same_row(box: Box, line: ReadLine) -> bool:
    middle = (box.top + box.bottom) / 2
    return line.box.top <= middle <= line.box.bottom


# Dates


def _dates(paper: ReadPaper, expected: Expected) -> Iterator[Hint]:
    wanted = f"{expected.decision_date} 至 {expected.today} 之间"
    found = _value_of(paper, FILLED_ON)
    if found is None:
        return
    page, line, value = found
    day = _day_in(value)
    if day is None:
        if value.strip(RULING):
            yield _hint(Check.DATE, Finding.COULD_NOT_TELL, wanted, value, page.number, line)
        return
    if expected.decision_date <= day <= expected.today:
        finding = Finding.LOOKS_RIGHT
    else:
        finding = Finding.LOOKS_WRONG if line.confidence >= SURE else Finding.COULD_NOT_TELL
    yield _hint(Check.DATE, finding, wanted, day.isoformat(), page.number, line)


def _day_in(text: str) -> date | None:
    found = _DATE.search(text)
    if found is None:
        return None
    try:
        return date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        return None


# Seal and signature


def _seals(paper: ReadPaper, expected: Expected) -> Iterator[Hint]:
    seals = [(page, seal) for page in paper.pages for seal in page.seals]
    if not seals:
        found = "未见红色圆形印章（黑白扫描件无法判断）"
        yield _hint(Check.SEAL, Finding.LOOKS_WRONG, f"“{SEAL}”处有印章", found, None)
        return
    for page, seal in seals:
        yield Hint(
            check=Check.SEAL,
            finding=Finding.LOOKS_RIGHT,
            expected=f"“{SEAL}”处有印章",
            found="有红色圆形区域",
            page=page.number,
            box=seal.box,
        )
        yield Hint(
            check=Check.SEAL_NAME,
            finding=_seal_name(seal.text, seal.confidence, expected.name),
            expected=expected.name,
            found=seal.text or "未能读出印文",
            page=page.number,
            box=seal.box,
        )


def _seal_name(text: str | None, confidence: float, name: str) -> Finding:
    if not text:
        return Finding.COULD_NOT_TELL
    aim, found = plain(name), plain(text)
    if aim in found:
        return Finding.LOOKS_RIGHT
    likeness = _likeness(aim, found)
    # A rim is read less well than a line: only a name that is quite another one, read well, is called different.
    is_other = confidence >= SURE and likeness < NEARLY and len(found) >= len(aim) // 2
    return Finding.LOOKS_WRONG if is_other else Finding.COULD_NOT_TELL


def _signature(paper: ReadPaper) -> Iterator[Hint]:
    places = [(page, place) for page in paper.pages for place in page.signatures if place.label == SIGNATURE]
    expected = f"“{SIGNATURE}”处有笔迹"
    if not places:
        yield _hint(Check.SIGNATURE, Finding.COULD_NOT_TELL, expected, "未找到签名处", None)
    for page, place in places:
        finding, found = _ink(place)
        yield Hint(
            check=Check.SIGNATURE, finding=finding, expected=expected, found=found, page=page.number, box=place.box
        )


def _ink(place: InkPlace) -> tuple[Finding, str]:
    share = f"着墨 {place.ink:.1%}"
    if place.is_drawn is None:
        return Finding.COULD_NOT_TELL, "未能查看"
    if not place.is_drawn and place.ink >= INK:
        return Finding.COULD_NOT_TELL, f"只有打印文字（{share}）"
    if place.ink >= INK:
        return Finding.LOOKS_RIGHT, share
    return (Finding.COULD_NOT_TELL if place.ink >= INK / 2 else Finding.LOOKS_WRONG), share


# Attachments


def _attachments(paper: ReadPaper, expected: Expected) -> Iterator[Hint]:
    found = _value_of(paper, ATTACHMENTS)
    if found is None:
        return
    page, line, value = found
    number = _NUMBER.search(value)
    if number is None:
        return
    stated = int(number[0][:6])
    is_same = stated == expected.attached
    finding = Finding.LOOKS_RIGHT if is_same else Finding.LOOKS_WRONG
    if not is_same and line.confidence < SURE:
        finding = Finding.COULD_NOT_TELL
    yield _hint(
        Check.ATTACHMENTS, finding, f"已上传其他材料 {expected.attached} 份", f"填写 {stated} 份", page.number, line
    )


def _hint(check: Check, finding: Finding, expected: str, found: str, *place: Place) -> Hint:
    """`place`: the page's number, and the line on it."""
    page = next((each for each in place if isinstance(each, int)), None)
    line = next((each for each in place if isinstance(each, ReadLine)), None)
    return Hint(
        check=check,
        finding=finding,
        expected=expected,
        found=found[:200],
        page=page,
        box=None if line is None else line.box,
    )
