"""What can go wrong on the way through HTTP, and the one table from error class to status.

No other module of the service knows a status code for an error.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from alerts.errors import (
    AlertConflictError,
    AlertStepError,
    EvidenceNotFoundError,
    EvidenceStoreError,
    EvidenceUnreachableError,
    JournalError,
    PackError,
    PartyError,
    ViewingTooShortError,
)
from alerts.keeping.deletion import Deletion
from alerts.keeping.errors import HoldError
from alerts.nodes.errors import (
    EvidenceAlteredError,
    EvidenceNotAwaitedError,
    EvidencePartError,
    InventoryRefusedError,
)
from alerts.nodes.findings import FindingRefusedError
from alerts.notify.errors import (
    RecipientChangedError,
    RecipientNameTakenError,
    RecipientRefusedError,
    SecretBoxError,
)
from api.permissions import Permission
from credit.errors import (
    CreditCodeTakenError,
    DocumentKnownError,
    ExternalIdTakenError,
    GuardError,
    NameTakenError,
    NotAnOfficerError,
    RecordStateError,
    UnknownParentError,
    VersionConflictError,
)
from detector.errors import DetectorError, TeachingError
from detector.head_errors import (
    HeadFileError,
    HeadNetworkError,
    HeadNotFoundError,
    HeadNotReadyError,
    HeadStatusError,
    HeadStoreError,
)
from domain.credit_code import CreditCodeError
from streams.onvif.errors import OnvifError


class ApiError(Exception):
    """A request cannot be answered as asked."""

    def headers(self) -> dict[str, str]:
        """Headers of the answer."""
        return {}


class NotLoggedInError(ApiError):
    """No valid login or token came with the request."""

    def __init__(self) -> None:
        super().__init__("log in, or send a valid token as Authorization: Bearer")


class LoginRefusedError(ApiError):
    """The account's name or its password is wrong; which of them is not told."""

    def __init__(self) -> None:
        super().__init__("the name or the password is wrong")


class TooManyTriesError(ApiError):
    """Too many wrong passwords: the next try waits."""

    def __init__(self, wait_seconds: float) -> None:
        super().__init__(f"too many failed tries: wait {wait_seconds:.0f} s")
        self.wait_seconds = wait_seconds

    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(max(1, round(self.wait_seconds)))}


class ForbiddenError(ApiError):
    """The account's role does not allow it."""

    def __init__(self, permission: Permission) -> None:
        super().__init__(f"your account lacks the permission {permission}")
        self.permission = permission


class LoginNeededError(ApiError):
    """A token is not enough: what prolongs access is open to people who are logged in."""

    def __init__(self) -> None:
        super().__init__("log in with a password for this; tokens cannot do it")


class PasswordChangeRequiredError(ApiError):
    """The one-time password opens only the change of the password."""

    def __init__(self) -> None:
        super().__init__("change your password first: POST /api/v1/me/password")


class CrossSiteError(ApiError):
    """A change asked for with the login cookie did not come from our own pages."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)


class NotFoundError(ApiError):
    """There is no such thing, or the account's scope does not reach it: the two look the same."""

    def __init__(self, kind: str, item_id: str) -> None:
        super().__init__(f"there is no {kind} {item_id}")
        self.kind = kind
        self.item_id = item_id


class FieldError(ApiError):
    """One field of a well-formed request is wrong for a reason that only the service knows."""

    def __init__(self, field: str, expected: str, found: str) -> None:
        super().__init__(f"{field}: expected {expected}, found {found}")
        self.field = field
        self.expected = expected
        self.found = found


class VersionNeededError(ApiError):
    """A change must say which version it was made from."""

    def __init__(self) -> None:
        super().__init__('send the ETag that you read as If-Match (for example "3"), or the field version')


class CameraTableError(ApiError):
    """A table of cameras has faults, so nothing of it was stored."""

    def __init__(self, faults: list[dict[str, Any]]) -> None:
        super().__init__(f"{len(faults)} faults, nothing was stored: correct them or send skip_faulty=true")
        self.faults = faults


class BusyError(ApiError):
    """As many do this already as may at a time."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)

    def headers(self) -> dict[str, str]:
        return {"Retry-After": "5"}


class TagConflictError(ApiError):
    """Somebody else changed it first (for things that carry no version number)."""

    def __init__(self, kind: str, item_id: str) -> None:
        super().__init__(f"{kind} {item_id} was changed meanwhile: read it again")
        self.kind = kind
        self.item_id = item_id


class NodeCameraError(ApiError):
    """The camera belongs to a node: it is changed there, and the change comes here by itself."""

    def __init__(self, camera_id: str, node_id: str) -> None:
        super().__init__(f"camera {camera_id} is watched by the node {node_id}: change it there")
        self.camera_id = camera_id
        self.node_id = node_id


class LastAdminError(ApiError):
    """Without this account nobody could manage accounts any more."""

    def __init__(self) -> None:
        super().__init__("this is the last active administrator")


class OwnAccountError(ApiError):
    """Nobody takes their own rights away by accident."""

    def __init__(self) -> None:
        super().__init__("another administrator must do this to your account")


class EvidenceDeletedError(ApiError):
    """The evidence was there, and was deleted by a rule; what it was stays on record."""

    def __init__(self, evidence_id: str, deletion: Deletion | None, cause: str | None) -> None:
        when = f" on {deletion.decided_at:%Y-%m-%d}" if deletion else ""
        rule = f" under the rule {deletion.rule} of policy {deletion.policy_version}" if deletion else f" ({cause})"
        super().__init__(f"evidence {evidence_id} was deleted{when}{rule}")
        self.evidence_id = evidence_id
        self.deleted_at = deletion.decided_at.isoformat() if deletion else None
        self.trigger = deletion.trigger.value if deletion else None
        self.rule = deletion.rule if deletion else None
        self.policy_version = deletion.policy_version if deletion else None
        self.sha256 = deletion.sha256 if deletion else None


class AccessReasonNeededError(ApiError):
    """An unmasked original is opened only after a reason was given, which is written down."""

    def __init__(self, evidence_id: str) -> None:
        super().__init__(f"say why you need to see faces: POST /api/v1/evidence/{evidence_id}/access")
        self.evidence_id = evidence_id


class PictureNotSeenError(ApiError):
    """The picture that the verdict names is none that was shown lately."""

    def __init__(self, camera_id: str) -> None:
        super().__init__(f"look at the camera's picture first: GET /api/v1/cameras/{camera_id}/first-picture.jpg")
        self.camera_id = camera_id


class CameraNotShownError(ApiError):
    """The camera gives no picture now. The cause is a code, never an address."""

    def __init__(self, camera_id: str, cause: str) -> None:
        super().__init__(f"camera {camera_id} gives no picture: {cause}")
        self.camera_id = camera_id
        self.cause = cause


class NoFreshPictureError(ApiError):
    """The camera has no picture recent enough to be shown as current."""

    def __init__(self, camera_id: str, age_seconds: float | None, limit_seconds: float) -> None:
        found = "there is none" if age_seconds is None else f"the newest is {age_seconds:.0f} s old"
        super().__init__(f"camera {camera_id}: expected a picture of the last {limit_seconds:.0f} s, {found}")
        self.camera_id = camera_id
        self.age_seconds = age_seconds

    def headers(self) -> dict[str, str]:
        return {"Retry-After": "5"}


class EvidencePendingError(ApiError):
    """The file is being made."""

    def __init__(self, evidence_id: str) -> None:
        super().__init__(f"evidence {evidence_id} is not ready yet")
        self.evidence_id = evidence_id

    def headers(self) -> dict[str, str]:
        return {"Retry-After": "2"}


class EvidenceMissingError(ApiError):
    """The file could not be made; `cause` says why."""

    def __init__(self, evidence_id: str, cause: str | None) -> None:
        super().__init__(f"evidence {evidence_id} could not be made: {cause or 'unknown cause'}")
        self.evidence_id = evidence_id
        self.cause = cause


class EvidenceDamagedError(ApiError):
    """The stored file has not the size that was recorded with its checksum: it is not served as evidence."""

    def __init__(self, evidence_id: str, *, expected_bytes: int, found_bytes: int) -> None:
        super().__init__(f"evidence {evidence_id}: expected {expected_bytes} bytes, found {found_bytes}")
        self.evidence_id = evidence_id
        self.expected_bytes = expected_bytes
        self.found_bytes = found_bytes


class RangeError(ApiError):
    """The asked range lies outside the file."""

    def __init__(self, size_bytes: int) -> None:
        super().__init__(f"the file has {size_bytes} bytes")
        self.size_bytes = size_bytes

    def headers(self) -> dict[str, str]:
        return {"Content-Range": f"bytes */{self.size_bytes}"}


class TooManyFeedsError(ApiError):
    """As many clients follow the feed as the service is set to allow."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"{limit} clients follow the feed already")
        self.limit = limit

    def headers(self) -> dict[str, str]:
        return {"Retry-After": "10"}


class BodyTooLargeError(ApiError):
    """The request's body exceeds the limit."""

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"a request's body may have {limit_bytes} bytes")
        self.limit_bytes = limit_bytes


class ConsoleMissingError(ApiError):
    """There is no built console here."""


@dataclass(frozen=True, slots=True)
class Answer:
    """How an error class is told: the status, and its title. Attributes named in `shown` become members."""

    status: int
    title: str
    shown: tuple[str, ...] = ()


TABLE: Mapping[type[Exception], Answer] = {
    NotLoggedInError: Answer(401, "Login needed"),
    LoginRefusedError: Answer(401, "Login refused"),
    TooManyTriesError: Answer(429, "Too many tries"),
    ForbiddenError: Answer(403, "Not allowed", ("permission",)),
    LoginNeededError: Answer(403, "Login with a password needed"),
    PasswordChangeRequiredError: Answer(403, "Password change required"),
    CrossSiteError: Answer(403, "Request from another site"),
    NotFoundError: Answer(404, "Not found", ("kind", "item_id")),
    ConsoleMissingError: Answer(404, "Console not built"),
    EvidenceUnreachableError: Answer(503, "Evidence store cannot be reached"),
    EvidenceNotFoundError: Answer(404, "Evidence is not in the store"),
    EvidencePendingError: Answer(404, "Evidence is not ready", ("evidence_id",)),
    EvidenceMissingError: Answer(404, "Evidence is missing", ("evidence_id", "cause")),
    PackError: Answer(500, "Evidence is damaged", ("alert_id", "reason")),
    EvidenceDamagedError: Answer(500, "Evidence is damaged", ("evidence_id", "expected_bytes", "found_bytes")),
    EvidenceDeletedError: Answer(
        410, "Evidence deleted", ("evidence_id", "deleted_at", "trigger", "rule", "policy_version", "sha256")
    ),
    AccessReasonNeededError: Answer(403, "Reason needed", ("evidence_id",)),
    PictureNotSeenError: Answer(409, "Picture not seen", ("camera_id",)),
    CameraNotShownError: Answer(503, "No picture", ("camera_id", "cause")),
    HoldError: Answer(409, "Hold stands so already", ("alert_id", "state")),
    NameTakenError: Answer(409, "Name taken", ("kind", "name")),
    ExternalIdTakenError: Answer(409, "External id taken", ("kind", "external_id")),
    GuardError: Answer(422, "Refused by a guard", ("guard", "expected", "found")),
    NotAnOfficerError: Answer(403, "Officers only"),
    RecordStateError: Answer(409, "Step not possible", ("record_id", "step", "state")),
    DocumentKnownError: Answer(409, "Document known", ("document_no",)),
    CreditCodeTakenError: Answer(409, "Credit code taken", ("credit_code",)),
    RecipientNameTakenError: Answer(409, "Name taken", ("name",)),
    RecipientChangedError: Answer(412, "Changed meanwhile", ("recipient_id", "expected_version", "found_version")),
    RecipientRefusedError: Answer(422, "Recipient refused", ("field", "expected", "found")),
    SecretBoxError: Answer(409, "Destination cannot be opened", ("reason",)),
    NodeCameraError: Answer(409, "Camera of a node", ("camera_id", "node_id")),
    EvidenceNotAwaitedError: Answer(409, "Evidence not awaited", ("evidence_id", "reason")),
    EvidencePartError: Answer(409, "Not the next part", ("evidence_id", "received_bytes", "found_bytes")),
    EvidenceAlteredError: Answer(422, "Evidence altered", ("evidence_id", "expected_sha256", "found_sha256")),
    FindingRefusedError: Answer(422, "Finding refused", ("reason", "finding_id")),
    InventoryRefusedError: Answer(422, "Inventory refused", ("field", "expected", "found")),
    EvidenceStoreError: Answer(507, "Evidence cannot be stored", ("cause",)),
    LastAdminError: Answer(409, "Last administrator"),
    OwnAccountError: Answer(409, "Own account"),
    AlertConflictError: Answer(409, "Alert changed meanwhile", ("alert_id", "expected_sequence", "found_sequence")),
    PartyError: Answer(409, "Another person is needed", ("alert_id", "step", "state", "conflict")),
    ViewingTooShortError: Answer(
        409, "Evidence not looked at", ("alert_id", "step", "state", "expected_seconds", "found_seconds")
    ),
    AlertStepError: Answer(409, "Step not possible", ("alert_id", "step", "state")),
    HeadNotFoundError: Answer(404, "Not found", ("kind", "item_id")),
    HeadNotReadyError: Answer(409, "Not good enough to go live", ("head_id", "missing")),
    HeadStatusError: Answer(409, "Head cannot do this now", ("head_id", "wanted", "status")),
    HeadNetworkError: Answer(409, "Taught on another network", ("head_id", "crops")),
    HeadFileError: Answer(500, "Head cannot be read"),
    HeadStoreError: Answer(503, "Head cannot be written"),
    TeachingError: Answer(422, "Cannot be learnt", ("field", "expected", "found")),
    DetectorError: Answer(503, "Picture cannot be looked at"),
    VersionConflictError: Answer(412, "Changed meanwhile", ("kind", "item_id", "expected_version", "found_version")),
    TagConflictError: Answer(412, "Changed meanwhile", ("kind", "item_id")),
    BodyTooLargeError: Answer(413, "Body too large", ("limit_bytes",)),
    RangeError: Answer(416, "Range not satisfiable", ("size_bytes",)),
    CameraTableError: Answer(422, "Faulty table", ("faults",)),
    FieldError: Answer(422, "Invalid request"),
    UnknownParentError: Answer(422, "Unknown parent", ("kind", "parent_id")),
    CreditCodeError: Answer(422, "Invalid credit code", ("text", "reason")),
    VersionNeededError: Answer(428, "Version needed"),
    JournalError: Answer(503, "Database unavailable", ("is_temporary",)),
    NoFreshPictureError: Answer(503, "No fresh picture", ("camera_id", "age_seconds")),
    BusyError: Answer(503, "Busy"),
    OnvifError: Answer(502, "Camera cannot be asked", ("cause",)),
    TooManyFeedsError: Answer(503, "Too many feeds", ("limit",)),
}


def answer_for(error: Exception) -> Answer | None:
    """The row of the error's class or of its nearest base class; None for errors nobody expected."""
    return next((TABLE[kind] for kind in type(error).__mro__ if kind in TABLE), None)


def members_of(error: Exception, answer: Answer) -> dict[str, Any]:
    """The attributes that the table shows."""
    return {name: getattr(error, name) for name in answer.shown}
