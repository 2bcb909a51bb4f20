"""Kinds of field that many requests share: bounded texts without control characters, ids, instants."""

import unicodedata
from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

LARGEST_FEED_ID = 2**63 - 1
_ID_PATTERN = r"^[A-Za-z0-9_-]{1,64}$"


def _plain_text(text: str) -> str:
    """Control characters (NUL above all) are refused: databases, logs and MQTT topics stumble over them."""
    for character in text:
        if unicodedata.category(character) in {"Cc", "Cs"} and character not in "\n\t":
            raise ValueError("a text without control characters")
    return text


def one_line(text: str) -> str:
    if "\n" in text or "\t" in text:
        raise ValueError("a text of one line")
    return _plain_text(text)


Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), AfterValidator(one_line)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000), AfterValidator(_plain_text)]
GivenReason = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000), AfterValidator(_plain_text)
]
Location = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000), AfterValidator(one_line)
]
ExternalId = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(one_line)
]
ItemId = Annotated[str, StringConstraints(pattern=_ID_PATTERN)]
PathId = Annotated[str, Path(pattern=_ID_PATTERN)]
QueryId = Annotated[str, Query(pattern=_ID_PATTERN)]


class Received(BaseModel):
    """A request's body: unknown fields are errors, or a typing mistake would silently change nothing."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class Shown(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(frozen=True)


class Page(Shown):
    """What every list has: `next` is the address of the following page, null on the last."""

    next: str | None = None


def given(body: BaseModel) -> dict[str, Any]:
    """The fields that the client sent: a field left out of a PATCH stays as it is, one sent as null is set to null."""
    return {name: getattr(body, name) for name in body.model_fields_set}
