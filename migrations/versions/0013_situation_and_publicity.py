"""Indexes for figures over many places, and what enterprises let everybody see.

Revision: 0013, after 0012
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_TO_REVIEW = "state IN ('raised', 'acknowledged', 'in_review')"


def _plain() -> Any:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _counter() -> Any:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_index("ix_alerts_local_day", "alerts", ["local_day"])
    op.create_index(
        "ix_alerts_to_review",
        "alerts",
        ["enterprise_id", "site_id", "risk_class", "state", "raised_at"],
        sqlite_where=sa.text(_TO_REVIEW),
        postgresql_where=sa.text(_TO_REVIEW),
    )
    op.create_table(
        "public_consents",
        sa.Column("number", _counter(), sa.Identity(), nullable=False),
        sa.Column("enterprise_id", _plain(), nullable=False),
        sa.Column("extent", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", _plain(), nullable=False),
        sa.Column("user_name", _plain(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_public_consents"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_public_consents_enterprise_id_number", "public_consents", ["enterprise_id", "number"])


def downgrade() -> None:
    op.drop_table("public_consents")
    op.drop_index("ix_alerts_to_review", table_name="alerts")
    op.drop_index("ix_alerts_local_day", table_name="alerts")
