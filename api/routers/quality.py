"""Quality of findings and of reviews: precision by code and camera, and how often reviewers agree."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query

from alerts.precision import Agreement, Precision, Share, agreements, by_code, by_code_and_camera
from api.dependencies import QualityKeeper, Reader, Services
from api.errors import FieldError
from api.fields import Shown
from api.services import ApiServices
from credit.counts import require_range

router = APIRouter(prefix="/quality", tags=["quality"])

From = Annotated[date, Query(alias="from")]
To = Annotated[date, Query(alias="to")]


class ShareView(Shown):
    """`hits` of `total`, with the 95 % interval of Wilson. Nothing is told where `total` is 0."""

    hits: int
    total: int
    value: float | None
    low: float | None
    high: float | None

    @classmethod
    def of(cls, share: Share) -> "ShareView":
        interval = share.interval
        return cls(
            hits=share.hits,
            total=share.total,
            value=share.value,
            low=interval.low if interval else None,
            high=interval.high if interval else None,
        )


class PrecisionView(Shown):
    """Of what people could judge, how much they confirmed. `unclear` findings are not among them."""

    code: str
    camera_id: str | None
    precision: ShareView
    unclear: int


class AgreementView(Shown):
    """Of a reviewer's verdicts that another reviewer judged too, how many were the same."""

    reviewer_id: str
    reviewer_name: str | None
    second_reviews: ShareView
    disputes: ShareView


@router.get("/precision")
def read_precision(
    *,
    caller: Reader,
    services: Services,
    day_from: From,
    day_to: To,
    by: Literal["code", "camera"] = "code",
) -> list[PrecisionView]:
    """Precision of the findings of these days, by code or by code and camera, inside one's scope."""
    _require_range(day_from, day_to)
    counts = services.desks.records.verdict_counts(caller.scope, day_from, day_to)
    return [_precision(one) for one in (by_code(counts) if by == "code" else by_code_and_camera(counts))]


@router.get("/agreement")
def read_agreement(caller: QualityKeeper, services: Services, day_from: From, day_to: To) -> list[AgreementView]:
    """How often reviewers agreed with second reviews and with decisions of disputes; for quality assurance only."""
    _require_range(day_from, day_to)
    found = agreements(services.desks.records.reviewed_twice(caller.scope, day_from, day_to))
    return [_agreement(services, one) for one in found]


def _precision(one: Precision) -> PrecisionView:
    return PrecisionView(code=one.code, camera_id=one.camera_id, precision=ShareView.of(one.share), unclear=one.unclear)


def _agreement(services: ApiServices, one: Agreement) -> AgreementView:
    user = services.accounts.get_user(one.reviewer_id)
    return AgreementView(
        reviewer_id=one.reviewer_id,
        reviewer_name=user.name if user else None,
        second_reviews=ShareView.of(one.second_reviews),
        disputes=ShareView.of(one.disputes),
    )


def _require_range(day_from: date, day_to: date) -> None:
    try:
        require_range(day_from, day_to)
    except ValueError as error:
        raise FieldError("query.to", "a day from `from` on, at most three years later", str(day_to)) from error
