"""What the HTTP side needs beside the ports of alerts, credit and streams: accounts and camera control."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from api.account_log import AccountDeed
from domain.alert import Alert
from domain.detection import Observation
from domain.frame import Frame
from domain.ids import AlertId, CameraId, EnterpriseId, EvidenceId, SiteId, UserId
from domain.organisation import Camera
from domain.scope import Scope
from domain.zone import Zone


class Role(StrEnum):
    """What an account may do; its scope says where. Permissions by role stand in `api.permissions`."""

    ADMIN = "admin"
    OPERATOR = "operator"
    REGULATOR = "regulator"
    VIEWER = "viewer"
    PRIVACY = "privacy"


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    user_id: UserId
    name: str
    password_hash: str
    role: Role
    scope: Scope
    is_active: bool
    must_change_password: bool
    created_at: datetime
    has_second_factor: bool = False
    """A second factor stands. Read with the account and never written with it: `SecondFactors` does that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A login. `secret_sha256` is of the cookie; the cookie itself is never stored.

    `agent` and `address` are what the browser called itself and where it came from, for the owner to know it again.
    """

    secret_sha256: str
    user_id: UserId
    created_at: datetime
    expires_at: datetime
    agent: str = ""
    address: str = ""

    @property
    def session_id(self) -> str:
        """What names it towards people: it opens nothing, and the cookie does not follow from it."""
        return hashlib.sha256(b"brightkitchen session " + self.secret_sha256.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenScope:
    """A part of what the owner may see: some enterprises, and some sites with the enterprises they belong to."""

    enterprise_ids: frozenset[EnterpriseId] = frozenset()
    sites: frozenset[tuple[SiteId, EnterpriseId]] = frozenset()

    def within(self, owner: Scope) -> Scope:
        """What is left of it now: the owner may have lost some since, and a token never reaches further."""
        return Scope(
            enterprise_ids=frozenset(one for one in self.enterprise_ids if owner.allows(one)),
            site_ids=frozenset(site for site, enterprise in self.sites if owner.allows(enterprise, site)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiToken:
    """A key for programs, acting for its owner with a role no higher and a scope no wider than the owner's.

    `scope` None: whatever the owner may see.
    """

    token_id: str
    user_id: UserId
    name: str
    secret_sha256: str
    role: Role
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    scope: TokenScope | None = None


class Accounts(Protocol):
    """Users, sessions and tokens. Every method is one transaction; any thread.

    `add_user` raises credit.errors.NameTakenError("user", name) where the name is in use. `deed` goes into the log of
    accounts in the same transaction.
    """

    def add_user(self, user: User, *, deed: AccountDeed | None = None) -> None: ...
    def update_user(self, user: User, *, deed: AccountDeed | None = None) -> None:
        """Also ends the user's sessions if the password, role, scope or activity changed."""
        ...

    def set_password(
        self,
        user_id: UserId,
        password_hash: str,
        *,
        must_change: bool,
        replacing: str | None = None,
        deed: AccountDeed | None = None,
    ) -> User | None:
        """Change the password and nothing else, and end the user's sessions; returns the account as it is then.

        None, and nothing is changed, where the account is closed or not there, or where its password is no longer the
        one of the hash `replacing`: a hash takes time, and others change accounts meanwhile.
        """
        ...

    def get_user(self, user_id: UserId) -> User | None: ...
    def find_user(self, name: str) -> User | None: ...
    def list_users(self) -> list[User]: ...

    def add_session(self, session: Session, *, deed: AccountDeed | None = None) -> None: ...
    def find_session(self, secret_sha256: str) -> tuple[Session, User] | None: ...
    def list_sessions(self, user_id: UserId) -> list[Session]:
        """Oldest first, those that have expired among them."""
        ...

    def end_session(self, secret_sha256: str, *, deed: AccountDeed | None = None) -> None: ...
    def end_sessions(self, user_id: UserId, *, but: str, deed: AccountDeed | None = None) -> int:
        """End all logins of the account but the one of that secret_sha256; returns how many."""
        ...

    def end_expired_sessions(self, now: datetime) -> int: ...

    def add_token(self, token: ApiToken, *, deed: AccountDeed | None = None) -> None: ...
    def find_token(self, secret_sha256: str) -> tuple[ApiToken, User] | None: ...
    def list_tokens(self, user_id: UserId) -> list[ApiToken]: ...
    def revoke_token(self, token_id: str, *, deed: AccountDeed | None = None) -> None: ...
    def note_token_use(self, token_id: str, at: datetime) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What was seen in one picture; `frame` is that picture, None where nobody was watching the camera."""

    observation: Observation
    frame: Frame | None


class LookSource(Protocol):
    """What the analysis saw last through each camera. Any thread; never waits."""

    def watch(self, camera_id: CameraId, until_clock: float) -> None:
        """Keep the pictures of the looks at this camera until then (monotonic seconds)."""
        ...

    def latest(self, camera_id: CameraId) -> Look | None: ...


class NoLooks:
    """A LookSource where nothing is analysed."""

    def watch(self, camera_id: CameraId, until_clock: float) -> None:
        """There is nothing to keep."""

    def latest(self, camera_id: CameraId) -> Look | None:  # noqa: ARG002 - of any camera
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedHeads:
    """By which versions of which heads a camera is judged, and by which process (its name)."""

    watched_by: str
    versions: Mapping[str, int]


class HeadUse(Protocol):
    """What really judges, which may be seconds behind what people put live. Any thread."""

    def used_on(self, camera_id: CameraId) -> UsedHeads | None:
        """None where nobody watches the camera, or nobody knows."""
        ...


class NoHeadUse:
    """Nobody knows."""

    def used_on(self, camera_id: CameraId) -> UsedHeads | None:  # noqa: ARG002 - the port's
        return None


class CameraControl(Protocol):
    """Tells the running service that the registry changed. Never waits for a camera."""

    def camera_saved(self, camera: Camera) -> None: ...
    def camera_deleted(self, camera_id: CameraId) -> None: ...
    def zones_changed(self, camera_id: CameraId, zones: list[Zone]) -> None: ...


class HealthProbe(Protocol):
    """One dependency that must answer before the service is ready (database, network, broker loop)."""

    @property
    def name(self) -> str: ...

    def ping(self) -> str | None:
        """None if well, else what is wrong in a few words without secrets."""
        ...


class ReviewStep(Protocol):
    """One verb of `Review`."""

    def __call__(
        self, alert_id: AlertId, /, *, actor: UserId, scope: Scope, expected_sequence: int, reason: str
    ) -> Alert | None: ...


class Review(Protocol):
    """People's verdicts on alerts; `alerts.review.ReviewDesk` is the real one. Any thread.

    Each verb returns the alert after the step, or None if there is none inside the scope. Raises AlertStepError where
    the alert's state does not allow the step and AlertConflictError where it is not at `expected_sequence` any more.
    """

    def acknowledge(
        self, alert_id: AlertId, *, actor: UserId, scope: Scope, expected_sequence: int, reason: str = ""
    ) -> Alert | None: ...
    def confirm(
        self, alert_id: AlertId, *, actor: UserId, scope: Scope, expected_sequence: int, reason: str = ""
    ) -> Alert | None: ...
    def dismiss(
        self, alert_id: AlertId, *, actor: UserId, scope: Scope, expected_sequence: int, reason: str
    ) -> Alert | None: ...
    def unclear(
        self, alert_id: AlertId, *, actor: UserId, scope: Scope, expected_sequence: int, reason: str = ""
    ) -> Alert | None: ...


class Rectify(Protocol):
    """The verb of `FollowUp` that takes files."""

    def __call__(
        self,
        alert_id: AlertId,
        /,
        *,
        actor: UserId,
        scope: Scope,
        expected_sequence: int,
        reason: str,
        files: Sequence[EvidenceId],
    ) -> Alert | None: ...


class FollowUp(Protocol):
    """What follows a verdict; `alerts.follow_up.FollowUpDesk` is the real one. Any thread. As `Review` otherwise."""

    @property
    def notify(self) -> ReviewStep: ...
    @property
    def dispute(self) -> ReviewStep: ...
    @property
    def rectify(self) -> Rectify: ...
    @property
    def verify(self) -> ReviewStep: ...
    @property
    def send_back(self) -> ReviewStep: ...
    @property
    def close(self) -> ReviewStep: ...
    @property
    def pause(self) -> ReviewStep: ...
    @property
    def resume(self) -> ReviewStep: ...
    def add_file(
        self, alert_id: AlertId, *, actor: UserId, scope: Scope, content: bytes
    ) -> tuple[Alert, EvidenceId] | None:
        """Raises ValueError where the content is no picture or document, AlertStepError where no answer is awaited."""
        ...


class Bell(Protocol):
    """Rings when the feed has grown; `alerts.bell.FeedBell` is the real one."""

    @property
    def count(self) -> int:
        """How often it has rung."""
        ...

    async def wait(self, timeout: float, *, after: int | None = None) -> bool:  # noqa: ASYNC109 - the bell's own
        """Wait for a ring beyond `after`, at most `timeout` seconds; tell if it came. On the event loop."""
        ...
