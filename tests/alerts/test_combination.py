"""Count and combination: a fire with nobody near it, and so many things at once."""

from dataclasses import replace

import pytest

from alerts.catalogue import AvailabilityState, load_catalogue
from alerts.combination import CombinationRule, judge_combination
from alerts.judgement import DoubtCause
from alerts.presence import SubjectKind
from domain.detection import Detection
from domain.geometry import Box
from domain.zone import ZoneType
from tests.alerts.samples import EPOCH
from tests.alerts.scenes import Thing, Watch, box_at, make_observation, rules_of, zone

CATALOGUE = load_catalogue()
STOVES = zone("灶台", ZoneType.COOKING, 0.0, 0.0, 1.0, 1.0)
FLAME = Thing("fire", Box(0.45, 0.5, 0.5, 0.6), 1)
CODE = "fire.unattended"


def shipped() -> CombinationRule:
    rule = CATALOGUE.entries[CODE].rule
    assert isinstance(rule, CombinationRule)
    return rule


RULE = shipped()


def cook(left: float = 0.52, **changes: object) -> Thing:
    """Somebody a quarter of the picture tall."""
    return replace(Thing("person", Box(left, 0.45, left + 0.08, 0.7), 2), **changes)  # type: ignore[arg-type]


def stove(rule: CombinationRule = RULE) -> Watch:
    return Watch(rules_of(STOVES, fire_unattended=rule), fps=1.0)


def test_a_fire_that_nobody_is_near_for_its_three_minutes_is_one_alert() -> None:
    watch = stove()

    assert watch.see(FLAME, seconds=180).confirmed == ()
    (confirmed,) = watch.see(FLAME, seconds=60).confirmed

    assert (confirmed.code, confirmed.zone_name) == (CODE, "灶台")
    assert confirmed.sightings[0].label == "fire"


def test_while_somebody_stands_at_it_a_fire_may_burn_all_day() -> None:
    changes = stove().see(FLAME, cook(), seconds=1200)

    assert (changes.confirmed, changes.doubts) == ((), ())


def test_who_comes_back_ends_it_and_who_comes_in_time_begins_the_time_anew() -> None:
    watch = stove()
    watch.see(FLAME, seconds=200)
    assert len(watch.see(FLAME, cook(), seconds=60).ended) == 1

    watch = stove()
    watch.see(FLAME, seconds=150)
    watch.see(FLAME, cook(), seconds=30)
    assert watch.see(FLAME, seconds=150).confirmed == ()
    assert len(watch.see(FLAME, seconds=60).confirmed) == 1


def test_a_glance_that_is_shorter_than_the_grace_leaves_the_time_as_it_is() -> None:
    watch = stove()
    watch.see(FLAME, seconds=150)
    watch.see(FLAME, cook(), seconds=5)
    assert len(watch.see(FLAME, seconds=40).confirmed) == 1


def test_somebody_across_the_room_attends_no_fire() -> None:
    assert len(stove().see(FLAME, cook(0.9), seconds=240).confirmed) == 1


@pytest.mark.parametrize(
    "somebody",
    [cook(is_confirmed=False), cook(is_visible=False), cook(confidence=0.05, is_confirmed=False)],
    ids=["a track that is not confirmed", "one that is not seen now", "a faint one"],
)
def test_who_may_be_there_keeps_it_from_being_judged(somebody: Thing) -> None:
    changes = stove().see(FLAME, somebody, seconds=400)

    assert changes.confirmed == ()
    assert set(changes.doubts) == {(CODE, DoubtCause.PERHAPS_ATTENDED)}


def test_a_box_without_a_track_may_be_somebody_too() -> None:
    seen = make_observation([FLAME], at=EPOCH, clock=1.0)
    faint = Detection(label="person", confidence=0.2, box=cook().box)

    breaches, doubts = judge_combination(RULE, replace(seen, detections=(*seen.detections, faint)), [STOVES])

    assert (breaches, [each.cause for each in doubts]) == ((), [DoubtCause.PERHAPS_ATTENDED])


def test_doubt_does_not_end_an_open_one() -> None:
    watch = stove()
    watch.see(FLAME, seconds=240)
    assert watch.see(FLAME, cook(is_visible=False), seconds=300).ended == ()


def test_a_fire_that_is_no_stove_s_is_not_this_rule_s_business() -> None:
    washing = zone("洗消", ZoneType.WASHING, 0.0, 0.0, 1.0, 1.0)

    assert Watch(rules_of(washing, fire_unattended=RULE), fps=1.0).see(FLAME, seconds=400).confirmed == ()


def test_without_a_network_that_knows_persons_nobody_can_be_said_to_be_away() -> None:
    entry = CATALOGUE.entries[CODE]

    assert entry.availability({"fire", "person"}).state is AvailabilityState.ENABLED
    missing = entry.availability({"fire"})
    assert missing.state is AvailabilityState.NOT_AVAILABLE
    assert "person" in missing.reason_en


# So many at once ------------------------------------------------------------------------------------------------

CROWD = CombinationRule(
    labels=frozenset({"cockroach"}),
    minimum_count=3,
    minimum_seconds=2,
    minimum_hits=2,
    hits_window_seconds=5,
    grace_seconds=1,
    end_after_seconds=3,
    cool_down_seconds=0,
    subject=SubjectKind.ZONE,
    veto_labels=frozenset({"cat"}),
)


def roach(number: int, x: float) -> Thing:
    return Thing("cockroach", box_at(x, 0.5, 0.02, 0.02), number)


def crowd(*things: Thing, zones: tuple[object, ...] = ()) -> int:
    rules = rules_of(*zones, pest_insect=CROWD)  # type: ignore[arg-type]
    return len(Watch(rules).see(*things, seconds=6).confirmed)


def test_three_at_once_are_enough_and_two_are_not() -> None:
    three = [roach(n, 0.2 * n) for n in (1, 2, 3)]

    assert (crowd(*three), crowd(*three[:2])) == (1, 0)


def test_two_here_and_one_there_are_not_three_in_one_place() -> None:
    halves = (zone("a", ZoneType.WASHING, 0, 0, 0.5, 1), zone("b", ZoneType.STORAGE, 0.5, 0, 1, 1))

    assert crowd(roach(1, 0.2), roach(2, 0.3), roach(3, 0.8), zones=halves) == 0
    assert crowd(roach(1, 0.2), roach(2, 0.3), roach(3, 0.4), zones=halves) == 1


def test_a_third_one_that_cannot_be_judged_leaves_all_three_in_doubt() -> None:
    cat = Thing("cat", roach(3, 0.6).box, 9)
    rules = rules_of(pest_insect=CROWD)

    changes = Watch(rules).see(roach(1, 0.2), roach(2, 0.4), roach(3, 0.6), cat, seconds=6)
    fewer = Watch(rules).see(roach(2, 0.4), roach(3, 0.6), cat, seconds=6)

    assert changes.confirmed == ()
    assert len(changes.doubts) == 30 * 3
    assert (fewer.confirmed, fewer.doubts) == ((), ())


def test_a_count_below_one_counts_nothing() -> None:
    with pytest.raises(ValueError, match="minimum_count must be at least 1, got 0"):
        replace(CROWD, minimum_count=0)
