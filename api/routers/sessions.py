"""Logins: which stand, and ending them. One's own, and other people's for administrators."""

from fastapi import APIRouter

from api.account_log import AccountAct
from api.callers import Caller
from api.deeds import deed_by
from api.dependencies import AccountKeeper, LoggedIn, Services
from api.errors import NotFoundError
from api.fields import PathId
from api.ports import User
from api.schemas.accounts import EndedView, SessionPage, SessionView
from api.services import ApiServices
from domain.ids import UserId

router = APIRouter(tags=["accounts"])

OWN = "/me/sessions"
OF_USER = "/users/{user_id}/sessions"


@router.get(OWN)
def list_sessions(caller: LoggedIn, services: Services) -> SessionPage:
    """One's own logins that stand, newest first."""
    return _standing(services, caller, caller.account)


@router.delete(OWN)
def end_other_sessions(caller: LoggedIn, services: Services) -> EndedView:
    """End all of one's own logins but this one."""
    user = caller.account
    deed = deed_by(services, user, AccountAct.SESSION_ENDED, detail="all others")
    return EndedView(count=services.accounts.end_sessions(user.user_id, but=caller.secret_sha256, deed=deed))


@router.delete(OWN + "/{session_id}", status_code=204)
def end_session(session_id: PathId, caller: LoggedIn, services: Services) -> None:
    """End one of one's own logins."""
    user = caller.account
    found = next((one for one in services.accounts.list_sessions(user.user_id) if one.session_id == session_id), None)
    if found is None:
        raise NotFoundError("session", session_id)
    deed = deed_by(services, user, AccountAct.SESSION_ENDED, detail=found.agent)
    services.accounts.end_session(found.secret_sha256, deed=deed)


@router.get(OF_USER)
def list_sessions_of(user_id: PathId, caller: AccountKeeper, services: Services) -> SessionPage:
    """The logins of an account that stand, newest first."""
    return _standing(services, caller, _user(services, user_id))


@router.delete(OF_USER)
def end_sessions_of(user_id: PathId, caller: AccountKeeper, services: Services) -> EndedView:
    """End all logins of an account, where it is one's own but this one. Its tokens go on."""
    user = _user(services, user_id)
    deed = deed_by(services, caller.account, AccountAct.SESSION_ENDED, user, "all")
    return EndedView(count=services.accounts.end_sessions(user.user_id, but=caller.secret_sha256, deed=deed))


def _standing(services: ApiServices, caller: Caller, user: User) -> SessionPage:
    now = services.now()
    standing = [one for one in services.accounts.list_sessions(user.user_id) if one.expires_at > now]
    return SessionPage(
        items=[SessionView.of(one, is_current=one.secret_sha256 == caller.secret_sha256) for one in reversed(standing)]
    )


def _user(services: ApiServices, user_id: str) -> User:
    user = services.accounts.get_user(UserId(user_id))
    if user is None:
        raise NotFoundError("user", user_id)
    return user
