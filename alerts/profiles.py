"""Profiles of jurisdictions: what a place's law and practice say otherwise than the catalogue, and why."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TypeVar

from alerts.catalogue_entry import CatalogueEntry, Origin
from alerts.catalogue_file import read_clauses, require_lawful
from alerts.device_rule import DeviceRule
from alerts.faults import Faults
from alerts.hours_file import read_hours
from alerts.marked_yaml import Marked, read_marked
from alerts.presence import ActiveWhen, PresenceRule
from alerts.rising import read_rises
from alerts.sensors.rule import SensorRule
from alerts.terms import ClassTerms, read_terms
from domain.clause import ClauseRegister
from domain.risk import Duty, RiskClass, RiskCode

Rule = TypeVar("Rule", bound=PresenceRule | DeviceRule | SensorRule)

PROFILE_NEEDED = ("profile", "zh", "en")
PROFILE_FIELDS = (*PROFILE_NEEDED, "based_on", "remark", "holidays", "codes", "life")
HOLIDAY_NEEDED = ("day", "name")
HOLIDAY_FIELDS = (*HOLIDAY_NEEDED, "source")
OVERRIDE_NEEDED = ("code", "because")
# What a rule looks at, and how it follows it, is the same everywhere: only when and how long may differ.
TIMING_FIELDS = ("minimum_seconds", "cool_down_seconds", "active", "hours")
RISK_FIELDS = ("class", "duty", "clauses", "credit_eligible", "remark")
ENTRY_FIELDS = ("credit_condition", "notify", "on_by_default", "rises")
OVERRIDE_FIELDS = (*OVERRIDE_NEEDED, *RISK_FIELDS, *ENTRY_FIELDS, *TIMING_FIELDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holiday:
    """A day on which sites that keep holidays are closed."""

    day: date
    name: str
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """What a profile says of one code, as new values for its RiskCode, its CatalogueEntry and its rules.

    `fields` names what is set, in the words of the profile's file.
    """

    code: str
    because: str
    fields: tuple[str, ...]
    risk: Mapping[str, object]
    entry: Mapping[str, object]
    timing: Mapping[str, object]

    def applied(self, entry: CatalogueEntry, profile: str) -> CatalogueEntry:
        """The entry as the profile has it. Times go for each of the code's rules, the taught one included."""
        origin = Origin(profile=profile, because=self.because)
        return replace(  # the reader saw to the types
            entry,
            risk=replace(entry.risk, **self.risk),  # type: ignore[arg-type]
            rule=self._timed(entry.rule),
            taught_rule=self._timed(entry.taught_rule),
            device_rule=self._timed(entry.device_rule),
            sensor_rule=self._timed(entry.sensor_rule),
            origins={**entry.origins, **dict.fromkeys(self.fields, origin)},
            **self.entry,  # type: ignore[arg-type]
        )

    def _timed(self, rule: Rule | None) -> Rule | None:
        return replace(rule, **self.timing) if rule is not None else None  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One jurisdiction. `based_on` is the more general profile that applies first; empty: none."""

    name: str
    name_zh: str
    name_en: str
    based_on: str = ""
    remark: str = ""
    holidays: tuple[Holiday, ...] = ()
    overrides: Mapping[str, Override] = field(default_factory=dict)
    terms: Mapping[RiskClass, ClassTerms] = field(default_factory=dict)


Entries = Mapping[str, CatalogueEntry]


def read_profiles(folder: Path, entries: Entries, register: ClauseRegister, faults: Faults) -> dict[str, Profile]:
    """All profiles of a folder, each behind the one that it is based on.

    Raises CatalogueError naming the field, or hands it to `faults`.
    """
    heads: dict[str, Mapping[str, Marked]] = {}
    for file in sorted(folder.glob("*.yaml")):
        with faults.caught():
            heads[file.stem] = _head(read_marked(file, f"{folder.name}/{file.name}"), file.stem)
    profiles: dict[str, Profile] = {}
    seen: dict[str, Entries] = {"": entries}
    while heads:
        ready = [name for name in heads if _based_on(heads[name]) in seen]
        if not ready:
            for fields in heads.values():
                with faults.caught():
                    _refuse_base(fields["based_on"])
            break
        for name in ready:
            fields = heads.pop(name)
            before = seen[_based_on(fields)]
            profiles[name] = _profile(name, fields, before, register, faults)
            seen[name] = applied(before, profiles[name])
    return profiles


def applied(entries: Entries, profile: Profile) -> dict[str, CatalogueEntry]:
    """The codes as the profile has them."""
    return {
        code: profile.overrides[code].applied(entry, profile.name) if code in profile.overrides else entry
        for code, entry in entries.items()
    }


def _head(document: Marked, name: str) -> Mapping[str, Marked]:
    fields = document.fields(PROFILE_FIELDS, PROFILE_NEEDED)
    if fields["profile"].text() != name:
        raise fields["profile"].fail(f"the name of its file, {name}")
    return fields


def _refuse_base(based_on: Marked) -> None:
    raise based_on.fail("another profile of the folder, and no circle")


def _based_on(fields: Mapping[str, Marked]) -> str:
    return fields["based_on"].text() if "based_on" in fields else ""


def _profile(
    name: str, fields: Mapping[str, Marked], entries: Entries, register: ClauseRegister, faults: Faults
) -> Profile:
    holidays: list[Holiday] = []
    for marked in fields["holidays"].items() if "holidays" in fields else ():
        with faults.caught():
            holidays.append(_holiday(marked, holidays))
    overrides: dict[str, Override] = {}
    for marked in fields["codes"].items() if "codes" in fields else ():
        with faults.caught():
            override = _override(marked, entries, register)
            if override.code in overrides:
                raise marked.fail("each code once", override.code)
            overrides[override.code] = override
    terms: Mapping[RiskClass, ClassTerms] = {}
    with faults.caught():
        terms = read_terms(fields["life"].items()) if "life" in fields else {}
    return Profile(
        name=name,
        name_zh=fields["zh"].text(),
        name_en=fields["en"].text(),
        based_on=_based_on(fields),
        remark=fields["remark"].text() if "remark" in fields else "",
        holidays=tuple(holidays),
        overrides=overrides,
        terms=terms,
    )


def _holiday(marked: Marked, known: Iterable[Holiday]) -> Holiday:
    fields = marked.fields(HOLIDAY_FIELDS, HOLIDAY_NEEDED)
    day = fields["day"].day()
    if any(other.day == day for other in known):
        raise fields["day"].fail("each day once")
    return Holiday(day=day, name=fields["name"].text(), source=fields["source"].text() if "source" in fields else "")


def _override(marked: Marked, entries: Entries, register: ClauseRegister) -> Override:
    fields = marked.fields(OVERRIDE_FIELDS, OVERRIDE_NEEDED)
    entry = entries.get(fields["code"].text())
    if entry is None:
        raise fields["code"].fail("a code of the catalogue")
    names = tuple(name for name in fields if name not in OVERRIDE_NEEDED)
    if not names:
        raise marked.fail("at least one field that differs", "none")
    timed = next((fields[name] for name in TIMING_FIELDS if name in fields), None)
    if timed is not None and not (entry.rule or entry.taught_rule or entry.device_rule or entry.sensor_rule):
        raise timed.fail("no times: no rule judges this code")
    readers: dict[str, tuple[str, Callable[[Marked], object]]] = {
        "class": ("risk_class", lambda m: m.choice(RiskClass)),
        "duty": ("duty", lambda m: m.choice(Duty)),
        "clauses": ("clauses", lambda m: read_clauses(m, register)),
        "credit_eligible": ("is_credit_eligible", Marked.flag),
        "remark": ("remark", Marked.text),
        "credit_condition": ("credit_condition", Marked.text),
        "notify": ("notify", Marked.text),
        "on_by_default": ("is_on_by_default", Marked.flag),
        "rises": ("rises", lambda m: read_rises(m, *_ladder(fields, entry.risk))),
        "minimum_seconds": ("minimum_seconds", Marked.number),
        "cool_down_seconds": ("cool_down_seconds", Marked.number),
        "active": ("active", lambda m: m.choice(ActiveWhen)),
        "hours": ("hours", read_hours),
    }
    values = {name: (readers[name][0], readers[name][1](fields[name])) for name in names}
    override = Override(
        code=entry.risk.code,
        because=fields["because"].text(),
        fields=names,
        risk=dict(values[name] for name in names if name in RISK_FIELDS),
        entry=dict(values[name] for name in names if name in ENTRY_FIELDS),
        timing=dict(values[name] for name in names if name in TIMING_FIELDS),
    )
    risk = override.applied(entry, "").risk
    blamed = fields.get("credit_eligible") or fields.get("duty") or marked
    require_lawful(risk.duty, blamed, is_eligible=risk.is_credit_eligible)
    return override


def _ladder(fields: Mapping[str, Marked], risk: RiskCode) -> tuple[RiskClass, Duty]:
    """Class and duty as the override leaves them."""
    risk_class = fields["class"].choice(RiskClass) if "class" in fields else risk.risk_class
    return risk_class, fields["duty"].choice(Duty) if "duty" in fields else risk.duty
