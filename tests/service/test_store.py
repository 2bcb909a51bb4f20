from pathlib import Path

import pytest

from service.folder import DataFolder, DataFolderError
from service.settings import load_settings
from service.store import open_store


def test_a_database_file_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    no_folder = tmp_path / "file"
    no_folder.write_text("in the way")
    with pytest.raises(DataFolderError, match="cannot be used") as caught:
        open_store(load_settings(), DataFolder(no_folder))
    assert str(no_folder) in str(caught.value)
