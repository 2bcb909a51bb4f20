"""The published examples of three schemes."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit.grades import ComponentScheme, Demerit, PointScheme, RecordScheme
from credit.profile_file import load_profiles

PROFILES = load_profiles()
UK, SG, NYC = PROFILES["uk-fhrs"], PROFILES["sg-safe"], PROFILES["us-nyc"]
assert isinstance(UK, ComponentScheme)
assert isinstance(SG, RecordScheme)
assert isinstance(NYC, PointScheme)

TODAY = date(2026, 11, 20)
FIVES = st.integers(0, 5).map(lambda number: number * 5)


def uk(hygiene: int, structure: int, confidence: int) -> str:
    assert isinstance(UK, ComponentScheme)
    return UK.grade({"hygiene": hygiene, "structure": structure, "confidence": confidence}).grade


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ((0, 0, 0), "5"),
        ((5, 5, 5), "5"),
        ((10, 5, 0), "4"),  # 15, but one component above 5
        ((10, 5, 5), "4"),
        ((10, 10, 5), "3"),
        ((10, 10, 10), "3"),
        ((15, 5, 0), "2"),  # 20, but one component above 10
        ((15, 10, 10), "2"),
        ((15, 15, 10), "2"),
        ((20, 5, 5), "1"),  # 30, but one component above 15
        ((20, 15, 10), "1"),
        ((20, 20, 10), "1"),
        ((0, 25, 0), "0"),  # the worst component alone
        ((20, 20, 20), "0"),  # above 50
        ((25, 25, 30), "0"),
    ],
)
def test_uk_ratings(scores: tuple[int, int, int], expected: str) -> None:
    assert uk(*scores) == expected


@given(FIVES, FIVES, FIVES)
def test_uk_a_worse_component_never_gives_a_better_rating(hygiene: int, structure: int, confidence: int) -> None:
    if hygiene < 25:
        assert uk(hygiene + 5, structure, confidence) <= uk(hygiene, structure, confidence)


@pytest.mark.parametrize("scores", [{}, {"hygiene": 0}, {"hygiene": 26, "structure": 0, "confidence": 0}])
def test_uk_scores_outside_the_table_are_refused(scores: dict[str, int]) -> None:
    assert isinstance(UK, ComponentScheme)
    with pytest.raises(ValueError, match="must be 0 to"):
        UK.grade(scores)


def sg(years: float, *blemishes: int) -> str:
    assert isinstance(SG, RecordScheme)
    licensed = TODAY - timedelta(days=round(years * 365.25))
    return SG.grade(
        licensed_on=licensed, as_of=TODAY, blemishes=[TODAY - timedelta(days=each) for each in blemishes]
    ).grade


@pytest.mark.parametrize(
    ("years", "blemishes", "expected"),
    [
        (0.5, (), "NEW"),
        (1.1, (), "B"),
        (2.9, (), "B"),
        (3.1, (), "A"),
        (10.0, (), "A"),
        (10.0, (30,), "C"),
        (10.0, (400,), "B"),
        (10.0, (1200,), "A"),
        (0.5, (10,), "C"),
    ],
)
def test_sg_grades_are_the_length_of_a_good_record(years: float, blemishes: tuple[int, ...], expected: str) -> None:
    assert sg(years, *blemishes) == expected


def test_sg_three_years_to_the_day_are_not_more_than_three_years() -> None:
    assert isinstance(SG, RecordScheme)
    grade = SG.grade(licensed_on=date(2023, 11, 20), as_of=TODAY)
    assert (grade.grade, SG.grade(licensed_on=date(2023, 11, 19), as_of=TODAY).grade) == ("B", "A")


def test_sg_twelve_points_in_twelve_months_suspend_and_older_ones_do_not_count() -> None:
    assert isinstance(SG, RecordScheme)
    infestation = SG.points["infestation"]
    twice = [Demerit(day=date(2026, 1, 10), points=infestation), Demerit(day=TODAY, points=infestation)]
    apart = [Demerit(day=date(2025, 11, 20), points=infestation), Demerit(day=TODAY, points=infestation)]

    assert infestation == 6
    assert (SG.points_on(TODAY, twice), SG.is_suspended(TODAY, twice)) == (12, True)
    assert (SG.points_on(TODAY, apart), SG.is_suspended(TODAY, apart)) == (6, False)


def test_sg_days_in_the_future_are_refused() -> None:
    assert isinstance(SG, RecordScheme)
    with pytest.raises(ValueError, match="must not be after"):
        SG.grade(licensed_on=TODAY + timedelta(days=1), as_of=TODAY)


@pytest.mark.parametrize(("points", "expected"), [(0, "A"), (13, "A"), (14, "B"), (27, "B"), (28, "C"), (100, "C")])
def test_nyc_letters(points: int, expected: str) -> None:
    assert isinstance(NYC, PointScheme)
    assert NYC.grade(points).grade == expected


@pytest.mark.parametrize(
    ("violations", "expected"),
    [([("hazard", 1)], 7), ([("critical", 1)], 5), ([("general", 1)], 2), ([("hazard", 5), ("general", 2)], 14)],
)
def test_nyc_points(violations: list[tuple[str, int]], expected: int) -> None:
    assert isinstance(NYC, PointScheme)
    assert NYC.points(violations) == expected


def test_nyc_pending_is_shown_and_is_no_grade() -> None:
    assert isinstance(NYC, PointScheme)
    assert NYC.grade(14, is_first_inspection=True).grade == "N"
    assert NYC.grade(30, is_contested=True).grade == "Z"
    assert NYC.grade(30, is_contested=True).colour is None
    assert NYC.grade(13, is_first_inspection=True, is_contested=True).grade == "A"


@pytest.mark.parametrize("violations", [[("rumour", 1)], [("general", 0)], [("general", 6)]])
def test_nyc_what_the_table_does_not_have_is_refused(violations: list[tuple[str, int]]) -> None:
    assert isinstance(NYC, PointScheme)
    with pytest.raises(ValueError, match=r"kind is one of|condition is 1 to 5"):
        NYC.points(violations)
