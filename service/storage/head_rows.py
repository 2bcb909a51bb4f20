"""The tables of taught heads."""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Table, Text

from service.storage.columns import plain_text
from service.storage.metadata import metadata

# `live_version` repeats what the document says, so that many processes can ask once a second what is live.
heads = Table(
    "heads",
    metadata,
    Column("head_id", plain_text(), primary_key=True),
    Column("revision", Integer(), nullable=False),
    Column("live_version", Integer()),
    Column("document", Text(), nullable=False),
    Index("ix_heads_live_version", "live_version"),
)

# `content` is byte for byte what the checksum in the head's document is over.
head_versions = Table(
    "head_versions",
    metadata,
    Column("head_id", plain_text(), ForeignKey("heads.head_id"), primary_key=True),
    Column("number", Integer(), primary_key=True, autoincrement=False),
    Column("content", LargeBinary(), nullable=False),
)

head_crops = Table(
    "head_crops",
    metadata,
    Column("head_id", plain_text(), ForeignKey("heads.head_id"), primary_key=True),
    Column("name", plain_text(), primary_key=True),
    Column("jpeg", LargeBinary(), nullable=False),
)
