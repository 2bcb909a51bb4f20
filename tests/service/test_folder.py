import os
import signal
import stat
from pathlib import Path

import pytest

from service.folder import DataFolder, DataFolderError


def test_the_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    with DataFolder(tmp_path / "a" / "var") as folder:
        assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700


def test_a_second_process_is_refused(tmp_path: Path) -> None:
    with DataFolder(tmp_path), pytest.raises(DataFolderError, match="another brightkitchen"), DataFolder(tmp_path):
        pass


def test_the_folder_is_free_again_afterwards(tmp_path: Path) -> None:
    with DataFolder(tmp_path):
        pass
    with DataFolder(tmp_path) as folder:
        assert folder.path == tmp_path


def test_the_lock_of_a_killed_process_does_not_stay(tmp_path: Path) -> None:
    child = os.fork()
    if child == 0:
        DataFolder(tmp_path).__enter__()
        os.kill(os.getpid(), signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    with DataFolder(tmp_path) as folder:
        assert folder.path == tmp_path


def test_a_folder_of_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "log").mkdir()
    with pytest.raises(DataFolderError, match="other things"), DataFolder(tmp_path):
        pass
    assert [entry.name for entry in tmp_path.iterdir()] == ["log"]


def test_a_restored_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "brightkitchen.db").touch()
    (tmp_path / "notes").touch()
    with DataFolder(tmp_path) as folder:
        assert folder.path == tmp_path


def test_a_file_in_the_way_is_named_in_the_error(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("")
    with pytest.raises(DataFolderError, match="var"), DataFolder(tmp_path / "var"):
        pass
