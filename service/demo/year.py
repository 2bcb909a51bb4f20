"""A year of history for invented enterprises: true to life in shape, true of nobody.

Everything follows from a seed. The credit codes are valid and in a region that is assigned to no one; names, documents,
authorities and people are invented and say so (示例).
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from credit.ledger import LeadEntry, LeadKind, SupervisionEntry, SupervisionKind
from credit.records import Outcome, Procedure, RecordDraft, RecordKind, Severity
from domain.credit_code import CreditCode
from domain.ids import AlertId, EnterpriseId, SiteId, UserId
from domain.organisation import Enterprise, EnterpriseType, Site
from domain.risk import RiskClass

DAYS = 365
FIRST_CODE = 9_000_000
REGION = "000000"  # assigned to nobody
REVIEWER, OFFICER, OPERATOR = UserId("demo-reviewer"), UserId("demo-officer"), UserId("demo-operator")
AUTHORITY = "示例区市场监督管理局（虚构）"
AUTHORITY_CODE = CreditCode.generated(FIRST_CODE - 1).value

_SITE = "00000000-0000-7000-8000-0002{:08d}"
_FIRM = "00000000-0000-7000-8000-0001{:08d}"
_NAMES = ("春禾", "清溪", "南屏", "云杉", "白石", "青榆", "松间", "晴川", "竹里", "岭上", "东篱", "月河")
_KINDS = ("面馆", "小厨", "食堂", "茶餐厅", "烧腊", "轻食")
_CODES: tuple[tuple[str, RiskClass, str, float], ...] = (
    ("uniform.no_hat", RiskClass.II, "fsl-33-1-8@2025", 0.45),
    ("bin.uncovered", RiskClass.II, "fsl-33-1-2@2025", 0.30),
    ("floor.litter", RiskClass.III, "fsl-33-1-1@2025", 0.15),
    ("smoke.person", RiskClass.II, "fsl-33-1-8@2025", 0.07),
    ("pest.rodent", RiskClass.I, "fsl-33-1-2@2025", 0.03),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoFirm:
    """One invented enterprise with its year. `care` in [0, 1] is what made it so."""

    enterprise: Enterprise
    site: Site
    care: float
    leads: tuple[LeadEntry, ...]
    supervision: tuple[SupervisionEntry, ...]
    decision: RecordDraft | None


def demo_enterprise_id(number: int) -> EnterpriseId:
    """The id of the invented enterprise with that number, from 0."""
    return EnterpriseId(_FIRM.format(number))


def demo_year(count: int, *, until: date, seed: int = 2026) -> Iterator[DemoFirm]:
    """Invented enterprises with the year that ends on a day. Same numbers, same year."""
    for number in range(count):
        yield _firm(number, until, random.Random(f"{seed}:{number}"))  # noqa: S311 - a story, not a secret


def _firm(number: int, until: date, dice: random.Random) -> DemoFirm:
    name = f"示例·{_NAMES[number % len(_NAMES)]}{_KINDS[number % len(_KINDS)]} {number + 1:02d}（虚构）"
    enterprise = Enterprise(
        enterprise_id=demo_enterprise_id(number),
        name=name,
        credit_code=CreditCode.generated(FIRST_CODE + number),
        type=(EnterpriseType.RESTAURANT, EnterpriseType.CANTEEN, EnterpriseType.TAKEAWAY)[number % 3],
        licence_no=f"示例许可 {number + 1:06d}",
        licence_valid_to=until + timedelta(days=dice.randrange(20, 1500)),
        region=REGION,
    )
    site = Site(site_id=SiteId(_SITE.format(number)), enterprise_id=enterprise.enterprise_id, name="示例后厨")
    care = dice.betavariate(4, 1.6)
    start = until - timedelta(days=DAYS - 1 if number % 8 else 60)  # some have opened lately
    story = _Story(enterprise, site, care, dice)
    day = start
    while day <= until:
        story.tell(day, until)
        day += timedelta(days=1)
    story.tell_inspections(start, until)
    return DemoFirm(
        enterprise=enterprise,
        site=site,
        care=care,
        leads=tuple(story.leads),
        supervision=tuple(story.supervision),
        decision=_decision(enterprise, until, dice) if care < 0.45 else None,
    )


class _Story:
    """Adds one day after the other."""

    def __init__(self, enterprise: Enterprise, site: Site, care: float, dice: random.Random) -> None:
        self._enterprise = enterprise
        self._site = site
        self._care = care
        self._dice = dice
        self._cameras = dice.choice((1, 2, 2, 3, 4))
        self._alerts = 0
        self.leads: list[LeadEntry] = []
        self.supervision: list[SupervisionEntry] = []

    def tell(self, day: date, until: date) -> None:
        is_open = round(self._dice.uniform(8.0, 12.0) * 3600) * self._cameras
        share = min(1.0, self._dice.gauss(0.90 + 0.09 * self._care, 0.03))
        self._add(
            SupervisionKind.OBSERVED,
            day,
            f"observed:{self._site.site_id}:{day}",
            actor=None,
            figures={"observed_seconds": round(is_open * share), "open_seconds": is_open},
        )
        if day.weekday() == 6:
            done = sum(self._dice.random() < 0.35 + 0.65 * self._care for _ in range(7))
            figures: dict[str, str | int] = {"dimension": "S1", "good": done, "total": 7}
            self._add(SupervisionKind.SHARE, day, f"s1:{self._site.site_id}:{day}", actor=OPERATOR, figures=figures)
        if self._dice.random() < 0.02 * (1.0 - self._care) ** 2:
            complaint: dict[str, str | int] = {"dimension": "P1", "weight_tenths": 10}
            self._add(SupervisionKind.BURDEN, day, f"p1:{self._site.site_id}:{day}", actor=OFFICER, figures=complaint)
        for _ in range(self._found()):
            self._alert(day, until)

    def _found(self) -> int:
        mean = 0.02 + 0.9 * (1.0 - self._care) ** 2
        return sum(self._dice.random() < mean for _ in range(self._cameras))

    def _alert(self, day: date, until: date) -> None:
        code, risk_class, clause, _ = self._dice.choices(_CODES, [each[3] for each in _CODES])[0]
        self._alerts += 1
        alert = AlertId(f"demo-{self._site.site_id[-4:]}-{self._alerts:05d}")
        at = datetime.combine(day, time(self._dice.randrange(2, 13), self._dice.randrange(60)), UTC)
        self._lead(alert, 1, LeadKind.DETECTED, code, at)
        verdict = self._dice.choices(
            (LeadKind.CONFIRMED, LeadKind.DISMISSED, LeadKind.ABSTAINED, None), (62, 22, 8, 8)
        )[0]
        if verdict is None:
            return
        judged = at + timedelta(minutes=self._dice.randrange(5, 120))
        self._lead(alert, 2, verdict, code, judged)
        if verdict is not LeadKind.CONFIRMED:
            return
        self._case(alert, 2, SupervisionKind.CONFIRMED, (code, risk_class, clause), at=judged, actor=REVIEWER)
        reported = judged + timedelta(hours=self._dice.expovariate(1 / (4 + 40 * (1 - self._care))))
        left_undone = (0.05 + 0.3 * (1 - self._care)) * (0.15 if risk_class is RiskClass.I else 1.0)
        if self._dice.random() < left_undone or reported.date() > until:
            return
        self._case(alert, 3, SupervisionKind.RECTIFIED, (code, risk_class, clause), at=reported, actor=OPERATOR)
        checked = reported + timedelta(hours=self._dice.randrange(2, 60))
        if checked.date() <= until:
            self._case(alert, 4, SupervisionKind.VERIFIED, (code, risk_class, clause), at=checked, actor=REVIEWER)

    def tell_inspections(self, start: date, until: date) -> None:
        day = start + timedelta(days=self._dice.randrange(20, 120))
        while day <= until:
            score = min(99.0, max(40.0, self._dice.gauss(62 + 34 * self._care, 4)))
            name = f"inspection:{self._site.site_id}:{day}"
            figures = {"score_tenths": round(score * 10)}
            self._add(SupervisionKind.INSPECTION, day, name, actor=OFFICER, figures=figures)
            day += timedelta(days=self._dice.randrange(90, 240))

    def _add(
        self, kind: SupervisionKind, day: date, entry_id: str, *, actor: UserId | None, figures: Mapping[str, str | int]
    ) -> None:
        self.supervision.append(
            SupervisionEntry(
                entry_id=entry_id,
                enterprise_id=self._enterprise.enterprise_id,
                site_id=self._site.site_id,
                kind=kind,
                day=day,
                at=datetime.combine(day, time(15), UTC),
                actor_id=actor,
                figures=figures,
            )
        )

    def _lead(self, alert: AlertId, sequence: int, kind: LeadKind, code: str, at: datetime) -> None:
        self.leads.append(
            LeadEntry(
                entry_id=f"{alert}:{sequence}",
                enterprise_id=self._enterprise.enterprise_id,
                site_id=self._site.site_id,
                alert_id=alert,
                code=code,
                code_version="demo",
                kind=kind,
                day=at.date(),
                at=at,
                actor_id=REVIEWER if kind.is_human else None,
            )
        )

    def _case(
        self,
        alert: AlertId,
        sequence: int,
        kind: SupervisionKind,
        found: tuple[str, RiskClass, str],
        *,
        at: datetime,
        actor: UserId,
    ) -> None:
        code, risk_class, clause = found
        detected = self.leads[-2].at if kind is SupervisionKind.CONFIRMED else at
        waited = round((at - detected).total_seconds())
        self.supervision.append(
            SupervisionEntry(
                entry_id=f"{alert}:{sequence}",
                enterprise_id=self._enterprise.enterprise_id,
                site_id=self._site.site_id,
                kind=kind,
                day=self.leads[-1].day,
                at=at,
                actor_id=actor,
                case_id=alert,
                sequence=sequence,
                code=code,
                code_version="demo",
                risk_class=risk_class,
                clauses=(clause,),
                submitter_id=OPERATOR if kind is SupervisionKind.VERIFIED else None,
                figures={"acknowledged_after_seconds": waited} if kind is SupervisionKind.CONFIRMED else {},
            )
        )


def _decision(enterprise: Enterprise, until: date, dice: random.Random) -> RecordDraft:
    return RecordDraft(
        enterprise_id=enterprise.enterprise_id,
        credit_code=enterprise.credit_code,
        kind=RecordKind.PENALTY,
        severity=Severity.GENERAL,
        document_no=f"示例市监处罚〔虚构〕{enterprise.credit_code.value[8:16]}号",
        document_type="行政处罚决定书（虚构）",
        authority_name=AUTHORITY,
        authority_code=AUTHORITY_CODE,
        decision_date=until - timedelta(days=dice.randrange(40, 200)),
        procedure=Procedure.ORDINARY,
        facts="虚构：现场检查发现食品原料超过保质期。",
        outcomes=(Outcome.FINE, Outcome.WARNING),
        fine_yuan=dice.randrange(5, 20) * 1_000,
        clauses=("cn.fsl.34@2021",),
    )
