"""Errors as RFC 9457 problem details: one form for every answer that is not what was asked for.

The text never holds what a client sent in a secret field, nor internals of the service.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from api.answers import TABLE, answer_for, members_of
from api.errors import ApiError, FieldError

log = structlog.get_logger(__name__)

TYPE_PREFIX = "urn:brightkitchen:problem:"
_SECRET_FIELDS = {
    "password",
    "current_password",
    "new_password",
    "location",
    "analysis_location",
    "token",
    "secret",
    "authorization",
}
_SHOWN_TEXT = 40
# Kinds of error in which a text is repeated: it stood where a name from a list, an id, a number or a date belongs.
# Everywhere else it may be anything, such as a password in the place of the object that should hold it.
_TEXT_SHOWN_FOR = re.compile(r"enum|literal_error|string_pattern_mismatch|(int|float|bool|date|time|datetime)_.*")


class ProblemResponse(JSONResponse):
    media_type = "application/problem+json"


def problem(
    status: int,
    title: str,
    detail: str,
    *,
    name: str,
    headers: Mapping[str, str] | None = None,
    members: Mapping[str, Any] | None = None,
) -> ProblemResponse:
    """An answer with the members of RFC 9457 and further ones. `name` is the last part of the type."""
    content = {**(members or {}), "type": TYPE_PREFIX + name, "title": title, "status": status, "detail": detail}
    return ProblemResponse(content, status_code=status, headers=dict(headers or {}))


def problem_for(error: Exception) -> ProblemResponse | None:
    """The problem of an error that stands in the table, or None."""
    answer = answer_for(error)
    if answer is None:
        return None
    members = members_of(error, answer)
    if isinstance(error, FieldError):
        members["fields"] = [{"field": error.field, "expected": error.expected, "found": error.found}]
    headers = error.headers() if isinstance(error, ApiError) else {}
    if answer.status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="brightkitchen"'
    return problem(answer.status, answer.title, str(error), name=_name(type(error)), headers=headers, members=members)


def unexpected_problem(request_id: str) -> ProblemResponse:
    """All that is told of an error that nobody expected; the log has the rest under the same id."""
    return problem(
        500, "Internal error", f"the service failed; its log has more under {request_id}", name="internal-error"
    )


def _name(error: type[Exception]) -> str:
    name = error.__name__.removesuffix("Error")
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


def install_problems(app: FastAPI) -> None:
    """Make every error of the application a problem."""
    app.add_exception_handler(HTTPException, _http_problem)
    app.add_exception_handler(RequestValidationError, _validation_problem)
    for error in TABLE:
        app.add_exception_handler(error, _table_problem)


async def _table_problem(_request: Request, error: Exception) -> ProblemResponse:
    answer = problem_for(error)
    assert answer is not None
    if answer.status_code >= 500:
        log.warning("request_not_served", error=type(error).__name__, detail=str(error))
    return answer


async def _http_problem(request: Request, error: Exception) -> ProblemResponse:
    assert isinstance(error, HTTPException)
    titles = {404: "Not found", 405: "Method not allowed", 400: "Bad request", 413: "Body too large"}
    details = {
        404: "there is nothing at this address",
        405: f"{request.method} is not possible here",
    }
    return problem(
        error.status_code,
        titles.get(error.status_code, "Request refused"),
        details.get(error.status_code, str(error.detail)),
        name=f"http-{error.status_code}",
        headers=error.headers,
    )


async def _validation_problem(_request: Request, error: Exception) -> ProblemResponse:
    assert isinstance(error, RequestValidationError)
    fields = [_field(entry) for entry in error.errors()]
    names = ", ".join(sorted({entry["field"] for entry in fields}))
    return problem(422, "Invalid request", f"check {names}", name="field", members={"fields": fields})


def _field(entry: Mapping[str, Any]) -> dict[str, str]:
    """One wrong field: where, what was expected, what was found."""
    path = [str(part) for part in entry["loc"]]
    expected = str(entry["msg"]).removeprefix("Value error, ")
    if entry["type"] == "json_invalid":
        return {"field": "body", "expected": "JSON", "found": "text that is not JSON"}
    return {"field": ".".join(path), "expected": expected, "found": _found(entry, path)}


def _found(entry: Mapping[str, Any], path: Sequence[str]) -> str:
    """What stood in the field, as far as it may be repeated: nothing of secrets, unknown fields or whole objects."""
    if entry["type"] == "missing":
        return "nothing"
    value = entry.get("input")
    if entry["type"] != "extra_forbidden" and _SECRET_FIELDS.isdisjoint(path):
        if isinstance(value, (bool, int, float)):
            return repr(value)[:_SHOWN_TEXT]
        if isinstance(value, str) and len(value) <= _SHOWN_TEXT and _TEXT_SHOWN_FOR.fullmatch(entry["type"]):
            return repr(value) if value.isprintable() else ascii(value)
    return _kind_of(value)


def _kind_of(value: object) -> str:
    match value:
        case None:
            return "null"
        case str():
            return f"a text of {len(value)} characters"
        case list() | tuple():
            return f"a list of {len(value)}"
        case dict():
            return "an object"
        case _:
            return f"a {type(value).__name__}"
