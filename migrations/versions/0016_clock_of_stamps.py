"""How far the machine's clock was from the authority's when a seal was stamped.

All three are empty for stamps from before, and for what nobody measured; the accuracy also where none is named.

Revision: 0016, after 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_COLUMNS = ("clock_offset_seconds", "clock_uncertainty_seconds", "clock_accuracy_seconds")


def upgrade() -> None:
    for column in _COLUMNS:
        op.add_column("seal_timestamps", sa.Column(column, sa.Float(precision=53), nullable=True))


def downgrade() -> None:
    for column in reversed(_COLUMNS):
        op.drop_column("seal_timestamps", column)
