"""A class rises by rules, never falls, and ends where the facts say, whatever the order they come in."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.catalogue import SHIPPED, Catalogue, load_catalogue
from alerts.clocks import dues
from alerts.errors import CatalogueError
from alerts.guards import voices_needed
from alerts.life import acknowledge, advance, end, mark_overdue, rise, update
from alerts.life_file import digest_of, document_of, life_of
from alerts.life_parts import life_part
from alerts.rising import DueRise, RiseRule, Situation, due_rise
from domain.alert import Alert, AlertState, AlertStep
from domain.life import Duty, Life, RiseCause
from domain.risk import RiskClass
from tests.alerts.lives import LI, SHOP, TERMS, WANG, lived, move
from tests.alerts.samples import EPOCH, sample_evidence

LADDER = [RiskClass.III, RiskClass.II, RiskClass.I]
CODES = ["pest.rodent", "animal.pet", "bin.overflow"]


def rule(to: RiskClass, cause: RiseCause, needed: float, *, days: int = 0, beside: tuple[str, ...] = ()) -> RiseRule:
    return RiseRule(to=to, cause=cause, needed=needed, within_days=days, beside=frozenset(beside), because="proposal")


def due(to: RiskClass, cause: RiseCause = RiseCause.LASTS) -> DueRise:
    return DueRise(to=to, cause=cause, found=100.0, needed=60.0)


def risen(alert: Alert, to: RiskClass, *, minutes: float = 10) -> Alert:
    taken = rise(alert, due(to), now=EPOCH + timedelta(minutes=minutes))
    assert taken is not None
    return taken.alert


rules = st.one_of(
    st.builds(lambda to, needed: rule(to, RiseCause.LASTS, needed), st.sampled_from(LADDER[1:]), st.floats(1, 1000)),
    st.builds(lambda to, needed: rule(to, RiseCause.SUBJECTS, needed), st.sampled_from(LADDER[1:]), st.integers(2, 5)),
    st.builds(
        lambda to, needed, days: rule(to, RiseCause.REPEATS, needed, days=days),
        st.sampled_from(LADDER[1:]),
        st.integers(2, 5),
        st.integers(1, 9),
    ),
    st.builds(
        lambda to, codes: rule(to, RiseCause.TOGETHER, 1, beside=tuple(codes)),
        st.sampled_from(LADDER[1:]),
        st.sets(st.sampled_from(CODES), min_size=1),
    ),
)
situations = st.builds(
    Situation,
    raised_at=st.just(EPOCH),
    lasted_seconds=st.none() | st.floats(0, 2000),
    at_once=st.integers(1, 6),
    beside=st.frozensets(st.sampled_from(CODES)),
    earlier=st.lists(st.floats(0, 12).map(lambda days: EPOCH - timedelta(days=days)), max_size=6),
)


@given(st.lists(rules, max_size=5), st.sampled_from(LADDER), st.lists(situations, max_size=6))
def test_a_class_never_falls_and_a_fact_that_is_told_again_is_nothing_new(
    known: list[RiseRule], first: RiskClass, facts: list[Situation]
) -> None:
    alert = lived(risk_class=first)
    for number, fact in enumerate(facts):
        for _ in range(2):
            found = due_rise(known, alert.violation.risk_class, fact)
            taken = rise(alert, found, now=EPOCH + timedelta(minutes=number)) if found else None
            alert = taken.alert if taken else alert
        assert due_rise(known, alert.violation.risk_class, fact) is None
    assert alert.life is not None
    way = [first, *(one.to for one in alert.life.rises)]
    assert all(later.is_above(earlier) for earlier, later in pairwise(way))
    assert alert.violation.risk_class is way[-1]
    assert [one.before for one in alert.life.rises] == way[:-1]


@given(st.lists(rules, max_size=5), st.permutations(range(5)), situations, st.sampled_from(LADDER))
def test_the_order_of_rules_does_not_matter(
    known: list[RiseRule], order: list[int], fact: Situation, first: RiskClass
) -> None:
    shuffled = [known[place] for place in order if place < len(known)]
    one, other = due_rise(known, first, fact), due_rise(shuffled, first, fact)
    assert (one and one.to) == (other and other.to)


def _acknowledged(alert: Alert) -> Alert:
    return acknowledge(alert, actor=SHOP, now=EPOCH + timedelta(minutes=1))


def _with_evidence(alert: Alert) -> Alert:
    return update(alert, [sample_evidence(7)], now=EPOCH + timedelta(minutes=2))


def _told_overdue(alert: Alert) -> Alert:
    late = next(each for each in dues(alert, TERMS.of(RiskClass.I)) if each.duty is Duty.REVIEW)
    return mark_overdue(alert, late, now=EPOCH + timedelta(days=1)).alert


def _over(alert: Alert) -> Alert:
    at = EPOCH + timedelta(minutes=3)
    return end(alert, last_seen_at=at, ended_at=at, now=at)


def _to(to: RiskClass) -> Callable[[Alert], Alert]:
    def rising(alert: Alert) -> Alert:
        taken = rise(alert, due(to), now=EPOCH + timedelta(minutes=4))
        return taken.alert if taken else alert

    return rising


STEPS = [_acknowledged, _with_evidence, _told_overdue, _over, _to(RiskClass.II), _to(RiskClass.I), _to(RiskClass.III)]


@given(st.permutations(STEPS))
def test_the_order_of_other_steps_does_not_matter(steps: list[Callable[[Alert], Alert]]) -> None:
    alert = lived(risk_class=RiskClass.III)
    for step in steps:
        alert = step(alert)
    assert alert.violation.risk_class is RiskClass.I
    assert (alert.state, alert.is_open, len(alert.evidence)) == (AlertState.ACKNOWLEDGED, False, 1)


@pytest.mark.parametrize("verdict", [AlertStep.CONFIRMED, AlertStep.DISMISSED, AlertStep.UNCLEAR])
def test_what_a_person_has_judged_rises_no_more(verdict: AlertStep) -> None:
    alert = advance(lived(risk_class=RiskClass.II), move(verdict, LI), TERMS.of(RiskClass.II)).alert
    assert rise(alert, due(RiskClass.I), now=EPOCH + timedelta(hours=1)) is None


def test_an_alert_from_before_lives_were_kept_does_not_rise() -> None:
    alert = replace(lived(risk_class=RiskClass.II), life=None)
    assert rise(alert, due(RiskClass.I), now=EPOCH + timedelta(hours=1)) is None


def test_one_that_rose_to_class_one_needs_a_second_reviewer_who_does_not_know_of_the_first() -> None:
    alert = risen(lived(risk_class=RiskClass.II), RiskClass.I)
    terms = TERMS.of(alert.violation.risk_class)
    assert voices_needed(alert, terms) == 2
    first = advance(alert, move(AlertStep.CONFIRMED, LI, minutes=20), terms)
    assert (first.step, first.alert.state) == (AlertStep.REVIEWED, AlertState.IN_REVIEW)
    told = life_part(first.alert)
    assert told is not None
    assert (told.verdicts, len(told.commitments)) == ([], 1)
    second = advance(first.alert, move(AlertStep.CONFIRMED, WANG, minutes=30), terms)
    assert second.alert.state is AlertState.CONFIRMED


def test_the_clocks_of_the_new_class_begin_with_the_rise() -> None:
    alert = risen(lived(risk_class=RiskClass.III), RiskClass.I, minutes=240)
    found = {each.duty: each for each in reversed(dues(alert, TERMS.of(RiskClass.I)))}
    since = EPOCH + timedelta(minutes=240)
    assert (found[Duty.ACKNOWLEDGE].since, found[Duty.ACKNOWLEDGE].due_at) == (since, since + timedelta(minutes=30))
    assert (found[Duty.REVIEW].since, found[Duty.REVIEW].due_at) == (since, since + timedelta(minutes=120))


def test_devices_stand_beside_the_ladder() -> None:
    assert not any(each.is_above(RiskClass.OPS) or RiskClass.OPS.is_above(each) for each in RiskClass)


def test_a_rise_is_stored_and_told_whole_and_lives_without_one_keep_their_digest() -> None:
    alert = risen(lived(risk_class=RiskClass.II), RiskClass.I)
    assert alert.life is not None
    assert life_of(document_of(alert.life)) == alert.life
    told = life_part(alert)
    assert told is not None
    (one,) = told.rises
    assert (one.before, one.to, one.cause, one.found, one.needed) == (
        RiskClass.II,
        RiskClass.I,
        RiseCause.LASTS,
        100.0,
        60.0,
    )
    assert "rises" not in document_of(Life())
    assert digest_of(alert.life) != digest_of(replace(alert.life, rises=()))


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (due(RiskClass.I), "已持续 100 秒"),
        (DueRise(to=RiskClass.I, cause=RiseCause.SUBJECTS, found=3, needed=3), "同时 3 处"),
        (DueRise(to=RiskClass.I, cause=RiseCause.REPEATS, found=3, needed=3, within_days=7), "7 天内第 3 次"),
        (DueRise(to=RiskClass.I, cause=RiseCause.TOGETHER, found=1, needed=1, codes=("pest.rodent",)), "pest.rodent"),
        (DueRise(to=RiskClass.I, cause=RiseCause.NODE, found=0, needed=0), "told by the edge"),
    ],
    ids=lambda value: value.cause.value if isinstance(value, DueRise) else "",
)
def test_the_step_says_in_words_why(found: DueRise, words: str) -> None:
    taken = rise(lived(risk_class=RiskClass.II), found, now=EPOCH + timedelta(minutes=1))
    assert taken is not None
    assert taken.step is AlertStep.RISEN
    assert taken.note.startswith("II → I: ")
    assert words in taken.note


def test_who_cannot_say_how_long_it_lasted_makes_nothing_rise() -> None:
    known = [rule(RiskClass.I, RiseCause.LASTS, 0.5)]
    assert due_rise(known, RiskClass.II, Situation(raised_at=EPOCH, lasted_seconds=None)) is None


@pytest.mark.parametrize(("days_ago", "rises"), [([1, 2], True), ([1, 7], True), ([1, 7.1], False), ([1], False)])
def test_repetitions_count_within_so_many_days_before_it(days_ago: list[float], rises: bool) -> None:
    earlier: list[datetime] = [EPOCH - timedelta(days=days) for days in days_ago]
    known = [rule(RiskClass.I, RiseCause.REPEATS, 3, days=7)]
    found = due_rise(known, RiskClass.II, Situation(raised_at=EPOCH, earlier=earlier))
    assert (found is not None) is rises


# As data


def with_rises(tmp_path: Path, text: str, *, code: str = "animal.pet") -> Catalogue:
    for file in SHIPPED.rglob("*.yaml"):
        copy = tmp_path / file.relative_to(SHIPPED)
        copy.parent.mkdir(exist_ok=True, parents=True)
        copy.write_text(file.read_text("utf-8"), "utf-8")
    pests = tmp_path / "pests.yaml"
    pests.write_text(pests.read_text("utf-8").replace(f"code: {code}\n", f"code: {code}\n    rises: {text}\n"), "utf-8")
    return load_catalogue(tmp_path)


def test_a_rise_is_read_from_the_catalogue(tmp_path: Path) -> None:
    found = with_rises(tmp_path, "[{to: I, subjects: 3, because: proposal}]").rises["animal.pet"]
    assert found == (rule(RiskClass.I, RiseCause.SUBJECTS, 3),)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[{to: III, subjects: 3, because: p}]", r"rises\[0\]\.to: expected a class above II, found 'III'"),
        ("[{to: I, because: p}]", "exactly one of lasts_seconds, subjects, repeats, together_with"),
        ("[{to: I, subjects: 2, repeats: 3, because: p}]", "exactly one of"),
        ("[{to: I, repeats: 3, because: p}]", "within_days with repeats"),
        ("[{to: I, subjects: 2, within_days: 3, because: p}]", "within_days with repeats"),
        ("[{to: I, subjects: 1, because: p}]", "a whole number of at least 2"),
        ("[{to: I, lasts_seconds: 0, because: p}]", "more than 0 seconds"),
        ("[{to: I, together_with: [], because: p}]", "at least one code"),
        ("[{to: I, together_with: [pest.dragon], because: p}]", "codes of the catalogue"),
        ("[{to: I, subjects: 2}]", "the field because"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_by_name(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(CatalogueError, match=message):
        with_rises(tmp_path, text)


def test_advice_never_becomes_more_urgent(tmp_path: Path) -> None:
    people = SHIPPED / "people.yaml"
    with_rises(tmp_path, "[]")
    text = people.read_text("utf-8")
    code = next(each for each in load_catalogue() if each.risk.duty == "should").risk.code
    rises = "[{to: II, subjects: 2, because: p}]"
    (tmp_path / "people.yaml").write_text(
        text.replace(f"code: {code}\n", f"code: {code}\n    rises: {rises}\n"), "utf-8"
    )
    with pytest.raises(CatalogueError, match="no rises where the duty is should"):
        load_catalogue(tmp_path, "")


def test_a_profile_replaces_the_rules_of_a_code_or_takes_them_away(tmp_path: Path) -> None:
    with_rises(tmp_path, "[{to: I, subjects: 3, because: proposal}]")
    profile = tmp_path / "profiles" / "own.yaml"
    profile.write_text(
        "profile: own\nzh: 自定\nen: Own\ncodes:\n"
        "  - {code: animal.pet, because: small shop, rises: []}\n"
        "  - {code: bin.overflow, because: by the river, rises: [{to: I, lasts_seconds: 60, because: rats}]}\n",
        "utf-8",
    )
    catalogue = load_catalogue(tmp_path, "own")
    assert "animal.pet" not in catalogue.rises
    assert catalogue.rises["bin.overflow"] == (replace(rule(RiskClass.I, RiseCause.LASTS, 60), because="rats"),)
    assert catalogue.entries["bin.overflow"].origins["rises"].profile == "own"


def test_every_rise_that_is_shipped_says_why_and_leads_up() -> None:
    catalogue = load_catalogue()
    assert catalogue.rises
    for code, found in catalogue.rises.items():
        for each in found:
            assert each.to.is_above(catalogue.entries[code].risk.risk_class), code
            assert each.because, code
