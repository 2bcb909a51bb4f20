"""Pictures of other people are never written where git would take them."""

import shutil
import subprocess
from pathlib import Path

from models.data.errors import InsideRepositoryError


def require_untracked(folder: Path) -> Path:
    """The folder as an absolute path.

    Raises InsideRepositoryError unless it lies outside every git checkout, or in a part of one that git ignores.
    """
    place = folder.expanduser().resolve()
    root = next((parent for parent in (place, *place.parents) if (parent / ".git").exists()), None)
    if root is not None and not _is_ignored(place, root):
        raise InsideRepositoryError(place, root)
    return place


def _is_ignored(place: Path, root: Path) -> bool:
    """Ask git; where there is no git nothing is ignored. A folder that does not exist yet counts as a folder."""
    git = shutil.which("git")
    if git is None or place == root:
        return False
    command = [git, "-C", str(root), "check-ignore", "--quiet", f"{place.relative_to(root).as_posix()}/"]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0  # noqa: S603 - no shell, our own words
