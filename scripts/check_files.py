#!/usr/bin/env python3
"""Refuse files that do not belong into the repository: `scripts/check_files.py [FILE...]` (default: all tracked files).

A file over 12 MB, the name of a package registry's host, or a path that exists on one machine only.
"""

import re
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
LARGEST_BYTES = 12_000_000

# Hosts of registries, then folders of one machine. The brackets keep the pattern from finding itself.
FORBIDDEN = re.compile(
    r"pypi[.]org|python[h]osted[.]org|registry[.]npmjs|download[.]pytorch"
    r"|/root[/]|/work[/](main|shared)|/opt[/](pypi|wheels)"
)


def tracked_files() -> list[Path]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=REPOSITORY, check=True, capture_output=True, text=True)
    return [REPOSITORY / name for name in listing.stdout.split("\0") if name]


def faults(path: Path) -> list[str]:
    """What is wrong with one file, a line each; nothing for a file that was deleted or is a link."""
    if not path.is_file() or path.is_symlink():
        return []
    size = path.stat().st_size
    if size > LARGEST_BYTES:
        return [f"{path}: {size} bytes, at most {LARGEST_BYTES} are allowed"]
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError:
        return []
    return [
        f"{path}:{number}: names {found.group()!r}"
        for number, line in enumerate(text.splitlines(), start=1)
        if (found := FORBIDDEN.search(line))
    ]


def main() -> int:
    paths = [Path(name) for name in sys.argv[1:]] or tracked_files()
    found = [fault for path in paths for fault in faults(path)]
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
