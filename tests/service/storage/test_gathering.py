"""What is read for many figures at once is what whole entries, read one after the other, come to."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from api.ports import Role
from credit.fold import Gathered, facts_of, observed_sum, window_start
from credit.index import assess
from credit.index_desk import IndexDesk
from credit.ledger import SupervisionEntry, SupervisionKind
from credit.record_desk import Officer, RecordDesk
from domain.ids import EnterpriseId
from domain.scope import Scope
from service.demo.year import OFFICER, OPERATOR, REVIEWER, demo_year
from service.storage.accounts import SqlAccounts
from service.storage.credit_books import SqlCreditBooks
from service.storage.database import Database
from service.storage.outbox import SqlOutbox
from service.storage.registry import SqlRegistry
from tests.credit.entries import NOW, TODAY
from tests.credit.figures import PROFILE
from tests.service.storage.test_ledger_guards import user

EVERYTHING = Scope.everything()
STRANGER = EnterpriseId("nobody-knows-it")


@pytest.fixture
def books(database: Database) -> SqlCreditBooks:
    for user_id, role in ((OFFICER, Role.REGULATOR), (REVIEWER, Role.REGULATOR), (OPERATOR, Role.OPERATOR)):
        SqlAccounts(database).add_user(user(user_id, role))
    books, numbers = SqlCreditBooks(database), iter(range(100))
    desk = RecordDesk(books, lambda: f"record-{next(numbers)}", lambda: NOW, NOW.date)
    officer = Officer(user_id=OFFICER, is_officer=True)
    for firm in demo_year(3, until=TODAY):
        SqlRegistry(database).store_enterprises([firm.enterprise], [], [firm.site])
        entries = [each for each in firm.supervision if each.day > TODAY - timedelta(days=120)]
        standing, wrong = (
            level(firm.enterprise.enterprise_id),
            level(firm.enterprise.enterprise_id, days=850, letter="D"),
        )
        books.append([], [*entries, *corrections(entries), standing, wrong, *corrections([wrong], days=840)])
        if firm.decision is not None:
            record = desk.enter(firm.decision, officer)
            desk.settle(record.record_id, officer, EVERYTHING, reason="虚构")
    return books


def corrections(entries: Sequence[SupervisionEntry], days: int = 1) -> list[SupervisionEntry]:
    """Of an entry of each kind, so many days ago; a share is corrected only later."""
    wrong = {each.kind: each for each in entries}
    return [
        SupervisionEntry(
            entry_id=f"correction-{each.entry_id}",
            enterprise_id=each.enterprise_id,
            kind=SupervisionKind.CORRECTION,
            day=TODAY - timedelta(days=days) if kind is not SupervisionKind.SHARE else TODAY + timedelta(days=1),
            at=NOW,
            actor_id=OFFICER,
            reason="记错了",
            corrects=each.entry_id,
        )
        for kind, each in sorted(wrong.items())
    ]


def level(enterprise_id: EnterpriseId, *, days: int = 900, letter: str = "B") -> SupervisionEntry:
    """One from before the window, which counts all the same."""
    return SupervisionEntry(
        entry_id=f"level-{enterprise_id}-{letter}",
        enterprise_id=enterprise_id,
        kind=SupervisionKind.LEVEL,
        day=TODAY - timedelta(days=days),
        at=NOW - timedelta(days=days),
        actor_id=OFFICER,
        figures={"level": letter},
    )


def gathered_whole(books: SqlCreditBooks, enterprise_id: EnterpriseId, as_of: date) -> Gathered:
    """From whole entries, with sums made here."""
    entries: list[SupervisionEntry] = []
    after = 0
    while page := books.supervision(enterprise_id, EVERYTHING, after, 1_000):
        entries += [entry for _, entry in page]
        after = page[-1][0]
    return Gathered(
        enterprise_id=enterprise_id,
        entries=[each for each in entries if each.kind is not SupervisionKind.OBSERVED],
        observed=observed_sum(entries, window_start(PROFILE, as_of), as_of),
        records=tuple(books.records(enterprise_id, EVERYTHING)),
    )


def test_figures_read_together_are_those_of_whole_entries_read_apart(books: SqlCreditBooks) -> None:
    ids = [*books.enterprises_with_entries(), STRANGER]
    assert len(ids) == 4
    for days in (0, 1, 40, -400):
        as_of = TODAY - timedelta(days=days)
        found = books.gather(ids, window_start(PROFILE, as_of), as_of)
        assert list(found) == ids
        for enterprise_id in ids:
            expected = facts_of(gathered_whole(books, enterprise_id, as_of), PROFILE, as_of)
            facts = facts_of(found[enterprise_id], PROFILE, as_of)
            assert assess(facts, PROFILE) == assess(expected, PROFILE)
    last = facts_of(gathered_whole(books, ids[0], TODAY), PROFILE, TODAY)
    assert last.findings != ()
    assert last.levels == {"R8": "B"}


def test_figures_kept_together_are_those_kept_one_at_a_time(database: Database, books: SqlCreditBooks) -> None:
    ids = [*books.enterprises_with_entries(), STRANGER]
    desk = IndexDesk(ledgers=books, snapshots=books, profile=PROFILE, now=lambda: NOW)
    single = [desk.record(each, TODAY - timedelta(days=1)) for each in ids]
    together = desk.record_all(ids, TODAY)

    assert [each.enterprise_id for each in together] == ids
    assert desk.record_all(ids, TODAY) == []
    assert books.latest_snapshots(ids) == {each.enterprise_id: each for each in together}
    for before, after in zip(single, together, strict=True):
        alone = desk.assessed(after.enterprise_id, TODAY)
        assert before is not None
        assert (after.value, after.low, after.high) == (alone.value, alone.low, alone.high)
        assert after.inputs_sha256 == alone.inputs_sha256 != before.inputs_sha256
    told = [message.topic.split("/")[3] for message in SqlOutbox(database).pending(10)]
    assert told == [each.enterprise_id for each in single if each is not None and each.colour is not None]
