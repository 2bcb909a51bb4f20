"""The invented year beside the demonstration's cameras, in the background and once."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog

from api.passwords import Passwords
from api.testing import ApiTwins
from credit.ledger import LEADS, SUPERVISION
from domain.scope import Scope
from service.credit.wiring import index_desk
from service.demo.history import DemoHistory
from service.demo.year import demo_enterprise_id, demo_year
from service.folder import DataFolder
from service.settings import load_settings
from service.storage.credit_books import SqlCreditBooks
from service.store import Store, open_store
from tests.support.mqtt import wait_until

EVERYTHING = Scope.everything()


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    settings = load_settings(data=tmp_path / "var")
    found = open_store(settings, DataFolder(settings.data))
    yield found
    found.database.close()


def history(store: Store, count: int = 2) -> DemoHistory:
    return DemoHistory(store, Passwords(ApiTwins.settings), index_desk(store, now), now, count=count)


def test_the_history_is_told_in_the_background_with_figures_and_says_that_it_is_invented(store: Store) -> None:
    told = history(store)
    books = SqlCreditBooks(store.database)

    told.start()
    wait_until(lambda: books.latest_snapshot(demo_enterprise_id(1)) is not None, 60, "the last enterprise's figure")
    told.stop()

    firms = store.registry.list_enterprises(EVERYTHING, None, 10)
    assert len(firms) == 2
    assert all("虚构" in firm.name for firm in firms)
    assert all(books.snapshots(firm.enterprise_id, 10) for firm in firms)
    assert [books.first_broken(ledger) for ledger in (LEADS, SUPERVISION)] == [None, None]


def test_a_second_start_tells_nothing_again_and_touches_no_account(store: Store) -> None:
    first = history(store, count=1)
    assert first.work() == 1
    accounts = store.accounts.list_users()
    numbers = SqlCreditBooks(store.database).newest_numbers()

    assert history(store, count=1).work() == 0

    assert SqlCreditBooks(store.database).newest_numbers() == numbers
    assert store.accounts.list_users() == accounts
    assert not any(user.is_active for user in accounts)


def test_an_enterprise_that_was_left_half_told_is_told_to_its_end(store: Store) -> None:
    [firm] = demo_year(1, until=now().date())
    store.registry.store_enterprises([firm.enterprise], [], [firm.site])

    assert history(store, count=1).work() == 1

    assert SqlCreditBooks(store.database).latest_snapshot(firm.enterprise.enterprise_id) is not None


def test_a_stop_leaves_the_rest_for_the_next_start_and_the_accounts_inactive(store: Store) -> None:
    stopped = history(store)
    stopped.stop()

    assert stopped.work() == 0

    assert store.registry.list_enterprises(EVERYTHING, None, 10) == []
    assert not any(user.is_active for user in store.accounts.list_users())
    assert history(store).work() == 2


def test_a_database_that_is_away_ends_the_history_and_nothing_else(store: Store) -> None:
    told = history(store)
    with structlog.testing.capture_logs() as logs:
        store.database.close()
        told._run()

    assert len([line for line in logs if line["event"].startswith("demo_history")]) == 1


def test_figures_of_the_whole_year_are_told_although_the_service_keeps_figures_meanwhile(store: Store) -> None:
    books, index, stopping = SqlCreditBooks(store.database), index_desk(store, now), threading.Event()
    told = DemoHistory(store, Passwords(ApiTwins.settings), index, now, count=2)

    def keep() -> None:
        while not stopping.is_set():
            for enterprise_id in books.enterprises_with_entries():
                index.record(enterprise_id, now().date())

    keeper = threading.Thread(target=keep)
    keeper.start()
    told.work()
    stopping.set()
    keeper.join()

    for number in range(2):
        days = [each.day for each in books.snapshots(demo_enterprise_id(number), 100)]
        first = min(entry.day for _, entry in books.supervision(demo_enterprise_id(number), EVERYTHING, 0, 10_000))
        assert len(days) >= (now().date() - first).days // 14
