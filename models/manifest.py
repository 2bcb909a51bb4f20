"""What is known of one network: the facts that the detector needs and those that people must be able to read.

A manifest is a YAML file beside the network. Unknown fields are refused: a misspelt threshold would otherwise be
a threshold that nobody applies.
"""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.detection import ModelReference

NETWORK_NAME = r"^[a-z0-9][a-z0-9_-]*$"

Fraction = Annotated[float, Field(ge=0.0, le=1.0)]


class RuntimeFormat(StrEnum):
    """Who can open the file."""

    ONNX = "onnx"
    ULTRALYTICS = "ultralytics"  # a .pt checkpoint: needs the extra `train`


class Head(StrEnum):
    """What the network returns.

    `nms`: raw YOLO head, shape (batch, 4 + labels, anchors), boxes as centre and size in pixels; overlapping
    boxes must still be removed. `end_to_end`: shape (batch, n, 6), rows of left, top, right, bottom in pixels,
    score, label.
    """

    NMS = "nms"
    END_TO_END = "end_to_end"


class ColourOrder(StrEnum):
    RGB = "rgb"
    BGR = "bgr"


class ManifestPart(BaseModel):
    """Frozen, and refuses unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class FixedSize(ManifestPart):
    """The one size that a network without dynamic axes takes."""

    width_px: int = Field(ge=1)
    height_px: int = Field(ge=1)


class NetworkInput(ManifestPart):
    """How pictures must be prepared. Values are divided by `value_divisor`: 255 gives [0, 1]."""

    stride: int = Field(ge=1, description="both sides of the input are multiples of this many pixels")
    longest_side_px: int = Field(ge=32, description="default longest side of a prepared picture, without padding")
    fixed_size: FixedSize | None = Field(default=None, description="null: width and height are free (dynamic axes)")
    colour_order: ColourOrder = ColourOrder.RGB
    value_divisor: float = Field(default=255.0, gt=0.0)

    @model_validator(mode="after")
    def _fixed_size_fits_stride(self) -> Self:
        size = self.fixed_size
        if size and (size.width_px % self.stride or size.height_px % self.stride):
            raise ValueError(f"fixed_size must be multiples of the stride {self.stride}")
        return self


Ends = tuple[Fraction, Fraction]
"""Lower and upper end of a 95 % interval."""


class SizeRecall(ManifestPart):
    """How many boxes of one size were found. `px` is a band such as `16-32`, the square root of the box's area."""

    px: str
    count: int = Field(ge=0)
    recall: Fraction | None = Field(description="null: no box of this size")
    interval: Ends | None = None


class LabelQuality(ManifestPart):
    """What was measured for one label; `precision` and `recall` are those at the label's threshold.

    The fields with a default came later: older manifests lack them.
    """

    ap50: Fraction
    precision: Fraction | None = Field(description="null: nothing reached the threshold")
    recall: Fraction
    count: int = Field(ge=0, description="labelled boxes that the figures rest on")
    longest_side_px: int = Field(ge=32, description="size of the pictures when it was measured")
    data: str = Field(description="what it was measured on")
    ap50_interval: Ends | None = Field(default=None, description="by resampling of pictures")
    ap50_95: Fraction | None = None
    precision_interval: Ends | None = Field(default=None, description="by Wilson's formula, as that of recall")
    recall_interval: Ends | None = None
    reported: int | None = Field(default=None, ge=0, description="detections that reached the threshold")
    pictures: int | None = Field(default=None, ge=0, description="pictures in which the label counts")
    guessed: int = Field(default=0, ge=0, description="of `count`: boxes that a network drew and nobody checked")
    recall_by_size: tuple[SizeRecall, ...] = ()

    @property
    def pseudo_labels(self) -> bool:
        """Whether the figures rest partly on boxes that a network guessed."""
        return self.guessed > 0


class CrossFitQuality(ManifestPart):
    """What thresholds reach that were chosen on one half of the scenes and measured on the other, in the mean."""

    precision: Fraction | None
    precision_interval: Ends | None
    recall: Fraction
    recall_interval: Ends | None
    thresholds: Ends = Field(description="the lowest and the highest that were chosen")


class ThresholdChoice(ManifestPart):
    """Why a threshold is what it is; see `detector.thresholds` and `models/targets.yaml`."""

    ground: Literal["target", "lowered", "balance"]
    risk_class: str
    target_precision: Fraction
    least_recall: Fraction
    asked_precision: Fraction | None = Field(description="the precision that it was taken for; null: the best F1")
    cross_fit: CrossFitQuality | None


class LabelManifest(ManifestPart):
    """One label in the network's order.

    `group` names labels that are states of one thing (masked and unmasked faces): where two of a group overlap,
    only the surer one is kept. `usable: false` keeps a label out of what the detector reports, `remark` says why.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    threshold: Annotated[float, Field(gt=0.0, le=1.0)]
    group: str | None = None
    usable: bool = True
    remark: str = ""
    quality: LabelQuality | None = None
    choice: ThresholdChoice | None = Field(default=None, description="null: chosen otherwise, or before it was kept")

    @model_validator(mode="after")
    def _a_weak_label_says_why(self) -> Self:
        if not self.usable and not self.remark:
            raise ValueError("a label that is not usable needs a remark that says why")
        return self


class DataSource(ManifestPart):
    """Where training pictures came from. `licence: null` means that none was stated there: a risk to tell users.

    `pseudo_labels` are labels whose boxes were guessed by a network there, in what was measured on as well.
    """

    name: str
    repository: str
    licence: str | None
    remark: str = ""
    pseudo_labels: tuple[str, ...] = ()


class Training(ManifestPart):
    """How the network came to be."""

    architecture: str
    started_from: str
    epochs: int = Field(ge=0)
    longest_side_px: int = Field(ge=32)
    remark: str = ""


class NetworkKind(StrEnum):
    """What a network is for; each kind has a manifest of its own."""

    DETECTOR = "detector"  # boxes with labels: ModelManifest
    ATTIRE = "attire"  # what a person wears, from a crop
    EMBEDDING = "embedding"  # numbers that few-shot heads are taught on


class NetworkManifest(ManifestPart):
    """What is said of every network, whatever it is for. Each kind adds its own fields and fixes `kind`."""

    kind: NetworkKind
    name: str = Field(pattern=NETWORK_NAME)
    version: str = Field(min_length=1)
    file: str = Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$", description="file name in the manifest's folder")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    format: RuntimeFormat
    licence: str = Field(min_length=1)
    training: Training
    sources: tuple[DataSource, ...]

    @property
    def reference(self) -> ModelReference:
        return ModelReference(name=self.name, version=self.version, sha256=self.sha256)


class ModelManifest(NetworkManifest):
    """A detector. Labels stand in the order of the network's outputs."""

    kind: Literal[NetworkKind.DETECTOR] = NetworkKind.DETECTOR
    head: Head
    input: NetworkInput
    labels: tuple[LabelManifest, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _labels_are_different(self) -> Self:
        names = self.label_names
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"labels must be different, found twice: {', '.join(twice)}")
        return self

    @property
    def label_names(self) -> tuple[str, ...]:
        return tuple(label.name for label in self.labels)

    @property
    def usable_labels(self) -> frozenset[str]:
        """Labels that are good enough for rules to rest on."""
        return frozenset(label.name for label in self.labels if label.usable)

    @property
    def thresholds(self) -> dict[str, float]:
        """Confidence from which on a label is believed, by label."""
        return {label.name: label.threshold for label in self.labels}
