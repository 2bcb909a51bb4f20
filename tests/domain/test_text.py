import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.text import require_text

PRINTABLE = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=20).filter(str.strip)


@given(PRINTABLE)
def test_printable_text_is_taken(value: str) -> None:
    require_text("name", value)

    assert value.encode("utf-8").decode("utf-8") == value


@given(PRINTABLE, st.characters(categories=("Cc", "Cs")), PRINTABLE)
def test_a_control_character_anywhere_is_refused(before: str, control: str, after: str) -> None:
    with pytest.raises(ValueError, match=f"no control characters, got {ord(control):#06x} at place {len(before) + 1}"):
        require_text("name", before + control + after)


def test_the_longest_text_may_be_just_that_long() -> None:
    require_text("name", "x" * 5, longest=5)

    with pytest.raises(ValueError, match="at most 5 characters, got 6"):
        require_text("name", "x" * 6, longest=5)
