"""The table of what enterprises let everybody see. It belongs to the same schema as those of `rows`."""

from sqlalchemy import Column, Identity, Index, Table, Text

from credit.publicity import PublicExtent
from service.storage.columns import EnumText, UtcDateTime, counter, plain_text
from service.storage.metadata import metadata

# Only ever added. No foreign key: what somebody consented to outlives the enterprise's row.
public_consents = Table(
    "public_consents",
    metadata,
    Column("number", counter(), Identity(), primary_key=True),
    Column("enterprise_id", plain_text(), nullable=False),
    Column("extent", EnumText(PublicExtent), nullable=False),
    Column("at", UtcDateTime(), nullable=False),
    Column("user_id", plain_text(), nullable=False),
    Column("user_name", plain_text(), nullable=False),
    Column("reason", Text(), nullable=False),
    Index(None, "enterprise_id", "number"),
    sqlite_autoincrement=True,
)
