"""How the database is used; which database it is says the address, which is a secret of its own."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class DatabaseSettings(BaseModel):
    """Settings of the database connection. None of them changes what is stored."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    busy_timeout_seconds: float = Field(
        default=10.0,
        gt=0,
        le=300,
        description="How long one operation waits for its turn to write, for a lock or for a free connection.",
    )
    pool_size: int = Field(default=8, ge=1, le=100, description="Connections that are kept open.")
    pool_overflow: int = Field(default=8, ge=0, le=100, description="Connections opened beside them at peak times.")
    sqlite_synchronous: Literal["FULL", "NORMAL"] = Field(
        default="FULL",
        description=(
            "FULL: a stored alert survives a power cut. NORMAL: faster, but a power cut (not a crash of the "
            "process) may take the last stored alerts with it, also ones that were already sent."
        ),
    )
    connect_timeout_seconds: int = Field(
        default=5, ge=1, le=120, description="How long opening a connection to PostgreSQL may take."
    )
    statement_timeout_seconds: float = Field(
        default=30.0, gt=0, le=3600, description="PostgreSQL gives a statement up after this time."
    )
