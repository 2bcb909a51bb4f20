"""What a quantised network is and what it lost, as text: the card in its folder and the lines on a terminal."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from models.manifest import LabelManifest, ModelManifest
from models.quantisation.static import Method

_INTRODUCTION = """The network [{source}](../{source}/CARD.md) for processors: a third of the bytes, less time.
What it is for, what it was trained on, its weak points and where the pictures came from stand in that card and hold
here too."""
_SPEED = """How much faster it is depends on processor, runtime and activation: see
[performance](../../../docs/performance.md)."""
_HEADINGS = """| label | n | AP50 fp32 | AP50 int8 | lost | threshold | precision | recall | usable |
|---|---|---|---|---|---|---|---|---|"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantisation:
    """A quantised network with its figures beside those of the network that it was made from.

    `errors` are mean differences in scores by method, in [0, 1]. `ap50_before` and `ap50_after` have the labels for
    which there was a labelled box, measured in one go on the same `pictures`.
    """

    manifest: ModelManifest
    source: ModelManifest
    errors: Mapping[Method, float]
    calibration_count: int
    trial_count: int
    pictures: int
    seed: int
    bytes_before: int
    bytes_after: int
    ap50_before: Mapping[str, float]
    ap50_after: Mapping[str, float]

    @property
    def method(self) -> Method:
        return min(self.errors, key=lambda method: self.errors[method])

    @property
    def mean_before(self) -> float:
        return _mean(self.ap50_before)

    @property
    def mean_after(self) -> float:
        return _mean(self.ap50_after)

    @property
    def loss(self) -> float:
        """Of mean AP50; negative where it won."""
        return self.mean_before - self.mean_after

    def complaints(self, *, most_loss: float, most_bytes: int) -> list[str]:
        """What keeps it from being shipped, in words."""
        found = []
        if self.loss > most_loss:
            found.append(
                f"expected at most {100 * most_loss:.1f} points of mean AP50 lost, found {100 * self.loss:.1f}"
            )
        if self.bytes_after > most_bytes:
            found.append(f"expected at most {most_bytes} bytes, found {self.bytes_after}")
        return found


def _mean(figures: Mapping[str, float]) -> float:
    return sum(figures.values()) / len(figures) if figures else 0.0


def comparison(made: Quantisation) -> Iterator[str]:
    """For a terminal."""
    yield f"{'label':18} {'fp32':>6} {'int8':>6} {'lost':>7}"
    for label, before in made.ap50_before.items():
        after = made.ap50_after[label]
        yield f"{label:18} {before:6.3f} {after:6.3f} {before - after:+7.3f}"
    yield f"{'mean':18} {made.mean_before:6.3f} {made.mean_after:6.3f} {made.loss:+7.3f}"
    tried = ", ".join(f"{method} {error:.4f}" for method, error in made.errors.items())
    yield f"mean difference in scores on {made.trial_count} training pictures: {tried}"
    yield f"{made.manifest.file}: {made.bytes_after / 1e6:.2f} MB instead of {made.bytes_before / 1e6:.2f}"


def card(made: Quantisation) -> str:
    """CARD.md."""
    source = made.source.name
    parts = [
        f"# {made.manifest.name}: {source} in 8-bit integers",
        "<!-- Written by `python -m detector.quantise`: run that again, do not change this page. -->",
        _INTRODUCTION.format(source=source),
        _facts(made),
        "## How it was made",
        _making(made),
        "## What it costs",
        _costs(made),
        "\n".join([_HEADINGS, *(_row(made, label) for label in made.manifest.labels)]),
        _SPEED,
    ]
    return "\n\n".join(parts) + "\n"


def _facts(made: Quantisation) -> str:
    manifest, source = made.manifest, made.source.name
    size = f"{made.bytes_after / 1e6:.1f} MB ({source}: {made.bytes_before / 1e6:.1f} MB)"
    facts = {
        "file": f"`{manifest.file}`, {size}; SHA-256 `{manifest.sha256}`",
        "made from": manifest.training.started_from,
        "form": "ONNX with quantise/dequantise pairs: weights signed, 7 bits, a scale per channel; activations "
        "unsigned, 8 bits; last convolutions and decoding in single precision; batch, height and width free",
        "input, labels, groups": f"those of {source}",
        "licence": f"{manifest.licence}, as {source}",
    }
    return "\n".join(["| | |", "|---|---|", *(f"| {name} | {fact} |" for name, fact in facts.items())])


def _making(made: Quantisation) -> str:
    options = {
        "model": made.source.name,
        "name": made.manifest.name,
        "data": "FOLDER",
        "pictures": made.calibration_count + made.trial_count,
        "seed": made.seed,
        "methods": " ".join(made.errors),
    }
    command = " ".join(["python -m detector.quantise", *(f"--{name} {value}" for name, value in options.items())])
    return (
        f"`{command}`\n\n"
        f"Ranges were measured on {made.calibration_count} training pictures, drawn by seed and balanced by label,\n"
        f"prepared as the detector prepares them; no validation picture is among them. {_choice(made)}\n\n"
        "Weights keep 7 bits because processors without VNNI overflow with 8; what rounding them shifts on average is\n"
        "taken off the biases. OpenVINO reads the same file."
    )


def _costs(made: Quantisation) -> str:
    means = f"{made.mean_before:.3f} before, {made.mean_after:.3f} after: {_points(made.loss)}"
    return (
        f"Both networks were measured in one run on {made.pictures} validation pictures through\n"
        f"`python -m detector.evaluate`, at {made.manifest.input.longest_side_px} px, on ONNX Runtime. Mean AP50 over "
        f"{len(made.ap50_after)} labels: **{means}**.\n"
        f"Thresholds were chosen anew by the rule of {made.source.name} on the same pictures, which flatters\n"
        "precision and recall a little. Where the rule's target is just missed it settles for less:\n"
        "compare the thresholds with the original's before you swap the two. Labels with n below 50 scatter by more\n"
        "than they lost."
    )


def _choice(made: Quantisation) -> str:
    if len(made.errors) == 1:
        return f"Method of calibration: {made.method}; no other was tried."
    tried = ", ".join(f"{method} {error:.4f}" for method, error in made.errors.items())
    return (
        f"Method of calibration: {made.method}, the one\nwhose scores were closest to the original's on "
        f"{made.trial_count} further training pictures (mean difference: {tried})."
    )


def _points(loss: float) -> str:
    return f"{100 * loss:.1f} points lost" if loss >= 0 else f"{-100 * loss:.1f} points won"


def _row(made: Quantisation, label: LabelManifest) -> str:
    quality = label.quality
    if quality is None or label.name not in made.ap50_before:
        return f"| {label.name} | 0 | – | – | – | {label.threshold:.2f} | – | – | {_yes(label)} |"
    before, after = made.ap50_before[label.name], made.ap50_after[label.name]
    precision = "–" if quality.precision is None else f"{quality.precision:.2f}"
    cells = [
        label.name,
        str(quality.count),
        f"{before:.3f}",
        f"{after:.3f}",
        f"{before - after:+.3f}",
        f"{label.threshold:.2f}",
        precision,
        f"{quality.recall:.2f}",
        _yes(label),
    ]
    return f"| {' | '.join(cells)} |"


def _yes(label: LabelManifest) -> str:
    return "yes" if label.usable else "no"
