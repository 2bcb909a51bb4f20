"""What happens to each request before it is routed: an id, headers, a bound on its size, and the question who asks.

Plain ASGI, outermost first: RequestFrame, BodyLimit, Gate.
"""

import re
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from urllib.parse import urlsplit

import structlog
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.callers import Authenticator
from api.errors import ApiError, BodyTooLargeError, NotLoggedInError
from api.metrics import REQUEST_SECONDS, REQUESTS
from api.problems import problem_for, unexpected_problem

log = structlog.get_logger(__name__)

REQUEST_ID_HEADER = "X-Request-Id"
SERVICE_TIME_HEADER = "X-Service-Time"  # ages on a screen go by this clock; the screen's own may be wrong

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; "
        "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


LOGIN_PAGES = frozenset({"/", "/plain", "/wall"})  # what shows the login to those who are not logged in


def security_headers(*, is_behind_https: bool, connects_to: str | None) -> dict[str, str]:
    """The headers of every answer; `connects_to` is an address that pages may talk to beside our own."""
    headers = dict(SECURITY_HEADERS)
    if connects_to is not None:
        parts = urlsplit(connects_to)
        policy = headers["Content-Security-Policy"]
        headers["Content-Security-Policy"] = policy.replace(
            "connect-src 'self'", f"connect-src 'self' {parts.scheme}://{parts.netloc}"
        )
    if is_behind_https:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return headers


class RequestFrame:
    """Gives each request an id, each answer its headers, counts both, and turns the unexpected into a bare 500."""

    def __init__(
        self,
        app: ASGIApp,
        new_id: Callable[[], str],
        *,
        now: Callable[[], datetime],
        prefix: str,
        is_behind_https: bool,
        connects_to: str | None = None,
    ) -> None:
        self._app = app
        self._prefix = prefix
        self._new_id = new_id
        self._now = now
        self._headers = security_headers(is_behind_https=is_behind_https, connects_to=connects_to)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = self._new_id()
        status = 0

        async def send_framed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers[REQUEST_ID_HEADER] = request_id
                headers[SERVICE_TIME_HEADER] = self._now().isoformat(timespec="milliseconds")
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        started = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self._app(scope, receive, send_framed)
            except Exception:
                log.exception("request_failed", method=scope["method"], path=scope["path"])
                if status:
                    raise  # half an answer is out already; closing the connection tells the client so
                await unexpected_problem(request_id)(scope, receive, send_framed)
            finally:
                _count(scope, self._prefix, status, time.perf_counter() - started)


def _count(scope: Scope, prefix: str, status: int, seconds: float) -> None:
    path = getattr(scope.get("route"), "path", None)
    if path is None:
        path = "unmatched"
    elif scope["path"].startswith(f"{prefix}/"):
        path = prefix + path  # a route inside a router knows the rest of its path only
    REQUESTS.labels(method=_known_method(scope["method"]), route=path, status=str(status)).inc()
    if not path.endswith(("/feed", ".mjpg")):
        REQUEST_SECONDS.labels(route=path).observe(seconds)


def _known_method(method: str) -> str:
    return method if method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} else "other"


class BodyLimit:
    """Refuses bodies over the limit, whether they announce their size or not.

    `file_limit_bytes` is that of paths which match `file_paths`: files that people send.
    """

    def __init__(
        self, app: ASGIApp, limit_bytes: int, *, file_limit_bytes: int = 0, file_paths: re.Pattern[str] | None = None
    ) -> None:
        self._app = app
        self._limit = limit_bytes
        self._file_limit = file_limit_bytes
        self._file_paths = file_paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = Request(scope).headers.get("content-length", "0")
        is_file = self._file_paths is not None and self._file_paths.fullmatch(scope["path"]) is not None
        limit = max(self._limit, self._file_limit) if is_file else self._limit
        received = 0
        started = False

        async def receive_bounded() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise _BodyTooLarge
            return message

        async def send_noted(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        if not announced.isdecimal() or int(announced) > limit:
            await _send_problem(BodyTooLargeError(limit), scope, receive, send)
            return
        try:
            await self._app(scope, receive_bounded, send_noted)
        except _BodyTooLarge:
            if not started:
                await _send_problem(BodyTooLargeError(limit), scope, receive, send)


class _BodyTooLarge(BaseException):
    """Crosses the framework, which would turn an Exception met while reading a body into its own 400."""


class Gate:
    """Lets nobody in without a valid credential, except to what is named as open."""

    def __init__(
        self,
        app: ASGIApp,
        authenticator: Authenticator,
        open_paths: Iterable[str],
        login_page: Callable[[str], Response],
        open_prefixes: tuple[str, ...] = (),
    ) -> None:
        self._app = app
        self._authenticator = authenticator
        self._open = frozenset(open_paths)
        self._open_prefixes = open_prefixes
        self._login_page = login_page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self._is_open(scope["path"]):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        try:
            scope.setdefault("state", {})["caller"] = await self._authenticator.caller(request)
        except NotLoggedInError as error:
            if scope["path"] in LOGIN_PAGES and scope["method"] in {"GET", "HEAD"}:
                await self._login_page(scope["path"])(scope, receive, send)
            else:
                await _send_problem(error, scope, receive, send)
        except ApiError as error:
            await _send_problem(error, scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _is_open(self, path: str) -> bool:
        return path in self._open or path.startswith(self._open_prefixes)


async def _send_problem(error: ApiError, scope: Scope, receive: Receive, send: Send) -> None:
    answer = problem_for(error)
    assert answer is not None
    await answer(scope, receive, send)
