"""docs/reference/networks.md: what is known of each shipped network, label by label, from the manifests."""

from models.attire import AttireManifest, AttributeManifest
from models.manifest import LabelManifest, ModelManifest, NetworkKind, NetworkManifest
from models.registry import ModelRegistry
from references.tables import code, table

INTRODUCTION = """# Networks

<!-- Made by `make docs` from the manifests in models/zoo: change those, not this page. -->

Figures are those of the manifest: AP50 at an overlap of one half, precision and recall at the label's threshold, and
*n* the number of labelled boxes that they rest on. A figure on few boxes says little. They were measured on pictures,
not in your kitchen.

Networks that judge what a person wears have a balanced accuracy instead: the mean of the shares judged rightly among
those who wear it and those who do not, of the persons about whom anything was said. *Abstained* is the share of the
others.
"""


def document() -> str:
    registry = ModelRegistry()
    detectors = [_section(registry.load(name).manifest) for name in registry.names()]
    attire = [
        _attire_section(registry.load_as(name, AttireManifest).manifest) for name in registry.names(NetworkKind.ATTIRE)
    ]
    return INTRODUCTION + "".join((*detectors, *attire))


def _section(manifest: ModelManifest) -> str:
    headings = ["label", "threshold", "AP50", "precision", "recall", "n", "at", "used", "remark"]
    return _with_facts(manifest, table(headings, [_row(label) for label in manifest.labels]))


def _attire_section(manifest: AttireManifest) -> str:
    headings = ["attribute", "meaning", "worn / not worn", "balanced accuracy (95 %)", "abstained", "used", "remark"]
    figures = table(headings, [_attribute_row(attribute) for attribute in manifest.attributes])
    return _with_facts(manifest, figures)


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


def _with_facts(manifest: NetworkManifest, figures: str) -> str:
    training = manifest.training
    facts = [
        f"File `{manifest.file}`, SHA-256 `{manifest.sha256}`. Licence {manifest.licence}.",
        f"{training.architecture}. Started from: {training.started_from}.",
        f"{training.epochs} epochs at {training.longest_side_px} px. {training.remark}",
    ]
    sources = table(
        ["data", "repository", "licence"],
        [[source.name, source.repository, source.licence or "**none stated**"] for source in manifest.sources],
    )
    return f"\n## {manifest.name} {manifest.version}\n\n" + "\n\n".join(facts) + f"\n\n{figures}\n{sources}"


def _row(label: LabelManifest) -> list[str]:
    quality = label.quality
    figures = ["", "", "", "", ""]
    if quality is not None:
        precision = "" if quality.precision is None else f"{quality.precision:.2f}"
        figures = [f"{quality.ap50:.2f}", precision, f"{quality.recall:.2f}", str(quality.count)]
        figures.append(f"{quality.longest_side_px} px")
    return [code(label.name), f"{label.threshold:.2f}", *figures, "yes" if label.usable else "no", label.remark]
