"""The tables of platforms outside and of what became of what is owed to them. The schema is that of `rows`."""

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

from credit.push.ports import PushState
from service.storage.columns import EnumText, SecretText, UtcDateTime, counter, json_document, plain_text
from service.storage.metadata import metadata

record_receivers = Table(
    "record_receivers",
    metadata,
    Column("receiver_id", plain_text(), primary_key=True),
    Column("name", plain_text(), nullable=False),
    Column("is_everything", Boolean(), nullable=False),
    Column("enterprise_ids", json_document(), nullable=False),
    Column("shown_address", Text(), nullable=False),
    Column("sealed", SecretText(), nullable=False),
    Column("is_enabled", Boolean(), nullable=False),
    Column("version", Integer(), nullable=False),
    Column("created_at", UtcDateTime(), nullable=False),
    UniqueConstraint("name"),
)

# A row is there once something was tried, held, or decided; until then a delivery waits.
record_pushes = Table(
    "record_pushes",
    metadata,
    Column("delivery_id", plain_text(), ForeignKey("record_deliveries.delivery_id"), primary_key=True),
    Column("state", EnumText(PushState), nullable=False),
    Column("attempts", Integer(), nullable=False),
    Column("not_before", UtcDateTime()),
    Column("subject_name", Text()),
    Column("reason", Text()),
    Column("given_up_by", plain_text(), ForeignKey("users.user_id")),
    CheckConstraint("state IN ('waiting', 'given_up', 'superseded')", name="state"),
    CheckConstraint(
        "(state = 'given_up') = (given_up_by IS NOT NULL)"
        " AND (state = 'waiting' OR COALESCE(length(trim(reason)), 0) > 0)",
        name="given_up",
    ),
)

record_push_answers = Table(
    "record_push_answers",
    metadata,
    Column("number", counter(), Identity(), primary_key=True),
    Column("delivery_id", plain_text(), ForeignKey("record_deliveries.delivery_id"), nullable=False),
    Column("at", UtcDateTime(), nullable=False),
    Column("status", Integer()),
    Column("said", Text(), nullable=False),
    Column("is_taken", Boolean(), nullable=False),
    Index(None, "delivery_id"),
    sqlite_autoincrement=True,
)
