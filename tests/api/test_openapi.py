import json

import pytest

from api.openapi import current_text
from api.ports import Role
from tests.api.kitchen import Kitchen
from tests.support.checkout import REPOSITORY

FILE = REPOSITORY / "docs" / "reference" / "openapi.json"


def test_the_document_in_the_repository_is_the_one_of_this_code() -> None:
    assert FILE.read_text("utf-8") == current_text(), f"write it anew: python -m api.openapi {FILE.name}"


def test_the_document_is_for_those_who_are_logged_in(kitchen: Kitchen) -> None:
    assert kitchen.stranger().get("/api/v1/openapi.json").status_code == 401
    assert kitchen.client(Role.VIEWER).get("/api/v1/openapi.json").json() == json.loads(FILE.read_text("utf-8"))


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json"])
def test_no_page_that_loads_foreign_scripts_is_served(kitchen: Kitchen, path: str) -> None:
    assert kitchen.client().get(path).status_code == 404


def test_every_operation_has_a_short_name_of_its_own_and_tells_its_errors() -> None:
    document = json.loads(FILE.read_text("utf-8"))
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    names = [operation["operationId"] for operation in operations]

    assert len(names) == len(set(names))
    assert all("default" in operation["responses"] for operation in operations)
    assert "HTTPValidationError" not in document["components"]["schemas"]


def test_only_what_is_open_is_called_open() -> None:
    paths = json.loads(FILE.read_text("utf-8"))["paths"]
    open_paths = {path for path, operations in paths.items() for one in operations.values() if one["security"] == []}

    assert open_paths == {"/healthz", "/readyz", "/api/v1/login"}
