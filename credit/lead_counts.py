"""Where leads stand now, counted: each lead once, by the last word about it that still holds.

A lead that was confirmed once is a case of ledger B, and that ledger tells how it stands: it may have been found
unclear, dismissed after all, disputed, or taken out by a correction since. All other leads stand as ledger A says.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from credit.ledger import LeadEntry, LeadKind, SupervisionKind
from domain.ids import AlertId, SiteId

Place = tuple[date, SiteId, str]
"""Day, site and code: what is counted apart."""
Figures = dict[str, int]
"""Figures of a LedgerCount by their names."""

LEAD_FIGURES: Mapping[LeadKind, str] = {
    LeadKind.DETECTED: "unreviewed",
    LeadKind.CONFIRMED: "confirmed",
    LeadKind.DISMISSED: "dismissed",
    LeadKind.ABSTAINED: "abstained",
    LeadKind.EXPIRED: "expired",
}
"""The figure that a lead adds to whose last entry in ledger A is of this kind."""

_CASE_FIGURES: Mapping[SupervisionKind, str] = {
    SupervisionKind.CONFIRMED: "confirmed",
    SupervisionKind.DISPUTED: "set_aside",
    SupervisionKind.SUSPENDED: "abstained",
    SupervisionKind.OVERTURNED: "dismissed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStep:
    """An entry of ledger B of a kind in `credit.ledger.OF_A_CASE`. `is_corrected`: a correction takes it out."""

    case_id: AlertId
    sequence: int
    kind: SupervisionKind
    place: Place
    is_corrected: bool = False


def of_cases(steps: Iterable[CaseStep]) -> dict[Place, Figures]:
    """How cases stand: confirmed, set aside, abstained or dismissed; of the confirmed, corrections beside it."""
    cases: dict[AlertId, list[CaseStep]] = defaultdict(list)
    for step in steps:
        cases[step.case_id].append(step)
    found: dict[Place, Figures] = {}
    for case in cases.values():
        ordered = sorted(case, key=lambda each: each.sequence)
        figures = found.setdefault(ordered[0].place, defaultdict(int))
        for name in _figures_of([each.kind for each in ordered if not each.is_corrected]):
            figures[name] += 1
    return found


def _figures_of(kinds: list[SupervisionKind]) -> list[str]:
    verdicts = [each for each in kinds if each in _CASE_FIGURES]
    if not verdicts:
        return ["set_aside"]  # corrections took out whatever was said
    standing = _CASE_FIGURES[verdicts[-1]]
    return [standing] if standing != "confirmed" else [standing, *_corrections(kinds)]


def _corrections(kinds: list[SupervisionKind]) -> list[str]:
    """As `credit.fold` weighs them: one that was sent back, or confirmed anew, has to be done again."""
    is_reported = is_verified = False
    for kind in kinds:
        if kind is SupervisionKind.RECTIFIED:
            is_reported = True
        elif kind is SupervisionKind.VERIFIED and is_reported:
            is_verified = True
        elif kind in {SupervisionKind.SENT_BACK, SupervisionKind.CONFIRMED}:
            is_reported = is_verified = False
    return ["rectified"] * is_reported + ["verified"] * is_verified


def of_leads(leads: Iterable[LeadEntry], case_ids: frozenset[AlertId]) -> dict[Place, Figures]:
    """How leads stand that are no cases, and how many there are of both. `leads` in the ledger's order."""
    last: dict[AlertId, LeadEntry] = {each.alert_id: each for each in leads}
    found: dict[Place, Figures] = {}
    for lead in last.values():
        figures = found.setdefault((lead.day, lead.site_id, lead.code), defaultdict(int))
        figures["detected"] += 1
        if lead.alert_id not in case_ids:
            figures[LEAD_FIGURES[lead.kind]] += 1
    return found


def summed(steps: Iterable[CaseStep], leads: Iterable[LeadEntry]) -> dict[Place, Figures]:
    """Both together."""
    listed = list(steps)
    return merged(of_cases(listed), of_leads(leads, frozenset(each.case_id for each in listed)))


def merged(one: Mapping[Place, Figures], other: Mapping[Place, Figures]) -> dict[Place, Figures]:
    """The sums of two counts."""
    sums: dict[Place, Figures] = {}
    for place, figures in [*one.items(), *other.items()]:
        sum_of = sums.setdefault(place, defaultdict(int))
        for name, value in figures.items():
            sum_of[name] += value
    return sums
