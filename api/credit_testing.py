"""Credit's desks over in-memory twins of its books."""

from collections.abc import Callable
from datetime import datetime

from api.services import CreditParts
from credit.applications.desk import ApplicationDesk
from credit.applications.testing import GivenReader, InMemoryApplications, InMemoryPapers, PlainWriter
from credit.date_desk import DateDesk
from credit.extracts.desk import ExtractDesk
from credit.extracts.testing import InMemoryGrants
from credit.index_desk import IndexDesk
from credit.inspections.desk import InspectionDesk
from credit.inspections.testing import InMemoryInspections
from credit.ledger_testing import InMemoryLedgers
from credit.peer_desk import PeerDesk
from credit.profile_file import load_index_profile
from credit.push.desk import PushDesk
from credit.push.testing import InMemoryPushes, RecordingLine
from credit.record_desk import RecordDesk
from credit.reporting.report_desk import ReportDesk
from credit.testing import InMemoryRegistry


def credit_twins(
    ledgers: InMemoryLedgers,
    registry: InMemoryRegistry,
    *,
    pushes: InMemoryPushes,
    line: RecordingLine,
    grants: InMemoryGrants,
    papers: InMemoryPapers,
    reader: GivenReader,
    new_id: Callable[[], str],
    now: Callable[[], datetime],
) -> CreditParts:
    """All of them. Nothing is pushed and nothing is kept but in memory."""
    index = IndexDesk(ledgers=ledgers, snapshots=ledgers, profile=load_index_profile(), now=now)
    peers = PeerDesk(index, registry)
    applications = ApplicationDesk(
        book=InMemoryApplications(ledgers),
        records=ledgers,
        store=papers,
        reader=reader,
        new_id=new_id,
        now=now,
        today=lambda: now().date(),
    )
    return CreditParts(
        index=index,
        peers=peers,
        reports=ReportDesk(index=index, peers=peers, ledgers=ledgers, records=ledgers, registry=registry, now=now),
        records=RecordDesk(ledgers, new_id, now, lambda: index.profile.today(now())),
        ledgers=ledgers,
        record_book=ledgers,
        applications=applications,
        inspections=InspectionDesk(
            book=InMemoryInspections(ledgers), new_id=new_id, now=now, today=lambda: now().date()
        ),
        writers={"pdf": PlainWriter(), "docx": PlainWriter()},
        pushes=PushDesk(book=pushes, ledger=pushes, line=line, new_id=new_id, now=now),
        extracts=ExtractDesk(book=grants, index=index, records=ledgers, registry=registry, new_id=new_id, now=now),
        dates=DateDesk(index=index, records=ledgers, registry=registry, policies=applications.policies, now=now),
    )
