"""Steps of an alert's life become entries; no step without a person becomes one that a person took."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit.facts import Remedy
from credit.fold import Gathered, facts_of
from credit.ledger import LeadKind, SupervisionEntry, SupervisionKind
from credit.life_map import LifeStep, entries_of
from domain.ids import AlertId, UserId
from domain.risk import RiskClass
from tests.credit.entries import FIRM, NOW, OFFICER, OPERATOR, SECOND, SITE, TODAY
from tests.credit.figures import PROFILE

HUMAN = {
    "acknowledged",
    "confirmed",
    "dismissed",
    "unclear",
    "disputed",
    "rectified",
    "sent_back",
    "verified",
    "closed",
}
WORDS = ("raised", "updated", "ended", "overdue", "notified", *sorted(HUMAN))


def version(clause_id: str, day: date) -> str:
    return f"{clause_id}@{day.year}"


def life(*steps: tuple[str, UserId | None, int]) -> list[LifeStep]:
    """(word, actor, minutes after the beginning), in order."""
    return [
        LifeStep(
            alert_id=AlertId("alert-1"),
            sequence=number,
            step=word,
            at=NOW + timedelta(minutes=minutes),
            actor_id=actor,
            enterprise_id=FIRM,
            site_id=SITE,
            code="bin.uncovered",
            code_version="1",
            risk_class=RiskClass.II,
            day=TODAY,
            clause_ids=("cn.fsl.33",),
        )
        for number, (word, actor, minutes) in enumerate(steps, start=1)
    ]


def entered(steps: list[LifeStep]) -> tuple[list[LeadKind], list[SupervisionEntry]]:
    leads: list[LeadKind] = []
    supervision: list[SupervisionEntry] = []
    for step in steps:
        made = entries_of(step, steps, version)
        leads += [each.kind for each in made.leads]
        supervision += made.supervision
    return leads, supervision


WHOLE = (
    ("raised", None, 0),
    ("updated", None, 1),
    ("acknowledged", OPERATOR, 30),
    ("confirmed", OFFICER, 60),
    ("rectified", OPERATOR, 120),
    ("verified", OFFICER, 240),
    ("closed", OFFICER, 241),
)


def test_a_whole_life_is_entered_with_the_clause_of_the_day() -> None:
    leads, supervision = entered(life(*WHOLE))

    assert leads == ["detected", "confirmed"]
    assert [each.kind for each in supervision] == ["confirmed", "rectified", "verified", "closed"]
    assert supervision[0].clauses == ("cn.fsl.33@2026",)
    assert supervision[0].figures == {"acknowledged_after_seconds": 1800}
    assert supervision[2].submitter_id == OPERATOR


def test_the_life_ends_as_a_finding_that_was_corrected_on_time() -> None:
    _, supervision = entered(life(*WHOLE))

    (finding,) = facts_of(Gathered(enterprise_id=FIRM, entries=tuple(supervision)), PROFILE, TODAY).findings

    assert (finding.remedy, finding.is_acknowledged_slowly, finding.redone) == (Remedy.ON_TIME, False, 0)


@pytest.mark.parametrize(
    ("steps", "remedy", "redone"),
    [
        ((("rectified", OPERATOR, 100),), Remedy.OPEN, 0),
        ((("rectified", OPERATOR, 3000), ("verified", OFFICER, 3100)), Remedy.LATE, 0),
        ((("rectified", OPERATOR, 100), ("sent_back", OFFICER, 200)), Remedy.OPEN, 1),
        (
            (
                ("rectified", OPERATOR, 100),
                ("sent_back", OFFICER, 200),
                ("rectified", OPERATOR, 300),
                ("verified", OFFICER, 400),
            ),
            Remedy.ON_TIME,
            1,
        ),
        ((("rectified", OPERATOR, 100), ("verified", OPERATOR, 200)), Remedy.OPEN, 0),
        ((("verified", OFFICER, 200),), Remedy.OPEN, 0),
        ((("closed", OFFICER, 200),), Remedy.OPEN, 0),
    ],
)
def test_only_a_correction_that_another_person_checked_counts(
    steps: tuple[tuple[str, UserId, int], ...], remedy: Remedy, redone: int
) -> None:
    _, supervision = entered(life(("raised", None, 0), ("confirmed", OFFICER, 60), *steps))

    gathered = Gathered(enterprise_id=FIRM, entries=tuple(supervision))
    (finding,) = facts_of(gathered, PROFILE, TODAY + timedelta(days=3)).findings

    assert (finding.remedy, finding.redone) == (remedy, redone)


@pytest.mark.parametrize(
    ("after", "counts"),
    [
        ((), True),
        ((("disputed", OPERATOR, 70),), False),
        ((("disputed", OPERATOR, 70), ("confirmed", SECOND, 80)), True),
        ((("disputed", OPERATOR, 70), ("dismissed", SECOND, 80)), False),
        ((("unclear", SECOND, 80),), False),
        ((("dismissed", SECOND, 80),), False),
    ],
)
def test_the_last_verdict_decides_and_a_disputed_one_weighs_nothing(
    after: tuple[tuple[str, UserId, int], ...], counts: bool
) -> None:
    _, supervision = entered(life(("raised", None, 0), ("confirmed", OFFICER, 60), *after))

    found = facts_of(Gathered(enterprise_id=FIRM, entries=tuple(supervision[::-1])), PROFILE, TODAY).findings

    assert (len(found) == 1) is counts


@given(st.lists(st.sampled_from(WORDS), max_size=10))
def test_a_life_without_people_never_reaches_supervision(words: list[str]) -> None:
    leads, supervision = entered(life(*((word, None, number) for number, word in enumerate(words))))

    assert supervision == []
    assert set(leads) <= {LeadKind.DETECTED}


@given(st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from([OFFICER, OPERATOR, SECOND])), max_size=12))
def test_whatever_people_do_nothing_is_entered_before_somebody_confirmed_and_nobody_checks_themselves(
    words: list[tuple[str, UserId]],
) -> None:
    steps = ((word, who if word in HUMAN else None, number) for number, (word, who) in enumerate(words))

    _, supervision = entered(life(*steps))

    assert [each.kind for each in supervision[:1]] in ([], [SupervisionKind.CONFIRMED])
    assert all(each.submitter_id != each.actor_id for each in supervision if each.kind is SupervisionKind.VERIFIED)
