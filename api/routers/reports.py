"""Daily and monthly reports to take away, as PDF and XLSX. For the enterprise and the authority; each is logged."""

from typing import Annotated, Any
from urllib.parse import quote

import structlog
from fastapi import APIRouter, Query, Response

from api.account_log import AccountAct
from api.callers import Caller
from api.deeds import note_taken
from api.dependencies import CreditReader, Services
from api.errors import FieldError, NotFoundError
from api.fields import PathId
from api.services import ApiServices
from credit.errors import RegionTooLargeError
from credit.reporting.document import Language, Report
from credit.reporting.files import FileKind, drawn
from credit.reporting.period import Period
from domain.ids import EnterpriseId

log = structlog.get_logger(__name__)
router = APIRouter(tags=["reports"])


FILES: dict[int | str, dict[str, Any]] = {
    200: {"content": {kind.media_type: {} for kind in FileKind}, "description": "The report."}
}
PeriodText = Annotated[
    str,
    Query(alias="period", pattern=r"^[0-9]{4}-[0-9]{2}(-[0-9]{2})?$", description="2026-10 or 2026-10-31."),
]


def _period(text: str) -> Period:
    try:
        return Period.parse(text)
    except ValueError:
        raise FieldError("query.period", "a month such as 2026-10 or a day such as 2026-10-31", text) from None


def _file(report: Report, wanted: FileKind, caller: Caller, services: ApiServices, *about: str) -> Response:
    """`about`: of whom the report is, for the log."""
    content = drawn(report, wanted)
    name = f"{report.file_name}.{wanted.value}"
    note_taken(services, caller.account, AccountAct.REPORT_TAKEN, name, *about, report.sha256[:16])
    log.info(
        "report_taken",
        user_id=caller.account.user_id,
        report=report.file_name,
        format=wanted.value,
        inputs_sha256=report.inputs_sha256,
        report_sha256=report.sha256,
    )
    headers = {
        "Content-Disposition": f'attachment; filename="{quote(name)}"',
        "Cache-Control": "no-store",
    }
    return Response(content, media_type=wanted.media_type, headers=headers)


@router.get("/enterprises/{enterprise_id}/report", response_class=Response, responses=FILES)
def take_enterprise_report(  # noqa: PLR0917 - FastAPI gives them by name
    enterprise_id: PathId,
    period: PeriodText,
    caller: CreditReader,
    services: Services,
    format: FileKind = FileKind.PDF,  # noqa: A002 - the word of the address
    language: Language = Language.ZH,
) -> Response:
    """The enterprise's report of a day or month: index, findings, peers, documents, and what it rests on."""
    found = services.registry.get_enterprise(EnterpriseId(enterprise_id), caller.scope)
    if found is None:
        raise NotFoundError("enterprise", enterprise_id)
    try:
        report = services.credit.reports.enterprise(
            found, caller.scope, _period(period), language, services.code_names()
        )
    except ValueError as error:
        raise FieldError("query.period", "a period that has begun", str(error)) from error
    return _file(report, format, caller, services, found.enterprise_id)


@router.get("/credit/report", response_class=Response, responses=FILES)
def take_region_report(  # noqa: PLR0917 - FastAPI gives them by name
    period: PeriodText,
    caller: CreditReader,
    services: Services,
    region: Annotated[str, Query(pattern=r"^[0-9]{0,6}$", description="The beginning of six digits.")] = "",
    format: FileKind = FileKind.PDF,  # noqa: A002 - the word of the address
    language: Language = Language.ZH,
) -> Response:
    """The report of a day or month about all enterprises of one's scope in a region."""
    try:
        report = services.credit.reports.region(region, caller.scope, _period(period), language, services.code_names())
    except RegionTooLargeError as error:
        raise FieldError("query.region", f"at most {error.most} enterprises", str(error.found)) from error
    except ValueError as error:
        raise FieldError("query.period", "a period that has begun", str(error)) from error
    return _file(report, format, caller, services)
