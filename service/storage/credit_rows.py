"""The tables of the three ledgers and of the index. Rows of ledgers are only ever added: triggers refuse the rest.

The triggers stand in `migrations/versions/0009_credit.py`. A table that is rebuilt (batch_alter_table on SQLite) loses
them: a migration that does so must make them again.
"""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from credit.ledger import LeadKind, SupervisionKind
from credit.profile import Colour
from credit.records import DeliveryAction, Procedure, RecordKind, RecordStepKind, Severity
from domain.risk import RiskClass
from service.storage.columns import EnumText, UtcDateTime, counter, json_document, plain_text
from service.storage.metadata import metadata

IS_ORIGINAL = text("corrects IS NULL")
# The same words stand in the migration.
PERSON = "length(trim({0})) > 0 AND lower(trim({0})) NOT IN ('system', 'machine', 'brightkitchen')"

lead_entries = Table(
    "lead_entries",
    metadata,
    Column("number", counter(), primary_key=True, autoincrement=False),
    Column("previous", plain_text(), nullable=False),
    Column("digest", plain_text(), nullable=False),
    Column("entry_id", plain_text(), nullable=False),
    Column("enterprise_id", plain_text(), nullable=False),
    Column("site_id", plain_text(), nullable=False),
    Column("alert_id", plain_text(), nullable=False),
    Column("code", plain_text(), nullable=False),
    Column("code_version", plain_text(), nullable=False),
    Column("kind", EnumText(LeadKind), nullable=False),
    Column("day", Date(), nullable=False),
    Column("at", UtcDateTime(), nullable=False),
    Column("actor_id", plain_text()),
    UniqueConstraint("entry_id"),
    CheckConstraint(
        f"kind IN ('detected', 'expired') OR (actor_id IS NOT NULL AND {PERSON.format('actor_id')})", name="person"
    ),
    Index(None, "enterprise_id", "day"),
    Index(None, "alert_id"),
)

supervision_entries = Table(
    "supervision_entries",
    metadata,
    Column("number", counter(), primary_key=True, autoincrement=False),
    Column("previous", plain_text(), nullable=False),
    Column("digest", plain_text(), nullable=False),
    Column("entry_id", plain_text(), nullable=False),
    Column("enterprise_id", plain_text(), nullable=False),
    Column("site_id", plain_text()),
    Column("kind", EnumText(SupervisionKind), nullable=False),
    Column("day", Date(), nullable=False),
    Column("at", UtcDateTime(), nullable=False),
    Column("actor_id", plain_text()),
    Column("case_id", plain_text()),
    Column("sequence", Integer()),
    Column("code", plain_text()),
    Column("code_version", plain_text()),
    Column("risk_class", EnumText(RiskClass)),
    Column("clauses", json_document(), nullable=False),
    Column("submitter_id", plain_text()),
    Column("figures", json_document(), nullable=False),
    Column("observed_seconds", Integer()),
    Column("open_seconds", Integer()),
    Column("reason", Text(), nullable=False),
    Column("corrects", plain_text()),
    UniqueConstraint("entry_id"),
    CheckConstraint(f"kind = 'observed' OR (actor_id IS NOT NULL AND {PERSON.format('actor_id')})", name="person"),
    CheckConstraint(
        "kind <> 'verified' OR (submitter_id IS NOT NULL AND submitter_id <> actor_id)", name="two_persons"
    ),
    CheckConstraint(
        "(kind = 'correction') = (corrects IS NOT NULL) AND (kind <> 'correction' OR length(trim(reason)) > 0)",
        name="correction",
    ),
    Index(None, "enterprise_id", "day"),
    Index(None, "case_id"),
    Index(None, "corrects"),
)

public_records = Table(
    "public_records",
    metadata,
    Column("number", counter(), primary_key=True, autoincrement=False),
    Column("previous", plain_text(), nullable=False),
    Column("digest", plain_text(), nullable=False),
    Column("record_id", plain_text(), nullable=False),
    Column("enterprise_id", plain_text(), ForeignKey("enterprises.enterprise_id"), nullable=False),
    Column("credit_code", plain_text(), nullable=False),
    Column("kind", EnumText(RecordKind), nullable=False),
    Column("severity", EnumText(Severity), nullable=False),
    Column("document_no", plain_text(), nullable=False),
    Column("document_type", plain_text(), nullable=False),
    Column("authority_name", plain_text(), nullable=False),
    Column("authority_code", plain_text(), nullable=False),
    Column("decision_date", Date(), nullable=False),
    Column("procedure", EnumText(Procedure), nullable=False),
    Column("facts", Text(), nullable=False),
    Column("outcomes", plain_text(), nullable=False),
    Column("fine_yuan", counter()),
    Column("clauses", json_document(), nullable=False),
    Column("lead_ids", json_document(), nullable=False),
    Column("corrects", plain_text()),
    Column("officer_id", plain_text(), ForeignKey("users.user_id"), nullable=False),
    Column("entered_at", UtcDateTime(), nullable=False),
    UniqueConstraint("record_id"),
    CheckConstraint(
        "length(trim(document_no)) > 0 AND length(trim(document_type)) > 0 AND length(trim(authority_name)) > 0"
        " AND length(authority_code) = 18 AND length(credit_code) = 18 AND length(trim(facts)) > 0"
        " AND length(outcomes) > 0",
        name="document",
    ),
    CheckConstraint(PERSON.format("officer_id"), name="person"),
    CheckConstraint("(kind = 'penalty') = (procedure <> 'none')", name="procedure"),
    # A corrected version has the number of the document that it corrects.
    Index(
        "uq_public_records_document",
        "enterprise_id",
        "authority_code",
        "document_no",
        "kind",
        unique=True,
        sqlite_where=IS_ORIGINAL,
        postgresql_where=IS_ORIGINAL,
    ),
)

record_steps = Table(
    "record_steps",
    metadata,
    Column("number", counter(), primary_key=True, autoincrement=False),
    Column("previous", plain_text(), nullable=False),
    Column("digest", plain_text(), nullable=False),
    Column("record_id", plain_text(), ForeignKey("public_records.record_id"), nullable=False),
    Column("kind", EnumText(RecordStepKind), nullable=False),
    Column("officer_id", plain_text(), ForeignKey("users.user_id"), nullable=False),
    Column("at", UtcDateTime(), nullable=False),
    Column("reason", Text(), nullable=False),
    Column("basis", Text(), nullable=False),
    Column("decided_on", Date()),
    Column("ends_on", Date()),
    CheckConstraint(PERSON.format("officer_id"), name="person"),
    CheckConstraint("kind <> 'published' OR (length(trim(basis)) > 0 AND ends_on IS NOT NULL)", name="basis"),
    CheckConstraint(
        "kind NOT IN ('withdrawn', 'repaired') OR (length(trim(reason)) > 0 AND decided_on IS NOT NULL)",
        name="withdrawal",
    ),
    Index(None, "record_id"),
)

record_deliveries = Table(
    "record_deliveries",
    metadata,
    Column("delivery_id", plain_text(), primary_key=True),
    Column("record_id", plain_text(), ForeignKey("public_records.record_id"), nullable=False),
    Column("receiver", plain_text(), nullable=False),
    Column("action", EnumText(DeliveryAction), nullable=False),
    Column("ordered_at", UtcDateTime(), nullable=False),
    Column("due_on", Date()),
    Column("delivered_at", UtcDateTime()),
    Column("confirmation", Text()),
    UniqueConstraint("record_id", "receiver", "action"),
    CheckConstraint("action = 'publish' OR due_on IS NOT NULL", name="due"),
    CheckConstraint("(delivered_at IS NULL) = (confirmation IS NULL)", name="confirmed"),
    Index(None, "due_on"),
)

ledger_marks = Table(
    "ledger_marks",
    metadata,
    Column("name", plain_text(), primary_key=True),
    Column("value", counter(), nullable=False),
)

observed_time = Table(
    "observed_time",
    metadata,
    Column("site_id", plain_text(), primary_key=True),
    Column("camera_id", plain_text(), primary_key=True),
    Column("day", Date(), primary_key=True),
    Column("enterprise_id", plain_text(), nullable=False),
    Column("observed_seconds", Integer(), nullable=False),
    Column("open_seconds", Integer(), nullable=False),
    Index(None, "day"),
)

index_snapshots = Table(
    "index_snapshots",
    metadata,
    Column("enterprise_id", plain_text(), primary_key=True),
    Column("day", Date(), primary_key=True),
    Column("made_at", UtcDateTime(), primary_key=True),
    Column("profile_label", plain_text(), nullable=False),
    Column("inputs_sha256", plain_text(), nullable=False),
    Column("standing", plain_text(), nullable=False),
    Column("value", Float(53)),
    Column("low", Float(53)),
    Column("high", Float(53)),
    Column("grade", plain_text()),
    Column("colour", EnumText(Colour)),
    Column("held", json_document()),
    Column("supervision_number", counter(), nullable=False),
    Column("record_step_number", counter(), nullable=False),
)
