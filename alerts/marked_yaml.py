"""The catalogue's YAML: values that know where they stand, blamed on the catalogue."""

from pathlib import Path

from alerts.errors import CatalogueError
from models import marked_yaml
from models.marked_yaml import Marked

__all__ = ["Marked", "read_marked"]


def read_marked(path: Path, name: str = "") -> Marked:
    """The document of one file, called `name` in errors (default: its own).

    Raises CatalogueError, with line and column, if it cannot be read or is no YAML.
    """
    return marked_yaml.read_marked(path, CatalogueError, shows_columns=True, name=name)
