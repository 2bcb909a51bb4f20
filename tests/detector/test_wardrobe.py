"""Whom to look at, and what looks add up to; pure, so time is a number."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from detector.attire import Reading
from detector.settings import AttireSettings
from detector.wardrobe import Look, Wardrobe, voted
from domain.attire import Wearing
from domain.detection import Track
from domain.geometry import Box

SETTINGS = AttireSettings(interval_seconds=1.0, votes=5, minimum_votes=3, memory_seconds=15.0)
LETTERS = {"p": Wearing.PRESENT, "a": Wearing.ABSENT, "u": Wearing.UNCLEAR}
AT = datetime(2026, 11, 26, tzinfo=UTC)


def track(track_id: int = 1, label: str = "person", *, is_confirmed: bool = True, is_visible: bool = True) -> Track:
    return Track(
        track_id=track_id,
        label=label,
        box=Box(0.2, 0.2, 0.4, 0.8),
        confidence=0.9,
        score=0.9,
        first_seen_at=AT,
        first_seen_clock=0.0,
        last_seen_clock=0.0,
        hits=5,
        travelled=0.0,
        is_confirmed=is_confirmed,
        is_visible=is_visible,
    )


def reading(letter: str, confidence: float = 0.9) -> tuple[Reading, ...]:
    state = LETTERS[letter]
    return (Reading(attribute="headwear", state=state, confidence=0.0 if letter == "u" else confidence),)


def looks(letters: str) -> list[Look]:
    return [Look(clock=float(place), readings=reading(letter)) for place, letter in enumerate(letters)]


@pytest.mark.parametrize(
    ("letters", "expected"),
    [
        ("a", "u"),  # one look says nothing
        ("aa", "u"),
        ("aaa", "a"),
        ("ppp", "p"),
        ("aap", "a"),  # two of three
        ("aau", "a"),
        ("auu", "u"),  # those who could not tell count
        ("aapp", "u"),  # a tie
        ("aaapp", "a"),
        ("aappu", "u"),  # two of five is no majority
        ("uuuuu", "u"),
        ("pppua", "p"),
    ],
)
def test_the_majority_of_all_looks_decides(letters: str, expected: str) -> None:
    (attire,) = voted(looks(letters), SETTINGS)

    assert attire.state is LETTERS[expected]
    assert (attire.confidence > 0) == (expected != "u")
    assert attire.judged_at_clock == len(letters) - 1


def test_confidence_is_the_mean_of_the_votes_that_won() -> None:
    given = [Look(clock=0.0, readings=reading("a", share)) for share in (0.8, 0.9)]
    given.append(Look(clock=1.0, readings=reading("p", 1.0)))

    (attire,) = voted(given, SETTINGS)

    assert attire.confidence == pytest.approx(0.85)


def test_nothing_is_said_of_nobody() -> None:
    assert voted([], SETTINGS) == ()


def seen(wardrobe: Wardrobe, letters: str, *, start: float = 0.0) -> Wardrobe:
    """One look a second at track 1."""
    for place, letter in enumerate(letters):
        clock = start + place
        wardrobe = wardrobe.trying([track()], clock).taken_in([track()], [reading(letter)], clock, SETTINGS)
    return wardrobe


def test_older_looks_give_way_to_newer_ones() -> None:
    wardrobe = seen(Wardrobe(), "ppppp" + "aaa")

    (dressed,) = wardrobe.dressed([track()], 8.0, SETTINGS)

    assert [attire.state for attire in dressed.attire] == [Wearing.ABSENT]


def test_looks_that_are_too_old_count_no_more() -> None:
    wardrobe = seen(Wardrobe(), "aaa")

    assert wardrobe.dressed([track()], 10.0, SETTINGS)[0].attire[0].state is Wearing.ABSENT
    assert wardrobe.dressed([track()], 16.5, SETTINGS)[0].attire[0].state is Wearing.UNCLEAR
    assert wardrobe.dressed([track()], 60.0, SETTINGS)[0].attire == ()


def test_who_was_not_looked_at_wears_nothing_known() -> None:
    assert seen(Wardrobe(), "aaa").dressed([track(2)], 3.0, SETTINGS)[0].attire == ()


def test_looks_die_with_their_track() -> None:
    wardrobe = seen(Wardrobe(), "aaa").kept([track(2)])

    assert wardrobe == Wardrobe()


def test_a_person_is_due_once_an_interval() -> None:
    wardrobe = Wardrobe().trying([track()], 10.0)

    assert wardrobe.due([track()], 10.9, SETTINGS) == []
    assert wardrobe.due([track()], 11.0, SETTINGS) == [track()]


def test_those_who_waited_longest_come_first() -> None:
    wardrobe = Wardrobe().trying([track(1)], 10.0).trying([track(2)], 9.0)

    due = wardrobe.due([track(1), track(2), track(4), track(3)], 20.0, SETTINGS)

    assert [each.track_id for each in due] == [3, 4, 2, 1]


@pytest.mark.parametrize(
    "other",
    [track(label="rodent"), track(is_confirmed=False), track(is_visible=False)],
    ids=["no person", "not confirmed", "not in view"],
)
def test_nobody_else_is_looked_at(other: Track) -> None:
    assert Wardrobe().due([other], 5.0, SETTINGS) == []


def test_more_votes_than_are_kept_cannot_be_asked_for() -> None:
    with pytest.raises(ValidationError, match="minimum_votes"):
        AttireSettings(votes=2, minimum_votes=3)
