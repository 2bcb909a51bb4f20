import pytest
from pydantic import SecretStr

from service.settings import SettingsError, load_settings


def test_everything_has_a_default_that_works() -> None:
    settings = load_settings()
    assert settings.api.host == "127.0.0.1"
    assert settings.alerts.mqtt.host is None


def test_a_part_is_set_by_a_variable_with_two_underscores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIGHTKITCHEN_ALERTS__MQTT__HOST", "broker.example")
    assert load_settings().alerts.mqtt.host == "broker.example"


def test_the_command_line_wins_and_leaves_the_rest_of_the_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIGHTKITCHEN_API__PORT", "8001")
    monkeypatch.setenv("BRIGHTKITCHEN_API__METRICS_TOKEN", "a-token")
    settings = load_settings(api={"port": 8002})
    assert settings.api.port == 8002
    assert settings.api.metrics_token == SecretStr("a-token")


@pytest.mark.parametrize(
    "variable",
    ["BRIGHTKITCHEN_API__PROT", "BRIGHTKITCHEN_APIPORT", "BRIGHTKITCHEN_API__PORT__X", "BRIGHTKITCHEN_"],
)
def test_a_misspelt_variable_is_named_and_refused(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, "1")
    with pytest.raises(SettingsError, match="no such setting") as raised:
        load_settings()
    assert raised.value.variable == variable


def test_a_wrong_value_is_refused_by_the_variables_name_without_the_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIGHTKITCHEN_API__PORT", "s3cret")
    with pytest.raises(SettingsError, match="BRIGHTKITCHEN_API__PORT") as raised:
        load_settings()
    assert "s3cret" not in str(raised.value)


def test_secrets_are_hidden_in_what_is_printed_of_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIGHTKITCHEN_DATABASE_URL", "postgresql://me:s3cret@db.example/bk")
    monkeypatch.setenv("BRIGHTKITCHEN_ADMIN_PASSWORD", "s3cret-too")
    assert "s3cret" not in repr(load_settings())


def test_a_wrong_value_on_the_command_line_is_named_with_its_whole_place() -> None:
    with pytest.raises(SettingsError, match="BRIGHTKITCHEN_API__PORT"):
        load_settings(api={"port": 99_999})
