"""What an operator can set about edge and centre."""

from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class CentreSettings(BaseModel):
    """The centre that an edge reports to (role edge only)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str | None = Field(
        default=None, description="address of the centre, https://host[:port]; http:// for this machine only"
    )
    token: SecretStr | None = Field(default=None, description="what `brightkitchen nodes add` printed at the centre")
    token_file: Path | None = Field(default=None, description="file that holds the token, instead of `token`")
    ca_file: Path | None = Field(
        default=None, description="PEM file of the authority that signed the centre's certificate; empty: the system's"
    )
    certificate_file: Path | None = Field(
        default=None, description="our own certificate (PEM), where a proxy before the centre asks for one"
    )
    key_file: Path | None = Field(default=None, description="the key of our own certificate (PEM)")
    allows_plain_http: bool = Field(
        default=False, description="allow http:// to another machine: only inside an encrypted tunnel (VPN)"
    )
    timeout_seconds: float = Field(default=20.0, gt=0, le=600, description="longest wait for one answer of the centre")
    heartbeat_seconds: float = Field(default=15.0, gt=0, le=600, description="time between two signs of life")
    retry_minimum_seconds: float = Field(default=1.0, gt=0, description="wait after the first failed try; doubles")
    retry_maximum_seconds: float = Field(default=60.0, gt=0, description="longest wait between two tries")
    refused_retry_seconds: float = Field(
        default=300.0, gt=0, description="wait before a step or file that the centre refused is offered again"
    )
    batch_steps: int = Field(default=50, ge=1, le=100, description="most steps of alerts in one request")
    part_bytes: int = Field(
        default=196_608, ge=1024, le=16_777_216, description="size of the parts in which evidence is sent"
    )
    sends_clips: bool = Field(
        default=True, description="send clips too (their faces are not blurred); otherwise they stay at the edge"
    )

    @model_validator(mode="after")
    def _is_safe(self) -> Self:
        if (self.certificate_file is None) != (self.key_file is None):
            raise ValueError("certificate_file and key_file belong together: give both or neither")
        if self.retry_minimum_seconds > self.retry_maximum_seconds:
            raise ValueError("retry_minimum_seconds must not exceed retry_maximum_seconds")
        if self.url is not None:
            _refuse_unsafe(self.url, allows_plain=self.allows_plain_http)
        return self


def _refuse_unsafe(url: str, *, allows_plain: bool) -> None:
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        raise ValueError("url must look like https://centre.example[:port]") from None
    if parts.scheme not in {"http", "https"} or not host or parts.query or parts.fragment:
        raise ValueError("url must look like https://centre.example[:port]")
    if parts.username or parts.password:
        raise ValueError("url must hold no name and password: the token has a setting of its own")
    if parts.scheme == "http" and host not in _LOOPBACK and not allows_plain:
        raise ValueError("url must begin with https:// (http:// is for this machine only)")


class IngestSettings(BaseModel):
    """How a centre takes in what nodes report (role centre only)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    silent_after_seconds: float = Field(
        default=60.0, gt=0, le=86400, description="a node unheard for so long has no line: its cameras are offline"
    )
    listens_to_mqtt: bool = Field(
        default=True, description="take findings of AI cameras from brightkitchen/v1/ingest/+/violations"
    )
    hikvision_file: Path | None = Field(
        default=None,
        description="YAML file of Hikvision cameras and recorders whose own findings are taken; empty: none",
    )
    hikvision_passwords: dict[str, SecretStr] = Field(
        default={}, description='their passwords by node, as JSON: {"nvr-1": "..."}'
    )
    hikvision_mapping: Path | None = Field(
        default=None, description="YAML file of what their words mean; empty: the one that is shipped"
    )
    large_clock_offset_seconds: float = Field(
        default=5.0, gt=0, description="a node whose clock is further off is named in the log"
    )
