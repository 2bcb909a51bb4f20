"""What an extract is and is not, in the words that JSON, paper and page have in common."""

NOTICE_ZH = (
    "经企业授权提供，仅供所列用途，不得转给他人。指数为安心指数，不是信用评级；只计入经人工核实的事实和有文书的决定。"
)
NOTICE_EN = (
    "Given with the enterprise's consent, for the purpose named, and not to be passed on. The index is no credit "
    "rating; it counts what people have confirmed and decisions with a document, and nothing else."
)
CAVEAT_ZH = (
    "本摘录不是法律意义上的信用报告，也不是行政机关出具的证明；不含任何线索，不含未经人工核实的机器（AI）发现。"
    "仅反映所列当日的情况，此后可能已经变化。未列出的，不说明有，也不说明没有。"
)
CAVEAT_EN = (
    "This is no credit report in the sense of law and no certificate of an authority. It holds no leads and no finding "
    "of an AI that no person has verified. It tells of the day named and of no later one. Nothing follows from "
    "what is not listed."
)
