from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from api.ports import Role
from domain.organisation import Camera
from domain.scope import Scope
from streams.ports import CameraCondition
from tests.api.kitchen import (
    CAMERA,
    CAMERA_PASSWORD,
    OTHER_CAMERA,
    OTHER_SITE,
    OWN_FIRM,
    SECOND_CAMERA,
    SECOND_SITE,
    SITE,
    Kitchen,
)
from tests.support.pictures import grey_picture

PATH = f"/api/v1/cameras/{CAMERA}"


def body(location: str = "rtsp://user:pw-of-mine@192.0.2.9/live", **changes: Any) -> dict[str, Any]:
    return {"site_id": SITE, "name": "新摄像机", "source": {"location": location}, **changes}


def saved(kitchen: Kitchen) -> list[object]:
    return [what for verb, what in kitchen.twins.control.told if verb == "saved"]


def test_a_new_camera_is_started_and_its_password_is_never_shown(kitchen: Kitchen) -> None:
    person = kitchen.client(Role.OPERATOR, OWN_FIRM)

    made = person.post("/api/v1/cameras", json=body(analysed_fps=2, codes=["pest.rodent"]))

    assert made.status_code == 201
    assert "pw-of-mine" not in made.text
    assert "192.0.2.9" in made.json()["source"]["location"]
    (camera,) = saved(kitchen)
    assert isinstance(camera, Camera)
    assert camera.source.location == "rtsp://user:pw-of-mine@192.0.2.9/live"
    assert (camera.analysed_fps, camera.codes) == (2, frozenset({"pest.rodent"}))


def test_no_answer_about_cameras_holds_a_password(kitchen: Kitchen) -> None:
    admin = kitchen.client()

    answers = [admin.get(path).text for path in ("/api/v1/cameras", PATH, f"{PATH}/status", "/api/v1/cameras/status")]

    assert all(CAMERA_PASSWORD not in text for text in answers)


@pytest.mark.parametrize("location", ["/etc/passwd", "file:///etc/passwd", "/dev/video0", "clip.mp4"])
def test_files_and_devices_of_the_server_are_open_to_administrators_only(kitchen: Kitchen, location: str) -> None:
    assert kitchen.client(Role.OPERATOR).post("/api/v1/cameras", json=body(location)).status_code == 403
    assert kitchen.client(Role.ADMIN).post("/api/v1/cameras", json=body(location)).status_code == 201


def test_an_operator_cannot_turn_a_camera_into_a_file(kitchen: Kitchen) -> None:
    answer = kitchen.client(Role.OPERATOR).patch(PATH, json={"source": {"location": "/etc/passwd"}, "version": 1})

    assert answer.status_code == 403
    assert saved(kitchen) == []


def test_kinds_of_source_can_be_switched_off(kitchen_with: Callable[..., Kitchen]) -> None:
    kitchen = kitchen_with(source_schemes=frozenset({"rtsp"}))

    answer = kitchen.client().post("/api/v1/cameras", json=body("http://192.0.2.9/live.m3u8"))

    assert answer.json()["fields"][0] == {
        "field": "body.source.location",
        "expected": "a source of the kind rtsp",
        "found": "http",
    }


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"source": {"location": "concat:secret.mp4"}}, "body.source.location"),
        ({"source": {"location": ""}}, "body.source.location"),
        ({"source": {"location": "rtsp://secret@192.0.2.9/\n"}, "name": "a\tb"}, "body.name"),
        ({"analysed_fps": 0}, "body.analysed_fps"),
        ({"analysed_fps": 31}, "body.analysed_fps"),
        ({"codes": ["no.such_code"]}, "body.codes"),
        ({"name": ""}, "body.name"),
        ({"color": "secret"}, "body.color"),
    ],
)
def test_a_wrong_field_is_named_and_no_address_is_repeated(
    kitchen: Kitchen, change: dict[str, Any], field: str
) -> None:
    answer = kitchen.client().post("/api/v1/cameras", json={**body(), **change})

    assert answer.status_code == 422
    assert answer.json()["fields"][0]["field"] == field
    assert "secret" not in answer.text


def test_two_cameras_of_a_site_cannot_have_one_name(kitchen: Kitchen) -> None:
    answer = kitchen.client().post("/api/v1/cameras", json=body(name="粗加工间"))

    assert (answer.status_code, answer.json()["kind"], answer.json()["name"]) == (409, "camera", "粗加工间")
    assert saved(kitchen) == []


def test_a_camera_cannot_be_added_outside_ones_scope(kitchen: Kitchen) -> None:
    answer = kitchen.client(Role.OPERATOR, OWN_FIRM).post("/api/v1/cameras", json=body(site_id=OTHER_SITE))

    assert answer.status_code == 422
    assert answer.json()["parent_id"] == OTHER_SITE


def test_a_change_keeps_what_was_not_sent(kitchen: Kitchen) -> None:
    person = kitchen.client(Role.OPERATOR, OWN_FIRM)

    answer = person.patch(PATH, json={"name": "新名", "is_enabled": False}, headers={"If-Match": '"1"'})

    assert answer.headers["etag"] == '"2"'
    (camera,) = saved(kitchen)
    assert isinstance(camera, Camera)
    assert CAMERA_PASSWORD in camera.source.location
    assert (camera.name, camera.is_enabled, camera.version) == ("新名", False, 2)


def test_a_form_that_sends_the_redacted_address_back_keeps_the_password(kitchen: Kitchen) -> None:
    person = kitchen.client()
    source = person.get(PATH).json()["source"]

    person.patch(PATH, json={"source": {**source, "transport": "udp"}, "version": 1})

    (camera,) = saved(kitchen)
    assert isinstance(camera, Camera)
    assert CAMERA_PASSWORD in camera.source.location
    assert camera.source.transport == "udp"


def test_codes_can_be_set_back_to_those_of_the_catalogue(kitchen: Kitchen) -> None:
    person = kitchen.client()
    person.patch(PATH, json={"codes": ["pest.rodent"], "version": 1})
    assert person.patch(PATH, json={"name": "新名", "version": 2}).json()["codes"] == ["pest.rodent"]

    assert person.patch(PATH, json={"codes": None, "version": 3}).json()["codes"] is None


def test_a_pause_tells_who_when_and_why_and_is_never_called_fine(kitchen: Kitchen) -> None:
    kitchen.show_picture(CAMERA)
    person = kitchen.client(Role.OPERATOR, OWN_FIRM, name="老李")

    paused = person.post(f"{PATH}/pause", json={"reason": "镜头维修"})
    kitchen.twins.fleet.remove(CAMERA)  # as the keeper does
    kitchen.twins.clock.advance(60)
    again = person.post(f"{PATH}/pause", json={"reason": "另一个理由"})
    status = person.get(f"{PATH}/status").json()

    pause = {"by": "老李", "at": "2026-01-05T08:00:00Z", "reason": "镜头维修"}
    assert (paused.json()["is_enabled"], paused.json()["pause"]) == (False, pause)
    assert (again.status_code, again.json()["pause"], again.json()["version"]) == (200, pause, 2)
    assert (status["condition"], status["cause"], status["pause"]) == ("paused", "paused", pause)
    assert (status["has_fresh_picture"], status["since"]) == (False, "2026-01-05T08:00:00Z")
    assert person.get(f"{PATH}/still.jpg").status_code == 503
    assert len(saved(kitchen)) == 1


def test_a_resumed_camera_is_told_to_the_service_and_has_no_pause(kitchen: Kitchen) -> None:
    person = kitchen.client(Role.OPERATOR, OWN_FIRM)
    person.post(f"{PATH}/pause", json={})

    resumed = person.post(f"{PATH}/resume")

    assert (resumed.json()["is_enabled"], resumed.json()["pause"], resumed.json()["version"]) == (True, None, 3)
    assert person.post(f"{PATH}/resume").json()["version"] == 3
    assert [camera.is_enabled for camera in saved(kitchen) if isinstance(camera, Camera)] == [False, True]


def test_switching_a_camera_off_by_a_patch_is_a_pause_too(kitchen: Kitchen) -> None:
    answer = kitchen.client(name="chef").patch(PATH, json={"is_enabled": False, "version": 1})

    assert answer.json()["pause"]["by"] == "chef"


def test_who_may_not_keep_cameras_cannot_pause_them(kitchen: Kitchen) -> None:
    for verb in ("pause", "resume"):
        assert kitchen.client(Role.VIEWER).post(f"{PATH}/{verb}", json={}).status_code == 403
        assert (
            kitchen.client(Role.OPERATOR, Scope(site_ids=frozenset({OTHER_SITE})))
            .post(f"{PATH}/{verb}", json={})
            .status_code
            == 404
        )


def test_a_camera_is_given_to_another_site_within_ones_scope_only(kitchen: Kitchen) -> None:
    person = kitchen.client(Role.OPERATOR, OWN_FIRM)

    refused = person.patch(PATH, json={"site_id": OTHER_SITE, "version": 1})
    moved = person.patch(PATH, json={"site_id": SECOND_SITE, "version": 1})

    assert (refused.status_code, refused.json()["parent_id"]) == (422, OTHER_SITE)
    assert (moved.status_code, moved.json()["site_id"]) == (200, SECOND_SITE)


def test_another_address_drops_the_smaller_stream_of_the_old_camera(kitchen: Kitchen) -> None:
    person = kitchen.client()
    sub = "rtsp://viewer:geheim@192.0.2.7/sub"
    given = person.patch(PATH, json={"analysis_location": sub, "version": 1})
    assert given.json()["analysis_location"] == "rtsp://***@192.0.2.7/sub"

    kept = person.patch(PATH, json={"analysis_location": given.json()["analysis_location"], "name": "甲", "version": 2})
    dropped = person.patch(PATH, json={"source": {"location": "rtsp://192.0.2.8/main"}, "version": 3})

    stored = [camera.analysis_location for camera in saved(kitchen) if isinstance(camera, Camera)]
    assert stored == [sub, sub, None]
    assert "geheim" not in given.text + kept.text + dropped.text


def test_the_smaller_streams_address_is_checked_like_the_other(kitchen: Kitchen) -> None:
    person = kitchen.client(Role.OPERATOR)

    wrong = person.patch(PATH, json={"analysis_location": "concat:secret", "version": 1})
    file = person.patch(PATH, json={"analysis_location": "/etc/passwd", "version": 1})

    assert (wrong.status_code, wrong.json()["fields"][0]["field"]) == (422, "body.analysis_location")
    assert "secret" not in wrong.text
    assert file.status_code == 403


def test_an_external_id_is_unique_within_the_site(kitchen: Kitchen) -> None:
    person = kitchen.client()
    person.post("/api/v1/cameras", json=body(external_id="NVR-1"))

    answer = person.post("/api/v1/cameras", json=body(name="又一个", external_id="NVR-1"))

    assert (answer.status_code, answer.json()["external_id"]) == (409, "NVR-1")


def test_two_editors_cannot_overwrite_each_other(kitchen: Kitchen) -> None:
    person = kitchen.client()
    person.patch(PATH, json={"name": "甲", "version": 1})

    answer = person.patch(PATH, json={"name": "乙"}, headers={"If-Match": '"1"'})

    assert answer.status_code == 412
    assert (answer.json()["expected_version"], answer.json()["found_version"]) == (1, 2)


def test_a_change_must_say_what_it_was_made_from(kitchen: Kitchen) -> None:
    person = kitchen.client()

    assert person.patch(PATH, json={"name": "甲"}).status_code == 428
    assert person.delete(PATH).status_code == 428


def test_a_deleted_camera_is_stopped_and_gone(kitchen: Kitchen) -> None:
    person = kitchen.client(Role.OPERATOR, OWN_FIRM)

    assert person.delete(PATH, headers={"If-Match": '"7"'}).status_code == 412
    assert person.delete(PATH, headers={"If-Match": '"1"'}).status_code == 204

    assert person.get(PATH).status_code == 404
    assert ("deleted", CAMERA) in kitchen.twins.control.told


def test_cameras_of_others_are_not_there(kitchen: Kitchen) -> None:
    person = kitchen.client(Role.OPERATOR, OWN_FIRM)
    kitchen.show_picture(OTHER_CAMERA)
    path = f"/api/v1/cameras/{OTHER_CAMERA}"

    assert {one["camera_id"] for one in person.get("/api/v1/cameras").json()["items"]} == {CAMERA, SECOND_CAMERA}
    assert {one["camera_id"] for one in person.get("/api/v1/cameras/status").json()["items"]} == {CAMERA, SECOND_CAMERA}
    for status in (
        person.get(path).status_code,
        person.get(f"{path}/status").status_code,
        person.get(f"{path}/still.jpg").status_code,
        person.patch(path, json={"version": 1}).status_code,
        person.delete(path, headers={"If-Match": '"1"'}).status_code,
        person.get(f"{path}/zones").status_code,
    ):
        assert status == 404


def test_a_still_tells_when_it_was_taken(kitchen: Kitchen) -> None:
    kitchen.show_picture(CAMERA, grey_picture(1280, 720))
    kitchen.twins.clock.advance(3)

    answer = kitchen.client(Role.OPERATOR, OWN_FIRM).get(f"{PATH}/still.jpg")

    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["x-frame-age-seconds"] == "3.00"
    assert answer.headers["x-captured-at"] == "2026-01-05T08:00:00+00:00"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.content[:2] == b"\xff\xd8"


def test_an_old_picture_is_a_problem_and_no_picture(kitchen: Kitchen) -> None:
    kitchen.show_picture(CAMERA)
    kitchen.twins.clock.advance(11)
    person = kitchen.client()

    answer, status = person.get(f"{PATH}/still.jpg"), person.get(f"{PATH}/status").json()

    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
    assert answer.json()["age_seconds"] == pytest.approx(11)
    assert answer.headers["retry-after"]
    assert (status["has_fresh_picture"], status["frame_age_seconds"]) == (False, pytest.approx(11))


def test_live_pictures_show_faces_and_are_not_for_viewers(kitchen: Kitchen) -> None:
    kitchen.show_picture(CAMERA)
    viewer = kitchen.client(Role.VIEWER)

    assert viewer.get(f"{PATH}/still.jpg").status_code == 403
    assert viewer.get(f"{PATH}/status").json()["has_fresh_picture"] is True


def test_a_camera_of_which_nothing_is_known_is_not_called_fine(kitchen: Kitchen) -> None:
    status = kitchen.client().get(f"{PATH}/status").json()

    assert (status["condition"], status["has_fresh_picture"], status["last_frame_at"]) == ("offline", False, None)


def test_a_status_tells_the_cause_and_no_address(kitchen: Kitchen) -> None:
    kitchen.show_picture(CAMERA)
    known = kitchen.twins.fleet.known
    detail = f"refused by rtsp://viewer:{CAMERA_PASSWORD}@192.0.2.7/"
    known[CAMERA] = replace(known[CAMERA], condition=CameraCondition.OFFLINE, cause="auth", detail=detail)

    answer = kitchen.client().get(f"{PATH}/status")

    assert (answer.json()["condition"], answer.json()["cause"]) == ("offline", "auth")
    assert CAMERA_PASSWORD not in answer.text
