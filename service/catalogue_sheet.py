"""One code of the catalogue as lines of text: every value, and where it comes from."""

from collections.abc import Iterator

from alerts.catalogue import Catalogue, CatalogueEntry
from alerts.device_rule import DeviceRule
from alerts.licences.rule import LicenceRule, LicenceStage
from alerts.presence import PresenceRule
from alerts.sensors.rule import SensorRule
from domain.clause import Clause, ClauseRegister

OWN = "catalogue"


def code_sheet(entry: CatalogueEntry, catalogue: Catalogue) -> Iterator[str]:
    """Values with their origins, clauses in all versions, rules, and the reasons of profiles at the end."""
    risk = entry.risk
    yield f"{risk.code}  {risk.name_zh} / {risk.name_en}  (catalogue {catalogue.version})"
    yield ""
    for field, value in _values(entry):
        origin = entry.origins.get(field)
        yield f"{field:<17} {value:<40}  {origin.profile if origin else OWN}".rstrip()
    yield ""
    yield f"clauses  ({_origin(entry, 'clauses')})"
    for clause in risk.clauses:
        yield from _clause_lines(clause.clause_id, catalogue.register)
    if not risk.clauses:
        yield "  none"
    yield ""
    yield from _rule_lines(entry)
    reasons = dict.fromkeys((origin.profile, origin.because) for origin in entry.origins.values())
    for profile, because in reasons:
        yield f"{profile}: {because}"


def _values(entry: CatalogueEntry) -> Iterator[tuple[str, str]]:
    risk = entry.risk
    yield "class", risk.risk_class.value
    yield "duty", risk.duty.value
    yield "notify", entry.notify
    yield "credit_eligible", "true" if risk.is_credit_eligible else "false"
    yield "credit_condition", entry.credit_condition or "-"
    yield "on_by_default", "true" if entry.is_on_by_default else "false"
    yield "remark", risk.remark or "-"


def _origin(entry: CatalogueEntry, field: str) -> str:
    return entry.origins[field].profile if field in entry.origins else OWN


def _clause_lines(clause_id: str, register: ClauseRegister) -> Iterator[str]:
    for clause in register.versions.get(clause_id, ()):
        yield f"  {clause.clause_id}: {clause.law} {clause.article}, version {clause.version}{_days(clause)}"
        source = " ".join(part for part in (clause.publisher, clause.document, clause.url) if part)
        if source:
            yield f"    {source}"
        reading = clause.reading
        yield f"    read by {reading.by} on {reading.on}: {reading.text}" if reading else "    UNVERIFIED 条文未核实"


def _days(clause: Clause) -> str:
    start = f" from {clause.valid_from}" if clause.valid_from else ""
    end = f" until {clause.valid_until}" if clause.valid_until else ""
    return f", in force{start}{end}" if start or end else ""


def _rule_lines(entry: CatalogueEntry) -> Iterator[str]:
    rules = {
        "rule": entry.rule,
        "taught rule": entry.taught_rule,
        "device rule": entry.device_rule,
        "sensor rule": entry.sensor_rule,
    }
    for name, rule in rules.items():
        if rule is not None:
            yield f"{name}"
            for field, value in _times(rule):
                yield f"  {field:<17} {value:<16}  {_origin(entry, field)}"
            yield ""
    if entry.licence_rule is not None:
        yield from _licence_lines(entry.licence_rule)
    for rise in entry.judged_rises:
        yield f"rises to class {rise.to}  ({_origin(entry, 'rises')})"
        days = f" within {rise.within_days} days" if rise.within_days else ""
        beside = f" {', '.join(sorted(rise.beside))}" if rise.beside else f" {rise.needed:g}"
        yield f"  {rise.cause.value}{beside}{days}: {rise.because}"
        yield ""
    if entry.reason_en:
        yield f"not detected here: {entry.reason_en}"
        yield f"此处不检测：{entry.reason_zh}"
        yield ""


def _licence_lines(rule: LicenceRule) -> Iterator[str]:
    yield "licence rule"
    yield f"  {'stage':<17} {rule.stage.value:<16}  {OWN}"
    yield f"  {'judged_at':<17} {f'{rule.judged_at:%H:%M}':<16}  {OWN}"
    if rule.stage is LicenceStage.ENDING:
        yield f"  {'within_days':<17} {rule.within_days:<16}  {OWN}"
    yield ""


def _times(rule: PresenceRule | DeviceRule | SensorRule) -> Iterator[tuple[str, str]]:
    yield "minimum_seconds", f"{rule.minimum_seconds:g}"
    yield "cool_down_seconds", f"{rule.cool_down_seconds:g}"
    yield "active", rule.active.value
    yield "hours", ", ".join(map(str, rule.hours)) or "all day"
