"""Grants of extracts to third parties, and their reads.

Guards as triggers: only an operator gives a grant; of a grant only its withdrawal is added, once; reads are only added,
and only while the grant stands. Its columns say that it ends within a year and holds nothing but index and records.

Revision: 0015, after 0014
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_KEPT = (
    "number",
    "grant_id",
    "enterprise_id",
    "receiver",
    "purpose",
    "has_index",
    "has_records",
    "days",
    "given_at",
    "given_by",
    "giver_name",
    "secret_sha256",
)
OPERATOR = "EXISTS (SELECT 1 FROM users WHERE user_id = NEW.given_by AND role = 'operator' AND is_active)"
REWRITTEN = (
    "OLD.withdrawn_at IS NOT NULL OR NEW.withdrawn_at IS NULL OR NEW.withdrawn_at < OLD.given_at OR "
    + " OR ".join(f"NEW.{column} <> OLD.{column}" for column in _KEPT)
)
_END = {"sqlite": "julianday(given_at) + days", "postgresql": "given_at + make_interval(days => days)"}
_READ = {"sqlite": "julianday(NEW.at)", "postgresql": "NEW.at"}


def _guards(dialect: str) -> tuple[tuple[str, str, str, str], ...]:
    is_standing = f"grant_id = NEW.grant_id AND withdrawn_at IS NULL AND {_READ[dialect]} < {_END[dialect]}"
    stands = f"EXISTS (SELECT 1 FROM extract_grants WHERE {is_standing})"  # noqa: S608 - of the constants above
    return (
        ("extract_grants", "enterprise", "INSERT", f"NEW.withdrawn_at IS NOT NULL OR NOT {OPERATOR}"),
        ("extract_grants", "rewritten", "UPDATE", REWRITTEN),
        ("extract_grants", "append_only", "DELETE", "TRUE"),
        ("extract_reads", "standing", "INSERT", f"NOT {stands}"),
        ("extract_reads", "append_only", "UPDATE", "TRUE"),
        ("extract_reads", "append_only", "DELETE", "TRUE"),
    )


def _plain() -> Any:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _counter() -> Any:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "extract_grants",
        sa.Column("number", _counter(), sa.Identity(), nullable=False),
        sa.Column("grant_id", _plain(), nullable=False),
        sa.Column("enterprise_id", _plain(), nullable=False),
        sa.Column("receiver", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("has_index", sa.Boolean(), nullable=False),
        sa.Column("has_records", sa.Boolean(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by", _plain(), nullable=False),
        sa.Column("giver_name", _plain(), nullable=False),
        sa.Column("secret_sha256", _plain(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawer_name", _plain(), nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_extract_grants"),
        sa.UniqueConstraint("grant_id", name="uq_extract_grants_grant_id"),
        sa.UniqueConstraint("secret_sha256", name="uq_extract_grants_secret_sha256"),
        sa.CheckConstraint("length(trim(receiver)) > 0 AND length(trim(purpose)) > 0", name="told"),
        sa.CheckConstraint("has_index OR has_records", name="parts"),
        sa.CheckConstraint("days BETWEEN 1 AND 365", name="days"),
        sa.CheckConstraint("length(secret_sha256) = 64", name="secret"),
        sa.CheckConstraint("(withdrawn_at IS NULL) = (withdrawer_name IS NULL)", name="withdrawal"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_extract_grants_enterprise_id_number", "extract_grants", ["enterprise_id", "number"])
    op.create_table(
        "extract_reads",
        sa.Column("number", _counter(), sa.Identity(), nullable=False),
        sa.Column("grant_id", _plain(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_extract_reads"),
        sa.ForeignKeyConstraint(["grant_id"], ["extract_grants.grant_id"], name="fk_extract_reads_grant_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_extract_reads_grant_id_number", "extract_reads", ["grant_id", "number"])
    for table, name, event, condition in _guards(_dialect()):
        _guard(table, name, event, condition)


def _dialect() -> str:
    return op.get_bind().dialect.name


def _named(table: str, guard: str, event: str) -> str:
    return f"guard_{table}_{guard}_{event.lower()}"


def _guard(table: str, guard: str, event: str, condition: str) -> None:
    """Refuse what the condition holds for, with a message that names the guard."""
    name = _named(table, guard, event)
    if _dialect() != "postgresql":
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
    dialect = _dialect()
    for table in ("extract_reads", "extract_grants"):
        op.drop_table(table)
    if dialect == "postgresql":
        for table, guard, event, _ in _guards(dialect):
            op.execute(f"DROP FUNCTION {_named(table, guard, event)}()")
