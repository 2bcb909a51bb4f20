"""Parts that the reports about an enterprise and about a region have in common."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from credit.ledger_ports import LedgerCount
from credit.reporting.document import Bars, Cell, Column, Facts, Say, Section, Series, Table, Text, Tone
from credit.reporting.figures import Tally, by_code, by_day, tally
from credit.reporting.period import Period, PeriodKind
from credit.reporting.words import LEAD_EN, LEAD_ZH

CodeNames = Mapping[str, tuple[str, str]]
TIMEZONE = ZoneInfo("Asia/Shanghai")


def code_name(say: Say, code: str, names: CodeNames) -> str:
    return say(*names.get(code, (code, code)))


def period_words(say: Say, period: Period, until: date) -> str:
    if period.kind is PeriodKind.DAY:
        return period.first.isoformat()
    words = say(f"{period.first} 至 {until}", f"{period.first} to {until}")
    return words if until == period.last else words + say("（期间未满）", " (not over yet)")


def made_words(made_at: datetime) -> str:
    return f"{made_at.astimezone(TIMEZONE):%Y-%m-%d %H:%M} (UTC+8)"


def notices(say: Say) -> tuple[str, ...]:
    return (
        say(
            "“AI 线索”由机器发现，未经人工核实，不计入指数，不得作为处罚依据；仅经人工确认的问题和有文书的决定计入。",
            "AI leads were found by a machine and not verified by a person. They do not enter the index and are no "
            "ground for a penalty; only findings confirmed by people and decisions with a document do.",
        ),
        say(
            "颜色仅用于调整检查频次与帮扶，不是处罚，也不对外公示。数据不足处不作推测。",
            "The colour only tunes how often a place is inspected and helped. It is no sanction and is not published. "
            "Where too little is known nothing is guessed.",
        ),
    )


def lead_warning(say: Say) -> Text:
    return Text(
        words=say(
            f"{LEAD_ZH}：“检出”“未核实”两列只是机器的提示，权重为零。",
            f"{LEAD_EN}: “detected” and “unreviewed” are a machine's hints and weigh nothing.",
        ),
        is_warning=True,
    )


def series(say: Say, tallies: Sequence[Tally]) -> tuple[Series, ...]:
    told = (
        (say("已确认", "Confirmed"), Tone.CONFIRMED, [each.confirmed for each in tallies]),
        (say("AI 线索（未核实）", "AI leads (unreviewed)"), Tone.UNREVIEWED, [each.unreviewed for each in tallies]),
        (say("无法判断", "Unclear"), Tone.UNCLEAR, [each.abstained for each in tallies]),
        (say("已排除", "Dismissed"), Tone.DISMISSED, [each.dismissed for each in tallies]),
    )
    return tuple(Series(name=name, tone=tone, values=tuple(map(float, values))) for name, tone, values in told)


def daily_bars(say: Say, counts: Sequence[LedgerCount], period: Period, until: date) -> Bars:
    days = by_day(counts, [day for day in period.days if day <= until])
    return Bars(
        title=say("每日条目", "Entries by day"),
        categories=tuple(f"{day:%m-%d}" for day, _ in days),
        series=series(say, [each for _, each in days]),
    )


def counts_table(say: Say, counts: Sequence[LedgerCount], names: CodeNames) -> Table:
    found = by_code(counts)
    total = tally(counts)
    rows: list[tuple[Cell, ...]] = [(code_name(say, code, names), *_cells(each)) for code, each in found]
    return Table(
        title=say("按风险代码", "By risk code"),
        columns=(
            Column(name=say("风险", "Risk"), width=1.6),
            *(
                Column(name=name, is_number=True)
                for name in (
                    say("检出", "Detected"),
                    say("未核实", "Unreviewed"),
                    say("已确认", "Confirmed"),
                    say("已排除", "Dismissed"),
                    say("无法判断", "Unclear"),
                    say("逾期失效", "Expired"),
                    say("暂不计入", "Set aside"),
                    say("提交整改", "Reported"),
                    say("核实整改", "Verified"),
                )
            ),
        ),
        rows=(*rows, (say("合计", "All"), *_cells(total))) if rows else (),
        empty=say("本期没有条目。没有告警不代表没有问题。", "No entries. No alert does not mean no problem."),
    )


def _cells(each: Tally) -> tuple[int, ...]:
    return (
        each.detected,
        each.unreviewed,
        each.confirmed,
        each.dismissed,
        each.abstained,
        each.expired,
        each.set_aside,
        each.rectified,
        each.verified,
    )


def counts_section(
    say: Say, number: str, counts: Sequence[LedgerCount], names: CodeNames, *, period: Period, until: date
) -> Section:
    """Counts by code and, of a month, by day."""
    bars = (daily_bars(say, counts, period, until),) if period.kind is PeriodKind.MONTH and counts else ()
    note = Text(
        words=say(
            "每条线索按目前的状态只计一次。“暂不计入”为曾确认、现有异议或已被更正的；整改只计已确认的问题。",
            "Each lead counts once, as it stands now. Set aside: confirmed once, disputed now or taken out by a "
            "correction. Corrections are those of confirmed findings: reported, and verified by a second person.",
        )
    )
    title = number + say("本期问题与线索", " Findings and leads of the period")
    return Section(title=title, blocks=(lead_warning(say), *bars, counts_table(say, counts, names), note))


def trace_section(say: Say, number: str, rows: Sequence[tuple[str, str]], ledger_numbers: tuple[int, int]) -> Section:
    """What the figures rest on, and how to find it again."""
    chain = say(
        f"台账 B 第 {ledger_numbers[0]} 号、公共记录步骤第 {ledger_numbers[1]} 号",
        f"entry {ledger_numbers[0]} of ledger B, step {ledger_numbers[1]} of public records",
    )
    return Section(
        title=number + say("依据与追溯", " What this rests on"),
        blocks=(
            Facts(rows=(*rows, (say("出具时台账截至", "Ledgers as far as"), chain))),
            Text(
                words=say(
                    "同样的输入在同一评价方案下得出同样的数字。条目只增不改，可用“brightkitchen credit verify”"
                    "校验哈希链；编号可在台账 A、B、C 中查到对应告警、证据和文书。",
                    "The same inputs give the same figures under the same profile. Entries are only ever added; "
                    "“brightkitchen credit verify” walks their hash chains. Ids lead to alerts, evidence and documents "
                    "in ledgers A, B and C.",
                )
            ),
        ),
    )
