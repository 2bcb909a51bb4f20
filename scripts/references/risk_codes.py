"""docs/reference/risk-codes.md: the risk catalogue as people read it, with what the shipped network can see of it."""

from datetime import date

from alerts.catalogue import SHIPPED, AvailabilityState, Catalogue, CatalogueEntry, load_catalogue, read_folder
from alerts.faults import Faults
from alerts.figures import CodeFigures, catalogue_figures
from alerts.licences.rule import LicenceStage
from alerts.presence import ActiveWhen
from detector.settings import AttireSettings, DetectorSettings
from domain.clause import Clause
from models.attire import AttireManifest
from models.manifest import ModelManifest
from models.registry import ModelRegistry
from references.tables import code, share, table

INTRODUCTION = """# Risk codes

<!-- Made by `make docs` from alerts/catalogue and the network's manifest: change those, not this page. -->

Catalogue version {version}; network `{network}` version {network_version}, for clothes `{attire}` version
{attire_version}. A code is *enabled* when it is judged on
every camera that does not say otherwise, *off* when a camera has to name it, and *not detected here* when there is no
rule for it or the network does not see well enough what it needs. Class (→ one that it may rise
to): I at once, II by a deadline, III daily supervision, ops about devices. "May count" says whether a finding may ever
enter a credit file, and only after people have established it: an alert alone never does
([why](../explanation/leads-and-records.md)). *Taught* codes are judged on cameras with a live head
that people [taught](../how-to/teach-a-state.md) for them, whatever stands under state.

"""

FIGURES = """
## What the network finds, code by code

Of the labels that raise a code, counted together: how many reports are right (precision) and how many of the labelled
things are found (recall), in single pictures that the network was not taught on, at the shipped thresholds, with 95 %
intervals and the number *n* of labelled boxes. Rules of dwell, motion and zones come on top, so an alert is rarer and
surer than a single look; how often alerts are false is counted on clips, not here. (g): partly measured on pseudo
labels, boxes that a network guessed. Thresholds were chosen on these pictures, which flatters a little: the
[cross-fitted figures](networks.md) do not.

"""

PROFILES = """
## What profiles change

The catalogue is written for the law of the whole country. A [profile](../how-to/change-the-catalogue.md#profiles)
says what another jurisdiction has otherwise; `BRIGHTKITCHEN_ALERTS__PROFILE` chooses it, for the whole service. Fields
that stand here are the profile's, all others the catalogue's. `generic` cites no law and lets nothing count.

"""

CLAUSES = """
## Clauses

*Read by* says who compared the clause with which text. A clause that nobody has read is **unverified** and is shown so
by the API, in messages and on the page: it must be checked against the official text before it is shown to a
regulator. An alert cites the clauses that were in force on its day. English names are our translations.

"""

STATES = {
    AvailabilityState.ENABLED: "enabled",
    AvailabilityState.OFF: "off",
    AvailabilityState.NOT_AVAILABLE: "not detected here",
}

LAST_DAY = {
    LicenceStage.EXPIRED: "from the day after the licence's last day",
    LicenceStage.ENDING: "from {days} days before the licence's last day",
}

WHEN = {
    ActiveWhen.ALWAYS: "always",
    ActiveWhen.BUSINESS_HOURS: "while open",
    ActiveWhen.OUTSIDE_BUSINESS_HOURS: "while closed",
}


def document() -> str:
    catalogue = load_catalogue()
    network = ModelRegistry().load(DetectorSettings().model)
    attire = ModelRegistry().load_as(AttireSettings().model, AttireManifest)
    told = network.manifest.usable_labels | attire.manifest.usable_attributes
    introduction = INTRODUCTION.format(
        version=catalogue.version,
        network=network.manifest.name,
        network_version=network.manifest.version,
        attire=attire.manifest.name,
        attire_version=attire.manifest.version,
    )
    return (
        introduction
        + _codes(catalogue, told)
        + FIGURES
        + _figures(catalogue, network.manifest, attire.manifest)
        + _reasons(catalogue, told)
        + PROFILES
        + _profiles()
        + CLAUSES
        + _clauses(catalogue)
    )


def _codes(catalogue: Catalogue, usable_labels: frozenset[str]) -> str:
    headings = [
        "code",
        "中文",
        "English",
        "class",
        "duty",
        "clauses",
        "state",
        "dwell",
        "cool-down",
        "judged",
        "may count",
        "who is told",
    ]
    return table(headings, [_row(entry, usable_labels) for entry in catalogue])


def _row(entry: CatalogueEntry, usable_labels: frozenset[str]) -> list[str]:
    risk, timed = entry.risk, entry.rule or entry.taught_rule or entry.device_rule or entry.sensor_rule
    return [
        code(risk.code), risk.name_zh, risk.name_en, _class(entry), risk.duty.value,
        ", ".join(clause.clause_id + ("" if clause.verified else " (unverified)") for clause in risk.clauses),
        _state(entry, usable_labels),
        _dwell(entry), f"{timed.cool_down_seconds:g} s" if timed else "",
        WHEN[timed.active] if timed else _daily(entry),
        (entry.credit_condition or "yes") if risk.is_credit_eligible else "no", entry.notify,
    ]  # fmt: skip


def _class(entry: CatalogueEntry) -> str:
    """With the classes that it may rise to."""
    return " → ".join(dict.fromkeys([entry.risk.risk_class.value, *(rise.to.value for rise in entry.judged_rises)]))


def _state(entry: CatalogueEntry, usable_labels: frozenset[str]) -> str:
    others = {
        ", taught": entry.taught_rule,
        ", by sensors": entry.sensor_rule,
        ", by the registry": entry.licence_rule if entry.is_on_by_default else None,
    }
    return STATES[entry.availability(usable_labels).state] + "".join(word for word, rule in others.items() if rule)


def _daily(entry: CatalogueEntry) -> str:
    return f"daily at {entry.licence_rule.judged_at:%H:%M}" if entry.licence_rule else ""


def _dwell(entry: CatalogueEntry) -> str:
    rule = entry.rule
    if entry.licence_rule is not None:
        return LAST_DAY[entry.licence_rule.stage].format(days=entry.licence_rule.within_days)
    if rule is None:
        other = entry.taught_rule or entry.device_rule or entry.sensor_rule
        return f"{other.minimum_seconds:g} s" if other else ""
    return f"{rule.minimum_seconds:g} s and {rule.minimum_hits} sightings in {rule.hits_window_seconds:g} s"


def _figures(catalogue: Catalogue, manifest: ModelManifest, attire: AttireManifest) -> str:
    headings = ["code", "English", "raised by", "also needs", "precision", "recall", "n", "state"]
    states = catalogue.available(manifest.usable_labels | attire.usable_attributes)
    rows = [
        [
            code(each.code), catalogue.entries[each.code].risk.name_en,
            ", ".join(map(code, each.labels)), ", ".join(map(code, each.helpers)),
            share(each.precision, each.precision_interval), share(each.recall, each.recall_interval),
            counted(each), STATES[states[each.code].state],
        ]
        for each in code_figures_of(catalogue, manifest, attire)
    ]  # fmt: skip
    return table(headings, rows)


def code_figures_of(catalogue: Catalogue, manifest: ModelManifest, attire: AttireManifest) -> list[CodeFigures]:
    """From the manifests of the two networks that judge. Of an attribute's figures the first are those on val."""
    qualities = {label.name: label.quality for label in manifest.labels if label.quality}
    attributes = {each.name: each.quality[0] for each in attire.attributes if each.quality}
    return catalogue_figures(list(catalogue), qualities, attributes)


def counted(figures: CodeFigures) -> str:
    """How many boxes, and whether some of them were guessed."""
    return f"{figures.count}{' (g)' if figures.guessed else ''}"


def _reasons(catalogue: Catalogue, usable_labels: frozenset[str]) -> str:
    missing = [(entry, entry.availability(usable_labels)) for entry in catalogue]
    rows = [
        [code(entry.risk.code), found.reason_en, found.reason_zh]
        for entry, found in missing
        if found.state is AvailabilityState.NOT_AVAILABLE
    ]
    return "\n## Not detected here, and why\n\n" + table(["code", "reason", "原因"], rows)


def _profiles() -> str:
    folder = read_folder(SHIPPED, Faults())
    rows = [
        [code(profile.name), code(override.code), ", ".join(map(code, override.fields)), override.because]
        for profile in folder.profiles.values()
        for override in profile.overrides.values()
        if profile.name != "generic"
    ]
    based = [
        [code(each.name), each.name_zh, each.name_en, code(each.based_on) if each.based_on else "", each.remark]
        for each in folder.profiles.values()
    ]
    return (
        table(["profile", "中文", "English", "based on", "remark"], based)
        + "\n"
        + table(["profile", "code", "sets", "because"], rows)
    )


def _clauses(catalogue: Catalogue) -> str:
    headings = ["id", "law", "article", "version", "in force from", "until", "source", "read by"]
    clauses = sorted(catalogue.register, key=lambda clause: (clause.clause_id, clause.valid_from or date.min))
    return table(headings, [_clause_row(clause) for clause in clauses])


def _clause_row(clause: Clause) -> list[str]:
    source = " ".join(part for part in (clause.publisher, clause.document) if part)
    reading = clause.reading
    return [
        clause.clause_id,
        f"{clause.law} ({clause.law_en})",
        clause.article,
        clause.version,
        str(clause.valid_from or ""),
        str(clause.valid_until or ""),
        f"[{source}]({clause.url})" if clause.url else source,
        f"{reading.by}, {reading.on}: {reading.text}" if reading else "**unverified**",
    ]
