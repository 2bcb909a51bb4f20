"""The tables of who is told and what became of it. They belong to the same schema as those of `rows`."""

from typing import Any

from sqlalchemy import Boolean, Column, Date, Identity, Index, Integer, Table, Text, UniqueConstraint, text

from alerts.notify.ports import DeliveryState
from domain.alert import AlertStep
from domain.reminder import ReminderKind
from domain.risk import RiskClass
from service.storage.columns import EnumText, SecretText, UtcDateTime, counter, json_document, plain_text
from service.storage.metadata import metadata

IS_WAITING = text("state = 'waiting'")

recipients = Table(
    "recipients",
    metadata,
    Column("recipient_id", plain_text(), primary_key=True),
    Column("name", plain_text(), nullable=False),
    Column("document", json_document(), nullable=False),
    Column("sealed", SecretText(), nullable=False),
    Column("version", Integer(), nullable=False),
    Column("created_at", UtcDateTime(), nullable=False),
    UniqueConstraint("name"),
)


def _standing() -> list[Column[Any]]:
    """What became of something that is owed to a recipient."""
    return [
        Column("state", EnumText(DeliveryState), nullable=False),
        Column("not_before", UtcDateTime(), nullable=False),
        Column("attempts", Integer(), nullable=False),
        Column("reason", Text()),
        Column("settled_at", UtcDateTime()),
        Column("message_id", plain_text()),
    ]


# Without a foreign key to recipients: who was told stays known when the recipient is gone.
deliveries = Table(
    "deliveries",
    metadata,
    Column("delivery_id", counter(), Identity(), primary_key=True),
    Column("recipient_id", plain_text(), nullable=False),
    Column("recipient_name", plain_text(), nullable=False),
    Column("alert_id", plain_text(), nullable=False),
    Column("sequence", Integer(), nullable=False),
    Column("enterprise_id", plain_text(), nullable=False),
    Column("site_id", plain_text(), nullable=False),
    Column("code", plain_text(), nullable=False),
    Column("risk_class", EnumText(RiskClass), nullable=False),
    Column("step", EnumText(AlertStep), nullable=False),
    Column("created_at", UtcDateTime(), nullable=False),
    Column("due_at", UtcDateTime(), nullable=False),
    Column("only_if_open", Boolean(), nullable=False),
    *_standing(),
    UniqueConstraint("recipient_id", "alert_id", "sequence"),
    Index("ix_deliveries_waiting", "recipient_id", "not_before", sqlite_where=IS_WAITING, postgresql_where=IS_WAITING),
    Index(None, "recipient_id", "settled_at"),
    Index(None, "state"),
    sqlite_autoincrement=True,
)

# One reminder of a date for one recipient. Without foreign keys, as deliveries.
notices = Table(
    "notices",
    metadata,
    Column("notice_id", counter(), Identity(), primary_key=True),
    Column("recipient_id", plain_text(), nullable=False),
    Column("recipient_name", plain_text(), nullable=False),
    Column("enterprise_id", plain_text(), nullable=False),
    Column("enterprise_name", Text(), nullable=False),
    Column("reminder_id", plain_text(), nullable=False),
    Column("kind", EnumText(ReminderKind), nullable=False),
    Column("day", Date(), nullable=False),
    Column("days_before", Integer(), nullable=False),
    Column("subject", Text(), nullable=False),
    Column("reference", plain_text(), nullable=False),
    Column("policy_id", plain_text(), nullable=False),
    Column("created_at", UtcDateTime(), nullable=False),
    Column("due_at", UtcDateTime(), nullable=False),
    *_standing(),
    UniqueConstraint("recipient_id", "enterprise_id", "reminder_id"),
    Index("ix_notices_waiting", "not_before", sqlite_where=IS_WAITING, postgresql_where=IS_WAITING),
    Index(None, "state", "settled_at"),
    sqlite_autoincrement=True,
)

notify_marks = Table(
    "notify_marks",
    metadata,
    Column("name", plain_text(), primary_key=True),
    Column("value", counter(), nullable=False),
)
