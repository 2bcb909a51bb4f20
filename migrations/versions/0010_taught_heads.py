"""Taught heads: what people teach at one machine is used by whichever watches the camera.

Revision: 0010, after 0009
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def _plain() -> Any:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "heads",
        sa.Column("head_id", _plain(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("live_version", sa.Integer(), nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("head_id", name="pk_heads"),
    )
    op.create_index("ix_heads_live_version", "heads", ["live_version"])
    op.create_table(
        "head_versions",
        sa.Column("head_id", _plain(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("head_id", "number", name="pk_head_versions"),
        sa.ForeignKeyConstraint(["head_id"], ["heads.head_id"], name="fk_head_versions_head_id"),
    )
    op.create_table(
        "head_crops",
        sa.Column("head_id", _plain(), nullable=False),
        sa.Column("name", _plain(), nullable=False),
        sa.Column("jpeg", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("head_id", "name", name="pk_head_crops"),
        sa.ForeignKeyConstraint(["head_id"], ["heads.head_id"], name="fk_head_crops_head_id"),
    )


def downgrade() -> None:
    for table in ("head_crops", "head_versions", "heads"):
        op.drop_table(table)
