"""The plain pages: files of this package, served as they are. Only what the login needs is open.

Where the console is built, the root leads there; the plain pages stay under /plain.
"""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Annotated

from fastapi import APIRouter, Header, Request
from starlette.responses import RedirectResponse, Response

from api.callers import Caller, must_set_second_factor
from api.dependencies import AnyCaller, Services
from api.errors import NotFoundError
from api.routers.web import OPEN_PREFIX, console_of
from api.services import ApiServices
from api.tags import matches

router = APIRouter(include_in_schema=False)

MEDIA_TYPES = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
OPEN_FILES = ("base.css", "login.js", "words.js", "mark.svg")
OPEN_PATHS = tuple(f"/pages/{name}" for name in OPEN_FILES)


@dataclass(frozen=True, slots=True)
class PageFile:
    content: bytes
    media_type: str
    tag: str


@cache
def page_files() -> dict[str, PageFile]:
    """All files of the page by name, read once: nothing outside this table can be asked for."""
    files = {}
    for entry in resources.files("api").joinpath("pages").iterdir():
        media_type = MEDIA_TYPES.get(entry.name.rpartition(".")[2])
        if media_type is not None:
            content = entry.read_bytes()
            files[entry.name] = PageFile(content, media_type, f'"{hashlib.sha256(content).hexdigest()[:32]}"')
    return files


def login_page() -> Response:
    """What the root shows to those who are not logged in: a 401 that a person can use."""
    page = page_files()["login.html"]
    return Response(page.content, status_code=401, media_type=page.media_type)


def to_console() -> Response:
    return RedirectResponse(OPEN_PREFIX, status_code=307)


@router.get("/")
def show_root(caller: AnyCaller, request: Request, services: Services) -> Response:
    """The console where it is built, else the plain pages."""
    return to_console() if console_of(request) is not None else show_plain(caller, services)


def _must_set_something(caller: Caller, services: ApiServices) -> bool:
    user = caller.user
    return user is not None and (user.must_change_password or must_set_second_factor(user, services.settings))


@router.get("/plain")
def show_plain(caller: AnyCaller, services: Services) -> Response:
    """The plain pages, or the login page again for whoever has something to set first: a password, a second factor."""
    page = page_files()["login.html" if _must_set_something(caller, services) else "console.html"]
    return Response(page.content, media_type=page.media_type)


@router.get("/wall")
def show_wall(caller: AnyCaller, services: Services) -> Response:
    """Live pictures of several cameras, for a screen of its own."""
    page = page_files()["login.html" if _must_set_something(caller, services) else "wall.html"]
    return Response(page.content, media_type=page.media_type)


@router.get("/pages/{name}")
def read_page_file(name: str, if_none_match: Annotated[str | None, Header()] = None) -> Response:
    page = page_files().get(name)
    if page is None or name.endswith(".html"):
        raise NotFoundError("page", name[:100])
    headers = {"ETag": page.tag, "Cache-Control": "no-cache"}
    if matches(if_none_match, page.tag):
        return Response(status_code=304, headers=headers)
    return Response(page.content, media_type=page.media_type, headers=headers)
