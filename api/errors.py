"""What can go wrong on the way through HTTP. Which status that is: `api.answers`."""

from typing import Any

from alerts.keeping.deletion import Deletion
from api.permissions import Permission


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


class TooManyRequestsError(ApiError):
    """A stranger asks more often than the public page answers."""

    def __init__(self, wait_seconds: float) -> None:
        super().__init__(f"too many requests: wait {wait_seconds:.0f} s")
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


class SecondFactorNeededError(ApiError):
    """The password is right, and the account has a second factor: a code must come with it."""

    def __init__(self) -> None:
        super().__init__("send the code of your authenticator app, or a recovery code, as code")


class SecondFactorRefusedError(ApiError):
    """The code is wrong, too old, or was used before."""

    def __init__(self) -> None:
        super().__init__("the code is wrong or was used before: wait for the next one")


class SecondFactorRequiredError(ApiError):
    """Accounts of this role must have a second factor; without one only setting it up is open."""

    def __init__(self) -> None:
        super().__init__("set up a second factor first: POST /api/v1/me/second-factor")


class SecondFactorStandsError(ApiError):
    """The second factor is not in the state that this step needs: one stands already, or none is on offer."""

    def __init__(self) -> None:
        super().__init__("a second factor stands already, or none is on offer")


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
    """A table has faults, so nothing of it was stored."""

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


class AccountClosedError(ApiError):
    """Nobody logs in with a closed account: a password for it would open nothing."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the account {name} is closed: open it first")
        self.name = name


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
