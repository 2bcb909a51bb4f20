"""What can be wrong with the files of the demonstration."""

from pathlib import Path


class DemoError(Exception):
    """A file of the demonstration says something wrong or is missing. `field` is a dotted path, empty for all of it."""

    def __init__(self, path: Path, *, field: str = "", expected: str, found: object) -> None:
        super().__init__(f"{path}: {field or 'the whole file'}: expected {expected}, found {found!r}")
        self.path = path
        self.field = field
        self.expected = expected
        self.found = found
