"""Finds networks by name in a folder of networks, and vouches for their files."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import yaml
from pydantic import ValidationError

from domain.detection import ModelReference
from models.errors import ModelChecksumError, ModelManifestError, ModelNotFoundError
from models.manifest import ModelManifest, NetworkKind, NetworkManifest

ZOO_FOLDER = Path(__file__).parent / "zoo"
MANIFEST_NAME = "manifest.yaml"


M = TypeVar("M", bound=NetworkManifest)


@dataclass(frozen=True, kw_only=True)  # with slots, Python 3.11 cannot make one of a frozen generic by its alias
class LoadedNetwork(Generic[M]):
    """A manifest and the file that it speaks of, whose checksum was right a moment ago."""

    manifest: M
    path: Path

    @property
    def reference(self) -> ModelReference:
        return self.manifest.reference


LoadedModel = LoadedNetwork[ModelManifest]
"""A detector."""


class ModelRegistry:
    """Networks in `zoo_folder`, each in a folder of its name with a manifest.yaml. Any thread."""

    def __init__(self, zoo_folder: Path = ZOO_FOLDER) -> None:
        self._zoo_folder = zoo_folder

    def names(self, kind: NetworkKind = NetworkKind.DETECTOR) -> list[str]:
        """Names of all networks of a kind, in order. A manifest that cannot be read counts as a detector's."""
        found = self._zoo_folder.glob(f"*/{MANIFEST_NAME}")
        return sorted(path.parent.name for path in found if _kind(path) == kind)

    def load(self, name: str) -> LoadedModel:
        """A detector; see `load_as`."""
        return self.load_as(name, ModelManifest)

    def load_as(self, name: str, manifest_type: type[M]) -> LoadedNetwork[M]:
        """Read the manifest of a network and check its file against the checksum.

        Raises ModelNotFoundError, ModelManifestError or ModelChecksumError. Whether the file is a network of
        the promised shape shows when it is opened: see `detector.sessions.open_session`.
        """
        folder = self._zoo_folder / name
        # A name such as "../elsewhere" must not leave the zoo.
        if folder.parent != self._zoo_folder or not (folder / MANIFEST_NAME).is_file():
            raise ModelNotFoundError(name, folder / MANIFEST_NAME)
        manifest = read_manifest_as(folder / MANIFEST_NAME, manifest_type)
        if manifest.name != name:
            raise ModelManifestError(folder / MANIFEST_NAME, field="name", expected=name, found=manifest.name)
        path = folder / manifest.file
        if not path.is_file():
            raise ModelNotFoundError(name, path)
        found = _sha256(path)
        if found != manifest.sha256:
            raise ModelChecksumError(path, expected=manifest.sha256, found=found)
        return LoadedNetwork(manifest=manifest, path=path)


def read_manifest(path: Path) -> ModelManifest:
    """A detector's; see `read_manifest_as`."""
    return read_manifest_as(path, ModelManifest)


def read_manifest_as(path: Path, manifest_type: type[M]) -> M:
    """Raise ModelManifestError, naming the first wrong field, unless the file is a manifest of that kind."""
    try:
        document: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ModelManifestError(path, field="", expected="YAML in UTF-8", found=str(error)) from error
    try:
        return manifest_type.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ModelManifestError(path, field=where, expected=first["msg"], found=first["input"]) from error


def _kind(path: Path) -> str:
    try:
        document: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError):
        document = None
    kind = document.get("kind") if isinstance(document, dict) else None
    return str(kind or NetworkKind.DETECTOR)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
