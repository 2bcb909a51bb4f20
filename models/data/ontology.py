"""The classes in order, the names that others give them, and what is easily taken for them.

The words stand in `ontology.yaml` beside this module; another file may be loaded for another ontology.
"""

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Self, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from models.data.errors import LabelFileError

ONTOLOGY_FILE = Path(__file__).parent / "ontology.yaml"

_Document = TypeVar("_Document", bound=BaseModel)
ClassName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ClassEntry(_Part):
    """One class, `zh` in Chinese. `look_alikes` are classes or plain words for things that are taken for it."""

    name: ClassName
    zh: str = ""
    aliases: tuple[str, ...] = ()
    look_alikes: tuple[str, ...] = ()
    note: str = ""


class Ontology(_Part):
    """Classes in the order of the label files: a label file's number is the place here."""

    version: int
    classes: tuple[ClassEntry, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _every_name_means_one_class(self) -> Self:
        owners: dict[str, str] = {}
        for entry in self.classes:
            for word in {plain(entry.name), *map(plain, entry.aliases)}:
                if owners.setdefault(word, entry.name) != entry.name:
                    raise ValueError(f"{word!r} means both {owners[word]} and {entry.name}")
        if len(set(self.names)) != len(self.classes):
            raise ValueError("a class is named twice")
        return self

    @classmethod
    def of(cls, names: list[str]) -> Self:
        """An ontology of bare names."""
        return cls(version=1, classes=tuple(ClassEntry(name=name) for name in names))

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(entry.name for entry in self.classes)

    def number(self, name: str) -> int:
        """Place of a class, as label files write it. Raises ValueError for a name that is none of ours."""
        return self.names.index(name)

    def resolve(self, foreign: str) -> str | None:
        """Our class for a name of other people, or None where it means nothing or not the same everywhere.

        Capitals, blanks, hyphens and underscores make no difference.
        """
        return _words(self).get(plain(foreign))

    def look_alikes(self, name: str) -> frozenset[str]:
        """Classes of ours that are taken for this one or that this one is taken for."""
        names = set(self.names)
        said = {entry.name: names.intersection(entry.look_alikes) for entry in self.classes}
        return frozenset(said.get(name, set()) | {other for other, words in said.items() if name in words})


def plain(word: str) -> str:
    """A name without capitals and with underscores between its words."""
    return re.sub(r"[\s\-_]+", "_", word.strip()).lower()


@functools.lru_cache(maxsize=16)
def _words(ontology: Ontology) -> Mapping[str, str]:
    return {plain(word): entry.name for entry in ontology.classes for word in (entry.name, *entry.aliases)}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassMap:
    """What the class names of one source mean.

    `meanings` (foreign name to ours) goes before the aliases of the ontology; `ignored` names are passed over.
    Names are compared as `plain` makes them.
    """

    ontology: Ontology
    meanings: Mapping[str, str] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        wrong = sorted(set(self.meanings.values()) - set(self.ontology.names))
        if wrong:
            raise ValueError(f"names must be mapped to classes of the ontology, got {', '.join(wrong)}")

    def is_ignored(self, foreign: str) -> bool:
        return plain(foreign) in {plain(name) for name in self.ignored}

    def meaning(self, foreign: str) -> str | None:
        """Our class, or None where the name is unknown."""
        said = {plain(name): ours for name, ours in self.meanings.items()}
        return said.get(plain(foreign)) or self.ontology.resolve(foreign)


def load_ontology(path: Path = ONTOLOGY_FILE) -> Ontology:
    """Raise LabelFileError, naming the first wrong field, unless the file is an ontology."""
    return parse_yaml(path, Ontology)


def parse_yaml(path: Path, kind: type[_Document]) -> _Document:
    """A document of the given kind. Raises LabelFileError with the line where YAML has one."""
    try:
        document: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        return kind.model_validate(document)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise LabelFileError(path, field="document", expected="YAML", found=error.problem, line=line) from error
    except (OSError, UnicodeDecodeError) as error:
        raise LabelFileError(path, field="document", expected="a file in UTF-8", found=str(error)) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "document"
        raise LabelFileError(path, field=where, expected=first["msg"], found=first["input"]) from error
