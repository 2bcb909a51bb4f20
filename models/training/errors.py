"""What can be wrong with a training before and while it runs."""

from pathlib import Path


class TrainingError(Exception):
    """A network cannot be trained."""


class RecipeError(TrainingError):
    """The recipe says something wrong. `field` is a dotted path, such as `schedule.sizes_px`."""

    def __init__(self, path: Path, *, field: str, expected: str, found: object) -> None:
        super().__init__(f"{path}: {field or 'the whole document'}: expected {expected}, found {found!r}")
        self.path = path
        self.field = field
        self.expected = expected
        self.found = found


class DataLayoutError(TrainingError):
    """The data folder or an archive in it is not laid out as `models.training.data` says."""

    def __init__(self, path: Path, *, expected: str, found: str) -> None:
        super().__init__(f"{path}: expected {expected}, found {found}")
        self.path = path
        self.expected = expected
        self.found = found


class CheckpointError(TrainingError):
    """A checkpoint or start weights do not fit the training that they were given to."""

    def __init__(self, path: Path, *, expected: str, found: str) -> None:
        super().__init__(f"{path}: expected {expected}, found {found}")
        self.path = path
        self.expected = expected
        self.found = found


class NetworkNameError(TrainingError):
    """A folder for a network has a name that no network can have."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder}: expected a folder named like a network (small letters, digits, - and _), found {folder.name!r}"
        )
        self.folder = folder
