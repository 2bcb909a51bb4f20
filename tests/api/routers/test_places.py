"""Before a new camera is watched a person looks at what it shows."""

import cv2
import numpy as np
import pytest
from starlette.testclient import TestClient

from api.ports import Role
from domain.frame import Pixels
from domain.geometry import Polygon
from domain.ids import CameraId, ZoneId
from domain.organisation import Camera
from domain.place_check import PlaceStanding
from domain.scope import Scope
from domain.zone import Zone, ZoneType
from tests.api.kitchen import CAMERA, OTHER_CAMERA, OWN_FIRM, SITE, Kitchen
from tests.support.pictures import ArrayPicture, grey_picture

ADDRESS = "rtsp://viewer:secret@192.0.2.9/one"
BODY = {"site_id": SITE, "name": "新摄像机", "source": {"location": ADDRESS}}


@pytest.fixture
def person(kitchen: Kitchen) -> TestClient:
    kitchen.twins.views[ADDRESS] = grey_picture(640, 360)
    return kitchen.client(Role.OPERATOR, OWN_FIRM, name="wang")


def added(person: TestClient) -> str:
    answer = person.post("/api/v1/cameras", json=BODY)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["camera_id"])


def known(kitchen: Kitchen, camera_id: str) -> Camera:
    camera = kitchen.twins.registry.get_camera(CameraId(camera_id), Scope.everything())
    assert camera is not None
    return camera


def looked(person: TestClient, camera_id: str) -> str:
    """The checksum of the picture that was shown."""
    answer = person.get(f"/api/v1/cameras/{camera_id}/first-picture.jpg")
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return str(answer.headers["etag"]).strip('"')


def judged(person: TestClient, camera_id: str, verdict: str, sha256: str, **more: str) -> tuple[int, dict[str, object]]:
    body = {"verdict": verdict, "picture_sha256": sha256, **more}
    answer = person.post(f"/api/v1/cameras/{camera_id}/place", json=body)
    return answer.status_code, answer.json()


def test_a_new_camera_is_not_watched_until_a_person_has_looked(kitchen: Kitchen, person: TestClient) -> None:
    camera_id = added(person)
    assert not known(kitchen, camera_id).is_watched
    status = person.get(f"/api/v1/cameras/{camera_id}/status").json()
    assert (status["condition"], status["cause"]) == ("unconfirmed", "unconfirmed")

    sha256 = looked(person, camera_id)
    status_code, view = judged(person, camera_id, "confirmed", sha256, note="切配间")
    assert status_code == 200
    place = view["place"]
    assert isinstance(place, dict)
    assert (place["standing"], place["by"], place["picture_sha256"]) == ("confirmed", "wang", sha256)
    camera = known(kitchen, camera_id)
    assert camera.is_watched
    assert kitchen.twins.control.told[-1] == ("saved", camera)


def test_a_forbidden_place_is_never_watched_also_when_it_is_resumed(kitchen: Kitchen, person: TestClient) -> None:
    camera_id = added(person)
    judged(person, camera_id, "forbidden", looked(person, camera_id))
    person.post(f"/api/v1/cameras/{camera_id}/pause", json={})
    person.post(f"/api/v1/cameras/{camera_id}/resume")
    assert not known(kitchen, camera_id).is_watched
    assert person.get(f"/api/v1/cameras/{camera_id}/status").json()["condition"] == "forbidden"


def test_a_picture_that_was_not_shown_to_this_account_lately_counts_for_nothing(
    kitchen: Kitchen, person: TestClient
) -> None:
    camera_id = added(person)
    sha256 = looked(kitchen.client(Role.ADMIN), camera_id)
    assert judged(person, camera_id, "confirmed", sha256)[0] == 409
    assert judged(person, camera_id, "confirmed", "0" * 64)[0] == 409
    sha256 = looked(person, camera_id)
    kitchen.twins.clock.advance(1000)
    assert judged(person, camera_id, "confirmed", sha256)[0] == 409
    assert known(kitchen, camera_id).place.standing is PlaceStanding.AWAITED


def test_a_camera_that_gives_no_picture_cannot_be_confirmed_and_its_address_is_not_told(
    kitchen: Kitchen, person: TestClient
) -> None:
    camera_id = added(person)
    kitchen.twins.views.clear()
    answer = person.get(f"/api/v1/cameras/{camera_id}/first-picture.jpg")
    assert (answer.status_code, answer.json()["cause"]) == (503, "unreachable")
    assert "192.0.2.9" not in answer.text


def test_another_address_is_another_place_and_another_name_is_not(kitchen: Kitchen, person: TestClient) -> None:
    camera_id = added(person)
    judged(person, camera_id, "confirmed", looked(person, camera_id))
    version = known(kitchen, camera_id).version
    person.patch(f"/api/v1/cameras/{camera_id}", json={"name": "改名", "version": version})
    assert known(kitchen, camera_id).is_watched
    moved = {"source": {"location": "rtsp://192.0.2.9/two"}, "version": version + 1}
    assert person.patch(f"/api/v1/cameras/{camera_id}", json=moved).status_code == 200
    assert known(kitchen, camera_id).place.standing is PlaceStanding.AWAITED


def test_a_smaller_stream_that_may_be_another_camera_is_looked_at_too(kitchen: Kitchen, person: TestClient) -> None:
    camera_id = added(person)
    judged(person, camera_id, "confirmed", looked(person, camera_id))
    change = {"analysis_location": "rtsp://192.0.2.10/sub", "version": known(kitchen, camera_id).version}
    assert person.patch(f"/api/v1/cameras/{camera_id}", json=change).status_code == 200
    assert not known(kitchen, camera_id).is_watched


def test_cameras_of_a_table_wait_too(kitchen: Kitchen, person: TestClient) -> None:
    table = f"site_id,name,location\n{SITE},表一,rtsp://192.0.2.20/a\n"
    answer = person.post(
        "/api/v1/cameras/import?dry_run=false", content=table.encode(), headers={"Content-Type": "text/csv"}
    )
    assert answer.status_code == 200, answer.text
    (camera,) = [each for each in kitchen.twins.registry.list_cameras(OWN_FIRM) if each.name == "表一"]
    assert camera.place.standing is PlaceStanding.AWAITED


def test_a_camera_that_is_watched_shows_its_newest_picture_and_private_parts_are_black(
    kitchen: Kitchen, person: TestClient
) -> None:
    kitchen.show_picture(CAMERA, ArrayPicture(np.full((360, 640, 3), 200, np.uint8)))
    half = Polygon.of([(0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0)])
    kitchen.twins.registry.add_zone(
        Zone(zone_id=ZoneId("z-1"), camera_id=CAMERA, name="更衣柜", type=ZoneType.PRIVATE, polygon=half)
    )
    content = person.get(f"/api/v1/cameras/{CAMERA}/first-picture.jpg").content
    decoded = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None
    pixels: Pixels = np.asarray(decoded, dtype=np.uint8)
    assert pixels[:, :300].max() < 20
    assert pixels[:, 340:].min() > 180


def test_nobody_looks_through_other_peoples_cameras_or_without_the_permission(
    kitchen: Kitchen, person: TestClient
) -> None:
    assert person.get(f"/api/v1/cameras/{OTHER_CAMERA}/first-picture.jpg").status_code == 404
    assert (
        kitchen.client(Role.REGULATOR, OWN_FIRM).get(f"/api/v1/cameras/{CAMERA}/first-picture.jpg").status_code == 403
    )
    assert kitchen.client(Role.VIEWER, OWN_FIRM).post(f"/api/v1/cameras/{CAMERA}/place", json={}).status_code == 403


def test_where_it_is_not_asked_for_a_new_camera_is_excused(tmp_path_factory: pytest.TempPathFactory) -> None:
    kitchen = Kitchen(tmp_path_factory.mktemp("scratch"), asks_for_places=False)
    camera_id = added(kitchen.client(Role.OPERATOR, OWN_FIRM))
    assert known(kitchen, camera_id).place.standing is PlaceStanding.EXCUSED
    assert known(kitchen, camera_id).is_watched
