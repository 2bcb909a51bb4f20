import pytest
from pydantic import ValidationError

from streams.settings import StreamSettings


def test_every_setting_says_what_it_means() -> None:
    assert [name for name, field in StreamSettings.model_fields.items() if not field.description] == []


@pytest.mark.parametrize(
    "wrong", [{"unknown": 1}, {"open_timeout_seconds": 0}, {"ring_bytes": -1}, {"degraded_share": 1.1}]
)
def test_what_cannot_be_meant_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        StreamSettings.model_validate(wrong)


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError):
        StreamSettings().ring_seconds = 1.0  # type: ignore[misc]  # that is what is tested
