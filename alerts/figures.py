"""What the figures of labels say about a risk code: how often they are right, and how many they find. Pure part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from alerts.attire import AttireRule
from alerts.catalogue import CatalogueEntry
from detector.evaluation import Interval, wilson
from models.attire import AttireQuality
from models.manifest import LabelQuality


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeFigures:
    """Of the labels that raise a code, together, in single pictures at their thresholds.

    `count` are labelled boxes. `missing` are labels of the rule without figures; `guessed` of the boxes were drawn
    by a network. `helpers` are labels that the rule needs besides, which its own figures say nothing about.
    For a code about clothes `labels` is the attribute, `count` are judged persons, and precision is how often "not
    worn" was right; how many are found depends on how often a person is looked at and was not measured.
    """

    code: str
    labels: tuple[str, ...]
    helpers: tuple[str, ...]
    precision: float | None
    precision_interval: Interval | None
    recall: float | None
    recall_interval: Interval | None
    count: int
    guessed: int
    missing: tuple[str, ...]


def code_figures(
    entry: CatalogueEntry, qualities: Mapping[str, LabelQuality], attributes: Mapping[str, AttireQuality]
) -> CodeFigures | None:
    """None for a code without a rule over pictures. Boxes of several labels are counted together.

    `qualities` are those of a detector's labels, `attributes` those of an attire network.
    """
    rule = entry.rule
    if rule is None:
        return None
    if isinstance(rule, AttireRule):
        return _of_clothes(entry.risk.code, rule, attributes.get(rule.attribute))
    labels = tuple(sorted(rule.labels))
    known = [qualities[label] for label in labels if label in qualities]
    count, right, reported = sum(each.count for each in known), sum(map(_right, known)), sum(map(_reported, known))
    return CodeFigures(
        code=entry.risk.code,
        labels=labels,
        helpers=tuple(sorted(rule.needed_labels - rule.labels)),
        precision=right / reported if reported else None,
        precision_interval=wilson(right, reported),
        recall=right / count if count else None,
        recall_interval=wilson(right, count),
        count=count,
        guessed=sum(each.guessed for each in known),
        missing=tuple(label for label in labels if label not in qualities),
    )


def _of_clothes(code: str, rule: AttireRule, quality: AttireQuality | None) -> CodeFigures:
    return CodeFigures(
        code=code,
        labels=(rule.attribute,),
        helpers=tuple(sorted(rule.needed_labels - {rule.attribute})),
        precision=quality.absent_precision if quality else None,
        precision_interval=None,
        recall=None,
        recall_interval=None,
        count=quality.present + quality.absent if quality else 0,
        guessed=0,
        missing=() if quality else (rule.attribute,),
    )


def catalogue_figures(
    entries: Sequence[CatalogueEntry],
    qualities: Mapping[str, LabelQuality],
    attributes: Mapping[str, AttireQuality],
) -> list[CodeFigures]:
    """Of every code that has a rule, in their order."""
    return [found for entry in entries if (found := code_figures(entry, qualities, attributes))]


def intervals(quality: LabelQuality) -> tuple[Interval | None, Interval | None]:
    """Of precision and recall: the manifest's, or for an older one those that follow from its counts."""
    right, reported = _right(quality), _reported(quality)
    precision = _interval(quality.precision_interval) or wilson(right, reported)
    return precision, _interval(quality.recall_interval) or wilson(right, quality.count)


def _interval(ends: tuple[float, float] | None) -> Interval | None:
    return Interval(low=ends[0], high=ends[1]) if ends else None


def _right(quality: LabelQuality) -> int:
    return round(quality.recall * quality.count)


def _reported(quality: LabelQuality) -> int:
    """As the manifest says, or as it follows from precision where an older one does not."""
    if quality.reported is not None:
        return quality.reported
    return round(_right(quality) / quality.precision) if quality.precision else 0
