"""Comparison with peers by HTTP: what leaves, and who may ask."""

from datetime import date, timedelta

import pytest

from api.ports import Role
from domain.credit_code import CreditCode
from domain.ids import EnterpriseId
from domain.organisation import Enterprise
from tests.api.kitchen import FIRM, ONE_SITE, OTHER_FIRM, OWN_FIRM, Kitchen
from tests.credit.entries import case, observed

TODAY = date(2026, 1, 5)  # of the kitchen's clock
PEERS = f"/api/v1/enterprises/{FIRM}/credit/peers"


@pytest.fixture
def street(kitchen: Kitchen) -> Kitchen:
    """The firm and eleven others that were watched as long; the firm alone has findings, none of them corrected."""
    entries = [observed(TODAY - timedelta(days=days)) for days in range(1, 121)]
    kitchen.twins.ledgers.append(
        [],
        [
            *entries,
            *(
                case(n, day=TODAY - timedelta(days=9), at=kitchen.twins.clock.now() - timedelta(days=9))
                for n in range(1, 13)
            ),
        ],
    )
    for number in range(20, 31):
        name = EnterpriseId(f"peer-{number}")
        kitchen.twins.registry.add_enterprise(
            Enterprise(enterprise_id=name, name=f"邻家示例 {number}", credit_code=CreditCode.generated(number))
        )
        kitchen.twins.ledgers.append(
            [],
            [
                observed(TODAY - timedelta(days=days), enterprise_id=name, entry_id=f"{name}:{days}")
                for days in range(1, 121)
            ],
        )
    return kitchen


def test_an_enterprise_sees_its_place_among_others_and_none_of_them(street: Kitchen) -> None:
    answer = street.client(Role.OPERATOR, OWN_FIRM).get(PEERS)

    told = answer.json()
    assert (told["ring"], told["count"], told["least"]) == ("everywhere", 11, 10)
    assert told["index"]["percentile"] == 0.0
    assert "S5" in told["weak_points"]
    assert {each["dimension_id"] for each in told["dimensions"] if each["is_weak"]} == set(told["weak_points"])
    assert all(each["count"] >= told["least"] for each in told["dimensions"])
    assert "邻家" not in answer.text
    assert "peer-" not in answer.text
    kinds = [each["kind"] for each in told["suggestions"]]
    assert {"overdue", "repeated", "weak:S5"} <= set(kinds)
    assert all(each["reason_zh"] and each["reason_en"] for each in told["suggestions"])


def test_with_too_few_peers_nothing_is_compared_and_it_says_how_many_there_are(kitchen: Kitchen) -> None:
    told = kitchen.client(Role.REGULATOR).get(PEERS).json()

    assert (told["ring"], told["index"], told["dimensions"], told["weak_points"]) == (None, None, [], [])
    assert (told["count"], told["least"]) == (0, 10)


def test_only_who_may_see_the_index_sees_the_comparison(street: Kitchen) -> None:
    assert street.client(Role.VIEWER).get(PEERS).status_code == 403
    assert street.client(Role.OPERATOR, ONE_SITE).get(PEERS).status_code == 404
    other = f"/api/v1/enterprises/{OTHER_FIRM}/credit/peers"
    assert street.client(Role.OPERATOR, OWN_FIRM).get(other).status_code == 404
