"""The built console under /console/: its start page for every address in it, and its hashed files.

Both are open: they hold the login, and nobody's data. What they show comes from the API, which asks who it is.
"""

import secrets
from typing import Annotated

from fastapi import APIRouter, Header, Request
from starlette.responses import RedirectResponse, Response

from api.built_console import HOW_TO_BUILD, BuiltConsole
from api.dependencies import parts_of
from api.errors import ConsoleMissingError, NotFoundError
from api.middleware import security_headers
from api.tags import matches

router = APIRouter(include_in_schema=False)

ROOT = "/console"
OPEN_PREFIX = f"{ROOT}/"
FOR_EVER = "public, max-age=31536000, immutable"  # the name of a file in assets/ holds the hash of its content


def console_of(request: Request) -> BuiltConsole | None:
    """The console that this application serves; None where it is not built or switched off."""
    console = request.app.state.console
    assert console is None or isinstance(console, BuiltConsole)
    return console


@router.get(ROOT)
def show_console_root() -> Response:
    return RedirectResponse(OPEN_PREFIX, status_code=307)


@router.get(f"{ROOT}/{{path:path}}")
def show_console_file(
    path: str,
    request: Request,
    if_none_match: Annotated[str | None, Header(max_length=1000)] = None,
    accept_encoding: Annotated[str, Header(max_length=1000)] = "",
) -> Response:
    console = console_of(request)
    if console is None:
        raise ConsoleMissingError(HOW_TO_BUILD)
    file = console.files.get(path)
    if file is None:
        if path.startswith("assets/"):
            raise NotFoundError("file", path[:100])
        return _start_page(console, request)
    headers = {
        "ETag": file.tag,
        "Cache-Control": FOR_EVER if path.startswith("assets/") else "no-cache",
        "Vary": "Accept-Encoding",
    }
    if matches(if_none_match, file.tag):
        return Response(status_code=304, headers=headers)
    if "gzip" in accept_encoding:
        headers["Content-Encoding"] = "gzip"
        return Response(file.packed, media_type=file.media_type, headers=headers)
    return Response(file.content, media_type=file.media_type, headers=headers)


def _start_page(console: BuiltConsole, request: Request) -> Response:
    """Scripts only from here. Styles from here, or added by a script that knows this answer's nonce."""
    settings = parts_of(request).services.settings
    nonce = secrets.token_urlsafe(18)
    headers = security_headers(is_behind_https=settings.is_behind_https, connects_to=settings.live_whep_url)
    policy = headers["Content-Security-Policy"].replace("style-src 'self'", f"style-src 'self' 'nonce-{nonce}'")
    return Response(
        console.start_page(nonce),
        media_type="text/html; charset=utf-8",
        headers={"Content-Security-Policy": policy},
    )
