"""The risk catalogue: every code with its names, duty, clauses and the numbers of its rule, as data files."""

import functools
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from alerts.catalogue_entry import Availability, AvailabilityState, CatalogueEntry, Origin
from alerts.catalogue_file import read_entry
from alerts.device_rule import DeviceRule
from alerts.errors import CatalogueError
from alerts.faults import Faults
from alerts.licences.rule import LicenceRule, notice_days
from alerts.marked_yaml import Marked, read_marked
from alerts.presence import PresenceRule
from alerts.profiles import Profile, applied, read_profiles
from alerts.register_file import read_register
from alerts.rising import RiseRule
from alerts.sensors.rule import SensorRule
from alerts.terms import LifeTerms, read_terms
from domain.clause import ClauseRegister
from domain.risk import RiskCode

__all__ = [
    "SHIPPED",
    "Availability",
    "AvailabilityState",
    "Catalogue",
    "CatalogueEntry",
    "CatalogueFolder",
    "Origin",
    "load_catalogue",
    "read_folder",
]

SHIPPED = Path(__file__).parent / "catalogue"
HEAD_FILE = "catalogue.yaml"
REGISTER_FILE = "clauses.yaml"
LIFE_FILE = "life.yaml"
PROFILES = "profiles"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All codes as a jurisdiction sees them, in the order of the files.

    `version` is that of the files, with the profile's name behind a plus sign where one was applied.
    """

    version: str
    entries: Mapping[str, CatalogueEntry]
    register: ClauseRegister = field(default_factory=lambda: ClauseRegister({}))
    profiles: tuple[Profile, ...] = ()
    """Those that were applied, the most general one first."""
    terms: LifeTerms = field(default_factory=LifeTerms)
    """How alerts of each class are reviewed, and by when what must be done."""

    def __iter__(self) -> Iterator[CatalogueEntry]:
        return iter(self.entries.values())

    def get(self, code: str) -> CatalogueEntry | None:
        return self.entries.get(code)

    def risk(self, code: str) -> RiskCode | None:
        entry = self.entries.get(code)
        return entry.risk if entry else None

    @property
    def profile(self) -> Profile | None:
        """The one that was asked for; None where the catalogue stands as it is."""
        return self.profiles[-1] if self.profiles else None

    @property
    def holidays(self) -> frozenset[date]:
        """Days on which sites that keep holidays are closed."""
        return frozenset(holiday.day for profile in self.profiles for holiday in profile.holidays)

    def clause_ids(self, code: str, day: date) -> tuple[str, ...]:
        """The code's clauses that were in force on a day. Raises KeyError for an unknown code."""
        clauses = self.entries[code].risk.clauses
        return tuple(each.clause_id for each in clauses if self.register.clause_on(each.clause_id, day) is not None)

    @property
    def device_codes(self) -> frozenset[str]:
        """Codes about cameras as devices."""
        return frozenset(code for code, entry in self.entries.items() if entry.device_rule is not None)

    @property
    def sensor_rules(self) -> dict[str, SensorRule]:
        """The rules of codes that sensors raise."""
        return {code: entry.sensor_rule for code, entry in self.entries.items() if entry.sensor_rule is not None}

    @property
    def codes_without_pictures(self) -> frozenset[str]:
        """Codes that are judged, where they are, by something else than pictures."""
        return self.device_codes | self.sensor_rules.keys() | self.licence_rules.keys()

    @property
    def licence_rules(self) -> dict[str, LicenceRule]:
        """The rules of codes about licences, whether they are judged or not."""
        return {code: entry.licence_rule for code, entry in self.entries.items() if entry.licence_rule is not None}

    @property
    def judged_licence_rules(self) -> dict[str, LicenceRule]:
        """Those that are on: no camera names them."""
        return {code: rule for code, rule in self.licence_rules.items() if self.entries[code].is_on_by_default}

    @property
    def rises(self) -> dict[str, tuple[RiseRule, ...]]:
        """When alerts become more urgent, by code; codes without such a rule are left out."""
        return {code: entry.judged_rises for code, entry in self.entries.items() if entry.judged_rises}

    @property
    def licence_notice_days(self) -> int | None:
        """So many days before its last day a licence counts as about to end; None: no code says so."""
        return notice_days(self.judged_licence_rules.values())

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


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueFolder:
    """All that a folder of YAML files says, before a profile is applied."""

    version: str
    default_profile: str
    register: ClauseRegister
    entries: Mapping[str, CatalogueEntry]
    profiles: Mapping[str, Profile]
    terms: LifeTerms = field(default_factory=LifeTerms)

    def catalogue(self, profile: str | None = None) -> Catalogue:
        """What a jurisdiction sees. None: the folder's default profile; an empty name: the codes as they stand.

        Raises CatalogueError for a profile that the folder does not have.
        """
        wanted = self.default_profile if profile is None else profile
        if not wanted:
            return Catalogue(self.version, self.entries, self.register, terms=self.terms)
        if wanted not in self.profiles:
            raise CatalogueError("profile", f"one of {', '.join(self.profiles) or 'none'}", wanted)
        chain = self._chain(wanted)
        version = f"{self.version}+{wanted}"
        entries, terms = dict(self.entries), self.terms
        for each in chain:
            entries, terms = applied(entries, each), terms.changed(each.terms)
        versioned = {code: replace(e, risk=replace(e.risk, version=version)) for code, e in entries.items()}
        return Catalogue(version, versioned, self.register, chain, terms)

    def _chain(self, name: str) -> tuple[Profile, ...]:
        chain: list[Profile] = []
        while name:
            profile = self.profiles[name]
            chain.insert(0, profile)
            name = profile.based_on
        return tuple(chain)


def load_catalogue(path: Path | None = None, profile: str | None = None) -> Catalogue:
    """The codes of a folder (None: the shipped one) as a profile sees them (None: the folder's default).

    Raises CatalogueError naming file, line, column, field, what was expected and what was found.
    """
    folder = _shipped() if path is None else read_folder(path, Faults())
    return folder.catalogue(profile)


@functools.cache
def _shipped() -> CatalogueFolder:
    return read_folder(SHIPPED, Faults())


def read_folder(folder: Path, faults: Faults) -> CatalogueFolder:
    """Read `catalogue.yaml`, `clauses.yaml`, `life.yaml`, `profiles/*.yaml`, and the codes of all other YAML files.

    A folder without `life.yaml` has the terms of the shipped one.
    Raises CatalogueError for the first thing that is wrong. Collecting `faults` get one for each clause, code and
    override that is wrong; codes are read once the register is right, and profiles once the codes are. What cannot be
    read at all is raised in any case.
    """
    if not folder.is_dir():
        raise CatalogueError(str(folder), f"a folder with {HEAD_FILE}", "no such folder")
    head = read_marked(folder / HEAD_FILE).fields({"version", "default_profile"}, {"version"})
    version, default = head["version"].text(), head.get("default_profile")
    register = read_register(read_marked(folder / REGISTER_FILE), faults)
    entries = {} if faults.found else _read_codes(folder, version, register, faults)
    profiles = {} if faults.found else read_profiles(folder / PROFILES, entries, register, faults)
    terms = LifeTerms()
    with faults.caught():
        terms = _read_life(folder)
    with faults.caught():
        if default is not None and not faults.found and default.text() not in profiles:
            raise default.fail(f"one of {', '.join(sorted(profiles)) or 'no profiles at all'}")
    return CatalogueFolder(
        version=version,
        default_profile=default.text() if default else "",
        register=register,
        entries=entries,
        profiles=dict(sorted(profiles.items())),
        terms=terms,
    )


def _read_life(folder: Path) -> LifeTerms:
    file = folder / LIFE_FILE
    marked = read_marked(file if file.is_file() else SHIPPED / LIFE_FILE)
    return LifeTerms(read_terms(marked.fields({"life"}, {"life"})["life"].items()))


def _read_codes(folder: Path, version: str, register: ClauseRegister, faults: Faults) -> dict[str, CatalogueEntry]:
    entries: dict[str, CatalogueEntry] = {}
    for file in sorted(folder.glob("*.yaml")):
        if file.name in {HEAD_FILE, REGISTER_FILE, LIFE_FILE}:
            continue
        with faults.caught():
            for marked in read_marked(file).fields({"codes"}, {"codes"})["codes"].items():
                with faults.caught():
                    _add(entries, marked, read_entry(marked, version, register))
    if not entries and not faults.found:
        raise CatalogueError(str(folder), "at least one file with codes", "none")
    if not faults.found:  # else a neighbour may only be missing because its own entry is wrong
        with faults.caught():
            _require_known_neighbours(folder, entries)
    return entries


def _require_known_neighbours(folder: Path, entries: Mapping[str, CatalogueEntry]) -> None:
    """Only once all codes are read is it known which there are."""
    for code, entry in entries.items():
        for rule in entry.rises:
            for other in sorted(rule.beside - entries.keys()):
                raise CatalogueError(f"{folder.name} {code} rises.together_with", "codes of the catalogue", other)


def _add(entries: dict[str, CatalogueEntry], marked: Marked, entry: CatalogueEntry) -> None:
    if entry.risk.code in entries:
        raise marked.fail("each code once", entry.risk.code)
    entries[entry.risk.code] = entry
