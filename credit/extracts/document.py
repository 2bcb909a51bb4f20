"""An extract as the parts of a paper: what its JSON says and nothing more. Pure."""

from collections.abc import Iterator, Mapping

from credit.extracts.extract import Extract, IndexPart
from credit.extracts.notice import CAVEAT_EN, CAVEAT_ZH, NOTICE_EN, NOTICE_ZH
from credit.records import PublicRecord
from credit.reporting.document import Facts, Language, Report, Say, Section, Text
from credit.reporting.parts import made_words
from credit.reporting.words import named

WORDS: Mapping[str, tuple[str, str]] = {
    "minor": ("轻微", "Minor"),
    "general": ("一般", "General"),
    "grave": ("严重", "Grave"),
    "warning": ("警告", "Warning"),
    "criticism": ("通报批评", "Public criticism"),
    "fine": ("罚款", "Fine"),
    "confiscation": ("没收", "Confiscation"),
    "suspension": ("责令停产停业", "Suspension of business"),
    "restriction": ("限制从业", "Restriction"),
    "revocation": ("吊销许可", "Revocation of licence"),
    "order": ("责令改正", "Order"),
    "other": ("其他", "Other"),
}


def extract_document(extract: Extract, language: Language) -> Report:
    """Profile and checksum of the inputs stand on it only where the index was granted."""
    say = language.say
    draft, enterprise, index = extract.grant.draft, extract.enterprise, extract.index
    day = extract.as_of.isoformat()
    return Report(
        language=language,
        title=say("企业授权信息摘录", "Extract given with consent"),
        subject=enterprise.name,
        period=say(f"{day} 当日", f"as of {day}"),
        made_at=extract.made_at,
        profile="" if index is None else index.profile,
        inputs_sha256="" if index is None else index.inputs_sha256,
        notices=(say(NOTICE_ZH, NOTICE_EN), say(CAVEAT_ZH, CAVEAT_EN)),
        facts=Facts(
            rows=(
                (say("企业", "Enterprise"), enterprise.name),
                (say("统一社会信用代码", "Credit code"), enterprise.credit_code.value),
                (say("接收方", "Receiver"), draft.receiver),
                (say("用途", "Purpose"), draft.purpose),
                (say("所反映之日", "Day it tells of"), day),
                (say("读取时间", "Read at"), made_words(extract.made_at)),
                (say("授权截止", "Consent ends"), made_words(extract.grant.ends_at)),
            )
        ),
        sections=tuple(_sections(say, extract)),
        file_name=f"extract-{enterprise.credit_code.value}-{day}",
    )


def _sections(say: Say, extract: Extract) -> Iterator[Section]:
    title = say("一、安心指数", "1 Index")
    yield Section(title=title, blocks=(_not_granted(say) if extract.index is None else _index(say, extract.index),))
    title = say("二、当日公示的记录", "2 Records published on the day")
    if extract.records is None:
        yield Section(title=title, blocks=(_not_granted(say),))
        return
    count = len(extract.records)
    words = say(f"共 {count} 条。", f"{count} in all.") if count else say("没有。", "None.")
    yield Section(title=title, blocks=(Text(words=words),))
    for number, record in enumerate(extract.records, 1):
        yield Section(title=say(f"记录 {number}", f"Record {number}"), blocks=(_record(say, record),))


def _not_granted(say: Say) -> Text:
    return Text(words=say("未获授权，不提供。", "Not granted, and not given."))


def _index(say: Say, index: IndexPart) -> Facts:
    def tenth(value: float | None) -> str:
        return say("不给出", "not given") if value is None else f"{value:.1f}"

    return Facts(
        rows=(
            (say("状态", "Standing"), say(index.standing.zh, named(say, index.standing.value))),
            (say("指数（0–100）", "Index (0–100)"), tenth(index.value)),
            (say("区间", "Interval"), f"{tenth(index.low)} – {tenth(index.high)}" if index.low is not None else "—"),
            (say("等级", "Grade"), index.grade or "—"),
            (say("评价方案", "Profile"), index.profile),
            (say("输入摘要（SHA-256）", "Inputs (SHA-256)"), index.inputs_sha256),
        )
    )


def _record(say: Say, record: PublicRecord) -> Facts:
    draft = record.draft
    fine = "—" if draft.fine_yuan is None else say(f"{draft.fine_yuan} 元", f"CNY {draft.fine_yuan}")
    return Facts(
        rows=(
            (say("类型", "Kind"), named(say, draft.kind.value)),
            (say("情节", "Severity"), say(*WORDS[draft.severity.value])),
            (say("文书", "Document"), f"{draft.document_type} {draft.document_no}"),
            (say("机关", "Authority"), f"{draft.authority_name} {draft.authority_code}"),
            (say("决定日期", "Decided on"), draft.decision_date.isoformat()),
            (say("事实", "Facts"), draft.facts),
            (
                say("决定内容", "Decided"),
                say("、", ", ").join(say(*WORDS[each.value]) for each in draft.outcomes) or "—",
            ),
            (say("罚款金额", "Fine"), fine),
            (say("条款", "Clauses"), say("；", "; ").join(draft.clauses) or "—"),
            (say("公示至", "Published until"), "—" if record.ends_on is None else record.ends_on.isoformat()),
        )
    )
