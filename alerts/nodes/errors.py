"""What can go wrong between an edge and its centre."""

from alerts.errors import AlertsError
from domain.ids import EvidenceId, NodeId


class NodeNameTakenError(AlertsError):
    """There is a node of that name already."""

    def __init__(self, node_id: NodeId) -> None:
        super().__init__(f"there is already a node named {node_id}")
        self.node_id = node_id


class InventoryRefusedError(AlertsError):
    """What a node says it watches cannot be taken into the registry. `field` names the entry."""

    def __init__(self, field: str, expected: str, found: str) -> None:
        super().__init__(f"{field}: expected {expected}, found {found}")
        self.field = field
        self.expected = expected
        self.found = found


class EvidenceNotAwaitedError(AlertsError):
    """No alert of this node has such a piece of evidence that is still to come."""

    def __init__(self, evidence_id: EvidenceId, reason: str) -> None:
        super().__init__(f"evidence {evidence_id} is not awaited from this node: {reason}")
        self.evidence_id = evidence_id
        self.reason = reason


class EvidencePartError(AlertsError):
    """A part of a file does not join what has arrived; `received_bytes` is where to go on."""

    def __init__(self, evidence_id: EvidenceId, *, received_bytes: int, found_bytes: int) -> None:
        super().__init__(f"evidence {evidence_id}: expected a part from byte {received_bytes}, found {found_bytes}")
        self.evidence_id = evidence_id
        self.received_bytes = received_bytes
        self.found_bytes = found_bytes


class EvidenceAlteredError(AlertsError):
    """A whole file arrived that is not the one which the alert names. It was thrown away."""

    def __init__(self, evidence_id: EvidenceId, *, expected_sha256: str, found_sha256: str) -> None:
        super().__init__(f"evidence {evidence_id}: expected SHA-256 {expected_sha256}, found {found_sha256}")
        self.evidence_id = evidence_id
        self.expected_sha256 = expected_sha256
        self.found_sha256 = found_sha256


class LineError(AlertsError):
    """The centre could not be reached or could not answer now; the same request may go through later."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"no line to the centre: {reason}")
        self.reason = reason


class CentreRefusalError(AlertsError):
    """The centre answered that it will not do it. `status` is the HTTP status, `reason` its words."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"the centre refused ({status}): {reason}")
        self.status = status
        self.reason = reason

    @property
    def is_about_us(self) -> bool:
        """The token or the certificate was refused, not the one request."""
        return self.status < 400 or self.status in {401, 403, 404, 405, 426}
