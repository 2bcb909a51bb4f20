"""Where pictures came from: repository, commit, licence as found, and which classes were drawn there."""

from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from models.data.ontology import ClassMap, Ontology, parse_yaml

SOURCES_FILE = Path(__file__).parent / "sources.yaml"
SOURCE_SEPARATOR = "__"
"""Between the source and the rest of a picture's name: `rat_fra_uas__0016da7e6e.webp`."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PictureCounts(_Part):
    """Pictures that we took from a source."""

    train: int = Field(ge=0)
    val: int = Field(ge=0)


class Source(_Part):
    """One set of pictures. See the head of `sources.yaml` for what the fields mean."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    repository: str
    commit: str = Field(pattern=r"^[0-9a-f]{7,40}$")
    licence: str | None
    format: str | None = Field(pattern=r"^(yolo|voc|coco)$")
    labelled: tuple[str, ...]
    not_labelled: tuple[str, ...]
    classes: dict[str, str] = Field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    guessed: tuple[str, ...] = ()
    pictures: PictureCounts
    remark: str = ""

    def class_map(self, ontology: Ontology) -> ClassMap:
        """What the names of this source mean."""
        return ClassMap(ontology=ontology, meanings=self.classes, ignored=frozenset(self.ignored))

    def counting(self, ontology: Ontology) -> frozenset[str]:
        """Classes whose absence from the labels means absence from the picture."""
        return frozenset(ontology.names) - set(self.not_labelled)


class Sources(_Part):
    """All of them."""

    sources: tuple[Source, ...]

    @model_validator(mode="after")
    def _names_are_different(self) -> Self:
        names = [source.name for source in self.sources]
        if len(set(names)) != len(names):
            raise ValueError("a source is named twice")
        return self

    def find(self, name: str) -> Source | None:
        return next((source for source in self.sources if source.name == name), None)


def load_sources(path: Path = SOURCES_FILE) -> Sources:
    """Raise LabelFileError, naming the first wrong field, unless the file lists sources."""
    return parse_yaml(path, Sources)
