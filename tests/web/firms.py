"""Enterprises of the demonstration's year in the kitchen's twins, and findings that are alerts one can open."""

from datetime import datetime, timedelta

from credit.ledger import LeadEntry, LeadKind, SupervisionEntry, SupervisionKind
from credit.record_desk import Officer
from domain.alert import Alert
from domain.credit_code import CreditCode
from domain.ids import AlertId, EnterpriseId, SiteId, UserId
from domain.organisation import Enterprise
from domain.scope import Scope
from service.demo.year import DemoFirm, demo_year
from tests.api.kitchen import Kitchen
from tests.credit.entries import case, observed

OFFICER = Officer(user_id=UserId("user-officer"), is_officer=True)
RECEIVER = "示例公示平台（虚构）"


def with_a_year(kitchen: Kitchen, count: int = 4, *, skip: int = 0) -> list[DemoFirm]:
    """Invented enterprises with a year of ledgers; penalties are final and published."""
    twins = kitchen.twins
    until = twins.credit.index.profile.today(twins.clock.now())
    firms = list(demo_year(skip + count, until=until))[skip:]
    for firm in firms:
        twins.registry.add_enterprise(firm.enterprise)
        twins.registry.add_site(firm.site)
        twins.ledgers.append(firm.leads, firm.supervision)
        if firm.decision is not None:
            _published(kitchen, firm)
        for days in (21, 14, 7, 0):
            twins.credit.index.record(firm.enterprise.enterprise_id, until - timedelta(days=days))
    return firms


def _published(kitchen: Kitchen, firm: DemoFirm) -> None:
    desk, everything = kitchen.twins.credit.records, Scope.everything()
    assert firm.decision is not None
    record = desk.enter(firm.decision, OFFICER)
    desk.settle(record.record_id, OFFICER, everything, reason="虚构：期满未申请复议")
    desk.publish(
        record.record_id,
        OFFICER,
        everything,
        basis="虚构：信息公示规定",
        ends_on=(kitchen.twins.clock.now() + timedelta(days=300)).date(),
        receivers=[RECEIVER],
    )


def hardly_observed(kitchen: Kitchen, enterprise_id: EnterpriseId, site_id: SiteId) -> None:
    """Known for long, and looked at for an hour only: too little for an index."""
    at = kitchen.twins.clock.now() - timedelta(days=200)
    seconds: dict[str, str | int] = {"observed_seconds": 3_600, "open_seconds": 7_200}
    entry = SupervisionEntry(
        entry_id="observed-once",
        enterprise_id=enterprise_id,
        site_id=site_id,
        kind=SupervisionKind.OBSERVED,
        day=at.date(),
        at=at,
        actor_id=None,
        figures=seconds,
    )
    kitchen.twins.ledgers.append((), (entry,))


def with_peers(kitchen: Kitchen, enterprise_id: EnterpriseId, count: int = 11) -> None:
    """Others beside the enterprise, watched for as long: every third has more open cases than it, the rest has none."""
    now = kitchen.twins.clock.now()
    for number in range(count):
        peer = EnterpriseId(f"peer-{number}")
        kitchen.twins.registry.add_enterprise(
            Enterprise(enterprise_id=peer, name=f"邻家示例 {number}", credit_code=CreditCode.generated(100 + number))
        )
        _watched(kitchen, peer, now, cases=12 if number % 3 == 0 else 0)
    _watched(kitchen, enterprise_id, now, cases=4)


def _watched(kitchen: Kitchen, enterprise_id: EnterpriseId, now: datetime, *, cases: int) -> None:
    """Looked at for 120 days, with so many confirmed cases of nine days ago that nobody has corrected."""
    at = now - timedelta(days=9)
    days = [(now - timedelta(days=days)).date() for days in range(1, 121)]
    kitchen.twins.ledgers.append(
        (),
        [
            *(observed(day, enterprise_id=enterprise_id, entry_id=f"{enterprise_id}:{day}") for day in days),
            *(
                case(
                    number,
                    day=at.date(),
                    at=at,
                    enterprise_id=enterprise_id,
                    entry_id=f"{enterprise_id}:{number}",
                    case_id=AlertId(f"{enterprise_id}-{number}"),
                )
                for number in range(cases)
            ),
        ],
    )


def penalised(kitchen: Kitchen) -> DemoFirm:
    """The first of the demonstration's firms that has a decision on record."""
    until = kitchen.twins.credit.index.profile.today(kitchen.twins.clock.now())
    place = next(place for place, firm in enumerate(demo_year(40, until=until)) if firm.decision is not None)
    return with_a_year(kitchen, 1, skip=place)[0]


def confirmed(kitchen: Kitchen, firm: DemoFirm, alert: Alert) -> None:
    """The alert as a confirmed finding in the firm's ledgers, found now."""
    now = kitchen.twins.clock.now()
    kitchen.twins.ledgers.append(
        (_lead(firm, alert, 1, LeadKind.DETECTED, now), _lead(firm, alert, 2, LeadKind.CONFIRMED, now)),
        (
            SupervisionEntry(
                entry_id=f"{alert.alert_id}:2",
                enterprise_id=firm.enterprise.enterprise_id,
                site_id=firm.site.site_id,
                kind=SupervisionKind.CONFIRMED,
                day=alert.local_day,
                at=now,
                actor_id=OFFICER.user_id,
                case_id=alert.alert_id,
                sequence=2,
                code=alert.violation.code,
                code_version="demo",
                risk_class=alert.violation.risk_class,
                clauses=("fsl-33-1-2@2025",),
            ),
        ),
    )


def lead(kitchen: Kitchen, firm: DemoFirm, alert: Alert) -> None:
    """The alert as a lead that nobody has judged."""
    now = kitchen.twins.clock.now()
    kitchen.twins.ledgers.append((_lead(firm, alert, 1, LeadKind.DETECTED, now),), ())


def _lead(firm: DemoFirm, alert: Alert, number: int, kind: LeadKind, at: datetime) -> LeadEntry:
    return LeadEntry(
        entry_id=f"{alert.alert_id}:{number}",
        enterprise_id=EnterpriseId(firm.enterprise.enterprise_id),
        site_id=firm.site.site_id,
        alert_id=alert.alert_id,
        code=alert.violation.code,
        code_version="demo",
        kind=kind,
        day=alert.local_day,
        at=at,
        actor_id=OFFICER.user_id if kind.is_human else None,
    )
