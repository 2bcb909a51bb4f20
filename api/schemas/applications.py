"""Applications for repair and their papers as they travel."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Self

from pydantic import Field

from api.fields import GivenReason, Name, Page, Reason, Received, Shown
from credit.applications.application import Application, ApplicationState, ApplicationStep, add_working_days
from credit.applications.hints import Check, Finding, Hint
from credit.applications.material import Material, MaterialKind
from credit.records import Delivery, DeliveryAction
from credit.repair import RepairPolicy
from domain.reminder import DatedFact, ReminderKind, reminders_on

NOTICE_ZH = "机器提示，供人工参考；是否受理、是否修复由主管部门依法决定。"
NOTICE_EN = "Hints by a machine for people to look at; the authority decides."


class DraftBody(Received):
    """Under which policy it is applied for; where policies differ the applicant names one."""

    policy: Name


class NoteBody(Received):
    reason: Reason = ""


class GroundBody(Received):
    reason: GivenReason


class DecisionBody(Received):
    """`document_no` and `decided_on` are the decision's; a refusal needs its reason."""

    granted: bool
    document_no: Name
    decided_on: date
    reason: Reason = ""


class HintView(Shown):
    """One remark of the pre-check. `box` is left, top, right, bottom as fractions of the page."""

    check: Check
    finding: Finding
    expected: str
    found: str
    page: int | None
    box: list[float] | None

    @classmethod
    def of(cls, hint: Hint) -> Self:
        box = hint.box
        return cls(
            check=hint.check,
            finding=hint.finding,
            expected=hint.expected,
            found=hint.found,
            page=hint.page,
            box=None if box is None else [box.left, box.top, box.right, box.bottom],
        )


class MaterialView(Shown):
    """A paper; `hints` are null before a pre-check."""

    material_id: str
    kind: MaterialKind
    kind_zh: str
    title: str
    media_type: str
    size_bytes: int
    sha256: str
    uploaded_at: datetime
    hints: list[HintView] | None
    checked_at: datetime | None
    checked_with: str | None

    @classmethod
    def of(cls, material: Material) -> Self:
        return cls(
            material_id=material.material_id,
            kind=material.kind,
            kind_zh=material.kind.zh,
            title=material.title,
            media_type=material.media_type,
            size_bytes=material.size_bytes,
            sha256=material.sha256,
            uploaded_at=material.uploaded_at,
            hints=None if material.hints is None else [HintView.of(each) for each in material.hints],
            checked_at=material.checked_at,
            checked_with=material.checked_with,
        )


class ApplicationStepView(Shown):
    state: ApplicationState
    at: datetime
    by_officer: bool
    reason: str
    document_no: str
    decided_on: date | None

    @classmethod
    def of(cls, step: ApplicationStep) -> Self:
        return cls(
            state=step.state,
            at=step.at,
            by_officer=step.is_officers,
            reason=step.reason,
            document_no=step.document_no,
            decided_on=step.decided_on,
        )


class ApplicationView(Shown):
    """`due_on` counts Monday to Friday from the acceptance and knows no public holidays.

    `told` of `to_tell` receivers have confirmed that they ended the publication.
    """

    application_id: str
    record_id: str
    enterprise_id: str
    document_no: str
    policy: str
    policy_zh: str
    state: ApplicationState
    steps: list[ApplicationStepView]
    due_on: date | None
    to_tell: Annotated[int, Field(ge=0)]
    told: Annotated[int, Field(ge=0)]
    notice_zh: str = NOTICE_ZH
    notice_en: str = NOTICE_EN

    @classmethod
    def of(
        cls,
        found: Application,
        policy: RepairPolicy,
        document_no: str,
        deliveries: list[Delivery],
        day_of: Callable[[datetime], date],
    ) -> Self:
        """`day_of` an instant, as the profile counts days."""
        accepted = found.last(ApplicationState.ACCEPTED)
        is_running = found.state is ApplicationState.ACCEPTED and accepted is not None
        repairs = [each for each in deliveries if each.action is DeliveryAction.REPAIR]
        return cls(
            application_id=found.application_id,
            record_id=found.record_id,
            enterprise_id=found.enterprise_id,
            document_no=document_no,
            policy=policy.policy_id,
            policy_zh=policy.zh,
            state=found.state,
            steps=[ApplicationStepView.of(step) for step in found.steps],
            due_on=add_working_days(day_of(accepted.at), policy.working_days) if is_running and accepted else None,
            to_tell=len(repairs),
            told=sum(each.delivered_at is not None for each in repairs),
        )


class ApplicationPage(Page):
    items: list[ApplicationView]


class MaterialPage(Page):
    items: list[MaterialView]


class DateView(Shown):
    """A date that comes near. `is_due`: near enough to be reminded of. Dates of a policy are unverified."""

    kind: ReminderKind
    kind_zh: str
    on: date
    days_left: int
    is_due: bool
    subject: str
    reference: str
    policy: str | None

    @classmethod
    def of(cls, fact: DatedFact, today: date) -> Self:
        return cls(
            kind=fact.kind,
            kind_zh=fact.kind.zh,
            on=fact.on,
            days_left=(fact.on - today).days,
            is_due=bool(reminders_on([fact], today)),
            subject=fact.subject,
            reference=fact.reference,
            policy=fact.policy_id or None,
        )


class DatePage(Page):
    items: list[DateView]
