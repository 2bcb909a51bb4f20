"""Who is asking: sessions by cookie, programs by bearer token, and what either may do.

Checked before a request is routed or its body read, so a route that forgets about it is closed, not open.
"""

import secrets
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import TypeVar
from urllib.parse import urlsplit

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request

from alerts.nodes.ports import Node
from api.errors import (
    CrossSiteError,
    ForbiddenError,
    NotLoggedInError,
    PasswordChangeRequiredError,
    SecondFactorRequiredError,
)
from api.keys import EXTRACT_TOKEN_PREFIX, NODE_TOKEN_PREFIX, fingerprint
from api.permissions import TABLE, Permission, permissions_of
from api.ports import User
from api.services import ApiServices
from api.settings import ApiSettings
from credit.extracts.grant import Grant
from domain.scope import Scope

T = TypeVar("T")

COOKIE = "bk_session"
SECURE_COOKIE = "__Host-bk_session"  # the prefix makes browsers insist on Secure and Path=/
REQUESTED_WITH = "brightkitchen"
_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
_TOKEN_USE_NOTED_EVERY_SECONDS = 60.0

# What a one-time password opens: looking at oneself, changing it, leaving.
OPEN_BEFORE_PASSWORD_CHANGE = {
    ("GET", "/api/v1/me"),
    ("POST", "/api/v1/me/password"),
    ("POST", "/api/v1/logout"),
}
# What is open to an account that must have a second factor and has none: the same, and setting one up.
OPEN_BEFORE_SECOND_FACTOR = OPEN_BEFORE_PASSWORD_CHANGE | {
    ("GET", "/api/v1/me/second-factor"),
    ("POST", "/api/v1/me/second-factor"),
    ("POST", "/api/v1/me/second-factor/confirm"),
}


class Credential(StrEnum):
    SESSION = "session"
    TOKEN = "token"  # noqa: S105 - a kind, no secret
    METRICS_TOKEN = "metrics_token"  # noqa: S105 - a kind, no secret
    NODE_TOKEN = "node_token"  # noqa: S105 - a kind, no secret
    EXTRACT_TOKEN = "extract_token"  # noqa: S105 - a kind, no secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Somebody with a valid credential.

    `user` is None for the metrics token, for nodes, which `node` names, and for whoever reads by a `grant`.
    """

    user: User | None
    credential: Credential
    secret_sha256: str
    permissions: frozenset[Permission]
    scope: Scope
    node: Node | None = None
    grant: Grant | None = None

    @property
    def account(self) -> User:
        """The account; raises NotLoggedInError for credentials without one."""
        if self.user is None:
            raise NotLoggedInError
        return self.user

    def require(self, permission: Permission) -> None:
        """Raise ForbiddenError unless the caller may do it."""
        if permission not in self.permissions:
            raise ForbiddenError(permission)


def cookie_name(settings: ApiSettings) -> str:
    return SECURE_COOKIE if settings.is_behind_https else COOKIE


def bearer_of(request: Request) -> str | None:
    """The bearer token of the request; an Authorization header of another kind is an empty one, not none."""
    header = request.headers.get("authorization")
    if header is None:
        return None
    scheme, _, secret = header.partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else ""


class Authenticator:
    """Finds the caller of a request. Event loop; the database is asked on threads of its own limiter."""

    def __init__(self, services: ApiServices) -> None:
        self._services = services
        self.limiter = CapacityLimiter(services.settings.database_threads)
        self._token_use: dict[str, float] = {}

    async def caller(self, request: Request) -> Caller:
        """Raises NotLoggedInError, CrossSiteError, PasswordChangeRequiredError or SecondFactorRequiredError."""
        bearer = bearer_of(request)
        if bearer is not None:
            caller = await self._by_bearer(request, bearer)
        else:
            caller = await self._by_cookie(request)
        if caller is None:
            raise NotLoggedInError
        if caller.credential is Credential.SESSION:
            require_own_page(request, self._services.settings)
        self._require_own_password(request, caller)
        self._require_second_factor(request, caller)
        return caller

    async def is_still_good(self, caller: Caller) -> bool:
        """Tell whether the credential still opens what it opened when the request began."""
        find = self._find_session if caller.credential is Credential.SESSION else self._find_token
        again = await to_thread.run_sync(partial(find, caller.secret_sha256), limiter=self.limiter)
        return again is not None and again.scope == caller.scope and again.permissions >= caller.permissions

    async def _by_bearer(self, request: Request, secret: str) -> Caller | None:
        metrics_token = self._services.settings.metrics_token
        if request.url.path == "/metrics" and metrics_token is not None:
            expected = metrics_token.get_secret_value().encode()
            if secrets.compare_digest(secret.encode(), expected):
                return _metrics_caller()
        find = self._find_token
        if secret.startswith(NODE_TOKEN_PREFIX):
            find = self._find_node
        elif secret.startswith(EXTRACT_TOKEN_PREFIX):
            find = self._find_grant
        return await to_thread.run_sync(find, fingerprint(secret), limiter=self.limiter)

    async def _by_cookie(self, request: Request) -> Caller | None:
        secret = request.cookies.get(cookie_name(self._services.settings))
        if not secret:
            return None
        return await to_thread.run_sync(self._find_session, fingerprint(secret), limiter=self.limiter)

    def _find_session(self, secret_sha256: str) -> Caller | None:
        known = self._services.accounts.find_session(secret_sha256)
        if known is None:
            return None
        session, user = known
        if not user.is_active or session.expires_at <= self._services.now():
            return None
        return Caller(
            user=user,
            credential=Credential.SESSION,
            secret_sha256=secret_sha256,
            permissions=permissions_of(user.role, user.scope),
            scope=user.scope,
        )

    def _find_token(self, secret_sha256: str) -> Caller | None:
        known = self._services.accounts.find_token(secret_sha256)
        if known is None:
            return None
        token, user = known
        now = self._services.now()
        if not user.is_active or (token.expires_at is not None and token.expires_at <= now):
            return None
        self._note_use(token.token_id)
        scope = user.scope if token.scope is None else token.scope.within(user.scope)
        # Both count at each use: the token keeps no right that its owner has lost since.
        return Caller(
            user=user,
            credential=Credential.TOKEN,
            secret_sha256=secret_sha256,
            permissions=permissions_of(user.role, scope) & TABLE[token.role],
            scope=scope,
        )

    def _find_node(self, secret_sha256: str) -> Caller | None:
        """A node of this centre. Its token opens the ingest routes and nothing else."""
        ingest = self._services.ingest
        node = None if ingest is None else ingest.node_of(secret_sha256)
        if node is None:
            return None
        return Caller(
            user=None,
            credential=Credential.NODE_TOKEN,
            secret_sha256=secret_sha256,
            permissions=frozenset({Permission.INGEST}),
            scope=Scope(),
            node=node,
        )

    def _find_grant(self, secret_sha256: str) -> Caller | None:
        """The receiver of a grant that stands. Its token opens one extract and nothing else."""
        grant = self._services.credit.extracts.standing(secret_sha256)
        if grant is None:
            return None
        return Caller(
            user=None,
            credential=Credential.EXTRACT_TOKEN,
            secret_sha256=secret_sha256,
            permissions=frozenset({Permission.READ_EXTRACT}),
            scope=Scope(),
            grant=grant,
        )

    def _note_use(self, token_id: str) -> None:
        """Write the use down once a minute at most, or each scrape and poll would be a write."""
        clock = self._services.clock()
        if clock - self._token_use.get(token_id, float("-inf")) >= _TOKEN_USE_NOTED_EVERY_SECONDS:
            self._token_use[token_id] = clock
            self._services.accounts.note_token_use(token_id, self._services.now())

    def _require_own_password(self, request: Request, caller: Caller) -> None:
        if caller.user is None or not caller.user.must_change_password:
            return
        path = request.url.path
        if path.startswith("/api/") and (request.method, path) not in OPEN_BEFORE_PASSWORD_CHANGE:
            raise PasswordChangeRequiredError
        if path == "/metrics":
            raise PasswordChangeRequiredError

    def _require_second_factor(self, request: Request, caller: Caller) -> None:
        """Tokens too: a program acts for its owner, whose account would else be guarded by half."""
        user, path = caller.user, request.url.path
        if user is None or not must_set_second_factor(user, self._services.settings):
            return
        is_open = (request.method, path) in OPEN_BEFORE_SECOND_FACTOR
        if (path.startswith("/api/") and not is_open) or path == "/metrics":
            raise SecondFactorRequiredError


def must_set_second_factor(user: User, settings: ApiSettings) -> bool:
    """Tell whether the account's role asks for a second factor that it does not have yet."""
    return user.role in settings.second_factor_roles and not user.has_second_factor


def require_own_page(request: Request, settings: ApiSettings) -> None:
    """Raise CrossSiteError for a change that another site's page may have sent with our cookie.

    A foreign page can neither set the header without a CORS preflight, which nobody answers here, nor forge Origin.
    """
    if request.method in _SAFE_METHODS:
        return
    if request.headers.get("x-requested-with") != REQUESTED_WITH:
        raise CrossSiteError(f"changes with the login cookie need the header X-Requested-With: {REQUESTED_WITH}")
    require_own_origin(request, settings)


def require_own_origin(request: Request, settings: ApiSettings) -> None:
    """Raise CrossSiteError where an Origin was sent that is not ours.

    Host and Origin are compared without the scheme: a proxy that ends HTTPS leaves us with plain HTTP.
    """
    origin = request.headers.get("origin")
    if origin is None or origin in settings.allowed_origins:
        return
    if urlsplit(origin).netloc != request.headers.get("host"):
        raise CrossSiteError("the page that asked for this change is not one of this service")


def _metrics_caller() -> Caller:
    return Caller(
        user=None,
        credential=Credential.METRICS_TOKEN,
        secret_sha256="",
        permissions=frozenset({Permission.READ_METRICS}),
        scope=Scope(),
    )
