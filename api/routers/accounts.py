"""Login, one's own account, other people's accounts. Tokens, logins and second factors have files of their own."""

import threading
from dataclasses import replace
from functools import partial

from fastapi import APIRouter, Depends, Request, Response

from api.account_log import AccountAct
from api.callers import Caller, cookie_name, must_set_second_factor, require_own_origin
from api.deeds import deed_by, rights_text
from api.dependencies import AccountKeeper, AnyCaller, LoggedIn, Parts, PartsOf, Services, parts_of
from api.errors import (
    AccountClosedError,
    FieldError,
    LastAdminError,
    LoginRefusedError,
    NotFoundError,
    NotLoggedInError,
    OwnAccountError,
    SecondFactorNeededError,
    SecondFactorRefusedError,
    TooManyTriesError,
)
from api.fields import PathId
from api.metrics import LOGINS
from api.passwords import one_time_password, password_fault
from api.ports import Role, User
from api.schemas.accounts import (
    ListedUserView,
    LoginBody,
    MeView,
    NewUserView,
    PasswordBody,
    UserBody,
    UserPage,
    UserPatch,
    UserView,
)
from api.services import ApiServices
from api.sessions import address_of, begin_session, me_view
from credit.ledger import NOBODY
from domain.ids import UserId

router = APIRouter(tags=["accounts"])

# Two administrators who demote each other at the same moment would leave none. One process serves the API.
_account_changes = threading.Lock()


def _same_origin(request: Request) -> None:
    require_own_origin(request, parts_of(request).services.settings)


@router.post("/login", dependencies=[Depends(_same_origin)])
async def login(body: LoginBody, request: Request, response: Response, parts: PartsOf) -> MeView:
    """Log in. The answer sets the session's cookie; a wrong name and a wrong password look and take the same.

    An account with a second factor answers second-factor-needed to the right password alone: send it again with `code`.
    """
    return await parts.passwords.run(partial(_login, body, request, response, parts))


def _login(body: LoginBody, request: Request, response: Response, parts: Parts) -> MeView:
    services, address = parts.services, address_of(request)
    wait = parts.throttle.begin(body.name, address, services.clock())
    if wait > 0:
        LOGINS.labels(outcome="throttled").inc()
        raise TooManyTriesError(wait)
    user = services.accounts.find_user(body.name)
    is_right = parts.passwords.verify(user.password_hash if user else None, body.password.get_secret_value())
    if user is None or not is_right or not user.is_active:
        LOGINS.labels(outcome="refused").inc()
        raise LoginRefusedError
    if user.has_second_factor:
        _require_second_factor(services, user, body)
    parts.throttle.succeeded(body.name, address)
    LOGINS.labels(outcome="accepted").inc()
    services.accounts.end_expired_sessions(services.now())
    deed = deed_by(services, user, AccountAct.LOGGED_IN, detail=address)
    begin_session(services, user, request, response, deed=deed)
    return me_view(services, user)


def _require_second_factor(services: ApiServices, user: User, body: LoginBody) -> None:
    """Raise where no code, or a wrong one, came with the right password. The try stays counted until one is right."""
    if body.code is None:
        LOGINS.labels(outcome="second_factor_needed").inc()
        raise SecondFactorNeededError
    if not services.factors.is_right(user, body.code.get_secret_value()):
        LOGINS.labels(outcome="second_factor_refused").inc()
        raise SecondFactorRefusedError


@router.post("/logout", status_code=204)
def logout(response: Response, caller: LoggedIn, services: Services) -> None:
    """End this session."""
    services.accounts.end_session(caller.secret_sha256)
    response.delete_cookie(cookie_name(services.settings), path="/", secure=services.settings.is_behind_https)


@router.get("/me")
def read_me(caller: AnyCaller, services: Services) -> MeView:
    """The account one is logged in with, and what it may do."""
    is_missing = must_set_second_factor(caller.account, services.settings)
    return MeView.told(caller.account, caller.permissions, must_set_second_factor=is_missing)


@router.post("/me/password")
async def change_password(
    body: PasswordBody, request: Request, response: Response, caller: LoggedIn, parts: PartsOf
) -> MeView:
    """Change one's own password. All sessions of the account end; the answer begins a new one."""
    return await parts.passwords.run(partial(_change_password, body, request, response, caller, parts))


def _change_password(body: PasswordBody, request: Request, response: Response, caller: Caller, parts: Parts) -> MeView:
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
    changed = services.accounts.set_password(
        user.user_id,
        parts.passwords.hash(new),
        must_change=False,
        replacing=user.password_hash,
        deed=deed_by(services, user, AccountAct.PASSWORD_CHANGED),
    )
    if changed is None:  # closed, or given another password, since the request began: its logins ended with that
        raise NotLoggedInError
    begin_session(services, changed, request, response)
    return me_view(services, changed)


def _require_good_password(password: str, name: str) -> None:
    fault = password_fault(password, name)
    if fault is not None:
        raise FieldError("body.new_password", fault, f"a text of {len(password)} characters")


@router.get("/users")
def list_users(_: AccountKeeper, services: Services) -> UserPage:
    logins = services.account_log.last_logins()
    users = services.accounts.list_users()
    return UserPage(items=[ListedUserView.told(user, logins.get(user.user_id)) for user in users])


@router.post("/users", status_code=201)
def add_user(body: UserBody, response: Response, caller: AccountKeeper, parts: PartsOf) -> NewUserView:
    """Make an account. Its password is good for one login, at which it must be changed."""
    if body.name.casefold() in NOBODY:
        # What the service does by itself is on record under these words: nobody logs in under them.
        raise FieldError("body.name", "a person's name", "one of the service's own")
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
    deed = deed_by(parts.services, caller.account, AccountAct.USER_ADDED, user, rights_text(user))
    parts.services.accounts.add_user(user, deed=deed)
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
        detail = f"{rights_text(user)} → {rights_text(changed)}"
        deed = deed_by(services, caller.account, AccountAct.USER_CHANGED, user, detail)
        services.accounts.update_user(changed, deed=deed)
    return UserView.of(changed)


@router.post("/users/{user_id}/reset-password")
def reset_password(user_id: PathId, caller: AccountKeeper, parts: PartsOf) -> NewUserView:
    """Give an open account a new one-time password, shown once. A second factor stays as it is."""
    password = one_time_password()
    user = _user(parts.services, user_id)
    deed = deed_by(parts.services, caller.account, AccountAct.PASSWORD_RESET, user)
    hashed = parts.passwords.hash(password)
    changed = parts.services.accounts.set_password(user.user_id, hashed, must_change=True, deed=deed)
    if changed is None:
        raise AccountClosedError(user.name)
    return NewUserView(user=UserView.of(changed), one_time_password=password)


@router.delete("/users/{user_id}", status_code=204)
def deactivate_user(user_id: PathId, caller: AccountKeeper, services: Services) -> None:
    """Close the account: no login, no token. Its entry stays, because verdicts name it."""
    with _account_changes:
        changed = replace(_user(services, user_id), is_active=False)
        _require_admins_left(services, caller.account, changed)
        deed = deed_by(services, caller.account, AccountAct.USER_CLOSED, changed)
        services.accounts.update_user(changed, deed=deed)
    for token in services.accounts.list_tokens(changed.user_id):
        deed = deed_by(services, caller.account, AccountAct.TOKEN_REVOKED, changed, token.name)
        services.accounts.revoke_token(token.token_id, deed=deed)


def _require_admins_left(services: ApiServices, actor: User, changed: User) -> None:
    """Raise OwnAccountError or LastAdminError where the change would take an administrator away wrongly."""
    if changed.is_active and changed.role is Role.ADMIN:
        return
    if changed.user_id == actor.user_id:
        raise OwnAccountError
    admins = {user.user_id for user in services.accounts.list_users() if user.is_active and user.role is Role.ADMIN}
    if admins == {changed.user_id}:
        raise LastAdminError
