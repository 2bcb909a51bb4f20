"""What an operator can set about several machines."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

LOOPBACK = "127.0.0.1"


class ClusterSettings(BaseModel):
    """Settings of `brightkitchen cluster`; without it none of them matters."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = Field(
        default="127.0.0.1",
        description="Address of this machine that the other machines reach it by; the default admits no other machine.",
    )
    port: int = Field(default=6390, ge=1, le=65535, description="Port of the head's Ray; never open it to others.")
    token: SecretStr | None = Field(
        default=None,
        min_length=32,
        description="Secret of the cluster, the same on all its machines; needed where the host is not 127.0.0.1.",
    )
    cores: int | None = Field(
        default=None, ge=0, le=4096, description="Processor cores of this machine for cameras; empty: all; 0: none."
    )
    group_cores: int = Field(
        default=4, ge=1, le=64, description="One process watches the cameras of so many cores; a machine has several."
    )
    usable_share: float = Field(
        default=0.8, gt=0, le=1, description="The share of a core's time that cameras may be planned to use."
    )
    camera_cpu_ms: int = Field(
        default=120,
        ge=1,
        le=30_000,
        description="Processor time per second that a camera with 5 analysed pictures per second costs; measure yours.",
    )
    lease_seconds: float = Field(
        default=9.0,
        ge=2,
        le=60,
        description="A process that could not renew its right to a camera for so long loses it.",
    )
    turn_seconds: float = Field(
        default=1.0, ge=0.1, le=10, description="Leases are renewed, and placements looked at, this often."
    )
    silent_seconds: float = Field(
        default=6.0, ge=1, le=60, description="A process that did not report for this long gets no cameras any more."
    )
    object_store_bytes: int = Field(
        default=80 * 1024 * 1024, ge=80 * 1024 * 1024, description="Memory that Ray sets aside on each machine."
    )

    @model_validator(mode="after")
    def _renewed_in_time(self) -> Self:
        if self.lease_seconds < 3 * self.turn_seconds:
            raise ValueError("lease_seconds must be at least three times turn_seconds")
        return self

    @property
    def is_alone(self) -> bool:
        """No other machine can join: Ray listens on the loopback address only."""
        return self.host == LOOPBACK

    @model_validator(mode="after")
    def _secret_beyond_this_machine(self) -> Self:
        if not self.is_alone and self.token is None:
            raise ValueError("a host that other machines reach needs a token: openssl rand -hex 32")
        return self

    @property
    def stop_seconds(self) -> float:
        """Without a renewal for this long a process stops by itself, well before others may take over."""
        return 0.7 * self.lease_seconds

    def cost_ms(self, analysed_fps: float) -> int:
        """The estimate for one camera, in CPU-ms per second."""
        return max(1, round(self.camera_cpu_ms * analysed_fps / 5.0))

    def group_capacities(self, cores: int) -> tuple[int, ...]:
        """How many CPU-ms per second each process of a machine with so many cores may be planned to use."""
        whole, rest = divmod(cores, self.group_cores)
        sizes = [self.group_cores] * whole + ([rest] if rest else [])
        return tuple(round(1000 * self.usable_share * size) for size in sizes)
