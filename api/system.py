"""How the process stands, as the composition root knows it. What could not be found out is None, never "fine"."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerStanding:
    """The link to the MQTT broker. `state` is an alerts.mqtt.LinkState; `cause` says why, without secrets."""

    state: str
    since: datetime
    cause: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxStanding:
    """Messages that await their PUBACK, and when the oldest of them was made."""

    depth: int
    oldest_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseStanding:
    """`size_bytes` is None where it cannot be told (a server's). `fault` None: it answered just now."""

    kind: str
    size_bytes: int | None
    fault: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskStanding:
    """The disk of the data folder. Below `kept_bytes` free no evidence is written."""

    free_bytes: int
    total_bytes: int
    kept_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredLabel:
    """What the card says of one label. Shares of 1; `count` labelled boxes stand behind them, `data` names these.

    A label that was never measured has no figures; `is_usable` false keeps it from all rules. What a person wears has a
    balanced accuracy instead: the mean of the shares judged rightly among those who wear it and those who do not.
    """

    name: str
    is_usable: bool
    threshold: float | None
    count: int
    guessed: int
    ap50: float | None
    ap50_interval: tuple[float, float] | None
    precision: float | None
    precision_interval: tuple[float, float] | None
    recall: float | None
    recall_interval: tuple[float, float] | None
    data: str
    remark: str
    balanced_accuracy: float | None = None
    balanced_interval: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkStanding:
    """A network in service. `use` is detector, attire or embedding."""

    use: str
    name: str
    version: str
    sha256: str
    runtime: str | None
    labels: tuple[MeasuredLabel, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemReport:
    """One process at one moment."""

    version: str
    python: str
    node: str
    role: str
    started_at: datetime
    broker: BrokerStanding | None
    outbox: OutboxStanding | None
    database: DatabaseStanding
    disk: DiskStanding | None
    networks: tuple[NetworkStanding, ...]
