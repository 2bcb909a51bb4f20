from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.clause import Clause, ClauseRegister, Reading

DAY = date(2026, 6, 1)
days = st.dates(date(2000, 1, 1), date(2050, 1, 1))


def clause(version: str, since: date | None, until: date | None, clause_id: str = "law-1") -> Clause:
    return Clause(
        clause_id=clause_id,
        law="法",
        law_en="Law",
        article="1",
        version=version,
        valid_from=since,
        valid_until=until,
    )


def test_the_version_of_the_day_is_told() -> None:
    register = ClauseRegister.of([clause("new", DAY, None), clause("old", None, DAY - timedelta(days=1))])

    found = [register.clause_on("law-1", day) for day in (date(1990, 1, 1), DAY - timedelta(days=1), DAY)]

    assert [each.version for each in found if each] == ["old", "old", "new"]
    newest = register.newest("law-1")
    assert newest is not None
    assert newest.version == "new"


def test_before_its_first_day_a_clause_cannot_be_cited() -> None:
    register = ClauseRegister.of([clause("only", DAY, DAY + timedelta(days=1))])

    around = [register.clause_on("law-1", DAY + timedelta(days=shift)) is None for shift in (-1, 0, 1, 2)]

    assert around == [True, False, False, True]


def test_a_clause_that_nobody_registered_is_none() -> None:
    register = ClauseRegister.of([clause("only", None, None)])

    assert register.clause_on("law-2", DAY) is None
    assert register.newest("law-2") is None
    assert "law-1" in register
    assert "law-2" not in register
    assert [each.version for each in register] == ["only"]


@pytest.mark.parametrize(
    ("since", "until"), [(None, None), (None, DAY), (DAY, None), (DAY, DAY), (DAY - timedelta(days=9), DAY)]
)
def test_two_versions_never_share_a_day(since: date | None, until: date | None) -> None:
    with pytest.raises(ValueError, match="are in force on one day"):
        ClauseRegister.of([clause("a", since, until), clause("b", DAY, None)])


@given(st.lists(days, min_size=1, max_size=5, unique=True), days)
def test_versions_that_follow_each_other_leave_exactly_one_for_each_day(starts: list[date], day: date) -> None:
    firsts = sorted(starts)
    lasts = [start - timedelta(days=1) for start in firsts]
    ends = [*lasts, None]
    begins = [None, *firsts]
    versions = [
        clause(str(number), since, until) for number, (since, until) in enumerate(zip(begins, ends, strict=True))
    ]

    register = ClauseRegister.of(reversed(versions))

    found = register.clause_on("law-1", day)
    assert found is not None
    assert found.version == str(sum(start <= day for start in firsts))
    assert sum(each.is_in_force(day) for each in register) == 1


@given(days, days, days, days)
def test_overlap_goes_both_ways_and_means_a_common_day(one: date, other: date, third: date, fourth: date) -> None:
    first = clause("a", min(one, other), max(one, other))
    second = clause("b", min(third, fourth), max(third, fourth))

    has_common_day = max(min(one, other), min(third, fourth)) <= min(max(one, other), max(third, fourth))

    assert first.overlaps(second) is second.overlaps(first) is has_common_day


def test_a_clause_is_verified_when_somebody_read_it() -> None:
    unread = clause("a", None, None)
    read = Clause(
        clause_id="a", law="法", law_en="Law", article="1", version="1", reading=Reading(by="我", on=DAY, text="全文")
    )

    assert (unread.verified, read.verified) == (False, True)


def test_a_clause_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="valid_until must not be before 2026-06-01, got 2026-05-31"):
        clause("a", DAY, DAY - timedelta(days=1))
