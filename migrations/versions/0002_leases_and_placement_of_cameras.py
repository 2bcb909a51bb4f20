"""Leases and placement of cameras.

Revision: 0002, after 0001
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _plain() -> Any:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "leases",
        sa.Column("name", _plain(), nullable=False),
        sa.Column("holder", _plain(), nullable=False),
        sa.Column("epoch", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    op.create_index(op.f("ix_leases_holder"), "leases", ["holder"])
    op.create_table(
        "camera_groups",
        sa.Column("group_id", _plain(), nullable=False),
        sa.Column("node", _plain(), nullable=False),
        sa.Column("holder", _plain(), nullable=False),
        sa.Column("capacity_ms", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("group_id", name=op.f("pk_camera_groups")),
    )
    op.create_table(
        "placements",
        sa.Column("camera_id", _plain(), nullable=False),
        sa.Column("group_id", _plain(), nullable=True),
        sa.ForeignKeyConstraint(
            ["camera_id"], ["cameras.camera_id"], name=op.f("fk_placements_camera_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("camera_id", name=op.f("pk_placements")),
    )
    op.create_index(op.f("ix_placements_group_id"), "placements", ["group_id"])
    op.create_table(
        "camera_statuses",
        sa.Column("camera_id", _plain(), nullable=False),
        sa.Column("group_id", _plain(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(
            ["camera_id"], ["cameras.camera_id"], name=op.f("fk_camera_statuses_camera_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("camera_id", name=op.f("pk_camera_statuses")),
    )


def downgrade() -> None:
    op.drop_table("camera_statuses")
    op.drop_index(op.f("ix_placements_group_id"), table_name="placements")
    op.drop_table("placements")
    op.drop_table("camera_groups")
    op.drop_index(op.f("ix_leases_holder"), table_name="leases")
    op.drop_table("leases")
