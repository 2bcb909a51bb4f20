"""What an operator can set about telling people."""

import ipaddress
from enum import StrEnum
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class MailSecurity(StrEnum):
    STARTTLS = "starttls"
    IMPLICIT = "implicit"
    NONE = "none"


class MailSettings(BaseModel):
    """The server that e-mail is handed to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = Field(min_length=1, description="host name of the SMTP server")
    port: int = Field(default=587, ge=1, le=65535, description="its port: 587 with starttls, 465 with implicit")
    security: MailSecurity = Field(
        default=MailSecurity.STARTTLS,
        description="starttls; implicit: TLS from the first byte; none: plain, to this machine only",
    )
    sender: str = Field(
        pattern=r"^[^@\s<>]+@[^@\s<>]+$", description="address that messages come from, such as alerts@example.com"
    )
    username: str | None = Field(default=None, description="account at the server")
    password: SecretStr | None = Field(default=None, description="its password")
    ca_file: Path | None = Field(
        default=None, description="PEM file of the authority that signed the server's certificate; empty: the system's"
    )

    @model_validator(mode="after")
    def _is_safe(self) -> Self:
        if (self.username is None) != (self.password is None):
            raise ValueError("username and password belong together: give both or neither")
        if self.security is MailSecurity.NONE and self.host not in _LOOPBACK:
            raise ValueError("security none is for a server on this machine only")
        return self


class NotifySettings(BaseModel):
    """How people and foreign systems are told of alerts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    is_on: bool = Field(default=True, description="tell recipients; off: alerts go to MQTT and the page only")
    page_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^\s@]+$",
        description="address of the page as recipients reach it, named in messages; empty: none is named",
    )
    key: SecretStr | None = Field(
        default=None,
        description="what addresses and secrets of recipients are sealed with in the database; empty: one that is made "
        "in the data folder. Processes that share a database need the same.",
    )
    secrets: dict[str, SecretStr] = Field(
        default={},
        description="secrets by name, as JSON; secret:NAME as a recipient's address or secret means one of these",
    )
    allows_plain_http: bool = Field(default=False, description="allow addresses that begin with http://")
    allowed_networks: tuple[str, ...] = Field(
        default=(),
        description='private networks that webhooks may reach too, as JSON: ["192.168.7.0/24"]',
    )
    ca_file: Path | None = Field(
        default=None, description="PEM file of the authorities trusted for webhooks; empty: the system's"
    )
    timeout_seconds: float = Field(default=10.0, gt=0, le=120, description="longest wait for one message to be taken")
    retry_minimum_seconds: float = Field(default=15.0, gt=0, description="wait after the first failed try; doubles")
    retry_maximum_seconds: float = Field(default=3600.0, gt=0, description="longest wait between two tries")
    give_up_days: float = Field(
        default=3.0, gt=0, le=60, description="a message that failed for so long is set aside; it can be sent by hand"
    )
    keep_days: float = Field(
        default=730.0,
        ge=30,
        description="what was sent or dropped is deleted from the ledger so long afterwards; "
        "what waits or was given up stays",
    )
    threads: int = Field(default=4, ge=1, le=64, description="recipients that are served at once")
    mail: MailSettings | None = Field(default=None, description="the SMTP server; empty: no e-mail can be sent")

    @field_validator("allowed_networks")
    @classmethod
    def _networks(cls, networks: tuple[str, ...]) -> tuple[str, ...]:
        for network in networks:
            ipaddress.ip_network(network)
        return networks

    @model_validator(mode="after")
    def _minimum_below_maximum(self) -> Self:
        if self.retry_minimum_seconds > self.retry_maximum_seconds:
            raise ValueError("retry_minimum_seconds must not exceed retry_maximum_seconds")
        return self
