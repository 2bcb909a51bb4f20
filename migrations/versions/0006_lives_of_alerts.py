"""Alerts: what people did about them, and when reviewers first opened their evidence.

Revision: 0006, after 0005
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_LATER_STEPS = ["reviewed", "notified", "sent_back", "verified", "paused", "resumed", "overdue"]
_ON_CLOCK = "life IS NOT NULL AND state NOT IN ('dismissed', 'unclear', 'verified', 'closed')"


def _plain() -> Any:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _document() -> Any:
    return sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.add_column("alerts", sa.Column("life", _document(), nullable=True))
    op.create_index(
        "ix_alerts_on_clock",
        "alerts",
        ["alert_id"],
        sqlite_where=sa.text(_ON_CLOCK),
        postgresql_where=sa.text(_ON_CLOCK),
    )
    op.create_table(
        "viewings",
        sa.Column("alert_id", _plain(), nullable=False),
        sa.Column("user_id", _plain(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.alert_id"], name="fk_viewings_alert_id"),
        sa.PrimaryKeyConstraint("alert_id", "user_id", name="pk_viewings"),
    )


def downgrade() -> None:
    """Refused where the log has words that the older version cannot read: what is sealed is never rewritten."""
    words: Any = sa.bindparam("words", _LATER_STEPS, expanding=True)
    later = op.get_bind().scalar(sa.text("SELECT count(*) FROM alert_steps WHERE step IN :words").bindparams(words))
    later += op.get_bind().scalar(sa.text("SELECT count(*) FROM evidence WHERE kind IN ('photo', 'document')"))
    if later:
        raise RuntimeError(f"{later} steps and files of alerts are of kinds that the older version cannot read")
    op.drop_table("viewings")
    op.drop_index("ix_alerts_on_clock", table_name="alerts")
    op.drop_column("alerts", "life")
