"""Finds networks by name in a folder of networks, and vouches for their files."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from domain.detection import ModelReference
from models.errors import ModelChecksumError, ModelManifestError, ModelNotFoundError
from models.manifest import ModelManifest

ZOO_FOLDER = Path(__file__).parent / "zoo"
MANIFEST_NAME = "manifest.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedModel:
    """A manifest and the file that it speaks of, whose checksum was right a moment ago."""

    manifest: ModelManifest
    path: Path

    @property
    def reference(self) -> ModelReference:
        return self.manifest.reference


class ModelRegistry:
    """Networks in `zoo_folder`, each in a folder of its name with a manifest.yaml. Any thread."""

    def __init__(self, zoo_folder: Path = ZOO_FOLDER) -> None:
        self._zoo_folder = zoo_folder

    def names(self) -> list[str]:
        """Names of all networks that have a manifest, in order."""
        return sorted(path.parent.name for path in self._zoo_folder.glob(f"*/{MANIFEST_NAME}"))

    def load(self, name: str) -> LoadedModel:
        """Read the manifest of a network and check its file against the checksum.

        Raises ModelNotFoundError, ModelManifestError or ModelChecksumError. Whether the file is a network of
        the promised shape shows when it is opened: see `detector.sessions.open_session`.
        """
        folder = self._zoo_folder / name
        # A name such as "../elsewhere" must not leave the zoo.
        if folder.parent != self._zoo_folder or not (folder / MANIFEST_NAME).is_file():
            raise ModelNotFoundError(name, folder / MANIFEST_NAME)
        manifest = read_manifest(folder / MANIFEST_NAME)
        if manifest.name != name:
            raise ModelManifestError(folder / MANIFEST_NAME, field="name", expected=name, found=manifest.name)
        path = folder / manifest.file
        if not path.is_file():
            raise ModelNotFoundError(name, path)
        found = _sha256(path)
        if found != manifest.sha256:
            raise ModelChecksumError(path, expected=manifest.sha256, found=found)
        return LoadedModel(manifest=manifest, path=path)


def read_manifest(path: Path) -> ModelManifest:
    """Raise ModelManifestError, naming the first wrong field, unless the file is a manifest."""
    try:
        document: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ModelManifestError(path, field="", expected="YAML in UTF-8", found=str(error)) from error
    try:
        return ModelManifest.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ModelManifestError(path, field=where, expected=first["msg"], found=first["input"]) from error


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
