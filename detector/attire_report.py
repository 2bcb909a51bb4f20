"""Figures of an attire network, as text and as JSON."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from detector.evaluation import Interval, wilson
from domain.attire import Wearing
from domain.detection import ModelReference
from models.attire import AttireManifest, AttireQuality
from models.attire_figures import measured


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What was said of one person, and what people said. `height_px` is 0 at the picture's own size."""

    attribute: str
    picture: str
    height_px: int
    truth: Wearing
    said: Wearing


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeFigures:
    """Figures of one attribute at the size of the pictures.

    `table` counts persons by what people said and what was said. `unclear` are persons whom people could not judge.
    """

    quality: AttireQuality
    present_recall: Interval | None
    absent_recall: Interval | None
    absent_precision: Interval | None
    table: dict[Wearing, dict[Wearing, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeFigures:
    """The same persons, scaled down until their shown part has this height."""

    height_px: int
    attribute: str
    persons: int
    balanced_accuracy: float
    abstained: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AttireReport:
    model: ModelReference
    minimum_height_px: int
    attributes: dict[str, AttributeFigures]
    sizes: tuple[SizeFigures, ...]


def report(
    model: ModelReference, manifest: AttireManifest, judgements: Iterable[Judgement], *, data: str
) -> AttireReport:
    """Attributes without persons of both kinds are left out: nothing can be said of them."""
    groups: dict[tuple[str, int], list[Judgement]] = {}
    for judgement in judgements:
        groups.setdefault((judgement.attribute, judgement.height_px), []).append(judgement)
    usable = {key: group for key, group in groups.items() if {Wearing.PRESENT, Wearing.ABSENT} <= _truths(group)}
    names = [attribute.name for attribute in manifest.attributes]
    return AttireReport(
        model=model,
        minimum_height_px=manifest.minimum_height_px,
        attributes={name: _figures(usable[name, 0], data) for name in names if (name, 0) in usable},
        sizes=tuple(_size(*key, group) for key, group in usable.items() if key[1]),
    )


def _truths(group: Sequence[Judgement]) -> set[Wearing]:
    return {judgement.truth for judgement in group}


def _figures(group: Sequence[Judgement], data: str) -> AttributeFigures:
    table = {truth: dict.fromkeys(Wearing, 0) for truth in Wearing}
    for each in group:
        table[each.truth][each.said] += 1
    present, absent = table[Wearing.PRESENT], table[Wearing.ABSENT]
    called_absent = present[Wearing.ABSENT] + absent[Wearing.ABSENT]
    return AttributeFigures(
        quality=_quality(group, data),
        present_recall=wilson(present[Wearing.PRESENT], present[Wearing.PRESENT] + present[Wearing.ABSENT]),
        absent_recall=wilson(absent[Wearing.ABSENT], absent[Wearing.PRESENT] + absent[Wearing.ABSENT]),
        absent_precision=wilson(absent[Wearing.ABSENT], called_absent),
        table=table,
    )


def _quality(group: Sequence[Judgement], data: str) -> AttireQuality:
    judged = [each for each in group if each.truth is not Wearing.UNCLEAR]
    said = np.array([each.said is not Wearing.UNCLEAR for each in judged])
    said_present = np.array([each.said is Wearing.PRESENT for each in judged])
    is_present = np.array([each.truth is Wearing.PRESENT for each in judged])
    return measured(said, said_present, is_present, [each.picture for each in judged], data)


def _size(attribute: str, height_px: int, group: Sequence[Judgement]) -> SizeFigures:
    quality = _quality(group, "")
    return SizeFigures(
        height_px=height_px,
        attribute=attribute,
        persons=quality.present + quality.absent,
        balanced_accuracy=quality.balanced_accuracy,
        abstained=quality.abstained,
    )


def lines(found: AttireReport) -> Iterator[str]:
    """For a terminal."""
    yield f"{found.model.name} {found.model.version}: what persons wear"
    for name, figures in found.attributes.items():
        quality = figures.quality
        low, high = quality.interval
        yield (
            f"{name:16} worn {quality.present:4}  not worn {quality.absent:4}  balanced accuracy "
            f"{quality.balanced_accuracy:.3f} ({low:.3f}-{high:.3f})  abstained {quality.abstained:.3f}"
        )
        yield (
            f"{'':16} right of those worn {_shown(figures.present_recall)}, of those not worn "
            f"{_shown(figures.absent_recall)}; really not worn of those called absent "
            f"{_shown(figures.absent_precision)}"
        )
        unclear = figures.table[Wearing.UNCLEAR]
        count, silent = sum(unclear.values()), unclear[Wearing.UNCLEAR]
        yield f"{'':16} people could not judge {count}, of these nothing was said of {silent}"
    yield f"by height of the shown part in pixels (in service nothing is judged below {found.minimum_height_px}):"
    for size in found.sizes:
        yield (
            f"  {size.attribute:16} {size.height_px:4} px  n {size.persons:4}  balanced accuracy "
            f"{size.balanced_accuracy:.3f}  abstained {size.abstained:.3f}"
        )


def _shown(interval: Interval | None) -> str:
    return "-" if interval is None else f"{interval.low:.2f}-{interval.high:.2f}"


def write_json(found: AttireReport, path: Path) -> None:
    path.write_text(json.dumps(document(found), indent=1) + "\n", encoding="utf-8")


def document(found: AttireReport) -> dict[str, Any]:
    """Shares are in [0, 1]; intervals hold them with 95 %."""
    return {
        "model": {"name": found.model.name, "version": found.model.version, "sha256": found.model.sha256},
        "minimum_height_px": found.minimum_height_px,
        "attributes": {name: _attribute(figures) for name, figures in found.attributes.items()},
        "by_height": [
            {
                "attribute": size.attribute,
                "height_px": size.height_px,
                "n": size.persons,
                "balanced_accuracy": size.balanced_accuracy,
                "abstained": size.abstained,
            }
            for size in found.sizes
        ],
    }


def _attribute(figures: AttributeFigures) -> dict[str, Any]:
    return {
        "quality": figures.quality.model_dump(mode="json"),
        "present_recall_interval": _ends(figures.present_recall),
        "absent_recall_interval": _ends(figures.absent_recall),
        "absent_precision_interval": _ends(figures.absent_precision),
        "said_by_truth": figures.table,
    }


def _ends(interval: Interval | None) -> list[float] | None:
    return None if interval is None else [round(interval.low, 4), round(interval.high, 4)]
