"""How long evidence is kept: rules as data, read from one YAML file."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from alerts.keeping.errors import PolicyError
from domain.alert import AlertState, EvidenceKind
from domain.risk import RiskClass
from models.marked_yaml import Marked, read_marked

SHIPPED = Path(__file__).with_name("policy.yaml")

# Evidence of an alert in any other state is never deleted: a case that people confirmed and have not closed.
DELETABLE = frozenset(
    {AlertState.RAISED, AlertState.ACKNOWLEDGED, AlertState.DISMISSED, AlertState.UNCLEAR, AlertState.CLOSED}
)
_RULE_FIELDS = ("id", "states", "classes", "clip_days", "still_days", "reason_zh", "reason_en")
_LONGEST_DAYS = 36_500


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepingRule:
    """Evidence of alerts in one of these states and classes is deleted after so many days, never earlier.

    `clip_days` are for clips, which show faces; `still_days` for stills and boxes.
    """

    rule_id: str
    states: frozenset[AlertState]
    classes: frozenset[RiskClass]
    clip_days: int
    still_days: int
    reason_zh: str
    reason_en: str

    def __post_init__(self) -> None:
        for state in sorted(self.states - DELETABLE):
            raise ValueError(f"states must be among {', '.join(sorted(DELETABLE))}, got {state}")
        for name, days in (("clip_days", self.clip_days), ("still_days", self.still_days)):
            if not 1 <= days <= _LONGEST_DAYS:
                raise ValueError(f"{name} must be 1 to {_LONGEST_DAYS} days, got {days}")

    def days(self, kind: EvidenceKind) -> int:
        return self.clip_days if kind is EvidenceKind.CLIP else self.still_days


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepingPolicy:
    """All rules. `version` is the author's word, `sha256` that of the file: the two name it in the ledger."""

    version: str
    sha256: str
    rules: tuple[KeepingRule, ...]

    def rule_for(self, state: AlertState, risk_class: RiskClass) -> KeepingRule | None:
        """The rule; None: it is kept for ever."""
        return next((rule for rule in self.rules if state in rule.states and risk_class in rule.classes), None)


def load_policy(path: Path | None = None) -> KeepingPolicy:
    """The policy of a file, or the one that is shipped. Raises PolicyError with line and column."""
    path = path or SHIPPED
    fields = read_marked(path, PolicyError, shows_columns=True).fields(("version", "rules"), ("version", "rules"))
    rules: list[KeepingRule] = []
    for item in fields["rules"].items():
        rule = _rule(item)
        _refuse_overlap(item, rule, rules)
        rules.append(rule)
    return KeepingPolicy(
        version=fields["version"].text(),
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        rules=tuple(rules),
    )


def _rule(item: Marked) -> KeepingRule:
    fields = item.fields(_RULE_FIELDS, _RULE_FIELDS)
    for each in fields["states"].items():
        if each.choice(AlertState) not in DELETABLE:
            raise each.fail(f"one of {', '.join(sorted(DELETABLE))}: evidence of other states is never deleted")
    for name in ("clip_days", "still_days"):
        if fields[name].whole_number(minimum=1) > _LONGEST_DAYS:
            raise fields[name].fail(f"at most {_LONGEST_DAYS} days")
    return KeepingRule(
        rule_id=fields["id"].text(),
        states=frozenset(each.choice(AlertState) for each in fields["states"].items()),
        classes=frozenset(each.choice(RiskClass) for each in fields["classes"].items()),
        clip_days=fields["clip_days"].whole_number(minimum=1),
        still_days=fields["still_days"].whole_number(minimum=1),
        reason_zh=fields["reason_zh"].text(),
        reason_en=fields["reason_en"].text(),
    )


def _refuse_overlap(item: Marked, rule: KeepingRule, earlier: list[KeepingRule]) -> None:
    for other in earlier:
        if other.rule_id == rule.rule_id:
            raise item.fail("each id once", rule.rule_id)
        for state in sorted(rule.states & other.states):
            for risk_class in sorted(rule.classes & other.classes):
                raise item.fail("one rule for each state and class", f"{state} {risk_class} also in {other.rule_id}")
