"""The risk catalogue: every code with its names, duty, clauses and the numbers of its rule, as data files."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from alerts.attire import AttireRule
from alerts.device_rule import DeviceRule, read_device_rule
from alerts.errors import CatalogueError
from alerts.marked_yaml import Marked, read_marked
from alerts.presence import ActiveWhen, PresenceRule, SubjectKind
from alerts.state_rule import StateRule, read_state_rule
from domain.risk import Clause, Duty, RiskClass, RiskCode
from domain.zone import ZoneType

SHIPPED = Path(__file__).parent / "catalogue"


class AvailabilityState(StrEnum):
    """`enabled`: judged unless a camera says otherwise; `off`: judged where a camera names it; else not at all."""

    ENABLED = "enabled"
    OFF = "off"
    NOT_AVAILABLE = "not_available"


class RuleKind(StrEnum):
    PRESENCE = "presence"
    ATTIRE = "attire"
    DEVICE = "device"
    NOT_AVAILABLE = "not_available"


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    """Whether a code can be detected here. The reasons are empty unless it cannot."""

    code: str
    state: AvailabilityState
    reason_en: str = ""
    reason_zh: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueEntry:
    """One code with its rule. `rule` is None where no rule exists; the reasons then say why.

    `taught_rule` judges the code on cameras with a live head that people taught for it, in place of `rule`.
    `device_rule` is about a camera as a device and needs no network; `rule` is None then, without reasons.
    """

    risk: RiskCode
    notify: str
    credit_condition: str
    rule: PresenceRule | None
    is_on_by_default: bool
    reason_en: str = ""
    reason_zh: str = ""
    taught_rule: StateRule | None = None
    device_rule: DeviceRule | None = None

    def availability(self, usable_labels: Collection[str], taught_codes: Collection[str] = ()) -> Availability:
        code = self.risk.code
        if self.device_rule is not None or (self.taught_rule is not None and code in taught_codes):
            state = AvailabilityState.ENABLED if self.is_on_by_default else AvailabilityState.OFF
            return Availability(code=code, state=state)
        if self.rule is None:
            return Availability(
                code=code, state=AvailabilityState.NOT_AVAILABLE, reason_en=self.reason_en, reason_zh=self.reason_zh
            )
        missing = ", ".join(sorted(self.rule.needed_labels - set(usable_labels)))
        if missing:
            return Availability(
                code=code,
                state=AvailabilityState.NOT_AVAILABLE,
                reason_en=f"the network does not see this well enough: {missing}",
                reason_zh=f"当前网络尚不能可靠识别：{missing}",
            )
        return Availability(
            code=code, state=AvailabilityState.ENABLED if self.is_on_by_default else AvailabilityState.OFF
        )


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All codes of one version, in the order of the files."""

    version: str
    entries: Mapping[str, CatalogueEntry]

    def __iter__(self) -> Iterator[CatalogueEntry]:
        return iter(self.entries.values())

    def get(self, code: str) -> CatalogueEntry | None:
        return self.entries.get(code)

    def risk(self, code: str) -> RiskCode | None:
        entry = self.entries.get(code)
        return entry.risk if entry else None

    @property
    def device_codes(self) -> frozenset[str]:
        """Codes about cameras as devices."""
        return frozenset(code for code, entry in self.entries.items() if entry.device_rule is not None)

    def device_rules_for(self, codes: Collection[str] | None) -> dict[str, DeviceRule]:
        """The rules about devices to apply to a camera that asks for these codes (None: those on by default)."""
        return {
            code: entry.device_rule
            for code, entry in self.entries.items()
            if entry.device_rule is not None and (entry.is_on_by_default if codes is None else code in codes)
        }

    def available(self, usable_labels: Collection[str]) -> dict[str, Availability]:
        """What can be detected with a network that tells these labels well enough."""
        return {code: entry.availability(usable_labels) for code, entry in self.entries.items()}

    def rules_for(
        self, codes: Collection[str] | None, usable_labels: Collection[str], taught_codes: Collection[str] = ()
    ) -> dict[str, PresenceRule]:
        """The rules to run on a camera that asks for these codes (None: those that are on by default).

        `taught_codes` are those for which the camera has live heads.
        """
        rules: dict[str, PresenceRule] = {}
        for code, entry in self.entries.items():
            state = entry.availability(usable_labels, taught_codes).state
            rule = (entry.taught_rule if code in taught_codes else None) or entry.rule
            is_wanted = state is AvailabilityState.ENABLED if codes is None else code in codes
            if rule and is_wanted and state is not AvailabilityState.NOT_AVAILABLE:
                rules[code] = rule
        return rules


def load_catalogue(path: Path | None = None) -> Catalogue:
    """Read `catalogue.yaml` (version, clauses) and all other YAML files (codes) of a folder; None: the shipped one.

    Raises CatalogueError naming file, line, field, what was expected and what was found.
    """
    folder = path or SHIPPED
    if not folder.is_dir():
        raise CatalogueError(str(folder), "a folder with catalogue.yaml", "no such folder")
    head = read_marked(folder / "catalogue.yaml").fields({"version", "clauses"}, {"version", "clauses"})
    version = head["version"].text()
    clauses = _read_clauses(head["clauses"])
    entries: dict[str, CatalogueEntry] = {}
    for file in sorted(folder.glob("*.yaml")):
        if file.name == "catalogue.yaml":
            continue
        for marked in read_marked(file).fields({"codes"}, {"codes"})["codes"].items():
            entry = _read_entry(marked, version, clauses)
            if entry.risk.code in entries:
                raise marked.fail("each code once", entry.risk.code)
            entries[entry.risk.code] = entry
    if not entries:
        raise CatalogueError(str(folder), "at least one file with codes", "none")
    return Catalogue(version, entries)


def _read_clauses(marked: Marked) -> dict[str, Clause]:
    clauses: dict[str, Clause] = {}
    names = ("id", "law", "article", "verified")
    for item in marked.items():
        fields = item.fields(names, names)
        clause_id = fields["id"].text()
        if clause_id in clauses:
            raise fields["id"].fail("each clause id once")
        clauses[clause_id] = Clause(
            clause_id=clause_id,
            law=fields["law"].text(),
            article=fields["article"].text(),
            verified=fields["verified"].flag(),
        )
    return clauses


_ENTRY_NEEDED = ("code", "zh", "en", "class", "duty", "clauses", "credit_eligible", "notify", "rule")
_ENTRY_FIELDS = (*_ENTRY_NEEDED, "credit_condition", "remark", "on_by_default", "taught_rule")


def _read_entry(marked: Marked, version: str, clauses: Mapping[str, Clause]) -> CatalogueEntry:
    fields = marked.fields(_ENTRY_FIELDS, _ENTRY_NEEDED)
    device_rule = _device_rule(fields["rule"])
    rule, reason_en, reason_zh = (None, "", "") if device_rule else _read_rule(fields["rule"])
    return CatalogueEntry(
        risk=_read_risk(fields, version, clauses),
        notify=fields["notify"].text(),
        credit_condition=fields["credit_condition"].text() if "credit_condition" in fields else "",
        rule=rule,
        is_on_by_default=fields["on_by_default"].flag() if "on_by_default" in fields else True,
        reason_en=reason_en,
        reason_zh=reason_zh,
        taught_rule=read_state_rule(fields["taught_rule"]) if "taught_rule" in fields else None,
        device_rule=device_rule,
    )


def _read_risk(fields: Mapping[str, Marked], version: str, clauses: Mapping[str, Clause]) -> RiskCode:
    try:
        return RiskCode(
            code=fields["code"].text(),
            version=version,
            name_zh=fields["zh"].text(),
            name_en=fields["en"].text(),
            risk_class=fields["class"].choice(RiskClass),
            duty=fields["duty"].choice(Duty),
            clauses=tuple(_known_clause(item, clauses) for item in fields["clauses"].items()),
            is_credit_eligible=fields["credit_eligible"].flag(),
            remark=fields["remark"].text() if "remark" in fields else "",
        )
    except ValueError as error:
        raise fields["code"].fail(str(error)) from error


def _known_clause(marked: Marked, clauses: Mapping[str, Clause]) -> Clause:
    clause = clauses.get(marked.text())
    if clause is None:
        raise marked.fail("the id of a clause of catalogue.yaml")
    return clause


_SECONDS = (
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
_LABEL_SETS = ("labels", "with_labels", "veto_labels", "competing_labels")
_RULE_NEEDED = (
    "kind",
    "labels",
    "minimum_seconds",
    "minimum_hits",
    "hits_window_seconds",
    "grace_seconds",
    "end_after_seconds",
    "cool_down_seconds",
)
_RULE_OTHERS = (
    "active",
    "subject",
    "minimum_side_px",
    "abstains_at_edge",
    "zone_types",
    "excluded_zone_types",
    "stands_with",
    "attribute",
)
_REASONS = ("kind", "reason_en", "reason_zh")


_EVERY_FIELD = dict.fromkeys(
    (*_RULE_NEEDED, *_SECONDS, *_LABEL_SETS, *_RULE_OTHERS, *_REASONS, "conditions", "unclear_conditions")
)


def _device_rule(marked: Marked) -> DeviceRule | None:
    """The rule about devices; None where the rule is of another kind."""
    kind = marked.fields(_EVERY_FIELD, {"kind"})["kind"].choice(RuleKind)
    return read_device_rule(marked) if kind is RuleKind.DEVICE else None


def _read_rule(marked: Marked) -> tuple[PresenceRule | None, str, str]:
    """The rule, or None with the reasons (English, Chinese) why there is none."""
    every_field = dict.fromkeys((*_RULE_NEEDED, *_SECONDS, *_LABEL_SETS, *_RULE_OTHERS, *_REASONS))
    kind = marked.fields(every_field, {"kind"})["kind"].choice(RuleKind)
    if kind is RuleKind.NOT_AVAILABLE:
        reasons = marked.fields(_REASONS, _REASONS)
        return None, reasons["reason_en"].text(), reasons["reason_zh"].text()
    fields = marked.fields([name for name in every_field if not name.startswith("reason")], _RULE_NEEDED)
    if kind is RuleKind.ATTIRE:
        return _attire(fields, marked), "", ""
    if "attribute" in fields:
        raise fields["attribute"].fail("no such field in a rule of kind presence")
    return _presence(fields), "", ""


def _attire(fields: Mapping[str, Marked], rule: Marked) -> AttireRule:
    if "attribute" not in fields:
        raise rule.fail("a field attribute in a rule of kind attire")
    attribute = fields["attribute"].text()
    return AttireRule(attribute=attribute, **_given(fields))  # type: ignore[arg-type]


def _presence(fields: Mapping[str, Marked]) -> PresenceRule:
    return PresenceRule(**_given(fields))  # type: ignore[arg-type]


def _given(fields: Mapping[str, Marked]) -> dict[str, object]:
    given: dict[str, object] = {}
    for name, marked in fields.items():
        if name in _SECONDS:
            given[name] = marked.number()
        elif name in _LABEL_SETS:
            given[name] = frozenset(marked.texts())
        elif name in {"zone_types", "excluded_zone_types"}:
            given[name] = frozenset(item.choice(ZoneType) for item in marked.items())
    if not given["labels"]:
        raise fields["labels"].fail("at least one label", "none")
    readers: dict[str, Callable[[Marked], object]] = {
        "minimum_hits": lambda m: m.whole_number(minimum=1),
        "minimum_side_px": lambda m: m.whole_number(),
        "abstains_at_edge": lambda m: m.flag(),
        "active": lambda m: m.choice(ActiveWhen),
        "subject": lambda m: m.choice(SubjectKind),
        "stands_with": lambda m: m.text(),
    }
    given |= {name: read(fields[name]) for name, read in readers.items() if name in fields}
    return given
