"""Dates in words, and as data for systems. Pure."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from alerts.notify.recipient import Language
from alerts.notify.reminding.ports import NewNotice
from alerts.notify.wording import Paper
from domain.reminder import ReminderKind

NameOf = Callable[[str, Language], str]
"""The name of a risk code."""

_KINDS = {
    ReminderKind.RECTIFICATION_DUE: "correction is due",
    ReminderKind.EARLIEST_REPAIR: "repair may be applied for",
    ReminderKind.PUBLICATION_END: "publication ends",
    ReminderKind.LICENCE_END: "licence ends",
}
_TO_DO = {
    Language.ZH: {
        ReminderKind.RECTIFICATION_DUE: "请在期限内完成整改并提交凭证",
        ReminderKind.EARLIEST_REPAIR: "自当日起可申请信用修复，政策依据未经核实",
        ReminderKind.PUBLICATION_END: "届满后请核对是否已停止公示",
        ReminderKind.LICENCE_END: "请及时办理延续",
    },
    Language.EN: {
        ReminderKind.RECTIFICATION_DUE: "correct it by then and hand in the proof",
        ReminderKind.EARLIEST_REPAIR: "from that day; the policy's text is unverified",
        ReminderKind.PUBLICATION_END: "check afterwards that it is published no more",
        ReminderKind.LICENCE_END: "have it extended in time",
    },
}
_FOOT = {
    Language.ZH: "日期由本系统按已登记内容推算，以主管部门文件为准",
    Language.EN: "Dates follow from what is registered here; the authority's documents decide",
}


def subject(notices: Sequence[NewNotice], today: date, paper: Paper) -> str:
    """One line."""
    is_zh = paper.language is Language.ZH
    if len(notices) == 1:
        fact = notices[0].reminder.fact
        name, when = notices[0].enterprise_name, _left((fact.on - today).days, paper.language)
        return f"【明厨】{name} {fact.kind.zh}（{when}）" if is_zh else f"【明厨】{name}: {_KINDS[fact.kind]}, {when}"
    return f"【明厨】{len(notices)} 个日期提醒" if is_zh else f"【明厨】{len(notices)} dates ahead"


def text(notices: Sequence[NewNotice], today: date, paper: Paper, name_of: NameOf) -> str:
    """Soonest first. At most `paper.most_listed` are listed, fewer where they do not fit; the rest is counted."""
    ordered = sorted(notices, key=lambda one: (one.reminder.fact.on, one.enterprise_name, one.reminder.reminder_id))
    for listed in range(min(len(ordered), paper.most_listed), 0, -1):
        written = "\n".join(_lines(ordered, listed, today, paper, name_of))
        if len(written.encode()) <= paper.most_bytes:
            break
    return written


def _lines(notices: Sequence[NewNotice], listed: int, today: date, paper: Paper, name_of: NameOf) -> list[str]:
    is_zh = paper.language is Language.ZH
    lines = [f"【明厨】日期提醒 {len(notices)} 项" if is_zh else f"【明厨】{len(notices)} dates ahead"]
    lines += [f"{place}. {_line(one, today, paper, name_of)}" for place, one in enumerate(notices[:listed], start=1)]
    if more := len(notices) - listed:
        lines.append(f"另有 {more} 项，请登录系统查看" if is_zh else f"and {more} more: see the page")
    if paper.page_url:
        lines.append(f"{'查看：' if is_zh else 'See: '}{paper.page_url}")
    return [*lines, _FOOT[paper.language]]


def _line(notice: NewNotice, today: date, paper: Paper, name_of: NameOf) -> str:
    fact = notice.reminder.fact
    is_zh = paper.language is Language.ZH
    about = name_of(fact.subject, paper.language) if fact.kind is ReminderKind.RECTIFICATION_DUE else fact.subject
    what = " ".join(_flat(part) for part in (fact.kind.zh if is_zh else _KINDS[fact.kind], about) if part)
    if fact.policy_id:
        what += f"（{fact.policy_id}）" if is_zh else f" ({fact.policy_id})"
    when, to_do = _left((fact.on - today).days, paper.language), _TO_DO[paper.language][fact.kind]
    name = _flat(notice.enterprise_name)
    if is_zh:
        return f"{name}：{what}，{fact.on.isoformat()}（{when}）。{to_do}"
    return f"{name}: {what}, {fact.on.isoformat()} ({when}); {to_do}"


def data(notice: NewNotice, today: date) -> dict[str, Any]:
    """What a system gets: the date, what it is about, and the days that are left."""
    fact = notice.reminder.fact
    return {
        "reminder_id": notice.reminder.reminder_id,
        "enterprise_id": fact.enterprise_id,
        "enterprise_name": notice.enterprise_name,
        "kind": fact.kind.value,
        "on": fact.on.isoformat(),
        "days_left": (fact.on - today).days,
        "subject": fact.subject,
        "reference": fact.reference,
        "policy": fact.policy_id or None,
    }


def _left(days: int, language: Language) -> str:
    if language is Language.ZH:
        return "今天" if days == 0 else f"还有 {days} 天"
    return "today" if days == 0 else f"{days} day{'' if days == 1 else 's'} left"


def _flat(text: str) -> str:
    """One line. "<" would begin a mention of everybody in some chats."""
    return " ".join(text.split()).replace("<", "＜")
