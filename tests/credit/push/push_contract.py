"""What the ledger of pushes promises; run over the in-memory twin and over each database.

Use: subclass and override `records` (with the people of tests.credit.entries and two enterprises) and `book`.
"""

from datetime import timedelta

import pytest

from credit.ledger_ports import RecordBook
from credit.push.errors import ReceiverChangedError, ReceiverInUseError, ReceiverNameTakenError
from credit.push.ports import Answer, PushState
from credit.records import DeliveryAction
from domain.ids import EnterpriseId
from domain.scope import Scope
from tests.credit.entries import FIRM, OFFICER
from tests.credit.push.kit import EVERYTHING, Clock, Desk, PushBook, receiver

OTHER = Scope(enterprise_ids=frozenset({EnterpriseId("enterprise-2")}))


def ordered(book: PushBook, clock: Clock) -> int:
    return book.order_missing(book.list_receivers(), clock.today(), clock.now())


def actions(book: PushBook, clock: Clock, number: int = 1) -> list[tuple[str, str]]:
    due = book.due(receiver(number), clock.now(), 100)
    return [(each.delivery.record_id, each.delivery.action.value) for each in due]


def all_pushes(book: PushBook) -> dict[tuple[str, str], str]:
    found = book.search(EVERYTHING, receiver=None, record_id=None, state=None, before=None, limit=100)
    return {(each.delivery.receiver, each.delivery.action.value): each.state.value for each in found}


class PushContract:
    @pytest.fixture
    def clock(self) -> Clock:
        return Clock()

    @pytest.fixture
    def records(self) -> RecordBook:
        raise NotImplementedError("override this fixture")

    @pytest.fixture
    def book(self, records: RecordBook) -> PushBook:
        raise NotImplementedError("override this fixture")

    @pytest.fixture
    def desk(self, records: RecordBook, clock: Clock) -> Desk:
        return Desk(records, clock)

    def test_a_receiver_is_kept_changed_by_version_and_named_once(self, book: PushBook, clock: Clock) -> None:
        book.add_receiver(receiver(1, is_everything=False, enterprise_ids=frozenset({FIRM})))

        with pytest.raises(ReceiverNameTakenError):
            book.add_receiver(receiver(2, name="信用示例网1"))
        changed = book.update_receiver(receiver(1, is_enabled=False), 1, clock.now())
        with pytest.raises(ReceiverChangedError):
            book.update_receiver(receiver(1), 1, clock.now())
        assert (changed.version, changed.is_enabled) == (2, False)
        assert book.get_receiver("receiver-1") == changed
        book.delete_receiver("receiver-1", 2)
        assert book.list_receivers() == []

    def test_a_receiver_that_comes_later_is_told_of_what_is_in_force_and_of_nothing_else(
        self, book: PushBook, desk: Desk, clock: Clock
    ) -> None:
        in_force = desk.publish(1)
        desk.withdraw(desk.publish(2))
        desk.repair(desk.publish(3))
        desk.contest(desk.publish(4))
        desk.enter(5)
        book.add_receiver(receiver(2))

        assert (ordered(book, clock), ordered(book, clock)) == (1, 0)
        assert actions(book, clock, 2) == [(in_force, "publish")]
        with pytest.raises(ReceiverInUseError):
            book.delete_receiver("receiver-2", 1)

    def test_what_was_contested_follows_once_it_is_settled_and_what_has_ended_does_not(
        self, book: PushBook, desk: Desk, clock: Clock
    ) -> None:
        book.add_receiver(receiver(2))
        contested = desk.publish(1)
        desk.contest(contested)
        assert ordered(book, clock) == 0
        desk.settle(contested)
        assert ordered(book, clock) == 1
        desk.publish(2)
        clock.advance(days=91)
        assert ordered(book, clock) == 0

    def test_only_records_within_its_reach_are_ordered_for_it(self, book: PushBook, desk: Desk, clock: Clock) -> None:
        reach = frozenset({EnterpriseId("enterprise-2")})
        book.add_receiver(receiver(2, is_everything=False, enterprise_ids=reach))
        book.add_receiver(receiver(3, is_enabled=False))
        desk.publish(1)

        assert ordered(book, clock) == 0

    def test_a_withdrawal_waits_for_its_publication_to_be_settled(
        self, book: PushBook, desk: Desk, clock: Clock
    ) -> None:
        book.add_receiver(receiver(1))
        record_id = desk.publish(1)
        publication = book.due(receiver(1), clock.now(), 10)[0]
        desk.withdraw(record_id)

        assert actions(book, clock) == [(record_id, "publish")]
        book.supersede(publication.delivery.delivery_id, "the publication is over")
        (withdrawal,) = book.due(receiver(1), clock.now(), 10)
        assert withdrawal.delivery.action is DeliveryAction.WITHDRAW
        assert withdrawal.delivery.due_on == clock.today() + timedelta(days=3)

    def test_a_corrected_version_waits_for_the_withdrawal_of_the_one_before(
        self, book: PushBook, desk: Desk, clock: Clock
    ) -> None:
        book.add_receiver(receiver(1))
        first = desk.publish(1)
        book.taken(book.due(receiver(1), clock.now(), 10)[0].delivery.delivery_id, taken(clock), "HTTP 204")
        desk.withdraw(first)
        second = desk.publish(1, corrects=first)

        assert actions(book, clock) == [(first, "withdraw")]
        book.taken(book.due(receiver(1), clock.now(), 10)[0].delivery.delivery_id, taken(clock), "HTTP 204")
        assert actions(book, clock) == [(second, "publish")]

    def test_what_was_refused_waits_and_a_change_of_the_receiver_lets_it_go_at_once(
        self, book: PushBook, desk: Desk, clock: Clock
    ) -> None:
        book.add_receiver(receiver(1))
        record_id = desk.publish(1)
        (push,) = book.due(receiver(1), clock.now(), 10)
        delivery_id = push.delivery.delivery_id
        assert book.begin(delivery_id, "旧名", clock.now()) == "旧名"
        assert book.begin(delivery_id, "新名", clock.now()) == "旧名"
        answer = Answer(at=clock.now(), status=500, said="busy")
        book.refused(delivery_id, answer, clock.now() + timedelta(hours=1))

        assert actions(book, clock) == []
        found = book.push(delivery_id, EVERYTHING)
        assert found is not None
        assert (found.attempts, found.reason, found.state) == (2, "HTTP 500", PushState.WAITING)
        assert book.answers(delivery_id, 10) == [answer]
        book.update_receiver(receiver(1), 1, clock.now())
        assert actions(book, clock) == [(record_id, "publish")]

    def test_one_that_is_given_up_or_confirmed_by_hand_is_tried_no_more(
        self, book: PushBook, records: RecordBook, desk: Desk, clock: Clock
    ) -> None:
        book.add_receiver(receiver(1))
        desk.publish(1)
        desk.publish(2)
        first, second = (each.delivery.delivery_id for each in book.due(receiver(1), clock.now(), 10))
        book.give_up(first, OFFICER, "平台已停用")
        records.confirm_delivery(second, EVERYTHING, "回执 7", clock.now())

        assert actions(book, clock) == []
        assert book.begin(second, "名", clock.now()) is None
        found = book.push(first, EVERYTHING)
        assert found is not None
        assert (found.state, found.reason, found.given_up_by) == (PushState.GIVEN_UP, "平台已停用", OFFICER)
        book.resume(first, clock.now())
        assert [each.delivery.delivery_id for each in book.due(receiver(1), clock.now(), 10)] == [first]

    def test_lists_are_paged_filtered_and_within_the_scope(self, book: PushBook, desk: Desk, clock: Clock) -> None:
        book.add_receiver(receiver(1))
        for number in (1, 2, 3):
            desk.publish(number, receivers=("信用示例网1", "别的网"))
            clock.advance(seconds=1)

        def listed(**asked: object) -> list[str]:
            filters = {"receiver": None, "record_id": None, "state": None, "before": None, "limit": 4} | asked
            return [each.delivery.delivery_id for each in book.search(EVERYTHING, **filters)]  # type: ignore[arg-type]

        first = listed()
        assert len({*first, *listed(before=first[-1])}) == 6
        assert len(listed(state=PushState.BY_HAND)) == len(listed(receiver="信用示例网1")) == 3
        asked: dict[str, None] = {"receiver": None, "record_id": None, "state": None, "before": None}
        assert book.search(OTHER, limit=10, **asked) == []
        assert book.push(first[0], OTHER) is None

    def test_the_standing_tells_what_waits_and_what_is_overdue(self, book: PushBook, desk: Desk, clock: Clock) -> None:
        book.add_receiver(receiver(1))
        record_id = desk.publish(1, receivers=("信用示例网1", "别的网"))
        desk.withdraw(record_id)
        found = book.standing(clock.today())
        assert (found.waiting, found.overdue, found.next_due_on) == (2, 0, clock.today() + timedelta(days=3))
        assert book.standing(clock.today() + timedelta(days=3)).overdue == 0
        assert book.standing(clock.today() + timedelta(days=4)).overdue == 2


def taken(clock: Clock) -> Answer:
    return Answer(at=clock.now(), status=204, said="", is_taken=True)
