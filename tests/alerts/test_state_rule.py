"""Rules about the state of a region, on a camera whose head says how it stands."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import numpy as np
import pytest

from alerts.catalogue import AvailabilityState, load_catalogue
from alerts.judgement import DoubtCause
from alerts.region_evidence import read_region, regions_content
from alerts.rules import CameraRules, Changes, RulesState, advance
from alerts.state_rule import StateRule, is_near
from domain.geometry import Box, Polygon
from domain.ids import ZoneId
from domain.region import RegionState
from domain.schedule import Schedule
from tests.alerts.kit import USABLE, camera
from tests.alerts.samples import EPOCH, sample_violation
from tests.alerts.scenes import CAMERA, Thing, make_observation

CATALOGUE = load_catalogue()
REGION_BOX = Box(0.5, 0.4, 0.6, 0.7)
TAUGHT = frozenset({"bin.uncovered"})


def region(state: str | None, *, head_id: str = "head-1", code: str = "bin.uncovered") -> RegionState:
    return RegionState(
        head_id=head_id,
        head_version=1,
        name="bin by the door",
        code=code,
        region=Polygon.of([(0.5, 0.4), (0.6, 0.4), (0.6, 0.7), (0.5, 0.7)]),
        box=REGION_BOX,
        state=state,
        is_breach=state == "open",
        confidence=0.0 if state is None else 0.9,
        network_sha256="e" * 64,
        numbers=np.array([0.6, 0.8], dtype=np.float32),
    )


def person(left: float, *, height: float = 0.4) -> Thing:
    return Thing("person", Box(left, 0.8 - height, left + 0.1, 0.8), 7)


@dataclass
class BinWatch:
    """A camera with a taught bin, looked at every two seconds."""

    rules: CameraRules = field(
        default_factory=lambda: CameraRules.of(
            camera(codes=None), [], Schedule(), CATALOGUE, USABLE, run="r1", taught_codes=TAUGHT
        )
    )
    state: RulesState = field(default_factory=RulesState)
    seconds: float = 0.0

    def see(self, regions: Sequence[RegionState], *things: Thing, seconds: float) -> Changes:
        looks: list[Changes] = []
        for _ in range(round(seconds / 2)):
            self.seconds += 2.0
            at = EPOCH + timedelta(seconds=self.seconds)
            observation = make_observation(things, at=at, clock=1000.0 + self.seconds)
            observation = replace(observation, region_states=tuple(regions))
            self.state, changes = advance(self.rules, self.state, observation)
            looks.append(changes)
        return Changes(
            confirmed=tuple(each for look in looks for each in look.confirmed),
            ended=tuple(each for look in looks for each in look.ended),
            doubts=tuple(each for look in looks for each in look.doubts),
        )


def test_a_lid_open_for_five_minutes_with_nobody_there_is_a_violation() -> None:
    watch = BinWatch()

    assert watch.see([region("open")], seconds=298).confirmed == ()
    [confirmed] = watch.see([region("open")], seconds=6).confirmed

    assert (confirmed.code, confirmed.zone_id, confirmed.zone_name) == (
        "bin.uncovered",
        ZoneId("head-1"),
        "bin by the door",
    )
    assert [(sighting.label, sighting.box) for sighting in confirmed.sightings] == [("open", REGION_BOX)]


def test_a_closed_lid_is_none() -> None:
    assert BinWatch().see([region("closed")], seconds=900) == Changes()


def test_while_somebody_stands_at_the_bin_it_may_be_open() -> None:
    watch = BinWatch()

    changes = watch.see([region("open")], person(0.55), seconds=900)

    assert changes.confirmed == ()
    assert set(changes.doubts) == {("bin.uncovered", DoubtCause.IN_USE)}


def test_who_worked_at_the_bin_for_a_while_has_five_minutes_again() -> None:
    watch = BinWatch()
    watch.see([region("open")], seconds=200)
    watch.see([region("open")], person(0.55), seconds=90)

    assert watch.see([region("open")], seconds=340).confirmed == ()
    assert watch.see([region("open")], seconds=40).confirmed != ()


def test_who_only_passes_by_does_not_begin_the_time_anew_but_nothing_is_raised_for_a_minute() -> None:
    watch = BinWatch()
    watch.see([region("open")], seconds=280)
    watch.see([region("open")], person(0.55), seconds=4)

    assert watch.see([region("open")], seconds=56).confirmed == ()
    assert len(watch.see([region("open")], seconds=10).confirmed) == 1


def test_somebody_across_the_room_does_not_count() -> None:
    assert len(BinWatch().see([region("open")], person(0.05), seconds=320).confirmed) == 1


def test_an_unknown_state_is_neither_open_nor_closed() -> None:
    watch = BinWatch()

    changes = watch.see([region(None)], seconds=900)

    assert changes.confirmed == ()
    assert set(changes.doubts) == {("bin.uncovered", DoubtCause.UNKNOWN_STATE)}


def test_an_open_violation_outlives_what_cannot_be_told_and_ends_with_the_lid() -> None:
    watch = BinWatch()
    watch.see([region("open")], seconds=320)

    assert watch.see([region(None)], seconds=200).ended == ()
    [ended] = watch.see([region("closed")], seconds=40).ended
    assert ended.code == "bin.uncovered"


def test_a_head_that_was_taken_out_of_service_ends_its_violation() -> None:
    watch = BinWatch()
    watch.see([region("open")], seconds=320)

    assert len(watch.see([], seconds=40).ended) == 1


def test_two_bins_are_two_violations() -> None:
    bins = [region("open"), region("open", head_id="head-2")]

    confirmed = BinWatch().see(bins, seconds=320).confirmed

    assert {one.zone_id for one in confirmed} == {"head-1", "head-2"}


def test_a_region_of_another_code_is_not_this_rules_business() -> None:
    assert BinWatch().see([region("open", code="guard.rodent_board")], seconds=320) == Changes()


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        (Box(0.52, 0.3, 0.58, 0.8), True),
        (Box(0.62, 0.4, 0.72, 0.8), True),
        (Box(0.72, 0.4, 0.82, 0.8), True),
        (Box(0.75, 0.4, 0.85, 0.8), False),
        (Box(0.62, 0.75, 0.66, 0.8), False),
    ],
    ids=["before it", "beside it", "within the reach", "beyond the reach", "small and far away"],
)
def test_near_is_measured_in_the_persons_own_height(box: Box, expected: bool) -> None:
    assert is_near(box, REGION_BOX, 0.6, 16 / 9) is expected


def test_codes_that_can_be_taught_are_available_where_a_head_is_live_and_say_why_not_elsewhere() -> None:
    for code in ("bin.uncovered", "guard.rodent_board"):
        elsewhere = CATALOGUE.entries[code].availability(USABLE)
        assert elsewhere.state is AvailabilityState.NOT_AVAILABLE
        assert "not detected here" in elsewhere.reason_en
        assert CATALOGUE.entries[code].availability(USABLE, {code}).state is AvailabilityState.ENABLED
    assert isinstance(CATALOGUE.rules_for(None, USABLE, {"floor.litter"})["floor.litter"], StateRule)
    assert not isinstance(CATALOGUE.rules_for(None, USABLE)["floor.litter"], StateRule)


def test_a_camera_that_names_its_codes_is_judged_by_no_other() -> None:
    assert "bin.uncovered" not in CATALOGUE.rules_for({"pest.rodent"}, USABLE, TAUGHT)


def test_the_boxes_of_such_an_alert_keep_the_numbers_and_give_them_back() -> None:
    observation = replace(make_observation([], at=EPOCH, clock=1000.0), region_states=(region("open"),))
    violation = sample_violation(code="bin.uncovered", zone_id=ZoneId("head-1"), camera_id=CAMERA)

    content = regions_content(violation, observation)
    found = read_region(json.dumps(content).encode())

    assert found is not None
    assert (found.head_id, found.head_version, found.state) == ("head-1", 1, "open")
    assert found.numbers == pytest.approx([0.6, 0.8])
    assert regions_content(sample_violation(), observation) == {}


@pytest.mark.parametrize("content", [b"", b"{}", b'{"regions": []}', b'{"regions": [{"head_id": "a"}]}', b"\xff"])
def test_boxes_of_other_alerts_teach_nothing(content: bytes) -> None:
    assert read_region(content) is None
