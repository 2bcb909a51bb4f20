"""Comparison with peers: worked figures, rings, and what is never told."""

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit.facts import Remedy
from credit.index import assess
from credit.index_desk import IndexDesk
from credit.ledger import SupervisionEntry, SupervisionKind
from credit.ledger_testing import InMemoryLedgers
from credit.peer_desk import PeerDesk
from credit.peers import Comparison, Peer, Ring, beside, compare
from credit.suggestions import suggestions
from credit.testing import InMemoryRegistry
from domain.ids import EnterpriseId, UserId
from domain.organisation import EnterpriseType
from domain.risk import RiskClass
from tests.credit.figures import PROFILE, TODAY, facts, finding
from tests.credit.samples import enterprise

RESTAURANT = EnterpriseType.RESTAURANT
NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
NAMES = {"bin.uncovered": ("垃圾桶未盖", "Bin left open")}


def peer(number: int, index: float | None = 80.0, *, region: str | None = "999901", **values: float) -> Peer:
    return Peer(
        enterprise_id=EnterpriseId(f"e{number}"), type=RESTAURANT, region=region, index=index, values=dict(values)
    )


OWN = peer(0, 70.0, S6=0.5, R1=0.9)


def test_a_worked_example_gives_percentile_median_and_quartiles_to_the_decimal() -> None:
    others = [peer(number, 60.0 + 2 * number, S6=number / 10, R1=0.9) for number in range(1, 11)]  # 62 … 80

    told = compare(OWN, others, PROFILE)

    assert told.ring is Ring.COUNTY
    assert told.count == 10
    assert told.index is not None
    # 62, 64, 66, 68 are below and 70 is equal: (4 + 0.5) / 10
    assert told.index.percentile == pytest.approx(45.0)
    assert (told.index.lower_quartile, told.index.median, told.index.upper_quartile) == (66.5, 71.0, 75.5)
    by_name = dict(told.dimensions)
    assert by_name["S6"].median == pytest.approx(0.55)
    assert by_name["R1"].percentile == pytest.approx(50.0)  # among equals everybody stands in the middle


def test_the_ring_widens_until_there_are_enough_and_then_says_so() -> None:
    near = [peer(number, region="999901") for number in range(1, 10)]
    city = [peer(10, region="999902")]
    province = [peer(number, region="990101") for number in range(11, 13)]

    assert compare(OWN, near, PROFILE).ring is None
    assert compare(OWN, near, PROFILE).count == 9
    assert compare(OWN, near, PROFILE).index is None
    assert compare(OWN, [*near, *city], PROFILE).ring is Ring.CITY
    assert compare(OWN, [*near, *province], PROFILE).ring is Ring.PROVINCE
    assert compare(OWN, [*near, peer(20, region=None)], PROFILE).ring is Ring.EVERYWHERE
    assert compare(dataclasses.replace(OWN, region=None), [*near, *city], PROFILE).ring is Ring.EVERYWHERE


def test_only_those_of_the_same_type_with_an_index_of_their_own_are_peers() -> None:
    known = [peer(number) for number in range(1, 10)]
    unknown = peer(10, None)
    canteen = dataclasses.replace(peer(11), type=EnterpriseType.SCHOOL_CANTEEN)

    assert compare(OWN, [*known, unknown, canteen, OWN], PROFILE).count == 9


def test_a_dimension_that_too_few_peers_have_is_not_compared() -> None:
    others = [peer(number, S6=0.9) if number < 10 else peer(number, R1=0.9) for number in range(1, 13)]

    assert compare(OWN, others, PROFILE).dimensions == ()


def test_without_an_own_index_the_index_is_not_compared_and_dimensions_are() -> None:
    own = dataclasses.replace(OWN, index=None)

    told = compare(own, [peer(number, S6=0.9) for number in range(1, 11)], PROFILE)

    assert told.index is None
    assert [name for name, _ in told.dimensions] == ["S6"]


def test_weak_points_are_the_dimensions_furthest_below_the_median() -> None:
    own = peer(0, 70.0, S6=0.5, R1=0.2, S1=0.88, R4=0.95)
    others = [peer(number, S6=0.9, R1=0.8, S1=0.9, R4=0.9) for number in range(1, 13)]

    told = compare(own, others, PROFILE)

    assert [(name, each.count) for name, each in told.weak_points] == [("R1", 12), ("S6", 12)]


def test_too_small_a_least_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 2, got 1"):
        compare(OWN, [], PROFILE, least=1)


figures = st.floats(0.0, 100.0)


@given(own=figures, better=figures, others=st.lists(figures, min_size=2, max_size=40))
def test_a_higher_figure_never_has_a_lower_percentile(own: float, better: float, others: list[float]) -> None:
    low, high = sorted((own, better))

    assert 0.0 <= beside(low, others).percentile <= beside(high, others).percentile <= 100.0


@given(others=st.lists(st.sampled_from([60.0, 70.0, 80.0]), min_size=10, max_size=30), order=st.randoms())
def test_the_order_of_peers_makes_no_difference(others: list[float], order: object) -> None:
    peers = [peer(number + 1, index) for number, index in enumerate(others)]

    told = compare(OWN, peers, PROFILE)

    order.shuffle(peers)  # type: ignore[attr-defined]
    assert compare(OWN, peers, PROFILE) == told


def test_a_comparison_holds_no_name_and_no_single_peer() -> None:
    told = compare(OWN, [peer(number, 60.0 + number / 7) for number in range(1, 30)], PROFILE)

    spoken = repr(told)
    assert not [number for number in range(1, 30) if f"'e{number}'" in spoken]


# Suggestions


def test_suggestions_name_their_reason_and_come_from_findings_people_confirmed() -> None:
    found = [
        finding(1, age=12, risk_class=RiskClass.I, code="pest.rodent"),
        finding(2, age=9),
        finding(3, age=5),
        finding(4, age=1, remedy=Remedy.ON_TIME, redone=1),
    ]
    assessment = assess(facts(found), PROFILE)
    alone = Comparison(type=RESTAURANT, region=None, ring=None, count=0)

    told = suggestions(assessment, alone, licence_valid_to=TODAY + timedelta(days=12), code_names=NAMES)

    assert [each.kind for each in told] == [
        "open_class_one", "overdue", "licence", "repeated", "redone", "never_inspected",
    ]  # fmt: skip
    assert told[0].references == ("alert-0001",)
    assert told[1].references == ("alert-0002", "alert-0003")
    assert told[2].reason_zh.endswith("还有 12 天")
    assert told[3].what_zh == "追查“垃圾桶未盖”反复出现的原因"
    assert "3 次" in told[3].reason_zh


def test_a_place_of_which_nothing_is_wrong_gets_no_suggestion() -> None:
    assessment = assess(facts(scores={"R4": 95.0}), PROFILE)
    alone = Comparison(type=RESTAURANT, region=None, ring=None, count=0)

    assert suggestions(assessment, alone, licence_valid_to=None, code_names={}) == ()


def test_a_weak_dimension_is_suggested_with_its_figures_and_number_of_peers() -> None:
    assessment = assess(facts(scores={"R4": 95.0}), PROFILE)
    own = Peer.of(enterprise(1, type=RESTAURANT), assessment)
    told = compare(own, [peer(number, region=None, S6=0.99) for number in range(1, 12)], PROFILE)

    [only] = suggestions(assessment, told, licence_valid_to=None, code_names={})

    assert only.kind == "weak:S6"
    assert "0.91" in only.reason_zh
    assert "11 家" in only.reason_zh
    assert "0.99" in only.reason_en


# The desk


def observed(number: int, days_ago: int, hours: int) -> SupervisionEntry:
    day = TODAY - timedelta(days=days_ago)
    return SupervisionEntry(
        entry_id=f"observed:{number}:{day}",
        enterprise_id=EnterpriseId(f"enterprise-{number}"),
        kind=SupervisionKind.OBSERVED,
        day=day,
        at=NOW,
        figures={"observed_seconds": hours * 3_600, "open_seconds": hours * 3_600},
    )


def inspected(number: int, score: float) -> SupervisionEntry:
    return SupervisionEntry(
        entry_id=f"inspected:{number}",
        enterprise_id=EnterpriseId(f"enterprise-{number}"),
        kind=SupervisionKind.INSPECTION,
        day=TODAY - timedelta(days=3),
        at=NOW,
        actor_id=UserId("li"),
        figures={"score_tenths": round(score * 10)},
    )


def test_the_desk_finds_peers_in_the_registry_and_keeps_those_with_too_little_data_out() -> None:
    registry, ledgers = InMemoryRegistry(), InMemoryLedgers()
    for number in range(1, 14):
        registry.add_enterprise(enterprise(number, region="999901", type=RESTAURANT))
        hours = 50 if number == 13 else 500  # the last was hardly observed
        ledgers.append((), (observed(number, 200, hours), inspected(number, 60.0 + number)))
    index = IndexDesk(ledgers=ledgers, snapshots=ledgers, profile=PROFILE, now=lambda: NOW)
    desk = PeerDesk(index, registry)
    first = enterprise(1, region="999901", type=RESTAURANT)

    told = desk.standing(first, TODAY, {})

    assert told.comparison.ring is Ring.COUNTY
    assert told.comparison.count == 11
    assert told.comparison.index is not None
    assert told.comparison.index.percentile == 0.0
    assert [name for name, _ in told.comparison.weak_points] == ["R4"]
    assert desk.standing(first, TODAY, {}) == told  # from what was kept of the day
