"""The index of an enterprise, why it is so, what would help; ledgers A and B. For the enterprise and the authority."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query

from api.callers import Caller
from api.dependencies import CreditReader, Recorder, Services, Supervisor
from api.errors import FieldError, NotFoundError
from api.fields import PathId
from api.ports import Role
from api.schemas.credit import (
    DrawnPage,
    DrawnView,
    ExplanationView,
    IndexView,
    ProfilePage,
    ProfileView,
    SnapshotPage,
    SnapshotView,
    WhatIfBody,
)
from api.schemas.inspections import MONTH
from api.schemas.ledgers import (
    LeadEntryPage,
    LeadEntryView,
    LedgerCountPage,
    LedgerCountView,
    NotedBody,
    NotedView,
    SupervisionEntryPage,
    SupervisionEntryView,
    TracedEntryView,
)
from api.schemas.peers import PeersView
from api.services import ApiServices
from credit.errors import NotAnOfficerError
from credit.explanation import WhatIf
from credit.fold import ONLINE
from credit.ledger import SupervisionEntry, SupervisionKind
from credit.profile import Colour, Measure
from credit.profile_file import load_profiles
from credit.sampling import draw
from domain.ids import EnterpriseId, UserId
from domain.organisation import Enterprise

router = APIRouter(tags=["credit"])

MOST_DAYS = 366

After = Annotated[int, Query(ge=0, le=2**63 - 1, description="The last number that you have.")]
Limit = Annotated[int, Query(ge=1, le=500)]
EntryId = Annotated[str, Path(pattern=r"^[A-Za-z0-9:_.-]{1,200}$")]


def _enterprise(services: ApiServices, enterprise_id: str, caller: Caller) -> EnterpriseId:
    """The id of an enterprise that the caller may see as a whole; an account of one site sees no firm's index."""
    if services.registry.get_enterprise(EnterpriseId(enterprise_id), caller.scope) is None:
        raise NotFoundError("enterprise", enterprise_id)
    return EnterpriseId(enterprise_id)


def _today(services: ApiServices) -> date:
    return services.credit.index.profile.today(services.now())


@router.get("/enterprises/{enterprise_id}/credit")
def read_index(enterprise_id: PathId, caller: CreditReader, services: Services) -> IndexView:
    """The index now, with interval, colour and all dimensions. Unreviewed leads weigh nothing."""
    desk = services.credit.index
    assessment = desk.assessed(_enterprise(services, enterprise_id, caller), _today(services))
    return IndexView.of(assessment, desk.colour(assessment))


@router.get("/enterprises/{enterprise_id}/credit/explanation")
def explain_index(enterprise_id: PathId, caller: CreditReader, services: Services) -> ExplanationView:
    """What takes how much off, under which clause, and how and when it comes back."""
    desk = services.credit.index
    explanation = desk.explained(_enterprise(services, enterprise_id, caller), _today(services))
    return ExplanationView.of(explanation, desk.colour(explanation.assessment))


@router.post("/enterprises/{enterprise_id}/credit/what-if")
def imagine_index(enterprise_id: PathId, body: WhatIfBody, caller: CreditReader, services: Services) -> IndexView:
    """The index as it would be after corrections, clean hours, days or new findings. Nothing is stored."""
    wanted = WhatIf(
        rectify=tuple(body.rectify),
        clean_hours=body.clean_hours,
        days=body.days,
        confirmed=tuple((each.code, each.risk_class) for each in body.confirmed),
    )
    known = _enterprise(services, enterprise_id, caller)
    try:
        assessment = services.credit.index.what_if(known, _today(services), wanted)
    except ValueError as error:
        raise FieldError("body.rectify", "confirmed findings of the window", str(error)) from error
    colour = None if assessment.band is None else assessment.band.colour.at_most(assessment.cap)
    return IndexView.of(assessment, colour)


@router.get("/enterprises/{enterprise_id}/credit/peers")
def compare_with_peers(enterprise_id: PathId, caller: CreditReader, services: Services) -> PeersView:
    """The index and its dimensions beside those of the same type and region, and what might be looked at.

    Percentiles and quartiles of at least ten peers, never a name; with fewer the next larger region, or nothing.
    """
    found = services.registry.get_enterprise(EnterpriseId(enterprise_id), caller.scope)
    if found is None:
        raise NotFoundError("enterprise", enterprise_id)
    return PeersView.of(services.credit.peers.standing(found, _today(services), services.code_names()))


@router.get("/enterprises/{enterprise_id}/credit/history")
def list_snapshots(enterprise_id: PathId, caller: CreditReader, services: Services, limit: Limit = 100) -> SnapshotPage:
    """Figures as they were told, newest first."""
    known = _enterprise(services, enterprise_id, caller)
    return SnapshotPage(items=[SnapshotView.of(each) for each in services.credit.index.history(known, limit)])


@router.get("/credit/profiles")
def list_profiles(_: CreditReader) -> ProfilePage:
    """All profiles that are shipped, with what in them is unverified."""
    return ProfilePage(items=[ProfileView.of(each) for each in load_profiles().values()])


@router.get("/credit/sampling")
def draw_inspections(
    seed: Annotated[str, Query(min_length=1, max_length=100, description="Published before the period begins.")],
    period: Annotated[str, Query(pattern=MONTH)],
    caller: Recorder,
    services: Services,
) -> DrawnPage:
    """A random plan of inspections by colour that everybody with the seed can repeat; the drawn first."""
    if not seed.strip():
        raise FieldError("query.seed", "a text that says something", "spaces")
    names = {each.enterprise_id: each.name for each in visible_enterprises(services, caller)}
    colours = last_colours(services, caller, names)
    plan = draw(colours, seed=seed, period=period)
    ordered = sorted(plan, key=lambda drawn: (not drawn.is_drawn, drawn.lot))
    return DrawnPage(items=[DrawnView.of(each, names[each.enterprise_id]) for each in ordered])


def visible_enterprises(services: ApiServices, caller: Caller) -> Iterator[Enterprise]:
    after: str | None = None
    while page := services.registry.list_enterprises(caller.scope, after, 1_000):
        yield from page
        after = page[-1].enterprise_id


def last_colours(
    services: ApiServices, caller: Caller, enterprise_ids: Iterable[EnterpriseId]
) -> list[tuple[EnterpriseId, Colour | None]]:
    """The colour of the last figure that was kept of each; read at once, for there may be thousands."""
    told = services.situation.colours(caller.scope)
    return [(each, told[each].colour if each in told else None) for each in enterprise_ids]


# Ledgers


@router.get("/enterprises/{enterprise_id}/ledgers/leads")
def list_leads(
    enterprise_id: PathId, caller: CreditReader, services: Services, after: After = 0, limit: Limit = 100
) -> LeadEntryPage:
    """Ledger A, oldest first: what machines found and what became of it. Private; counts towards nothing."""
    known = _enterprise(services, enterprise_id, caller)
    found = services.credit.ledgers.leads(known, caller.scope, after, limit + 1)
    items = [LeadEntryView.of(number, entry) for number, entry in found[:limit]]
    return LeadEntryPage(items=items, next=_next(f"{enterprise_id}/ledgers/leads", [n for n, _ in found], limit))


@router.get("/enterprises/{enterprise_id}/ledgers/supervision")
def list_supervision(
    enterprise_id: PathId, caller: CreditReader, services: Services, after: After = 0, limit: Limit = 100
) -> SupervisionEntryPage:
    """Ledger B, oldest first: confirmed, corrected, checked, inspected, observed."""
    known = _enterprise(services, enterprise_id, caller)
    found = services.credit.ledgers.supervision(known, caller.scope, after, limit + 1)
    items = [SupervisionEntryView.of(number, entry) for number, entry in found[:limit]]
    return SupervisionEntryPage(
        items=items, next=_next(f"{enterprise_id}/ledgers/supervision", [n for n, _ in found], limit)
    )


@router.get("/enterprises/{enterprise_id}/ledgers/supervision/{entry_id}")
def trace_entry(enterprise_id: PathId, entry_id: EntryId, caller: CreditReader, services: Services) -> TracedEntryView:
    """One entry of ledger B: who entered it, the steps of its case, what corrected it, its place in the chain."""
    known = _enterprise(services, enterprise_id, caller)
    traced = services.credit.ledgers.traced(known, entry_id, caller.scope)
    if traced is None:
        raise NotFoundError("entry", entry_id)

    def name(user_id: UserId) -> str:
        account = services.accounts.get_user(user_id)
        return user_id if account is None else account.name

    return TracedEntryView.of(traced, name)


def _next(path: str, numbers: list[int], limit: int) -> str | None:
    """The address of the following page, where there is one."""
    return None if len(numbers) <= limit else f"/api/v1/enterprises/{path}?after={numbers[limit - 1]}&limit={limit}"


@router.get("/enterprises/{enterprise_id}/ledgers/counts")
def count_ledgers(
    enterprise_id: PathId,
    day_from: Annotated[date, Query(alias="from")],
    day_to: Annotated[date, Query(alias="to")],
    caller: CreditReader,
    services: Services,
) -> LedgerCountPage:
    """Per site, code and day: detected, reviewed, confirmed, dismissed, abstained, expired, rectified, verified."""
    days = (day_to - day_from).days + 1
    if not 1 <= days <= MOST_DAYS:
        raise FieldError("query.to", f"a day 0 to {MOST_DAYS - 1} days after from", f"{days - 1} days after it")
    known = _enterprise(services, enterprise_id, caller)
    counts = services.credit.ledgers.counts(known, caller.scope, day_from, day_to)
    return LedgerCountPage(items=[LedgerCountView.of(each) for each in counts])


@router.post("/enterprises/{enterprise_id}/ledgers/supervision", status_code=201)
def note_supervision(enterprise_id: PathId, body: NotedBody, caller: Supervisor, services: Services) -> NotedView:
    """Enter a self-check, or as an officer an inspection, a class, an order or a correction of an entry."""
    entry = _entry(_enterprise(services, enterprise_id, caller), body, caller, services)
    is_self_check = body.share is not None and body.share.dimension.startswith("S")
    if not is_self_check and caller.account.role is not Role.REGULATOR:
        raise NotAnOfficerError
    services.credit.ledgers.append((), (entry,))
    return NotedView(entry_id=entry.entry_id, kind=entry.kind, day=entry.day)


def _entry(enterprise_id: EnterpriseId, body: NotedBody, caller: Caller, services: ApiServices) -> SupervisionEntry:
    if body.day > _today(services):
        raise FieldError("body.day", f"a day up to {_today(services)}", body.day.isoformat())
    kind, figures = _figures(body, services)
    return SupervisionEntry(
        entry_id=services.new_id(),
        enterprise_id=enterprise_id,
        kind=kind,
        day=body.day,
        at=services.now(),
        actor_id=caller.account.user_id,
        figures=figures,
        reason=body.reason,
        corrects=body.corrects,
    )


def _figures(body: NotedBody, services: ApiServices) -> tuple[SupervisionKind, dict[str, str | int]]:
    given = [name for name in ("share", "inspection", "level", "burden", "corrects") if getattr(body, name) is not None]
    if len(given) != 1:
        raise FieldError("body", "one of share, inspection, level, burden, corrects", ", ".join(given) or "none")
    if body.share is not None:
        if body.share.good > body.share.total:
            raise FieldError("body.share.good", f"at most {body.share.total}", str(body.share.good))
        _require_dimension(services, body.share.dimension, Measure.SHARE, "body.share.dimension")
        return SupervisionKind.SHARE, body.share.model_dump()
    if body.inspection is not None:
        return SupervisionKind.INSPECTION, {"score_tenths": round(body.inspection * 10)}
    if body.level is not None:
        return SupervisionKind.LEVEL, {"level": body.level}
    if body.burden is not None:
        _require_dimension(services, body.burden.dimension, Measure.BURDEN, "body.burden.dimension")
        ends_on = body.burden.ends_on
        figures: dict[str, str | int] = {
            "dimension": body.burden.dimension,
            "weight_tenths": round(body.burden.weight * 10),
        }
        return SupervisionKind.BURDEN, figures if ends_on is None else figures | {"ends_on": ends_on.isoformat()}
    return SupervisionKind.CORRECTION, {}


def _require_dimension(services: ApiServices, dimension_id: str, measure: Measure, field: str) -> None:
    dimensions = (each for _, each in services.credit.index.profile.dimensions())
    known = [each.dimension_id for each in dimensions if each.measure is measure and each.dimension_id != ONLINE]
    if dimension_id not in known:
        raise FieldError(field, f"one of {', '.join(known)}", dimension_id)
