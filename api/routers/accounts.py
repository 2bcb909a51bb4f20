"""Login, one's own account, other people's accounts, tokens."""

import threading
from dataclasses import replace
from datetime import timedelta
from functools import partial

from fastapi import APIRouter, Depends, Request, Response

from api.callers import Caller, cookie_name, require_own_origin
from api.dependencies import AccountKeeper, AnyCaller, LoggedIn, Parts, PartsOf, Services, parts_of
from api.errors import FieldError, LastAdminError, LoginRefusedError, NotFoundError, OwnAccountError, TooManyTriesError
from api.fields import PathId
from api.keys import fingerprint, new_session_secret, new_token_secret
from api.metrics import LOGINS
from api.passwords import one_time_password, password_fault
from api.permissions import TABLE, is_no_higher, permissions_of
from api.ports import ApiToken, Role, Session, User
from api.schemas.accounts import (
    LoginBody,
    MeView,
    NewTokenView,
    NewUserView,
    PasswordBody,
    TokenBody,
    TokenPage,
    TokenView,
    UserBody,
    UserPage,
    UserPatch,
    UserView,
)
from api.services import ApiServices
from domain.ids import UserId

router = APIRouter(tags=["accounts"])

# Two administrators who demote each other at the same moment would leave none. One process serves the API.
_account_changes = threading.Lock()


def _same_origin(request: Request) -> None:
    require_own_origin(request, parts_of(request).services.settings)


@router.post("/login", dependencies=[Depends(_same_origin)])
async def login(body: LoginBody, request: Request, response: Response, parts: PartsOf) -> MeView:
    """Log in. The answer sets the session's cookie; a wrong name and a wrong password look and take the same."""
    address = request.client.host if request.client else "unknown"
    return await parts.passwords.run(partial(_login, body, address, response, parts))


def _login(body: LoginBody, address: str, response: Response, parts: Parts) -> MeView:
    services = parts.services
    wait = parts.throttle.begin(body.name, address, services.clock())
    if wait > 0:
        LOGINS.labels(outcome="throttled").inc()
        raise TooManyTriesError(wait)
    user = services.accounts.find_user(body.name)
    is_right = parts.passwords.verify(user.password_hash if user else None, body.password.get_secret_value())
    if user is None or not is_right or not user.is_active:
        LOGINS.labels(outcome="refused").inc()
        raise LoginRefusedError
    parts.throttle.succeeded(body.name, address)
    LOGINS.labels(outcome="accepted").inc()
    services.accounts.end_expired_sessions(services.now())
    _begin_session(services, user, response)
    return MeView.told(user, permissions_of(user.role, user.scope))


def _begin_session(services: ApiServices, user: User, response: Response) -> None:
    settings = services.settings
    secret, now = new_session_secret(), services.now()
    lifetime = timedelta(hours=settings.session_hours)
    services.accounts.add_session(
        Session(secret_sha256=fingerprint(secret), user_id=user.user_id, created_at=now, expires_at=now + lifetime)
    )
    response.set_cookie(
        cookie_name(settings),
        secret,
        max_age=int(lifetime.total_seconds()),
        path="/",
        secure=settings.is_behind_https,
        httponly=True,
        samesite="strict",
    )


@router.post("/logout", status_code=204)
def logout(response: Response, caller: LoggedIn, services: Services) -> None:
    """End this session."""
    services.accounts.end_session(caller.secret_sha256)
    response.delete_cookie(cookie_name(services.settings), path="/", secure=services.settings.is_behind_https)


@router.get("/me")
def read_me(caller: AnyCaller) -> MeView:
    """The account one is logged in with, and what it may do."""
    return MeView.told(caller.account, caller.permissions)


@router.post("/me/password")
async def change_password(body: PasswordBody, response: Response, caller: LoggedIn, parts: PartsOf) -> MeView:
    """Change one's own password. All sessions of the account end; the answer begins a new one."""
    return await parts.passwords.run(partial(_change_password, body, response, caller, parts))


def _change_password(body: PasswordBody, response: Response, caller: Caller, parts: Parts) -> MeView:
    services, user = parts.services, caller.account
    wait = parts.throttle.begin(user.name, "own password", services.clock())
    if wait > 0:
        raise TooManyTriesError(wait)
    if not parts.passwords.verify(user.password_hash, body.current_password.get_secret_value()):
        raise FieldError("body.current_password", "the present password", "another one")
    parts.throttle.succeeded(user.name, "own password")
    new = body.new_password.get_secret_value()
    _require_good_password(new, user.name)
    if new == body.current_password.get_secret_value():
        raise FieldError("body.new_password", "a new password", "the present one")
    changed = replace(user, password_hash=parts.passwords.hash(new), must_change_password=False)
    services.accounts.update_user(changed)
    _begin_session(services, changed, response)
    return MeView.told(changed, permissions_of(changed.role, changed.scope))


def _require_good_password(password: str, name: str) -> None:
    fault = password_fault(password, name)
    if fault is not None:
        raise FieldError("body.new_password", fault, f"a text of {len(password)} characters")


@router.get("/users")
def list_users(_: AccountKeeper, services: Services) -> UserPage:
    return UserPage(items=[UserView.of(user) for user in services.accounts.list_users()])


@router.post("/users", status_code=201)
def add_user(body: UserBody, response: Response, _: AccountKeeper, parts: PartsOf) -> NewUserView:
    """Make an account. Its password is good for one login, at which it must be changed."""
    made = None if body.password is not None else one_time_password()
    password = made or (body.password.get_secret_value() if body.password else "")
    if made is None:
        _require_good_password(password, body.name)
    _require_admin_scope(body.role, is_everything=body.scope.is_everything)
    user = User(
        user_id=UserId(parts.services.new_id()),
        name=body.name,
        password_hash=parts.passwords.hash(password),
        role=body.role,
        scope=body.scope.scope(),
        is_active=True,
        must_change_password=True,
        created_at=parts.services.now(),
    )
    parts.services.accounts.add_user(user)
    response.headers["Location"] = f"/api/v1/users/{user.user_id}"
    return NewUserView(user=UserView.of(user), one_time_password=made)


def _require_admin_scope(role: Role, *, is_everything: bool) -> None:
    if role is Role.ADMIN and not is_everything:
        raise FieldError("body.scope", "everything: an administrator looks after the whole service", "a part")


def _user(services: ApiServices, user_id: str) -> User:
    user = services.accounts.get_user(UserId(user_id))
    if user is None:
        raise NotFoundError("user", user_id)
    return user


@router.get("/users/{user_id}")
def read_user(user_id: PathId, _: AccountKeeper, services: Services) -> UserView:
    return UserView.of(_user(services, user_id))


@router.patch("/users/{user_id}")
def change_user(user_id: PathId, body: UserPatch, caller: AccountKeeper, services: Services) -> UserView:
    """Change role, scope or activity. The account's sessions end; its tokens follow the new role at once."""
    with _account_changes:
        user = _user(services, user_id)
        changed = replace(
            user,
            role=user.role if body.role is None else body.role,
            scope=user.scope if body.scope is None else body.scope.scope(),
            is_active=user.is_active if body.is_active is None else body.is_active,
        )
        _require_admin_scope(changed.role, is_everything=changed.scope.is_everything)
        _require_admins_left(services, caller.account, changed)
        services.accounts.update_user(changed)
    return UserView.of(changed)


@router.post("/users/{user_id}/reset-password")
def reset_password(user_id: PathId, _: AccountKeeper, parts: PartsOf) -> NewUserView:
    """Give the account a new one-time password, shown once."""
    password = one_time_password()
    changed = replace(
        _user(parts.services, user_id), password_hash=parts.passwords.hash(password), must_change_password=True
    )
    parts.services.accounts.update_user(changed)
    return NewUserView(user=UserView.of(changed), one_time_password=password)


@router.delete("/users/{user_id}", status_code=204)
def deactivate_user(user_id: PathId, caller: AccountKeeper, services: Services) -> None:
    """Close the account: no login, no token. Its entry stays, because verdicts name it."""
    with _account_changes:
        changed = replace(_user(services, user_id), is_active=False)
        _require_admins_left(services, caller.account, changed)
        services.accounts.update_user(changed)
    for token in services.accounts.list_tokens(changed.user_id):
        services.accounts.revoke_token(token.token_id)


def _require_admins_left(services: ApiServices, actor: User, changed: User) -> None:
    """Raise OwnAccountError or LastAdminError where the change would take an administrator away wrongly."""
    if changed.is_active and changed.role is Role.ADMIN:
        return
    if changed.user_id == actor.user_id:
        raise OwnAccountError
    admins = {user.user_id for user in services.accounts.list_users() if user.is_active and user.role is Role.ADMIN}
    if admins == {changed.user_id}:
        raise LastAdminError


@router.get("/users/{user_id}/tokens")
def list_tokens_of(user_id: PathId, _: AccountKeeper, services: Services) -> TokenPage:
    return _tokens(services, _user(services, user_id).user_id)


@router.delete("/users/{user_id}/tokens/{token_id}", status_code=204)
def revoke_token_of(user_id: PathId, token_id: PathId, _: AccountKeeper, services: Services) -> None:
    _revoke(services, _user(services, user_id).user_id, token_id)


@router.get("/tokens")
def list_tokens(caller: AnyCaller, services: Services) -> TokenPage:
    """One's own tokens."""
    return _tokens(services, caller.account.user_id)


@router.post("/tokens", status_code=201)
def add_token(body: TokenBody, caller: LoggedIn, services: Services) -> NewTokenView:
    """Make a token for a program, with one's own role or a lower one. Its secret is shown once."""
    user = caller.account
    role = body.role or user.role
    if not is_no_higher(role, user.role):
        allowed = ", ".join(sorted(other for other in TABLE if is_no_higher(other, user.role)))
        raise FieldError("body.role", f"one of {allowed}", role)
    secret, now = new_token_secret(), services.now()
    lifetime = None if body.expires_in_days is None else timedelta(days=body.expires_in_days)
    token = ApiToken(
        token_id=services.new_id(),
        user_id=user.user_id,
        name=body.name,
        secret_sha256=fingerprint(secret),
        role=role,
        created_at=now,
        expires_at=None if lifetime is None else now + lifetime,
        last_used_at=None,
    )
    services.accounts.add_token(token)
    return NewTokenView(token=TokenView.of(token), secret=secret)


@router.delete("/tokens/{token_id}", status_code=204)
def revoke_token(token_id: PathId, caller: AnyCaller, services: Services) -> None:
    """End one of one's own tokens; a program may end the one it uses."""
    _revoke(services, caller.account.user_id, token_id)


def _tokens(services: ApiServices, user_id: UserId) -> TokenPage:
    return TokenPage(items=[TokenView.of(token) for token in services.accounts.list_tokens(user_id)])


def _revoke(services: ApiServices, user_id: UserId, token_id: str) -> None:
    if all(token.token_id != token_id for token in services.accounts.list_tokens(user_id)):
        raise NotFoundError("token", token_id)
    services.accounts.revoke_token(token_id)
