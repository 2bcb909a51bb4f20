"""What can be wrong with a network's files. Each of these stops the start of the service."""

from pathlib import Path


class ModelError(Exception):
    """A network cannot be used."""


class ModelNotFoundError(ModelError):
    """There is no such network. `path` is the file or folder that was looked for."""

    def __init__(self, name: str, path: Path) -> None:
        super().__init__(f"model {name!r}: {path} does not exist")
        self.name = name
        self.path = path


class ModelManifestError(ModelError):
    """The manifest says something wrong. `field` is a dotted path, such as `labels.3.threshold`."""

    def __init__(self, path: Path, *, field: str, expected: str, found: object) -> None:
        super().__init__(f"{path}: {field or 'the whole document'}: expected {expected}, found {found!r}")
        self.path = path
        self.field = field
        self.expected = expected
        self.found = found


class ModelChecksumError(ModelError):
    """The file is not the one that was measured. Checksums are SHA-256 in hexadecimal."""

    def __init__(self, path: Path, *, expected: str, found: str) -> None:
        super().__init__(f"{path}: expected SHA-256 {expected}, found {found}")
        self.path = path
        self.expected = expected
        self.found = found


class ModelFormatError(ModelError):
    """The file is no network of the format and shape that its manifest promises."""

    def __init__(self, path: Path, *, expected: str, found: str) -> None:
        super().__init__(f"{path}: expected {expected}, found {found}")
        self.path = path
        self.expected = expected
        self.found = found


class ModelLabelCountError(ModelError):
    """The network knows another number of labels than its manifest names."""

    def __init__(self, path: Path, *, expected: int, found: int) -> None:
        super().__init__(f"{path}: expected {expected} labels as in the manifest, found {found} in the network")
        self.path = path
        self.expected = expected
        self.found = found
