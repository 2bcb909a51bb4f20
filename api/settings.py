"""What an operator of the service can set about its HTTP side."""

from ipaddress import IPv4Address
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from api.ports import Role
from streams.onvif.networks import PRIVATE, Networks

SourceScheme = Literal["rtsp", "rtsps", "http", "https", "file", "device"]


class ApiSettings(BaseModel):
    """The HTTP side: where it listens, how people log in, what cameras may be added."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = Field(default="127.0.0.1", description="Address to listen on; 0.0.0.0 for every network interface.")
    port: int = Field(default=8080, ge=0, le=65535, description="Port to listen on; 0 lets the system choose.")
    console: Literal["auto", "plain"] = Field(
        default="auto", description="What the root shows: the console where it is built, or always the plain pages."
    )
    is_behind_https: bool = Field(
        default=False,
        description="Set where people reach the service by HTTPS: the login cookie is then sent over HTTPS only.",
    )
    trusted_proxies: str = Field(
        default="127.0.0.1",
        description="Addresses of proxies (comma separated) whose X-Forwarded-For and -Proto are believed.",
    )
    allowed_origins: tuple[str, ...] = Field(
        default=(),
        description="Further origins (https://host) whose pages may change things, where a proxy changes the Host.",
    )
    public_page: Literal["none", "figures", "pictures"] = Field(
        default="none",
        description="How far a page for everybody goes at most; each enterprise shows no more than it consents to.",
    )
    public_per_minute: float = Field(
        default=60.0, gt=0, le=6000, description="Requests a minute and address that the public page answers."
    )
    session_hours: float = Field(default=12.0, gt=0, le=24 * 30, description="Hours until a login ends by itself.")
    login_free_tries: int = Field(
        default=5, ge=1, le=100, description="Wrong passwords per account before the waits between tries begin."
    )
    login_longest_wait_seconds: float = Field(
        default=60.0, gt=0, le=3600, description="The longest wait between two tries to log in."
    )
    second_factor_roles: frozenset[Role] = Field(
        default=frozenset(),
        description="Roles whose accounts must have a second factor (authenticator app), such as regulator and admin.",
    )
    password_memory_kib: int = Field(
        default=65536, ge=8, description="Memory of one password check (argon2id), in KiB: what a thief must pay too."
    )
    password_iterations: int = Field(default=3, ge=1, description="Passes of one password check (argon2id).")
    metrics_token: SecretStr | None = Field(
        default=None, description="A bearer token that opens /metrics and nothing else, for Prometheus."
    )
    source_schemes: frozenset[SourceScheme] = Field(
        default=frozenset({"rtsp", "rtsps", "http", "https", "file", "device"}),
        description="Kinds of camera source that may be added; file and device are open to administrators only.",
    )
    still_width_px: int = Field(default=640, ge=64, le=1920, description="Greatest width of a camera's still.")
    still_fresh_seconds: float = Field(
        default=10.0, gt=0, le=600, description="Age above which a camera's picture is no longer shown as current."
    )
    feed_heartbeat_seconds: float = Field(
        default=15.0, gt=0, le=120, description="Seconds between signs of life on the alert feed."
    )
    feed_recheck_seconds: float = Field(
        default=30.0, gt=0, le=600, description="Seconds between checks that a feed's login or token is still good."
    )
    feed_page: int = Field(default=100, ge=1, le=1000, description="Entries read at once for a client of the feed.")
    feed_clients: int = Field(default=500, ge=1, le=10000, description="Most clients that follow the feed at a time.")
    live_fps: float = Field(
        default=2.0, gt=0, le=5, description="Most live pictures per second and camera, for all who look together."
    )
    live_longest_px: int = Field(default=640, ge=64, le=1920, description="Longer side of a live picture.")
    live_quality: int = Field(default=70, ge=20, le=95, description="JPEG quality of a live picture.")
    live_clients: int = Field(
        default=32, ge=1, le=1000, description="Most clients that look at live pictures at a time."
    )
    live_cameras: int = Field(default=16, ge=1, le=64, description="Most cameras that one client looks at.")
    live_stuck_seconds: float = Field(
        default=20.0, gt=0, le=600, description="Seconds after which a client that takes no live picture is let go."
    )
    live_whep_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^/\s{}?#]+/[^\s]*\{camera_id\}[^\s]*$",
        description="Where a media server (MediaMTX, go2rtc) gives streams by WHEP, with {camera_id} for the camera.",
    )
    grafana_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^/\s]+(/[^\s]*)?$",
        description="Address of a Grafana with the figures of this service; told by `/api/v1/system`.",
    )
    discovery_seconds: float = Field(
        default=4.0, gt=0, le=30, description="Seconds in which cameras may answer a search of the network."
    )
    discovery_targets: tuple[str, ...] = Field(
        default=("239.255.255.250:3702",),
        description="Where a search asks (address:port): ONVIF's multicast address, or single cameras behind a router.",
    )
    discovery_networks: tuple[str, ...] = Field(
        default=PRIVATE, description="Networks whose addresses may be asked for their streams; by default private ones."
    )
    asks_for_places: bool = Field(
        default=True,
        description="A new camera is looked at by a person (no changing room, toilet, dormitory) before it is watched.",
    )
    unmasked_minutes: float = Field(
        default=30.0, gt=0, le=1440, description="How long a reason that was given opens an unmasked clip."
    )
    import_rows: int = Field(default=2000, ge=1, le=20_000, description="Most cameras that one table may hold.")
    body_limit_bytes: int = Field(default=262144, ge=1024, description="Greatest size of a request's body.")
    answer_file_bytes: int = Field(
        default=5 * 1024 * 1024,
        ge=1024,
        le=50 * 1024 * 1024,
        description="Greatest size of a picture or document that an enterprise answers with.",
    )
    database_threads: int = Field(
        default=16, ge=1, le=100, description="Threads that answer logins and feeds from the database."
    )
    shutdown_grace_seconds: int = Field(
        default=5, ge=0, le=120, description="Seconds that running requests get to finish when the service stops."
    )

    @field_validator("discovery_networks")
    @classmethod
    def _are_networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        Networks(value)
        return value

    @field_validator("discovery_targets")
    @classmethod
    def _are_targets(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for each in value:
            target_of(each)
        return value


def target_of(text: str) -> tuple[str, int]:
    """IPv4 address and port of "address:port". Raises ValueError."""
    host, _, port = text.rpartition(":")
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise ValueError(f"expected address:port, got {text!r}")
    return str(IPv4Address(host)), int(port)
