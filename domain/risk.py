"""What must not happen, by law or house rule: risk codes."""

import re
from dataclasses import dataclass
from enum import StrEnum

from domain.clause import Clause

CODE_PATTERN = r"[a-z]+(\.[a-z_]+)+"
_SLUG = re.compile(CODE_PATTERN)


class RiskClass(StrEnum):
    """Urgency after the Hubei measure: I at once, II by a deadline, III daily supervision; ops is about devices."""

    I = "I"  # noqa: E741 - the class is called I in every document
    II = "II"
    III = "III"
    OPS = "ops"

    def is_above(self, other: "RiskClass") -> bool:
        """More urgent. Devices stand beside the ladder of findings: ops is above nothing, and nothing is above it."""
        ladder = (RiskClass.III, RiskClass.II, RiskClass.I)
        return self in ladder and other in ladder and ladder.index(self) > ladder.index(other)


class Duty(StrEnum):
    """How binding a code is. Only a profile of the jurisdiction can turn `should` into `must`."""

    MUST = "must"
    ZONE_MUST = "zone_must"
    LOCAL_MUST = "local_must"
    SHOULD = "should"
    SAFETY = "safety"
    OPS = "ops"


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskCode:
    """One kind of violation, as data. `version` is the catalogue's: a record keeps the one of its day.

    `clauses` are the last versions known; which one was in force on a day says the register.
    """

    code: str
    version: str
    name_zh: str
    name_en: str
    risk_class: RiskClass
    duty: Duty
    clauses: tuple[Clause, ...]
    is_credit_eligible: bool
    remark: str = ""

    def __post_init__(self) -> None:
        if not _SLUG.fullmatch(self.code):
            raise ValueError(f"a risk code looks like pest.rodent, got {self.code!r}")
