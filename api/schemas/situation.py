"""Figures for a quick look, as they travel."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Annotated, Self

from pydantic import ConfigDict, Field

from alerts.terms import Addressee
from api.fields import Page, Shown
from api.figure_ports import DayCount, PlaceCount
from api.schemas.alerts import AlertView
from api.situation import FirmFigures, Owed, RegionFigures, Shade, Sight, by_class
from domain.life import Duty
from domain.risk import RiskClass


class ClassCountsView(Shown):
    """Numbers of alerts by class."""

    model_config = ConfigDict(frozen=True, populate_by_name=True, serialize_by_alias=True)

    class_1: Annotated[int, Field(alias="I")]
    class_2: Annotated[int, Field(alias="II")]
    class_3: Annotated[int, Field(alias="III")]
    ops: int

    @classmethod
    def of(cls, numbers: Mapping[RiskClass, int]) -> Self:
        return cls(
            class_1=numbers.get(RiskClass.I, 0),
            class_2=numbers.get(RiskClass.II, 0),
            class_3=numbers.get(RiskClass.III, 0),
            ops=numbers.get(RiskClass.OPS, 0),
        )


class SightView(Shown):
    """Cameras by what can be known through them. Of a place without a picture nothing is known: never read it as fine.

    `seen`: a picture that can be judged; `unsure`: one that cannot be relied on; `blind`: none; `paused`: nobody looks.
    """

    seen: int
    unsure: int
    blind: int
    paused: int
    total: int

    @classmethod
    def of(cls, sight: Sight) -> Self:
        return cls(seen=sight.seen, unsure=sight.unsure, blind=sight.blind, paused=sight.paused, total=sight.total)


class ShadesView(Shown):
    """Enterprises by how they stood in the last figure that was kept. Tells how often to look, and is no sanction."""

    red: int
    orange: int
    green: int
    insufficient: int
    new: int
    untold: int

    @classmethod
    def of(cls, numbers: Mapping[Shade, int] | None) -> Self | None:
        return None if numbers is None else cls(**{shade.value: numbers.get(shade, 0) for shade in Shade})


class DayView(Shown):
    """Alerts of one calendar day and code, by what people made of them. Only `confirmed` may count."""

    day: date
    code: str
    confirmed: int
    dismissed: int
    unclear: int
    unreviewed: int

    @classmethod
    def of(cls, count: DayCount) -> Self:
        return cls(
            day=count.day,
            code=count.code,
            confirmed=count.confirmed,
            dismissed=count.dismissed,
            unclear=count.unclear,
            unreviewed=count.unreviewed,
        )


class SituationView(Shown):
    """What waits, what is seen, how it goes. `shades` is null for those who are told no colours."""

    as_of: datetime
    to_review: ClassCountsView
    oldest_raised_at: Annotated[datetime | None, Field(description="Of what waits for a person's review.")]
    cameras: SightView
    is_all_cameras: Annotated[bool, Field(description="False: there are more cameras than are looked at at once.")]
    enterprises: int
    shades: ShadesView | None
    days: list[DayView]


class RegionView(Shown):
    """`region` is six digits of administrative division, null where none is entered."""

    region: str | None
    enterprises: int
    to_review: ClassCountsView
    cameras: SightView
    shades: ShadesView | None

    @classmethod
    def of(cls, figures: RegionFigures) -> Self:
        return cls(
            region=figures.region,
            enterprises=figures.enterprises,
            to_review=ClassCountsView.of(figures.to_review),
            cameras=SightView.of(figures.sight),
            shades=ShadesView.of(figures.shades),
        )


class RegionPage(Page):
    items: list[RegionView]


class FirmFiguresView(Shown):
    """One enterprise. `name` is null for those who see single sites of it only, `shade` for those told no colours."""

    enterprise_id: str
    name: str | None
    region: str | None
    to_review: ClassCountsView
    cameras: SightView
    shade: Shade | None

    @classmethod
    def of(cls, figures: FirmFigures) -> Self:
        return cls(
            enterprise_id=figures.enterprise_id,
            name=figures.name,
            region=figures.region,
            to_review=ClassCountsView.of(figures.to_review),
            cameras=SightView.of(figures.sight),
            shade=figures.shade,
        )


class FirmFiguresPage(Page):
    items: list[FirmFiguresView]


class StateCountView(Shown):
    """How many alerts there are in one state (the words of `life`), by class."""

    state: str
    classes: ClassCountsView


class AlertFiguresView(Shown):
    """What a list with the same filter holds. `to_review` is the part that waits for a person's verdict."""

    total: int
    to_review: int
    classes: ClassCountsView
    states: list[StateCountView]

    @classmethod
    def of(cls, counts: Iterable[PlaceCount]) -> Self:
        listed = list(counts)
        states = {each.state for each in listed}
        return cls(
            total=sum(each.number for each in listed),
            to_review=sum(each.number for each in listed if not each.state.is_reviewed),
            classes=ClassCountsView.of(by_class(listed)),
            states=[
                StateCountView(
                    state=state, classes=ClassCountsView.of(by_class(each for each in listed if each.state is state))
                )
                for state in sorted(states)
            ],
        )


class OwedView(Shown):
    """What somebody owes an alert. `tell` is who hears of it when the next time has passed, or has heard already."""

    alert: AlertView
    duty: Duty
    since: datetime
    due_at: Annotated[datetime | None, Field(description="Null while the clock stands still.")]
    overdue: bool
    tell: Addressee

    @classmethod
    def of(cls, one: Owed, alert: AlertView) -> Self:
        return cls(
            alert=alert,
            duty=one.due.duty,
            since=one.due.since,
            due_at=one.due.due_at,
            overdue=one.is_overdue,
            tell=(one.reached or one.due).tell,
        )


class DutyCountView(Shown):
    """How many alerts are owed a duty, and how many of these are overdue."""

    duty: Duty
    owed: int
    overdue: int


class OwedPage(Shown):
    """The most pressing first. `is_all` false: more alerts have a clock than are looked at; these are the newest."""

    items: list[OwedView]
    duties: list[DutyCountView]
    is_all: bool
