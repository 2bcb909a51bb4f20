"""What may be repaired, when, and why not yet, under each policy: three lists like Ningbo's. Pure.

可修复: the least term is over and nothing stands against it. 已到期: the last day is over; it ends by itself.
暂不可修复: with the reason and the earliest day. Policies are data and differ; where they do, both answers are given
and the authority chooses. No legal day is computed silently: each names its policy, and what in it is unverified.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from credit.errors import ProfileError
from credit.records import Outcome, PublicRecord, RecordKind, RecordState, Severity
from models.marked_yaml import Marked, read_marked

SHIPPED = Path(__file__).parent / "repair_policies"


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """Months of publication from the decision on: the least before a repair, and the most."""

    least_months: int
    most_months: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairPolicy:
    """One authority's table. `working_days` are those within which an application is decided."""

    policy_id: str
    zh: str
    en: str
    valid_from: date
    working_days: int
    terms: Mapping[Severity, Term]
    excluded: frozenset[Outcome]
    conditions: tuple[str, ...]
    materials: tuple[str, ...]
    unverified: tuple[str, ...]


class RepairList(StrEnum):
    REPAIRABLE = "repairable"  # 可修复
    EXPIRED = "expired"  # 已到期
    NOT_YET = "not_yet"  # 暂不可修复

    @property
    def zh(self) -> str:
        return {"repairable": "可修复", "expired": "已到期", "not_yet": "暂不可修复"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairAnswer:
    """Where a record stands under one policy. `earliest` is None where it can never be repaired early."""

    record_id: str
    policy_id: str
    listed: RepairList
    reason: str
    earliest: date | None
    ends_on: date
    conditions: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()


def answer(
    record: PublicRecord, policy: RepairPolicy, today: date, *, duties_done: bool, others: Sequence[PublicRecord] = ()
) -> RepairAnswer | None:
    """The list that a published penalty is on; None for what is not published or is over.

    `duties_done` is a person's word that the fine is paid and the breach corrected. `others` are the enterprise's
    further records: an entry of a list that is in force stands against a repair.
    """
    published = record.published
    if published is None or record.draft.kind is not RecordKind.PENALTY or record.state.is_over:
        return None
    term = policy.terms[record.draft.severity]
    earliest, last = (
        add_months(record.draft.decision_date, months) for months in (term.least_months, term.most_months)
    )
    last = last if published.ends_on is None else min(last, published.ends_on)
    listed, reason, day = _listed(record, policy, today, duties_done=duties_done, others=others, days=(earliest, last))
    return RepairAnswer(
        record_id=record.record_id,
        policy_id=policy.policy_id,
        listed=listed,
        reason=reason,
        earliest=day,
        ends_on=last,
        conditions=policy.conditions,
        materials=policy.materials,
    )


def _listed(
    record: PublicRecord,
    policy: RepairPolicy,
    today: date,
    *,
    duties_done: bool,
    others: Sequence[PublicRecord],
    days: tuple[date, date],
) -> tuple[RepairList, str, date | None]:
    earliest, last = days
    excluded = sorted(set(record.draft.outcomes) & policy.excluded)
    if last <= today:
        return RepairList.EXPIRED, "公示期满，自动移出，无需申请", last
    if excluded:
        return RepairList.NOT_YET, f"处罚种类不予提前修复：{'、'.join(excluded)}", None
    obstacles = (
        (record.state is RecordState.CONTESTED, "决定正在复议、诉讼或异议中"),
        (any(_stands_against(other, today) for other in others), "在失信或异常名录中"),
        (today < earliest, "未满最短公示期"),
        (not duties_done, "尚无义务履行完毕的证明"),
    )
    reason = next((words for stands, words in obstacles if stands), None)
    if reason is not None:
        return RepairList.NOT_YET, reason, earliest
    return RepairList.REPAIRABLE, "已满最短公示期且义务已履行", earliest


def _stands_against(other: PublicRecord, today: date) -> bool:
    return other.draft.kind is RecordKind.LIST_ENTRY and not other.state_on(today).is_over


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month where it has none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for number in range(day.day, 27, -1):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    return date(year, month + 1, day.day)


def load_policies(folder: Path = SHIPPED) -> Mapping[str, RepairPolicy]:
    """All policies of a folder, by id. Raises ProfileError."""
    return {found.policy_id: found for found in (_read(path) for path in sorted(folder.glob("*.yaml")))}


def _read(path: Path) -> RepairPolicy:
    needed = ("policy", "zh", "en", "valid_from", "working_days", "severities", "excluded", "conditions", "materials")
    fields = read_marked(path, ProfileError).fields((*needed, "unverified"), (*needed, "unverified"))
    terms = dict(_term(each) for each in fields["severities"].items())
    if set(terms) != set(Severity):
        raise fields["severities"].fail("each severity once")
    return RepairPolicy(
        policy_id=fields["policy"].text(),
        zh=fields["zh"].text(),
        en=fields["en"].text(),
        valid_from=fields["valid_from"].day(),
        working_days=fields["working_days"].whole_number(minimum=1),
        terms=terms,
        excluded=frozenset(each.choice(Outcome) for each in fields["excluded"].items()),
        conditions=fields["conditions"].texts(),
        materials=fields["materials"].texts(),
        unverified=fields["unverified"].texts(),
    )


def _term(marked: Marked) -> tuple[Severity, Term]:
    needed = ("severity", "least_months", "most_months")
    fields = marked.fields(needed, needed)
    least, most = (fields[name].whole_number() for name in needed[1:])
    if most < least:
        raise fields["most_months"].fail(f"at least {least}")
    return fields["severity"].choice(Severity), Term(least_months=least, most_months=most)
