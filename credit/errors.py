"""What the registry refuses."""


class CreditError(Exception):
    """Something is wrong with an entry of the registry."""


class NameTakenError(CreditError):
    """The name is in use where it must be unique."""

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(f"there is already a {kind} named {name!r} here")
        self.kind = kind
        self.name = name


class ExternalIdTakenError(CreditError):
    """The id of another register is in use where it must be unique."""

    def __init__(self, kind: str, external_id: str) -> None:
        super().__init__(f"there is already a {kind} with the external id {external_id!r} here")
        self.kind = kind
        self.external_id = external_id


class CreditCodeTakenError(CreditError):
    """Another enterprise has this unified social credit code."""

    def __init__(self, credit_code: str) -> None:
        super().__init__(f"another enterprise already has the credit code {credit_code}")
        self.credit_code = credit_code


class HeadOfficeError(CreditError):
    """A chain has one level: a head office has none itself. `expected` and `found` are about the named head office."""

    def __init__(self, expected: str, found: str) -> None:
        super().__init__(f"head office: expected {expected}, found {found}")
        self.expected = expected
        self.found = found


class UnknownParentError(CreditError):
    """The enterprise, site or camera that this belongs to does not exist."""

    def __init__(self, kind: str, parent_id: str) -> None:
        super().__init__(f"there is no {kind} {parent_id}")
        self.kind = kind
        self.parent_id = parent_id


class VersionConflictError(CreditError):
    """Somebody else changed it first. Read it again, then edit."""

    def __init__(self, kind: str, item_id: str, *, expected_version: int, found_version: int | None) -> None:
        super().__init__(f"{kind} {item_id}: expected version {expected_version}, found {found_version}")
        self.kind = kind
        self.item_id = item_id
        self.expected_version = expected_version
        self.found_version = found_version


class ProfileError(CreditError):
    """A profile cannot be used. `where` is file, line and field."""

    def __init__(self, where: str, expected: str, found: object) -> None:
        super().__init__(f"{where}: expected {expected}, found {found}")
        self.where = where
        self.expected = expected
        self.found = found


class GuardError(CreditError):
    """The ledgers do not take this: a rule that law or the design sets stands against it.

    `guard` names the rule, `expected` what it asks for, `found` what came.
    """

    def __init__(self, guard: str, expected: str, found: str) -> None:
        super().__init__(f"{guard}: expected {expected}, found {found}")
        self.guard = guard
        self.expected = expected
        self.found = found


class NotAnOfficerError(CreditError):
    """Records are entered, published and withdrawn by officers of the authority only."""

    def __init__(self) -> None:
        super().__init__("only an officer (an active account with the role regulator) may do this")


class NotTheEnterpriseError(CreditError):
    """Consent is the enterprise's own: neither the authority nor an administrator gives it."""

    def __init__(self) -> None:
        super().__init__("only the enterprise (an active account with the role operator) may consent")


class ChangedMeanwhileError(CreditError):
    """It is not as it was read any more. `kind` and `item_id` say what."""

    def __init__(self, kind: str, item_id: str) -> None:
        super().__init__(f"{kind} {item_id} was changed meanwhile")
        self.kind = kind
        self.item_id = item_id


class RegionTooLargeError(CreditError):
    """A region has more enterprises than a report of it holds."""

    def __init__(self, *, found: int, most: int) -> None:
        super().__init__(f"region: expected at most {most} enterprises, found {found}")
        self.found = found
        self.most = most


class RecordStateError(CreditError):
    """The record's state forbids the step."""

    def __init__(self, record_id: str, *, step: str, state: str) -> None:
        super().__init__(f"record {record_id} is {state}: it cannot be {step}")
        self.record_id = record_id
        self.step = step
        self.state = state


class DocumentKnownError(CreditError):
    """The document of this authority is on record for the enterprise already."""

    def __init__(self, document_no: str) -> None:
        super().__init__(f"the document {document_no} is on record already")
        self.document_no = document_no


class ApplicationStepError(CreditError):
    """The application's state forbids the step, or somebody else took one first."""

    def __init__(self, application_id: str, *, step: str, state: str) -> None:
        super().__init__(f"application {application_id} is {state}: it cannot be {step}")
        self.application_id = application_id
        self.step = step
        self.state = state


class ApplicationOpenError(CreditError):
    """The record has an application that is not over."""

    def __init__(self, record_id: str) -> None:
        super().__init__(f"record {record_id} has an open application already")
        self.record_id = record_id


class PaperError(CreditError):
    """A paper cannot be opened, or is larger than what is read."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the paper cannot be read: {reason}")
        self.reason = reason


class TaskStepError(CreditError):
    """The task's state forbids the step, or somebody else took one first."""

    def __init__(self, task_id: str, *, step: str, state: str) -> None:
        super().__init__(f"task {task_id} is {state}: it cannot be {step}")
        self.task_id = task_id
        self.step = step
        self.state = state
