"""The manifest of an embedding network: what small heads are taught on (see `detector.heads`)."""

from typing import Literal, Self

from pydantic import Field, model_validator

from models.manifest import ManifestPart, NetworkInput, NetworkKind, NetworkManifest

EMBEDDING_MODEL = "embed-n"
"""The one that is shipped."""


class FewShotQuality(ManifestPart):
    """How well heads did that were taught on a few examples of one task, over several draws of examples.

    `accuracy` is the mean over the states and draws where the head must choose, `deviation` its standard deviation
    between draws. `precision` is how often it was right where it answered, `abstained` how often it did not.
    """

    task: str
    examples: int = Field(ge=2, description="per state")
    draws: int = Field(ge=1)
    accuracy: float = Field(ge=0.0, le=1.0)
    deviation: float = Field(ge=0.0)
    precision: float | None = Field(ge=0.0, le=1.0, description="null: it never answered")
    abstained: float = Field(ge=0.0, le=1.0)
    data: str


class EmbeddingManifest(NetworkManifest):
    """One picture of a fixed size in, `dimensions` numbers of length 1 (Euclid) out: shape (batch, dimensions)."""

    kind: Literal[NetworkKind.EMBEDDING]
    input: NetworkInput
    dimensions: int = Field(ge=2, le=4096)
    quality: tuple[FewShotQuality, ...] = ()

    @model_validator(mode="after")
    def _its_size_is_fixed(self) -> Self:
        if self.input.fixed_size is None:
            raise ValueError("an embedding network needs input.fixed_size: other sizes give other numbers")
        return self
