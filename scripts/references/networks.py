"""docs/reference/networks.md: what is known of each shipped network, label by label, from the manifests."""

from models.manifest import LabelManifest, ModelManifest
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
    return INTRODUCTION + "".join(_section(registry.load(name).manifest) for name in registry.names())


def _section(manifest: ModelManifest) -> str:
    training = manifest.training
    facts = [
        f"File `{manifest.file}`, SHA-256 `{manifest.sha256}`. Licence {manifest.licence}.",
        f"{training.architecture}. Started from: {training.started_from}.",
        f"{training.epochs} epochs at {training.longest_side_px} px. {training.remark}",
    ]
    headings = ["label", "threshold", "AP50", "precision", "recall", "n", "at", "used", "remark"]
    sources = table(
        ["data", "repository", "licence"],
        [[source.name, source.repository, source.licence or "**none stated**"] for source in manifest.sources],
    )
    labels = table(headings, [_row(label) for label in manifest.labels])
    return f"\n## {manifest.name} {manifest.version}\n\n" + "\n\n".join(facts) + f"\n\n{labels}\n{sources}"


def _row(label: LabelManifest) -> list[str]:
    quality = label.quality
    figures = ["", "", "", "", ""]
    if quality is not None:
        precision = "" if quality.precision is None else f"{quality.precision:.2f}"
        figures = [f"{quality.ap50:.2f}", precision, f"{quality.recall:.2f}", str(quality.count)]
        figures.append(f"{quality.longest_side_px} px")
    return [code(label.name), f"{label.threshold:.2f}", *figures, "yes" if label.usable else "no", label.remark]
