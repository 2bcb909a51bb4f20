"""Alembic runs this file for every command; the connection comes from `service.storage.migrate`."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection
from sqlalchemy.sql.schema import SchemaItem
from sqlalchemy.types import TypeDecorator

from service.storage import (  # noqa: F401 - the schema
    account_rows,
    credit_rows,
    extract_rows,
    head_rows,
    keeping_rows,
    node_rows,
    notify_rows,
    publicity_rows,
    push_rows,
    repair_rows,
    rows,
)
from service.storage.metadata import metadata


def _is_ours(item: SchemaItem, _name: str | None, kind: str, _reflected: bool, _compare_to: Any) -> bool:
    """A database that is shared with other software keeps its other tables."""
    return kind != "table" or not _reflected or getattr(item, "name", None) in metadata.tables


def _plain_types(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write SQLAlchemy's own types into revisions: those of the code change, a revision never does."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


connection: Connection | None = context.config.attributes.get("connection")
if connection is None:
    raise RuntimeError("run migrations through service.storage.migrate, which brings the connection")

context.configure(
    connection=connection,
    target_metadata=metadata,
    # SQLite cannot alter a table in place: Alembic makes a new one and copies the rows.
    render_as_batch=True,
    # SQLite's DDL takes part in transactions, so a step that fails half-way leaves nothing behind.
    transactional_ddl=True,
    include_object=_is_ours,
    render_item=_plain_types,
)
with context.begin_transaction():
    context.run_migrations()
