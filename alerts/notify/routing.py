"""From a step of an alert to the recipients who are to be told of it. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from alerts.notify.audience import Audience, Moment, contacts_told
from alerts.notify.pacing import next_digest
from alerts.notify.ports import NewDelivery
from alerts.notify.recipient import Recipient
from alerts.notify.wording import step_of
from domain.alert import AlertStep
from domain.ids import AlertId, EnterpriseId, SiteId
from domain.risk import RiskClass

REPEAT_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """A step, as far as routing looks at it."""

    alert_id: AlertId
    sequence: int
    step: AlertStep
    enterprise_id: EnterpriseId
    site_id: SiteId
    code: str
    risk_class: RiskClass
    raised_at: datetime

    @classmethod
    def of(cls, payload: dict[str, Any]) -> Self:
        """Of the message about a step. Raises ValueError or KeyError for what is none."""
        return cls(
            alert_id=AlertId(payload["alert_id"]),
            sequence=int(payload["sequence"]),
            step=step_of(payload),
            enterprise_id=EnterpriseId(payload["enterprise_id"]),
            site_id=SiteId(payload["site_id"]),
            code=payload["code"],
            risk_class=RiskClass(payload["class"]),
            raised_at=datetime.fromisoformat(payload["raised_at"]),
        )


def deliveries_for(
    happening: Happening,
    recipients: Iterable[Recipient],
    audience: Audience,
    *,
    is_repeat: Callable[[], bool],
    now: datetime,
) -> list[NewDelivery]:
    """One delivery for each recipient that is to hear of the step. `is_repeat` is asked only where it matters."""
    found = []
    for recipient in recipients:
        if not _wants(recipient, happening):
            continue
        telling = _telling(recipient, happening, audience, is_repeat)
        if telling is not None:
            delay, only_if_open = telling
            found.append(_delivery(recipient, happening, now, delay, only_if_open=only_if_open))
    return found


def _wants(recipient: Recipient, happening: Happening) -> bool:
    wishes = recipient.wishes
    return (
        recipient.is_enabled
        and recipient.reach.scope.allows(happening.enterprise_id, happening.site_id)
        and (not wishes.codes or happening.code in wishes.codes)
        and (not wishes.classes or happening.risk_class in wishes.classes)
    )


def _telling(
    recipient: Recipient, happening: Happening, audience: Audience, is_repeat: Callable[[], bool]
) -> tuple[timedelta, bool] | None:
    """Delay, and whether it lapses once the violation is over; None: it is not told of this step.

    Whoever is told after review hears nothing before a person confirmed it, and everything that it asked for then.
    """
    contacts = recipient.wishes.contacts
    is_wanted = happening.step in recipient.steps
    is_new = happening.step is AlertStep.RAISED
    moments = {telling.moment: telling for telling in contacts_told(audience, contacts)}
    is_told_now = (
        (is_wanted and (not contacts or Moment.AT_ONCE in moments))
        or (Moment.AFTER_REVIEW in moments and happening.step is AlertStep.CONFIRMED)
        or (is_new and Moment.ON_REPEAT in moments and is_repeat())
    )
    if is_told_now:
        return timedelta(0), False
    if is_new and Moment.IF_IT_LASTS in moments:
        return timedelta(hours=moments[Moment.IF_IT_LASTS].delay_hours), True
    return None


def _delivery(
    recipient: Recipient, happening: Happening, now: datetime, delay: timedelta, *, only_if_open: bool
) -> NewDelivery:
    due_at = now + delay
    if recipient.channel.is_for_people and happening.risk_class in recipient.wishes.digest_classes:
        due_at = next_digest(recipient.wishes, due_at)
    return NewDelivery(
        recipient_id=recipient.recipient_id,
        recipient_name=recipient.name,
        alert_id=happening.alert_id,
        sequence=happening.sequence,
        enterprise_id=happening.enterprise_id,
        site_id=happening.site_id,
        code=happening.code,
        risk_class=happening.risk_class,
        step=happening.step,
        created_at=now,
        due_at=due_at,
        only_if_open=only_if_open,
    )
