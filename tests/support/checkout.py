"""What belongs to this checkout, for tests about the repository itself."""

import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]


def tracked_files(*folders: str) -> list[Path]:
    """The files that git knows, or would add, under the given folders (default: everywhere), as absolute paths.

    A copy without its history has no such list; there every file counts that no tool made.
    """
    if (REPOSITORY / ".git").exists() and shutil.which("git"):
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *folders]
        listing = subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True, text=True).stdout
        paths = [REPOSITORY / name for name in listing.split("\0") if name]
    else:
        roots = [REPOSITORY / folder for folder in folders or (".",)]
        paths = [path for root in roots for path in root.rglob("*") if not _is_made_by_a_tool(path)]
    return sorted(path for path in set(paths) if path.is_file())


def _is_made_by_a_tool(path: Path) -> bool:
    parts = path.relative_to(REPOSITORY).parts
    made = {".venv", "__pycache__", "build", "dist", "var", "node_modules"}
    return any(part in made or part.endswith("_cache") or part == ".hypothesis" for part in parts)


def project() -> dict[str, Any]:
    """pyproject.toml as a dictionary."""
    return tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))


def packages() -> list[str]:
    """The import packages that the wheel carries."""
    named = project()["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    return [str(name) for name in named]
