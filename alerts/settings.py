"""What an operator can set about alerts, evidence and MQTT."""

from enum import StrEnum
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from alerts.keeping.settings import KeepingSettings
from alerts.notify.settings import NotifySettings


class MqttVersion(StrEnum):
    V5 = "5"
    V311 = "3.1.1"


class TlsSettings(BaseModel):
    """How the broker proves who it is, and optionally how we do."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ca_file: Path | None = Field(
        default=None, description="PEM file of the authority that signed the broker's certificate; empty: the system's"
    )
    certificate_file: Path | None = Field(default=None, description="our own certificate (PEM), if the broker asks")
    key_file: Path | None = Field(default=None, description="the key of our own certificate (PEM)")
    checks_host_name: bool = Field(default=True, description="refuse a certificate made for another host name")

    @model_validator(mode="after")
    def _certificate_with_key(self) -> Self:
        if (self.certificate_file is None) != (self.key_file is None):
            raise ValueError("certificate_file and key_file belong together: give both or neither")
        return self


class MqttSettings(BaseModel):
    """The broker that alerts are sent to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str | None = Field(
        default=None, description="host name of an external broker; empty: the embedded broker, for trying it out"
    )
    port: int = Field(default=1883, ge=1, le=65535, description="port of the external broker (8883 is usual with TLS)")
    version: MqttVersion = Field(default=MqttVersion.V5, description="protocol version: 5, or 3.1.1 for old brokers")
    username: str | None = Field(default=None, description="user name at the broker")
    password: SecretStr | None = Field(default=None, description="password at the broker")
    client_id: str | None = Field(
        default=None, description="fixed client id; empty: brightkitchen-<node>-<random>, which can never collide"
    )
    tls: TlsSettings | None = Field(default=None, description="encrypt the connection; empty: plain TCP")
    keepalive_seconds: int = Field(
        default=30, ge=5, le=3600, description="a dead connection is noticed after one and a half times this"
    )
    connect_timeout_seconds: float = Field(default=5.0, gt=0, description="longest wait for one try to connect")
    retry_minimum_seconds: float = Field(default=0.5, gt=0, description="wait after the first failed try; doubles")
    retry_maximum_seconds: float = Field(default=30.0, gt=0, description="longest wait between two tries")
    refused_retry_seconds: float = Field(
        default=60.0, gt=0, description="wait after the broker refused us, by a wrong password for instance"
    )
    maximum_in_flight: int = Field(default=20, ge=1, le=1000, description="messages sent that await their PUBACK")
    home_assistant_prefix: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9_-]{1,64}$",
        description="also announce cameras and sites to Home Assistant below this topic (its own default is "
        "homeassistant); empty: not",
    )
    onvif_prefix: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9_-]{1,64}(/[A-Za-z0-9_-]{1,64})*$",
        description="also send beginnings and ends of alerts as ONVIF JSON events, to <this>/onvif-ej/...; empty: not",
    )
    acknowledge_timeout_seconds: float = Field(
        default=30.0, gt=0, description="a message without PUBACK for this long makes us connect anew and send again"
    )

    @model_validator(mode="after")
    def _minimum_below_maximum(self) -> Self:
        if self.retry_minimum_seconds > self.retry_maximum_seconds:
            raise ValueError("retry_minimum_seconds must not exceed retry_maximum_seconds")
        if self.password is not None and self.username is None:
            raise ValueError("a password needs a username")
        return self


class EmbeddedBrokerSettings(BaseModel):
    """The broker inside this process, for trying the service out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    port: int = Field(
        default=1883,
        ge=0,
        le=65535,
        description="port on 127.0.0.1 for MQTT clients; 0: any free one, also where 1883 is taken and nothing was set",
    )


class S3Settings(BaseModel):
    """An S3-compatible object store for evidence. Keys come from the environment, as all settings do."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    bucket: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", description="the bucket; it must exist")
    prefix: str = Field(
        default="", pattern=r"^([A-Za-z0-9._=-]+(/[A-Za-z0-9._=-]+)*)?$", description="folder within the bucket"
    )
    endpoint: str | None = Field(
        default=None,
        pattern=r"^https?://[^/@\s]+(/[^@\s]*)?$",
        description="https://host:port of a server of your own; empty: Amazon's for the region",
    )
    region: str = Field(default="us-east-1", pattern=r"^[a-z0-9-]{1,40}$", description="region of the bucket")
    access_key_id: SecretStr | None = Field(
        default=None, description="the access key; empty: the machine's own identity at Amazon"
    )
    secret_access_key: SecretStr | None = Field(default=None, description="the secret that belongs to the access key")
    session_token: SecretStr | None = Field(default=None, description="the token of temporary keys")
    timeout_seconds: float = Field(default=10.0, gt=0, le=120, description="longest wait for one request")
    spool_bytes: int = Field(
        default=2 * 1024**3,
        ge=0,
        description="evidence kept on the local disk while the store is away, and uploaded later; 0: none",
    )

    @model_validator(mode="after")
    def _key_with_secret(self) -> Self:
        if (self.access_key_id is None) != (self.secret_access_key is None):
            raise ValueError("access_key_id and secret_access_key belong together: give both or neither")
        return self


class EvidenceSettings(BaseModel):
    """What is kept of a violation."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    before_seconds: float = Field(default=5.0, ge=0, le=60, description="length of the clip before the alert")
    after_seconds: float = Field(default=5.0, ge=0, le=60, description="length of the clip after the alert")
    has_clips: bool = Field(default=True, description="keep a clip beside the still")
    still_follows: bool = Field(
        default=True,
        description=(
            "put an alert on record and send it at once, its still pending, and make the still then (step `updated`); "
            "off: the still is made first, which takes 0.2 s at 720p and 0.5 s at 1080p"
        ),
    )
    jpeg_quality: int = Field(default=90, ge=10, le=100, description="quality of stills")
    minimum_free_bytes: int = Field(
        default=512 * 1024 * 1024,
        ge=0,
        description="evidence is refused below this much free disk, so that the database can always write",
    )
    s3: S3Settings | None = Field(
        default=None, description="keep evidence in an object store (extra `s3`); empty: in the data folder"
    )


class SealSettings(BaseModel):
    """The hash chain over all steps of alerts, and where its newest seal is shown to others."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    wait_seconds: float = Field(
        default=2.0, gt=0, le=600, description="longest wait between a step and its seal; steps are sealed together"
    )
    anchor_every_seconds: float = Field(
        default=3600.0, ge=1, description="how often the newest seal is anchored: by MQTT, file and time stamp"
    )
    anchor_file: Path | None = Field(
        default=None,
        description="file that anchors are appended to; put it where those who reach the database cannot write",
    )
    timestamp_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^\s@]+$",
        description="address of an RFC 3161 time stamp authority; empty: none (needs the extra `timestamps`)",
    )
    timestamp_ca_file: Path | None = Field(
        default=None,
        description="PEM file of the authorities that may have signed time stamps; needed with the address",
    )
    timestamp_timeout_seconds: float = Field(default=10.0, gt=0, description="longest wait for a time stamp")

    @model_validator(mode="after")
    def _authority_with_url(self) -> Self:
        if self.timestamp_url is not None and self.timestamp_ca_file is None:
            raise ValueError("timestamp_url needs timestamp_ca_file: a stamp of an unknown authority proves nothing")
        return self


class DetectionLogSettings(BaseModel):
    """What was seen in each look, kept to replay rules over it: boxes and tracks, no picture."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    is_on: bool = Field(default=False, description="keep every look in the folder `detections` of the data folder")
    maximum_bytes: int = Field(
        default=1024**3,
        ge=16 * 1024**2,
        description="all files of the log together; the oldest are deleted (a look with some persons takes 2 kB)",
    )
    trial_days: int = Field(
        default=7, ge=1, le=31, description="longest period of the log that one trial of a rule may take, in days"
    )
    trial_seconds: float = Field(
        default=1800.0, gt=0, le=86_400, description="a trial of a rule that takes longer is given up, in seconds"
    )


class AlertSettings(BaseModel):
    """Everything about alerts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    node: str = Field(
        default="node-1",
        pattern=r"^[A-Za-z0-9_-]{1,64}$",
        description="name of this machine in MQTT topics; unique among the machines of one broker",
    )
    catalogue: Path | None = Field(
        default=None, description="folder of YAML files with the risk catalogue; empty: the one that is shipped"
    )
    profile: str | None = Field(
        default=None,
        pattern=r"^[a-z0-9-]{1,64}$",
        description="jurisdiction whose law and times apply (cn-national, cn-fujian, cn-hubei, cn-beijing, generic, or "
        "one of your catalogue's profiles folder); empty: the catalogue's default, cn-national in the shipped one",
    )
    sensors: Path | None = Field(
        default=None, description="YAML file that names sensors and their MQTT topics; empty: none are judged"
    )
    blind_after_seconds: float = Field(
        default=20.0, gt=0, description="without a picture for this long a camera's time stands still for its rules"
    )
    grace_seconds: float = Field(default=10.0, ge=0, description="how long a stop waits for alerts on their way")
    mqtt: MqttSettings = MqttSettings()
    embedded_broker: EmbeddedBrokerSettings = EmbeddedBrokerSettings()
    evidence: EvidenceSettings = EvidenceSettings()
    seals: SealSettings = SealSettings()
    detection_log: DetectionLogSettings = DetectionLogSettings()
    keeping: KeepingSettings = KeepingSettings()
    notify: NotifySettings = NotifySettings()
