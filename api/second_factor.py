"""The second factor of a login: time-based one-time codes (RFC 6238), and codes for when the device is lost. Pure.

A code is six digits of HMAC-SHA-1 over the number of the half minute, as every authenticator app makes it; the step
before and the one after count as well (RFC 6238, 5.2), because clocks of telephones are off by seconds. A step that was
used once is used up, and all steps before it, so a code that was looked at over a shoulder opens nothing.
"""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime

import pyotp

ISSUER = "Brightkitchen"
STEP_SECONDS = 30
DRIFT_STEPS = 1
DIGITS = 6
RECOVERY_CODES = 10
_RECOVERY_BYTES = 10  # 80 random bits: as with tokens, a fast hash is enough to store them


def new_secret() -> str:
    """160 random bits in base 32, as RFC 4226 (4, R6) asks for."""
    return pyotp.random_base32(32)


def provisioning_uri(secret: str, name: str) -> str:
    """The address that authenticator apps read from a picture (otpauth://totp/…)."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)


def step_of(now: datetime) -> int:
    """The number of the half minute since 1970."""
    return int(now.timestamp()) // STEP_SECONDS


def matching_step(secret: str, code: str, now: datetime, *, after: int) -> int | None:
    """The step whose code this is, among the present one and its neighbours, or None; steps up to `after` are spent."""
    tried = plain_code(code)
    present = step_of(now)
    maker = pyotp.TOTP(secret)
    found = None
    for step in range(present - DRIFT_STEPS, present + DRIFT_STEPS + 1):
        is_it = hmac.compare_digest(maker.generate_otp(step).encode(), tried.encode())
        if is_it and step > after and found is None:
            found = step
    return found


def is_code(text: str) -> bool:
    """Tell whether it looks like a code of the app, not like a recovery code."""
    plain = plain_code(text)
    return len(plain) == DIGITS and plain.isascii() and plain.isdigit()


def plain_code(text: str) -> str:
    """Without the spaces and dashes that people write, in capitals."""
    return "".join(text.split()).replace("-", "").upper()


def new_recovery_codes() -> list[str]:
    """Codes of 16 letters and digits in groups of four; each is good for one login."""
    return [_grouped(base64.b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode()) for _ in range(RECOVERY_CODES)]


def recovery_sha256(code: str) -> str:
    """How a recovery code is stored and looked up."""
    return hashlib.sha256(b"brightkitchen recovery " + plain_code(code).encode()).hexdigest()


def _grouped(text: str) -> str:
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))
