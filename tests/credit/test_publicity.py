import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit.publicity import PublicConsents, PublicExtent
from credit.publicity_testing import InMemoryConsents
from tests.credit.publicity_contract import PublicConsentsContract

extents = st.sampled_from(PublicExtent)


class TestInMemoryConsents(PublicConsentsContract):
    @pytest.fixture
    def consents(self) -> PublicConsents:
        return InMemoryConsents()


@given(one=extents, other=extents)
def test_of_two_extents_never_more_than_either_is_shown(one: PublicExtent, other: PublicExtent) -> None:
    order = list(PublicExtent)

    assert order.index(one.at_most(other)) == min(order.index(one), order.index(other))
    assert one.at_most(other) == other.at_most(one)
