import subprocess
import sys

import pytest

from tests.support.checkout import REPOSITORY


@pytest.mark.parametrize("module", ["models", "models.registry", "models.manifest", "detector.sessions"])
def test_nothing_that_serves_imports_training_or_torch(module: str) -> None:
    code = (
        f"import sys, {module}; "
        "print([name for name in sys.modules if name.split('.')[0] in ('torch', 'ultralytics') or 'training' in name])"
    )

    found = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "[]"


def test_recipes_and_scenes_do_without_torch() -> None:
    names = ", ".join(f"models.training.{name}" for name in ("composer", "recipe", "draft", "schedule", "validation"))
    code = f"import sys, {names}; print('torch' in sys.modules)"

    found = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "False"
