"""The HTTP application, put together from its services."""

import functools
import re

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.routing import BaseRoute

from api.bucket import Buckets
from api.built_console import built_console
from api.callers import Authenticator
from api.dependencies import Parts
from api.feed import Feeds
from api.first_pictures import FirstPictures
from api.live_feed import LiveFeeds
from api.middleware import BodyLimit, Gate, RequestFrame
from api.openapi import install_openapi
from api.passwords import Passwords
from api.problems import install_problems
from api.public_page import PublicPage
from api.readiness import Readiness
from api.routers import (
    account_log,
    accounts,
    alerts,
    applications,
    camera_tables,
    cameras,
    cluster,
    console,
    counts,
    credit,
    discovery,
    divisions,
    evidence,
    extracts,
    heads,
    health,
    ingest,
    inspections,
    keeping,
    live,
    lives,
    nodes,
    packs,
    places,
    public,
    pushes,
    quality,
    readings,
    recipients,
    records,
    registry,
    reports,
    rules,
    second_factors,
    sessions,
    situation,
    system,
    tokens,
    trials,
    web,
    zones,
)
from api.services import ApiServices
from api.stills import StillMaker
from api.throttle import LoginThrottle

PREFIX = "/api/v1"
PUBLIC_BURST = 30  # a page with its pictures
# Everything else answers 401 to those who are not logged in.
OPEN_PATHS = ("/healthz", "/readyz", f"{PREFIX}/login", *console.OPEN_PATHS, web.ROOT)
OPEN_PREFIXES = (web.OPEN_PREFIX,)
FILE_PATHS = re.compile(f"{lives.FILE_PATHS.pattern}|{applications.FILE_PATHS.pattern}")

DESCRIPTION = """\
Cameras, alerts, people's verdicts and the counts that come of them.

Log in with `POST /api/v1/login` (a cookie) or send a token as `Authorization: Bearer bk_…`. Changes made with the
cookie need the header `X-Requested-With: brightkitchen`. Errors are problem details (RFC 9457). Whatever a machine
found is a lead until a person has confirmed it.
"""


def create_app(services: ApiServices) -> FastAPI:
    """The application. It starts no thread and no task of its own; `app.state.parts` holds what it lives on."""
    parts = _parts(services)
    settings = services.settings
    console_files = built_console() if settings.console == "auto" else None

    def login_page(path: str) -> Response:
        return console.to_console() if path == "/" and console_files is not None else console.login_page()

    app = FastAPI(
        title="Brightkitchen",
        version="1",  # of the API, as in its prefix
        description=DESCRIPTION,
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,  # the built-in page loads its scripts from a foreign server
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_operation_id,
        middleware=[
            Middleware(
                RequestFrame,
                new_id=services.new_id,
                now=services.now,
                prefix=PREFIX,
                is_behind_https=settings.is_behind_https,
                connects_to=settings.live_whep_url,
            ),
            Middleware(
                BodyLimit,
                limit_bytes=settings.body_limit_bytes,
                file_limit_bytes=settings.answer_file_bytes,
                file_paths=FILE_PATHS,
            ),
            Middleware(
                Gate,
                authenticator=parts.authenticator,
                open_paths=OPEN_PATHS,
                open_prefixes=(*OPEN_PREFIXES, *public.open_prefixes(settings.public_page)),
                login_page=login_page,
            ),
        ],
    )
    app.state.parts = parts
    app.state.console = console_files
    install_problems(app)
    install_openapi(app, OPEN_PATHS)
    app.router.routes.extend(_routes())
    return app


@functools.cache
def _routes() -> tuple[BaseRoute, ...]:
    """All paths. What FastAPI reads out of their functions is the same for each application and costs half a second."""
    pattern = FastAPI(openapi_url=None, redirect_slashes=False, generate_unique_id_function=_operation_id)
    for router in (_versioned(), health.router, console.router, web.router):
        pattern.include_router(router)
    return tuple(pattern.router.routes)


def _parts(services: ApiServices) -> Parts:
    settings = services.settings
    authenticator = Authenticator(services)
    stills = StillMaker(
        services.fleet, greatest_width=settings.still_width_px, fresh_seconds=settings.still_fresh_seconds
    )
    return Parts(
        services=services,
        authenticator=authenticator,
        passwords=Passwords(settings),
        throttle=LoginThrottle(
            free_tries=settings.login_free_tries, longest_wait_seconds=settings.login_longest_wait_seconds
        ),
        stills=stills,
        feeds=Feeds(services, authenticator),
        live=LiveFeeds(services, authenticator),
        readiness=Readiness(services),
        first_pictures=FirstPictures(services.fleet, services.first_picture, services.clock),
        public=PublicPage(services, stills),
        strangers=Buckets(per_minute=settings.public_per_minute, burst=PUBLIC_BURST),
    )


def _versioned() -> APIRouter:
    router = APIRouter(prefix=PREFIX)
    for part in (
        accounts,
        account_log,
        sessions,
        second_factors,
        tokens,
        registry,
        camera_tables,
        discovery,
        cameras,
        live,
        zones,
        heads,
        alerts,
        lives,
        quality,
        rules,
        trials,
        system,
        cluster,
        evidence,
        packs,
        keeping,
        places,
        counts,
        credit,
        records,
        applications,
        inspections,
        reports,
        pushes,
        extracts,
        ingest,
        nodes,
        readings,
        recipients,
        situation,
        divisions,
        public,
    ):
        router.include_router(part.router)
    return router


def _operation_id(route: APIRoute) -> str:
    """The function's name: short and steady, for clients that are generated from the document."""
    return route.name
