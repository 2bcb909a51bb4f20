"""The daily or monthly report about one enterprise, as a document. Pure."""

from collections.abc import Iterator

from credit.facts import Finding
from credit.index import Assessment
from credit.peers import Compared
from credit.reporting.document import (
    Block,
    Cell,
    Column,
    Facts,
    Language,
    Line,
    Mark,
    Report,
    Say,
    Section,
    Span,
    Spans,
    Table,
    Text,
    Tone,
)
from credit.reporting.figures import EnterpriseFigures
from credit.reporting.parts import (
    CodeNames,
    code_name,
    counts_section,
    made_words,
    notices,
    period_words,
    trace_section,
)
from credit.reporting.period import PeriodKind
from credit.reporting.words import change, named

MOST_FINDINGS = 100
MOST_MARKS = 60


def enterprise_report(figures: EnterpriseFigures, language: Language, names: CodeNames) -> Report:
    say = language.say
    is_month = figures.period.kind is PeriodKind.MONTH
    return Report(
        language=language,
        title=say(f"企业信用{'月' if is_month else '日'}报", f"{'Monthly' if is_month else 'Daily'} credit report"),
        subject=figures.enterprise.name,
        period=period_words(say, figures.period, figures.until),
        made_at=figures.made_at,
        profile=figures.assessment.profile_label,
        inputs_sha256=figures.inputs_sha256,
        notices=notices(say),
        facts=_facts(say, figures),
        sections=tuple(_sections(say, figures, names)),
        file_name=f"report-{figures.enterprise.credit_code.value}-{figures.period.label}",
        ledger_numbers=figures.ledger_numbers,
    )


def _facts(say: Say, figures: EnterpriseFigures) -> Facts:
    firm, now = figures.enterprise, figures.assessment
    licence = firm.licence_no or say("未登记", "not on record")
    if firm.licence_valid_to is not None:
        licence += say(f"，至 {firm.licence_valid_to}", f", to {firm.licence_valid_to}")
    return Facts(
        rows=(
            (say("统一社会信用代码", "Unified credit code"), firm.credit_code.value),
            (say("类型", "Type"), named(say, firm.type.value)),
            (say("区划", "Region"), figures.region_name or say("未登记", "not on record")),
            (say("许可证", "Licence"), licence),
            (say("报告期", "Period"), period_words(say, figures.period, figures.until)),
            (say("出具时间", "Made at"), made_words(figures.made_at)),
            (say("指数", "Index"), _index_words(say, now)),
            (say("较上期末", "Since the period before"), change(now.value, figures.before.value, say)),
            (say("颜色", "Colour"), _colour_words(say, figures)),
            (
                say("已观察", "Observed"),
                say(f"{now.facts.observed_hours:.1f} 小时", f"{now.facts.observed_hours:.1f} h"),
            ),
        )
    )


def _index_words(say: Say, now: Assessment) -> str:
    if now.value is None or now.low is None or now.high is None:
        return named(say, now.standing.value) + say("，不给出指数", ": no index")
    grade = "" if now.band is None else say(f"，{now.band.grade} 级", f", grade {now.band.grade}")
    interval = f"{now.low:.1f} – {now.high:.1f}"
    return f"{now.value:.1f}{say(f'（90% 区间 {interval}）', f' (90 % interval {interval})')}{grade}"


def _colour_words(say: Say, figures: EnterpriseFigures) -> str:
    last = figures.last_snapshot
    if last is None:
        return say("报告期末尚无记录", "none was kept by the end of the period")
    if last.colour is None:
        return named(say, last.standing)
    return named(say, last.colour.value) + say(f"（{last.day} 记录）", f" (kept on {last.day})")


def _sections(say: Say, figures: EnterpriseFigures, names: CodeNames) -> Iterator[Section]:
    yield _index_section(say, figures)
    yield counts_section(say, say("二、", "2"), figures.counts, names, period=figures.period, until=figures.until)
    yield Section(
        title=say("三、人工确认的问题", "3 Findings confirmed by people"), blocks=(_findings(say, figures, names),)
    )
    yield Section(title=say("四、各维度", "4 Dimensions"), blocks=(_dimensions(say, figures),))
    yield _peers_section(say, figures)
    yield _suggestions_section(say, figures)
    yield Section(title=say("七、文书与公共记录", "7 Documents and public records"), blocks=(_records(say, figures),))
    yield trace_section(
        say,
        say("八、", "8"),
        (
            (say("评价方案", "Profile"), figures.assessment.profile_label),
            (say("指数输入摘要（SHA-256）", "Inputs of the index (SHA-256)"), figures.assessment.inputs_sha256),
            (say("报告输入摘要（SHA-256）", "Inputs of the report (SHA-256)"), figures.inputs_sha256),
            (
                say("计入的确认问题", "Confirmed findings counted"),
                say(
                    f"{len(figures.assessment.facts.findings)} 条（近 365 天）",
                    f"{len(figures.assessment.facts.findings)}, of the last 365 days",
                ),
            ),
            (
                say("数据覆盖", "Coverage"),
                say(
                    f"{figures.assessment.coverage:.0%} 的权重有数据",
                    f"{figures.assessment.coverage:.0%} of the weights have data",
                ),
            ),
        ),
        figures.ledger_numbers,
    )


def _index_section(say: Say, figures: EnterpriseFigures) -> Section:
    marks = tuple(
        Mark(
            label=f"{each.day:%m-%d}",
            value=each.value,
            low=each.low,
            high=each.high,
            tone=Tone.PLAIN if each.colour is None else Tone(each.colour.value),
        )
        for each in figures.snapshots[-MOST_MARKS:]
    )
    blocks: list[Block] = []
    if any(each.value is not None for each in marks):
        blocks.append(
            Line(
                title=say("指数（每次记录）", "Index as it was kept"),
                marks=marks,
                legend=say(
                    "浅色带为 90% 区间；● 绿 ▲ 橙 ■ 红", "The band is the 90 % interval; ● green ▲ orange ■ red"
                ),
            )
        )
    else:
        blocks.append(
            Text(words=say("报告期末前没有指数记录：数据不足，不作推测。", "No index was kept: too little is known."))
        )
    blocks += [Text(words=named(say, cap.reason), is_warning=True) for cap in figures.assessment.caps]
    return Section(title=say("一、指数与颜色", "1 Index and colour"), blocks=tuple(blocks))


def _findings(say: Say, figures: EnterpriseFigures, names: CodeNames) -> Table:
    found = figures.findings

    def row(finding: Finding) -> tuple[Cell, ...]:
        return (
            finding.day.isoformat(),
            code_name(say, finding.code, names),
            named(say, finding.risk_class.value),
            "、".join(finding.clauses) or "—",
            named(say, finding.remedy.value),
            finding.due_on.isoformat(),
            finding.finding_id,
        )

    more = len(found) - MOST_FINDINGS
    title = say(f"共 {len(found)} 条", f"{len(found)} in all")
    if more > 0:
        title += say(
            f"，列出最近 {MOST_FINDINGS} 条，其余见台账 B", f", the newest {MOST_FINDINGS} here, the rest in ledger B"
        )
    return Table(
        title=title,
        columns=(
            Column(name=say("日期", "Day"), width=1.5),
            Column(name=say("问题", "Finding"), width=2.0),
            Column(name=say("类别", "Class"), width=0.8),
            Column(name=say("条款@版本", "Clause@version"), width=2.2),
            Column(name=say("整改", "Correction"), width=1.2),
            Column(name=say("期限", "Due"), width=1.5),
            Column(name=say("告警编号", "Alert"), width=2.6),
        ),
        rows=tuple(row(each) for each in found[:MOST_FINDINGS]),
        empty=say("本期没有经人工确认的问题。", "No finding of the period was confirmed by a person."),
    )


def _dimensions(say: Say, figures: EnterpriseFigures) -> Table:
    compared = dict(figures.standing.comparison.dimensions)
    rows: list[tuple[Cell, ...]] = []
    for each in figures.assessment.readings:
        beside: Compared | None = compared.get(each.dimension.dimension_id)
        rows.append(
            (
                each.dimension.dimension_id,
                say(each.group.zh, each.group.en),
                say(each.dimension.zh, each.dimension.en),
                say("数据不足", "no data") if each.value is None else round(each.value, 2),
                None if each.value is None else round(each.deduction, 2),
                None if beside is None else round(beside.median, 2),
                None if beside is None else beside.count,
            )
        )
    return Table(
        title=say("维度值 0–1；扣分合计与指数之和为 100", "Values 0 to 1; deductions and index sum to 100"),
        columns=(
            Column(name=say("编号", "Id"), width=0.7),
            Column(name=say("组", "Group"), width=1.4),
            Column(name=say("维度", "Dimension"), width=3.4),
            Column(name=say("值", "Value"), is_number=True),
            Column(name=say("扣分", "Off"), is_number=True),
            Column(name=say("同类中位数", "Peers' median"), width=1.2, is_number=True),
            Column(name=say("同类家数", "Peers"), width=1.1, is_number=True),
        ),
        rows=tuple(rows),
        empty="—",
    )


def _peers_section(say: Say, figures: EnterpriseFigures) -> Section:
    title = say("五、同类比较", "5 Beside peers")
    told = figures.standing.comparison
    if told.ring is None:
        words = say(
            f"同类企业不足 {told.least} 家（有指数的 {told.count} 家），不作比较。",
            f"Not compared: fewer than {told.least} peers have an index ({told.count}).",
        )
        return Section(title=title, blocks=(Text(words=words),))
    circle = say(
        f"比较范围：{named(say, told.ring.value)}，类型相同且有指数的 {told.count} 家，不显示名称。",
        f"Compared with {told.count} of {named(say, told.ring.value)}, of the same type and with an index; no names.",
    )
    blocks: list[Block] = [Text(words=circle)]
    if told.index is not None:
        blocks.append(
            Text(
                words=say(
                    f"指数 {told.index.own:.1f}，高于 {told.index.percentile:.0f}% 的同类；"
                    f"同类中位数 {told.index.median:.1f}，"
                    f"中间一半在 {told.index.lower_quartile:.1f} 至 {told.index.upper_quartile:.1f}。",
                    f"The index {told.index.own:.1f} is above {told.index.percentile:.0f} % of the peers; their "
                    f"median is {told.index.median:.1f}, half of them lie between {told.index.lower_quartile:.1f} and "
                    f"{told.index.upper_quartile:.1f}.",
                )
            )
        )
    readings = {each.dimension.dimension_id: each.dimension for each in figures.assessment.readings}
    spans = tuple(
        Span(
            name=say(readings[name].zh, readings[name].en),
            own=each.own,
            low=each.lower_quartile,
            middle=each.median,
            high=each.upper_quartile,
        )
        for name, each in told.weak_points
    )
    if spans:
        blocks.append(
            Spans(
                title=say("薄弱维度（低于同类中位数最多的）", "Weak points, furthest below the median"),
                rows=spans,
                legend=say(
                    "◆ 本企业　│ 同类中位数　色带为同类中间一半",
                    "◆ own  │ median of the peers; the band is their middle half",
                ),
                names=(
                    say("本企业", "Own"),
                    say("下四分位", "Lower quartile"),
                    say("中位数", "Median"),
                    say("上四分位", "Upper quartile"),
                ),
            )
        )
    else:
        blocks.append(Text(words=say("没有明显低于同类的维度。", "No dimension is clearly below the peers.")))
    return Section(title=title, blocks=tuple(blocks))


def _suggestions_section(say: Say, figures: EnterpriseFigures) -> Section:
    return Section(
        title=say("六、建议检查", "6 Suggested checks"),
        blocks=(
            Table(
                title=say("供人工参考，不构成任何命令或结论", "Hints for people; they order and conclude nothing"),
                columns=(
                    Column(name=say("建议", "Suggestion"), width=2.0),
                    Column(name=say("理由", "Reason"), width=3.0),
                ),
                rows=tuple(
                    (say(each.what_zh, each.what_en), say(each.reason_zh, each.reason_en))
                    for each in figures.standing.suggestions
                ),
                empty=say("在册记录没有提示需要检查之处。", "Nothing on record suggests a check."),
            ),
        ),
    )


def _records(say: Say, figures: EnterpriseFigures) -> Table:
    return Table(
        title=say("报告期末在册", "On record at the end of the period"),
        columns=(
            Column(name=say("文号", "Document"), width=2.4),
            Column(name=say("种类", "Kind"), width=1.2),
            Column(name=say("机关", "Authority"), width=2.2),
            Column(name=say("决定日期", "Decided"), width=1.4),
            Column(name=say("状态", "State"), width=1.6),
        ),
        rows=tuple(
            (
                each.draft.document_no,
                named(say, each.draft.kind.value),
                each.draft.authority_name,
                each.draft.decision_date.isoformat(),
                named(say, each.state_on(figures.until).value),
            )
            for each in figures.records
        ),
        empty=say("没有文书或公共记录。", "There is no document or public record."),
    )
