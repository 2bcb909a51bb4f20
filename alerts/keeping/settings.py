"""What an operator can set about keeping and deleting evidence."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


class KeepingSettings(BaseModel):
    """Retention and the clean-up of a full disk."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    is_on: bool = Field(
        default=True, description="delete evidence whose time is over by the policy; each deletion is written down"
    )
    policy: Path | None = Field(
        default=None,
        description="YAML file of your own policy; empty: the one that is shipped",
    )
    every_seconds: float = Field(
        default=3600.0, ge=1, le=86_400, description="time between two looks for evidence whose time is over"
    )
    disk_every_seconds: float = Field(default=60.0, ge=1, le=3600, description="time between two looks at the disk")
    batch: int = Field(default=50, ge=1, le=500, description="alerts whose evidence is deleted between two pauses")
    clears_disk: bool = Field(
        default=True,
        description="delete evidence of dismissed and unclear alerts before its time when the disk runs full",
    )
    pressure_free_bytes: int = Field(
        default=1024**3, ge=0, description="the disk of the evidence runs full below this much free space; 0: not asked"
    )
    pressure_free_percent: float = Field(
        default=0.0, ge=0, le=50, description="or below this share of it; 0: not asked"
    )
    pressure_minimum_age_seconds: float = Field(
        default=86_400.0, ge=0, description="a verdict younger than this may be changed yet: its evidence is not taken"
    )
    largest_gap_days: float = Field(
        default=60.0,
        ge=1,
        description="if the clock is so far beyond the newest record, nothing is deleted for a day: it may be wrong",
    )
