"""Reminders of dates: what is owed to which recipient, and what became of it.

Revision: 0017, after 0016
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_IS_WAITING = sa.text("state = 'waiting'")


def _plain() -> Any:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _counter() -> Any:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    at = sa.DateTime(timezone=True)
    op.create_table(
        "notices",
        sa.Column("notice_id", _counter(), sa.Identity(), nullable=False),
        sa.Column("recipient_id", _plain(), nullable=False),
        sa.Column("recipient_name", _plain(), nullable=False),
        sa.Column("enterprise_id", _plain(), nullable=False),
        sa.Column("enterprise_name", sa.Text(), nullable=False),
        sa.Column("reminder_id", _plain(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("days_before", sa.Integer(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("reference", _plain(), nullable=False),
        sa.Column("policy_id", _plain(), nullable=False),
        sa.Column("created_at", at, nullable=False),
        sa.Column("due_at", at, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("not_before", at, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("settled_at", at, nullable=True),
        sa.Column("message_id", _plain(), nullable=True),
        sa.PrimaryKeyConstraint("notice_id", name="pk_notices"),
        sa.UniqueConstraint(
            "recipient_id", "enterprise_id", "reminder_id", name="uq_notices_recipient_id_enterprise_id_reminder_id"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_notices_waiting", "notices", ["not_before"], sqlite_where=_IS_WAITING, postgresql_where=_IS_WAITING
    )
    op.create_index("ix_notices_state_settled_at", "notices", ["state", "settled_at"])


def downgrade() -> None:
    op.drop_table("notices")
