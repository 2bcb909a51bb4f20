from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from credit.colour import Held, hold, shown
from credit.facts import Remedy
from credit.index import Assessment, Standing, assess
from credit.profile import Colour
from domain.risk import RiskClass
from tests.credit.figures import PROFILE, TODAY, facts, finding

DAY = timedelta(days=1)


def assessed(low: float, value: float, high: float, day: date = TODAY) -> Assessment:
    """An assessment with these figures; what it rests on does not matter here."""
    base = assess(replace(facts(), as_of=day), PROFILE)
    return replace(base, low=low, value=value, high=high, band=PROFILE.band(value))


def after(days: int, *, low: float, value: float, high: float, before: Held | None) -> Held | None:
    for number in range(days):
        before = hold(before, assessed(low, value, high, TODAY + number * DAY), PROFILE)
    return before


def green() -> Held:
    return Held(colour=Colour.GREEN, since=TODAY - 30 * DAY)


def test_the_first_number_gives_the_colour_of_its_band() -> None:
    held = hold(None, assessed(50, 70, 90), PROFILE)

    assert held == Held(colour=Colour.ORANGE, since=TODAY)


def test_a_figure_that_wavers_about_a_cut_changes_nothing() -> None:
    held = after(60, low=70, value=74, high=76, before=green())

    assert held is not None
    assert (held.colour, held.leaning) == (Colour.GREEN, None)


def test_a_colour_changes_only_after_seven_days_with_the_whole_interval_beyond_the_cut() -> None:
    held = after(7, low=62, value=66, high=70, before=green())
    assert held is not None
    assert (held.colour, held.leaning, held.leaning_since) == (Colour.GREEN, Colour.ORANGE, TODAY)

    held = hold(held, assessed(62, 66, 70, TODAY + 7 * DAY), PROFILE)

    assert held == Held(colour=Colour.ORANGE, since=TODAY + 7 * DAY)


def test_a_day_on_the_old_side_starts_the_seven_days_anew() -> None:
    held = after(6, low=62, value=66, high=70, before=green())
    held = hold(held, assessed(62, 74, 80, TODAY + 6 * DAY), PROFILE)
    held = hold(held, assessed(62, 66, 70, TODAY + 7 * DAY), PROFILE)

    assert held is not None
    assert (held.colour, held.leaning_since) == (Colour.GREEN, TODAY + 7 * DAY)


def test_days_of_which_nothing_is_known_are_no_days_beyond_doubt() -> None:
    held = after(1, low=62, value=66, high=70, before=green())
    held = hold(held, assessed(62, 66, 70, TODAY + 20 * DAY), PROFILE)

    assert held is not None
    assert (held.colour, held.leaning, held.leaning_days) == (Colour.GREEN, Colour.ORANGE, 2)


def test_two_figures_of_one_day_are_one_day() -> None:
    held = green()
    for _ in range(20):
        following = hold(held, assessed(62, 66, 70), PROFILE)
        assert following is not None
        held = following

    assert (held.colour, held.leaning_days) == (Colour.GREEN, 1)


def test_the_way_back_is_as_calm_as_the_way_down() -> None:
    red = Held(colour=Colour.RED, since=TODAY - 30 * DAY)

    held = after(7, low=61, value=63, high=74, before=red)
    assert held is not None
    assert held.colour is Colour.RED
    held = hold(held, assessed(61, 63, 74, TODAY + 7 * DAY), PROFILE)
    assert held is not None
    assert held.colour is Colour.ORANGE


def test_a_cap_acts_at_once_and_is_lifted_at_once() -> None:
    rat = finding(1, code="pest.rodent", risk_class=RiskClass.I)
    held = green()

    is_open = assess(facts([rat]), PROFILE)
    is_fixed = assess(facts([replace(rat, remedy=Remedy.ON_TIME)]), PROFILE)

    assert shown(hold(held, is_open, PROFILE), is_open) is Colour.ORANGE
    assert shown(hold(held, is_fixed, PROFILE), is_fixed) is Colour.GREEN


def test_where_nothing_is_known_no_colour_is_shown_and_the_old_one_is_not_forgotten() -> None:
    unknown = assess(facts(hours=5.0), PROFILE)

    assert unknown.standing is Standing.INSUFFICIENT
    assert hold(green(), unknown, PROFILE) == green()
    assert shown(green(), unknown) is None
    assert hold(None, unknown, PROFILE) is None


def test_an_open_finding_of_class_one_is_shown_although_there_is_no_number() -> None:
    unknown = assess(facts([finding(1, code="pest.rodent", risk_class=RiskClass.I)], hours=5.0), PROFILE)

    assert shown(None, unknown) is Colour.ORANGE


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100), st.floats(0, 100)), max_size=40))
def test_two_changes_of_colour_are_never_closer_than_seven_days(days: list[tuple[float, float, float]]) -> None:
    held: Held | None = green()
    changes: list[date] = []
    for number, figures in enumerate(days):
        before = held
        low, value, high = sorted(figures)
        held = hold(held, assessed(low, value, high, TODAY + number * DAY), PROFILE)
        if held is not None and before is not None and held.colour is not before.colour:
            changes.append(TODAY + number * DAY)

    assert all(later - earlier >= timedelta(days=7) for earlier, later in pairwise(changes))
