"""The daily or monthly report about the enterprises of a region, as a document. Pure."""

from collections import Counter
from collections.abc import Iterator

from credit.reporting.document import (
    Bars,
    Cell,
    Column,
    Facts,
    Language,
    Report,
    Say,
    Section,
    Series,
    Table,
    Text,
    Tone,
)
from credit.reporting.figures import RegionFigures, RegionLine, tally
from credit.reporting.parts import CodeNames, counts_section, made_words, notices, period_words, trace_section
from credit.reporting.period import PeriodKind
from credit.reporting.words import named

BINS = ((0.0, 60.0), (60.0, 75.0), (75.0, 90.0), (90.0, 100.01))
MOST_ATTENTION = 40


def region_report(figures: RegionFigures, language: Language, names: CodeNames) -> Report:
    say = language.say
    is_month = figures.period.kind is PeriodKind.MONTH
    return Report(
        language=language,
        title=say(
            f"区域监管{'月' if is_month else '日'}报", f"{'Monthly' if is_month else 'Daily'} report of a region"
        ),
        subject=say(f"区域 {figures.region_name}", f"Region {figures.region_name}")
        if figures.region
        else say("权限范围内全部企业", "All enterprises within the scope"),
        period=period_words(say, figures.period, figures.until),
        made_at=figures.made_at,
        profile=figures.profile_label,
        inputs_sha256=figures.inputs_sha256,
        notices=notices(say),
        facts=_facts(say, figures),
        sections=tuple(_sections(say, figures, names)),
        file_name=f"report-region-{figures.region or 'all'}-{figures.period.label}",
        ledger_numbers=figures.ledger_numbers,
    )


def _facts(say: Say, figures: RegionFigures) -> Facts:
    total = tally(figures.counts)
    standings = Counter(each.assessment.standing.value for each in figures.lines)
    hours = sum(each.assessment.facts.observed_hours for each in figures.lines)
    return Facts(
        rows=(
            (say("报告期", "Period"), period_words(say, figures.period, figures.until)),
            (say("出具时间", "Made at"), made_words(figures.made_at)),
            (say("企业", "Enterprises"), say(f"{len(figures.lines)} 家", str(len(figures.lines)))),
            (
                say("其中", "Of these"),
                say("，", ", ").join(
                    f"{named(say, word)} {standings[word]}" for word in ("known", "new", "insufficient")
                ),
            ),
            (say("颜色", "Colours"), _colours(say, figures)),
            (say("近 365 天观察", "Observed in 365 days"), say(f"{hours:.0f} 小时", f"{hours:.0f} h")),
            (
                say("本期已确认", "Confirmed in the period"),
                say(
                    f"{total.confirmed} 条；核实整改 {total.verified} 条",
                    f"{total.confirmed}; corrections verified {total.verified}",
                ),
            ),
            (
                say("AI 线索，未经人工核实", "AI leads, not verified"),
                say(f"{total.unreviewed} 条（权重 0）", f"{total.unreviewed} (weight 0)"),
            ),
        )
    )


def _colours(say: Say, figures: RegionFigures) -> str:
    counted = Counter(each.colour for each in figures.lines)
    told = [f"{named(say, colour)} {counted[colour]}" for colour in ("green", "orange", "red")]
    return say("，", ", ").join([*told, f"{say('无颜色', 'none')} {counted[None]}"])


def _sections(say: Say, figures: RegionFigures, names: CodeNames) -> Iterator[Section]:
    yield Section(title=say("一、指数分布", "1 Indexes"), blocks=(_distribution(say, figures),))
    yield counts_section(say, say("二、", "2"), figures.counts, names, period=figures.period, until=figures.until)
    yield Section(
        title=say("三、需要关注", "3 Where to look"),
        blocks=(
            Text(
                words=say(
                    "红、橙企业，以及有未整改一类问题或逾期整改的企业。颜色只决定检查频次，不是处罚。",
                    "Red and orange ones, and those with an open class I finding or overdue corrections. The colour "
                    "decides how often a place is inspected and is no sanction.",
                )
            ),
            _attention(say, figures),
        ),
    )
    yield Section(title=say("四、全部企业", "4 All enterprises"), blocks=(_everyone(say, figures),))
    yield trace_section(
        say,
        say("五、", "5"),
        (
            (say("评价方案", "Profile"), figures.profile_label),
            (say("报告输入摘要（SHA-256）", "Inputs of the report (SHA-256)"), figures.inputs_sha256),
        ),
        figures.ledger_numbers,
    )


def _distribution(say: Say, figures: RegionFigures) -> Bars:
    values = [each.assessment.value for each in figures.lines]
    known = [value for value in values if value is not None]
    counted = [sum(1 for value in known if low <= value < high) for low, high in BINS]
    return Bars(
        title=say("企业家数（按期末指数）", "Enterprises by index at the end of the period"),
        categories=("0–60", "60–75", "75–90", "90–100", say("无指数", "No index")),
        series=(
            Series(
                name=say("企业", "Enterprises"),
                tone=Tone.CONFIRMED,
                values=(*map(float, counted), float(len(values) - len(known))),
            ),
        ),
    )


def _key(line: RegionLine) -> tuple[bool, float, str]:
    value = line.assessment.value
    return (value is None, value or 0.0, line.enterprise.name)


def _attention(say: Say, figures: RegionFigures) -> Table:
    wanted = [each for each in figures.lines if each.colour in {"red", "orange"} or each.open_class_one or each.overdue]
    ordered = sorted(wanted, key=_key)
    more = len(ordered) - MOST_ATTENTION
    title = say(f"共 {len(ordered)} 家", f"{len(ordered)} in all")
    if more > 0:
        title += say(f"，列出指数最低的 {MOST_ATTENTION} 家", f", the {MOST_ATTENTION} with the lowest index here")
    return Table(
        title=title,
        columns=(
            Column(name=say("企业", "Enterprise"), width=3.4),
            Column(name=say("指数", "Index"), is_number=True, places=1),
            Column(name=say("颜色", "Colour"), width=0.8),
            Column(name=say("未整改一类", "Open class I"), is_number=True, width=1.1),
            Column(name=say("逾期整改", "Overdue"), is_number=True),
            Column(name=say("封顶原因", "Cap"), width=3.0),
        ),
        rows=tuple(
            (
                each.enterprise.name,
                _value(say, each),
                named(say, each.colour),
                each.open_class_one,
                each.overdue,
                say("；", "; ").join(named(say, cap.reason) for cap in each.assessment.caps) or None,
            )
            for each in ordered[:MOST_ATTENTION]
        ),
        empty=say("没有。", "None."),
    )


def _everyone(say: Say, figures: RegionFigures) -> Table:
    def row(line: RegionLine) -> tuple[Cell, ...]:
        now, before = line.assessment.value, line.before.value
        return (
            line.enterprise.name,
            named(say, line.enterprise.type.value),
            _value(say, line),
            None if now is None or before is None else f"{now - before:+.1f}",
            named(say, line.colour),
            line.tally.confirmed,
            line.tally.verified,
            line.tally.unreviewed,
            round(line.assessment.facts.observed_hours),
        )

    return Table(
        title=say("指数由低到高；未核实为 AI 线索，权重 0", "Lowest index first; unreviewed are AI leads of weight 0"),
        columns=(
            Column(name=say("企业", "Enterprise"), width=3.4),
            Column(name=say("类型", "Type"), width=1.3),
            Column(name=say("指数", "Index"), is_number=True, places=1),
            Column(name=say("较上期", "Change"), is_number=True),
            Column(name=say("颜色", "Colour"), width=0.8),
            Column(name=say("确认", "Confirmed"), is_number=True),
            Column(name=say("核实整改", "Verified"), is_number=True),
            Column(name=say("未核实", "Unreviewed"), is_number=True),
            Column(name=say("观察小时", "Hours"), is_number=True),
        ),
        rows=tuple(row(each) for each in sorted(figures.lines, key=_key)),
        empty=say("范围内没有企业。", "There is no enterprise within the scope."),
    )


def _value(say: Say, line: RegionLine) -> Cell:
    value = line.assessment.value
    return named(say, line.assessment.standing.value) if value is None else round(value, 1)
