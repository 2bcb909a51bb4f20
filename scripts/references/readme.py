"""The short table of figures in README.md and its Chinese twin, between two marks, from the shipped manifest."""

from pathlib import Path

from alerts.catalogue import AvailabilityState, Catalogue, load_catalogue
from alerts.figures import CodeFigures
from detector.settings import AttireSettings, DetectorSettings
from models.attire import AttireManifest
from models.registry import ModelRegistry
from references.risk_codes import code_figures_of, counted
from references.tables import code, share, table

BEGIN = "<!-- figures: made by `make docs` from the manifest -->"
END = "<!-- end of figures -->"
TARGET = 0.9

ENGLISH = """
What "90 %" means here: precision of at least 0.90 in single pictures at the shipped threshold. Network `{network}`
version {version} (clothes: `{attire}`, where *n* are persons and nobody measured recall), pictures that they were not
taught on, 95 % intervals in brackets, *n* labelled boxes. **Of {ruled} codes with a rule {judged} are judged; {reached}
of these reach a precision of 0.90 here, {sure} of them so surely that the whole interval lies above it.** Thresholds
were chosen on these pictures, which flatters a little. Recall is what it
finds: read both.

"""
CHINESE = """
本项目所说的“90%”：在所用阈值下，单张图片上的精确率不低于 0.90。网络 `{network}` 第 {version} 版
（着装：`{attire}`），测试图片未参与训练；括号内为 95% 区间，*n* 为标注框数或人数。
**有规则的 {ruled} 个代码中判断 {judged} 个，其中 {reached} 个在此达到 0.90，整个区间都高于 0.90 的有 {sure} 个。**
阈值即在这些图片上选定，数字略偏乐观；请同时看召回率。

"""
ENGLISH_NOTE = """
(g): partly measured on boxes that a network guessed. More: [risk codes](docs/reference/risk-codes.md),
[networks](docs/reference/networks.md).
"""
CHINESE_NOTE = """
(g)：部分标注框由另一网络猜测。更多：[风险代码](docs/reference/risk-codes.md)、[网络](docs/reference/networks.md)。
"""


def document(path: Path, *, is_chinese: bool) -> str:
    """The whole file with the table between its marks anew. Raises ValueError where a mark is missing."""
    text = path.read_text("utf-8")
    before, found, rest = text.partition(BEGIN)
    _, ending, after = rest.partition(END)
    if not found or not ending:
        raise ValueError(f"{path.name}: expected {BEGIN} and {END}")
    return f"{before}{BEGIN}\n{_block(is_chinese=is_chinese)}{END}{after}"


def _block(*, is_chinese: bool) -> str:
    catalogue, registry = load_catalogue(), ModelRegistry()
    manifest = registry.load(DetectorSettings().model).manifest
    attire = registry.load_as(AttireSettings().model, AttireManifest).manifest
    told = manifest.usable_labels | attire.usable_attributes
    states = catalogue.available(told)
    ruled = code_figures_of(catalogue, manifest, attire)
    judged = [each for each in ruled if states[each.code].state is not AvailabilityState.NOT_AVAILABLE]
    words = {
        "network": manifest.name,
        "version": manifest.version,
        "attire": attire.name,
        "judged": len(judged),
        "ruled": len(ruled),
        "reached": sum((each.precision or 0.0) >= TARGET for each in judged),
        "sure": sum(each.precision_interval is not None and each.precision_interval.low >= TARGET for each in judged),
    }
    introduction, note = (CHINESE, CHINESE_NOTE) if is_chinese else (ENGLISH, ENGLISH_NOTE)
    return introduction.format(**words) + _table(catalogue, told, ruled, judged, is_chinese=is_chinese) + note


def _table(
    catalogue: Catalogue,
    told: frozenset[str],
    ruled: list[CodeFigures],
    judged: list[CodeFigures],
    *,
    is_chinese: bool,
) -> str:
    headings = (
        ["代码", "内容", "精确率", "召回率", "n", "是否判断"]
        if is_chinese
        else ["code", "what", "precision", "recall", "n", "judged"]
    )
    yes, no = ("是", "否：") if is_chinese else ("yes", "no: ")
    rows = []
    for each in ruled:
        entry = catalogue.entries[each.code]
        found = entry.availability(told)
        reason = found.reason_zh if is_chinese else found.reason_en
        rows.append(
            [
                code(each.code),
                entry.risk.name_zh if is_chinese else entry.risk.name_en,
                share(each.precision, each.precision_interval),
                share(each.recall, each.recall_interval),
                counted(each),
                yes if each in judged else f"{no}{reason}",
            ]
        )
    return table(headings, rows)
