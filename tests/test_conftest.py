"""Skips that nobody sees are how a gate rots."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import SHARED_DATA_MISSING, is_excused, wants_quiet
from tests.support.checkout import REPOSITORY


def _run(path: Path, body: str, *, no_skips: bool, processes: int = 0) -> subprocess.CompletedProcess[str]:
    module = path / "test_sample.py"
    module.write_text(body)
    environment = os.environ | {"BRIGHTKITCHEN_NO_SKIPS": "1" if no_skips else "", "PYTEST_ADDOPTS": ""}
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-c", os.devnull, "--rootdir", str(path)]
    command += ["-n", str(processes)]
    return subprocess.run(
        [*command, str(path)], cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False
    )


SKIPPED = "import pytest\n\ndef test_fine(): assert True\n\ndef test_later():\n    pytest.skip('no broker here')\n"
UNIMPORTABLE = "import pytest\npytest.importorskip('no_such_library_anywhere')\n"


@pytest.mark.parametrize("processes", [0, 2])
def test_a_skipped_test_fails_the_gate_and_is_named(tmp_path: Path, processes: int) -> None:
    run = _run(tmp_path, SKIPPED, no_skips=True, processes=processes)

    assert run.returncode == 1
    assert "test_later: Skipped: no broker here" in run.stdout


@pytest.mark.parametrize("processes", [0, 2])
def test_a_module_that_is_skipped_as_a_whole_fails_the_gate(tmp_path: Path, processes: int) -> None:
    (tmp_path / "test_fine.py").write_text("def test_fine(): assert True\n")

    run = _run(tmp_path, UNIMPORTABLE, no_skips=True, processes=processes)

    assert run.returncode == 1
    assert "1 passed" in run.stdout
    assert "could not import 'no_such_library_anywhere'" in run.stdout


def test_elsewhere_a_skip_is_only_a_skip(tmp_path: Path) -> None:
    assert _run(tmp_path, SKIPPED, no_skips=False).returncode == 0


def test_missing_pictures_are_excused_only_where_they_are_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRIGHTKITCHEN_SHARED_DATA", str(tmp_path / "nowhere"))
    assert is_excused(f"Skipped: {SHARED_DATA_MISSING}: nowhere")
    assert not is_excused("Skipped: no broker here")

    monkeypatch.setenv("BRIGHTKITCHEN_SHARED_DATA", str(tmp_path))
    assert not is_excused(f"Skipped: {SHARED_DATA_MISSING}: nowhere")


def test_the_service_is_alone_unless_a_test_only_waits_until_something_happens(request: pytest.FixtureRequest) -> None:
    test = request.node
    assert not wants_quiet(test)

    test.add_marker(pytest.mark.acceptance)
    assert wants_quiet(test)

    test.add_marker(pytest.mark.acceptance(alone=False), append=False)
    assert not wants_quiet(test)
