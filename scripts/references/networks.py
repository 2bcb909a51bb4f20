"""docs/reference/networks.md: what is known of each shipped network, label by label, from the manifests."""

from collections.abc import Iterator

from alerts.figures import intervals
from detector.evaluation import Interval
from models.attire import AttireManifest, AttributeManifest
from models.embedding import EmbeddingManifest
from models.manifest import LabelManifest, ModelManifest, NetworkKind, NetworkManifest, SizeRecall
from models.registry import ModelRegistry
from references.tables import code, share, table

INTRODUCTION = """# Networks

<!-- Made by `make docs` from the manifests in models/zoo: change those, not this page. -->

Figures are those of the manifest: AP50 at an overlap of one half, precision and recall in single pictures at the
label's threshold, *n* the number of labelled boxes that they rest on, 95 % intervals in brackets. A figure on few
boxes says little: read the interval. (g) marks figures that rest partly on pseudo labels, boxes that a network guessed
and nobody checked. They were measured on pictures, not in your kitchen. [What each figure means and how to measure on
your own pictures](../how-to/measure-a-network.md).

Networks that judge what a person wears have a balanced accuracy instead: the mean of the shares judged rightly among
those who wear it and those who do not, of the persons about whom anything was said. *Abstained* is the share of the
others.
"""

CHOICES = """
Thresholds and why they are what they are. *Class* is that of the most serious risk code that the label serves;
*taken for* the precision that the threshold was taken for, with a recall of at least the one behind it (the rule:
[`models/targets.yaml`](../../models/targets.yaml)). A threshold that is measured on the pictures that it was chosen on
flatters itself; the cross-fitted figures do not: chosen on one half of the scenes, measured on the other, in the mean.
Labels whose threshold was chosen otherwise are not listed.

"""

SIZES = """
Recall by size, the square root of a box's area in pixels of the picture as it came (found share, and boxes):

"""


def document() -> str:
    registry = ModelRegistry()
    attire, embeddings = registry.names(NetworkKind.ATTIRE), registry.names(NetworkKind.EMBEDDING)
    return (
        INTRODUCTION
        + "".join(_section(registry.load(name).manifest) for name in registry.names())
        + "".join(_attire(registry.load_as(name, AttireManifest).manifest) for name in attire)
        + "".join(_embedding(registry.load_as(name, EmbeddingManifest).manifest) for name in embeddings)
    )


def _section(manifest: ModelManifest) -> str:
    headings = ["label", "threshold", "AP50", "precision", "recall", "n", "pictures", "at", "used", "remark"]
    labels = table(headings, [_row(label) for label in manifest.labels])
    return _facts(manifest) + "".join([labels, *_sizes(manifest), *_choices(manifest), "\n", _sources(manifest)])


def _embedding(manifest: EmbeddingManifest) -> str:
    size = manifest.input.fixed_size
    assert size is not None
    means = (
        f"Embedding: a picture of {size.width_px} by {size.height_px} pixels becomes {manifest.dimensions} numbers, on "
        "which people [teach heads](../how-to/teach-a-state.md). Below: mean accuracy of heads on pictures of other "
        "scenes and its standard deviation between draws of examples, how often an answer was right, and the share "
        "that was not answered.\n\n"
    )
    headings = ["task", "examples per state", "accuracy", "±", "right where answered", "not answered", "draws", "data"]
    rows = [
        [
            one.task,
            str(one.examples),
            f"{one.accuracy:.2f}",
            f"{one.deviation:.2f}",
            "" if one.precision is None else f"{one.precision:.2f}",
            f"{one.abstained:.2f}",
            str(one.draws),
            one.data,
        ]
        for one in manifest.quality
    ]
    return _facts(manifest) + means + table(headings, rows) + "\n" + _sources(manifest)


def _attire(manifest: AttireManifest) -> str:
    headings = ["attribute", "meaning", "worn / not worn", "balanced accuracy (95 %)", "abstained", "used", "remark"]
    figures = table(headings, [_attribute_row(attribute) for attribute in manifest.attributes])
    return _facts(manifest) + figures + "\n" + _sources(manifest)


def _attribute_row(attribute: AttributeManifest) -> list[str]:
    figures = ["", "", ""]
    if attribute.quality:
        quality = attribute.quality[0]
        low, high = quality.interval
        figures = [
            f"{quality.present} / {quality.absent}",
            f"{quality.balanced_accuracy:.2f} ({low:.2f}–{high:.2f})",
            f"{quality.abstained:.2f}",
        ]
    used = "yes" if attribute.usable else "no"
    return [code(attribute.name), attribute.meaning, *figures, used, attribute.remark]


def _facts(manifest: NetworkManifest) -> str:
    training = manifest.training
    facts = [
        f"File `{manifest.file}`, SHA-256 `{manifest.sha256}`. Licence {manifest.licence}.",
        f"{training.architecture}. Started from: {training.started_from}.",
        f"{training.epochs} epochs at {training.longest_side_px} px. {training.remark}",
    ]
    return f"\n## {manifest.name} {manifest.version}\n\n" + "\n\n".join(facts) + "\n\n"


def _row(label: LabelManifest) -> list[str]:
    quality = label.quality
    figures = [""] * 6
    if quality is not None:
        precision, recall = intervals(quality)
        mark = " (g)" if quality.pseudo_labels else ""
        figures = [
            share(quality.ap50, _interval(quality.ap50_interval)),
            share(quality.precision, precision),
            share(quality.recall, recall),
            f"{quality.count}{mark}",
            "" if quality.pictures is None else str(quality.pictures),
            f"{quality.longest_side_px} px",
        ]
    return [code(label.name), f"{label.threshold:.2f}", *figures, "yes" if label.usable else "no", label.remark]


def _interval(ends: tuple[float, float] | None) -> Interval | None:
    return Interval(low=ends[0], high=ends[1]) if ends else None


def _sizes(manifest: ModelManifest) -> Iterator[str]:
    rows = [(label.name, label.quality.recall_by_size) for label in manifest.labels if label.quality]
    bands = next((sizes for _, sizes in rows if sizes), ())
    if bands:
        headings = ["label", *(f"{band.px} px" for band in bands)]
        yield SIZES + table(headings, [[code(name), *map(_band, sizes)] for name, sizes in rows if sizes])


def _band(band: SizeRecall) -> str:
    return "" if band.recall is None else f"{band.recall:.2f} of {band.count}"


def _choices(manifest: ModelManifest) -> Iterator[str]:
    rows = [_choice(label) for label in manifest.labels if label.choice]
    if rows:
        headings = ["label", "class", "threshold", "taken for", "precision, cross-fitted", "recall, cross-fitted"]
        yield CHOICES + table(headings, rows)


def _choice(label: LabelManifest) -> list[str]:
    choice = label.choice
    if choice is None:
        raise ValueError(f"{label.name} has no choice")
    asked = "best F1" if choice.asked_precision is None else f"{choice.asked_precision:.2f}"
    missed = "" if choice.ground == "target" else f", target {choice.target_precision:.2f} missed"
    fit, figures = choice.cross_fit, ["", ""]
    if fit:
        figures = [
            share(fit.precision, _interval(fit.precision_interval)),
            share(fit.recall, _interval(fit.recall_interval)),
        ]
    taken = f"{asked} / {choice.least_recall:.2f}{missed}"
    return [code(label.name), choice.risk_class, f"{label.threshold:.2f}", taken, *figures]


def _sources(manifest: NetworkManifest) -> str:
    return table(
        ["data", "repository", "licence", "boxes that a network guessed"],
        [
            [source.name, source.repository, source.licence or "**none stated**", ", ".join(source.pseudo_labels)]
            for source in manifest.sources
        ],
    )
