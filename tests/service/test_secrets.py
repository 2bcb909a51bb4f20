import stat
from pathlib import Path

import pytest

from service.secrets import FILE_NAME, SecretsFileError, load_or_create


def test_a_secret_stays_the_same_once_made(tmp_path: Path) -> None:
    assert load_or_create(tmp_path, "mqtt") == load_or_create(tmp_path, "mqtt")


def test_two_names_are_two_secrets(tmp_path: Path) -> None:
    assert load_or_create(tmp_path, "mqtt") != load_or_create(tmp_path, "cookie")


def test_only_the_owner_can_read_the_file(tmp_path: Path) -> None:
    load_or_create(tmp_path, "mqtt")
    assert stat.S_IMODE((tmp_path / FILE_NAME).stat().st_mode) == 0o600


@pytest.mark.parametrize("content", ["", "not json", "[]", '{"mqtt": 3}'], ids=["empty", "text", "list", "number"])
def test_a_damaged_file_is_refused_and_left_as_it_is(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE_NAME).write_text(content)
    with pytest.raises(SecretsFileError, match="expected"):
        load_or_create(tmp_path, "mqtt")
    assert (tmp_path / FILE_NAME).read_text() == content


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()
    with pytest.raises(SecretsFileError, match=r"secrets\.json: cannot be used: Is a directory"):
        load_or_create(tmp_path, "mqtt")
