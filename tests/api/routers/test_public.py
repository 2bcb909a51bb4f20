"""The public page: nothing of anybody while it is off, and only what is meant while it is on."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from starlette.testclient import TestClient

from alerts.testing import FixedFaces
from api.ports import Role
from credit.ledger import SupervisionKind
from domain.geometry import Box
from domain.place_check import PlaceCheck, PlaceStanding
from domain.scope import Scope
from tests.api.kitchen import CAMERA, FIRM, ONE_SITE, OTHER_CAMERA, OTHER_FIRM, OWN_FIRM, SECOND_CAMERA, SITE, Kitchen
from tests.credit.entries import case, lead
from tests.support.pictures import ArrayPicture

PAGE = "/api/v1/public/enterprises"
PICTURE = f"/api/v1/public/pictures/{CAMERA}.jpg"
CONSENT = f"/api/v1/enterprises/{FIRM}/public-consent"
EVERYTHING = Scope.everything()

Made = Callable[..., Kitchen]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    def make(public_page: str = "pictures", **settings: Any) -> Kitchen:
        kitchen = Kitchen(tmp_path, public_page=public_page, still_fresh_seconds=600.0, **settings)
        kitchen.twins.people = FixedFaces((Box(0.25, 0.25, 0.75, 0.75),))
        kitchen.reopened()
        return kitchen

    return make


def consent(kitchen: Kitchen, extent: str = "pictures", path: str = CONSENT) -> None:
    answer = kitchen.client(Role.OPERATOR, name="chef").post(path, json={"extent": extent, "reason": "店长决定"})
    assert answer.status_code == 201, answer.text


def seen(kitchen: Kitchen) -> None:
    """A camera whose place a person has looked at, with a picture of which every pixel differs from the next."""
    camera = kitchen.twins.registry.get_camera(CAMERA, EVERYTHING)
    assert camera is not None
    place = PlaceCheck(standing=PlaceStanding.CONFIRMED, by="li", at=kitchen.twins.clock.now(), picture_sha256="0" * 64)
    kitchen.twins.registry.update_camera(replace(camera, place=place), camera.version)
    noise = np.random.default_rng(1).integers(0, 256, (360, 640, 3), dtype=np.uint8)
    kitchen.show_picture(CAMERA, ArrayPicture(noise))


def judged(kitchen: Kitchen) -> None:
    """Yesterday's facts: two confirmed findings, one of them disputed, a lead that nobody judged, one overturned."""
    at = kitchen.twins.clock.now()
    when: dict[str, Any] = {"day": at.date(), "at": at, "site_id": SITE}
    kitchen.twins.ledgers.append(
        [lead(1, **when), lead(2, **when), lead(3, **when), lead(4, **when)],
        [
            case(1, **when),
            case(2, **when),
            case(2, SupervisionKind.DISPUTED, sequence=3, **when),
            case(3, **when),
            case(3, SupervisionKind.RECTIFIED, sequence=3, **when),
            case(3, SupervisionKind.VERIFIED, sequence=4, **when),
            case(3, SupervisionKind.OVERTURNED, sequence=5, **when),
        ],
    )
    kitchen.twins.clock.advance(86_400.0)


@pytest.mark.parametrize("path", [PAGE, PICTURE])
def test_while_it_is_off_strangers_are_told_nothing_whatever_was_consented_to(made: Made, path: str) -> None:
    kitchen = made("none")
    seen(kitchen)
    consent(kitchen)

    answer = kitchen.stranger().get(path)

    assert answer.status_code == 401
    assert answer.json()["type"] == kitchen.stranger().get("/api/v1/no-such-thing").json()["type"]
    assert kitchen.client(Role.ADMIN).get(path).status_code == 404


def test_it_is_off_by_default(kitchen: Kitchen) -> None:
    assert kitchen.twins.settings.public_page == "none"


def test_without_a_consent_there_is_nothing_to_see_of_an_enterprise(made: Made) -> None:
    kitchen = made()
    seen(kitchen)

    assert kitchen.stranger().get(PAGE).json()["items"] == []
    assert kitchen.stranger().get(PICTURE).status_code == 404


def test_only_what_is_meant_is_shown_and_leads_are_not_counted(made: Made) -> None:
    kitchen = made()
    judged(kitchen)
    seen(kitchen)
    consent(kitchen)

    answer = kitchen.stranger().get(PAGE)

    [firm] = answer.json()["items"]
    assert firm == {
        "name": "示例餐饮有限公司",
        "cameras_seen": 1,
        "cameras_unknown": 1,
        "day_from": "2025-12-07",
        "day_to": "2026-01-05",
        "confirmed": 1,
        "verified": 0,
        "pictures": [{"name": "粗加工间", "path": PICTURE}],
    }
    for word in ("另一家", "index", "colour", "alert", "user", "site", "credit_code", "chef", "店长"):
        assert word not in answer.text, word


def test_it_sets_no_cookie_and_says_how_long_it_may_be_kept(made: Made) -> None:
    kitchen = made()
    seen(kitchen)
    consent(kitchen)
    stranger = kitchen.stranger()

    for path in (PAGE, PICTURE):
        answer = stranger.get(path)
        assert answer.status_code == 200
        assert "set-cookie" not in answer.headers
        assert answer.headers["cache-control"] == "public, max-age=60"
    assert not stranger.cookies


def _roughness(part: NDArray[np.float64]) -> float:
    return float(np.abs(np.diff(part, axis=1)).mean())


def test_no_pixel_of_a_person_is_left_in_a_picture(made: Made) -> None:
    kitchen = made()
    seen(kitchen)
    consent(kitchen)

    content = kitchen.stranger().get(PICTURE).content

    shown = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    assert shown is not None
    height, width = shown.shape[:2]
    person = shown[height * 3 // 10 : height * 7 // 10, width * 3 // 10 : width * 7 // 10].astype(float)
    around = shown[: height // 8].astype(float)
    assert _roughness(person) < _roughness(around) / 4


@pytest.mark.parametrize("people", [None, FixedFaces(error=RuntimeError("the network is gone"))])
def test_without_a_mask_there_is_no_picture(made: Made, people: FixedFaces | None) -> None:
    kitchen = made()
    kitchen.twins.people = people
    kitchen.reopened()
    seen(kitchen)
    consent(kitchen)

    assert kitchen.stranger().get(PICTURE).status_code == 404


def test_a_camera_that_nobody_has_looked_through_before_is_not_shown(made: Made) -> None:
    kitchen = made()
    kitchen.show_picture(CAMERA)
    consent(kitchen)

    assert kitchen.stranger().get(PAGE).json()["items"][0]["pictures"] == []
    assert kitchen.stranger().get(PICTURE).status_code == 404


def test_an_old_picture_is_unknown_and_not_shown(made: Made) -> None:
    kitchen = made()
    seen(kitchen)
    consent(kitchen)
    kitchen.twins.clock.advance(700)

    [firm] = kitchen.stranger().get(PAGE).json()["items"]

    assert (firm["cameras_seen"], firm["cameras_unknown"], firm["pictures"]) == (0, 2, [])
    assert kitchen.stranger().get(PICTURE).status_code == 404


@pytest.mark.parametrize(("setting", "extent"), [("figures", "pictures"), ("pictures", "figures")])
def test_neither_the_owner_nor_the_enterprise_alone_shows_pictures(made: Made, setting: str, extent: str) -> None:
    kitchen = made(setting)
    seen(kitchen)
    consent(kitchen, extent)

    [firm] = kitchen.stranger().get(PAGE).json()["items"]

    assert firm["pictures"] == []
    assert kitchen.stranger().get(PICTURE).status_code == 404


def test_a_consent_that_is_taken_back_ends_it_at_once_and_stays_known(made: Made) -> None:
    kitchen = made()
    seen(kitchen)
    consent(kitchen)
    assert kitchen.stranger().get(PICTURE).status_code == 200
    consent(kitchen, "none")

    assert kitchen.stranger().get(PAGE).json()["items"] == []
    assert kitchen.stranger().get(PICTURE).status_code == 404
    history = kitchen.client(Role.OPERATOR, OWN_FIRM).get(CONSENT).json()
    assert [each["extent"] for each in history["items"]] == ["none", "pictures"]
    assert history["shown"] == "none"


def test_only_the_enterprise_consents_and_only_for_itself(made: Made) -> None:
    kitchen = made()
    body = {"extent": "figures", "reason": "店长决定"}

    assert kitchen.client(Role.REGULATOR).post(CONSENT, json=body).status_code == 403
    assert kitchen.client(Role.VIEWER, OWN_FIRM).post(CONSENT, json=body).status_code == 403
    assert kitchen.client(Role.OPERATOR, ONE_SITE).post(CONSENT, json=body).status_code == 404
    other = kitchen.client(Role.OPERATOR, Scope(enterprise_ids=frozenset({OTHER_FIRM})))
    assert other.post(CONSENT, json=body).status_code == 404
    unsaid = {"extent": "figures", "reason": ""}
    assert kitchen.client(Role.OPERATOR, OWN_FIRM).post(CONSENT, json=unsaid).status_code == 422
    assert kitchen.stranger().get(PAGE).json()["items"] == []


def test_whoever_asks_too_often_waits_and_others_do_not(made: Made) -> None:
    kitchen = made(public_per_minute=60.0)
    stranger = kitchen.stranger()
    statuses = [stranger.get(PAGE).status_code for _ in range(31)]
    other = TestClient(kitchen.app, base_url="http://kitchen.test", client=("192.0.2.9", 1))

    assert statuses == [200] * 30 + [429]
    assert int(stranger.get(PAGE).headers["retry-after"]) >= 1
    assert other.get(PAGE).status_code == 200
    kitchen.twins.clock.advance(1.5)
    assert stranger.get(PAGE).status_code == 200


def test_lists_are_paged(made: Made) -> None:
    kitchen = made()
    consent(kitchen, "figures")
    consent(kitchen, "figures", f"/api/v1/enterprises/{OTHER_FIRM}/public-consent")
    stranger = kitchen.stranger()

    first = stranger.get(f"{PAGE}?limit=1").json()

    assert [each["name"] for each in first["items"] + stranger.get(first["next"]).json()["items"]] == [
        "示例餐饮有限公司",
        "另一家示例公司",
    ]


def test_other_cameras_of_other_enterprises_stay_unseen(made: Made) -> None:
    kitchen = made()
    consent(kitchen)
    for camera in (OTHER_CAMERA, SECOND_CAMERA, "no-such-camera"):
        assert kitchen.stranger().get(f"/api/v1/public/pictures/{camera}.jpg").status_code == 404


@pytest.mark.parametrize("role", [Role.ADMIN, Role.REGULATOR])
def test_nobody_but_the_enterprise_makes_it_public(made: Made, role: Role) -> None:
    kitchen = made()
    seen(kitchen)

    answer = kitchen.client(role).post(CONSENT, json={"extent": "pictures", "reason": "我替企业决定"})

    assert answer.status_code == 403
    assert kitchen.stranger().get(PAGE).json()["items"] == []


def test_an_administrator_may_take_a_consent_back(made: Made) -> None:
    kitchen = made()
    seen(kitchen)
    consent(kitchen)

    answer = kitchen.client(Role.ADMIN).post(CONSENT, json={"extent": "none", "reason": "企业来电要求"})

    assert answer.status_code == 201
    assert kitchen.stranger().get(PAGE).json()["items"] == []
