"""The tables of grants of extracts and of their reads. It belongs to the same schema as those of `rows`.

The triggers stand in `migrations/versions/0015_extracts.py`: of a grant only its withdrawal is added, reads are only
added, and only while the grant stands.
"""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)

from service.storage.columns import UtcDateTime, counter, plain_text
from service.storage.metadata import metadata

# No foreign key to enterprise or account: what somebody consented to outlives their rows.
extract_grants = Table(
    "extract_grants",
    metadata,
    Column("number", counter(), Identity(), primary_key=True),
    Column("grant_id", plain_text(), nullable=False),
    Column("enterprise_id", plain_text(), nullable=False),
    Column("receiver", Text(), nullable=False),
    Column("purpose", Text(), nullable=False),
    Column("has_index", Boolean(), nullable=False),
    Column("has_records", Boolean(), nullable=False),
    Column("days", Integer(), nullable=False),
    Column("given_at", UtcDateTime(), nullable=False),
    Column("given_by", plain_text(), nullable=False),
    Column("giver_name", plain_text(), nullable=False),
    Column("secret_sha256", plain_text(), nullable=False),
    Column("withdrawn_at", UtcDateTime()),
    Column("withdrawer_name", plain_text()),
    UniqueConstraint("grant_id"),
    UniqueConstraint("secret_sha256"),
    CheckConstraint("length(trim(receiver)) > 0 AND length(trim(purpose)) > 0", name="told"),
    CheckConstraint("has_index OR has_records", name="parts"),
    CheckConstraint("days BETWEEN 1 AND 365", name="days"),
    CheckConstraint("length(secret_sha256) = 64", name="secret"),
    CheckConstraint("(withdrawn_at IS NULL) = (withdrawer_name IS NULL)", name="withdrawal"),
    Index(None, "enterprise_id", "number"),
    sqlite_autoincrement=True,
)

extract_reads = Table(
    "extract_reads",
    metadata,
    Column("number", counter(), Identity(), primary_key=True),
    Column("grant_id", plain_text(), ForeignKey("extract_grants.grant_id"), nullable=False),
    Column("at", UtcDateTime(), nullable=False),
    Column("address", Text(), nullable=False),
    Index(None, "grant_id", "number"),
    sqlite_autoincrement=True,
)
