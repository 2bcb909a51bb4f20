"""What an officer, or the enterprise itself, might look at next, each with the reason from the record. Pure.

Only what people or documents say gives a reason: a lead that nobody has confirmed suggests nothing. A suggestion is a
hint for a person; it orders nothing and counts towards nothing.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from credit.facts import Finding, Remedy
from credit.index import Assessment
from credit.peers import Comparison
from credit.profile import Measure
from domain.risk import RiskClass

REPEATS = 3
REPEAT_DAYS = 90
LICENCE_DAYS = 30
INSPECTIONS = "R4"
ORDERS = "R5"
MOST_REFERENCES = 20

# Where a weak dimension is best looked into. (design)
PLACES: Mapping[str, tuple[str, str]] = {
    "S1": ("查阅每日食品安全检查记录", "Read the daily control records"),
    "S2": ("核对零风险日记录与后续确认的问题", "Compare zero-risk days with what was found later"),
    "S3": ("查阅周排查与月调度记录", "Read the weekly and monthly check records"),
    "S4": ("了解预警由谁接收、多久响应", "Ask who receives alerts, and how soon they answer"),
    "S5": ("现场复查近期整改是否到位", "Check recent corrections on site"),
    "S6": ("检查营业时段摄像头是否在线、画面是否清楚", "Check that cameras are online and clear in business hours"),
    "S7": ("核对许可证、健康证有效期", "Check the dates of licences and health certificates"),
    "S8": ("抽查进货查验、消毒与留样台账", "Sample the purchase, disinfection and sample logs"),
    "R1": ("对确认频次较高的环节开展现场检查", "Inspect where findings are confirmed most often"),
    "R2": ("优先检查一类风险涉及的区域", "Inspect the places of class I risks first"),
    "R3": ("追查同类问题反复出现的原因", "Look for the cause of what keeps coming back"),
    "R4": ("对上次监督检查扣分项开展复查", "Look again at what the last inspection marked down"),
    "R5": ("核实责令改正的完成情况", "Check how far orders to correct have been carried out"),
    "R6": ("核实行政处罚的履行情况", "Check how far penalties have been complied with"),
    "R7": ("核实名录列入事由是否消除", "Check whether the reason of the listing is gone"),
    "P1": ("回访投诉属实事项", "Follow up complaints that were upheld"),
    "P2": ("回访举报属实事项", "Follow up reports that were upheld"),
    "P3": ("核查食源性疾病事件后的整改", "Check corrections after the foodborne incident"),
    "P4": ("检查承诺公开的视频是否可看", "Check that the promised public view can be seen"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """`kind` is a short word of what led to it; `references` are the findings, entries or records behind it."""

    kind: str
    what_zh: str
    what_en: str
    reason_zh: str
    reason_en: str
    references: tuple[str, ...] = ()


def suggestions(
    assessment: Assessment,
    comparison: Comparison,
    *,
    licence_valid_to: date | None,
    code_names: Mapping[str, tuple[str, str]],
) -> tuple[Suggestion, ...]:
    """What to look at, the most pressing first. `code_names` are the Chinese and English names of risk codes."""
    return (
        *_open_findings(assessment),
        *_licence(licence_valid_to, assessment.facts.as_of),
        *_orders(assessment),
        *_repeated(assessment, code_names),
        *_redone(assessment),
        *_weak(assessment, comparison),
        *_never_inspected(assessment),
    )


def _ids(findings: Sequence[Finding]) -> tuple[str, ...]:
    return tuple(each.finding_id for each in findings)[:MOST_REFERENCES]


def _open_findings(assessment: Assessment) -> Iterator[Suggestion]:
    facts = assessment.facts
    is_open = [each for each in facts.findings if each.remedy is Remedy.OPEN]
    grave = [each for each in is_open if each.risk_class is RiskClass.I]
    if grave:
        since = min(each.day for each in grave)
        yield Suggestion(
            kind="open_class_one",
            what_zh="现场核查未整改的一类问题",
            what_en="Check open class I findings on site",
            reason_zh=f"经人工确认、尚未核实整改的一类问题 {len(grave)} 条，最早 {since}",
            reason_en=f"{len(grave)} confirmed class I findings without a verified correction, the oldest of {since}",
            references=_ids(grave),
        )
    late = [each for each in is_open if each.risk_class is not RiskClass.I and each.is_overdue(facts.as_of)]
    if late:
        yield Suggestion(
            kind="overdue",
            what_zh="核实逾期未整改的问题",
            what_en="Check corrections that are overdue",
            reason_zh=f"整改期限已过、尚未核实整改的问题 {len(late)} 条",
            reason_en=f"{len(late)} findings without a verified correction after their deadline",
            references=_ids(late),
        )


def _licence(valid_to: date | None, today: date) -> Iterator[Suggestion]:
    if valid_to is None or (valid_to - today).days > LICENCE_DAYS:
        return
    left = (valid_to - today).days
    ended = left < 0
    yield Suggestion(
        kind="licence",
        what_zh="核对许可证有效期",
        what_en="Check the licence",
        reason_zh=f"登记的有效期至 {valid_to}，{'已过期' if ended else '还有'} {abs(left)} 天",
        reason_en=f"its last day on record is {valid_to}, {f'{-left} days ago' if ended else f'in {left} days'}",
    )


def _orders(assessment: Assessment) -> Iterator[Suggestion]:
    facts = assessment.facts
    orders = [
        each
        for each in facts.burdens
        if each.dimension_id == ORDERS and (each.ends_on is None or each.ends_on >= facts.as_of)
    ]
    if orders:
        yield Suggestion(
            kind="orders",
            what_zh="核实责令改正的完成情况",
            what_en="Check orders to correct",
            reason_zh=f"登记在册的逾期责令改正 {len(orders)} 件",
            reason_en=f"{len(orders)} overdue orders on record",
            references=tuple(each.reference for each in orders)[:MOST_REFERENCES],
        )


def _repeated(assessment: Assessment, names: Mapping[str, tuple[str, str]]) -> Iterator[Suggestion]:
    since = assessment.facts.as_of - timedelta(days=REPEAT_DAYS - 1)
    by_code: dict[str, list[Finding]] = defaultdict(list)
    for finding in assessment.facts.findings:
        if finding.day >= since:
            by_code[finding.code].append(finding)
    often = sorted(by_code.items(), key=lambda one: (-len(one[1]), one[0]))
    for code, found in often[:3]:
        if len(found) < REPEATS:
            continue
        zh, en = names.get(code, (code, code))
        yield Suggestion(
            kind="repeated",
            what_zh=f"追查“{zh}”反复出现的原因",
            what_en=f"Look for the cause of “{en}”",
            reason_zh=f"{REPEAT_DAYS} 天内经人工确认 {len(found)} 次",
            reason_en=f"confirmed {len(found)} times within {REPEAT_DAYS} days",
            references=_ids(found),
        )


def _redone(assessment: Assessment) -> Iterator[Suggestion]:
    redone = [each for each in assessment.facts.findings if each.redone > 0]
    if redone:
        yield Suggestion(
            kind="redone",
            what_zh="复查整改是否真正到位",
            what_en="Check whether corrections hold",
            reason_zh=f"整改被退回或再次确认的问题 {len(redone)} 条",
            reason_en=f"corrections of {len(redone)} findings did not stand their check",
            references=_ids(redone),
        )


def _weak(assessment: Assessment, comparison: Comparison) -> Iterator[Suggestion]:
    dimensions = {each.dimension.dimension_id: each.dimension for each in assessment.readings}
    for name, compared in comparison.weak_points:
        if name not in PLACES or name not in dimensions:
            continue
        what_zh, what_en = PLACES[name]
        dimension = dimensions[name]
        yield Suggestion(
            kind=f"weak:{name}",
            what_zh=what_zh,
            what_en=what_en,
            reason_zh=f"“{dimension.zh}”为 {compared.own:.2f}，{compared.count} 家同类的中位数为 {compared.median:.2f}",
            reason_en=f"“{dimension.en}” is {compared.own:.2f}; the median of {compared.count} peers is "
            f"{compared.median:.2f}",
        )


def _never_inspected(assessment: Assessment) -> Iterator[Suggestion]:
    unknown = [
        each
        for each in assessment.readings
        if each.dimension.dimension_id == INSPECTIONS and each.dimension.measure is Measure.SCORE and each.value is None
    ]
    if unknown:
        yield Suggestion(
            kind="never_inspected",
            what_zh="安排一次监督检查",
            what_en="Arrange an inspection",
            reason_zh="评价期内没有监督检查结果在册",
            reason_en="there is no result of an inspection on record within the window",
        )
