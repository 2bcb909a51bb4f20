"""The one table from error class to status. No other module of the service knows a status code for an error."""

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
from alerts.keeping.errors import HoldError
from alerts.nodes.errors import EvidenceAlteredError, EvidenceNotAwaitedError, EvidencePartError, InventoryRefusedError
from alerts.nodes.findings import FindingRefusedError
from alerts.notify.errors import RecipientChangedError, RecipientNameTakenError, RecipientRefusedError, SecretBoxError
from api.errors import (
    AccessReasonNeededError,
    AccountClosedError,
    BodyTooLargeError,
    BusyError,
    CameraNotShownError,
    CameraTableError,
    ConsoleMissingError,
    CrossSiteError,
    EvidenceDamagedError,
    EvidenceDeletedError,
    EvidenceMissingError,
    EvidencePendingError,
    FieldError,
    ForbiddenError,
    LastAdminError,
    LoginNeededError,
    LoginRefusedError,
    NodeCameraError,
    NoFreshPictureError,
    NotFoundError,
    NotLoggedInError,
    OwnAccountError,
    PasswordChangeRequiredError,
    PictureNotSeenError,
    RangeError,
    SecondFactorNeededError,
    SecondFactorRefusedError,
    SecondFactorRequiredError,
    SecondFactorStandsError,
    TagConflictError,
    TooManyFeedsError,
    TooManyRequestsError,
    TooManyTriesError,
    VersionNeededError,
)
from credit.errors import (
    ApplicationOpenError,
    ApplicationStepError,
    ChangedMeanwhileError,
    CreditCodeTakenError,
    DocumentKnownError,
    ExternalIdTakenError,
    GuardError,
    HeadOfficeError,
    NameTakenError,
    NotAnOfficerError,
    NotTheEnterpriseError,
    PaperError,
    ProfileError,
    RecordStateError,
    RegionTooLargeError,
    TaskStepError,
    UnknownParentError,
    VersionConflictError,
)
from credit.push.errors import (
    PushStateError,
    ReceiverChangedError,
    ReceiverInUseError,
    ReceiverNameTakenError,
    ReceiverRefusedError,
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


@dataclass(frozen=True, slots=True)
class Answer:
    """How an error class is told: the status, and its title. Attributes named in `shown` become members."""

    status: int
    title: str
    shown: tuple[str, ...] = ()


TABLE: Mapping[type[Exception], Answer] = {
    NotLoggedInError: Answer(401, "Login needed"),
    LoginRefusedError: Answer(401, "Login refused"),
    SecondFactorNeededError: Answer(401, "Second factor needed"),
    SecondFactorRefusedError: Answer(401, "Second factor refused"),
    SecondFactorRequiredError: Answer(403, "Second factor required"),
    SecondFactorStandsError: Answer(409, "Second factor in another state"),
    TooManyTriesError: Answer(429, "Too many tries"),
    TooManyRequestsError: Answer(429, "Too many requests"),
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
    ReceiverRefusedError: Answer(422, "Receiver refused", ("field", "expected", "found")),
    ReceiverNameTakenError: Answer(409, "Name taken", ("name",)),
    ReceiverChangedError: Answer(412, "Changed meanwhile", ("receiver_id", "expected_version", "found_version")),
    ReceiverInUseError: Answer(409, "Receiver in use", ("name",)),
    PushStateError: Answer(409, "Not in this state", ("delivery_id", "step", "state")),
    GuardError: Answer(422, "Refused by a guard", ("guard", "expected", "found")),
    ProfileError: Answer(500, "Profile faulty"),
    NotAnOfficerError: Answer(403, "Officers only"),
    ChangedMeanwhileError: Answer(412, "Changed meanwhile", ("kind", "item_id")),
    NotTheEnterpriseError: Answer(403, "The enterprise only"),
    RecordStateError: Answer(409, "Step not possible", ("record_id", "step", "state")),
    ApplicationStepError: Answer(409, "Step not possible", ("application_id", "step", "state")),
    ApplicationOpenError: Answer(409, "Application open", ("record_id",)),
    TaskStepError: Answer(409, "Step not possible", ("task_id", "step", "state")),
    PaperError: Answer(422, "Paper cannot be read", ("reason",)),
    RegionTooLargeError: Answer(422, "Region too large", ("found", "most")),
    DocumentKnownError: Answer(409, "Document known", ("document_no",)),
    HeadOfficeError: Answer(422, "Head office refused", ("expected", "found")),
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
    AccountClosedError: Answer(409, "Account closed", ("name",)),
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
