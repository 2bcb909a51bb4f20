"""The manifest of a network that judges what one person wears.

Nothing in it tells who somebody is: the network sees a crop of one person and answers for each attribute whether it
is worn, is not worn, or cannot be judged.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from models.framing import Framing
from models.manifest import Fraction, ManifestPart, NetworkKind, NetworkManifest


class Calibration(ManifestPart):
    """A logit x as a probability: 1 / (1 + exp(-(scale * x + shift))); Platt's scaling, fitted by cross-validation."""

    scale: float = Field(gt=0.0)
    shift: float


class AttireQuality(ManifestPart):
    """What was measured for one attribute on persons whose clothes people had judged.

    `balanced_accuracy` is the mean of the shares judged rightly among those who wear it and those who do not,
    of the persons about whom the network said anything; `interval` holds it with 95 %, from resampled persons.
    """

    data: str = Field(description="what it was measured on, and how")
    present: int = Field(ge=0, description="persons who wear it")
    absent: int = Field(ge=0, description="persons who do not")
    balanced_accuracy: Fraction
    interval: tuple[Fraction, Fraction]
    abstained: Fraction = Field(description="share of these persons about whom it said nothing")
    absent_precision: Fraction | None = Field(description="share of those called absent who really do not wear it")


class AttributeManifest(ManifestPart):
    """One attribute, in the order of the network's outputs.

    A person is judged where the clarity reaches `clear_above`: absent where the calibrated probability is at most
    `absent_below`, present from `present_above` on, and unclear between them. `usable: false` keeps rules away from it.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    meaning: str = Field(min_length=1, description="what counts as worn")
    calibration: Calibration
    absent_below: Fraction
    present_above: Fraction
    clear_above: Fraction
    usable: bool = True
    remark: str = ""
    quality: tuple[AttireQuality, ...] = ()

    @model_validator(mode="after")
    def _the_band_is_in_order(self) -> Self:
        if self.absent_below > self.present_above:
            raise ValueError("absent_below must not be above present_above")
        if not self.usable and not self.remark:
            raise ValueError("an attribute that is not usable needs a remark that says why")
        return self


class AttireManifest(NetworkManifest):
    """A network from crops of persons, RGB in [0, 1], shape (N, 3, height, width) of its framing.

    Its output has shape (N, 2 * attributes): logits of being worn, then logits of being clear to judge.
    """

    kind: Literal[NetworkKind.ATTIRE] = NetworkKind.ATTIRE
    framing: Framing
    minimum_height_px: Annotated[int, Field(ge=1)] = Field(
        description="height of the shown part of a person in the picture below which nothing is judged"
    )
    attributes: tuple[AttributeManifest, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _attributes_are_different(self) -> Self:
        names = [attribute.name for attribute in self.attributes]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"attributes must be different, found twice: {', '.join(twice)}")
        return self

    @property
    def usable_attributes(self) -> frozenset[str]:
        """Attributes that are good enough for rules to rest on."""
        return frozenset(attribute.name for attribute in self.attributes if attribute.usable)
