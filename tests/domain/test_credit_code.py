import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.credit_code import ALPHABET, CreditCode, CreditCodeError

# The worked example of the standard, and codes of well-known firms that stand on their public pages.
VALID = ["91350100M000100Y43", "914403001922038216", "9144030071526726XG", "91110108551385082Q", "91330100799655058B"]

numbers = st.integers(0, 99_999_999)


@pytest.mark.parametrize("code", VALID)
def test_real_codes_are_accepted(code: str) -> None:
    assert str(CreditCode(code)) == code


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("91350100M000100Y4Z", "character 18 is 'Z'"),
        ("91310115MA1G4L1WXK", "must be"),
        ("", "18 characters expected, 0 found"),
        ("91350100M000100Y4", "18 characters expected, 17 found"),
        ("91350100M000100Y433", "18 characters expected, 19 found"),
        ("9135010OM000100Y43", "character 8 is 'O'"),
        ("9135010AM000100Y43", "characters 3 to 8"),
        ("91350100m000100Y43", "character 9 is 'm'"),
        ("9135010０M000100Y43", "character 8"),
        ("91350100M000100Y53", "character 17 must be 4, found 5"),
        ("91350100M000100Y44", "character 18 must be 3, found 4"),
        ("91 50100M000100Y43", "character 3 is ' '"),
    ],
)
def test_what_is_no_code_is_refused_with_the_reason(code: str, reason: str) -> None:
    with pytest.raises(CreditCodeError, match=reason) as caught:
        CreditCode(code)

    assert caught.value.text == code
    assert reason in caught.value.reason


@given(st.sampled_from(VALID), st.integers(0, 17), st.sampled_from(ALPHABET))
def test_every_change_of_one_character_is_detected(code: str, place: int, character: str) -> None:
    changed = code[:place] + character + code[place + 1 :]

    if changed == code:
        assert CreditCode(changed).value == code
    else:
        with pytest.raises(CreditCodeError):
            CreditCode(changed)


@given(st.sampled_from(VALID), st.integers(0, 16))
def test_every_exchange_of_two_neighbours_is_detected(code: str, place: int) -> None:
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]

    if swapped == code:
        assert CreditCode(swapped).value == code
    else:
        with pytest.raises(CreditCodeError):
            CreditCode(swapped)


@given(st.text(max_size=20))
def test_any_text_is_a_code_or_refused(text: str) -> None:
    found: CreditCode | CreditCodeError
    try:
        found = CreditCode.parse(text)
    except CreditCodeError as error:
        found = error

    assert found.value.isascii() if isinstance(found, CreditCode) else found.reason


@pytest.mark.parametrize("typed", [" 91350100M000100Y43\n", "91350100m000100y43", "\u300091350100M000100Y43"])
def test_space_and_lower_case_are_forgiven(typed: str) -> None:
    assert CreditCode.parse(typed).value == "91350100M000100Y43"


@given(numbers)
def test_generated_codes_are_valid_and_belong_to_no_region(number: int) -> None:
    code = CreditCode.generated(number)

    assert CreditCode(code.value) == code
    assert code.value[2:8] == "000000"


@given(numbers, numbers)
def test_each_number_gives_another_code(first: int, second: int) -> None:
    assert (CreditCode.generated(first) == CreditCode.generated(second)) == (first == second)


@pytest.mark.parametrize("number", [-1, 100_000_000])
def test_a_number_without_a_code_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="at most 8 digits"):
        CreditCode.generated(number)
