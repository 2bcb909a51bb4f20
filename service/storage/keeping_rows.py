"""The tables of what was deleted, what is held and who looked. `migrate` joins them to the rest."""

from sqlalchemy import Column, Index, Integer, Table, Text, UniqueConstraint, text

from alerts.keeping.access import AccessKind
from alerts.keeping.deletion import Trigger
from domain.alert import EvidenceKind
from service.storage.columns import EnumText, UtcDateTime, counter, plain_text
from service.storage.metadata import metadata

# Evidence that was deleted: entries are added, never changed; that its file is gone is an entry of its own.
# No foreign keys here: what they prove must outlive what they are about.
deletions = Table(
    "deletions",
    metadata,
    Column("deletion_id", plain_text(), primary_key=True),
    Column("alert_id", plain_text(), nullable=False),
    Column("sequence", Integer(), nullable=False),
    Column("enterprise_id", plain_text(), nullable=False),
    Column("site_id", plain_text(), nullable=False),
    Column("evidence_id", plain_text(), nullable=False),
    Column("kind", EnumText(EvidenceKind), nullable=False),
    Column("name", Text(), nullable=False),
    Column("size_bytes", counter(), nullable=False),
    Column("sha256", plain_text(), nullable=False),
    Column("trigger", EnumText(Trigger), nullable=False),
    Column("rule", plain_text(), nullable=False),
    Column("policy_version", plain_text(), nullable=False),
    Column("policy_sha256", plain_text(), nullable=False),
    Column("decided_at", UtcDateTime(), nullable=False),
    UniqueConstraint("evidence_id"),
    Index(None, "alert_id"),
)

erasures = Table(
    "erasures",
    metadata,
    Column("deletion_id", plain_text(), primary_key=True),
    Column("erased_at", UtcDateTime(), nullable=False),
)

IS_STANDING = text("lifted_at IS NULL")

legal_holds = Table(
    "legal_holds",
    metadata,
    Column("hold_id", plain_text(), primary_key=True),
    Column("alert_id", plain_text(), nullable=False),
    Column("enterprise_id", plain_text(), nullable=False),
    Column("site_id", plain_text(), nullable=False),
    Column("set_by", plain_text(), nullable=False),
    Column("set_at", UtcDateTime(), nullable=False),
    Column("reason", Text(), nullable=False),
    Column("lifted_by", plain_text()),
    Column("lifted_at", UtcDateTime()),
    Column("lift_reason", Text(), nullable=False),
    Index("uq_legal_holds_standing", "alert_id", unique=True, sqlite_where=IS_STANDING, postgresql_where=IS_STANDING),
)

accesses = Table(
    "accesses",
    metadata,
    Column("number", counter(), primary_key=True, autoincrement=False),
    Column("at", UtcDateTime(), nullable=False),
    Column("user_id", plain_text()),
    Column("user_name", plain_text(), nullable=False),
    Column("kind", EnumText(AccessKind), nullable=False),
    Column("enterprise_id", plain_text(), nullable=False),
    Column("site_id", plain_text(), nullable=False),
    Column("alert_id", plain_text(), nullable=False),
    Column("evidence_id", plain_text(), nullable=False),
    Column("reason", Text(), nullable=False),
    Column("digest", plain_text(), nullable=False),
    Index(None, "user_id", "evidence_id", "at"),
)
