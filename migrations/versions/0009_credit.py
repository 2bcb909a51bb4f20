"""The three ledgers, their guards, observed hours, snapshots of the index, and more about enterprises.

The guards are triggers, written once and spelt for both databases: rows of ledgers are only added, each follows the
last one, people's steps are people's, and what may not be published is not.

Revision: 0009, after 0008
"""

# ruff: noqa: S608 - every word of these statements is written here

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

PERSON = "length(trim({0})) > 0 AND lower(trim({0})) NOT IN ('system', 'machine', 'brightkitchen')"
ORIGIN = "0" * 64
CHAINS = ("lead_entries", "supervision_entries", "public_records", "record_steps")
FROZEN = (*CHAINS, "index_snapshots")


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
    for table in FROZEN:
        _freeze(table)
    for table in CHAINS:
        _guard(table, "chain", _is_no_next(table))
    for table, name, condition in _guards():
        _guard(table, name, condition)
    _guard("record_deliveries", "append_only", "TRUE", event="DELETE")
    _guard("record_deliveries", "delivered_once", _is_no_confirmation(), event="UPDATE")
    _order_withdrawals()


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


# Guards


def _is_no_next(table: str) -> str:
    return (
        f"NEW.number <> (SELECT COALESCE(MAX(number), 0) + 1 FROM {table})"
        f" OR NEW.previous <> COALESCE((SELECT digest FROM {table} WHERE number = NEW.number - 1), '{ORIGIN}')"
        f" OR length(NEW.digest) <> 64"
    )


def _is_officer(column: str) -> str:
    return f"EXISTS (SELECT 1 FROM users WHERE user_id = {column} AND role = 'regulator' AND is_active)"


def _is_known(column: str, alert: str) -> str:
    """A person with an account here, or a step that another machine's people took."""
    return (
        f"(EXISTS (SELECT 1 FROM users WHERE user_id = {column})"
        f" OR EXISTS (SELECT 1 FROM alerts WHERE alert_id = {alert} AND node_id IS NOT NULL))"
    )


def _day_of(column: str) -> str:
    return f"({column} AT TIME ZONE 'UTC')::date" if _is_postgresql() else f"date({column})"


def _plus_days(day: str, days: int) -> str:
    return f"({day} + {days})" if _is_postgresql() else f"date({day}, '+{days} days')"


def _is_over(record: str) -> str:
    over = "('withdrawn', 'repaired', 'expired')"
    return f"EXISTS (SELECT 1 FROM record_steps WHERE record_id = {record} AND kind IN {over})"


def _guards() -> list[tuple[str, str, str]]:
    """Table, name, and the condition under which a new row is refused."""
    no_clauses = "NEW.clauses = '[]'::jsonb" if _is_postgresql() else "NEW.clauses = '[]'"
    # A day begins in China before it begins in UTC.
    entered, taken = (_plus_days(_day_of(f"NEW.{name}"), 1) for name in ("entered_at", "at"))
    of_a_case = "NEW.kind IN ('disputed', 'suspended', 'overturned', 'rectified', 'sent_back', 'verified', 'closed')"
    last_report = (
        "(SELECT actor_id FROM supervision_entries WHERE case_id = NEW.case_id AND kind = 'rectified'"
        " ORDER BY sequence DESC LIMIT 1)"
    )
    record = "(SELECT {0} FROM public_records WHERE record_id = NEW.record_id)"
    mark = (
        "(SELECT kind FROM record_steps WHERE record_id = NEW.record_id AND kind IN ('final', 'contested')"
        " ORDER BY number DESC LIMIT 1)"
    )
    decided = "(SELECT MAX(decided_on) FROM record_steps WHERE record_id = NEW.record_id AND kind = {0})"
    return [
        ("lead_entries", "known", "EXISTS (SELECT 1 FROM lead_entries WHERE entry_id = NEW.entry_id)"),
        (
            "lead_entries",
            "account",
            "NEW.kind IN ('confirmed', 'dismissed', 'abstained') AND NOT " + _is_known("NEW.actor_id", "NEW.alert_id"),
        ),
        (
            "supervision_entries",
            "known",
            "EXISTS (SELECT 1 FROM supervision_entries WHERE entry_id = NEW.entry_id)",
        ),
        (
            "supervision_entries",
            "account",
            "NEW.kind <> 'observed' AND NOT " + _is_known("NEW.actor_id", "NEW.case_id"),
        ),
        (
            "supervision_entries",
            "officer",
            "NEW.kind IN ('inspection', 'level', 'burden') AND NOT " + _is_officer("NEW.actor_id"),
        ),
        (
            "supervision_entries",
            "case",
            (
                "(NEW.kind = 'confirmed' AND (NEW.case_id IS NULL OR NEW.sequence IS NULL OR NEW.code IS NULL))"
                f" OR ({of_a_case} AND (NEW.case_id IS NULL OR NEW.sequence IS NULL OR NOT EXISTS"
                " (SELECT 1 FROM supervision_entries WHERE case_id = NEW.case_id AND kind = 'confirmed')))"
            ),
        ),
        (
            "supervision_entries",
            "verifier",
            f"NEW.kind = 'verified' AND COALESCE({last_report}, '') <> COALESCE(NEW.submitter_id, '-')",
        ),
        (
            "supervision_entries",
            "corrected",
            (
                "NEW.corrects IS NOT NULL AND NOT EXISTS (SELECT 1 FROM supervision_entries"
                " WHERE entry_id = NEW.corrects AND enterprise_id = NEW.enterprise_id AND kind <> 'correction')"
            ),
        ),
        ("public_records", "known", "EXISTS (SELECT 1 FROM public_records WHERE record_id = NEW.record_id)"),
        (
            "public_records",
            "known_document",
            (
                "NEW.corrects IS NULL AND EXISTS (SELECT 1 FROM public_records WHERE enterprise_id = NEW.enterprise_id"
                " AND authority_code = NEW.authority_code AND document_no = NEW.document_no AND kind = NEW.kind"
                " AND corrects IS NULL)"
            ),
        ),
        ("public_records", "officer", "NOT " + _is_officer("NEW.officer_id")),
        ("public_records", "clauses", no_clauses),
        ("public_records", "decision_date", f"NEW.decision_date > {entered}"),
        (
            "public_records",
            "credit_code",
            "NEW.credit_code <> (SELECT credit_code FROM enterprises WHERE enterprise_id = NEW.enterprise_id)",
        ),
        (
            "public_records",
            "corrected",
            (
                "NEW.corrects IS NOT NULL AND NOT EXISTS (SELECT 1 FROM public_records"
                " WHERE record_id = NEW.corrects AND enterprise_id = NEW.enterprise_id)"
            ),
        ),
        ("record_steps", "officer", "NOT " + _is_officer("NEW.officer_id")),
        ("record_steps", "over", _is_over("NEW.record_id")),
        (
            "record_steps",
            "publication",
            (
                f"NEW.kind = 'published' AND ({record.format('procedure')} = 'simple'"
                f" OR {record.format('outcomes')} = 'warning'"
                f" OR {record.format('kind')} NOT IN ('penalty', 'list_entry', 'honour')"
                " OR EXISTS (SELECT 1 FROM record_steps WHERE record_id = NEW.record_id AND kind = 'published'))"
            ),
        ),
        ("record_steps", "finality", f"NEW.kind = 'published' AND COALESCE({mark}, 'open') <> 'final'"),
        ("record_steps", "decided_on", f"NEW.decided_on > {taken}"),
        (
            "record_deliveries",
            "known",
            (
                "EXISTS (SELECT 1 FROM record_deliveries WHERE delivery_id = NEW.delivery_id"
                " OR (record_id = NEW.record_id AND receiver = NEW.receiver AND action = NEW.action))"
            ),
        ),
        (
            "record_deliveries",
            "unpublished",
            (
                f"NEW.action = 'publish' AND ({_is_over('NEW.record_id')} OR NOT EXISTS"
                " (SELECT 1 FROM record_steps WHERE record_id = NEW.record_id AND kind = 'published'))"
            ),
        ),
        (
            "record_deliveries",
            "due",
            "(NEW.action = 'withdraw' AND NOT COALESCE(NEW.due_on <= "
            + _plus_days(decided.format("'withdrawn'"), 3)
            + ", FALSE)) OR (NEW.action = 'repair' AND NOT COALESCE(NEW.due_on <= "
            + _plus_days(decided.format("'repaired'"), 3)
            + ", FALSE))",
        ),
    ]


def _is_no_confirmation() -> str:
    same = " OR ".join(
        f"NEW.{name} <> OLD.{name}" for name in ("delivery_id", "record_id", "receiver", "action", "ordered_at")
    )
    return (
        f"OLD.delivered_at IS NOT NULL OR NEW.delivered_at IS NULL OR NEW.delivered_at < OLD.ordered_at OR {same}"
        " OR COALESCE(NEW.due_on, OLD.ordered_at) <> COALESCE(OLD.due_on, OLD.ordered_at)"
    )


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _freeze(table: str) -> None:
    _guard(table, "append_only", "TRUE", event="UPDATE")
    _guard(table, "append_only", "TRUE", event="DELETE")
    if _is_postgresql():
        name = f"guard_{table}_append_only_truncate"
        op.execute(
            f"CREATE TRIGGER {name} BEFORE TRUNCATE ON {table}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION guard_{table}_append_only_delete()"
        )


def _guard(table: str, guard: str, condition: str, *, event: str = "INSERT") -> None:
    """Refuse a row where the condition holds, with a message that names the guard."""
    name = f"guard_{table}_{guard}" + ("" if event == "INSERT" else f"_{event.lower()}")
    if not _is_postgresql():
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {condition}"
            f" BEGIN SELECT RAISE(ABORT, 'guard {guard} of {table}'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {condition} THEN"
        f" RAISE EXCEPTION 'guard {guard} of {table}' USING ERRCODE = 'check_violation'; END IF;"
        f" RETURN {'OLD' if event == 'DELETE' else 'NEW'}; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def _order_withdrawals() -> None:
    """Whoever withdraws or repairs, by whatever way, orders the same of every receiver that was published to."""
    for kind, action in (("withdrawn", "withdraw"), ("repaired", "repair")):
        name = f"order_{action}"
        ordered = (
            "INSERT INTO record_deliveries (delivery_id, record_id, receiver, action, ordered_at, due_on)"
            f" SELECT '{action}-' || delivery_id, record_id, receiver, '{action}', NEW.at,"
            f" {_plus_days('NEW.decided_on', 3)} FROM record_deliveries"
            " WHERE record_id = NEW.record_id AND action = 'publish'"
        )
        if not _is_postgresql():
            op.execute(
                f"CREATE TRIGGER {name} AFTER INSERT ON record_steps WHEN NEW.kind = '{kind}' BEGIN {ordered}; END"
            )
            continue
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {ordered}; RETURN NEW; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {name} AFTER INSERT ON record_steps FOR EACH ROW"
            f" WHEN (NEW.kind = '{kind}') EXECUTE FUNCTION {name}()"
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
    if _is_postgresql():
        _drop_functions()
    op.drop_index("ix_enterprises_region", "enterprises")
    op.drop_index("ix_enterprises_head_office_id", "enterprises")
    for column in ("contacts", "head_office_id", "region", "licence_valid_to", "licence_no"):
        op.drop_column("enterprises", column)


def _drop_functions() -> None:
    names = [f"guard_{table}_{guard}" for table, guard, _ in _guards()]
    names += [f"guard_{table}_chain" for table in CHAINS]
    names += [f"guard_{table}_append_only_{event}" for table in FROZEN for event in ("update", "delete")]
    names += ["guard_record_deliveries_append_only_delete", "guard_record_deliveries_delivered_once_update"]
    names += ["order_withdraw", "order_repair"]
    for name in names:
        op.execute(f"DROP FUNCTION {name}()")
