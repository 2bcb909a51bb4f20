"""Recipients and deliveries as the API takes and shows them. An address or secret is taken, never shown."""

from datetime import date, datetime, time
from typing import Annotated, Self

from pydantic import AfterValidator, Field, SecretStr, StringConstraints

from alerts.notify.audience import Contact
from alerts.notify.ports import Delivery, DeliveryState
from alerts.notify.recipient import Channel, Language, Recipient
from alerts.notify.reminding.ports import Notice
from api.fields import ItemId, Name, Page, Received, Shown
from domain.alert import AlertStep
from domain.reminder import ReminderKind
from domain.risk import RiskClass


def _printable(secret: SecretStr) -> SecretStr:
    text = secret.get_secret_value()
    if not text or len(text) > 2000 or not text.isprintable():
        raise ValueError("a text of 1 to 2000 printable characters")
    return secret


Secret = Annotated[SecretStr, AfterValidator(_printable)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[a-z]+(\.[a-z_]+)+$")]
WallTime = Annotated[
    str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$"), Field(description="Such as 22:00.")
]


class ReachBody(Received):
    """The places that a recipient is told of; it lies within one's own scope."""

    everything: bool = False
    enterprise_ids: Annotated[list[ItemId], Field(max_length=1000)] = Field(default_factory=list)
    site_ids: Annotated[list[ItemId], Field(max_length=1000)] = Field(default_factory=list)


class QuietBody(Received):
    """A stretch of every day; an end at or before the start is on the next day."""

    start: WallTime
    end: WallTime


class WishesBody(Received):
    """What a recipient wants to hear. An empty list asks for all.

    With `contacts` an alert is told where the catalogue's `notify` names one of them, at the moment that it names.
    """

    contacts: list[Contact] = Field(default_factory=list)
    codes: Annotated[list[Code], Field(max_length=200)] = Field(default_factory=list)
    classes: list[RiskClass] = Field(default_factory=list)
    steps: Annotated[
        list[AlertStep],
        Field(description="Empty: raised, risen, confirmed, dismissed and overdue for people, all for a webhook."),
    ] = Field(default_factory=list)
    language: Language = Language.ZH
    timezone: Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_+/-]+$")] = (
        "Asia/Shanghai"
    )
    quiet: Annotated[list[QuietBody], Field(max_length=5, description="Class I breaks through.")] = Field(
        default_factory=list
    )
    digest_classes: Annotated[list[RiskClass], Field(description="Told once a day, at digest_at.")] = Field(
        default_factory=lambda: [RiskClass.III]
    )
    digest_at: WallTime = "18:00"
    reminders: Annotated[
        list[ReminderKind], Field(description="Dates of whole enterprises to be told of. Empty: none.")
    ] = Field(default_factory=list)
    remind_at: Annotated[WallTime, Field(description="When people are told of dates, once a day.")] = "09:00"
    messages_per_hour: Annotated[int, Field(ge=1, le=1000)] = 20
    group_seconds: Annotated[float, Field(ge=0, le=3600)] = 30.0


class RecipientBody(Received):
    """`address` is needed for a new recipient; left out of a change, address and secret stay."""

    name: Name
    channel: Channel
    reach: ReachBody
    wishes: WishesBody = WishesBody()
    address: Annotated[
        Secret | None, Field(description="An https address, or one of e-mail; secret:NAME: from the settings.")
    ] = None
    secret: Annotated[Secret | None, Field(description="What the channel signs with.")] = None
    is_enabled: bool = True
    version: int | None = None


class ReachView(Shown):
    everything: bool
    enterprise_ids: list[str]
    site_ids: list[str]


class QuietView(Shown):
    start: str
    end: str


class WishesView(Shown):
    contacts: list[Contact]
    codes: list[str]
    classes: list[RiskClass]
    steps: list[AlertStep]
    language: Language
    timezone: str
    quiet: list[QuietView]
    digest_classes: list[RiskClass]
    digest_at: str
    reminders: list[ReminderKind]
    remind_at: str
    messages_per_hour: int
    group_seconds: float


class RecipientView(Shown):
    """`shown_address` leaves out what opens a chat or a system."""

    recipient_id: str
    name: str
    channel: Channel
    reach: ReachView
    wishes: WishesView
    shown_address: str
    is_enabled: bool
    version: int
    created_at: datetime

    @classmethod
    def of(cls, recipient: Recipient) -> Self:
        wishes, reach = recipient.wishes, recipient.reach
        return cls(
            recipient_id=recipient.recipient_id,
            name=recipient.name,
            channel=recipient.channel,
            reach=ReachView(
                everything=reach.everything,
                enterprise_ids=sorted(reach.enterprise_ids),
                site_ids=sorted(reach.site_ids),
            ),
            wishes=WishesView(
                contacts=sorted(wishes.contacts),
                codes=sorted(wishes.codes),
                classes=sorted(wishes.classes),
                steps=sorted(wishes.steps),
                language=wishes.language,
                timezone=wishes.timezone,
                quiet=[QuietView(start=_wall(one.start), end=_wall(one.end)) for one in wishes.quiet],
                digest_classes=sorted(wishes.digest_classes),
                digest_at=_wall(wishes.digest_at),
                reminders=sorted(wishes.reminders),
                remind_at=_wall(wishes.remind_at),
                messages_per_hour=wishes.messages_per_hour,
                group_seconds=wishes.group_seconds,
            ),
            shown_address=recipient.shown_address,
            is_enabled=recipient.is_enabled,
            version=recipient.version,
            created_at=recipient.created_at,
        )


class RecipientPage(Page):
    items: list[RecipientView]


class TestSendView(Shown):
    """`reason` says why a test message was not taken."""

    is_sent: bool
    reason: str | None


class DeliveryView(Shown):
    """One step of an alert for one recipient. `message_id` names the message that carried it."""

    delivery_id: int
    recipient_id: str
    recipient_name: str
    alert_id: str
    sequence: int
    enterprise_id: str
    site_id: str
    code: str
    risk_class: Annotated[RiskClass, Field(serialization_alias="class")]
    step: AlertStep
    state: DeliveryState
    created_at: datetime
    due_at: datetime
    not_before: Annotated[datetime, Field(description="When it is tried next, while it waits.")]
    attempts: int
    reason: str | None
    settled_at: datetime | None
    message_id: str | None

    @classmethod
    def of(cls, delivery: Delivery) -> Self:
        fields = {name: getattr(delivery, name) for name in cls.model_fields}
        return cls(**fields)


class DeliveryPage(Page):
    items: list[DeliveryView]


class ReminderView(Shown):
    """One date for one recipient, so many days before it. `message_id` names the message that carried it."""

    notice_id: int
    recipient_id: str
    recipient_name: str
    enterprise_id: str
    enterprise_name: str
    kind: ReminderKind
    kind_zh: str
    on: date
    days_before: int
    subject: str
    reference: str
    policy: str | None
    state: DeliveryState
    created_at: datetime
    due_at: datetime
    not_before: Annotated[datetime, Field(description="When it is tried next, while it waits.")]
    attempts: int
    reason: str | None
    settled_at: datetime | None
    message_id: str | None

    @classmethod
    def of(cls, notice: Notice) -> Self:
        fact = notice.reminder.fact
        return cls(
            notice_id=notice.notice_id,
            recipient_id=notice.recipient_id,
            recipient_name=notice.recipient_name,
            enterprise_id=fact.enterprise_id,
            enterprise_name=notice.enterprise_name,
            kind=fact.kind,
            kind_zh=fact.kind.zh,
            on=fact.on,
            days_before=notice.reminder.days_before,
            subject=fact.subject,
            reference=fact.reference,
            policy=fact.policy_id or None,
            state=notice.state,
            created_at=notice.created_at,
            due_at=notice.due_at,
            not_before=notice.not_before,
            attempts=notice.attempts,
            reason=notice.reason,
            settled_at=notice.settled_at,
            message_id=notice.message_id,
        )


class ReminderPage(Page):
    items: list[ReminderView]


class AgainView(Shown):
    """How many wait anew."""

    count: int


def _wall(at: time) -> str:
    return f"{at:%H:%M}"
