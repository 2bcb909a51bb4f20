"""From entries of ledger B and records of ledger C to the facts that an index rests on. Pure; order is no matter."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from credit.counted_entry import CountedEntry
from credit.facts import Burden, Facts, Finding, Remedy, Share
from credit.ledger import OF_A_CASE, SupervisionKind
from credit.profile import IndexProfile, Measure
from credit.records import PublicRecord, RecordState
from domain.ids import EnterpriseId, SiteId

ONLINE = "S6"  # hours observed of hours open
PENALTIES, LISTS = "R6", "R7"
RECORD_WEIGHTS = {"minor": 1.0, "general": 3.0, "grave": 7.0}
"""What a final penalty of a severity weighs (design)."""

_VERDICTS = frozenset(
    {
        SupervisionKind.CONFIRMED,
        SupervisionKind.DISPUTED,
        SupervisionKind.SUSPENDED,
        SupervisionKind.OVERTURNED,
    }
)
_DONE_AGAIN = frozenset({SupervisionKind.SENT_BACK, SupervisionKind.CONFIRMED})


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedSum:
    """Seconds of the window in which cameras gave pictures, of those in which the sites were open.

    `first_day` is the first day of all that was observed, inside the window or before; None: never.
    """

    first_day: date | None = None
    observed_seconds: int = 0
    open_seconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """All that is on record about one enterprise, as far as an index needs it. `entries` are without observed hours."""

    enterprise_id: EnterpriseId
    entries: Sequence[CountedEntry] = ()
    observed: ObservedSum = ObservedSum()
    records: tuple[PublicRecord, ...] = ()


def observed_sum(entries: Iterable[CountedEntry], day_from: date, as_of: date) -> ObservedSum:
    """The sum of the observed hours among the entries from a day on, up to another one."""
    observed = [each for each in _standing(entries, as_of) if each.kind is SupervisionKind.OBSERVED]
    recent = [each for each in observed if each.day >= day_from]
    return ObservedSum(
        first_day=min((each.day for each in observed), default=None),
        observed_seconds=sum(_whole(each, "observed_seconds") for each in recent),
        open_seconds=sum(_whole(each, "open_seconds") for each in recent),
    )


def window_start(profile: IndexProfile, as_of: date) -> date:
    """The first day that counts."""
    return as_of - timedelta(days=profile.window_days - 1)


def facts_of(gathered: Gathered, profile: IndexProfile, as_of: date) -> Facts:
    """What is known on a day. Entries and decisions of later days are left out, corrected ones too."""
    valid = _standing(gathered.entries, as_of)
    first_day = window_start(profile, as_of)
    observed = gathered.observed
    shares = _shares(valid, profile, first_day)
    if observed.open_seconds > 0:
        online = min(observed.observed_seconds, observed.open_seconds)
        shares[ONLINE] = Share(good=online / 3600.0, total=observed.open_seconds / 3600.0)
    return Facts(
        enterprise_id=gathered.enterprise_id,
        as_of=as_of,
        known_since=observed.first_day,
        observed_hours=observed.observed_seconds / 3600.0,
        findings=tuple(_findings(valid, profile, first_day)),
        shares=shares,
        scores=_latest_scores(valid, first_day),
        levels=_latest_levels(valid),
        burdens=(*_burdens(valid, first_day), *_record_burdens(gathered.records, as_of)),
    )


def _standing(entries: Iterable[CountedEntry], as_of: date) -> list[CountedEntry]:
    """Entries up to the day, without those that a correction takes out."""
    listed = [each for each in entries if each.day <= as_of and each.at.date() <= as_of]
    corrected = {each.corrects for each in listed if each.kind is SupervisionKind.CORRECTION}
    return [each for each in listed if each.kind is not SupervisionKind.CORRECTION and each.entry_id not in corrected]


def _whole(entry: CountedEntry, name: str) -> int:
    return int(entry.figures.get(name, 0))


# Cases


def _findings(entries: Sequence[CountedEntry], profile: IndexProfile, first_day: date) -> Iterable[Finding]:
    cases: dict[str, list[CountedEntry]] = defaultdict(list)
    for entry in entries:
        if entry.case_id is not None and entry.day >= first_day and entry.kind in OF_A_CASE:
            cases[entry.case_id].append(entry)
    for case in cases.values():
        steps = sorted(case, key=lambda each: each.sequence or 0)
        found = _finding(steps, profile)
        if found is not None:
            yield found


def _finding(steps: Sequence[CountedEntry], profile: IndexProfile) -> Finding | None:
    """The case as a finding; None where the last verdict does not confirm it."""
    verdicts = [each for each in steps if each.kind in _VERDICTS]
    if not verdicts or verdicts[-1].kind is not SupervisionKind.CONFIRMED:
        return None
    first = next(each for each in steps if each.kind is SupervisionKind.CONFIRMED)
    if first.case_id is None or first.code is None or first.risk_class is None:
        return None
    rules = profile.events.classes.get(first.risk_class)
    limit = timedelta(seconds=rules.rectify_seconds) if rules else timedelta()
    answered = first.figures.get("acknowledged_after_seconds")
    remedy, redone = _remedy(steps, first.at + limit)
    return Finding(
        finding_id=first.case_id,
        site_id=first.site_id or SiteId(""),
        code=first.code,
        risk_class=first.risk_class,
        day=first.day,
        due_on=profile.today(first.at + limit),
        extent=min(4, max(0, _whole(first, "extent"))),
        remedy=remedy,
        is_acknowledged_slowly=rules is not None and answered is not None and answered > rules.acknowledge_seconds,
        redone=redone,
        clauses=first.clauses,
    )


def _remedy(steps: Sequence[CountedEntry], due_at: datetime) -> tuple[Remedy, int]:
    """A correction counts from when it was reported, once a second person has checked it.

    One that was sent back, or confirmed anew, after it was reported did not stand and had to be done again.
    """
    reported: datetime | None = None
    remedy, redone = Remedy.OPEN, 0
    for step in steps:
        if step.kind is SupervisionKind.RECTIFIED:
            reported = step.at
        elif step.kind is SupervisionKind.VERIFIED and reported is not None:
            remedy = Remedy.ON_TIME if reported <= due_at else Remedy.LATE
        elif step.kind in _DONE_AGAIN and reported is not None:
            reported, remedy, redone = None, Remedy.OPEN, redone + 1
    return remedy, redone


# Everything else


def _shares(entries: Sequence[CountedEntry], profile: IndexProfile, first_day: date) -> dict[str, Share]:
    known = {each.dimension_id for _, each in profile.dimensions() if each.measure is Measure.SHARE}
    good: dict[str, int] = defaultdict(int)
    total: dict[str, int] = defaultdict(int)
    for entry in entries:
        name = entry.figures.get("dimension")
        if entry.kind is SupervisionKind.SHARE and name in known and entry.day >= first_day:
            good[name] += _whole(entry, "good")
            total[name] += _whole(entry, "total")
    return {name: Share(good=min(good[name], total[name]), total=total[name]) for name in sorted(total)}


def _latest_scores(entries: Sequence[CountedEntry], first_day: date) -> dict[str, float]:
    found = [each for each in entries if each.kind is SupervisionKind.INSPECTION and each.day >= first_day]
    latest = max(found, key=lambda each: (each.day, each.entry_id), default=None)
    return {} if latest is None else {"R4": _whole(latest, "score_tenths") / 10.0}


def _latest_levels(entries: Sequence[CountedEntry]) -> Mapping[str, str]:
    found = [each for each in entries if each.kind is SupervisionKind.LEVEL]
    latest = max(found, key=lambda each: (each.day, each.entry_id), default=None)
    return {} if latest is None else {"R8": str(latest.figures.get("level", ""))}


def _burdens(entries: Sequence[CountedEntry], first_day: date) -> Iterable[Burden]:
    for entry in entries:
        if entry.kind is SupervisionKind.BURDEN and entry.day >= first_day:
            ends = entry.figures.get("ends_on")
            yield Burden(
                reference=entry.entry_id,
                dimension_id=str(entry.figures.get("dimension", "")),
                weight=_whole(entry, "weight_tenths") / 10.0,
                day=entry.day,
                clauses=entry.clauses,
                ends_on=None if ends is None else date.fromisoformat(str(ends)),
            )


def _record_burdens(records: Iterable[PublicRecord], as_of: date) -> Iterable[Burden]:
    """Final decisions in force. One that is contested, withdrawn or repaired weighs nothing."""
    for record in records:
        draft = record.draft
        if draft.decision_date > as_of or not record.is_final_on(as_of) or record.state_on(as_of) in _WEIGHTLESS:
            continue
        dimension = {"penalty": PENALTIES, "list_entry": LISTS}.get(draft.kind)
        if dimension is None:
            continue
        yield Burden(
            reference=record.record_id,
            dimension_id=dimension,
            weight=RECORD_WEIGHTS[draft.severity] if dimension == PENALTIES else 1.0,
            day=draft.decision_date,
            clauses=draft.clauses,
            is_grave=draft.severity == "grave",
            ends_on=record.ends_on,
        )


_WEIGHTLESS = frozenset({RecordState.WITHDRAWN, RecordState.REPAIRED, RecordState.EXPIRED, RecordState.CONTESTED})
