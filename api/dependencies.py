"""What routes ask for: the services, the caller with a permission, parts of the application."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from api.bucket import Buckets
from api.callers import Authenticator, Caller, Credential
from api.errors import LoginNeededError
from api.feed import Feeds
from api.first_pictures import FirstPictures
from api.live_feed import LiveFeeds
from api.passwords import Passwords
from api.permissions import Permission
from api.public_page import PublicPage
from api.readiness import Readiness
from api.services import ApiServices
from api.stills import StillMaker
from api.throttle import LoginThrottle


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What lives as long as the application."""

    services: ApiServices
    authenticator: Authenticator
    passwords: Passwords
    throttle: LoginThrottle
    stills: StillMaker
    feeds: Feeds
    live: LiveFeeds
    readiness: Readiness
    first_pictures: FirstPictures
    public: PublicPage
    strangers: Buckets


def parts_of(request: Request) -> Parts:
    parts = request.app.state.parts
    assert isinstance(parts, Parts)
    return parts


async def _parts(request: Request) -> Parts:
    return parts_of(request)


async def _services(request: Request) -> ApiServices:
    return parts_of(request).services


async def caller_of(request: Request) -> Caller:
    """The caller that the gate let in."""
    caller = request.state.caller
    assert isinstance(caller, Caller)
    return caller


async def _logged_in(request: Request) -> Caller:
    caller = await caller_of(request)
    if caller.credential is not Credential.SESSION:
        raise LoginNeededError
    return caller


@dataclass(frozen=True, slots=True)
class Needs:
    """A dependency that lets only callers with the permission through."""

    permission: Permission

    async def __call__(self, request: Request) -> Caller:
        caller = await caller_of(request)
        caller.require(self.permission)
        return caller


PartsOf = Annotated[Parts, Depends(_parts)]
Services = Annotated[ApiServices, Depends(_services)]
AnyCaller = Annotated[Caller, Depends(caller_of)]
LoggedIn = Annotated[Caller, Depends(_logged_in)]
Reader = Annotated[Caller, Depends(Needs(Permission.READ))]
Unmasked = Annotated[Caller, Depends(Needs(Permission.SEE_UNMASKED))]
Acknowledger = Annotated[Caller, Depends(Needs(Permission.ACKNOWLEDGE))]
Judge = Annotated[Caller, Depends(Needs(Permission.JUDGE))]
Answerer = Annotated[Caller, Depends(Needs(Permission.ANSWER))]
QualityKeeper = Annotated[Caller, Depends(Needs(Permission.SEE_AGREEMENT))]
CameraKeeper = Annotated[Caller, Depends(Needs(Permission.MANAGE_CAMERAS))]
Discoverer = Annotated[Caller, Depends(Needs(Permission.DISCOVER))]
Teacher = Annotated[Caller, Depends(Needs(Permission.TEACH))]
HeadKeeper = Annotated[Caller, Depends(Needs(Permission.PUT_LIVE))]
Tuner = Annotated[Caller, Depends(Needs(Permission.TUNE))]
Registrar = Annotated[Caller, Depends(Needs(Permission.MANAGE_REGISTRY))]
CreditReader = Annotated[Caller, Depends(Needs(Permission.READ_CREDIT))]
Supervisor = Annotated[Caller, Depends(Needs(Permission.SUPERVISE))]
Recorder = Annotated[Caller, Depends(Needs(Permission.RECORD))]
AccountKeeper = Annotated[Caller, Depends(Needs(Permission.MANAGE_ACCOUNTS))]
Holder = Annotated[Caller, Depends(Needs(Permission.HOLD))]
LedgerReader = Annotated[Caller, Depends(Needs(Permission.READ_LEDGERS))]
RecipientKeeper = Annotated[Caller, Depends(Needs(Permission.MANAGE_RECIPIENTS))]
ReadingSender = Annotated[Caller, Depends(Needs(Permission.SEND_READINGS))]
Ingester = Annotated[Caller, Depends(Needs(Permission.INGEST))]
ExtractReader = Annotated[Caller, Depends(Needs(Permission.READ_EXTRACT))]
MetricsReader = Annotated[Caller, Depends(Needs(Permission.READ_METRICS))]
