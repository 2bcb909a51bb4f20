"""The hash chain over the steps of alerts, its time stamps, and who took copies of evidence.

Revision: 0004, after 0003
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _plain() -> Any:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _counter() -> Any:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "seals",
        sa.Column("number", _counter(), autoincrement=False, nullable=False),
        sa.Column("form", sa.Integer(), nullable=False),
        sa.Column("feed_id", _counter(), nullable=False),
        sa.Column("alert_id", _plain(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("alert_sha256", _plain(), nullable=True),
        sa.Column("evidence_sha256", _plain(), nullable=True),
        sa.Column("entry_sha256", _plain(), nullable=False),
        sa.Column("digest", _plain(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_seals"),
        sa.UniqueConstraint("feed_id", name="uq_seals_feed_id"),
    )
    op.create_index("ix_seals_alert_id", "seals", ["alert_id"])
    op.create_table(
        "seal_timestamps",
        sa.Column("number", _counter(), autoincrement=False, nullable=False),
        sa.Column("digest", _plain(), nullable=False),
        sa.Column("stamped_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_seal_timestamps"),
    )
    op.create_table(
        "pack_copies",
        sa.Column("copy_id", _plain(), nullable=False),
        sa.Column("alert_id", _plain(), nullable=False),
        sa.Column("user_id", _plain(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("has_clip", sa.Boolean(), nullable=False),
        sa.Column("sha256", _plain(), nullable=False),
        sa.PrimaryKeyConstraint("copy_id", name="pk_pack_copies"),
    )
    op.create_index("ix_pack_copies_alert_id", "pack_copies", ["alert_id"])


def downgrade() -> None:
    op.drop_table("pack_copies")
    op.drop_table("seal_timestamps")
    op.drop_table("seals")
