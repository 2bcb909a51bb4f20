"""One file per network: all that decides how it is trained, except where the pictures lie and on what machine.

Unknown fields are refused: a misspelt switch would be an ablation that never took place.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from models.training.errors import RecipeError

STRIDE_PX = 32  # of YOLO11's coarsest feature map: sides of an input are multiples of it

Share = Annotated[float, Field(ge=0.0, le=1.0)]
Positive = Annotated[float, Field(gt=0.0)]
Side = Annotated[int, Field(ge=STRIDE_PX, multiple_of=STRIDE_PX)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class NetworkRecipe(_Part):
    architecture: Literal["yolo11n", "yolo11s"] = "yolo11n"
    activation: Literal["silu", "relu"] = Field(default="silu", description="relu: 1.7 times faster in int8")
    frozen_layers: int = Field(default=0, ge=0, le=11, description="first layers that keep their weights")


class PseudoRecipe(_Part):
    """Boxes that another network guessed where people had not labelled them."""

    is_used: bool = True
    labels: tuple[str, ...] = ("person", "cat", "dog", "phone")
    positive_score: Share = Field(default=0.5, description="from here on a guess is taught like a labelled box")
    silence_is_absence: tuple[str, ...] = Field(
        default=(),
        description="labels whose guesses are believed to be complete: places without any guess are taught as "
        "background; guesses below positive_score are left out of the loss",
    )
    refused: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="labels by source whose guesses are known to be wrong (rats taken for cats)"
    )


class LabelRecipe(_Part):
    masks_unlabelled: bool = Field(default=True, description="false (ablation): what nobody labelled is background")
    pseudo: PseudoRecipe = PseudoRecipe()


class SamplingRecipe(_Part):
    """Which pictures are shown more often. See `models.training.sampling`."""

    pictures_per_epoch: int | None = Field(default=None, ge=1, description="null: as many as there are")
    frequency_goal: Share = Field(default=0.1, description="labels in a smaller share of the pictures are repeated")
    boosts: dict[str, Positive] = Field(default_factory=dict, description="further factors by label")
    source_boosts: dict[str, Positive] = Field(default_factory=dict, description="further factors by source")


class CctvRecipe(_Part):
    """The look of cheap cameras. `share` of the pictures get it; the others are shares of those."""

    is_used: bool = True
    share: Share = 0.4
    low_resolution: Share = 0.3
    motion_blur: Share = 0.2
    defocus: Share = 0.3
    noise: Share = 0.4
    compression: Share = 0.6
    infrared: Share = 0.15
    strength: Share = Field(default=0.6, description="1: the worst that is drawn is hard to see for people too")


class PasteRecipe(_Part):
    """Animals cut out of their pictures, small, on other pictures."""

    is_used: bool = True
    source_shares: dict[str, Share] = Field(default_factory=dict, description="share of a source's pictures")
    other_share: Share = 0.08
    most: int = Field(default=3, ge=1, description="cut-outs on one picture")
    least_side_px: int = Field(default=10, ge=4)
    longest_side_px: int = Field(default=72, ge=8)


class AugmentationRecipe(_Part):
    mosaic: Share = 0.5
    nine_tiles: Share = Field(default=0.15, description="share of mosaics with 3 by 3 tiles: small objects")
    closing: Share = Field(default=0.15, description="last part of the training: no mosaic, nothing pasted or shrunk")
    least_scale: Positive = Field(default=0.5, description="of the scale at which the picture just fits")
    most_scale: Positive = 1.6
    aimed: Share = Field(
        default=0.0, description="share of single pictures whose cut, where they are enlarged, keeps one object whole"
    )
    shrink: Share = Field(default=0.1, description="share of pictures scaled until an object has shrink_px")
    shrink_px: tuple[int, int] = (8, 40)
    flip: Share = 0.5
    hue: Share = 0.015
    saturation: Share = 0.5
    brightness: Share = 0.4
    turned_sources: tuple[str, ...] = Field(default=(), description="seen from above: any quarter turn, any mirror")
    cctv: CctvRecipe = CctvRecipe()
    paste: PasteRecipe = PasteRecipe()

    @model_validator(mode="after")
    def _ranges_are_in_order(self) -> Self:
        if self.least_scale > self.most_scale:
            raise ValueError("least_scale must not be above most_scale")
        if not 0 < self.shrink_px[0] <= self.shrink_px[1]:
            raise ValueError("shrink_px must be a rising pair of pixels")
        return self


class ScheduleRecipe(_Part):
    epochs: int = Field(ge=1)
    batch_size: int = Field(default=32, ge=1)
    sizes_px: tuple[Side, ...] = Field(default=(416,), min_length=1, description="one is drawn for each batch")
    learning_rate: Positive = 1e-3
    final_share: Share = Field(default=0.02, description="of the learning rate, at the end of the cosine")
    warm_up_steps: int = Field(default=100, ge=0)
    weight_decay: float = Field(default=5e-4, ge=0.0)
    gradient_norm: Positive = 10.0
    average_decay: Share = Field(default=0.9995, description="of the moving average of the weights that is shipped")
    average_steps: Positive = Field(default=300.0, description="time constant with which that decay is reached")


class ValidationRecipe(_Part):
    side_px: Side = 416
    each_epochs: int = Field(default=1, ge=1)


class Recipe(_Part):
    """The whole of it."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")
    seed: int = Field(default=0, ge=0)
    network: NetworkRecipe = NetworkRecipe()
    labels: LabelRecipe = LabelRecipe()
    sampling: SamplingRecipe = SamplingRecipe()
    augmentation: AugmentationRecipe = AugmentationRecipe()
    schedule: ScheduleRecipe
    validation: ValidationRecipe = ValidationRecipe()


def read_recipe(path: Path, changes: Sequence[str] = ()) -> Recipe:
    """A detector's; see `read_recipe_as`."""
    return read_recipe_as(path, Recipe, changes)


R = TypeVar("R", bound=BaseModel)


def read_recipe_as(path: Path, recipe_type: type[R], changes: Sequence[str] = ()) -> R:
    """Read a recipe; `changes` such as `schedule.epochs=3` replace single fields and are checked the same way.

    Raises RecipeError, naming the first wrong field.
    """
    try:
        document: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        for change in changes:
            _replace(document, change)
    except (yaml.YAMLError, UnicodeDecodeError, OSError, ValueError) as error:
        raise RecipeError(path, field="", expected="a readable recipe in YAML", found=str(error)) from error
    try:
        return recipe_type.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise RecipeError(path, field=where, expected=first["msg"], found=first["input"]) from error


def _replace(document: Any, change: str) -> None:
    where, equals, text = change.partition("=")
    if not equals or not isinstance(document, dict):
        raise ValueError(f"{change!r} is no change of the form field.path=value")
    *parents, last = where.split(".")
    place = document
    for parent in parents:
        place = place.setdefault(parent, {})
        if not isinstance(place, dict):
            raise ValueError(f"{where!r} leads through {parent!r}, which has no fields")  # noqa: TRY004  # as any wrong change
    place[last] = yaml.safe_load(text)
