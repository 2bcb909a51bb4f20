"""The unified social credit code of an organisation (统一社会信用代码, GB 32100-2015).

18 characters: registration department, category, six digits of region, nine of organisation code
(GB 11714-1997: eight and a check) and a check character.
Check: C18 = (31 - sum(C_i * W_i) mod 31) mod 31 with W_i = 3^(i-1) mod 31, i = 1..17.
Organisation part: C9 = 11 - sum(C_i * W_i) mod 11, W = 3 7 9 10 5 8 4 2, where 10 is written X and 11 is 0.
"""

from dataclasses import dataclass
from typing import Self

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I, O, S, V, Z
_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


class CreditCodeError(ValueError):
    """The text is no unified social credit code.

    `text` is what was given, `reason` says what is wrong with it.
    """

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(f"{text!r} is no unified social credit code: {reason}")
        self.text = text
        self.reason = reason


@dataclass(frozen=True, slots=True)
class CreditCode:
    """A code whose form and both check characters are right; that it is registered is another question."""

    value: str

    def __post_init__(self) -> None:
        value = self.value
        if len(value) != 18:
            raise CreditCodeError(value, f"18 characters expected, {len(value)} found")
        for place, character in enumerate(value, start=1):
            if character not in ALPHABET:
                raise CreditCodeError(value, f"character {place} is {character!r}, expected one of {ALPHABET}")
        if not value[2:8].isdigit():
            raise CreditCodeError(value, f"characters 3 to 8 are a region of digits, found {value[2:8]!r}")
        organisation = _organisation_check(value[8:16])
        if value[16] != organisation:
            raise CreditCodeError(value, f"character 17 must be {organisation}, found {value[16]}")
        check = _check(value[:17])
        if value[17] != check:
            raise CreditCodeError(value, f"character 18 must be {check}, found {value[17]}")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a code as people type it: surrounding space and lower case are forgiven."""
        return cls(text.strip().upper())

    @classmethod
    def generated(cls, number: int) -> Self:
        """A valid code in the unassigned region 000000, for demonstrations: it can belong to no real firm.

        `number` is 0 to 99,999,999; each gives another code.
        """
        if not 0 <= number < 10**8:
            raise ValueError(f"number must have at most 8 digits, got {number}")
        body = f"91000000{number:08d}"
        body += _organisation_check(body[8:16])
        return cls(body + _check(body))

    def __str__(self) -> str:
        return self.value


def _check(first_17: str) -> str:
    total = sum(ALPHABET.index(c) * w for c, w in zip(first_17, _WEIGHTS, strict=True))
    return ALPHABET[(31 - total % 31) % 31]


def _organisation_check(first_8: str) -> str:
    """A to Z count 10 to 35 here, letters that GB 32100 leaves out included."""
    total = sum(int(c, 36) * w for c, w in zip(first_8, _ORGANISATION_WEIGHTS, strict=True))
    check = 11 - total % 11
    return {10: "X", 11: "0"}.get(check, str(check))
