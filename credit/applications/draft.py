"""Application and promise drafted from the record: every value names the entry that it comes from, blanks stay blank.

The words are ours and follow no official template: none was read (docs/limits.md). A draft is filed by nobody.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from credit.applications.application import Application
from credit.applications.material import MaterialKind
from credit.records import Outcome, PublicRecord, Severity
from credit.repair import RepairAnswer, RepairPolicy
from domain.organisation import Enterprise

TEMPLATE = "BK-XF-2026.1"
"""Printed on each page; a pre-check looks for it. A change of the words or fields is a new version."""
DRAFT_MARK = "草稿，未提交"
BLANK = "＿" * 12
SIGNATURE = "法定代表人（负责人）签名"
SEAL = "申请人（盖章）"
FILLED_ON = "填写日期"
ATTACHMENTS = "附件份数"

_OUTCOMES = {
    Outcome.WARNING: "警告",
    Outcome.CRITICISM: "通报批评",
    Outcome.FINE: "罚款",
    Outcome.CONFISCATION: "没收",
    Outcome.SUSPENSION: "责令停产停业",
    Outcome.RESTRICTION: "限制从业",
    Outcome.REVOCATION: "吊销许可证件",
    Outcome.ORDER: "责令改正",
    Outcome.OTHER: "其他",
}
_SEVERITIES = {Severity.MINOR: "轻微", Severity.GENERAL: "一般", Severity.GRAVE: "严重"}


class DraftKind(StrEnum):
    FORM = "form"
    PROMISE = "promise"

    @property
    def material(self) -> MaterialKind:
        return MaterialKind(self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftField:
    """A label with its value. `source` is where the value is on record; without a value a person fills it in."""

    label: str
    value: str | None
    source: str

    @property
    def is_blank(self) -> bool:
        return self.value is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One document. `fields` first, then paragraphs, then what is signed at its end (`closing`, all blank)."""

    kind: DraftKind
    title: str
    template: str
    fields: tuple[DraftField, ...]
    paragraphs: tuple[str, ...]
    closing: tuple[DraftField, ...]
    notes: tuple[str, ...] = field(default=())


def draft_of(
    kind: DraftKind,
    *,
    application: Application,
    record: PublicRecord,
    enterprise: Enterprise,
    policy: RepairPolicy,
    answer: RepairAnswer | None,
    today: date,
) -> Draft:
    """The document as the record fills it in today."""
    if kind is DraftKind.FORM:
        standing = _known("本系统测算最早可申请日", _earliest(answer), f"repair policy {policy.policy_id}, {today}")
        return _form(application, record, enterprise, policy, standing)
    return _promise(record, enterprise)


def _form(
    application: Application,
    record: PublicRecord,
    enterprise: Enterprise,
    policy: RepairPolicy,
    standing: DraftField,
) -> Draft:
    return Draft(
        kind=DraftKind.FORM,
        title="信用修复申请表",
        template=TEMPLATE,
        fields=(
            *_about(enterprise),
            _blank("法定代表人（负责人）"),
            _blank("联系人"),
            _blank("联系电话"),
            *_decision(record),
            _known("公示起始", _published_on(record), "ledger C, step published"),
            _known("公示截止", _day(record.ends_on), "ledger C, step published"),
            _known("适用规则", f"{policy.zh}（{policy.policy_id}，规则表未核实）", "repair policy"),
            standing,
            _blank("义务履行情况（缴款凭证号、整改完成日期）"),
            _blank("申请事由"),
            _blank(ATTACHMENTS),
        ),
        paragraphs=(
            "本单位就上列行政处罚公示信息申请信用修复，所填内容与所附材料真实、准确、完整，愿接受核查。",
            f"申请编号：{application.application_id}。是否准予修复由主管部门依法决定，本系统不作判断。",
        ),
        closing=_closing(),
        notes=_notes(record),
    )


def _promise(record: PublicRecord, enterprise: Enterprise) -> Draft:
    return Draft(
        kind=DraftKind.PROMISE,
        title="信用修复承诺书",
        template=TEMPLATE,
        fields=(*_about(enterprise), *_decision(record)[:3]),
        paragraphs=(
            "本单位郑重承诺：",
            "一、已履行上列处罚决定规定的义务，并已纠正违法行为；尚未履行的，不提交本承诺。",
            "二、今后依法依规开展食品经营活动，落实食品安全主体责任，如实记录自查情况。",
            "三、所提供的材料真实有效；如有不实，愿承担相应法律责任。",
            "四、同意依法公开本承诺，接受社会监督。",
        ),
        closing=_closing(),
        notes=_notes(record),
    )


def _about(enterprise: Enterprise) -> tuple[DraftField, ...]:
    return (
        _known("申请人名称", enterprise.name, "registry, enterprise.name"),
        _known("统一社会信用代码", enterprise.credit_code.value, "registry, enterprise.credit_code"),
    )


def _decision(record: PublicRecord) -> tuple[DraftField, ...]:
    found = record.draft
    outcomes = "、".join(_OUTCOMES[each] for each in found.outcomes)
    fine = "" if found.fine_yuan is None else f"，罚款 {found.fine_yuan} 元"
    return (
        _known("处罚决定书文号", found.document_no, "ledger C, document_no"),
        _known("处罚机关", found.authority_name, "ledger C, authority_name"),
        _known("处罚决定日期", _day(found.decision_date), "ledger C, decision_date"),
        _known("违法事实", found.facts, "ledger C, facts"),
        _known("处罚内容", f"{outcomes}{fine}", "ledger C, outcomes and fine_yuan"),
        _known("失信程度", _SEVERITIES[found.severity], "ledger C, severity"),
    )


def _closing() -> tuple[DraftField, ...]:
    return tuple(_blank(label) for label in (SEAL, SIGNATURE, FILLED_ON))


def _notes(record: PublicRecord) -> tuple[str, ...]:
    return (
        f"{DRAFT_MARK}。填写空白、盖章并签名后由申请人自行提交；提交前请删去本行。",
        f"所列内容取自公共记录 {record.record_id}；与原文书不一致的，以原文书为准。",
    )


def _published_on(record: PublicRecord) -> str | None:
    return None if record.published is None else _day(record.published.at.date())


def _earliest(answer: RepairAnswer | None) -> str | None:
    if answer is None:
        return None
    return "不可提前修复" if answer.earliest is None else _day(answer.earliest)


def _day(day: date | None) -> str | None:
    return None if day is None else f"{day.year}年{day.month:02d}月{day.day:02d}日"


def _known(label: str, value: str | None, source: str) -> DraftField:
    return DraftField(label=label, value=value, source=source)


def _blank(label: str) -> DraftField:
    return DraftField(label=label, value=None, source="to be filled in by the applicant")
