import subprocess
from contextlib import nullcontext
from pathlib import Path

import pytest

from models.data.errors import InsideRepositoryError
from models.data.untracked import require_untracked
from tests.support.checkout import REPOSITORY


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    (tmp_path / ".gitignore").write_text("/data/\n")
    return tmp_path


@pytest.mark.parametrize("inside", [".", "models/pictures", "docs/../tests", "data2"])
def test_pictures_are_not_written_where_git_would_take_them(checkout: Path, inside: str) -> None:
    with pytest.raises(InsideRepositoryError) as caught:
        require_untracked(checkout / inside)

    assert caught.value.repository == checkout


@pytest.mark.parametrize("inside", ["data", "data/kitchen/sheets"])
def test_an_ignored_folder_will_do(checkout: Path, inside: str) -> None:
    assert require_untracked(checkout / inside) == checkout / inside


def test_a_link_into_a_repository_is_seen_through(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    link = tmp_path_factory.mktemp("elsewhere") / "link"
    link.symlink_to(checkout)

    with pytest.raises(InsideRepositoryError):
        require_untracked(link / "pictures")


def test_a_folder_outside_will_do(tmp_path: Path) -> None:
    assert require_untracked(tmp_path / "a") == tmp_path / "a"


def test_this_very_repository_is_guarded() -> None:
    folder = REPOSITORY / "models" / "data" / "pictures"
    has_history = (REPOSITORY / ".git").exists()  # a copy for a clean trial has none, and nothing to guard

    with pytest.raises(InsideRepositoryError) if has_history else nullcontext():
        require_untracked(folder)

    assert not folder.exists()
