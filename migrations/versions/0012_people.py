"""Second factors with their recovery codes, the log of accounts, the scope of a token, what a login came from.

Revision: 0012, after 0011
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def _plain() -> Any:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _document() -> Any:
    return sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def _counter() -> Any:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _instant() -> Any:
    return sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "second_factors",
        sa.Column("user_id", _plain(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("created_at", _instant(), nullable=False),
        sa.Column("confirmed_at", _instant(), nullable=True),
        sa.Column("last_step", _counter(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name="pk_second_factors"),
        sa.ForeignKeyConstraint(["user_id"], ["users.user_id"], name="fk_second_factors_user_id", ondelete="CASCADE"),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("user_id", _plain(), nullable=False),
        sa.Column("code_sha256", _plain(), nullable=False),
        sa.Column("used_at", _instant(), nullable=True),
        sa.PrimaryKeyConstraint("user_id", "code_sha256", name="pk_recovery_codes"),
        sa.ForeignKeyConstraint(["user_id"], ["users.user_id"], name="fk_recovery_codes_user_id", ondelete="CASCADE"),
    )
    op.create_table(
        "account_entries",
        sa.Column("number", _counter(), autoincrement=False, nullable=False),
        sa.Column("at", _instant(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("actor_id", _plain(), nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("user_id", _plain(), nullable=False),
        sa.Column("user_name", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("digest", _plain(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_account_entries"),
    )
    for column in ("user_id", "actor_id", "at"):
        op.create_index(f"ix_account_entries_{column}", "account_entries", [column])
    op.add_column("api_tokens", sa.Column("scope", _document(), nullable=True))
    for column in ("agent", "address"):
        op.add_column("sessions", sa.Column(column, sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    for column in ("address", "agent"):
        op.drop_column("sessions", column)
    op.drop_column("api_tokens", "scope")
    for column in ("at", "actor_id", "user_id"):
        op.drop_index(f"ix_account_entries_{column}", "account_entries")
    op.drop_table("account_entries")
    op.drop_table("recovery_codes")
    op.drop_table("second_factors")
