import logging
from collections.abc import Iterator

import pytest
import structlog

from service.logging import LogFormat, configure_logging, redact_values


@pytest.fixture(autouse=True)
def restored_logging() -> Iterator[None]:
    """Other tests must not log through the handler that a test here installs."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


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


def test_an_address_in_any_field_loses_its_password() -> None:
    entry = redact_values(None, "info", {"reason": "rtsp://me:s3cret@camera/1 did not answer", "count": 3})
    assert "s3cret" not in str(entry)
    assert entry["count"] == 3
