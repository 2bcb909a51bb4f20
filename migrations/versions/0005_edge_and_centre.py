"""Edge and centre: nodes, what they report, and what an edge has not sent yet.

Revision: 0005, after 0004
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def _plain() -> Any:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _document() -> Any:
    return sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def _counter() -> Any:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("cameras", sa.Column("node_id", _plain(), nullable=True))
    op.add_column("alerts", sa.Column("node_id", _plain(), nullable=True))
    op.add_column("alerts", sa.Column("node_sequence", sa.Integer(), nullable=True))
    op.add_column("alerts", sa.Column("node_clock_offset_seconds", sa.Float(precision=53), nullable=True))
    _centre()
    _edge()


def _centre() -> None:
    op.create_table(
        "nodes",
        sa.Column("node_id", _plain(), nullable=False),
        sa.Column("token_sha256", _plain(), nullable=False),
        sa.Column("credit_codes", _document(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("inventory_digest", _plain(), nullable=True),
        sa.Column("report", _document(), nullable=True),
        sa.PrimaryKeyConstraint("node_id", name="pk_nodes"),
        sa.UniqueConstraint("token_sha256", name="uq_nodes_token_sha256"),
    )
    op.create_table(
        "node_places",
        sa.Column("node_id", _plain(), nullable=False),
        sa.Column("kind", _plain(), nullable=False),
        sa.Column("foreign_id", _plain(), nullable=False),
        sa.Column("own_id", _plain(), nullable=False),
        sa.ForeignKeyConstraint(["node_id"], ["nodes.node_id"], name="fk_node_places_node_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("node_id", "kind", "foreign_id", name="pk_node_places"),
    )
    op.create_index("ix_node_places_kind_own_id", "node_places", ["kind", "own_id"])


def _edge() -> None:
    op.create_table(
        "forward_steps",
        sa.Column("queue_id", _counter(), sa.Identity(always=False), nullable=False),
        sa.Column("alert_id", _plain(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_refused", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.alert_id"], name="fk_forward_steps_alert_id"),
        sa.PrimaryKeyConstraint("queue_id", name="pk_forward_steps"),
        sa.UniqueConstraint("alert_id", "sequence", name="uq_forward_steps_alert_id_sequence"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "forward_files",
        sa.Column("evidence_id", _plain(), nullable=False),
        sa.Column("alert_id", _plain(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size_bytes", _counter(), nullable=False),
        sa.Column("sha256", _plain(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_refused", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.alert_id"], name="fk_forward_files_alert_id"),
        sa.PrimaryKeyConstraint("evidence_id", name="pk_forward_files"),
    )
    op.create_index(
        "ix_forward_files_unsent",
        "forward_files",
        ["created_at"],
        sqlite_where=sa.text("sent_at IS NULL"),
        postgresql_where=sa.text("sent_at IS NULL"),
    )
    op.create_table(
        "forward_marks",
        sa.Column("name", _plain(), nullable=False),
        sa.Column("value", _counter(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_forward_marks"),
    )


def downgrade() -> None:
    for table in ("forward_marks", "forward_files", "forward_steps", "node_places", "nodes"):
        op.drop_table(table)
    for column in ("node_clock_offset_seconds", "node_sequence", "node_id"):
        op.drop_column("alerts", column)
    op.drop_column("cameras", "node_id")
