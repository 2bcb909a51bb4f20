"""The wheel carries everything that the service reads at run time, and its import names belong to nobody else."""

import importlib
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.support.checkout import REPOSITORY, packages, project, tracked_files


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True)
    [built] = folder.glob("brightkitchen-*.whl")
    with zipfile.ZipFile(built) as archive:
        yield archive


def test_every_file_of_our_packages_is_in_the_wheel(wheel: zipfile.ZipFile) -> None:
    ours = {path.relative_to(REPOSITORY).as_posix() for path in tracked_files(*packages())}

    assert ours, "no package files were found at all"
    # A checkpoint is for going on with a training, from a checkout; serving has no use for its megabytes.
    assert ours - set(wheel.namelist()) == {name for name in ours if name.endswith("checkpoint.pt")}


@pytest.mark.parametrize(
    ("folder", "pattern"),
    [
        pytest.param("models/zoo", "*.onnx", id="the first network"),
        pytest.param("alerts", "*.yaml", id="the risk catalogue"),
        pytest.param("api", "*.html", id="the page"),
        pytest.param("migrations/versions", "*.py", id="the schema"),
        pytest.param("migrations", "env.py", id="what runs the migrations"),
    ],
)
def test_what_the_service_reads_at_run_time_is_in_the_wheel(wheel: zipfile.ZipFile, folder: str, pattern: str) -> None:
    found = [name for name in wheel.namelist() if name.startswith(f"{folder}/") and Path(name).match(pattern)]

    assert found != []


def test_the_wheel_carries_nothing_but_our_packages_and_its_own_description(wheel: zipfile.ZipFile) -> None:
    top = {name.split("/", 1)[0] for name in wheel.namelist()}

    assert {name for name in top if not name.startswith("brightkitchen-")} == set(packages())


def test_the_wheel_has_the_licence_and_one_console_script(wheel: zipfile.ZipFile) -> None:
    [entry_points] = [name for name in wheel.namelist() if name.endswith("dist-info/entry_points.txt")]
    [licence] = [name for name in wheel.namelist() if name.endswith("licenses/LICENSE")]

    assert "brightkitchen = service.cli:main" in wheel.read(entry_points).decode()
    assert wheel.read(licence) == (REPOSITORY / "LICENSE").read_bytes()


@pytest.mark.parametrize("name", packages())
def test_no_other_distribution_claims_our_import_name(name: str) -> None:
    assert set(packages_distributions().get(name, ["brightkitchen"])) == {"brightkitchen"}


@pytest.mark.parametrize("name", packages())
def test_an_import_name_stands_for_one_folder_of_this_checkout(name: str) -> None:
    package = importlib.import_module(name)

    assert [Path(part) for part in package.__path__] == [REPOSITORY / name]


def test_the_project_can_never_be_uploaded_by_accident() -> None:
    assert "Private :: Do Not Upload" in project()["project"]["classifiers"]


@pytest.mark.parametrize("name", ["run", "build", "test", "train", "openvino"])
def test_every_requirement_is_pinned_and_hashed_and_names_no_host(name: str) -> None:
    text = (REPOSITORY / "requirements" / f"{name}.txt").read_text("utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]

    assert lines != []
    assert [line for line in lines if "==" not in line or "--hash=sha256:" not in line] == []
    assert "://" not in text


def test_every_run_time_dependency_is_among_the_pinned_ones() -> None:
    declared = {_bare_name(line) for line in project()["project"]["dependencies"]}
    for file in ("run.txt", "test.txt"):
        pinned = {_bare_name(line) for line in (REPOSITORY / "requirements" / file).read_text("utf-8").splitlines()}
        assert declared - pinned == set(), f"run scripts/compile-requirements: {file} is behind pyproject.toml"


def test_tests_run_on_the_same_versions_as_the_service() -> None:
    run, test = (_pins(REPOSITORY / "requirements" / name) for name in ("run.txt", "test.txt"))

    assert run - test == set()


def _bare_name(requirement: str) -> str:
    name = requirement.strip()
    for end in ("[", "=", "<", ">", ";", " ", "!", "~"):
        name = name.split(end, 1)[0]
    return name.lower().replace("_", "-")


def _pins(path: Path) -> set[str]:
    return {line.rstrip("\\ ") for line in path.read_text("utf-8").splitlines() if line[:1].isalnum()}
