"""What the rules of work sites raise, and that they stay out of kitchens (and the rules of kitchens out of sites)."""

import pytest

from alerts.catalogue import load_catalogue
from alerts.judgement import DoubtCause
from alerts.rules import CameraRules
from alerts.subjects import Confirmed
from domain.geometry import Box
from domain.schedule import Schedule
from domain.zone import Zone, ZoneType
from models.registry import ModelRegistry
from tests.alerts.scenes import Thing, Watch, box_at, zone

CODE = "site.no_helmet"
CATALOGUE = load_catalogue()
SITE = zone("工地", ZoneType.WORK_SITE, 0.0, 0.0, 1.0, 1.0)
KITCHENS = [
    each for each in ZoneType if each.is_place and each not in {ZoneType.WORK_SITE, ZoneType.OTHER, ZoneType.IGNORED}
]


def watch(*zones: Zone, fps: float = 5.0) -> Watch:
    """All shipped rules, with the labels of the shipped network that are good enough."""
    usable = ModelRegistry().load("kitchen-n").manifest.usable_labels
    rules = CATALOGUE.rules_for(None, usable)
    return Watch(CameraRules(rules=rules, zones=zones, schedule=Schedule(), run="r1"), fps=fps)


def worker(x: float = 0.5, track_id: int = 1) -> Thing:
    return Thing("person", box_at(x, 0.9, 0.14, 0.5), track_id)


def head(label: str = "head_bare", x: float = 0.5, track_id: int = 11, size: float = 0.05) -> Thing:
    return Thing(label, Box(x - size / 2, 0.42, x + size / 2, 0.42 + size * 16 / 9), track_id)


def codes(watched: Watch, *things: Thing, seconds: float = 12.0) -> list[str]:
    return [each.code for each in watched.see(*things, seconds=seconds).confirmed]


def test_the_shipped_network_is_good_enough_for_the_rule() -> None:
    assert CODE in watch(SITE).rules.rules


def test_a_bare_head_on_a_work_site_is_one_alert() -> None:
    assert codes(watch(SITE), worker(), head()) == [CODE]


def test_a_bare_head_for_some_seconds_only_is_none() -> None:
    watched = watch(SITE)

    assert codes(watched, worker(), head(), seconds=4) == []
    assert codes(watched, worker(), head("helmet"), seconds=20) == []


def test_a_network_that_sees_the_head_in_every_third_look_suffices() -> None:
    watched = watch(SITE)
    found: list[Confirmed] = []
    for _ in range(12):
        found += watched.see(worker(), head(), seconds=0.2).confirmed
        found += watched.see(worker(), seconds=0.4).confirmed

    assert [each.code for each in found] == [CODE]


def test_a_helmet_is_none() -> None:
    assert codes(watch(SITE), worker(), head("helmet"), seconds=60) == []


def test_where_head_and_helmet_compete_nobody_judges() -> None:
    changes = watch(SITE).see(worker(), head(), head("helmet", track_id=12), seconds=20)

    assert changes.confirmed == ()
    assert (CODE, DoubtCause.COMPETING) in changes.doubts


@pytest.mark.parametrize(
    ("thing", "cause"),
    [
        (head(size=0.01), DoubtCause.TOO_SMALL),
        (Thing("head_bare", Box(0.48, 0.0, 0.53, 0.08), 11), DoubtCause.CUT_BY_EDGE),
    ],
    ids=["too small", "cut off"],
)
def test_a_head_that_cannot_be_judged_is_a_doubt(thing: Thing, cause: DoubtCause) -> None:
    tall = Thing("person", Box(0.43, 0.0, 0.57, 0.9), 1)
    changes = watch(SITE).see(tall, thing, seconds=20)

    assert changes.confirmed == ()
    assert (CODE, cause) in changes.doubts


def test_a_head_without_a_person_is_none() -> None:
    assert codes(watch(SITE), head(), seconds=60) == []


@pytest.mark.parametrize("kitchen", KITCHENS)
def test_it_never_fires_in_a_kitchen(kitchen: ZoneType) -> None:
    around = zone("厨房", kitchen, 0.0, 0.0, 1.0, 1.0)

    assert CODE not in codes(watch(around), worker(), head(), seconds=60)
    # A canteen's kitchen inside the fence is still a kitchen.
    assert CODE not in codes(watch(SITE, around), worker(), head(), seconds=60)


def test_it_never_fires_where_no_work_site_was_drawn() -> None:
    assert CODE not in codes(watch(), worker(), head(), seconds=60)
    assert CODE not in codes(watch(zone("门口", ZoneType.OTHER, 0, 0, 1, 1)), worker(), head(), seconds=60)


@pytest.mark.parametrize("label", ["face_unmasked", "phone", "cat", "rodent", "garbage", "bin_overflowing"])
def test_the_rules_of_kitchens_are_silent_on_a_work_site(label: str) -> None:
    thing = Thing(label, Box(0.48, 0.5, 0.53, 0.6), 21, travelled=5.0)

    assert codes(watch(SITE, fps=1.0), worker(), thing, seconds=1800) == []
    assert codes(watch(fps=1.0), worker(), thing, seconds=1800) != []
