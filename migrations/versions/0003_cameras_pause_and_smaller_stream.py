"""Cameras: who paused them, what another register calls them, and the address of their smaller stream.

Revision: 0003, after 0002
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INDEX = "uq_cameras_site_id_external_id"
COLUMNS = ("paused_by", "paused_at", "pause_reason", "external_id", "analysis_location")


def _plain() -> Any:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("cameras", sa.Column("paused_by", _plain(), nullable=True))
    op.add_column("cameras", sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("cameras", sa.Column("pause_reason", sa.Text(), nullable=True))
    op.add_column("cameras", sa.Column("external_id", _plain(), nullable=True))
    op.add_column("cameras", sa.Column("analysis_location", sa.Text(), nullable=True))
    op.create_index(INDEX, "cameras", ["site_id", "external_id"], unique=True)


def downgrade() -> None:
    op.drop_index(INDEX, table_name="cameras")
    with op.batch_alter_table("cameras") as batch:
        for column in reversed(COLUMNS):
            batch.drop_column(column)
