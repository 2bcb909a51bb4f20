import pytest
import structlog

from alerts.notify.posting import SafePoster
from alerts.notify.settings import NotifySettings
from service.logging import LogFormat, configure_logging, redact_values
from tests.support.hooks import HookServer


@pytest.mark.parametrize("log_format", [LogFormat.PRETTY, LogFormat.JSON])
def test_a_traceback_shows_no_local_variables(log_format: LogFormat, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(log_format)
    token = "s3cret"
    try:
        int(f"{len(token)} characters")
    except ValueError:
        structlog.get_logger("test").exception("something_failed")
    printed = capsys.readouterr().out
    assert "something_failed" in printed
    assert "s3cret" not in printed.replace('token = "s3cret"', "")


@pytest.mark.parametrize("level", ["INFO", "DEBUG"])
def test_the_address_of_a_chat_robot_is_in_no_line(level: str, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(LogFormat.JSON, level)
    poster = SafePoster(NotifySettings(allows_plain_http=True, allowed_networks=("127.0.0.0/8",)))
    with HookServer() as server:
        poster.post(server.url("/open-apis/bot/v2/hook/geheim", "127.0.0.1"), b"{}", {})
    structlog.get_logger("test").info("something_happened")

    printed = capsys.readouterr().out
    assert "something_happened" in printed
    assert "geheim" not in printed


def test_an_address_in_any_field_loses_its_password() -> None:
    entry = redact_values(None, "info", {"reason": "rtsp://me:s3cret@camera/1 did not answer", "count": 3})
    assert "s3cret" not in str(entry)
    assert entry["count"] == 3
