"""Logins: begun with a cookie that scripts cannot read."""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from api.account_log import AccountDeed
from api.callers import cookie_name, must_set_second_factor
from api.keys import fingerprint, new_session_secret
from api.permissions import permissions_of
from api.ports import Session, User
from api.schemas.accounts import MeView
from api.services import ApiServices

_LONGEST_AGENT = 200


def address_of(request: Request) -> str:
    return request.client.host if request.client else "unknown"


def begin_session(
    services: ApiServices, user: User, request: Request, response: Response, *, deed: AccountDeed | None = None
) -> None:
    """Store a new login and set its cookie."""
    settings = services.settings
    secret, now = new_session_secret(), services.now()
    lifetime = timedelta(hours=settings.session_hours)
    agent = request.headers.get("user-agent", "")
    services.accounts.add_session(
        Session(
            secret_sha256=fingerprint(secret),
            user_id=user.user_id,
            created_at=now,
            expires_at=now + lifetime,
            agent="".join(letter for letter in agent if letter.isprintable())[:_LONGEST_AGENT],
            address=address_of(request),
        ),
        deed=deed,
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


def me_view(services: ApiServices, user: User) -> MeView:
    """The account as it is told to its owner."""
    return MeView.told(
        user,
        permissions_of(user.role, user.scope),
        must_set_second_factor=must_set_second_factor(user, services.settings),
    )
