"""One's own logins: which stand, and ending them."""

from fastapi import APIRouter

from api.account_log import AccountAct
from api.deeds import deed_by
from api.dependencies import LoggedIn, Services
from api.errors import NotFoundError
from api.fields import PathId
from api.schemas.accounts import EndedView, SessionPage, SessionView

router = APIRouter(prefix="/me/sessions", tags=["accounts"])


@router.get("")
def list_sessions(caller: LoggedIn, services: Services) -> SessionPage:
    """One's own logins that stand, newest first."""
    now = services.now()
    standing = [one for one in services.accounts.list_sessions(caller.account.user_id) if one.expires_at > now]
    return SessionPage(
        items=[SessionView.of(one, is_current=one.secret_sha256 == caller.secret_sha256) for one in reversed(standing)]
    )


@router.delete("")
def end_other_sessions(caller: LoggedIn, services: Services) -> EndedView:
    """End all of one's own logins but this one."""
    user = caller.account
    deed = deed_by(services, user, AccountAct.SESSION_ENDED, detail="all others")
    return EndedView(count=services.accounts.end_sessions(user.user_id, but=caller.secret_sha256, deed=deed))


@router.delete("/{session_id}", status_code=204)
def end_session(session_id: PathId, caller: LoggedIn, services: Services) -> None:
    """End one of one's own logins."""
    user = caller.account
    found = next((one for one in services.accounts.list_sessions(user.user_id) if one.session_id == session_id), None)
    if found is None:
        raise NotFoundError("session", session_id)
    deed = deed_by(services, user, AccountAct.SESSION_ENDED, detail=found.agent)
    services.accounts.end_session(found.secret_sha256, deed=deed)
