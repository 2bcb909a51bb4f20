import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.cursors import cursor_after, item_before


@given(st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True))
def test_a_cursor_leads_back_to_its_item(item_id: str) -> None:
    assert item_before(cursor_after(item_id)) == item_id


def test_a_cursor_does_not_show_what_is_in_it() -> None:
    assert "0190aaaa" not in cursor_after("0190aaaa-0000-7000-8000-000000000001")


@pytest.mark.parametrize("text", ["", "x", "!!!!", "MjphYmM", "MTo", "5L2g", "MTphIGI"])
def test_a_text_that_is_no_cursor_is_recognised(text: str) -> None:
    assert item_before(text) is None


@given(st.text(max_size=60))
def test_no_text_breaks_the_reading(text: str) -> None:
    item_id = item_before(text)

    assert item_id is None or item_id
