"""The OpenAPI document: what FastAPI derives from the routes, with our errors and logins in place of its own.

`python -m api.openapi docs/reference/openapi.json` writes it to a file.
"""

import json
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from fastapi import FastAPI

PROBLEM_SCHEMA: dict[str, Any] = {
    "title": "Problem",
    "description": "Problem details (RFC 9457). Further members depend on the type.",
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "description": "urn:brightkitchen:problem:… names the kind of error."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "fields": {
            "type": "array",
            "description": "The fields of the request that are wrong.",
            "items": {
                "type": "object",
                "required": ["field", "expected", "found"],
                "properties": {
                    "field": {"type": "string"},
                    "expected": {"type": "string"},
                    "found": {"type": "string", "description": "Never the text of a secret field."},
                },
            },
        },
    },
}
PROBLEM_ANSWER = {
    "description": "A problem.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
SECURITY_SCHEMES = {
    "token": {"type": "http", "scheme": "bearer", "description": "An API token, bk_…"},
    "session": {"type": "apiKey", "in": "cookie", "name": "bk_session", "description": "Set by POST /api/v1/login."},
}


def install_openapi(app: FastAPI, open_paths: Iterable[str]) -> None:
    """Make the application describe its errors and logins as they are."""
    derive: Callable[[], dict[str, Any]] = app.openapi

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _completed(derive(), frozenset(open_paths))
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]  # the way FastAPI documents for extending it


def _completed(document: dict[str, Any], open_paths: frozenset[str]) -> dict[str, Any]:
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas["Problem"] = PROBLEM_SCHEMA
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    components["securitySchemes"] = SECURITY_SCHEMES
    for path, operations in document["paths"].items():
        for operation in operations.values():
            answers = operation["responses"]
            answers.pop("422", None)  # FastAPI's own form, which nobody gets here
            answers["default"] = PROBLEM_ANSWER
            operation["security"] = [] if path in open_paths else [{"session": []}, {"token": []}]
    return document


def openapi_text(app: FastAPI) -> str:
    """The document of the application, in a steady order."""
    return json.dumps(app.openapi(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def current_text() -> str:
    """The document of the API as this code offers it; it depends on no setting and no database."""
    from api.app import create_app
    from api.testing import ApiTwins

    with tempfile.TemporaryDirectory() as scratch:
        return openapi_text(create_app(ApiTwins(scratch=Path(scratch)).services()))


def main() -> None:
    text = current_text()
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main()
