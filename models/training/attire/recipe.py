"""All that decides how the attire network is trained, except where the pictures lie and on what machine."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from models.framing import Framing
from models.training.recipe import CctvRecipe, read_recipe_as

Share = Annotated[float, Field(ge=0.0, le=1.0)]
Positive = Annotated[float, Field(gt=0.0)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AttireNetworkRecipe(_Part):
    tunes_backbone: bool = Field(default=False, description="the last four layers of the backbone learn too")
    width: int = Field(default=96, ge=8, description="channels in which the attributes are told apart")
    dropout: Share = 0.3


class SourceRecipe(_Part):
    """How many persons of each kind of source an epoch shows."""

    variants: int = Field(default=12, ge=1, description="changed crops of each person with judged clothes")
    face_variants: int = Field(default=2, ge=1)
    head_variants: int = Field(default=2, ge=1)
    faces: int = Field(default=1000, ge=0, description="persons from boxes of facemask sources")
    heads: int = Field(default=0, ge=0, description="persons from heads and helmets of work sites")
    spare_faces: int = Field(default=600, ge=1, description="faces kept from training, to choose how masks are decided")
    faces_per_epoch: int = Field(default=300, ge=0)
    heads_per_epoch: int = Field(default=200, ge=0)
    least_face_px: int = Field(default=20, ge=1, description="narrower faces are left out")


class RenderedRecipe(_Part):
    """Rendered persons that are taught beside the real ones where the training is given a folder of them.

    They stay out of validation, the folds' held-out sides and all decisions.
    """

    per_epoch: int = Field(default=200, ge=1, description="crops of rendered persons in an epoch")
    variants: int = Field(default=4, ge=1, description="changed crops of each rendered person")
    least_height_px: int = Field(default=48, ge=1, description="smaller persons are left out")
    apron: bool = Field(
        default=False,
        description="aprons are judged too. Nobody real was labelled as wearing none, so rendered persons alone teach "
        "them, and no rule may rest on the answer",
    )


class AttireAugmentationRecipe(_Part):
    """Shares are of the crops, each drawn on its own."""

    jitter: Share = Field(default=0.08, description="how far each edge of a box may move, of the box's sides")
    turn_degrees: float = Field(default=10.0, ge=0.0, le=45.0)
    hue: Share = Field(default=0.5, description="so that no colour alone is a uniform")
    saturation: Share = 0.6
    brightness: Share = 0.4
    grey: Share = 0.1
    small: Share = Field(default=0.4, description="as a camera sees it from far away: scaled down and up again")
    small_px: tuple[int, int] = Field(default=(28, 96), description="height of such crops")
    cut_above: Share = Field(default=0.06, description="cut through the forehead: still to be judged")
    cut_below: Share = Field(default=0.2, description="cut below the chest: hidden by a table")
    headless: Share = Field(default=0.08, description="cut below the head: what is on the head cannot be judged")
    ruined: Share = Field(default=0.05, description="so small or so blurred that nothing can be judged")
    ruined_px: tuple[int, int] = (4, 12)
    cctv: CctvRecipe = CctvRecipe(share=0.4, infrared=0.1, low_resolution=0.0)


class AttireScheduleRecipe(_Part):
    epochs: int = Field(default=30, ge=1)
    batch_size: int = Field(default=32, ge=2)
    learning_rate: Positive = 2e-3
    backbone_share: Share = Field(default=0.15, description="of that rate, for the layers of the backbone")
    weight_decay: float = Field(default=0.02, ge=0.0)
    smoothing: Share = Field(default=0.05, description="of the labels, which were set by eye once")
    clarity_weight: float = Field(default=0.5, ge=0.0, description="of the question whether it can be judged at all")
    average_decay: Share = 0.99


class DecisionRecipe(_Part):
    """How probabilities become present, absent or cannot judge. See `models.training.attire.calibration`."""

    abstained: Share = Field(
        default=0.1, description="most of the persons whom people could judge that may be left out"
    )
    folds: int = Field(default=5, ge=2)
    minimum_height_px: int = Field(default=48, ge=1, description="of a person's shown part; below, nothing is judged")


class AttireRecipe(_Part):
    """The whole of it."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")
    seed: int = Field(default=0, ge=0)
    framing: Framing = Framing()
    network: AttireNetworkRecipe = AttireNetworkRecipe()
    sources: SourceRecipe = SourceRecipe()
    rendered: RenderedRecipe = RenderedRecipe()
    augmentation: AttireAugmentationRecipe = AttireAugmentationRecipe()
    schedule: AttireScheduleRecipe = AttireScheduleRecipe()
    decision: DecisionRecipe = DecisionRecipe()


def read_attire_recipe(path: Path, changes: Sequence[str] = ()) -> AttireRecipe:
    """See `models.training.recipe.read_recipe_as`."""
    return read_recipe_as(path, AttireRecipe, changes)
