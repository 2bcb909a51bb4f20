from pathlib import Path

import pytest

from detector.errors import ReportFileError
from detector.report_file import writable, writable_folder
from models.data.errors import InsideRepositoryError


def test_the_folder_of_a_report_is_made_and_nothing_else(tmp_path: Path) -> None:
    place = writable(tmp_path / "figures" / "today" / "out.json")

    assert place.parent.is_dir()
    assert not place.exists()


def test_a_report_of_before_stays_until_it_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "out.json").write_text("before")

    assert writable(tmp_path / "out.json").read_text() == "before"


@pytest.mark.parametrize("name", ["folder", "file/out.json"])
def test_what_cannot_be_written_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("")

    with pytest.raises(ReportFileError, match=f"{name}: expected a file that can be written"):
        writable(tmp_path / name)


def test_a_folder_that_takes_files_is_left_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "before").mkdir()
    (tmp_path / "before" / "index.html").write_text("before")

    new, before = writable_folder(tmp_path / "new" / "html"), writable_folder(tmp_path / "before")

    assert not new.exists()
    assert [path.name for path in before.iterdir()] == ["index.html"]


@pytest.mark.parametrize("name", ["file", "file/html"])
def test_a_folder_that_cannot_be_written_into_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(ReportFileError, match=f"{name}: expected a folder that can be written into, found: "):
        writable_folder(tmp_path / name)


def test_a_folder_that_git_would_take_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()

    with pytest.raises(InsideRepositoryError):
        writable_folder(tmp_path / "html")
    assert not (tmp_path / "html").exists()
