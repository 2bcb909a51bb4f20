"""Keeping and privacy: deletions, holds, accesses to unmasked originals, and cameras' places.

Cameras that are there already go on; that nobody was asked about their place stands there as `unknown`.

Revision: 0007, after 0006
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_PLACE = ("place_note", "place_picture_sha256", "place_at", "place_by", "place")


def _plain() -> Any:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _counter() -> Any:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("cameras", sa.Column("place", sa.Text(), nullable=False, server_default="unknown"))
    op.add_column("cameras", sa.Column("place_by", _plain(), nullable=True))
    op.add_column("cameras", sa.Column("place_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("cameras", sa.Column("place_picture_sha256", _plain(), nullable=True))
    op.add_column("cameras", sa.Column("place_note", sa.Text(), nullable=True))
    _deletions()
    _holds()
    _accesses()


def _deletions() -> None:
    op.create_table(
        "deletions",
        sa.Column("deletion_id", _plain(), nullable=False),
        sa.Column("alert_id", _plain(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", _plain(), nullable=False),
        sa.Column("site_id", _plain(), nullable=False),
        sa.Column("evidence_id", _plain(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size_bytes", _counter(), nullable=False),
        sa.Column("sha256", _plain(), nullable=False),
        sa.Column("trigger", sa.Text(), nullable=False),
        sa.Column("rule", _plain(), nullable=False),
        sa.Column("policy_version", _plain(), nullable=False),
        sa.Column("policy_sha256", _plain(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("deletion_id", name="pk_deletions"),
        sa.UniqueConstraint("evidence_id", name="uq_deletions_evidence_id"),
    )
    op.create_index("ix_deletions_alert_id", "deletions", ["alert_id"])
    op.create_table(
        "erasures",
        sa.Column("deletion_id", _plain(), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("deletion_id", name="pk_erasures"),
    )


def _holds() -> None:
    op.create_table(
        "legal_holds",
        sa.Column("hold_id", _plain(), nullable=False),
        sa.Column("alert_id", _plain(), nullable=False),
        sa.Column("enterprise_id", _plain(), nullable=False),
        sa.Column("site_id", _plain(), nullable=False),
        sa.Column("set_by", _plain(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("lifted_by", _plain(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lift_reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hold_id", name="pk_legal_holds"),
    )
    op.create_index(
        "uq_legal_holds_standing",
        "legal_holds",
        ["alert_id"],
        unique=True,
        sqlite_where=sa.text("lifted_at IS NULL"),
        postgresql_where=sa.text("lifted_at IS NULL"),
    )


def _accesses() -> None:
    op.create_table(
        "accesses",
        sa.Column("number", _counter(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", _plain(), nullable=True),
        sa.Column("user_name", _plain(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("enterprise_id", _plain(), nullable=False),
        sa.Column("site_id", _plain(), nullable=False),
        sa.Column("alert_id", _plain(), nullable=False),
        sa.Column("evidence_id", _plain(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("digest", _plain(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_accesses"),
    )
    op.create_index("ix_accesses_user_id_evidence_id_at", "accesses", ["user_id", "evidence_id", "at"])


def downgrade() -> None:
    for table in ("accesses", "legal_holds", "erasures", "deletions"):
        op.drop_table(table)
    for column in _PLACE:
        op.drop_column("cameras", column)
