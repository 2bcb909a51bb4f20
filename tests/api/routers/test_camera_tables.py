import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.ports import Role
from domain.organisation import Camera
from domain.scope import Scope
from tests.api.kitchen import CAMERA, CAMERA_PASSWORD, OTHER_SITE, OWN_FIRM, SECOND_CAMERA, Kitchen

PATH = "/api/v1/cameras/import"
TABLE = "场所,名称,地址\n一号厨房,新一,rtsp://u:geheim@192.0.2.20/1\n二号厨房,新二,rtsp://u:geheim@192.0.2.20/2\n"


def send(person: TestClient, text: str, **query: Any) -> Any:
    return person.post(PATH, content=text.encode("gb18030"), headers={"Content-Type": "text/csv"}, params=query)


def names(kitchen: Kitchen) -> set[str]:
    return {camera.name for camera in kitchen.twins.registry.list_cameras(Scope.everything())}


def saved(kitchen: Kitchen) -> list[str]:
    return [what.name for verb, what in kitchen.twins.control.told if verb == "saved" and isinstance(what, Camera)]


def test_the_first_run_is_a_dry_one_and_stores_nothing(kitchen: Kitchen) -> None:
    answer = send(kitchen.client(Role.OPERATOR, OWN_FIRM), TABLE)

    assert answer.status_code == 200
    assert (answer.json()["is_stored"], answer.json()["added"], answer.json()["faults"]) == (False, 2, [])
    assert [(one["row"], one["action"], one["camera_id"]) for one in answer.json()["cameras"]] == [
        (2, "add", None),
        (3, "add", None),
    ]
    assert "新一" not in names(kitchen)
    assert saved(kitchen) == []


def test_what_is_imported_is_started_and_a_second_time_nothing_happens(kitchen: Kitchen) -> None:
    person = kitchen.client(Role.OPERATOR, OWN_FIRM)
    first = send(person, TABLE, dry_run=False)
    again = send(person, TABLE, dry_run=False)

    assert (first.json()["is_stored"], first.json()["added"]) == (True, 2)
    assert {"新一", "新二"} <= names(kitchen)
    assert saved(kitchen) == ["新一", "新二"]
    assert (again.json()["added"], again.json()["changed"], again.json()["unchanged"]) == (0, 0, 2)
    assert "geheim" not in first.text + again.text


def test_one_fault_keeps_everything_out_unless_it_may_be_skipped(kitchen: Kitchen) -> None:
    person = kitchen.client(Role.OPERATOR, OWN_FIRM)
    table = TABLE + "一号厨房,坏,concat:geheim\n"

    refused = send(person, table, dry_run=False)
    assert refused.status_code == 422
    [fault] = refused.json()["faults"]
    assert (fault["row"], fault["column"], fault["found"]) == (4, "location", "another kind of address")
    assert names(kitchen) & {"新一", "新二"} == set()
    assert saved(kitchen) == []

    skipped = send(person, table, dry_run=False, skip_faulty=True)
    assert (skipped.status_code, skipped.json()["added"], len(skipped.json()["faults"])) == (200, 2, 1)
    assert "geheim" not in refused.text + skipped.text


def test_a_table_reaches_no_further_than_ones_scope(kitchen: Kitchen) -> None:
    table = f"site_id,name,location\n{OTHER_SITE},新,rtsp://192.0.2.20/1\n"

    faults = send(kitchen.client(Role.OPERATOR, OWN_FIRM), table).json()["faults"]

    assert [(fault["row"], fault["column"]) for fault in faults] == [(2, "site_id")]


def test_files_of_the_server_are_imported_by_administrators_only(kitchen: Kitchen) -> None:
    table = "site,name,location\n一号厨房,新,/etc/passwd\n"

    assert send(kitchen.client(Role.OPERATOR), table).json()["faults"][0]["found"] == "a file or a device"
    assert send(kitchen.client(Role.ADMIN), table).json()["faults"] == []


def test_who_may_not_keep_cameras_imports_none(kitchen: Kitchen) -> None:
    assert send(kitchen.client(Role.VIEWER), TABLE).status_code == 403


def test_a_table_with_too_many_rows_or_bytes_is_refused(kitchen_with: Callable[..., Kitchen]) -> None:
    person = kitchen_with(import_rows=1, body_limit_bytes=1024).client()

    assert send(person, TABLE, dry_run=False).json()["faults"][0]["expected"] == "at most 1 cameras"
    assert send(person, TABLE * 20).status_code == 413


def test_an_export_shows_no_password_and_imported_again_changes_nothing(kitchen: Kitchen) -> None:
    kitchen.add_camera("camera-x", "site-1", "=HYPERLINK(1)")  # type: ignore[arg-type]
    person = kitchen.client(Role.OPERATOR, OWN_FIRM)

    answer = person.get("/api/v1/cameras/export.csv")

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    assert CAMERA_PASSWORD not in answer.text
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert {row["camera_id"] for row in rows} == {CAMERA, SECOND_CAMERA, "camera-x"}
    assert "'=HYPERLINK(1)" in {row["name"] for row in rows}
    again = person.post(PATH, content=answer.content, params={"dry_run": False}).json()
    assert (again["added"], again["changed"], again["unchanged"], again["faults"]) == (0, 0, 3, [])
    assert person.get(f"/api/v1/cameras/{CAMERA}").json()["version"] == 1


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"a,b\n1,2\n", b'name\n"'])
def test_garbage_is_told_as_faults(kitchen: Kitchen, content: bytes) -> None:
    answer = kitchen.client().post(PATH, content=content)

    assert answer.status_code == 200
    assert answer.json()["faults"]
