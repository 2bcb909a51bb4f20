import pytest
from pydantic import ValidationError

from service.storage.settings import DatabaseSettings


def test_every_setting_is_explained() -> None:
    assert {name for name, field in DatabaseSettings.model_fields.items() if not field.description} == set()


@pytest.mark.parametrize(
    "wrong",
    [
        {"busy_timeout_seconds": 0},
        {"pool_size": 0},
        {"sqlite_synchronous": "OFF"},
        {"statement_timeout_seconds": -1},
        {"url": "sqlite:///x.db"},
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        DatabaseSettings.model_validate(wrong)


def test_settings_never_change() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        DatabaseSettings().pool_size = 3  # type: ignore[misc]
