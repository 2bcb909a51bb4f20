"""Policy, holds, deletions and accesses as they travel."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import Field

from alerts.keeping.access import Access, AccessKind
from alerts.keeping.deletion import Deletion, Trigger
from alerts.keeping.policy import KeepingPolicy, KeepingRule
from alerts.keeping.ports import Hold
from alerts.keeping.warden import KeepingState, SpaceState
from api.fields import GivenReason, Page, Received, Shown
from domain.alert import AlertState, EvidenceKind
from domain.risk import RiskClass


class StatedReasonBody(Received):
    """Why; it is written down."""

    reason: GivenReason


class KeepingRuleView(Shown):
    """Days since the alert came to rest in its state."""

    rule: str
    states: list[AlertState]
    classes: list[RiskClass]
    clip_days: int
    still_days: int
    reason_zh: str
    reason_en: str

    @classmethod
    def of(cls, rule: KeepingRule) -> Self:
        return cls(
            rule=rule.rule_id,
            states=sorted(rule.states),
            classes=sorted(rule.classes),
            clip_days=rule.clip_days,
            still_days=rule.still_days,
            reason_zh=rule.reason_zh,
            reason_en=rule.reason_en,
        )


class KeepingView(Shown):
    """The policy in service, whether it is applied, and how the disk of the evidence is.

    `space` `cannot_clear`: the disk is full, and nothing is left that may be deleted. `is_clock_doubted`: nothing is
    deleted for now, because the clock may be wrong.
    """

    is_on: bool
    policy_version: str
    policy_sha256: str
    rules: list[KeepingRuleView]
    space: SpaceState
    is_clock_doubted: bool
    looked_at: datetime | None

    @classmethod
    def of(cls, policy: KeepingPolicy, state: KeepingState, *, is_on: bool) -> Self:
        return cls(
            is_on=is_on,
            policy_version=policy.version,
            policy_sha256=policy.sha256,
            rules=[KeepingRuleView.of(rule) for rule in policy.rules],
            space=state.space,
            is_clock_doubted=state.is_clock_doubted,
            looked_at=state.looked_at,
        )


class HoldView(Shown):
    alert_id: str
    set_by: str
    set_at: datetime
    reason: str
    lifted_by: str | None
    lifted_at: datetime | None
    lift_reason: str

    @classmethod
    def of(cls, hold: Hold) -> Self:
        return cls(
            alert_id=hold.alert_id,
            set_by=hold.set_by,
            set_at=hold.set_at,
            reason=hold.reason,
            lifted_by=hold.lifted_by,
            lifted_at=hold.lifted_at,
            lift_reason=hold.lift_reason,
        )


class HoldList(Shown):
    items: list[HoldView]


class DeletionView(Shown):
    """A piece of evidence that was deleted. `erased_at` null: its file may still be there and is being deleted."""

    deletion_id: str
    alert_id: str
    sequence: Annotated[int, Field(description="The step of the alert that says so, and is sealed.")]
    evidence_id: str
    kind: EvidenceKind
    size_bytes: int
    sha256: str
    trigger: Trigger
    rule: str
    policy_version: str
    policy_sha256: str
    decided_at: datetime
    erased_at: datetime | None

    @classmethod
    def of(cls, deletion: Deletion) -> Self:
        return cls(
            deletion_id=deletion.deletion_id,
            alert_id=deletion.alert_id,
            sequence=deletion.sequence,
            evidence_id=deletion.evidence_id,
            kind=deletion.kind,
            size_bytes=deletion.size_bytes,
            sha256=deletion.sha256,
            trigger=deletion.trigger,
            rule=deletion.rule,
            policy_version=deletion.policy_version,
            policy_sha256=deletion.policy_sha256,
            decided_at=deletion.decided_at,
            erased_at=deletion.erased_at,
        )


class DeletionPage(Page):
    items: list[DeletionView]


class AlertKeepingView(Shown):
    """What is held and what was deleted of one alert."""

    hold: HoldView | None
    deletions: list[DeletionView]


class AccessView(Shown):
    """Somebody opened an unmasked original. Without an account it was at the machine itself."""

    number: int
    at: datetime
    user_id: str | None
    user_name: str
    kind: AccessKind
    enterprise_id: str
    site_id: str
    alert_id: str
    evidence_id: str
    reason: str
    digest: str

    @classmethod
    def of(cls, entry: Access) -> Self:
        access = entry.access
        return cls(
            number=entry.number,
            at=access.at,
            user_id=access.user_id,
            user_name=access.user_name,
            kind=access.kind,
            enterprise_id=access.enterprise_id,
            site_id=access.site_id,
            alert_id=access.alert_id,
            evidence_id=access.evidence_id,
            reason=access.reason,
            digest=entry.digest,
        )


class AccessPage(Page):
    items: list[AccessView]


class OpenedView(Shown):
    """The entry in the log, and until when the original is open to the account."""

    access: AccessView
    until: datetime
