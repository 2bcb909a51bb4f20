"""What everybody may see, as it travels: no lead, no person, no index, no id of a site."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Self

from pydantic import Field

from api.fields import GivenReason, Page, Received, Shown
from api.public_page import PublicFirm
from credit.publicity import PublicConsent, PublicExtent

NOTICE_ZH = "仅列出本单位同意公开的内容；数字仅计入经人工核实的事实，截至昨日。无画面表示情况未知，不代表合规。"
NOTICE_EN = (
    "Only what the enterprise consented to is shown. Figures count facts that people have reviewed, up to yesterday. "
    "No picture means unknown; it does not mean that all is well."
)


class PublicPictureView(Shown):
    """A picture in which faces and persons were made unrecognisable; at most one a minute."""

    name: str
    path: str


class PublicFirmView(Shown):
    """`unknown` counts cameras without a picture that can be judged: nothing is known of those places."""

    name: str
    cameras_seen: int
    cameras_unknown: int
    day_from: date
    day_to: date
    confirmed: Annotated[int, Field(description="Findings that a person confirmed.")]
    verified: Annotated[int, Field(description="Corrections that a person of the authority verified.")]
    pictures: list[PublicPictureView]

    @classmethod
    def of(cls, firm: PublicFirm) -> Self:
        return cls(
            name=firm.enterprise.name,
            cameras_seen=firm.seen,
            cameras_unknown=firm.unknown,
            day_from=firm.day_from,
            day_to=firm.day_to,
            confirmed=firm.confirmed,
            verified=firm.verified,
            pictures=[
                PublicPictureView(name=each.name, path=f"/api/v1/public/pictures/{each.camera_id}.jpg")
                for each in firm.cameras
            ],
        )


class PublicPageView(Page):
    notice_zh: str = NOTICE_ZH
    notice_en: str = NOTICE_EN
    as_of: datetime
    items: list[PublicFirmView]


class ConsentBody(Received):
    """What everybody may see of the enterprise from now on. `reason` names who decided it, or the paper."""

    extent: PublicExtent
    reason: GivenReason


class ConsentView(Shown):
    extent: PublicExtent
    at: datetime
    user_name: str
    reason: str

    @classmethod
    def of(cls, consent: PublicConsent) -> Self:
        return cls(extent=consent.extent, at=consent.at, user_name=consent.user_name, reason=consent.reason)


class ConsentsView(Shown):
    """What was consented to, newest first. `shown` is what the page shows now: no more than the service's own limit."""

    shown: PublicExtent
    items: list[ConsentView]

    @classmethod
    def of(cls, history: Iterable[PublicConsent], limit: PublicExtent) -> Self:
        listed = list(history)
        standing = listed[0].extent if listed else PublicExtent.NONE
        return cls(shown=standing.at_most(limit), items=[ConsentView.of(each) for each in listed])
