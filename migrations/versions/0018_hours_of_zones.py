"""Hours of zones: when each holds; null for always.

Revision: 0018, after 0017
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    document = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    op.add_column("zones", sa.Column("hours", document, nullable=True))


def downgrade() -> None:
    op.drop_column("zones", "hours")
