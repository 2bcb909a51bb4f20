import json
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.seals import ORIGIN, Seal, SealDraft, canonical, entry, extend, link, sha256_of
from tests.alerts.chains import SEALED_AT

DOCUMENTS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abz\u4e2d\U0001f600"), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        # Appendix B of RFC 8785.
        (0.0, "0"),
        (-0.0, "0"),
        (5e-324, "5e-324"),
        (-1.7976931348623157e308, "-1.7976931348623157e+308"),
        (9007199254740992.0, "9007199254740992"),
        (295147905179352830000.0, "295147905179352830000"),
        (9.999999999999997e22, "9.999999999999997e+22"),
        (1e23, "1e+23"),
        (999999999999999700000.0, "999999999999999700000"),
        (1e21, "1e+21"),
        (9.999999999999997e-7, "9.999999999999997e-7"),
        (0.000001, "0.000001"),
        (333333333.3333332, "333333333.3333332"),
        (-0.0000033333333333333333, "-0.0000033333333333333333"),
        (1.0, "1"),
        (0.75, "0.75"),
    ],
)
def test_numbers_are_written_as_the_standard_says(value: float, expected: str) -> None:
    assert canonical(value).decode() == expected


def test_keys_are_sorted_by_their_utf16_units_and_texts_are_escaped_as_the_standard_says() -> None:
    found = canonical({"\U0001f600": 1, "\ufb33": 2, "€": '\u20ac$\u000f\nA\'B"\\\\"/'})
    assert found.decode() == '{"€":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/","😀":1,"\ufb33":2}'


def test_instants_are_told_in_utc_and_days_as_days() -> None:
    shanghai = datetime(2026, 1, 5, 16, 0, 0, 5, tzinfo=timezone(timedelta(hours=8)))
    assert canonical([shanghai, date(2026, 1, 5)]) == b'["2026-01-05T08:00:00.000005Z","2026-01-05"]'


def test_what_json_cannot_hold_is_refused() -> None:
    for value in (float("nan"), float("inf"), b"bytes", object()):
        with pytest.raises(ValueError, match="canonical JSON"):
            canonical(value)


@given(DOCUMENTS)
@settings(max_examples=60)
def test_the_canonical_form_is_json_of_the_same_value_and_steady(document: Any) -> None:
    text = canonical(document)
    read = json.loads(text, parse_int=float)  # every number of JSON is a double here, as in the standard
    assert read == document
    assert canonical(read) == text


def draft(number: int) -> SealDraft:
    step = {"feed_id": number, "alert_id": "a", "sequence": number}
    return SealDraft(feed_id=number, alert_id="a", step=step, alert={"sequence": number}, evidence=[])


def test_a_seal_rests_on_the_one_before_and_on_its_entry() -> None:
    first, second = extend(None, [draft(1), draft(2)], SEALED_AT)
    content = entry(2, SEALED_AT, draft(2).step, sha256_of({"sequence": 2}), sha256_of([]))
    assert (first.number, second.number) == (1, 2)
    assert first.digest == link(ORIGIN, first.entry_sha256)
    assert second.entry_sha256 == sha256_of(content)
    assert second.digest == link(first.digest, second.entry_sha256)


def test_a_chain_in_two_parts_is_the_chain_in_one() -> None:
    whole = extend(None, [draft(1), draft(2), draft(3)], SEALED_AT)
    begun: list[Seal] = extend(None, [draft(1)], SEALED_AT)
    assert begun + extend(begun[-1], [draft(2), draft(3)], SEALED_AT) == whole


def test_the_form_of_a_seal_stays_what_it_is() -> None:
    """Whoever changes the form makes a new number of it: seals of today are checked in ten years."""
    moment = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
    (seal,) = extend(None, [draft(1)], moment)
    assert seal.form == 1
    assert seal.digest == "322eaa413f1d3ee43de078818cdba41a3aef7ff794185a77841a574c6e6045c8"
