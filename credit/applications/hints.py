"""What a pre-check says of a paper: hints for a person, never a verdict. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from domain.geometry import Box


class Check(StrEnum):
    """What is looked at."""

    LEGIBLE = "legible"
    TEMPLATE = "template"
    DRAFT_MARK = "draft_mark"
    EMPTY_FIELD = "empty_field"
    DATE = "date"
    NAME = "name"
    CREDIT_CODE = "credit_code"
    DOCUMENT_NO = "document_no"
    SEAL = "seal"
    SEAL_NAME = "seal_name"
    SIGNATURE = "signature"
    ATTACHMENTS = "attachments"


class Finding(StrEnum):
    """`looks_right` and `looks_wrong` are how it looks to a machine; a person decides what is so."""

    LOOKS_RIGHT = "looks_right"
    LOOKS_WRONG = "looks_wrong"
    COULD_NOT_TELL = "could_not_tell"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """One remark. `page` counts from 1; None is about the paper as a whole. `box` is a part of that page."""

    check: Check
    finding: Finding
    expected: str
    found: str
    page: int | None = None
    box: Box | None = None

    def __post_init__(self) -> None:
        if self.box is not None and self.page is None:
            raise ValueError("a box lies on a page")
