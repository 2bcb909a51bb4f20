"""Kinds of column: instants that stay aware and in UTC, words of an enum, secrets that no `repr` shows."""

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from pydantic import SecretStr
from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator, TypeEngine


class UtcDateTime(TypeDecorator[datetime]):
    """An instant with microseconds. Naive ones are refused; what is read is aware and in UTC on any database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant must be aware to be stored, got {value!r}")
        in_utc = value.astimezone(UTC)
        # SQLite keeps text without an offset; in UTC throughout, its order is the order of time.
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's
        return None if value is None else value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None] | None:
        """SQLite's text is read as aware at once: to make a naive instant aware takes several times as long."""
        return _aware if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


def _aware(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text + "Z")


class EnumText(TypeDecorator[StrEnum]):
    """A word of an enum, stored as its value: readable in the database, and a new word needs no migration."""

    impl = Text
    cache_ok = True

    def __init__(self, words: type[StrEnum]) -> None:
        super().__init__()
        self.words = words
        self._known = {word.value: word for word in words}  # asking the enum itself takes three times as long

    def process_bind_param(self, value: StrEnum | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's
        return None if value is None else self.words(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:  # noqa: ARG002 - SQLAlchemy's
        return None if value is None else self._known.get(value) or self.words(value)


class SecretText(TypeDecorator[SecretStr]):
    """Text that is stored as it is but read as a SecretStr, so that a row in a log or traceback hides it.

    It is not encrypted: the file's mode (SQLite) or the server's access rules protect it.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: SecretStr | str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - same
        return value.get_secret_value() if isinstance(value, SecretStr) else value

    def process_result_value(self, value: str | None, dialect: Dialect) -> SecretStr | None:  # noqa: ARG002 - same
        return None if value is None else SecretStr(value)


def plain_text() -> TypeEngine[str]:
    """Text that is compared byte by byte on both databases: ids, names, codes.

    PostgreSQL would otherwise sort by the rules of its locale, and "after this id" or "in name order" would
    mean something else there than in SQLite and in Python.
    """
    return Text().with_variant(Text(collation="C"), "postgresql")


def counter() -> TypeEngine[int]:
    """64 bits that grow by themselves; SQLite does that for INTEGER (64 bits as well) only."""
    return BigInteger().with_variant(Integer(), "sqlite")


def json_document() -> TypeEngine[Any]:
    """JSON in SQLite, JSONB in PostgreSQL; None is NULL."""
    return JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
