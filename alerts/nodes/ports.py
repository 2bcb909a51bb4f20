"""What the exchange between edge and centre needs from outside: tables on both sides, and a line between them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from alerts.nodes.parcels import (
    EvidenceStanding,
    Heartbeat,
    HeartbeatAnswer,
    Inventory,
    Outcomes,
    StepAnswer,
    StepParcel,
)
from alerts.ports import NewMessage, PlaceNames, StepRecord
from domain.alert import Alert, Evidence
from domain.ids import AlertId, CameraId, EnterpriseId, EvidenceId, NodeId, SiteId, ZoneId

# The centre


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A machine that reports to this centre. `credit_codes` are the enterprises it may speak for; None: any.

    `report` is its last heartbeat, as it was sent; `last_seen_at` is when that arrived, by the centre's clock.
    """

    node_id: NodeId
    token_sha256: str
    credit_codes: frozenset[str] | None
    is_active: bool
    created_at: datetime
    last_seen_at: datetime | None = None
    inventory_digest: str | None = None
    report: Heartbeat | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NodePlace:
    """Where a node's alert belongs in the centre's registry."""

    enterprise_id: EnterpriseId
    site_id: SiteId
    camera_id: CameraId
    zone_id: ZoneId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What is to be done with one step that arrived: an answer, and what to store (None: nothing)."""

    answer: StepAnswer
    alert: Alert | None = None
    step: StepRecord | None = None
    messages: tuple[NewMessage, ...] = ()


Settle = Callable[[StepParcel, NodePlace, Alert | None], Settlement]


class NodeBook(Protocol):
    """The nodes of a centre and what they watch. Every method is one transaction; any thread."""

    def add(self, node: Node) -> None:
        """Raises NodeNameTakenError."""
        ...

    def change_token(self, node_id: NodeId, token_sha256: str) -> bool:
        """Give a node another token and let it in; False if there is none of that name."""
        ...

    def shut_out(self, node_id: NodeId) -> bool:
        """Its token opens nothing any more. Its cameras and alerts stay."""
        ...

    def get(self, node_id: NodeId) -> Node | None: ...

    def find_by_token(self, token_sha256: str) -> Node | None:
        """An active node only."""
        ...

    def list_nodes(self) -> list[Node]: ...

    def note_report(self, node_id: NodeId, report: Heartbeat, at: datetime) -> None: ...

    def take_inventory(self, node: Node, inventory: Inventory) -> None:
        """Make the centre's registry say what the node watches. Raises InventoryRefusedError; nothing changes then."""
        ...

    def camera_ids(self, node_id: NodeId) -> dict[str, CameraId]:
        """The node's ids of its cameras with ours. One that was entered here for the node has ours twice."""
        ...

    def camera_names(self) -> dict[CameraId, PlaceNames]:
        """Names of all cameras of nodes."""
        ...


class ArrivalJournal(Protocol):
    """The centre's alerts, as far as nodes raise them. Any thread."""

    def take(self, node_id: NodeId, parcels: Sequence[StepParcel], settle: Settle) -> list[StepAnswer]:
        """Settle all in order in one transaction and return the answers once it is committed.

        A step whose site is not known yet, or which meets another open alert of the same subject, is answered "later";
        one about an alert that is not this node's is "refused". `settle` must be pure. Raises JournalError.
        """
        ...

    def awaited(self, node_id: NodeId, evidence_id: EvidenceId) -> tuple[Alert, Evidence] | None:
        """A piece of evidence of one of the node's alerts, None if there is none."""
        ...

    def outcomes(self, node_id: NodeId, after: int, limit: int) -> Outcomes:
        """What people decided at the centre about the node's alerts since then, oldest first."""
        ...


# The edge


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedStep:
    """A step that waits to be sent."""

    queue_id: int
    alert: Alert
    step: StepRecord
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedFile:
    """A file of evidence that waits to be sent."""

    evidence_id: EvidenceId
    alert_id: AlertId
    name: str
    size_bytes: int
    sha256: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueDepth:
    """How much waits. `refused` steps and files are among the others, and stay until somebody puts it right."""

    steps: int
    oldest_at: datetime | None
    refused: int
    files: int
    file_bytes: int


class ForwardQueue(Protocol):
    """Steps and files that wait for the centre, kept until it has them. Each method is one transaction; any thread."""

    def take_in(self, limit: int) -> int:
        """Queue steps of the journal that were not queued yet, in the order they were taken; return how many."""
        ...

    def oldest(self, limit: int, now: datetime) -> list[QueuedStep]:
        """The first that may be sent now, in order."""
        ...

    def newest(self, alerts: int, now: datetime) -> list[QueuedStep]:
        """All that wait of the alerts that were queued last, in order for each alert."""
        ...

    def sent(self, queue_ids: Sequence[int]) -> None: ...

    def put_off(self, queue_ids: Sequence[int], until: datetime, reason: str, *, is_refused: bool) -> None:
        """Not before then."""
        ...

    def queue_again(self, alert_id: AlertId, from_sequence: int) -> int:
        """The centre lacks steps that were sent once (it was restored from a backup)."""
        ...

    def next_file(self, now: datetime) -> QueuedFile | None:
        """The oldest file whose alert has no step waiting."""
        ...

    def file_sent(self, evidence_id: EvidenceId, at: datetime) -> None: ...

    def put_off_file(self, evidence_id: EvidenceId, until: datetime, reason: str, *, is_refused: bool) -> None: ...

    def depth(self) -> QueueDepth: ...

    def outcome_mark(self) -> int:
        """Outcomes up to this one were taken over."""
        ...

    def move_outcome_mark(self, mark: int) -> None: ...


class CentreLine(Protocol):
    """Requests to the centre; each raises LineError or CentreRefusalError. One thread at a time."""

    def heartbeat(self, report: Heartbeat) -> HeartbeatAnswer: ...

    def inventory(self, inventory: Inventory) -> None: ...

    def steps(self, parcels: Sequence[StepParcel]) -> list[StepAnswer]: ...

    def standing(self, evidence_id: EvidenceId) -> EvidenceStanding: ...

    def send_part(self, evidence_id: EvidenceId, offset: int, content: bytes) -> EvidenceStanding: ...

    def outcomes(self, after: int) -> Outcomes: ...

    def close(self) -> None: ...
