"""Platforms that are told of public records, what became of each delivery, and their answers.

Guards as triggers: the ledger knows a receiver by its name, so the name stays; one that was told something stays; only
an officer gives a delivery up; answers are only added.

Revision: 0014, after 0013
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

OFFICER = "EXISTS (SELECT 1 FROM users WHERE user_id = NEW.given_up_by AND role = 'regulator' AND is_active)"
TOLD = "EXISTS (SELECT 1 FROM record_deliveries WHERE receiver = OLD.name)"
NO_OFFICER = f"NEW.state = 'given_up' AND NOT {OFFICER}"
# A person's reason and the first try's content stay; what is over begins no more.
REWRITTEN = (
    "NEW.delivery_id <> OLD.delivery_id OR NEW.attempts < OLD.attempts"
    " OR (OLD.subject_name IS NOT NULL AND COALESCE(NEW.subject_name, '') <> OLD.subject_name)"
    " OR (OLD.state = 'superseded' AND NEW.state <> 'superseded')"
)
GUARDS = (
    ("record_receivers", "name", "UPDATE", "NEW.name <> OLD.name OR NEW.receiver_id <> OLD.receiver_id"),
    ("record_receivers", "told", "DELETE", TOLD),
    ("record_pushes", "officer", "INSERT", NO_OFFICER),
    ("record_pushes", "officer", "UPDATE", f"OLD.state <> 'given_up' AND {NO_OFFICER}"),
    ("record_pushes", "rewritten", "UPDATE", REWRITTEN),
    ("record_pushes", "append_only", "DELETE", "TRUE"),
    ("record_push_answers", "append_only", "UPDATE", "TRUE"),
    ("record_push_answers", "append_only", "DELETE", "TRUE"),
)


def _plain() -> Any:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _document() -> Any:
    return sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def _counter() -> Any:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "record_receivers",
        sa.Column("receiver_id", _plain(), nullable=False),
        sa.Column("name", _plain(), nullable=False),
        sa.Column("is_everything", sa.Boolean(), nullable=False),
        sa.Column("enterprise_ids", _document(), nullable=False),
        sa.Column("shown_address", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("receiver_id", name="pk_record_receivers"),
        sa.UniqueConstraint("name", name="uq_record_receivers_name"),
    )
    op.create_table(
        "record_pushes",
        sa.Column("delivery_id", _plain(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("subject_name", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("given_up_by", _plain(), nullable=True),
        sa.PrimaryKeyConstraint("delivery_id", name="pk_record_pushes"),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["record_deliveries.delivery_id"], name="fk_record_pushes_delivery_id"
        ),
        sa.ForeignKeyConstraint(["given_up_by"], ["users.user_id"], name="fk_record_pushes_given_up_by"),
        sa.CheckConstraint("state IN ('waiting', 'given_up', 'superseded')", name="state"),
        sa.CheckConstraint(
            "(state = 'given_up') = (given_up_by IS NOT NULL)"
            " AND (state = 'waiting' OR COALESCE(length(trim(reason)), 0) > 0)",
            name="given_up",
        ),
    )
    op.create_table(
        "record_push_answers",
        sa.Column("number", _counter(), sa.Identity(always=False), nullable=False),
        sa.Column("delivery_id", _plain(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("is_taken", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_record_push_answers"),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["record_deliveries.delivery_id"], name="fk_record_push_answers_delivery_id"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_record_push_answers_delivery_id", "record_push_answers", ["delivery_id"])
    for table, name, event, condition in GUARDS:
        _guard(table, name, event, condition)


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _named(table: str, guard: str, event: str) -> str:
    return f"guard_{table}_{guard}_{event.lower()}"


def _guard(table: str, guard: str, event: str, condition: str) -> None:
    """Refuse what the condition holds for, with a message that names the guard."""
    name = _named(table, guard, event)
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


def downgrade() -> None:
    for table in ("record_push_answers", "record_pushes", "record_receivers"):
        op.drop_table(table)
    if _is_postgresql():
        for table, guard, event, _ in GUARDS:
            op.execute(f"DROP FUNCTION {_named(table, guard, event)}()")
