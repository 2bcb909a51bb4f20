"""The codes of the catalogue's files: names, class, duty, clauses and the numbers of their rules."""

from collections.abc import Callable, Mapping
from enum import StrEnum

from alerts.attire import AttireRule
from alerts.catalogue_entry import CatalogueEntry
from alerts.combination import CombinationRule
from alerts.device_rule import DEVICE_FIELDS, DeviceRule, read_device_rule
from alerts.hours_file import read_hours
from alerts.licences.rule import read_licence_rule
from alerts.marked_yaml import Marked
from alerts.presence import ActiveWhen, PresenceRule, SubjectKind
from alerts.rising import read_rises
from alerts.sensors.rule import read_sensor_rule
from alerts.state_rule import STATE_NUMBERS, read_state_rule
from domain.clause import Clause, ClauseRegister
from domain.risk import Duty, RiskClass, RiskCode
from domain.zone import ZoneType

# What is only advice, safety or about devices never counts towards food credit, wherever it is.
NEVER_COUNTS = frozenset({Duty.SHOULD, Duty.SAFETY, Duty.OPS})


class RuleKind(StrEnum):
    PRESENCE = "presence"
    ATTIRE = "attire"
    COMBINATION = "combination"
    DEVICE = "device"
    NOT_AVAILABLE = "not_available"


ENTRY_NEEDED = ("code", "zh", "en", "class", "duty", "clauses", "credit_eligible", "notify", "rule")
ENTRY_FIELDS = (
    *ENTRY_NEEDED,
    "credit_condition",
    "remark",
    "on_by_default",
    "taught_rule",
    "sensor_rule",
    "licence_rule",
    "rises",
)


def read_entry(marked: Marked, version: str, register: ClauseRegister) -> CatalogueEntry:
    """One code. Raises CatalogueError naming file, line, column, field, what was expected and what was found."""
    fields = marked.fields(ENTRY_FIELDS, ENTRY_NEEDED)
    device_rule = _device_rule(fields["rule"])
    rule, reason_en, reason_zh = (None, "", "") if device_rule else _read_rule(fields["rule"])
    risk = _read_risk(fields, version, register)
    return CatalogueEntry(
        risk=risk,
        notify=fields["notify"].text(),
        credit_condition=fields["credit_condition"].text() if "credit_condition" in fields else "",
        rule=rule,
        is_on_by_default=fields["on_by_default"].flag() if "on_by_default" in fields else True,
        reason_en=reason_en,
        reason_zh=reason_zh,
        taught_rule=read_state_rule(fields["taught_rule"]) if "taught_rule" in fields else None,
        device_rule=device_rule,
        sensor_rule=read_sensor_rule(fields["sensor_rule"]) if "sensor_rule" in fields else None,
        licence_rule=read_licence_rule(fields["licence_rule"]) if "licence_rule" in fields else None,
        rises=read_rises(fields["rises"], risk.risk_class, risk.duty) if "rises" in fields else (),
    )


def _read_risk(fields: Mapping[str, Marked], version: str, register: ClauseRegister) -> RiskCode:
    duty, is_eligible = fields["duty"].choice(Duty), fields["credit_eligible"].flag()
    require_lawful(duty, fields["credit_eligible"], is_eligible=is_eligible)
    try:
        return RiskCode(
            code=fields["code"].text(),
            version=version,
            name_zh=fields["zh"].text(),
            name_en=fields["en"].text(),
            risk_class=fields["class"].choice(RiskClass),
            duty=duty,
            clauses=read_clauses(fields["clauses"], register),
            is_credit_eligible=is_eligible,
            remark=fields["remark"].text() if "remark" in fields else "",
        )
    except ValueError as error:
        raise fields["code"].fail(str(error)) from error


def require_lawful(duty: Duty, marked: Marked, *, is_eligible: bool) -> None:
    """Raises CatalogueError where a duty that binds nobody by food law would count towards credit."""
    if is_eligible and duty in NEVER_COUNTS:
        raise marked.fail(f"false where the duty is {duty}", "true")


def read_clauses(marked: Marked, register: ClauseRegister) -> tuple[Clause, ...]:
    """The last versions of the clauses that a list of ids names, each once."""
    marked.texts()
    return tuple(_known_clause(item, register) for item in marked.items())


def _known_clause(marked: Marked, register: ClauseRegister) -> Clause:
    clause = register.newest(marked.text())
    if clause is None:
        raise marked.fail("the id of a clause of clauses.yaml")
    return clause


NUMBERS = (
    "minimum_seconds",
    "hits_window_seconds",
    "grace_seconds",
    "end_after_seconds",
    "cool_down_seconds",
    "minimum_travel",
    "reattach_seconds",
    "reattach_lengths",
    "with_share",
)
LABEL_SETS = ("labels", "with_labels", "veto_labels", "competing_labels")
RULE_NEEDED = (
    "kind",
    "labels",
    "minimum_seconds",
    "minimum_hits",
    "hits_window_seconds",
    "grace_seconds",
    "end_after_seconds",
    "cool_down_seconds",
)
RULE_OTHERS = (
    "active",
    "hours",
    "subject",
    "minimum_side_px",
    "abstains_at_edge",
    "zone_types",
    "excluded_zone_types",
    "stands_with",
)
# Fields of rules over pictures beyond those of presence, by kind; the needed ones first, so many of them.
KIND_FIELDS: Mapping[RuleKind, tuple[str, ...]] = {
    RuleKind.PRESENCE: (),
    RuleKind.ATTIRE: ("attribute", "also_absent"),
    RuleKind.COMBINATION: ("without_labels", "near_heights", "minimum_count"),
}
KIND_NEEDED: Mapping[RuleKind, tuple[str, ...]] = {RuleKind.ATTIRE: ("attribute",)}
REASONS = ("kind", "reason_en", "reason_zh")

_PICTURE_FIELDS = (*RULE_NEEDED, *NUMBERS, *LABEL_SETS, *RULE_OTHERS, *sum(KIND_FIELDS.values(), ()), *REASONS)
_EVERY_FIELD = dict.fromkeys((*_PICTURE_FIELDS, *DEVICE_FIELDS))


def _device_rule(marked: Marked) -> DeviceRule | None:
    """The rule about devices; None where the rule is of another kind."""
    kind = marked.fields(_EVERY_FIELD, {"kind"})["kind"].choice(RuleKind)
    return read_device_rule(marked) if kind is RuleKind.DEVICE else None


def _read_rule(marked: Marked) -> tuple[PresenceRule | None, str, str]:
    """The rule, or None with the reasons (English, Chinese) why there is none."""
    kind = marked.fields(_PICTURE_FIELDS, {"kind"})["kind"].choice(RuleKind)
    if kind is RuleKind.NOT_AVAILABLE:
        reasons = marked.fields(REASONS, REASONS)
        return None, reasons["reason_en"].text(), reasons["reason_zh"].text()
    fields = marked.fields([name for name in _PICTURE_FIELDS if not name.startswith("reason")], RULE_NEEDED)
    for name in fields:
        if name not in {*RULE_NEEDED, *NUMBERS, *LABEL_SETS, *RULE_OTHERS, *KIND_FIELDS[kind]}:
            raise fields[name].fail(f"no such field in a rule of kind {kind}")
    for name in KIND_NEEDED.get(kind, ()):
        if name not in fields:
            raise marked.fail(f"a field {name} in a rule of kind {kind}")
    given = _given(fields)
    if kind is RuleKind.ATTIRE:
        return AttireRule(attribute=fields["attribute"].text(), **given), "", ""  # type: ignore[arg-type]
    if kind is RuleKind.COMBINATION:
        return CombinationRule(**given), "", ""  # type: ignore[arg-type]
    return PresenceRule(**given), "", ""  # type: ignore[arg-type]


def _given(fields: Mapping[str, Marked]) -> dict[str, object]:
    given = {name: RULE_VALUES[name](marked) for name, marked in fields.items() if name in RULE_VALUES}
    if not given["labels"]:
        raise fields["labels"].fail("at least one label", "none")
    return given


def _number(marked: Marked) -> object:
    return marked.number()


def _labels(marked: Marked) -> object:
    return frozenset(marked.texts())


def _zone_types(marked: Marked) -> object:
    return frozenset(item.choice(ZoneType) for item in marked.items())


RULE_VALUES: Mapping[str, Callable[[Marked], object]] = {
    **dict.fromkeys(NUMBERS, _number),
    **dict.fromkeys(STATE_NUMBERS, _number),
    **dict.fromkeys(LABEL_SETS, _labels),
    "also_absent": _labels,
    "without_labels": _labels,
    "minimum_count": lambda m: m.whole_number(minimum=1),
    "zone_types": _zone_types,
    "excluded_zone_types": _zone_types,
    "minimum_hits": lambda m: m.whole_number(minimum=1),
    "minimum_side_px": lambda m: m.whole_number(),
    "abstains_at_edge": lambda m: m.flag(),
    "active": lambda m: m.choice(ActiveWhen),
    "hours": read_hours,
    "subject": lambda m: m.choice(SubjectKind),
    "stands_with": lambda m: m.text(),
}
"""How each value of a rule over pictures is read, by its name in the catalogue's files."""
