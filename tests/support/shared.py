"""Where the labelled pictures and clips lie that are used locally and never committed."""

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


def shared_data() -> Path:
    """The folder of shared pictures, or a skip that says what is missing.

    It is looked for beside the checkout (../shared/data) or where BRIGHTKITCHEN_SHARED_DATA points.
    """
    named = os.environ.get("BRIGHTKITCHEN_SHARED_DATA")
    path = Path(named) if named else REPOSITORY.parent / "shared" / "data"
    if not path.is_dir():
        pytest.skip(f"shared pictures and clips are not here: {path}")
    return path
