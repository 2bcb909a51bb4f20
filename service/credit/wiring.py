"""Puts credit's parts together over one database."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date, datetime

from alerts.bell import FeedBell
from alerts.catalogue import Catalogue
from alerts.notify.recipient import Language
from alerts.notify.reminding.reminders import Post, Reminders
from alerts.notify.settings import NotifySettings
from api.services import CreditParts
from credit.applications.desk import ApplicationDesk
from credit.applications.ports import MaterialStore
from credit.date_desk import DateDesk
from credit.extracts.desk import ExtractDesk
from credit.index_desk import IndexDesk
from credit.inspections.desk import InspectionDesk
from credit.peer_desk import PeerDesk
from credit.profile_file import load_index_profile
from credit.push.ports import Line
from credit.record_desk import RecordDesk
from credit.reporting.report_desk import ReportDesk
from domain.ids import CameraId
from service.credit.following import StepFollower
from service.credit.keeping import CreditKeeper
from service.credit.observing import Observer
from service.credit.pushing import push_desk, start_pusher
from service.credit.reminding import ReminderWatch
from service.identity import new_id
from service.notifying import Telling
from service.papers.ocr import installed_ocr
from service.papers.reader import Reader
from service.papers.writers import draft_writers
from service.storage.applications import SqlApplications
from service.storage.credit_books import SqlCreditBooks
from service.storage.extracts import SqlGrants
from service.storage.inspections import SqlInspections
from service.storage.observed import SqlObservedTime
from service.store import Store
from streams.ports import Fleet


def index_desk(store: Store, now: Callable[[], datetime]) -> IndexDesk:
    """The index over the database. Raises ProfileError."""
    books = SqlCreditBooks(store.database)
    return IndexDesk(ledgers=books, snapshots=books, profile=load_index_profile(), now=now)


def report_desk(store: Store, index: IndexDesk, now: Callable[[], datetime]) -> ReportDesk:
    """Daily and monthly reports over the database."""
    books, peers = SqlCreditBooks(store.database), PeerDesk(index, store.registry)
    return ReportDesk(index=index, peers=peers, ledgers=books, records=books, registry=store.registry, now=now)


def credit_parts(store: Store, papers: MaterialStore, line: Line, now: Callable[[], datetime]) -> CreditParts:
    """Ledgers, records, index, receivers, applications and inspections over the database. Raises ProfileError."""
    books, index = SqlCreditBooks(store.database), index_desk(store, now)
    peers, pushes = PeerDesk(index, store.registry), push_desk(store.database, line, now)

    def today() -> date:
        return index.profile.today(now())

    applications = ApplicationDesk(
        book=SqlApplications(store.database),
        records=books,
        store=papers,
        reader=Reader(installed_ocr()),
        new_id=new_id,
        now=now,
        today=today,
    )
    return CreditParts(
        index=index,
        peers=peers,
        reports=report_desk(store, index, now),
        records=RecordDesk(books, new_id, now, today, told=pushes.wake),
        ledgers=books,
        record_book=books,
        applications=applications,
        inspections=InspectionDesk(book=SqlInspections(store.database), new_id=new_id, now=now, today=today),
        writers=draft_writers(),
        pushes=pushes,
        extracts=ExtractDesk(
            book=SqlGrants(store.database), index=index, records=books, registry=store.registry, new_id=new_id, now=now
        ),
        dates=DateDesk(index=index, records=books, registry=store.registry, policies=applications.policies, now=now),
    )


def start_keeper(
    store: Store,
    fleet: Fleet,
    catalogue: Catalogue,
    parts: CreditParts,
    *,
    now: Callable[[], datetime],
    bell: FeedBell,
    stack: ExitStack,
    is_judged: Callable[[CameraId], bool],
) -> CreditKeeper:
    """The thread that keeps ledgers and index, started; it is stopped with the stack. `is_judged`: see Observer."""
    books = SqlCreditBooks(store.database)
    keeper = CreditKeeper(
        follower=StepFollower(store.journal, books, catalogue.register, now),
        observer=Observer(
            fleet=fleet,
            places=store.places,
            registry=store.registry,
            observed=SqlObservedTime(store.database),
            ledgers=books,
            holidays=catalogue.holidays,
            clock=time.monotonic,
            now=now,
            is_judged=is_judged,
        ),
        index=parts.index,
        ledgers=books,
        now=now,
        told=bell.ring,
    )
    bell.listen(keeper.wake)
    keeper.start()
    stack.callback(keeper.stop)
    return keeper


def start_pushing(
    store: Store,
    parts: CreditParts,
    line: Line,
    settings: NotifySettings,
    *,
    now: Callable[[], datetime],
    stack: ExitStack,
    may_work: Callable[[], bool] = lambda: True,
) -> None:
    """The thread that tells platforms of public records, started; it is stopped with the stack."""
    start_pusher(
        store.database,
        parts.pushes,
        line,
        settings=settings,
        records=parts.record_book,
        registry=store.registry,
        today=lambda: parts.index.profile.today(now()),
        now=now,
        stack=stack,
        may_work=may_work,
    )


def start_reminders(
    told: Telling,
    parts: CreditParts,
    catalogue: Catalogue,
    *,
    now: Callable[[], datetime],
    stack: ExitStack,
    may_work: Callable[[], bool] = lambda: True,
) -> None:
    """The thread that tells people of dates, started where the settings let people be told; stopped with the stack."""
    if not told.settings.is_on:
        return

    def name_of(code: str, language: Language) -> str:
        entry = catalogue.get(code)
        if entry is None:
            return code
        return entry.risk.name_zh if language is Language.ZH else entry.risk.name_en

    reminders = Reminders(
        dates=parts.dates,
        ledger=told.notices,
        post=Post(book=told.book, senders=told.senders, box=told.box, settings=told.settings),
        name_of=name_of,
        now=now,
    )
    watch = ReminderWatch(
        reminders, today=parts.dates.today, now=now, keep_days=told.settings.keep_days, may_work=may_work
    )
    watch.start()
    stack.callback(watch.stop)
