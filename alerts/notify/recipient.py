"""Who is told: a person, a group or a system, with what it wants to hear and when."""

from datetime import datetime, time
from enum import StrEnum
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from alerts.notify.audience import Contact
from domain.alert import AlertStep
from domain.ids import EnterpriseId, SiteId
from domain.reminder import ReminderKind
from domain.risk import RiskClass
from domain.schedule import DailyHours
from domain.scope import Scope


class Channel(StrEnum):
    """How a recipient is reached."""

    WEBHOOK = "webhook"
    MAIL = "mail"
    WECOM = "wecom"
    DINGTALK = "dingtalk"
    FEISHU = "feishu"

    @property
    def is_for_people(self) -> bool:
        """Messages are grouped and paced; a system gets each step for itself."""
        return self is not Channel.WEBHOOK


class Language(StrEnum):
    ZH = "zh"
    EN = "en"


class Part(BaseModel):
    """Kept as JSON; a field that is not known is a fault of whoever wrote it."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Reach(Part):
    """The places that a recipient is told of: everything, or enterprises with their sites, or single sites."""

    everything: bool = False
    enterprise_ids: frozenset[str] = frozenset()
    site_ids: frozenset[str] = frozenset()

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.everything or self.enterprise_ids or self.site_ids):
            raise ValueError("a reach names enterprises or sites, or is everything")
        return self

    @property
    def scope(self) -> Scope:
        return Scope(
            is_everything=self.everything,
            enterprise_ids=frozenset(EnterpriseId(one) for one in self.enterprise_ids),
            site_ids=frozenset(SiteId(one) for one in self.site_ids),
        )


class Quiet(Part):
    """A stretch of every day, by the recipient's own clock; `end` at or before `start` is on the next day."""

    start: time
    end: time

    @field_validator("start", "end")
    @classmethod
    def _wall_time(cls, value: time) -> time:
        if value.tzinfo is not None:
            raise ValueError("a time of the wall, without a zone")
        return value.replace(second=0, microsecond=0)

    @property
    def hours(self) -> DailyHours:
        return DailyHours(start=self.start, end=self.end)


class Wishes(Part):
    """What a recipient wants to hear. Of alerts an empty set asks for all, of `reminders` for none.

    `contacts`: with any, an alert is told only where the catalogue's `notify` names one of them, at the moment that
    it names. `digest_classes` are collected and told once a day at `digest_at`. Quiet hours hold everything back but
    class I. `messages_per_hour` and `group_seconds` (least time between two messages) are for people only; beyond
    them alerts wait and go out together. Class I is never held back by the hourly number. `reminders` are the dates
    that it is told of, at `remind_at` (people) or as soon as they come near (systems).
    """

    contacts: frozenset[Contact] = frozenset()
    codes: frozenset[str] = Field(default=frozenset(), max_length=200)
    classes: frozenset[RiskClass] = frozenset()
    steps: frozenset[AlertStep] = frozenset()
    language: Language = Language.ZH
    timezone: str = "Asia/Shanghai"
    quiet: Annotated[tuple[Quiet, ...], Field(max_length=5)] = ()
    digest_classes: frozenset[RiskClass] = frozenset({RiskClass.III})
    digest_at: time = time(18, 0)
    reminders: frozenset[ReminderKind] = frozenset()
    remind_at: time = time(9, 0)
    messages_per_hour: int = Field(default=20, ge=1, le=1000)
    group_seconds: float = Field(default=30.0, ge=0.0, le=3600.0)

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError("an IANA name such as Asia/Shanghai") from None
        return value

    @field_validator("digest_at", "remind_at")
    @classmethod
    def _wall_time(cls, value: time) -> time:
        if value.tzinfo is not None:
            raise ValueError("a time of the wall, without a zone")
        return value

    @field_validator("digest_classes")
    @classmethod
    def _class_one_never_waits(cls, value: frozenset[RiskClass]) -> frozenset[RiskClass]:
        if RiskClass.I in value:
            raise ValueError("classes other than I: class I is told at once")
        return value

    @field_validator("quiet")
    @classmethod
    def _leaves_room(cls, value: tuple[Quiet, ...]) -> tuple[Quiet, ...]:
        """Equal times are the whole day, and a recipient that is always quiet is better switched off."""
        minutes = {minute for quiet in value for minute in _minutes(quiet)}
        if len(minutes) == 24 * 60:
            raise ValueError("quiet hours that leave some of the day")
        return value


def _minutes(quiet: Quiet) -> list[int]:
    start, end = (one.hour * 60 + one.minute for one in (quiet.start, quiet.end))
    return [minute % 1440 for minute in range(start, end if end > start else end + 1440)]


class Recipient(Part):
    """`shown_address` is for people to read; the address itself and the secret are in `sealed` (see secret_box)."""

    recipient_id: str
    name: str
    channel: Channel
    reach: Reach
    wishes: Wishes = Wishes()
    shown_address: str
    sealed: str = Field(repr=False)
    is_enabled: bool = True
    version: int = 1
    created_at: datetime

    @property
    def steps(self) -> frozenset[AlertStep]:
        """Which steps it hears of.

        People, unless they ask for others: new alerts, those that become more urgent, verdicts and what is overdue.
        """
        if self.wishes.steps or not self.channel.is_for_people:
            return self.wishes.steps or frozenset(AlertStep)
        return PEOPLES_STEPS


PEOPLES_STEPS = frozenset(
    {AlertStep.RAISED, AlertStep.RISEN, AlertStep.CONFIRMED, AlertStep.DISMISSED, AlertStep.OVERDUE}
)
