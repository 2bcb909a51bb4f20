"""Applications for repair: the contract on the twin, the state machine by property, what the bytes of a paper say."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit.applications.application import (
    DECISIONS,
    OF_OFFICERS,
    STEPS,
    Application,
    ApplicationState,
    ApplicationStep,
    add_working_days,
    require_step,
)
from credit.applications.material import sniffed
from credit.applications.testing import InMemoryApplications
from credit.errors import ApplicationStepError, GuardError
from credit.ledger_testing import InMemoryLedgers
from domain.ids import UserId
from tests.credit.applications_contract import ApplicationContract, Side, pdf
from tests.credit.entries import FIRM, NOW

PEOPLE = st.sampled_from([UserId(f"user-{letter}") for letter in "abcd"])


class TestInMemoryApplications(ApplicationContract):
    @pytest.fixture
    def side(self) -> Side:
        ledgers = InMemoryLedgers()
        found = Side(InMemoryApplications(ledgers), ledgers)
        found.publish()
        return found


def step(state: ApplicationState, actor: UserId, sequence: int) -> ApplicationStep:
    is_decision = state in DECISIONS
    return ApplicationStep(
        application_id="a",
        sequence=sequence,
        state=state,
        actor_id=actor,
        at=NOW + timedelta(minutes=sequence),
        reason="示例",
        document_no="示例 1 号" if is_decision else "",
        decided_on=NOW.date() if is_decision else None,
    )


def begun(actor: UserId) -> Application:
    first = step(ApplicationState.DRAFTED, actor, 1)
    return Application(application_id="a", record_id="r", enterprise_id=FIRM, policy_id="ndrc-2026-04", steps=(first,))


@given(PEOPLE, st.lists(st.tuples(st.sampled_from(ApplicationState), PEOPLE), max_size=12))
def test_whatever_people_try_an_application_keeps_its_order_and_its_two_sides(
    first: UserId, tries: list[tuple[ApplicationState, UserId]]
) -> None:
    application = begun(first)
    for state, actor in tries:
        wanted = step(state, actor, application.next_sequence)
        try:
            require_step(application, wanted)
        except (ApplicationStepError, GuardError):
            continue
        application = Application(
            application_id="a",
            record_id="r",
            enterprise_id=FIRM,
            policy_id="ndrc-2026-04",
            steps=(*application.steps, wanted),
        )

    states = [each.state for each in application.steps]
    assert all(after in STEPS[before] for before, after in itertools.pairwise(states))
    assert not application.people(officers=True) & application.people(officers=False)
    if application.state in DECISIONS:
        assert {ApplicationState.FILED, ApplicationState.ACCEPTED} <= set(states)
    assert not any(state.is_over for state in states[:-1])


@given(st.sampled_from(sorted(OF_OFFICERS | {ApplicationState.FILED})), st.sampled_from(["", "system", " Machine "]))
def test_no_step_is_a_machines(state: ApplicationState, actor: str) -> None:
    with pytest.raises(GuardError, match="actor"):
        step(state, UserId(actor), 2)


@pytest.mark.parametrize("state", sorted(DECISIONS))
def test_a_decision_needs_its_document(state: ApplicationState) -> None:
    with pytest.raises(GuardError, match="document_no"):
        ApplicationStep(
            application_id="a",
            sequence=4,
            state=state,
            actor_id=UserId("user-a"),
            at=NOW,
            reason="示例",
            decided_on=NOW.date(),
        )


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(0, 60))
def test_working_days_end_on_a_working_day_and_grow_with_their_number(day: date, number: int) -> None:
    found = add_working_days(day, number)

    assert number == 0 or found.weekday() < 5
    assert found >= day + timedelta(days=number)
    assert add_working_days(day, number + 1) > found


def test_ten_working_days_from_a_friday_are_two_weeks() -> None:
    assert add_working_days(date(2026, 11, 20), 10) == date(2026, 12, 4)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (pdf(), "application/pdf"),
        (b"\x89PNG\r\n\x1a\n" + bytes(80) + b"IEND\xaeB`\x82", "image/png"),
        (b"\xff\xd8\xff" + bytes(80) + b"\xff\xd9", "image/jpeg"),
    ],
)
def test_a_paper_is_what_its_bytes_say(content: bytes, expected: str) -> None:
    assert sniffed(content).name == expected


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.7" + bytes(200),
        b"\x89PNG\r\n\x1a\n" + bytes(200),
        b"\xff\xd8\xff" + bytes(2000),
        b"MZ" + bytes(200),
        b"<html><script>alert(1)</script>" + bytes(100),
        b"PK\x03\x04" + bytes(200),
    ],
    ids=["nothing", "cut pdf", "cut png", "cut jpeg", "program", "page", "archive"],
)
def test_other_content_and_cut_files_are_refused(content: bytes) -> None:
    with pytest.raises(GuardError, match="content"):
        sniffed(content)
