"""The three ledgers, their guards, observed hours, snapshots of the index, and more about enterprises.

The guards are triggers, written once and spelt for both databases: rows of ledgers are only added, each follows the
last one, people's steps are people's, and what may not be published is not.

Revision: 0009, after 0008
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import ledger_guards

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

PERSON = "length(trim({0})) > 0 AND lower(trim({0})) NOT IN ('system', 'machine', 'brightkitchen')"


def _plain() -> Any:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _document() -> Any:
    return sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def _counter() -> Any:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _instant() -> Any:
    return sa.DateTime(timezone=True)


def _link() -> list[sa.Column[Any]]:
    return [
        sa.Column("number", _counter(), autoincrement=False, nullable=False),
        sa.Column("previous", _plain(), nullable=False),
        sa.Column("digest", _plain(), nullable=False),
    ]


def upgrade() -> None:
    op.add_column("enterprises", sa.Column("licence_no", _plain(), nullable=True))
    op.add_column("enterprises", sa.Column("licence_valid_to", sa.Date(), nullable=True))
    op.add_column("enterprises", sa.Column("region", _plain(), nullable=True))
    op.add_column("enterprises", sa.Column("head_office_id", _plain(), nullable=True))
    op.add_column("enterprises", sa.Column("contacts", _document(), nullable=True))
    op.create_index("ix_enterprises_head_office_id", "enterprises", ["head_office_id"])
    op.create_index("ix_enterprises_region", "enterprises", ["region"])
    _leads()
    _supervision()
    _records()
    _record_steps()
    _rest()
    ledger_guards.install()


def _leads() -> None:
    op.create_table(
        "lead_entries",
        *_link(),
        sa.Column("entry_id", _plain(), nullable=False),
        sa.Column("enterprise_id", _plain(), nullable=False),
        sa.Column("site_id", _plain(), nullable=False),
        sa.Column("alert_id", _plain(), nullable=False),
        sa.Column("code", _plain(), nullable=False),
        sa.Column("code_version", _plain(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", _instant(), nullable=False),
        sa.Column("actor_id", _plain(), nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_lead_entries"),
        sa.UniqueConstraint("entry_id", name="uq_lead_entries_entry_id"),
        sa.CheckConstraint(
            f"kind IN ('detected', 'expired') OR (actor_id IS NOT NULL AND {PERSON.format('actor_id')})",
            name="person",
        ),
    )
    op.create_index("ix_lead_entries_enterprise_id_day", "lead_entries", ["enterprise_id", "day"])
    op.create_index("ix_lead_entries_alert_id", "lead_entries", ["alert_id"])


def _supervision() -> None:
    op.create_table(
        "supervision_entries",
        *_link(),
        sa.Column("entry_id", _plain(), nullable=False),
        sa.Column("enterprise_id", _plain(), nullable=False),
        sa.Column("site_id", _plain(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", _instant(), nullable=False),
        sa.Column("actor_id", _plain(), nullable=True),
        sa.Column("case_id", _plain(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=True),
        sa.Column("code", _plain(), nullable=True),
        sa.Column("code_version", _plain(), nullable=True),
        sa.Column("risk_class", sa.Text(), nullable=True),
        sa.Column("clauses", _document(), nullable=False),
        sa.Column("submitter_id", _plain(), nullable=True),
        sa.Column("figures", _document(), nullable=False),
        sa.Column("observed_seconds", sa.Integer(), nullable=True),
        sa.Column("open_seconds", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("corrects", _plain(), nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_supervision_entries"),
        sa.UniqueConstraint("entry_id", name="uq_supervision_entries_entry_id"),
        sa.CheckConstraint(
            f"kind = 'observed' OR (actor_id IS NOT NULL AND {PERSON.format('actor_id')})", name="person"
        ),
        sa.CheckConstraint(
            "kind <> 'verified' OR (submitter_id IS NOT NULL AND submitter_id <> actor_id)", name="two_persons"
        ),
        sa.CheckConstraint(
            "(kind = 'correction') = (corrects IS NOT NULL) AND (kind <> 'correction' OR length(trim(reason)) > 0)",
            name="correction",
        ),
    )
    op.create_index("ix_supervision_entries_enterprise_id_day", "supervision_entries", ["enterprise_id", "day"])
    op.create_index("ix_supervision_entries_case_id", "supervision_entries", ["case_id"])
    op.create_index("ix_supervision_entries_corrects", "supervision_entries", ["corrects"])


def _records() -> None:
    op.create_table(
        "public_records",
        *_link(),
        sa.Column("record_id", _plain(), nullable=False),
        sa.Column("enterprise_id", _plain(), nullable=False),
        sa.Column("credit_code", _plain(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("document_no", _plain(), nullable=False),
        sa.Column("document_type", _plain(), nullable=False),
        sa.Column("authority_name", _plain(), nullable=False),
        sa.Column("authority_code", _plain(), nullable=False),
        sa.Column("decision_date", sa.Date(), nullable=False),
        sa.Column("procedure", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("outcomes", _plain(), nullable=False),
        sa.Column("fine_yuan", _counter(), nullable=True),
        sa.Column("clauses", _document(), nullable=False),
        sa.Column("lead_ids", _document(), nullable=False),
        sa.Column("corrects", _plain(), nullable=True),
        sa.Column("officer_id", _plain(), nullable=False),
        sa.Column("entered_at", _instant(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_public_records"),
        sa.UniqueConstraint("record_id", name="uq_public_records_record_id"),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprises.enterprise_id"], name="fk_public_records_enterprise_id"
        ),
        sa.ForeignKeyConstraint(["officer_id"], ["users.user_id"], name="fk_public_records_officer_id"),
        sa.CheckConstraint(
            "length(trim(document_no)) > 0 AND length(trim(document_type)) > 0 AND length(trim(authority_name)) > 0"
            " AND length(authority_code) = 18 AND length(credit_code) = 18 AND length(trim(facts)) > 0"
            " AND length(outcomes) > 0",
            name="document",
        ),
        sa.CheckConstraint(PERSON.format("officer_id"), name="person"),
        sa.CheckConstraint("(kind = 'penalty') = (procedure <> 'none')", name="procedure"),
    )
    op.create_index(
        "uq_public_records_document",
        "public_records",
        ["enterprise_id", "authority_code", "document_no", "kind"],
        unique=True,
        sqlite_where=sa.text("corrects IS NULL"),
        postgresql_where=sa.text("corrects IS NULL"),
    )


def _record_steps() -> None:
    op.create_table(
        "record_steps",
        *_link(),
        sa.Column("record_id", _plain(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("officer_id", _plain(), nullable=False),
        sa.Column("at", _instant(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_record_steps"),
        sa.ForeignKeyConstraint(["record_id"], ["public_records.record_id"], name="fk_record_steps_record_id"),
        sa.ForeignKeyConstraint(["officer_id"], ["users.user_id"], name="fk_record_steps_officer_id"),
        sa.CheckConstraint(PERSON.format("officer_id"), name="person"),
        sa.CheckConstraint("kind <> 'published' OR (length(trim(basis)) > 0 AND ends_on IS NOT NULL)", name="basis"),
        sa.CheckConstraint(
            "kind NOT IN ('withdrawn', 'repaired') OR (length(trim(reason)) > 0 AND decided_on IS NOT NULL)",
            name="withdrawal",
        ),
    )
    op.create_index("ix_record_steps_record_id", "record_steps", ["record_id"])
    op.create_table(
        "record_deliveries",
        sa.Column("delivery_id", _plain(), nullable=False),
        sa.Column("record_id", _plain(), nullable=False),
        sa.Column("receiver", _plain(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("ordered_at", _instant(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("delivered_at", _instant(), nullable=True),
        sa.Column("confirmation", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("delivery_id", name="pk_record_deliveries"),
        sa.ForeignKeyConstraint(["record_id"], ["public_records.record_id"], name="fk_record_deliveries_record_id"),
        sa.UniqueConstraint("record_id", "receiver", "action", name="uq_record_deliveries_record_id_receiver_action"),
        sa.CheckConstraint("action = 'publish' OR due_on IS NOT NULL", name="due"),
        sa.CheckConstraint("(delivered_at IS NULL) = (confirmation IS NULL)", name="confirmed"),
    )
    op.create_index("ix_record_deliveries_due_on", "record_deliveries", ["due_on"])


def _rest() -> None:
    op.create_table(
        "ledger_marks",
        sa.Column("name", _plain(), nullable=False),
        sa.Column("value", _counter(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_ledger_marks"),
    )
    op.create_table(
        "observed_time",
        sa.Column("site_id", _plain(), nullable=False),
        sa.Column("camera_id", _plain(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("enterprise_id", _plain(), nullable=False),
        sa.Column("observed_seconds", sa.Integer(), nullable=False),
        sa.Column("open_seconds", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "camera_id", "day", name="pk_observed_time"),
    )
    op.create_index("ix_observed_time_day", "observed_time", ["day"])
    op.create_table(
        "index_snapshots",
        sa.Column("enterprise_id", _plain(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("made_at", _instant(), nullable=False),
        sa.Column("profile_label", _plain(), nullable=False),
        sa.Column("inputs_sha256", _plain(), nullable=False),
        sa.Column("standing", _plain(), nullable=False),
        sa.Column("value", sa.Float(precision=53), nullable=True),
        sa.Column("low", sa.Float(precision=53), nullable=True),
        sa.Column("high", sa.Float(precision=53), nullable=True),
        sa.Column("grade", _plain(), nullable=True),
        sa.Column("colour", sa.Text(), nullable=True),
        sa.Column("held", _document(), nullable=True),
        sa.Column("supervision_number", _counter(), nullable=False),
        sa.Column("record_step_number", _counter(), nullable=False),
        sa.PrimaryKeyConstraint("enterprise_id", "day", "made_at", name="pk_index_snapshots"),
    )


def downgrade() -> None:
    tables = (
        "index_snapshots",
        "observed_time",
        "ledger_marks",
        "record_deliveries",
        "record_steps",
        "public_records",
        "supervision_entries",
        "lead_entries",
    )
    for table in tables:
        op.drop_table(table)
    ledger_guards.remove_functions()
    op.drop_index("ix_enterprises_region", "enterprises")
    op.drop_index("ix_enterprises_head_office_id", "enterprises")
    for column in ("contacts", "head_office_id", "region", "licence_valid_to", "licence_no"):
        op.drop_column("enterprises", column)
