from typing import Any

import pytest

from api.ports import Role
from tests.api.kitchen import CAMERA, OTHER_CAMERA, OWN_FIRM, Kitchen

PATH = f"/api/v1/cameras/{CAMERA}/zones"
SQUARE = [{"x": 0.1, "y": 0.1}, {"x": 0.9, "y": 0.1}, {"x": 0.9, "y": 0.9}, {"x": 0.1, "y": 0.9}]


def body(**changes: Any) -> dict[str, Any]:
    return {"name": "专间", "type": "special_room", "corners": SQUARE, **changes}


def test_a_zone_is_added_read_changed_and_removed_and_the_service_is_told(kitchen: Kitchen) -> None:
    person = kitchen.client(Role.OPERATOR, OWN_FIRM)

    made = person.post(PATH, json=body())
    path = made.headers["location"]
    changed = person.patch(path, json={"name": "冷菜间"}, headers={"If-Match": made.headers["etag"]})

    assert (made.status_code, changed.json()["version"]) == (201, 2)
    assert person.get(path).json() == changed.json() == person.get(PATH).json()["items"][0]
    assert person.delete(path, headers={"If-Match": '"2"'}).status_code == 204
    assert person.get(path).status_code == 404
    told = [what for verb, what in kitchen.twins.control.told if verb == "zones"]
    assert [len(zones) for _, zones in told] == [1, 1, 0]  # type: ignore[misc, has-type]


WEEK = [{"weekday": 0, "start": "22:00:00", "end": "06:00:00"}]
NIGHT = {"holds": "in_hours", "hours": WEEK}  # the clock stands on Monday, 16:00 in Shanghai


def test_hours_of_a_zone_are_kept_changed_and_taken_away_and_it_says_when_it_sleeps(kitchen: Kitchen) -> None:
    person = kitchen.client(Role.OPERATOR, OWN_FIRM)

    made = person.post(PATH, json=body(type="storage", hours=NIGHT))
    path = made.headers["location"]
    renamed = person.patch(path, json={"name": "后门", "version": 1})
    outside = person.patch(path, json={"hours": NIGHT | {"holds": "outside_hours"}, "version": 2})
    site_closed = person.patch(path, json={"hours": {"holds": "outside_hours"}, "version": 3})
    listed = person.get(PATH).json()["items"]
    always = person.patch(path, json={"hours": None, "version": 4})

    answers = [each.json() for each in (made, renamed, outside, site_closed, always)]
    assert [each["hours"] for each in answers] == [
        NIGHT,
        NIGHT,
        {"holds": "outside_hours", "hours": WEEK},
        {"holds": "outside_hours", "hours": []},
        None,
    ]
    assert [each["is_asleep"] for each in answers] == [True, True, False, True, False]
    assert [each["is_asleep"] for each in listed] == [True]


@pytest.mark.parametrize(
    "changes",
    [
        {"hours": NIGHT, "type": "private"},
        {"hours": NIGHT, "type": "screen"},
        {"hours": {"holds": "sometimes"}},
        {"hours": {"holds": "in_hours", "hours": [{"weekday": 7, "start": "09:00", "end": "10:00"}]}},
        {"hours": {"holds": "in_hours", "hours": [{"weekday": 1, "start": "09:00Z", "end": "10:00"}]}},
        {"hours": {"holds": "in_hours", "week": WEEK}},
    ],
    ids=["private", "screen", "no_such_side", "no_such_day", "with_a_time_zone", "no_such_field"],
)
def test_hours_that_are_none_are_refused_by_name(kitchen: Kitchen, changes: dict[str, Any]) -> None:
    answer = kitchen.client().post(PATH, json=body(**changes))

    assert answer.status_code == 422
    assert answer.json()["fields"][0]["field"].startswith("body.hours")


def test_a_zone_with_hours_does_not_become_a_part_that_nobody_may_see(kitchen: Kitchen) -> None:
    person = kitchen.client()
    path = person.post(PATH, json=body(hours=NIGHT)).headers["location"]

    refused = person.patch(path, json={"type": "private", "version": 1})
    taken = person.patch(path, json={"type": "private", "hours": None, "version": 1})

    assert (refused.status_code, refused.json()["fields"][0]["field"]) == (422, "body.hours")
    assert (taken.status_code, taken.json()["is_asleep"]) == (200, False)


@pytest.mark.parametrize(
    "corners",
    [
        SQUARE[:2],
        [{"x": 0, "y": 0}, {"x": 0.5, "y": 0.5}, {"x": 1, "y": 1}],
        [SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3]],
        [*SQUARE[:3], {"x": 1.2, "y": 0.5}],
        [*SQUARE[:3], {"x": -0.1, "y": 0.5}],
        [*SQUARE[:3], {"x": "a", "y": 0.5}],
    ],
    ids=["two_corners", "on_one_line", "crosses_itself", "beyond_the_picture", "before_the_picture", "no_number"],
)
def test_a_shape_that_is_no_zone_is_refused(kitchen: Kitchen, corners: list[object]) -> None:
    answer = kitchen.client().post(PATH, json=body(corners=corners))

    assert answer.status_code == 422
    assert answer.json()["fields"][0]["field"].startswith("body.corners")


def test_two_editors_of_a_zone_cannot_overwrite_each_other(kitchen: Kitchen) -> None:
    person = kitchen.client()
    path = person.post(PATH, json=body()).headers["location"]
    assert person.patch(path, json={"name": "甲", "version": 1}).status_code == 200

    assert person.patch(path, json={"name": "乙", "version": 1}).status_code == 412
    assert person.delete(path, headers={"If-Match": '"1"'}).status_code == 412
    assert person.get(path).json()["name"] == "甲"


def test_two_zones_of_a_camera_cannot_have_one_name(kitchen: Kitchen) -> None:
    person = kitchen.client()
    person.post(PATH, json=body())

    assert person.post(PATH, json=body()).status_code == 409


def test_zones_of_others_are_not_there(kitchen: Kitchen) -> None:
    path = kitchen.client().post(f"/api/v1/cameras/{OTHER_CAMERA}/zones", json=body()).headers["location"]
    person = kitchen.client(Role.OPERATOR, OWN_FIRM)

    assert person.get(path).status_code == 404
    assert person.patch(path, json={"version": 1}).status_code == 404
    assert person.delete(path, headers={"If-Match": '"1"'}).status_code == 404
