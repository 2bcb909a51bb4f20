"""Persons who do not wear what the place asks for: judged as the network said, in doubt where it said nothing."""

from dataclasses import replace
from datetime import time

import pytest

from alerts.attire import AttireRule, judge_attire, network_behind
from alerts.catalogue import AvailabilityState, load_catalogue
from alerts.judgement import DoubtCause
from domain.attire import Attire, Wearing
from domain.detection import ModelReference
from domain.geometry import Box
from domain.schedule import DailyHours
from domain.zone import ZoneType
from tests.alerts.samples import EPOCH, MODEL
from tests.alerts.scenes import Thing, Watch, make_observation, rules_of, zone

PRESENT, ABSENT, UNCLEAR = Wearing.PRESENT, Wearing.ABSENT, Wearing.UNCLEAR
KITCHEN = zone("stove", ZoneType.COOKING, 0.0, 0.0, 0.5, 1.0)
OFFICE = zone("office", ZoneType.OTHER, 0.5, 0.0, 1.0, 1.0)
ATTIRE_MODEL = ModelReference(name="attire-n", version="1", sha256="2" * 64)

RULE = AttireRule(
    attribute="headwear",
    labels=frozenset({"person"}),
    minimum_seconds=10,
    minimum_hits=10,
    hits_window_seconds=10,
    grace_seconds=3,
    end_after_seconds=20,
    cool_down_seconds=600,
    minimum_side_px=32,
    zone_types=frozenset({ZoneType.COOKING, ZoneType.CUTTING}),
)


def cook(
    state: Wearing | None, x: float = 0.2, *, track_id: int = 1, width: float = 0.1, name: str = "headwear"
) -> Thing:
    """A person who was judged so; None: nobody looked yet."""
    attire = () if state is None else (Attire(attribute=name, state=state, confidence=0.9, judged_at_clock=1.0),)
    return Thing("person", Box(x, 0.3, x + width, 0.9), track_id, attire=attire)


def judged(*things: Thing) -> tuple[list[int], list[tuple[int, DoubtCause]]]:
    """Tracks that break the rule, and doubts."""
    observation = make_observation(things, at=EPOCH, clock=1.0)
    breaches, doubts = judge_attire(RULE, observation, [KITCHEN, OFFICE])
    return [each.track.track_id for each in breaches], [(each.track_id, each.cause) for each in doubts]


@pytest.mark.parametrize(
    ("thing", "breaks", "doubt"),
    [
        (cook(ABSENT), True, None),
        (cook(PRESENT), False, None),
        (cook(UNCLEAR), False, DoubtCause.UNCLEAR_ATTIRE),
        (cook(None), False, None),  # nobody looked: nothing is known, not even a doubt
        (cook(ABSENT, name="kitchen_uniform"), False, None),  # said of something else
        (cook(ABSENT, x=0.7), False, None),  # not a place of work with food
        (cook(UNCLEAR, x=0.7), False, None),
        (cook(ABSENT, width=0.02), False, DoubtCause.TOO_SMALL),
        (cook(PRESENT, width=0.02), False, None),  # small, and yet known to wear it
        (replace(cook(ABSENT), is_visible=False), False, None),
        (replace(cook(ABSENT), is_confirmed=False), False, None),
        (replace(cook(ABSENT), label="rodent"), False, None),
    ],
)
def test_a_person_is_judged_by_what_was_said(thing: Thing, breaks: bool, doubt: DoubtCause | None) -> None:
    assert judged(thing) == ([1] if breaks else [], [] if doubt is None else [(1, doubt)])


def test_each_person_is_judged_on_their_own() -> None:
    breaches, doubts = judged(cook(PRESENT, 0.05), cook(ABSENT, 0.2, track_id=2), cook(UNCLEAR, 0.35, track_id=3))

    assert breaches == [2]
    assert doubts == [(3, DoubtCause.UNCLEAR_ATTIRE)]


def test_a_bare_head_for_the_dwell_is_one_violation() -> None:
    watch = Watch(rules_of(KITCHEN, uniform_no_hat=RULE))

    assert watch.see(cook(ABSENT), seconds=9).confirmed == ()
    (confirmed,) = watch.see(cook(ABSENT), seconds=20).confirmed
    assert confirmed.code == "uniform.no_hat"
    assert confirmed.zone_name == "stove"
    assert {sighting.label for sighting in confirmed.sightings} == {"person", "headwear_absent"}


def test_a_person_who_cannot_be_judged_is_never_a_violation() -> None:
    changes = Watch(rules_of(KITCHEN, uniform_no_hat=RULE)).see(cook(UNCLEAR), seconds=120)

    assert changes.confirmed == ()
    assert set(changes.doubts) == {("uniform.no_hat", DoubtCause.UNCLEAR_ATTIRE)}


def test_a_hat_put_on_ends_the_violation() -> None:
    watch = Watch(rules_of(KITCHEN, uniform_no_hat=RULE))
    watch.see(cook(ABSENT), seconds=15)

    changes = watch.see(cook(PRESENT), seconds=25)

    assert [ended.code for ended in changes.ended] == ["uniform.no_hat"]


def test_turning_away_neither_ends_nor_confirms() -> None:
    watch = Watch(rules_of(KITCHEN, uniform_no_hat=RULE))
    watch.see(cook(ABSENT), seconds=15)

    assert watch.see(cook(UNCLEAR), seconds=60).ended == ()


def test_a_rule_needs_the_attribute_as_it_needs_a_label() -> None:
    assert RULE.needed_labels == {"person", "headwear"}


def test_a_violation_names_the_network_that_said_it() -> None:
    plain = make_observation([cook(ABSENT)], at=EPOCH, clock=1.0)
    dressed = replace(plain, attire_model=ATTIRE_MODEL)

    assert network_behind(RULE, dressed) == ATTIRE_MODEL
    assert network_behind(RULE, plain) == MODEL
    assert network_behind(None, dressed) == MODEL


# Outsiders: by clothes, place and time -------------------------------------------------------------------------


def dressed(uniform: Wearing | None, hat: Wearing | None, x: float = 0.2) -> Thing:
    said = {"kitchen_uniform": uniform, "headwear": hat}
    attire = tuple(
        Attire(attribute=name, state=state, confidence=0.9, judged_at_clock=1.0)
        for name, state in said.items()
        if state is not None
    )
    return replace(cook(None, x), attire=attire)


OUTSIDER = load_catalogue().entries["person.outsider"]


@pytest.mark.parametrize(
    ("uniform", "hat", "breaks", "is_doubted"),
    [
        (ABSENT, ABSENT, True, False),
        (ABSENT, PRESENT, False, False),  # one of the staff without a jacket: uniform.no_workwear, no outsider
        (PRESENT, ABSENT, False, False),
        (ABSENT, UNCLEAR, False, True),
        (UNCLEAR, UNCLEAR, False, True),
        (UNCLEAR, PRESENT, False, False),
        (ABSENT, None, False, False),  # nobody looked at the head yet
        (None, None, False, False),
    ],
)
def test_an_outsider_wears_nothing_of_the_staff_s_for_sure(
    uniform: Wearing | None, hat: Wearing | None, *, breaks: bool, is_doubted: bool
) -> None:
    assert isinstance(OUTSIDER.rule, AttireRule)
    observation = make_observation([dressed(uniform, hat)], at=EPOCH, clock=1.0)

    breaches, doubts = judge_attire(OUTSIDER.rule, observation, [KITCHEN, OFFICE])

    assert (len(breaches), [each.cause for each in doubts]) == (
        int(breaks), [DoubtCause.UNCLEAR_ATTIRE] if is_doubted else [],
    )  # fmt: skip


def test_an_outsider_in_a_place_of_work_is_one_alert_with_both_reasons_and_elsewhere_none() -> None:
    assert OUTSIDER.rule is not None
    watch = Watch(rules_of(KITCHEN, OFFICE, person_outsider=OUTSIDER.rule))

    changes = watch.see(dressed(ABSENT, ABSENT), dressed(ABSENT, ABSENT, x=0.7), seconds=30)

    (confirmed,) = changes.confirmed
    assert [each.label for each in confirmed.sightings] == ["person", "kitchen_uniform_absent", "headwear_absent"]
    assert confirmed.zone_name == "stove"


def test_an_outsider_is_judged_where_somebody_asks_for_it_only_and_at_the_hours_that_are_set() -> None:
    told = {"person", "kitchen_uniform", "headwear"}
    night = replace(OUTSIDER.rule, hours=(DailyHours(start=time(22), end=time(6)),))  # type: ignore[type-var]

    assert OUTSIDER.availability(told).state is AvailabilityState.OFF
    assert OUTSIDER.availability(told - {"headwear"}).state is AvailabilityState.NOT_AVAILABLE
    assert isinstance(night, AttireRule)
    by_day = Watch(rules_of(KITCHEN, person_outsider=night)).see(dressed(ABSENT, ABSENT), seconds=30)
    assert by_day.confirmed == ()
