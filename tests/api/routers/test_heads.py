"""Teaching heads over HTTP."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from api.ports import Role, UsedHeads
from domain.ids import CameraId
from tests.api.kitchen import CAMERA, ONE_SITE, OTHER_CAMERA, OWN_FIRM, SITE, Kitchen
from tests.support.bins import CORNERS, as_text, draw_bin
from tests.support.pictures import ArrayPicture

LIDS: dict[str, Any] = {
    "name": "bin by the door",
    "states": ["open", "closed"],
    "camera_id": CAMERA,
    "corners": CORNERS,
    "code": "bin.uncovered",
    "breach_state": "open",
}


def made(client: TestClient, **changes: Any) -> str:
    answer = client.post("/api/v1/heads", json=LIDS | changes)
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == f"/api/v1/heads/{answer.json()['head_id']}"
    return str(answer.json()["head_id"])


def example(state: str, seed: int) -> dict[str, Any]:
    return {"state": state, "picture": as_text(draw_bin(is_open=state == "open", seed=seed)), "is_cropped": False}


def taught(client: TestClient, *, count: int = 6, **changes: Any) -> str:
    """A head with so many examples of each state and one version."""
    head_id = made(client, **changes)
    for seed in range(count):
        for state in ("open", "closed"):
            answer = client.post(f"/api/v1/heads/{head_id}/examples", json=example(state, seed))
            assert answer.status_code == 201, answer.text
    assert client.post(f"/api/v1/heads/{head_id}/teach").status_code == 201
    return head_id


def test_an_operator_teaches_and_a_regulator_puts_live(kitchen: Kitchen) -> None:
    operator, regulator = kitchen.client(Role.OPERATOR, OWN_FIRM), kitchen.client(Role.REGULATOR, OWN_FIRM)
    head_id = taught(operator)

    assert operator.post(f"/api/v1/heads/{head_id}/live", json={}).status_code == 403
    live = regulator.post(f"/api/v1/heads/{head_id}/live", json={"version": 1})

    assert live.status_code == 200, live.text
    assert (live.json()["status"], live.json()["live_version"]) == ("live", 1)
    assert [line["act"] for line in live.json()["history"]][-2:] == ["taught", "went_live"]
    assert [told[0] for told in kitchen.twins.control.told] == ["saved"]


def test_a_head_tells_by_which_version_its_camera_is_judged_and_where(kitchen: Kitchen) -> None:
    client = kitchen.client()
    head_id = taught(client)
    assert client.get(f"/api/v1/heads/{head_id}").json()["in_use"] is None  # nobody watches the camera

    kitchen.twins.head_use.known[CAMERA] = UsedHeads(watched_by="one-0", versions={})
    assert client.get(f"/api/v1/heads/{head_id}").json()["in_use"] == {"watched_by": "one-0", "version": None}

    kitchen.twins.head_use.known[CAMERA] = UsedHeads(watched_by="two-0", versions={head_id: 1})
    assert client.get(f"/api/v1/heads/{head_id}").json()["in_use"] == {"watched_by": "two-0", "version": 1}


def test_the_accuracy_is_shown_with_the_examples_that_are_got_wrong(kitchen: Kitchen) -> None:
    client = kitchen.client()
    head_id = taught(client)
    mislabelled = {**example("open", 40), "state": "closed"}
    grown = client.post(f"/api/v1/heads/{head_id}/examples", json=mislabelled).json()

    version = client.post(f"/api/v1/heads/{head_id}/teach").json()

    assert (version["version"], version["count"]) == (2, 13)
    assert version["right"] == 13 - len(version["mistakes"])
    assert 0 < version["low"] < version["accuracy"] < version["high"] < 1
    mistakes = {mistake["example_id"]: mistake for mistake in version["mistakes"]}
    mistake = mistakes[grown["examples"][-1]["example_id"]]
    assert (mistake["state"], mistake["said"], mistake["example"]["origin"]) == ("closed", "open", "uploaded")
    assert client.get(f"/api/v1/heads/{head_id}/versions/2").json() == version


def test_a_head_that_is_not_good_enough_is_refused_with_what_is_missing(kitchen: Kitchen) -> None:
    client = kitchen.client()
    head_id = taught(client, count=3)

    answer = client.post(f"/api/v1/heads/{head_id}/live", json={})

    assert (answer.status_code, answer.json()["title"]) == (409, "Not good enough to go live")
    assert any("open has 3" in reason for reason in answer.json()["missing"])
    lacks = client.get(f"/api/v1/heads/{head_id}/versions/1").json()["lacks"]
    assert {"kind": "examples", "needed": 5.0, "found": 3.0, "state": "open"} in lacks


def test_who_taught_is_told_by_name(kitchen: Kitchen) -> None:
    client = kitchen.client(Role.OPERATOR, OWN_FIRM, name="老李")
    head_id = taught(client, count=2)

    head = client.get(f"/api/v1/heads/{head_id}").json()
    version = client.get(f"/api/v1/heads/{head_id}/versions/1").json()

    named = [one["taught_by_name"] for one in (*head["examples"], *head["versions"], version)]
    assert set(named) == {"老李"}
    assert {line["actor_name"] for line in head["history"]} == {"老李"}
    assert head["least_examples"] == 5


def test_a_version_can_be_rolled_back_and_the_head_retired(kitchen: Kitchen) -> None:
    client = kitchen.client()
    head_id = taught(client)
    client.post(f"/api/v1/heads/{head_id}/live", json={})
    client.post(f"/api/v1/heads/{head_id}/teach")
    client.post(f"/api/v1/heads/{head_id}/live", json={"version": 2})

    assert client.post(f"/api/v1/heads/{head_id}/roll-back").json()["live_version"] == 1
    assert client.post(f"/api/v1/heads/{head_id}/retire").json()["status"] == "retired"
    assert client.post(f"/api/v1/heads/{head_id}/retire").status_code == 409


def test_the_current_frame_of_the_camera_becomes_an_example(kitchen: Kitchen) -> None:
    client = kitchen.client()
    head_id = made(client)
    kitchen.show_picture(CAMERA, ArrayPicture(draw_bin(is_open=True, seed=3)))

    head = client.post(f"/api/v1/heads/{head_id}/examples", json={"state": "open"}).json()

    assert [(one["state"], one["origin"]) for one in head["examples"]] == [("open", "camera")]


def test_an_old_frame_of_the_camera_becomes_no_example(kitchen: Kitchen) -> None:
    client = kitchen.client()
    head_id = made(client)
    kitchen.show_picture(CAMERA)
    kitchen.twins.clock.advance(3600)

    assert client.post(f"/api/v1/heads/{head_id}/examples", json={"state": "open"}).status_code == 503


def test_a_picture_is_judged_and_not_kept(kitchen: Kitchen) -> None:
    client = kitchen.client()
    head_id = taught(client)

    answer = client.post(
        f"/api/v1/heads/{head_id}/judge", json={k: v for k, v in example("open", 77).items() if k != "state"}
    )

    assert answer.json()["state"] == "open"
    assert len(client.get(f"/api/v1/heads/{head_id}").json()["examples"]) == 12


def test_an_example_is_deleted_with_its_cut_out(kitchen: Kitchen) -> None:
    client = kitchen.client()
    head_id = made(client, keeps_crops=True)
    [one] = client.post(f"/api/v1/heads/{head_id}/examples", json=example("open", 1)).json()["examples"]
    address = f"/api/v1/heads/{head_id}/examples/{one['example_id']}"
    assert client.get(f"{address}/crop.jpg").headers["content-type"] == "image/jpeg"

    assert client.delete(address).json()["examples"] == []

    assert client.get(f"{address}/crop.jpg").status_code == 404
    assert client.delete(address).status_code == 404


def test_codes_of_a_camera_tell_what_its_live_heads_judge(kitchen: Kitchen) -> None:
    client = kitchen.client()
    head_id = taught(client)

    def bin_code() -> dict[str, Any]:
        items = client.get(f"/api/v1/cameras/{CAMERA}/codes").json()["items"]
        return next(item for item in items if item["code"] == "bin.uncovered")

    before = bin_code()
    client.post(f"/api/v1/heads/{head_id}/live", json={})
    after = bin_code()

    assert (before["availability"], before["can_be_taught"], before["is_taught"]) == ("not_available", True, False)
    assert "not detected here" in before["reason_en"]
    assert (after["availability"], after["is_taught"], after["reason_en"]) == ("enabled", True, "")


def test_heads_outside_the_scope_do_not_exist(kitchen: Kitchen) -> None:
    admin = kitchen.client()
    own, foreign = made(admin), made(admin, camera_id=OTHER_CAMERA)
    nowhere = kitchen.twins.heads.create(_local(), actor="cli:somebody").head_id
    operator = kitchen.client(Role.OPERATOR, ONE_SITE)

    assert [head["head_id"] for head in operator.get("/api/v1/heads").json()["items"]] == [own]
    for head_id in (foreign, nowhere):
        assert operator.get(f"/api/v1/heads/{head_id}").status_code == 404
        assert operator.post(f"/api/v1/heads/{head_id}/teach").status_code == 404
    assert operator.post("/api/v1/heads", json=LIDS | {"camera_id": OTHER_CAMERA}).status_code == 404
    assert len(admin.get("/api/v1/heads").json()["items"]) == 3
    assert len(admin.get("/api/v1/heads", params={"camera_id": CAMERA}).json()["items"]) == 1


def _local() -> Any:
    from detector.head_desk import NewHead

    return NewHead(name="nowhere", states=("a", "b"))


def test_a_head_of_a_site_has_neither_region_nor_code(kitchen: Kitchen) -> None:
    client = kitchen.client()
    uniform = {"name": "our uniform", "states": ["ours", "other"], "site_id": SITE}

    assert client.post("/api/v1/heads", json=uniform).status_code == 201
    assert client.post("/api/v1/heads", json=uniform | {"corners": CORNERS}).status_code == 422
    refused = client.post("/api/v1/heads", json=uniform | {"code": "bin.uncovered", "breach_state": "other"})
    assert refused.status_code == 422


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "pest.rodent"}, "body.code"),
        ({"camera_id": None}, "body.camera_id"),
        ({"site_id": SITE}, "body.camera_id"),
        ({"corners": [{"x": 0.1, "y": 0.1}, {"x": 0.2, "y": 0.2}, {"x": 0.3, "y": 0.3}]}, "body.corners"),
        ({"states": ["open"]}, "body.states"),
    ],
    ids=["code", "no place", "two places", "no area", "one state"],
)
def test_a_head_that_makes_no_sense_is_refused_by_field(kitchen: Kitchen, changes: dict[str, Any], field: str) -> None:
    answer = kitchen.client().post("/api/v1/heads", json=LIDS | changes)

    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["fields"]] == [field]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"state": "open", "picture": "AAAA"}, 422),
        ({"state": "open", "picture": "AAA="}, 422),
        ({"state": "ajar", "picture": as_text(draw_bin(is_open=True))}, 422),
        ({"picture": "AAAA"}, 422),
        ({"state": "open"}, 503),
    ],
    ids=["no picture", "one byte short", "unknown state", "no state", "no frame"],
)
def test_what_is_no_example_is_refused(kitchen: Kitchen, body: dict[str, Any], status: int) -> None:
    client = kitchen.client()
    head_id = made(client)

    assert client.post(f"/api/v1/heads/{head_id}/examples", json=body).status_code == status
    assert client.get(f"/api/v1/heads/{head_id}").json()["examples"] == []


def test_a_head_without_examples_cannot_be_taught(kitchen: Kitchen) -> None:
    client = kitchen.client()
    head_id = made(client)

    answer = client.post(f"/api/v1/heads/{head_id}/teach")

    assert (answer.status_code, answer.json()["field"]) == (422, "examples")
    assert client.get(f"/api/v1/heads/{head_id}/versions/1").status_code == 404


def test_a_damaged_file_is_shown_to_those_who_see_everything(kitchen: Kitchen) -> None:
    client = kitchen.client()
    head_id = made(client)
    (kitchen.twins.scratch / "heads" / head_id / "head.json").write_text("{")

    page = client.get("/api/v1/heads").json()

    assert (page["items"], [fault["head_id"] for fault in page["faults"]]) == ([], [head_id])
    assert str(kitchen.twins.scratch) not in str(page)
    assert kitchen.client(Role.VIEWER, OWN_FIRM).get("/api/v1/heads").json()["faults"] == []


def test_a_picture_in_which_the_region_is_too_small_is_refused(kitchen: Kitchen) -> None:
    client = kitchen.client()
    head_id = made(client)
    kitchen.show_picture(CameraId(CAMERA), ArrayPicture(draw_bin(is_open=True)[::16, ::16].copy()))

    answer = client.post(f"/api/v1/heads/{head_id}/examples", json={"state": "open"})

    assert answer.status_code == 422
    assert "8 px" in answer.json()["detail"]
