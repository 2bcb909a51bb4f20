"""A first card for a network that somebody trained on pictures of his own: facts now, judgement by a person later."""

from collections.abc import Iterator

from models.manifest import LabelManifest, ModelManifest


def card(manifest: ModelManifest, *, pictures: str, digest: str) -> str:
    """The text of CARD.md. `pictures` says how many there were, `digest` is that of the data."""
    return "\n".join([*_head(manifest, pictures, digest), *_figures(manifest), *_limits(manifest)]) + "\n"


def _head(manifest: ModelManifest, pictures: str, digest: str) -> Iterator[str]:
    training = manifest.training
    yield f"# {manifest.name}"
    yield ""
    yield "A draft that `brightkitchen train` wrote. Say here what the network is for and where its pictures come from;"
    yield "whatever it says is a lead for a person to look at, never a finding."
    yield ""
    yield "| | |"
    yield "|---|---|"
    yield f"| file | `{manifest.file}`, SHA-256 `{manifest.sha256}` |"
    yield f"| architecture | {training.architecture} |"
    yield f"| started from | {training.started_from} |"
    yield f"| training | {training.remark} |"
    yield f"| pictures | {pictures}; digest of names and labels `{digest}` |"
    yield f"| input | {manifest.input.longest_side_px} px on the longest side by default |"
    duty = "Whoever offers it over a network offers its source"
    yield f"| licence | {manifest.licence}: trained with and from Ultralytics YOLO11 (AGPL-3.0). {duty} |"
    yield ""


def _figures(manifest: ModelManifest) -> Iterator[str]:
    measured = [label for label in manifest.labels if label.quality is not None]
    yield "## How good it is"
    yield ""
    yield "Measured through the detector that serves, on pictures of the same sources that were kept apart. The"
    yield "thresholds were chosen on these very pictures, which flatters the figures. `n` counts labelled boxes: with"
    yield "fewer than some fifty they say little; `report/` has the intervals."
    yield ""
    yield "| label | n | AP50 | threshold | precision | recall | usable |"
    yield "|---|---|---|---|---|---|---|"
    yield from (_row(label) for label in measured)
    yield ""


def _row(label: LabelManifest) -> str:
    quality = label.quality
    assert quality is not None
    precision = "-" if quality.precision is None else f"{quality.precision:.2f}"
    return (
        f"| {label.name} | {quality.count} | {quality.ap50:.2f} | {label.threshold:.2f} | {precision} "
        f"| {quality.recall:.2f} | {'yes' if label.usable else 'no'} |"
    )


def _limits(manifest: ModelManifest) -> Iterator[str]:
    unmeasured = [label.name for label in manifest.labels if label.quality is None]
    yield "## Limits"
    yield ""
    yield "- It knows the places, cameras and light of its pictures. Elsewhere expect less."
    if unmeasured:
        yield f"- **Not measured since this training**, as no picture shows them: {', '.join(unmeasured)}."
        yield "  They have the thresholds of the network that it started from and may have become worse. Measure them"
        yield "  before you rely on them: `brightkitchen evaluate` on pictures that show them."
    yield "- Whether the pictures may be used, and the network be passed on, is for whoever has them to know."
