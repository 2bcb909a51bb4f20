from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.api.kitchen import Kitchen


@pytest.fixture
def kitchen(tmp_path: Path) -> Kitchen:
    return Kitchen(tmp_path / "scratch")


@pytest.fixture
def kitchen_with(tmp_path: Path) -> Callable[..., Kitchen]:
    """A kitchen with some settings changed."""

    def build(**settings: Any) -> Kitchen:
        return Kitchen(tmp_path / "scratch", **settings)

    return build
