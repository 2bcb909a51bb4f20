"""The tables of second factors and of what was done to accounts. `migrate` joins them to the rest."""

from sqlalchemy import Column, ForeignKey, Index, Table, Text

from api.account_log import AccountAct
from service.storage.columns import EnumText, UtcDateTime, counter, plain_text
from service.storage.metadata import metadata

second_factors = Table(
    "second_factors",
    metadata,
    Column("user_id", plain_text(), ForeignKey("users.user_id", ondelete="CASCADE"), primary_key=True),
    Column("sealed", Text(), nullable=False),
    Column("created_at", UtcDateTime(), nullable=False),
    Column("confirmed_at", UtcDateTime()),
    Column("last_step", counter(), nullable=False),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("user_id", plain_text(), ForeignKey("users.user_id", ondelete="CASCADE"), primary_key=True),
    Column("code_sha256", plain_text(), primary_key=True),
    Column("used_at", UtcDateTime()),
)

# No foreign keys here: what they prove must outlive what they are about.
account_entries = Table(
    "account_entries",
    metadata,
    Column("number", counter(), primary_key=True, autoincrement=False),
    Column("at", UtcDateTime(), nullable=False),
    Column("act", EnumText(AccountAct), nullable=False),
    Column("actor_id", plain_text()),
    Column("actor_name", Text(), nullable=False),
    Column("user_id", plain_text(), nullable=False),
    Column("user_name", Text(), nullable=False),
    Column("detail", Text(), nullable=False),
    Column("digest", plain_text(), nullable=False),
    Index(None, "user_id"),
    Index(None, "actor_id"),
    Index(None, "at"),
)
