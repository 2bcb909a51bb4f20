"""The invented year: repeatable, of nobody, and of every shape that a list has to show."""

from datetime import date

import pytest

from credit.fold import Gathered, facts_of, observed_sum, window_start
from credit.index import Standing, assess
from credit.ledger import SupervisionKind
from credit.profile import Colour
from service.demo.history import ENTERPRISES
from service.demo.year import DemoFirm, demo_year
from tests.credit.figures import PROFILE

UNTIL = date(2026, 11, 20)
FIRMS = list(demo_year(24, until=UNTIL))


def test_the_same_numbers_tell_the_same_year() -> None:
    assert list(demo_year(2, until=UNTIL)) == FIRMS[:2]


def test_every_code_is_valid_and_of_a_region_that_is_assigned_to_nobody() -> None:
    codes = {firm.enterprise.credit_code.value for firm in FIRMS}
    decisions = [firm.decision for firm in FIRMS if firm.decision is not None]

    assert len(codes) == len(FIRMS)
    assert {code[2:8] for code in codes} == {"000000"}
    assert all("虚构" in firm.enterprise.name for firm in FIRMS)
    assert all("虚构" in each.document_no and each.authority_code[2:8] == "000000" for each in decisions)


@pytest.mark.parametrize("firms", [FIRMS, FIRMS[:ENTERPRISES]], ids=["many", "those of the demonstration"])
def test_there_is_something_of_each_shape_to_show(firms: list[DemoFirm]) -> None:
    start = window_start(PROFILE, UNTIL)
    standings, colours = set(), set()
    for firm in firms:
        entries = tuple(each for each in firm.supervision if each.kind is not SupervisionKind.OBSERVED)
        observed = observed_sum(firm.supervision, start, UNTIL)
        gathered = Gathered(enterprise_id=firm.enterprise.enterprise_id, entries=entries, observed=observed)
        judged = assess(facts_of(gathered, PROFILE, UNTIL), PROFILE)
        standings.add(judged.standing)
        if judged.band is not None:
            colours.add(judged.band.colour.at_most(judged.cap))

    assert standings == {Standing.KNOWN, Standing.NEW}
    assert colours == set(Colour)
    assert any(firm.decision is not None for firm in firms)
