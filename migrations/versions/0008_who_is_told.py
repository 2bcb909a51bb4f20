"""Recipients, and what is owed to whom.

Revision: 0008, after 0007
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def _plain() -> Any:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _document() -> Any:
    return sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def _counter() -> Any:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "recipients",
        sa.Column("recipient_id", _plain(), nullable=False),
        sa.Column("name", _plain(), nullable=False),
        sa.Column("document", _document(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("recipient_id", name="pk_recipients"),
        sa.UniqueConstraint("name", name="uq_recipients_name"),
    )
    op.create_table(
        "deliveries",
        sa.Column("delivery_id", _counter(), sa.Identity(always=False), nullable=False),
        sa.Column("recipient_id", _plain(), nullable=False),
        sa.Column("recipient_name", _plain(), nullable=False),
        sa.Column("alert_id", _plain(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", _plain(), nullable=False),
        sa.Column("site_id", _plain(), nullable=False),
        sa.Column("code", _plain(), nullable=False),
        sa.Column("risk_class", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("only_if_open", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("message_id", _plain(), nullable=True),
        sa.PrimaryKeyConstraint("delivery_id", name="pk_deliveries"),
        sa.UniqueConstraint(
            "recipient_id", "alert_id", "sequence", name="uq_deliveries_recipient_id_alert_id_sequence"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_deliveries_waiting",
        "deliveries",
        ["recipient_id", "not_before"],
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index("ix_deliveries_recipient_id_settled_at", "deliveries", ["recipient_id", "settled_at"])
    op.create_index("ix_deliveries_state", "deliveries", ["state"])
    op.create_table(
        "notify_marks",
        sa.Column("name", _plain(), nullable=False),
        sa.Column("value", _counter(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_notify_marks"),
    )


def downgrade() -> None:
    for table in ("notify_marks", "deliveries", "recipients"):
        op.drop_table(table)
