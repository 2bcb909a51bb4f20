"""What can go wrong between an alert and the person who is to be told."""

from alerts.errors import AlertsError


class RecipientRefusedError(AlertsError):
    """A recipient cannot be kept as it was given. `field` names the entry; `found` never holds a secret."""

    def __init__(self, field: str, expected: str, found: str) -> None:
        super().__init__(f"{field}: expected {expected}, found {found}")
        self.field = field
        self.expected = expected
        self.found = found


class RecipientNameTakenError(AlertsError):
    """There is a recipient of that name already."""

    def __init__(self, name: str) -> None:
        super().__init__(f"there is already a recipient named {name!r}")
        self.name = name


class RecipientChangedError(AlertsError):
    """Somebody else changed the recipient meanwhile; None: it is gone."""

    def __init__(self, recipient_id: str, *, expected_version: int, found_version: int | None) -> None:
        super().__init__(f"recipient {recipient_id}: expected version {expected_version}, found {found_version}")
        self.recipient_id = recipient_id
        self.expected_version = expected_version
        self.found_version = found_version


class SecretBoxError(AlertsError):
    """A sealed destination cannot be opened: the key is another one, or a named secret is not set."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the destination cannot be opened: {reason}")
        self.reason = reason


class SendError(AlertsError):
    """A message was not taken. `reason` is in words, without addresses that hold secrets.

    `is_about_message`: this one message was refused, others may pass; else the whole destination is away.
    `retry_after_seconds` is what the other side asked for, None where it did not. `status` is that of HTTP and `said`
    the beginning of its text, where there was an answer.
    """

    def __init__(
        self,
        reason: str,
        *,
        is_about_message: bool = False,
        retry_after_seconds: float | None = None,
        status: int | None = None,
        said: bytes = b"",
    ) -> None:
        super().__init__(f"not sent: {reason}")
        self.reason = reason
        self.is_about_message = is_about_message
        self.retry_after_seconds = retry_after_seconds
        self.status = status
        self.said = said
