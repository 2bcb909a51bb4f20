"""What may be tried on a replay: each value is read as in the catalogue, and what is wrong is named by its place."""

import re
from pathlib import Path

import pytest

from alerts.catalogue import load_catalogue
from alerts.errors import CatalogueError
from alerts.presence import PresenceRule
from alerts.replay.tuning import NOTHING_TUNED, Tuning, read_settings, read_tuning
from domain.ids import CameraId
from domain.zone import ZoneType
from domain.zone_hours import Holds
from tests.support.checkout import REPOSITORY

CATALOGUE = load_catalogue()
LAYER = """
codes:
  - {code: pest.rodent, minimum_seconds: 2, minimum_hits: 4, zone_types: [storage]}
  - {code: bin.uncovered, unattended_seconds: 30}
thresholds: {rodent: 0.6}
zones:
  - {name: 专间, type: special_room, polygon: [[0, 0], [0.5, 0], [0.5, 1], [0, 1]]}
  - {camera: cellar, name: 库房, type: storage, polygon: [[0, 0], [1, 0], [1, 1]]}
"""
PART = "name: a, type: other, polygon: [[0, 0], [1, 0], [1, 1]]"


def layer(folder: Path, text: str) -> Tuning:
    (folder / "layer.yaml").write_text(text, "utf-8")
    return read_tuning(folder / "layer.yaml", CATALOGUE)


def rule(tuning: Tuning, code: str) -> PresenceRule:
    entry = tuning.tuned(CATALOGUE).entries[code]
    found = entry.rule or entry.taught_rule
    assert found is not None
    return found


def test_a_layer_sets_what_it_names_and_leaves_the_rest(tmp_path: Path) -> None:
    tuning = layer(tmp_path, LAYER)

    changed = rule(tuning, "pest.rodent")
    assert (changed.minimum_seconds, changed.minimum_hits) == (2.0, 4)
    assert changed.zone_types == frozenset({ZoneType.STORAGE})
    assert changed.cool_down_seconds == rule(NOTHING_TUNED, "pest.rodent").cool_down_seconds
    assert getattr(rule(tuning, "bin.uncovered"), "unattended_seconds") == 30.0  # noqa: B009 - of the kind "state"
    assert rule(tuning, "animal.pet") == rule(NOTHING_TUNED, "animal.pet")
    assert tuning.thresholds == {"rodent": 0.6}


def test_a_zone_may_have_hours(tmp_path: Path) -> None:
    week = "[{weekday: 0, hours: [22:00-06:00, 12:00-13:00]}, {weekday: 6, hours: [09:00-10:00]}]"
    tuning = layer(tmp_path, f"zones: [{{{PART}, hours: {{holds: outside_hours, week: {week}}}}}]")

    [zone] = tuning.zones_of(CameraId("id-1"), "cellar") or ()
    assert zone.hours is not None
    assert zone.hours.holds is Holds.OUTSIDE_HOURS
    assert [(each.weekday, each.start.hour, each.end.hour) for each in zone.hours.hours] == [
        (0, 22, 6),
        (0, 12, 13),
        (6, 9, 10),
    ]


def test_a_camera_gets_the_zones_named_for_it_else_those_of_all(tmp_path: Path) -> None:
    tuning = layer(tmp_path, LAYER)

    assert [zone.name for zone in tuning.zones_of(CameraId("id-1"), "cellar") or ()] == ["库房"]
    assert [zone.name for zone in tuning.zones_of(CameraId("id-2"), "kitchen") or ()] == ["专间"]
    assert NOTHING_TUNED.zones_of(CameraId("id-1"), "cellar") is None


def test_the_command_line_wins_over_the_layer(tmp_path: Path) -> None:
    words = ["pest.rodent.minimum_seconds=5", "animal.pet.hours=['22:00-06:00']"]
    tuning = layer(tmp_path, LAYER).plus(read_settings(words, ["rodent=0.7"], CATALOGUE))

    assert (rule(tuning, "pest.rodent").minimum_seconds, rule(tuning, "pest.rodent").minimum_hits) == (5.0, 4)
    assert [str(each) for each in rule(tuning, "animal.pet").hours] == ["22:00-06:00"]
    assert tuning.thresholds == {"rodent": 0.7}
    assert len(tuning.zones) == 2
    assert not tuning.is_empty


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("codes: [{code: pest.dragon}]", "layer.yaml:1:16 codes[0].code: expected a code of the catalogue"),
        ("codes: [{code: eat.person, minimum_seconds: 2}]", "expected a code with a rule over pictures"),
        ("codes: [{code: camera.offline, minimum_seconds: 2}]", "expected a code with a rule over pictures"),
        ("codes: [{code: pest.rodent, minimum_seconds: soon}]", "minimum_seconds: expected a number, found 'soon'"),
        ("codes: [{code: pest.rodent, minimum_second: 2}]", "expected one of the fields code, "),
        ("codes: [{code: pest.rodent, near_heights: 2}]", "expected a field of the rule of pest.rodent: "),
        ("codes: [{code: pest.rodent, labels: []}]", "expected a presence rule needs at least one label"),
        ("codes: [{code: pest.rodent}, {code: pest.rodent}]", "expected each code once"),
        ("thresholds: {rodent: 2}", "thresholds.rodent: expected a number in [0, 1], found '2'"),
        ("thresholds: [0.5]", "thresholds: expected a mapping"),
        ("zones: [{name: a, type: attic, polygon: []}]", "expected a polygon needs at least 3 corners"),
        ("zones: [{name: a, type: attic, polygon: [[0, 0], [1, 0], [1, 1]]}]", "zones[0].type: expected one of"),
        ("zones: [{name: a, type: other, polygon: [[0, 0, 1], [1, 0], [1, 1]]}]", "expected corners [x, y]"),
        (
            f"zones: [{{{PART}, hours: {{holds: never}}}}]",
            "zones[0].hours.holds: expected one of in_hours, outside_hours",
        ),
        (
            f"zones: [{{{PART}, hours: {{holds: in_hours, week: []}}}}]",
            "zones[0].hours.week: expected at least one day",
        ),
        (
            f"zones: [{{{PART}, hours: {{holds: in_hours, week: [{{weekday: 7, hours: []}}]}}}}]",
            "expected 0 (Monday) to 6",
        ),
        ("zones: [{name: a, type: screen, polygon: [[0, 0], [1, 0], [1, 1]], hours: {}}]", "expected no hours"),
        ("rules: []", "expected one of the fields codes, thresholds, zones"),
    ],
)
def test_what_is_wrong_is_named_by_its_place(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        layer(tmp_path, text)

    assert expected in str(caught.value)


@pytest.mark.parametrize(
    ("assignments", "thresholds", "expected"),
    [
        (["pest.rodent"], [], "expected CODE.FIELD=VALUE"),
        (["=2"], [], "expected CODE.FIELD=VALUE"),
        ([], ["rodent"], "expected LABEL=CONFIDENCE"),
        (["pest.rodent.minimum_seconds=-1"], [], "minimum_seconds: expected a number of at least 0, found '-1'"),
        ([], ["rodent=much"], "thresholds.rodent: expected a number"),
    ],
)
def test_what_is_wrong_on_the_command_line_is_named(
    assignments: list[str], thresholds: list[str], expected: str
) -> None:
    with pytest.raises(CatalogueError) as caught:
        read_settings(assignments, thresholds, CATALOGUE)

    assert expected in str(caught.value)


def test_the_example_of_the_page_about_tuning_is_right(tmp_path: Path) -> None:
    page = (REPOSITORY / "docs" / "how-to" / "tune-a-rule.md").read_text("utf-8")
    (example,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)

    tuning = layer(tmp_path, example)

    assert rule(tuning, "pest.rodent").cool_down_seconds == 600.0
    assert [each.camera for each in tuning.zones] == [None, "后厨 2", "后厨 2"]
