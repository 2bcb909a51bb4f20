"""Ledger C: decisions of authorities, entered by officers from documents. There is no way here from a lead."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from api.account_log import AccountAct
from api.callers import Caller
from api.deeds import note_taken
from api.dependencies import CreditReader, Recorder, Services
from api.errors import NotFoundError
from api.fields import PathId
from api.ports import Role
from api.schemas.records import (
    ConfirmationBody,
    PublicityPage,
    PublishBody,
    ReasonBody,
    RecordBody,
    RecordDeliveryPage,
    RecordDeliveryView,
    RecordPage,
    RecordView,
    RepairPage,
    RepairView,
    WithdrawBody,
)
from api.services import ApiServices
from credit.dual_publicity import as_csv, as_xlsx, fields_of
from credit.record_desk import Officer
from credit.records import PublicRecord, RecordKind, RecordState
from credit.repair import answer, load_policies
from credit.reporting.files import FileKind
from domain.ids import EnterpriseId
from domain.organisation import Enterprise

router = APIRouter(tags=["records"])

CSV: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {}}, "description": "The table."}}
XLSX: dict[int | str, dict[str, Any]] = {200: {"content": {FileKind.XLSX.media_type: {}}, "description": "The table."}}


def officer_of(caller: Caller) -> Officer:
    """Who acts on ledger C, and whether as an officer."""
    account = caller.account
    return Officer(user_id=account.user_id, is_officer=account.is_active and account.role is Role.REGULATOR)


def enterprise_of(services: ApiServices, enterprise_id: str, caller: Caller) -> Enterprise:
    found = services.registry.get_enterprise(EnterpriseId(enterprise_id), caller.scope)
    if found is None:
        raise NotFoundError("enterprise", enterprise_id)
    return found


def _today(services: ApiServices) -> date:
    return services.credit.index.profile.today(services.now())


def _shown(services: ApiServices, record: PublicRecord | None, record_id: str) -> RecordView:
    if record is None:
        raise NotFoundError("record", record_id)
    return RecordView.of(record, _today(services))


@router.get("/enterprises/{enterprise_id}/records")
def list_records(enterprise_id: PathId, caller: CreditReader, services: Services) -> RecordPage:
    """Decisions on record about the enterprise, oldest first, those withdrawn included."""
    known = enterprise_of(services, enterprise_id, caller)
    found, today = services.credit.record_book.records(known.enterprise_id, caller.scope), _today(services)
    return RecordPage(items=[RecordView.of(each, today) for each in found])


@router.post("/enterprises/{enterprise_id}/records", status_code=201)
def enter_record(enterprise_id: PathId, body: RecordBody, caller: Recorder, services: Services) -> RecordView:
    """Put a decision on record from its document. Officers only; it is not published by that."""
    known = enterprise_of(services, enterprise_id, caller)
    officer = officer_of(caller)
    entered = services.credit.records.enter(body.draft(known.enterprise_id, known.credit_code), officer)
    return RecordView.of(entered, _today(services))


@router.get("/enterprises/{enterprise_id}/records/publicity.csv", response_class=Response, responses=CSV)
def export_publicity_table(enterprise_id: PathId, caller: CreditReader, services: Services) -> Response:
    """Published penalties by the names of 双公示, as CSV."""
    content = as_csv(_publicity(services, enterprise_id, caller))
    note_taken(services, caller.account, AccountAct.REPORT_TAKEN, "publicity.csv", enterprise_id)
    headers = {"Content-Disposition": 'attachment; filename="publicity.csv"', "Cache-Control": "no-store"}
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/enterprises/{enterprise_id}/records/publicity.xlsx", response_class=Response, responses=XLSX)
def export_publicity_workbook(enterprise_id: PathId, caller: CreditReader, services: Services) -> Response:
    """Published penalties with the fields of 双公示 under their Chinese names, as XLSX; every cell is text."""
    content = as_xlsx(_publicity(services, enterprise_id, caller))
    note_taken(services, caller.account, AccountAct.REPORT_TAKEN, "publicity.xlsx", enterprise_id)
    headers = {"Content-Disposition": 'attachment; filename="publicity.xlsx"', "Cache-Control": "no-store"}
    return Response(content, media_type=FileKind.XLSX.media_type, headers=headers)


@router.get("/enterprises/{enterprise_id}/records/publicity")
def export_publicity(enterprise_id: PathId, caller: CreditReader, services: Services) -> PublicityPage:
    """Published penalties by the names of 双公示."""
    return PublicityPage(items=_publicity(services, enterprise_id, caller))


def _publicity(services: ApiServices, enterprise_id: str, caller: Caller) -> list[dict[str, str]]:
    known = enterprise_of(services, enterprise_id, caller)
    today = _today(services)
    return [
        fields_of(each, known.name)
        for each in services.credit.record_book.records(known.enterprise_id, caller.scope)
        if each.draft.kind is RecordKind.PENALTY and each.state_on(today) is RecordState.PUBLISHED
    ]


@router.get("/enterprises/{enterprise_id}/records/repair")
def list_repairs(
    enterprise_id: PathId,
    caller: CreditReader,
    services: Services,
    duties_done: Annotated[bool, Query(description="As if all duties were proved; nobody checks it here.")] = False,
) -> RepairPage:
    """Published penalties as 可修复, 已到期 or 暂不可修复 under each policy, with reason and earliest day.

    Where policies differ both answers are given. The tables are unverified; the authority decides.
    """
    known = enterprise_of(services, enterprise_id, caller)
    found = services.credit.record_book.records(known.enterprise_id, caller.scope)
    today = _today(services)
    items = []
    for record in found:
        others = [other for other in found if other.record_id != record.record_id]
        for policy in load_policies().values():
            answered = answer(record, policy, today, duties_done=duties_done, others=others)
            if answered is not None:
                items.append(RepairView.of(answered, policy, record.draft.document_no))
    return RepairPage(items=items)


@router.get("/records/{record_id}")
def read_record(record_id: PathId, caller: CreditReader, services: Services) -> RecordView:
    return _shown(services, services.credit.record_book.record(record_id, caller.scope), record_id)


@router.post("/records/{record_id}/settle")
def settle_record(record_id: PathId, body: ReasonBody, caller: Recorder, services: Services) -> RecordView:
    """The decision is final: the term to contest it is over, or it was upheld."""
    desk = services.credit.records
    return _shown(services, desk.settle(record_id, officer_of(caller), caller.scope, reason=body.reason), record_id)


@router.post("/records/{record_id}/contest")
def contest_record(record_id: PathId, body: ReasonBody, caller: Recorder, services: Services) -> RecordView:
    """The decision is contested: until it is settled it weighs nothing."""
    desk = services.credit.records
    return _shown(services, desk.contest(record_id, officer_of(caller), caller.scope, reason=body.reason), record_id)


@router.post("/records/{record_id}/publish")
def publish_record(record_id: PathId, body: PublishBody, caller: Recorder, services: Services) -> RecordView:
    """Publish a final decision of the ordinary procedure. Simple procedures and warnings alone never are."""
    published = services.credit.records.publish(
        record_id,
        officer_of(caller),
        caller.scope,
        basis=body.basis,
        ends_on=body.ends_on,
        receivers=body.receivers,
    )
    return _shown(services, published, record_id)


@router.post("/records/{record_id}/withdraw")
def withdraw_record(record_id: PathId, body: WithdrawBody, caller: Recorder, services: Services) -> RecordView:
    """The decision was changed or revoked: every receiver is to be told within three days."""
    withdrawn = services.credit.records.withdraw(
        record_id, officer_of(caller), caller.scope, reason=body.reason, decided_on=body.decided_on
    )
    return _shown(services, withdrawn, record_id)


@router.post("/records/{record_id}/repair")
def repair_record(record_id: PathId, body: ReasonBody, caller: Recorder, services: Services) -> RecordView:
    """The authority has repaired it: publication ends at every receiver, and it weighs nothing any more."""
    desk = services.credit.records
    return _shown(services, desk.repair(record_id, officer_of(caller), caller.scope, reason=body.reason), record_id)


@router.get("/records/{record_id}/deliveries")
def list_record_deliveries(record_id: PathId, caller: CreditReader, services: Services) -> RecordDeliveryPage:
    """Who was told of it, and who still has to be."""
    _shown(services, services.credit.record_book.record(record_id, caller.scope), record_id)
    return RecordDeliveryPage(
        items=[RecordDeliveryView.of(each) for each in services.credit.record_book.deliveries(record_id)]
    )


@router.get("/deliveries/overdue")
def list_overdue_deliveries(caller: CreditReader, services: Services) -> RecordDeliveryPage:
    """Receivers that should have been told of a withdrawal or repair by now."""
    today = _today(services)
    found = services.credit.record_book.overdue_deliveries(today, caller.scope)
    return RecordDeliveryPage(items=[RecordDeliveryView.of(each) for each in found])


@router.post("/deliveries/{delivery_id}/confirm")
def confirm_delivery(delivery_id: PathId, body: ConfirmationBody, caller: Recorder, services: Services) -> RecordView:
    """A receiver was told; `confirmation` is its word."""
    confirmed = services.credit.records.confirm_delivery(
        delivery_id, officer_of(caller), caller.scope, confirmation=body.confirmation
    )
    return _shown(services, confirmed, delivery_id)
