from pathlib import Path

import pytest

from detector.errors import ReportFileError
from detector.report_file import writable


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
