"""First tables.

Revision: 0001, after nothing
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _plain() -> Any:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _document() -> Any:
    return sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def _counter() -> Any:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _registry()
    _alerts()
    _history()
    _accounts()


def _registry() -> None:
    op.create_table(
        "enterprises",
        sa.Column("enterprise_id", _plain(), nullable=False),
        sa.Column("name", _plain(), nullable=False),
        sa.Column("credit_code", _plain(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("enterprise_id", name="pk_enterprises"),
        sa.UniqueConstraint("credit_code", name="uq_enterprises_credit_code"),
    )
    op.create_table(
        "sites",
        sa.Column("site_id", _plain(), nullable=False),
        sa.Column("enterprise_id", _plain(), nullable=False),
        sa.Column("name", _plain(), nullable=False),
        sa.Column("schedule", _document(), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprises.enterprise_id"], name="fk_sites_enterprise_id"),
        sa.PrimaryKeyConstraint("site_id", name="pk_sites"),
        sa.UniqueConstraint("enterprise_id", "name", name="uq_sites_enterprise_id_name"),
    )
    op.create_table(
        "cameras",
        sa.Column("camera_id", _plain(), nullable=False),
        sa.Column("site_id", _plain(), nullable=False),
        sa.Column("name", _plain(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("transport", sa.Text(), nullable=False),
        sa.Column("pace", sa.Text(), nullable=False),
        sa.Column("loops", sa.Boolean(), nullable=False),
        sa.Column("analysed_fps", sa.Float(precision=53), nullable=False),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        sa.Column("codes", _document(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.site_id"], name="fk_cameras_site_id"),
        sa.PrimaryKeyConstraint("camera_id", name="pk_cameras"),
        sa.UniqueConstraint("site_id", "name", name="uq_cameras_site_id_name"),
    )
    op.create_table(
        "zones",
        sa.Column("zone_id", _plain(), nullable=False),
        sa.Column("camera_id", _plain(), nullable=False),
        sa.Column("name", _plain(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("corners", _document(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["camera_id"], ["cameras.camera_id"], name="fk_zones_camera_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("zone_id", name="pk_zones"),
        sa.UniqueConstraint("camera_id", "name", name="uq_zones_camera_id_name"),
    )


def _alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("alert_id", _plain(), nullable=False),
        sa.Column("enterprise_id", _plain(), nullable=False),
        sa.Column("site_id", _plain(), nullable=False),
        sa.Column("camera_id", _plain(), nullable=False),
        sa.Column("enterprise_name", _plain(), nullable=True),
        sa.Column("site_name", _plain(), nullable=True),
        sa.Column("camera_name", _plain(), nullable=True),
        sa.Column("zone_id", _plain(), nullable=True),
        sa.Column("code", _plain(), nullable=False),
        sa.Column("code_version", _plain(), nullable=False),
        sa.Column("risk_class", sa.Text(), nullable=False),
        sa.Column("subject", _plain(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("local_day", sa.Date(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("violation", _document(), nullable=False),
        sa.Column("reviewer_id", _plain(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("review_state", sa.Text(), nullable=True),
        sa.Column("review_reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("alert_id", name="pk_alerts"),
    )
    op.create_index("ix_alerts_camera_id_alert_id", "alerts", ["camera_id", "alert_id"])
    op.create_index("ix_alerts_enterprise_id_local_day", "alerts", ["enterprise_id", "local_day"])
    op.create_index(
        "ix_alerts_open_site",
        "alerts",
        ["site_id", "ended_at", "risk_class"],
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "ix_alerts_open_camera",
        "alerts",
        ["camera_id", "ended_at"],
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index("ix_alerts_site_id_alert_id", "alerts", ["site_id", "alert_id"])
    op.create_index(
        "uq_alerts_open",
        "alerts",
        ["camera_id", "code", "subject"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _history() -> None:
    op.create_table(
        "alert_steps",
        sa.Column("feed_id", _counter(), sa.Identity(always=False), nullable=False),
        sa.Column("alert_id", _plain(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", _plain(), nullable=False),
        sa.Column("site_id", _plain(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", _plain(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("payload", _document(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.alert_id"], name="fk_alert_steps_alert_id"),
        sa.PrimaryKeyConstraint("feed_id", name="pk_alert_steps"),
        sa.UniqueConstraint("alert_id", "sequence", name="uq_alert_steps_alert_id_sequence"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "evidence",
        sa.Column("evidence_id", _plain(), nullable=False),
        sa.Column("alert_id", _plain(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", _plain(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("size_bytes", _counter(), nullable=True),
        sa.Column("sha256", _plain(), nullable=True),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.alert_id"], name="fk_evidence_alert_id"),
        sa.PrimaryKeyConstraint("evidence_id", name="pk_evidence"),
        sa.UniqueConstraint("alert_id", "position", name="uq_evidence_alert_id_position"),
    )
    op.create_index(
        "ix_evidence_pending",
        "evidence",
        ["alert_id"],
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_table(
        "outbox",
        sa.Column("message_id", _counter(), sa.Identity(always=False), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("captured_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name="pk_outbox"),
        sqlite_autoincrement=True,
    )


def _accounts() -> None:
    op.create_table(
        "users",
        sa.Column("user_id", _plain(), nullable=False),
        sa.Column("name", _plain(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("sees_everything", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name="pk_users"),
        sa.UniqueConstraint("name", name="uq_users_name"),
    )
    op.create_table(
        "user_scopes",
        sa.Column("user_id", _plain(), nullable=False),
        sa.Column("kind", _plain(), nullable=False),
        sa.Column("scope_id", _plain(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.user_id"], name="fk_user_scopes_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "kind", "scope_id", name="pk_user_scopes"),
    )
    op.create_table(
        "sessions",
        sa.Column("secret_sha256", _plain(), nullable=False),
        sa.Column("user_id", _plain(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.user_id"], name="fk_sessions_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("secret_sha256", name="pk_sessions"),
    )
    op.create_index("ix_sessions_expires_at", "sessions", ["expires_at"])
    op.create_index("ix_sessions_user_id", "sessions", ["user_id"])
    op.create_table(
        "api_tokens",
        sa.Column("token_id", _plain(), nullable=False),
        sa.Column("user_id", _plain(), nullable=False),
        sa.Column("name", _plain(), nullable=False),
        sa.Column("secret_sha256", _plain(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.user_id"], name="fk_api_tokens_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token_id", name="pk_api_tokens"),
        sa.UniqueConstraint("secret_sha256", name="uq_api_tokens_secret_sha256"),
    )
    op.create_index("ix_api_tokens_user_id", "api_tokens", ["user_id"])


def downgrade() -> None:
    for table in (
        "zones",
        "cameras",
        "user_scopes",
        "sites",
        "sessions",
        "evidence",
        "api_tokens",
        "alert_steps",
        "users",
        "outbox",
        "enterprises",
        "alerts",
    ):
        op.drop_table(table)
