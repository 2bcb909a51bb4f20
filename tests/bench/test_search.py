from hypothesis import given
from hypothesis import strategies as st

from bench.search import Capacity, largest_held


@given(truth=st.integers(0, 64), guess=st.integers(0, 80))
def test_with_enough_tries_the_search_finds_the_largest_number(truth: int, guess: int) -> None:
    found = largest_held(lambda cameras: cameras <= truth, guess=guess, limit=64, tries=40)

    assert found == Capacity(held=truth, lost=None if truth == 64 else truth + 1)


@given(truth=st.integers(0, 64), guess=st.integers(0, 80), tries=st.integers(1, 6))
def test_with_few_tries_it_says_what_it_tried_and_no_more(truth: int, guess: int, tries: int) -> None:
    tried = []

    def is_held(cameras: int) -> bool:
        tried.append(cameras)
        return cameras <= truth

    found = largest_held(is_held, guess=guess, limit=64, tries=tries)

    assert len(tried) <= tries
    assert len(set(tried)) == len(tried)
    assert all(1 <= cameras <= 64 for cameras in tried)
    assert found.held == max([cameras for cameras in tried if cameras <= truth], default=0)
    assert found.lost == min([cameras for cameras in tried if cameras > truth], default=None)


def test_a_good_guess_costs_two_trials() -> None:
    tried: list[int] = []

    def is_held(cameras: int) -> bool:
        tried.append(cameras)
        return cameras <= 3

    found = largest_held(is_held, guess=3, limit=64, tries=5)

    assert found.is_exact
    assert tried == [3, 4]
