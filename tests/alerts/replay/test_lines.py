"""The lines of a detection log: what is written is read as it was, and what is wrong is named by its place."""

import json
from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from alerts.replay.lines import (
    CameraLine,
    ForgottenLine,
    GapLine,
    Line,
    LogLineError,
    LookLine,
    look_line,
    observation,
    read,
    schedule,
    schedule_part,
    schema,
    written,
    zone,
    zone_part,
)
from domain.attire import Attire, Wearing
from domain.detection import Observation
from domain.geometry import Polygon
from domain.region import RegionState
from domain.schedule import DailyHours, OpenHours, Schedule, SpecialDay
from domain.zone import ZoneType
from tests.alerts.replay.looks import begin, camera_line
from tests.alerts.samples import EPOCH
from tests.alerts.scenes import CAMERA, Thing, make_observation, rat
from tests.alerts.scenes import zone as make_zone
from tests.domain.shapes import boxes

SCORES = st.floats(0.0, 1.0)
ATTIRE = st.builds(
    Attire, attribute=st.sampled_from(["headwear", "mask"]), state=st.sampled_from(Wearing), confidence=SCORES,
    judged_at_clock=st.floats(0, 1e6),
)  # fmt: skip
THINGS = st.builds(
    Thing, label=st.sampled_from(["rodent", "person"]), box=boxes(), track_id=st.integers(1, 99), confidence=SCORES,
    is_confirmed=st.booleans(), is_visible=st.booleans(), travelled=st.floats(0, 50), attire=st.tuples(ATTIRE),
)  # fmt: skip
REGION = RegionState(
    head_id="head-1",
    head_version=2,
    name="桶",
    code="bin.uncovered",
    region=Polygon.of([(0.5, 0.4), (0.6, 0.4), (0.6, 0.7)]),
    box=rat().box,
    state="open",
    is_breach=True,
    confidence=0.9,
    network_sha256="e" * 64,
)


@settings(max_examples=60)
@given(things=st.lists(THINGS, max_size=4), clock=st.floats(0.0, 1e7), has_region=st.booleans())
def test_a_look_is_read_exactly_as_it_was_judged(things: list[Thing], clock: float, *, has_region: bool) -> None:
    seen = make_observation(things, at=EPOCH + timedelta(seconds=0.123456), clock=clock)
    seen = replace(seen, region_states=(REGION,) if has_region else ())

    line = read(written(look_line(seen)), "log:1")

    assert isinstance(line, LookLine)
    assert observation(line, begin()) == seen


def test_a_camera_is_read_with_its_zones_and_hours() -> None:
    hours = Schedule(
        timezone="Asia/Urumqi",
        hours=(OpenHours(weekday=6, start=time(10), end=time(2)),),
        closed_days=frozenset({date(2026, 10, 1)}),
        special_days=(SpecialDay(day=date(2026, 10, 2), hours=(DailyHours(start=time(11), end=time(14)),)),),
    )
    room = make_zone("专间", ZoneType.SPECIAL_ROOM, 0.0, 0.4, 0.5, 1.0)

    line = read(written(camera_line(CAMERA, room, schedule=hours)), "log:2")

    assert isinstance(line, CameraLine)
    assert schedule(line.schedule) == hours
    assert [zone(part, CAMERA) for part in line.zones] == [room]
    assert zone_part(room).corners[0] == (0.0, 0.4)
    assert schedule(schedule_part(Schedule())) == Schedule()


def test_a_log_holds_no_pixel_and_no_number_of_a_head() -> None:
    seen: Observation = replace(make_observation([rat()], at=EPOCH, clock=1.0), region_states=(REGION,))

    assert "numbers" not in written(look_line(seen))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "log:7: expected"),
        ("{", "log:7: expected"),
        ("[]", "log:7"),
        ('{"line":"picture"}', "log:7: expected"),
        ('{"line":"gap","looks":0}', "log:7 gap.looks: expected"),
        ('{"line":"look","camera_id":"a"}', "log:7 look.sequence: expected Field required"),
        ('{"line":"log","version":2,"run":"r"}', "log:7 log.version: expected Input should be 1, found 2"),
    ],
)
def test_a_line_that_is_none_is_named_by_file_line_and_field(text: str, expected: str) -> None:
    with pytest.raises(LogLineError) as caught:
        read(text, "log:7")

    assert str(caught.value).startswith(expected)


def test_fields_of_a_later_version_1_are_ignored() -> None:
    text = written(GapLine(looks=3)).replace("{", '{"why":"slow disk",', 1)

    assert read(text, "log:1") == GapLine(looks=3)


@pytest.mark.parametrize(
    "line",
    [
        begin(),
        camera_line(CAMERA, make_zone("a", ZoneType.COOKING, 0, 0, 1, 1)),
        look_line(replace(make_observation([rat()], at=EPOCH, clock=1.0), region_states=(REGION,))),
        ForgottenLine(camera_id="a"),
        GapLine(looks=1),
    ],
    ids=lambda line: line.line,
)
def test_every_kind_of_line_is_as_the_published_schema_says(line: Line) -> None:
    Draft202012Validator.check_schema(schema())

    assert list(Draft202012Validator(schema()).iter_errors(json.loads(written(line)))) == []
