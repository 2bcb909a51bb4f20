import pytest

from credit.profile import Colour
from credit.sampling import SHARES, draw, lot
from domain.ids import EnterpriseId

FIRMS = [EnterpriseId(f"enterprise-{number}") for number in range(4_000)]


def test_the_same_seed_and_period_give_the_same_plan_whatever_the_order() -> None:
    listed = [(firm, Colour.GREEN) for firm in FIRMS[:50]]

    assert draw(listed, seed="公开种子", period="2026-12") == draw(listed[::-1], seed="公开种子", period="2026-12")


def test_another_period_draws_others() -> None:
    listed = [(firm, Colour.GREEN) for firm in FIRMS]
    first, second = (
        {each.enterprise_id for each in draw(listed, seed="s", period=period) if each.is_drawn}
        for period in ("2026-11", "2026-12")
    )

    assert first != second


@pytest.mark.parametrize("colour", [Colour.GREEN, Colour.ORANGE, Colour.RED, None])
def test_each_colour_is_drawn_as_often_as_its_chance(colour: Colour | None) -> None:
    plan = draw([(firm, colour) for firm in FIRMS], seed="s", period="2026-12")

    drawn = sum(each.is_drawn for each in plan) / len(plan)
    assert drawn == pytest.approx(SHARES[colour], abs=0.03)


def test_everybody_can_check_a_lot() -> None:
    assert lot("s", "2026-12", FIRMS[0]) == lot("s", "2026-12", FIRMS[0])
    assert 0.0 <= lot("s", "2026-12", FIRMS[1]) < 1.0


def test_a_plan_without_a_seed_or_with_a_chance_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="must not be empty"):
        draw([], seed=" ", period="2026-12")
    with pytest.raises(ValueError, match="must be in"):
        draw([], seed="s", period="2026-12", shares={Colour.RED: 2.0})
