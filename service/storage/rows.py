"""The tables. Their history is in `migrations/versions`, and a test holds the two together.

Alerts name enterprise, site and camera by id without a foreign key: they survive the deletion of what they
were raised about, and keep the names of their day in columns of their own.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from api.ports import Role
from domain.alert import AlertState, AlertStep, EvidenceKind, EvidenceState
from domain.organisation import EnterpriseType, Pace, Transport
from domain.place_check import PlaceStanding
from domain.risk import RiskClass
from domain.zone import ZoneType
from service.storage import metadata as shared
from service.storage.columns import EnumText, SecretText, UtcDateTime, counter, json_document, plain_text

metadata = shared.metadata

# Conditions of partial indexes. A query must use the same words: SQLite cannot tell that a parameter fits.
IS_OPEN = text("ended_at IS NULL")
IS_PENDING = text("state = 'pending'")
IS_TO_REVIEW = text("state IN ('raised', 'acknowledged', 'in_review')")
IS_ON_CLOCK = text("life IS NOT NULL AND state NOT IN ('dismissed', 'unclear', 'verified', 'closed')")

enterprises = Table(
    "enterprises",
    metadata,
    Column("enterprise_id", plain_text(), primary_key=True),
    Column("name", plain_text(), nullable=False),
    Column("credit_code", plain_text(), nullable=False),
    Column("type", EnumText(EnterpriseType), nullable=False),
    Column("licence_no", plain_text()),
    Column("licence_valid_to", Date()),
    Column("region", plain_text()),
    Column("head_office_id", plain_text()),
    Column("contacts", json_document()),
    UniqueConstraint("credit_code"),
    Index(None, "head_office_id"),
    Index(None, "region"),
)

sites = Table(
    "sites",
    metadata,
    Column("site_id", plain_text(), primary_key=True),
    Column("enterprise_id", plain_text(), ForeignKey("enterprises.enterprise_id"), nullable=False),
    Column("name", plain_text(), nullable=False),
    Column("schedule", json_document(), nullable=False),
    UniqueConstraint("enterprise_id", "name"),
)

cameras = Table(
    "cameras",
    metadata,
    Column("camera_id", plain_text(), primary_key=True),
    Column("site_id", plain_text(), ForeignKey("sites.site_id"), nullable=False),
    Column("name", plain_text(), nullable=False),
    Column("location", SecretText(), nullable=False),
    Column("transport", EnumText(Transport), nullable=False),
    Column("pace", EnumText(Pace), nullable=False),
    Column("loops", Boolean(), nullable=False),
    Column("analysed_fps", Float(53), nullable=False),
    Column("is_enabled", Boolean(), nullable=False),
    Column("codes", json_document()),
    Column("version", Integer(), nullable=False),
    Column("paused_by", plain_text()),
    Column("paused_at", UtcDateTime()),
    Column("pause_reason", Text()),
    Column("external_id", plain_text()),
    Column("analysis_location", SecretText()),
    Column("node_id", plain_text()),
    Column("place", EnumText(PlaceStanding), nullable=False, server_default="unknown"),
    Column("place_by", plain_text()),
    Column("place_at", UtcDateTime()),
    Column("place_picture_sha256", plain_text()),
    Column("place_note", Text()),
    UniqueConstraint("site_id", "name"),
    Index("uq_cameras_site_id_external_id", "site_id", "external_id", unique=True),
)

zones = Table(
    "zones",
    metadata,
    Column("zone_id", plain_text(), primary_key=True),
    Column("camera_id", plain_text(), ForeignKey("cameras.camera_id", ondelete="CASCADE"), nullable=False),
    Column("name", plain_text(), nullable=False),
    Column("type", EnumText(ZoneType), nullable=False),
    Column("corners", json_document(), nullable=False),
    Column("version", Integer(), nullable=False),
    Column("hours", json_document()),
    UniqueConstraint("camera_id", "name"),
)

alerts = Table(
    "alerts",
    metadata,
    Column("alert_id", plain_text(), primary_key=True),
    Column("enterprise_id", plain_text(), nullable=False),
    Column("site_id", plain_text(), nullable=False),
    Column("camera_id", plain_text(), nullable=False),
    Column("enterprise_name", plain_text()),
    Column("site_name", plain_text()),
    Column("camera_name", plain_text()),
    Column("zone_id", plain_text()),
    Column("code", plain_text(), nullable=False),
    Column("code_version", plain_text(), nullable=False),
    Column("risk_class", EnumText(RiskClass), nullable=False),
    Column("subject", plain_text(), nullable=False),
    Column("state", EnumText(AlertState), nullable=False),
    Column("sequence", Integer(), nullable=False),
    Column("local_day", Date(), nullable=False),
    Column("raised_at", UtcDateTime(), nullable=False),
    Column("updated_at", UtcDateTime(), nullable=False),
    Column("started_at", UtcDateTime(), nullable=False),
    Column("confirmed_at", UtcDateTime(), nullable=False),
    Column("last_seen_at", UtcDateTime(), nullable=False),
    Column("ended_at", UtcDateTime()),
    Column("violation", json_document(), nullable=False),
    Column("reviewer_id", plain_text()),
    Column("reviewed_at", UtcDateTime()),
    Column("review_state", EnumText(AlertState)),
    Column("review_reason", Text()),
    Column("node_id", plain_text()),
    Column("node_sequence", Integer()),
    Column("node_clock_offset_seconds", Float(53)),
    Column("node_clock_uncertainty_seconds", Float(53)),
    Column("life", json_document()),
    # One open alert for each subject of a rule on a camera, whoever tries and however often it is tried again.
    Index(
        "uq_alerts_open",
        "camera_id",
        "code",
        "subject",
        unique=True,
        sqlite_where=IS_OPEN,
        postgresql_where=IS_OPEN,
    ),
    # `ended_at` is always NULL in these two; named as a column it makes SQLite prefer them to the long indexes below.
    Index("ix_alerts_open_site", "site_id", "ended_at", "risk_class", sqlite_where=IS_OPEN, postgresql_where=IS_OPEN),
    Index("ix_alerts_open_camera", "camera_id", "ended_at", sqlite_where=IS_OPEN, postgresql_where=IS_OPEN),
    Index(None, "enterprise_id", "local_day"),
    Index(None, "site_id", "alert_id"),
    Index(None, "camera_id", "alert_id"),
    Index("ix_alerts_on_clock", "alert_id", sqlite_where=IS_ON_CLOCK, postgresql_where=IS_ON_CLOCK),
    Index(None, "local_day"),
    Index(
        "ix_alerts_to_review",
        "enterprise_id",
        "site_id",
        "risk_class",
        "state",
        "raised_at",
        sqlite_where=IS_TO_REVIEW,
        postgresql_where=IS_TO_REVIEW,
    ),
)

viewings = Table(
    "viewings",
    metadata,
    Column("alert_id", plain_text(), ForeignKey("alerts.alert_id"), primary_key=True),
    Column("user_id", plain_text(), primary_key=True),
    Column("first_at", UtcDateTime(), nullable=False),
)

alert_steps = Table(
    "alert_steps",
    metadata,
    Column("feed_id", counter(), Identity(), primary_key=True),
    Column("alert_id", plain_text(), ForeignKey("alerts.alert_id"), nullable=False),
    Column("sequence", Integer(), nullable=False),
    Column("enterprise_id", plain_text(), nullable=False),
    Column("site_id", plain_text(), nullable=False),
    Column("step", EnumText(AlertStep), nullable=False),
    Column("at", UtcDateTime(), nullable=False),
    Column("actor_id", plain_text()),
    Column("note", Text(), nullable=False),
    Column("payload", json_document(), nullable=False),
    UniqueConstraint("alert_id", "sequence"),
    sqlite_autoincrement=True,
)

evidence = Table(
    "evidence",
    metadata,
    Column("evidence_id", plain_text(), primary_key=True),
    Column("alert_id", plain_text(), ForeignKey("alerts.alert_id"), nullable=False),
    Column("position", Integer(), nullable=False),
    Column("kind", EnumText(EvidenceKind), nullable=False),
    Column("state", EnumText(EvidenceState), nullable=False),
    Column("name", Text(), nullable=False),
    Column("media_type", plain_text(), nullable=False),
    Column("created_at", UtcDateTime(), nullable=False),
    Column("size_bytes", counter()),
    Column("sha256", plain_text()),
    Column("cause", Text()),
    UniqueConstraint("alert_id", "position"),
    Index("ix_evidence_pending", "alert_id", sqlite_where=IS_PENDING, postgresql_where=IS_PENDING),
)

outbox = Table(
    "outbox",
    metadata,
    Column("message_id", counter(), Identity(), primary_key=True),
    Column("topic", Text(), nullable=False),
    Column("payload", LargeBinary(), nullable=False),
    Column("created_at", UtcDateTime(), nullable=False),
    Column("captured_at", UtcDateTime()),
    Column("attempts", Integer(), nullable=False),
    sqlite_autoincrement=True,
)

# No foreign keys: a seal must outlive the step it is over, or nobody could tell that the step is gone.
seals = Table(
    "seals",
    metadata,
    Column("number", counter(), primary_key=True, autoincrement=False),
    Column("form", Integer(), nullable=False),
    Column("feed_id", counter(), nullable=False),
    Column("alert_id", plain_text(), nullable=False),
    Column("sealed_at", UtcDateTime(), nullable=False),
    Column("alert_sha256", plain_text()),
    Column("evidence_sha256", plain_text()),
    Column("entry_sha256", plain_text(), nullable=False),
    Column("digest", plain_text(), nullable=False),
    UniqueConstraint("feed_id"),
    Index(None, "alert_id"),
)

seal_timestamps = Table(
    "seal_timestamps",
    metadata,
    Column("number", counter(), primary_key=True, autoincrement=False),
    Column("digest", plain_text(), nullable=False),
    Column("stamped_at", UtcDateTime(), nullable=False),
    Column("authority", Text(), nullable=False),
    Column("token", LargeBinary(), nullable=False),
    Column("clock_offset_seconds", Float(53)),
    Column("clock_uncertainty_seconds", Float(53)),
    Column("clock_accuracy_seconds", Float(53)),
)

pack_copies = Table(
    "pack_copies",
    metadata,
    Column("copy_id", plain_text(), primary_key=True),
    Column("alert_id", plain_text(), nullable=False),
    Column("user_id", plain_text()),
    Column("made_at", UtcDateTime(), nullable=False),
    Column("has_clip", Boolean(), nullable=False),
    Column("sha256", plain_text(), nullable=False),
    Index(None, "alert_id"),
)

users = Table(
    "users",
    metadata,
    Column("user_id", plain_text(), primary_key=True),
    Column("name", plain_text(), nullable=False),
    Column("password_hash", SecretText(), nullable=False),
    Column("role", EnumText(Role), nullable=False),
    Column("sees_everything", Boolean(), nullable=False),
    Column("is_active", Boolean(), nullable=False),
    Column("must_change_password", Boolean(), nullable=False),
    Column("created_at", UtcDateTime(), nullable=False),
    UniqueConstraint("name"),
)

user_scopes = Table(
    "user_scopes",
    metadata,
    Column("user_id", plain_text(), ForeignKey("users.user_id", ondelete="CASCADE"), primary_key=True),
    Column("kind", plain_text(), primary_key=True),  # "enterprise" or "site"
    Column("scope_id", plain_text(), primary_key=True),
)

sessions = Table(
    "sessions",
    metadata,
    Column("secret_sha256", plain_text(), primary_key=True),
    Column("user_id", plain_text(), ForeignKey("users.user_id", ondelete="CASCADE"), nullable=False),
    Column("created_at", UtcDateTime(), nullable=False),
    Column("expires_at", UtcDateTime(), nullable=False),
    Column("agent", Text(), nullable=False, server_default=""),
    Column("address", Text(), nullable=False, server_default=""),
    Index(None, "user_id"),
    Index(None, "expires_at"),
)

api_tokens = Table(
    "api_tokens",
    metadata,
    Column("token_id", plain_text(), primary_key=True),
    Column("user_id", plain_text(), ForeignKey("users.user_id", ondelete="CASCADE"), nullable=False),
    Column("name", plain_text(), nullable=False),
    Column("secret_sha256", plain_text(), nullable=False),
    Column("role", EnumText(Role), nullable=False),
    Column("created_at", UtcDateTime(), nullable=False),
    Column("expires_at", UtcDateTime()),
    Column("last_used_at", UtcDateTime()),
    Column("scope", json_document()),
    UniqueConstraint("secret_sha256"),
    Index(None, "user_id"),
)

# Beyond one machine (PostgreSQL only): who may act for what until when, and how cameras are spread.

leases = Table(
    "leases",
    metadata,
    Column("name", plain_text(), primary_key=True),
    Column("holder", plain_text(), nullable=False),
    Column("epoch", counter(), nullable=False),  # grows with each change of the holder
    Column("expires_at", UtcDateTime(), nullable=False),
    Index(None, "holder"),
)

camera_groups = Table(
    "camera_groups",
    metadata,
    Column("group_id", plain_text(), primary_key=True),
    Column("node", plain_text(), nullable=False),
    Column("holder", plain_text(), nullable=False),  # the process that runs the group now
    Column("capacity_ms", Integer(), nullable=False),
    Column("seen_at", UtcDateTime(), nullable=False),
)

placements = Table(
    "placements",
    metadata,
    Column("camera_id", plain_text(), ForeignKey("cameras.camera_id", ondelete="CASCADE"), primary_key=True),
    Column("group_id", plain_text()),  # NULL: there is no room for it
    Index(None, "group_id"),
)

camera_statuses = Table(
    "camera_statuses",
    metadata,
    Column("camera_id", plain_text(), ForeignKey("cameras.camera_id", ondelete="CASCADE"), primary_key=True),
    Column("group_id", plain_text(), nullable=False),
    Column("written_at", UtcDateTime(), nullable=False),
    Column("status", json_document(), nullable=False),
)

# A centre's: who reports to it, and what of its registry stands for what at each node.


# An edge's: what its centre does not have yet.
