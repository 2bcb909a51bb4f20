"""The year of invented history into a database."""

import secrets
from collections.abc import Callable
from datetime import date, datetime, timedelta

from api.passwords import Passwords
from api.ports import Role, User
from credit.index_desk import IndexDesk
from credit.record_desk import Officer, RecordDesk
from domain.ids import EnterpriseId, UserId
from domain.scope import Scope
from service.demo.year import DAYS, OFFICER, OPERATOR, REVIEWER, DemoFirm, demo_enterprise_id, demo_year
from service.identity import new_id
from service.storage.accounts import SqlAccounts
from service.storage.credit_books import SqlCreditBooks
from service.store import Store

_EVERYTHING = Scope.everything()
_FIGURE_DAYS = 14  # between two figures of the story; the service itself keeps one each day
_PEOPLE = ((OFFICER, Role.REGULATOR), (REVIEWER, Role.REGULATOR), (OPERATOR, Role.OPERATOR))


def ensure_demo_year(
    store: Store,
    passwords: Passwords,
    index: IndexDesk,
    *,
    count: int,
    until: date,
    now: Callable[[], datetime],
    may_go_on: Callable[[], bool] = lambda: True,
) -> int:
    """Invented enterprises with a year of ledgers, each once however often it is called; how many are new.

    One that an earlier call left half told is told to its end. The people of the story are accounts that nobody can log
    in to; they are inactive again afterwards. `may_go_on` is asked before each enterprise.
    """
    books = SqlCreditBooks(store.database)
    if all(_is_told(books, demo_enterprise_id(number)) for number in range(count)):
        return 0
    new = 0
    _admit(store.accounts, passwords, now(), is_active=True)
    try:
        for firm in demo_year(count, until=until):
            if not may_go_on():
                break
            if not _is_told(books, firm.enterprise.enterprise_id):
                _tell(store, books, index, firm, until=until, now=now)
                new += 1
    finally:
        _admit(store.accounts, passwords, now(), is_active=False)
    return new


def _is_told(books: SqlCreditBooks, enterprise_id: EnterpriseId) -> bool:
    return books.latest_snapshot(enterprise_id) is not None


def _tell(
    store: Store, books: SqlCreditBooks, index: IndexDesk, firm: DemoFirm, *, until: date, now: Callable[[], datetime]
) -> None:
    """All of one enterprise. Its days are told from the oldest on, and no later one may come between."""
    with index.alone():
        _tell_alone(store, books, index, firm, until=until, now=now)


def _tell_alone(
    store: Store, books: SqlCreditBooks, index: IndexDesk, firm: DemoFirm, *, until: date, now: Callable[[], datetime]
) -> None:
    enterprise_id = firm.enterprise.enterprise_id
    if store.registry.get_enterprise(enterprise_id, _EVERYTHING) is None:
        store.registry.store_enterprises([firm.enterprise], [], [firm.site])
    books.append(firm.leads, firm.supervision)
    if firm.decision is not None and not books.records(enterprise_id, _EVERYTHING):
        desk = RecordDesk(books, new_id, now, lambda: index.profile.today(now()))
        officer = Officer(user_id=OFFICER, is_officer=True)
        record = desk.enter(firm.decision, officer)
        desk.settle(record.record_id, officer, _EVERYTHING, reason="虚构：期满未申请复议")
    first = min(entry.day for entry in firm.supervision)
    for days in range(DAYS - DAYS % _FIGURE_DAYS, -1, -_FIGURE_DAYS):
        day = until - timedelta(days=days)
        if day >= first:
            index.record(enterprise_id, day)


def _admit(accounts: SqlAccounts, passwords: Passwords, now: datetime, *, is_active: bool) -> None:
    for user_id, role in _PEOPLE:
        known = accounts.get_user(UserId(user_id))
        user = User(
            user_id=user_id,
            name=f"{user_id}（虚构）",
            password_hash=known.password_hash if known else passwords.hash(secrets.token_urlsafe(32)),
            role=role,
            scope=_EVERYTHING,
            is_active=is_active,
            must_change_password=True,
            created_at=known.created_at if known else now,
        )
        if known is None:
            accounts.add_user(user)
        else:
            accounts.update_user(user)
