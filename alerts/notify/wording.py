"""What people read, in Chinese or English. Pure.

Whatever no person has confirmed carries the notice of `alerts.messages`, in every message, whole.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from alerts.messages import NOTICE
from alerts.notify.recipient import Channel, Language, Recipient
from domain.alert import AlertState, AlertStep
from domain.risk import RiskClass

NOTICE_EN = "AI lead, not verified by a person; no ground for a penalty"

# A person looked, but could not tell: it is still what a machine found.
_UNSETTLED = frozenset({AlertState.RAISED, AlertState.ACKNOWLEDGED, AlertState.UNCLEAR})
_MOST_NAME = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """How much room there is, and in which words and time zone it is written on."""

    language: Language
    timezone: str
    page_url: str | None = None
    most_listed: int = 10
    most_bytes: int = 12_000


# WeCom takes 2048 bytes; the others ten times as much, which nobody reads.
_MOST_LISTED = 10
_MOST_BYTES = {Channel.WECOM: 2000, Channel.MAIL: 60_000}


def paper_for(recipient: Recipient, page_url: str | None, *, most_listed_by_mail: int = 50) -> Paper:
    """In the recipient's words and time, with as much room as its channel has."""
    channel, wishes = recipient.channel, recipient.wishes
    return Paper(
        language=wishes.language,
        timezone=wishes.timezone,
        page_url=page_url,
        most_listed=most_listed_by_mail if channel is Channel.MAIL else _MOST_LISTED,
        most_bytes=_MOST_BYTES.get(channel, 12_000),
    )


_STEPS = {
    Language.ZH: {
        AlertStep.RAISED: "新线索", AlertStep.UPDATED: "证据更新", AlertStep.ENDED: "已结束",
        AlertStep.ACKNOWLEDGED: "已知悉", AlertStep.CONFIRMED: "人工确认属实", AlertStep.DISMISSED: "人工核实不属实",
        AlertStep.UNCLEAR: "人工无法判断", AlertStep.DISPUTED: "已提出异议", AlertStep.RECTIFIED: "已整改",
        AlertStep.CLOSED: "已办结", AlertStep.REVIEWED: "一名审核员已表态，待复核", AlertStep.NOTIFIED: "已通知整改",
        AlertStep.SENT_BACK: "整改被退回", AlertStep.VERIFIED: "整改已核实", AlertStep.PAUSED: "时限已暂停",
        AlertStep.RESUMED: "时限已恢复", AlertStep.OVERDUE: "已超时", AlertStep.RISEN: "风险等级上升",
    },
    Language.EN: {
        AlertStep.RAISED: "new lead", AlertStep.UPDATED: "evidence updated", AlertStep.ENDED: "over",
        AlertStep.ACKNOWLEDGED: "acknowledged", AlertStep.CONFIRMED: "confirmed by a person",
        AlertStep.DISMISSED: "dismissed by a person", AlertStep.UNCLEAR: "a person could not tell",
        AlertStep.DISPUTED: "disputed", AlertStep.RECTIFIED: "rectified", AlertStep.CLOSED: "closed",
        AlertStep.REVIEWED: "one reviewer has spoken, another is to follow", AlertStep.NOTIFIED: "notice given",
        AlertStep.SENT_BACK: "correction sent back", AlertStep.VERIFIED: "correction verified",
        AlertStep.PAUSED: "clock paused", AlertStep.RESUMED: "clock resumed", AlertStep.OVERDUE: "overdue",
        AlertStep.RISEN: "class has risen",
    },
}  # fmt: skip
_CLASSES = {
    Language.ZH: {RiskClass.I: "Ⅰ类", RiskClass.II: "Ⅱ类", RiskClass.III: "Ⅲ类", RiskClass.OPS: "设备"},
    Language.EN: {
        RiskClass.I: "class I",
        RiskClass.II: "class II",
        RiskClass.III: "class III",
        RiskClass.OPS: "device",
    },
}


def step_of(payload: dict[str, Any]) -> AlertStep:
    """The step by its own word: version 1 of the messages tells later ones as `updated`."""
    return AlertStep(payload.get("life_step") or payload["step"])


def needs_notice(payload: dict[str, Any]) -> bool:
    """No person has confirmed or dismissed what the message is about."""
    return AlertState(payload["state"]) in _UNSETTLED


def subject(payloads: Sequence[dict[str, Any]], more: int, paper: Paper) -> str:
    """One line; `more` are messages beyond those given."""
    count = len(payloads) + more
    if count == 1:
        [payload] = payloads
        where = " ".join(_places(payload)[-2:])
        name = f"【明厨】{_class(payload, paper)} {_name(payload, paper)}"
        return (
            f"{name} {where}（{_step(payload, paper)}）"
            if _is_zh(paper)
            else f"{name}, {where}: {_step(payload, paper)}"
        )
    return f"【明厨】{count} 条告警消息" if _is_zh(paper) else f"【明厨】{count} messages about alerts"


def text(payloads: Sequence[dict[str, Any]], unread: Sequence[RiskClass], paper: Paper) -> str:
    """The whole message. `unread` are the classes of further steps that are counted only.

    At most `paper.most_listed` are listed, fewer where they do not fit; the rest is counted.
    """
    foot = "\n".join(_foot(payloads, unread, paper))
    room = paper.most_bytes - len(foot.encode()) - 1
    if len(payloads) + len(unread) == 1:
        return _joined("\n".join(_single(payloads[0], paper)), foot, room)
    for listed in range(min(len(payloads), paper.most_listed), 0, -1):
        written = _group(payloads, listed, unread, paper)
        if len(written.encode()) <= room:
            break
    return _joined(written, foot, room)


def _joined(body: str, foot: str, room: int) -> str:
    """What is too long is cut before its foot: the notice always stands."""
    cut = body.encode()[:room].decode("utf-8", "ignore")
    return f"{cut}\n{foot}" if foot else cut


def test_text(name: str, at: datetime, paper: Paper) -> tuple[str, str]:
    """Subject and text of a message that only shows that the way is open."""
    when = f"{at.astimezone(ZoneInfo(paper.timezone)):%Y-%m-%d %H:%M:%S}"
    if _is_zh(paper):
        return "【明厨】测试消息", f"这是发给“{_short(name)}”的测试消息，不涉及任何告警。\n时间：{when}"
    return "【明厨】test message", f'This is a test message to "{_short(name)}". It is about no alert.\nTime: {when}'


def _single(payload: dict[str, Any], paper: Paper) -> list[str]:
    zh = _is_zh(paper)
    labels = ("地点", "时间", "状态", "说明") if zh else ("Place", "Time", "Status", "Note")
    lines = [
        f"【明厨】{_class(payload, paper)} {_name(payload, paper)}",
        f"{labels[0]}{_colon(paper)}{' / '.join(_places(payload))}",
        f"{labels[1]}{_colon(paper)}{_time(payload['captured_at'], paper):%Y-%m-%d %H:%M:%S}",
        f"{labels[2]}{_colon(paper)}{_step(payload, paper)}",
    ]
    if payload.get("note"):
        lines.append(f"{labels[3]}{_colon(paper)}{_short(payload['note'], 200)}")
    return lines


def _group(payloads: Sequence[dict[str, Any]], listed: int, unread: Sequence[RiskClass], paper: Paper) -> str:
    zh = _is_zh(paper)
    classes = Counter([*(RiskClass(one["class"]) for one in payloads), *unread])
    counted = ("，" if zh else ", ").join(
        f"{_CLASSES[paper.language][one]} {classes[one]}" for one in RiskClass if classes[one]
    )
    count = classes.total()
    head = f"【明厨】{count} 条告警消息（{counted}）" if zh else f"【明厨】{count} messages about alerts ({counted})"
    lines = [head, *(f"{place}. {_line(one, paper)}" for place, one in enumerate(payloads[:listed], start=1))]
    if count > listed:
        more = count - listed
        lines.append(f"另有 {more} 条，请登录系统查看" if zh else f"and {more} more: see the page")
    return "\n".join(lines)


def _foot(payloads: Sequence[dict[str, Any]], unread: Sequence[RiskClass], paper: Paper) -> list[str]:
    foot = []
    if paper.page_url:
        foot.append(f"{'查看' if _is_zh(paper) else 'See'}{_colon(paper)}{paper.page_url}")
    if unread or any(needs_notice(one) for one in payloads):
        foot.append(NOTICE if _is_zh(paper) else f"{NOTICE_EN}. {NOTICE}")
    return foot


def _line(payload: dict[str, Any], paper: Paper) -> str:
    at = _time(payload["captured_at"], paper)
    where = " / ".join(_places(payload)[1:])
    return f"[{_class(payload, paper)}] {at:%m-%d %H:%M} {_name(payload, paper)} {where} ({_step(payload, paper)})"


def _places(payload: dict[str, Any]) -> list[str]:
    return [_short(payload.get(f"{kind}_name") or payload[f"{kind}_id"]) for kind in ("enterprise", "site", "camera")]


def _name(payload: dict[str, Any], paper: Paper) -> str:
    return _short(payload["name_zh" if _is_zh(paper) else "name_en"])


def _class(payload: dict[str, Any], paper: Paper) -> str:
    return _CLASSES[paper.language][RiskClass(payload["class"])]


def _step(payload: dict[str, Any], paper: Paper) -> str:
    return _STEPS[paper.language][step_of(payload)]


def _time(text: str, paper: Paper) -> datetime:
    return datetime.fromisoformat(text).astimezone(ZoneInfo(paper.timezone))


def _is_zh(paper: Paper) -> bool:
    return paper.language is Language.ZH


def _colon(paper: Paper) -> str:
    return "：" if _is_zh(paper) else ": "


def _short(text: str, longest: int = _MOST_NAME) -> str:
    """One line of bounded length. "<" would begin a mention of everybody in some chats."""
    flat = " ".join(text.split()).replace("<", "＜")
    return flat if len(flat) <= longest else flat[: longest - 1] + "…"
