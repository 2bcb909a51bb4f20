"""How surely an edge's clock was measured, beside its offset in the alerts that came from it.

Empty for alerts from before, and for those of this installation.

Revision: 0019, after 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_COLUMN = "node_clock_uncertainty_seconds"


def upgrade() -> None:
    op.add_column("alerts", sa.Column(_COLUMN, sa.Float(precision=53), nullable=True))


def downgrade() -> None:
    op.drop_column("alerts", _COLUMN)
