"""docs/reference/networks.md: what is known of each shipped network, label by label, from the manifests."""

from models.embedding import EmbeddingManifest
from models.manifest import LabelManifest, ModelManifest, NetworkKind, NetworkManifest
from models.registry import ModelRegistry
from references.tables import code, table

INTRODUCTION = """# Networks

<!-- Made by `make docs` from the manifests in models/zoo: change those, not this page. -->

Figures are those of the manifest: AP50 at an overlap of one half, precision and recall at the label's threshold, and
*n* the number of labelled boxes that they rest on. A figure on few boxes says little. They were measured on pictures,
not in your kitchen.
"""


def document() -> str:
    registry = ModelRegistry()
    embeddings = registry.names(NetworkKind.EMBEDDING)
    return (
        INTRODUCTION
        + "".join(_section(registry.load(name).manifest) for name in registry.names())
        + "".join(_embedding(registry.load_as(name, EmbeddingManifest).manifest) for name in embeddings)
    )


def _section(manifest: ModelManifest) -> str:
    headings = ["label", "threshold", "AP50", "precision", "recall", "n", "at", "used", "remark"]
    return _facts(manifest) + table(headings, [_row(label) for label in manifest.labels]) + "\n" + _sources(manifest)


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


def _facts(manifest: NetworkManifest) -> str:
    training = manifest.training
    facts = [
        f"File `{manifest.file}`, SHA-256 `{manifest.sha256}`. Licence {manifest.licence}.",
        f"{training.architecture}. Started from: {training.started_from}.",
        f"{training.epochs} epochs at {training.longest_side_px} px. {training.remark}",
    ]
    return f"\n## {manifest.name} {manifest.version}\n\n" + "\n\n".join(facts) + "\n\n"


def _sources(manifest: NetworkManifest) -> str:
    return table(
        ["data", "repository", "licence"],
        [[source.name, source.repository, source.licence or "**none stated**"] for source in manifest.sources],
    )


def _row(label: LabelManifest) -> list[str]:
    quality = label.quality
    figures = ["", "", "", "", ""]
    if quality is not None:
        precision = "" if quality.precision is None else f"{quality.precision:.2f}"
        figures = [f"{quality.ap50:.2f}", precision, f"{quality.recall:.2f}", str(quality.count)]
        figures.append(f"{quality.longest_side_px} px")
    return [code(label.name), f"{label.threshold:.2f}", *figures, "yes" if label.usable else "no", label.remark]
