"""What any written entry must be: something, printable, and of a length that a list can show."""

import unicodedata

LONGEST_NAME = 200
LONGEST_LOCATION = 2_000
LONGEST_REASON = 1_000

# Control characters (line breaks, NUL) and halves of surrogate pairs: no screen shows them, PostgreSQL
# refuses NUL, and nothing that is written as UTF-8 can hold the other.
_REFUSED = frozenset({"Cc", "Cs"})


def require_text(name: str, value: str, longest: int = LONGEST_NAME, *, allowed: str = "") -> None:
    """Raise ValueError unless the text says something, holds no control character but `allowed`, and is short enough.

    The message does not repeat the text: it may be an address with a password.
    """
    if not value.strip():
        raise ValueError(f"{name} must not be empty")
    if len(value) > longest:
        raise ValueError(f"{name} must have at most {longest} characters, got {len(value)}")
    for place, character in enumerate(value, start=1):
        if unicodedata.category(character) in _REFUSED and character not in allowed:
            raise ValueError(f"{name} must hold no control characters, got {ord(character):#06x} at place {place}")
