"""The tables of edges and their centre: nodes, whose places are whose, and what waits to be sent on."""

from sqlalchemy import Boolean, Column, ForeignKey, Identity, Index, Integer, Table, Text, UniqueConstraint, text

from service.storage.columns import UtcDateTime, counter, json_document, plain_text
from service.storage.metadata import metadata

# A query must use the same words: SQLite cannot tell that a parameter fits.
IS_UNSENT = text("sent_at IS NULL")

nodes = Table(
    "nodes",
    metadata,
    Column("node_id", plain_text(), primary_key=True),
    Column("token_sha256", plain_text(), nullable=False),
    Column("credit_codes", json_document()),
    Column("is_active", Boolean(), nullable=False),
    Column("created_at", UtcDateTime(), nullable=False),
    Column("last_seen_at", UtcDateTime()),
    Column("inventory_digest", plain_text()),
    Column("report", json_document()),
    UniqueConstraint("token_sha256"),
)

node_places = Table(
    "node_places",
    metadata,
    Column("node_id", plain_text(), ForeignKey("nodes.node_id", ondelete="CASCADE"), primary_key=True),
    Column("kind", plain_text(), primary_key=True),  # "enterprise", "site", "attached_site", "camera" or "zone"
    Column("foreign_id", plain_text(), primary_key=True),
    Column("own_id", plain_text(), nullable=False),
    Index(None, "kind", "own_id"),
)

forward_steps = Table(
    "forward_steps",
    metadata,
    Column("queue_id", counter(), Identity(), primary_key=True),
    Column("alert_id", plain_text(), ForeignKey("alerts.alert_id"), nullable=False),
    Column("sequence", Integer(), nullable=False),
    Column("created_at", UtcDateTime(), nullable=False),
    Column("not_before", UtcDateTime()),
    Column("is_refused", Boolean(), nullable=False),
    Column("reason", Text()),
    UniqueConstraint("alert_id", "sequence"),
    sqlite_autoincrement=True,
)

forward_files = Table(
    "forward_files",
    metadata,
    Column("evidence_id", plain_text(), primary_key=True),
    Column("alert_id", plain_text(), ForeignKey("alerts.alert_id"), nullable=False),
    Column("name", Text(), nullable=False),
    Column("size_bytes", counter(), nullable=False),
    Column("sha256", plain_text(), nullable=False),
    Column("created_at", UtcDateTime(), nullable=False),
    Column("sent_at", UtcDateTime()),
    Column("not_before", UtcDateTime()),
    Column("is_refused", Boolean(), nullable=False),
    Column("reason", Text()),
    Index("ix_forward_files_unsent", "created_at", sqlite_where=IS_UNSENT, postgresql_where=IS_UNSENT),
)

forward_marks = Table(
    "forward_marks",
    metadata,
    Column("name", plain_text(), primary_key=True),
    Column("value", counter(), nullable=False),
)
