"""What a stranger asks for with one command, and the network that the training begins with."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.data.ontology import Ontology, load_ontology
from models.data.own_classes import known_classes
from models.manifest import ModelManifest
from models.registry import MANIFEST_NAME, ZOO_FOLDER, LoadedModel, ModelRegistry
from service.plain_errors import UsageError

RECIPES_FOLDER = ZOO_FOLDER.parent / "recipes"
NO_START = "none"
_TENSORS = "checkpoint.pt"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingOrder:
    """One training. `out` is the folder of the new network, whose name is the network's."""

    data: tuple[Path, ...]
    out: Path
    recipe: Path
    start: str
    meanings: Mapping[str, str]
    ignored: frozenset[str]
    only_own: bool
    val_share: float
    scene_pattern: str
    device: str
    threads: int
    limit_seconds: float | None

    @property
    def name(self) -> str:
        return self.out.name

    def facts(self) -> dict[str, Any]:
        """What must be the same when a training is gone on with; device and time may differ."""
        return {
            "data": [str(place.resolve()) for place in self.data],
            "recipe": hashlib.sha256(self.recipe.read_bytes()).hexdigest(),
            "start": self.start,
            "classes": {"map": dict(self.meanings), "ignored": sorted(self.ignored), "only_own": self.only_own},
            "val_share": self.val_share,
            "scene_pattern": self.scene_pattern,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Where a training begins. `tensors` None: random weights. `network`: to compare with; None where there is none."""

    name: str
    tensors: Path | None
    network: LoadedModel | None
    labels: tuple[str, ...]

    @property
    def manifest(self) -> ModelManifest | None:
        return self.network.manifest if self.network else None

    @property
    def base(self) -> Ontology:
        """The classes that the new network shall know beside those of the pictures."""
        return known_classes(self.labels) if self.labels else load_ontology()

    @property
    def said(self) -> str:
        """For the manifest: the very weights, as far as they are known."""
        if self.tensors is None:
            return "random weights"
        digest = hashlib.sha256(self.tensors.read_bytes()).hexdigest()
        return f"{self.name} ({self.tensors.name}, SHA-256 {digest[:16]}…)"


def find_recipe(said: str) -> Path:
    """A recipe by its name in models/recipes, or the file of a path. Raises UsageError."""
    shipped = RECIPES_FOLDER / f"{said}.yaml"
    for path in (Path(said), shipped):
        if path.is_file():
            return path
    names = ", ".join(sorted(path.stem for path in RECIPES_FOLDER.glob("*.yaml")))
    raise UsageError(f"--recipe {said}: expected a file or one of {names}")


def find_start(said: str, zoo: Path) -> Start:
    """The network or file to begin with. Raises UsageError, ModelError where the network's files are damaged."""
    if said == NO_START:
        return Start(name="random weights", tensors=None, network=None, labels=())
    for folder in (zoo / said, ZOO_FOLDER / said, Path(said)):
        if (folder / MANIFEST_NAME).is_file():
            return _start_of_network(folder, said)
    path = Path(said)
    if not path.is_file():
        names = ", ".join(sorted(each.parent.name for each in zoo.glob(f"*/{_TENSORS}")))
        raise UsageError(
            f"--start {said}: expected {NO_START}, a file of tensors, or a network with a {_TENSORS} "
            f"({names or 'there is none here'})"
        )
    if (path.parent / MANIFEST_NAME).is_file():
        return _start_of_network(path.parent, path.parent.name, path)
    from models.training.network import start_labels

    return Start(name=path.name, tensors=path, network=None, labels=start_labels(path))


def _start_of_network(folder: Path, said: str, tensors: Path | None = None) -> Start:
    path = tensors or folder / _TENSORS
    if not path.is_file():
        raise UsageError(
            f"--start {said}: expected {path}, found no such file: it is part of the source tree and not of an "
            f"installed package; take it from there, or begin with --start {NO_START}"
        )
    folder = folder.resolve()
    loaded = ModelRegistry(folder.parent).load(folder.name)
    return Start(name=folder.name, tensors=path, network=loaded, labels=loaded.manifest.label_names)
