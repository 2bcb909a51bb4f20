"""Zones with hours: what sleeps is judged by no rule, and nothing there is said to have ended well."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.catalogue import load_catalogue
from alerts.judgement import judge
from alerts.looked_at import LookedAt
from alerts.presence import PresenceRule, SubjectKind
from alerts.replay.lines import Line, zone_part
from alerts.replay.lines import zone as zone_of
from alerts.replay.run import replayed
from alerts.replay.setting import shipped_setting
from alerts.rules import ASLEEP_NOTE, RulesState, advance
from domain.alert import AlertStep
from domain.schedule import OpenHours, Schedule
from domain.zone import Zone, ZoneType
from domain.zone_hours import Holds, ZoneHours
from tests.alerts.kit import Kit
from tests.alerts.replay.looks import Filmed, begin, camera_line
from tests.alerts.samples import EPOCH
from tests.alerts.scenes import CAMERA, Thing, Watch, box_at, make_observation, rat, rules_of, zone
from tests.alerts.test_state_rule import BinWatch, region

CATALOGUE = load_catalogue()
RULES = [entry.rule for _, entry in sorted(CATALOGUE.entries.items()) if entry.rule is not None]
MONDAY = 0  # that of EPOCH, 16:00 on the site's wall
RULE = PresenceRule(
    labels=frozenset({"rodent"}),
    minimum_seconds=1.0,
    minimum_hits=3,
    hits_window_seconds=3.0,
    grace_seconds=1.0,
    end_after_seconds=2.0,
    cool_down_seconds=60.0,
)
AWAKE = ZoneHours(hours=(OpenHours(weekday=MONDAY, start=time(15), end=time(17)),))
ASLEEP = replace(AWAKE, holds=Holds.OUTSIDE_HOURS)

BACK_DOOR = zone("后门", ZoneType.OTHER, 0.4, 0.4, 0.6, 0.6)
KITCHEN = zone("灶台", ZoneType.COOKING, 0.0, 0.0, 1.0, 1.0)
EDGES = st.lists(st.integers(0, 10), min_size=2, max_size=2, unique=True).map(sorted)
PLACES = [kind for kind in ZoneType if kind.is_place and kind is not ZoneType.IGNORED]
HOURS = st.sampled_from([None, AWAKE, ASLEEP])


def until(second: int) -> ZoneHours:
    """From the hour before the first look to so many seconds after it."""
    return ZoneHours(hours=(OpenHours(weekday=MONDAY, start=time(15), end=time(16, 0, second)),))


@st.composite
def zones(draw: st.DrawFn) -> list[Zone]:
    found = []
    for number in range(draw(st.integers(0, 5))):
        (left, right), (top, bottom) = draw(EDGES), draw(EDGES)
        kind = draw(st.sampled_from([*PLACES, ZoneType.IGNORED]))
        drawn = zone(f"{number}", kind, left / 10, top / 10, right / 10, bottom / 10)
        found.append(replace(drawn, hours=draw(HOURS)))
    return found


SPOTS = st.tuples(st.integers(1, 19), st.integers(2, 19))
CROWDS = st.lists(SPOTS, max_size=6).map(
    lambda spots: [
        Thing(label, box_at(x / 20, y / 20), number, travelled=3.0)
        for number, (x, y) in enumerate(spots, start=1)
        for label in ["rodent" if number % 2 else "person"]
    ]
)


def looked_at(drawn: Sequence[Zone]) -> LookedAt:
    return LookedAt.at(drawn, Schedule(), EPOCH)


@settings(max_examples=60)
@given(zones(), CROWDS)
def test_what_sleeps_is_judged_as_if_nothing_stood_there(drawn: list[Zone], crowd: list[Thing]) -> None:
    rule = replace(RULE, labels=frozenset({"rodent", "person"}))
    awake = [each for each in drawn if each.hours is not ASLEEP]
    resting = [each for each in drawn if each.hours is ASLEEP and each.type is not ZoneType.IGNORED]
    seen = [
        thing
        for thing in crowd
        if not any(each.contains(thing.box) for each in resting)
        or any(each.contains(thing.box) for each in awake if each.type is not ZoneType.IGNORED)
    ]
    places = looked_at(drawn)

    found = judge(rule, make_observation(crowd, at=EPOCH, clock=1.0), places.zones, places.asleep)

    assert found == judge(rule, make_observation(seen, at=EPOCH, clock=1.0), awake)


@settings(max_examples=60)
@given(rule=st.sampled_from(RULES), drawn=zones(), crowd=CROWDS)
def test_hours_of_places_add_nobody_to_those_who_are_judged(
    rule: PresenceRule, drawn: list[Zone], crowd: list[Thing]
) -> None:
    rule = replace(rule, labels=frozenset({"rodent", "person"}), with_labels=frozenset())
    places = [each for each in drawn if each.type is not ZoneType.IGNORED]
    observation = make_observation(crowd, at=EPOCH, clock=1.0)
    held = looked_at(places)

    with_hours, without = (judge(rule, observation, *each) for each in ((held.zones, held.asleep), (places,)))

    assert _tracks(*with_hours) <= _tracks(*without)


def _tracks(breaches: Sequence[object], doubts: Sequence[object]) -> set[int]:
    return {each.track.track_id for each in breaches} | {each.track_id for each in doubts}  # type: ignore[attr-defined]


@settings(max_examples=60)
@given(zones(), CROWDS)
def test_a_mask_hides_in_its_hours_only(drawn: list[Zone], crowd: list[Thing]) -> None:
    always = [replace(each, hours=None) for each in drawn if each.type is not ZoneType.IGNORED]
    masks = [each for each in drawn if each.type is ZoneType.IGNORED]
    observation = make_observation(crowd, at=EPOCH, clock=1.0)
    places = looked_at([*always, *masks])

    found = judge(RULE, observation, places.zones, places.asleep)

    holding = [replace(each, hours=None) for each in masks if each.hours is not ASLEEP]
    bare = judge(RULE, observation, [*always, *holding])
    assert [each.track for each in found[0]] == [each.track for each in bare[0]]


@settings(max_examples=40)
@given(
    starts=st.integers(0, 20),
    lasts=st.integers(1, 20),
    holds=st.sampled_from(list(Holds)),
    subject=st.sampled_from(list(SubjectKind)),
)
def test_an_alert_begins_only_while_its_zone_is_awake_and_ends_unseen_when_it_falls_asleep(
    starts: int, lasts: int, holds: Holds, subject: SubjectKind
) -> None:
    stretch = OpenHours(weekday=MONDAY, start=time(16, 0, starts), end=time(16, 0, starts + lasts))
    sometimes = replace(BACK_DOOR, hours=ZoneHours(holds=holds, hours=(stretch,)))
    rules = rules_of(sometimes, pest_rodent=replace(RULE, subject=subject))
    state, awake_since, is_open = RulesState(), None, False

    for half in range(100):
        at = EPOCH + timedelta(seconds=half / 2)
        state, changes = advance(rules, state, make_observation([rat()], at=at, clock=half / 2))
        if not sometimes.holds(Schedule(), at):
            awake_since = None
            assert changes.confirmed == ()
            assert [each.note for each in changes.ended] == [ASLEEP_NOTE] * is_open
            is_open = False
            continue
        awake_since = half / 2 if awake_since is None else awake_since
        assert changes.ended == ()
        is_open = is_open or bool(changes.confirmed)
        assert is_open is (half / 2 - awake_since >= RULE.minimum_seconds)


def test_a_zone_that_sleeps_inside_of_one_that_is_awake_hides_nothing_from_it() -> None:
    watch = Watch(rules_of(KITCHEN, replace(BACK_DOOR, hours=ASLEEP), pest_rodent=RULE))

    [alert] = watch.see(rat(), seconds=5).confirmed

    assert alert.zone_name == "灶台"


def test_a_back_door_is_judged_when_the_kitchen_around_it_sleeps() -> None:
    watch = Watch(rules_of(replace(KITCHEN, hours=ASLEEP), replace(BACK_DOOR, hours=AWAKE), pest_rodent=RULE))

    [alert] = watch.see(rat(), rat(0.9, 0.9, track_id=2), seconds=5).confirmed

    assert alert.zone_name == "后门"


def test_a_taught_bin_sleeps_with_the_zone_that_holds_it() -> None:
    bin_zone = replace(zone("桶", ZoneType.OTHER, 0.5, 0.4, 0.6, 0.7), hours=until(10))
    watch = BinWatch()
    watch.rules = replace(watch.rules, zones=(bin_zone,))
    rule = replace(watch.rules.rules["bin.uncovered"], minimum_seconds=4.0)
    watch.rules = replace(watch.rules, rules={"bin.uncovered": rule})

    assert len(watch.see([region("open")], seconds=8).confirmed) == 1
    changes = watch.see([region("open")], seconds=60)

    assert (changes.confirmed, [each.note for each in changes.ended]) == ((), [ASLEEP_NOTE])


def test_a_building_site_that_is_not_looked_at_is_still_none_of_food_law() -> None:
    rule = replace(RULE, excluded_zone_types=frozenset({ZoneType.WORK_SITE}))
    site = replace(zone("工地", ZoneType.WORK_SITE, 0.4, 0.4, 0.6, 0.6), hours=ASLEEP)
    watch = Watch(rules_of(KITCHEN, site, pest_rodent=rule))

    assert watch.see(rat(), seconds=5).confirmed == ()


def test_a_violation_that_nobody_saw_end_is_put_on_record_as_such(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    kit.watch(zones=[replace(KITCHEN, hours=until(20))])
    alert = kit.rat_alert()
    last = alert.violation.last_seen_at
    kit.see(rat(), seconds=25)
    kit.recorder.work()

    [note] = [each.note for each in kit.journal.history(alert.alert_id) if each.step is AlertStep.ENDED]
    assert note == ASLEEP_NOTE
    seen_last = kit.only_alert().violation.last_seen_at
    assert last <= seen_last < EPOCH + timedelta(seconds=20)


@settings(max_examples=20)
@given(zones())
def test_a_log_keeps_the_hours_of_zones(drawn: list[Zone]) -> None:
    assert [zone_of(zone_part(each), CAMERA) for each in drawn] == drawn


@pytest.mark.parametrize(("hours", "raised"), [(None, 1), (AWAKE, 1), (ASLEEP, 0)], ids=["always", "awake", "asleep"])
def test_a_trial_judges_by_the_hours_of_zones_as_the_service_does(hours: ZoneHours | None, raised: int) -> None:
    lines: list[Line] = [begin(), camera_line(CAMERA, replace(KITCHEN, hours=hours))]
    lines += Filmed().see(rat(), seconds=10).lines

    assert len(replayed(lines, shipped_setting()).alerts) == raised
