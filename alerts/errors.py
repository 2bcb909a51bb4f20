"""What can go wrong between a violation and its reader."""

from enum import StrEnum

from domain.ids import AlertId, UserId


class AlertsError(Exception):
    """Something failed on an alert's way."""


class AlertConflictError(AlertsError):
    """The alert was changed by somebody else, or an open alert already stands for the same subject."""

    def __init__(self, alert_id: AlertId, *, expected_sequence: int, found_sequence: int | None) -> None:
        super().__init__(f"alert {alert_id}: expected sequence {expected_sequence}, found {found_sequence}")
        self.alert_id = alert_id
        self.expected_sequence = expected_sequence
        self.found_sequence = found_sequence


class AlertStepError(AlertsError):
    """The alert's state does not allow the step."""

    def __init__(self, alert_id: AlertId, *, step: str, state: str) -> None:
        super().__init__(f"alert {alert_id} is {state}: it cannot be {step}")
        self.alert_id = alert_id
        self.step = step
        self.state = state


class ReasonMissingError(AlertStepError):
    """The step needs a reason in words, and none was given."""


class MachineStepError(AlertStepError):
    """Only a person's account can take the step."""

    def __init__(self, alert_id: AlertId, *, step: str, state: str) -> None:
        super().__init__(alert_id, step=step, state=state)
        self.args = (f"alert {alert_id}: only a person's account can take the step {step}",)


class PartyError(AlertStepError):
    """The person has already acted in this alert in a way that excludes the step. `conflict` says in which."""

    def __init__(self, alert_id: AlertId, *, step: str, state: str, actor: UserId, conflict: str) -> None:
        super().__init__(alert_id, step=step, state=state)
        self.args = (f"alert {alert_id}: {step} must be another person's, this account {conflict}",)
        self.actor = actor
        self.conflict = conflict


class VerdictStandsError(AlertStepError):
    """Two reviewers agreed: the verdict changes by a dispute only."""


class DisputedBeforeError(AlertStepError):
    """The alert was disputed and decided once; a second dispute has its place outside this service."""


class ViewingTooShortError(AlertStepError):
    """The reviewer has not looked at the evidence for long enough. `found_seconds` None: not opened at all."""

    def __init__(
        self, alert_id: AlertId, *, step: str, state: str, expected_seconds: float, found_seconds: float | None
    ) -> None:
        super().__init__(alert_id, step=step, state=state)
        found = "the evidence was not opened" if found_seconds is None else f"found {found_seconds:.1f} s"
        self.args = (f"alert {alert_id}: expected {expected_seconds:g} s with the evidence before {step}, {found}",)
        self.expected_seconds = expected_seconds
        self.found_seconds = None if found_seconds is None else round(found_seconds, 1)


class AnswerFilesError(AlertStepError):
    """A rectification needs pictures or documents that were put to this alert as part of the answer."""

    def __init__(self, alert_id: AlertId, *, step: str, state: str, reason: str) -> None:
        super().__init__(alert_id, step=step, state=state)
        self.args = (f"alert {alert_id}: {reason}",)
        self.reason = reason


class JournalError(AlertsError):
    """The database could not take the alert. `is_temporary`: the same write may go through later."""

    def __init__(self, reason: str, *, is_temporary: bool) -> None:
        super().__init__(f"the alert journal failed: {reason}")
        self.reason = reason
        self.is_temporary = is_temporary


class EvidenceCause(StrEnum):
    """Why a piece of evidence is missing."""

    DISK_FULL = "disk_full"
    WRITE_FAILED = "write_failed"
    NO_PICTURES = "no_pictures"
    INTERRUPTED = "interrupted"
    OVERLOADED = "overloaded"
    """So many alerts came at once that there was no memory left for the picture."""
    NOT_MASKED = "not_masked"
    """The faces in the picture could not be looked for, so it was not stored."""
    STORE_UNREACHABLE = "store_unreachable"
    """The object store did not take it, and the local spool had no room for it."""
    PRIVATE_ZONE = "private_zone"
    """The camera has parts that nobody may see, and a clip holds the camera's own pictures."""


class EvidenceStoreError(AlertsError):
    """A file could not be stored."""

    def __init__(self, name: str, cause: EvidenceCause) -> None:
        super().__init__(f"evidence {name} was not stored: {cause}")
        self.name = name
        self.cause = cause


class EvidenceUnreachableError(EvidenceStoreError):
    """The object store cannot be reached, or refuses us. `reason` is in words, without secrets."""

    def __init__(self, name: str, store: str, reason: str) -> None:
        super().__init__(name, EvidenceCause.STORE_UNREACHABLE)
        self.store = store
        self.reason = reason

    def __str__(self) -> str:
        return f"evidence {self.name}: {self.store}: {self.reason}"


class EvidenceNotFoundError(AlertsError):
    """The store holds no such file."""

    def __init__(self, name: str) -> None:
        super().__init__(f"evidence {name} is not in the store")
        self.name = name


class CatalogueError(AlertsError):
    """The risk catalogue's data is wrong. `where` is file and field."""

    def __init__(self, where: str, expected: str, found: object) -> None:
        super().__init__(f"{where}: expected {expected}, found {found!r}")
        self.where = where
        self.expected = expected
        self.found = found


class BrokerUnreachableError(AlertsError):
    """The MQTT broker cannot be reached or refuses the connection."""

    def __init__(self, broker: str, reason: str) -> None:
        super().__init__(f"MQTT broker {broker}: {reason}")
        self.broker = broker
        self.reason = reason


class AnchorError(AlertsError):
    """A seal could not be anchored, or an anchor cannot be read. `place` names the file, topic or authority."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"anchor {place}: {reason}")
        self.place = place
        self.reason = reason


class PackError(AlertsError):
    """An evidence pack cannot be made. `reason` says what is in the way."""

    def __init__(self, alert_id: AlertId, reason: str) -> None:
        super().__init__(f"evidence pack of alert {alert_id}: {reason}")
        self.alert_id = alert_id
        self.reason = reason
