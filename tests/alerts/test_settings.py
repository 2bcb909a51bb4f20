import pytest
from pydantic import BaseModel, ValidationError

from alerts.settings import (
    AlertSettings,
    EmbeddedBrokerSettings,
    EvidenceSettings,
    MqttSettings,
    TlsSettings,
)


@pytest.mark.parametrize(
    "settings", [AlertSettings, EmbeddedBrokerSettings, EvidenceSettings, MqttSettings, TlsSettings]
)
def test_every_field_is_described_and_no_other_is_taken(settings: type[BaseModel]) -> None:
    for name, field in settings.model_fields.items():
        is_section = isinstance(field.default, BaseModel)
        assert field.description or is_section, name
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        settings.model_validate({"surprise": 1})


def test_evidence_covers_five_seconds_before_and_after() -> None:
    evidence = AlertSettings().evidence
    assert (evidence.before_seconds, evidence.after_seconds, evidence.has_clips) == (5.0, 5.0, True)


def test_a_password_is_never_printed() -> None:
    settings = MqttSettings.model_validate({"username": "u", "password": "very-secret"})
    assert "very-secret" not in repr(settings)
    assert "very-secret" not in settings.model_dump_json()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"password": "x"}, "a password needs a username"),
        ({"retry_minimum_seconds": 9, "retry_maximum_seconds": 1}, "must not exceed"),
        ({"tls": {"key_file": "a"}}, "belong together"),
        ({"port": 0}, "greater than or equal to 1"),
    ],
)
def test_what_cannot_be_meant_is_refused(values: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        MqttSettings.model_validate(values)


@pytest.mark.parametrize("node", ["", "a/b", "#", "a b", "+"])
def test_a_node_name_fits_into_a_topic(node: str) -> None:
    with pytest.raises(ValidationError):
        AlertSettings(node=node)
