"""Codes of authenticator apps (RFC 6238) and codes for when the device is lost."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.second_factor import (
    RECOVERY_CODES,
    STEP_SECONDS,
    is_code,
    matching_step,
    new_recovery_codes,
    new_secret,
    provisioning_uri,
    recovery_sha256,
    step_of,
)

# RFC 6238, appendix B, SHA-1: the last six of the eight digits, under the ASCII secret 12345678901234567890.
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
RFC_TABLE = [
    (59, "287082"),
    (1111111109, "081804"),
    (1111111111, "050471"),
    (1234567890, "005924"),
    (2000000000, "279037"),
    (20000000000, "353130"),
]


@pytest.mark.parametrize(("seconds", "code"), RFC_TABLE)
def test_the_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    now = datetime.fromtimestamp(seconds, UTC)

    assert matching_step(RFC_SECRET, code, now, after=0) == seconds // 30


moments = st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2100, 1, 1)).map(  # noqa: DTZ001 - made aware
    lambda naive: naive.replace(tzinfo=UTC)
)


@given(now=moments, off=st.integers(-1, 1))
def test_a_clock_that_is_half_a_minute_off_still_opens(now: datetime, off: int) -> None:
    step = step_of(now) + off
    code = pyotp.TOTP(RFC_SECRET).generate_otp(step)

    assert matching_step(RFC_SECRET, code, now, after=step - 3) is not None


@given(now=moments, off=st.sampled_from([-4, -3, -2, 2, 3, 4]))
def test_a_code_of_another_minute_opens_nothing(now: datetime, off: int) -> None:
    maker = pyotp.TOTP(RFC_SECRET)
    code = maker.generate_otp(step_of(now) + off)
    near = {maker.generate_otp(step_of(now) + one) for one in (-1, 0, 1)}

    assert (matching_step(RFC_SECRET, code, now, after=0) is None) == (code not in near)


@given(now=moments)
def test_a_step_that_was_used_is_spent_and_so_are_those_before(now: datetime) -> None:
    step = step_of(now)
    maker = pyotp.TOTP(RFC_SECRET)
    later = {maker.generate_otp(step + 1)}

    for used in (step - 1, step):
        code = maker.generate_otp(used)
        if code not in later:
            assert matching_step(RFC_SECRET, code, now, after=step) is None


def test_people_write_codes_with_spaces() -> None:
    now = datetime.fromtimestamp(59, UTC)

    assert is_code("287 082")
    assert matching_step(RFC_SECRET, " 287 082", now, after=0) == 1


def test_letters_beyond_ascii_are_no_code_and_break_nothing() -> None:
    assert not is_code("２８７０８２")
    assert matching_step(RFC_SECRET, "２８７０８２", datetime.fromtimestamp(59, UTC), after=0) is None


def test_each_secret_and_each_recovery_code_is_another() -> None:
    codes = new_recovery_codes()

    assert len({new_secret() for _ in range(50)}) == 50
    assert len(set(codes)) == RECOVERY_CODES
    assert not any(is_code(code) for code in codes)
    assert recovery_sha256(codes[0]) == recovery_sha256(codes[0].lower().replace("-", " "))
    assert recovery_sha256(codes[0]) != recovery_sha256(codes[1])


def test_an_app_reads_the_account_and_whose_it_is() -> None:
    uri = provisioning_uri(RFC_SECRET, "王 li@x")
    read = pyotp.parse_uri(uri)

    assert uri.startswith("otpauth://totp/Brightkitchen:")
    assert (read.name, read.issuer) == ("王 li@x", "Brightkitchen")
    assert isinstance(read, pyotp.TOTP)
    assert read.interval == STEP_SECONDS
    now = datetime.now(UTC)
    assert matching_step(RFC_SECRET, read.at(now + timedelta(0)), now, after=0) is not None
