"""A report as its parts, before anybody draws it: the same for PDF and XLSX.

What is not known is None and shown as a dash or as 数据不足; a part never holds a guess.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias

Cell: TypeAlias = str | int | float | None
Say: TypeAlias = Callable[[str, str], str]


class Language(StrEnum):
    ZH = "zh"
    EN = "en"

    @property
    def say(self) -> Say:
        """Choose between the Chinese and the English words."""
        return _chinese if self is Language.ZH else _english


def _chinese(zh: str, _: str) -> str:
    return zh


def _english(_: str, en: str) -> str:
    return en


class Tone(StrEnum):
    """What a series or a mark stands for; each drawer has colours of its own for them."""

    CONFIRMED = "confirmed"
    UNREVIEWED = "unreviewed"
    DISMISSED = "dismissed"
    UNCLEAR = "unclear"
    GREEN = "green"
    ORANGE = "orange"
    RED = "red"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    words: str
    is_warning: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """`width` is its part of the row; numbers stand at the right. `places` are decimals of a float."""

    name: str
    width: float = 1.0
    is_number: bool = False
    places: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    name: str
    tone: Tone
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """Stacked bars; each series has a value for each category."""

    title: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]

    def __post_init__(self) -> None:
        for each in self.series:
            if len(each.values) != len(self.categories):
                raise ValueError(f"series {each.name}: expected {len(self.categories)} values, got {len(each.values)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """The index of one day, 0 to 100, with its interval; None where there was none."""

    label: str
    value: float | None
    low: float | None
    high: float | None
    tone: Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    title: str
    marks: tuple[Mark, ...]
    legend: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One's own figure beside the quartiles of peers, all in [0, 1]."""

    name: str
    own: float
    low: float
    middle: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Spans:
    title: str
    rows: tuple[Span, ...]
    legend: str
    names: tuple[str, str, str, str]
    """Of own, low, middle and high."""


Block: TypeAlias = Facts | Text | Table | Bars | Line | Spans


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`profile` and `inputs_sha256` name what the figures rest on; equal inputs give an equal `sha256`."""

    language: Language
    title: str
    subject: str
    period: str
    made_at: datetime
    profile: str
    inputs_sha256: str
    notices: tuple[str, ...]
    facts: Facts
    sections: tuple[Section, ...]
    file_name: str
    ledger_numbers: tuple[int, int] = field(default=(0, 0))

    @property
    def sha256(self) -> str:
        """Checksum of everything that is told, but for when it was made."""
        content: dict[str, Any] = asdict(self)
        del content["made_at"], content["ledger_numbers"]
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(text.encode()).hexdigest()


def digest_of(parts: Sequence[str]) -> str:
    """One checksum over several, in a fixed order."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
