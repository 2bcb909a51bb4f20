"""One's own second factor: offered, confirmed by a code, its recovery codes, taken away; and reset for others."""

from functools import partial
from typing import TypeVar

from fastapi import APIRouter, Request, Response

from api.account_log import AccountAct
from api.callers import Caller
from api.deeds import deed_by
from api.dependencies import AccountKeeper, LoggedIn, Parts, PartsOf, Services
from api.errors import FieldError, NotFoundError, OwnAccountError, SecondFactorStandsError, TooManyTriesError
from api.fields import PathId
from api.ports import User
from api.schemas.accounts import CodeBody, FactorBody, FactorView, MeView, OfferView, RecoveryView, UserView
from api.schemas.keeping import StatedReasonBody
from api.sessions import address_of, begin_session, me_view
from domain.ids import UserId

router = APIRouter(tags=["accounts"])

T = TypeVar("T")


@router.get("/me/second-factor")
def read_second_factor(caller: LoggedIn, services: Services) -> FactorView:
    """Whether one has a second factor, since when, and how many recovery codes are left."""
    user = caller.account
    is_required = user.role in services.settings.second_factor_roles
    return FactorView.of(services.factors.get(user), is_required=is_required)


@router.post("/me/second-factor")
async def offer_second_factor(body: FactorBody, request: Request, caller: LoggedIn, parts: PartsOf) -> OfferView:
    """A new secret for an authenticator app. It counts once a code of it was given to `confirm`."""
    return await parts.passwords.run(partial(_offer, body, address_of(request), caller, parts))


def _offer(body: FactorBody, address: str, caller: Caller, parts: Parts) -> OfferView:
    import segno  # wanted once in the life of an account

    user = caller.account
    _require_turn(parts, user, address)
    if not parts.passwords.verify(user.password_hash, body.password.get_secret_value()):
        raise FieldError("body.password", "the present password", "another one")
    parts.throttle.succeeded(user.name, address)
    offer = parts.services.factors.offer(user)
    picture = segno.make(offer.uri, error="m", micro=False).svg_data_uri(scale=5, border=4, light="#ffffff")
    return OfferView(secret=offer.secret, uri=offer.uri, picture=picture)


@router.post("/me/second-factor/confirm")
def confirm_second_factor(body: CodeBody, request: Request, caller: LoggedIn, parts: PartsOf) -> RecoveryView:
    """Let the second factor stand. All other logins of the account end; the recovery codes are shown once."""
    user, services = caller.account, parts.services
    address = address_of(request)
    _require_turn(parts, user, address)
    codes = services.factors.confirm(user, body.code.get_secret_value())
    parts.throttle.succeeded(user.name, address)
    services.accounts.end_sessions(user.user_id, but=caller.secret_sha256)
    return RecoveryView(recovery_codes=codes)


@router.post("/me/second-factor/recovery-codes")
def renew_recovery_codes(body: CodeBody, request: Request, caller: LoggedIn, parts: PartsOf) -> RecoveryView:
    """New recovery codes in the place of the old ones."""
    _require_code(parts, caller.account, body, request)
    return RecoveryView(recovery_codes=parts.services.factors.renew_recovery(caller.account))


@router.post("/me/second-factor/remove")
def remove_second_factor(
    body: CodeBody, request: Request, response: Response, caller: LoggedIn, parts: PartsOf
) -> MeView:
    """Do without a second factor. All logins of the account end; the answer begins a new one.

    Refused where the role must have one: set up another telephone by having it reset.
    """
    user, services = caller.account, parts.services
    if user.role in services.settings.second_factor_roles:
        raise SecondFactorStandsError
    _require_code(parts, user, body, request)
    services.factors.remove(user)
    begin_session(services, user, request, response)
    return me_view(services, services.accounts.get_user(user.user_id) or user)


@router.post("/users/{user_id}/reset-second-factor")
def reset_second_factor(user_id: PathId, body: StatedReasonBody, caller: AccountKeeper, services: Services) -> UserView:
    """Take away the second factor of somebody who lost the device. It goes into the log of accounts with its reason."""
    user = services.accounts.get_user(UserId(user_id))
    if user is None:
        raise NotFoundError("user", user_id)
    if user.user_id == caller.account.user_id:
        raise OwnAccountError
    deed = deed_by(services, caller.account, AccountAct.FACTOR_RESET, user, detail=body.reason)
    if not services.factors.reset(user, deed):
        raise SecondFactorStandsError
    return UserView.of(services.accounts.get_user(user.user_id) or user)


def _require_turn(parts: Parts, user: User, address: str) -> None:
    """One count of failed tries for login, password and codes: guessing one cannot go on at another's door."""
    wait = parts.throttle.begin(user.name, address, parts.services.clock())
    if wait > 0:
        raise TooManyTriesError(wait)


def _require_code(parts: Parts, user: User, body: CodeBody, request: Request) -> None:
    address = address_of(request)
    _require_turn(parts, user, address)
    if not parts.services.factors.is_right(user, body.code.get_secret_value()):
        raise FieldError("body.code", "the code that the app shows now, not used yet", "another one")
    parts.throttle.succeeded(user.name, address)
