"""Where log lines go: stdout, one line per state change; coloured on a terminal, JSON otherwise."""

import logging
import sys
from collections.abc import MutableMapping
from enum import StrEnum
from typing import Any

import structlog

from streams.redaction import redact_url


class LogFormat(StrEnum):
    AUTO = "auto"
    PRETTY = "pretty"
    JSON = "json"


def configure_logging(log_format: LogFormat, level: str = "INFO") -> None:
    """Set up structlog and send the libraries' own warnings through the same lines. Call once, at the start."""
    pretty = log_format is LogFormat.PRETTY or (log_format is LogFormat.AUTO and sys.stdout.isatty())
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        redact_values,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    renderer: structlog.typing.Processor = (
        # Plain tracebacks: the pretty ones print local variables, and with them tokens and passwords.
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        if pretty
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    final: list[structlog.typing.Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if not pretty:
        final.append(structlog.processors.format_exc_info)
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[*final, renderer]),
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for chatty in ("amqtt", "transitions", "uvicorn.access", "libav", "sqlalchemy", "alembic", "asyncio"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    # The HTTP client would print each address that is posted to, and the path of a chat robot's address opens the chat.
    for talkative in ("httpx2", "httpcore2"):
        logging.getLogger(talkative).setLevel(logging.WARNING)
    # FFmpeg prints addresses with their passwords; what it says reaches us as typed errors instead.
    logging.getLogger("libav").setLevel(logging.CRITICAL)


def redact_values(_logger: object, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take credentials out of every text of a line: the last net, in case a URL slipped into an error."""
    for key, value in entry.items():
        if isinstance(value, str) and "://" in value:
            entry[key] = redact_url(value)
    return entry
