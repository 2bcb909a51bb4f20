"""Names for what the ledgers call by short words, Chinese and English, as reports print them."""

from collections.abc import Mapping

from credit.reporting.document import Say

LEAD_ZH, LEAD_EN = "AI 线索，未经人工核实", "AI leads, not verified by a person"
UNKNOWN_ZH, UNKNOWN_EN = "数据不足", "Too little data"

NAMES: Mapping[str, tuple[str, str]] = {
    "green": ("绿", "Green"),
    "orange": ("橙", "Orange"),
    "red": ("红", "Red"),
    "known": ("已评", "Has an index"),
    "new": ("NEW", "NEW"),
    "insufficient": (UNKNOWN_ZH, UNKNOWN_EN),
    "restaurant": ("餐饮服务", "Restaurant"),
    "canteen_school": ("学校食堂", "School canteen"),
    "canteen_other": ("单位食堂", "Canteen"),
    "central_kitchen": ("中央厨房", "Central kitchen"),
    "takeaway_only": ("仅外卖", "Takeaway only"),
    "work_site": ("施工现场", "Building site"),
    "open": ("未整改", "Open"),
    "on_time": ("按期整改", "On time"),
    "late": ("逾期整改", "Late"),
    "open_class_one": ("存在未整改的一类问题，颜色不高于橙", "A class I finding is open: orange at best"),
    "unresolved_class_one": ("一类问题逾期未整改，颜色为红", "A class I finding is open for too long: red"),
    "grave_record": ("存在生效的严重处罚记录，颜色为红", "A grave decision is in force: red"),
    "county": ("同一区县", "the same county"),
    "city": ("同一城市（区县内不足）", "the same city (too few in the county)"),
    "province": ("同一省份（城市内不足）", "the same province (too few in the city)"),
    "everywhere": (
        "本系统全部同类（本地区不足或未登记区划）",
        "all of the type here (too few in the region, or none on record)",
    ),
    "recorded": ("已登记（未公示）", "On record"),
    "published": ("公示中", "Published"),
    "contested": ("复议、诉讼或异议中", "Contested"),
    "withdrawn": ("已撤回", "Withdrawn"),
    "repaired": ("已修复", "Repaired"),
    "expired": ("公示期满", "Expired"),
    "penalty": ("行政处罚", "Penalty"),
    "list_entry": ("列入名录", "Entry of a list"),
    "inspection_result": ("检查结果", "Inspection"),
    "correction_order": ("责令改正", "Order"),
    "interview": ("约谈", "Interview"),
    "honour": ("荣誉", "Honour"),
    "I": ("一类", "I"),
    "II": ("二类", "II"),
    "III": ("三类", "III"),
    "ops": ("运维", "Ops"),
}


def named(say: Say, word: str | None) -> str:
    """The name of a short word; one that is not in the table is shown as it is."""
    if word is None:
        return "—"
    return say(*NAMES.get(word, (word, word)))


def change(now: float | None, before: float | None, say: Say) -> str:
    """The difference between two figures; it is not made up where one of them is missing."""
    if now is None or before is None:
        return say("上期或本期数据不足，不作比较", "not compared: one of the two is not known")
    return f"{now - before:+.1f}"
