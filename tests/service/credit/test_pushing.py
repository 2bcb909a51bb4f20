"""Public records at a real HTTP server: signed, in order, once each in effect, and never what may not be public."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert, text

from alerts.notify.posting import SafePoster
from alerts.notify.secret_box import SecretBox
from alerts.notify.settings import NotifySettings
from credit.push.desk import PushDesk
from credit.push.errors import ReceiverRefusedError
from credit.push.ports import Answer, PushState
from credit.push.pusher import RecordPusher
from credit.push.receiver import ReceiverForm
from credit.records import Outcome, Procedure
from service.credit.pushing import WebhookLine, push_desk
from service.storage.credit_rows import record_deliveries
from service.storage.database import Database
from service.storage.migrate import upgrade
from service.storage.pushes import SqlPushes
from service.storage.records import SqlRecords
from service.storage.registry import SqlRegistry
from tests.credit.push.kit import AN_OFFICER, EVERYTHING, SECRET, Clock, Desk, pusher, real_now
from tests.service.storage.test_pushes import SqlPushBook, filled
from tests.support.hooks import HookServer, Reply, Taken, standard_webhook_problem

NAME = "信用示例网1"


class Town:
    """An officer's desk, a pusher that can be started anew, and one receiver over HTTP."""

    def __init__(self, database: Database, server: HookServer) -> None:
        self.database, self.server, self.clock = database, server, Clock()
        self.desk = Desk(SqlRecords(database), self.clock)
        settings = NotifySettings(allowed_networks=("127.0.0.0/8",), allows_plain_http=True, timeout_seconds=2.0)
        self.line = WebhookLine(SafePoster(settings, resolve=lambda *_: ["127.0.0.1"]), SecretBox("key"), real_now)
        self.pushes: PushDesk = push_desk(database, self.line, self.clock.now)
        self.restart()

    def restart(self) -> None:
        self.pusher: RecordPusher = pusher(
            SqlPushBook(self.database),
            SqlRecords(self.database),
            SqlRegistry(self.database),
            self.line,
            self.clock,
        )

    def join(self, name: str = NAME) -> None:
        form = ReceiverForm(name=name, is_everything=True, address=self.server.url("/records?key=t0ken"), secret=SECRET)
        self.pushes.add(form, EVERYTHING)

    def heard(self) -> list[tuple[str, str]]:
        return [(each.json["type"], each.headers["idempotency-key"]) for each in self.server.taken]

    def types(self) -> list[str]:
        return [kind for kind, _ in self.heard()]


@pytest.fixture
def server() -> Iterator[HookServer]:
    with HookServer() as running:
        yield running


@pytest.fixture
def town(tmp_path: Path, server: HookServer) -> Iterator[Town]:
    database = Database(f"sqlite:///{tmp_path}/records.db")
    upgrade(database)
    filled(database)
    yield Town(database, server)
    database.close()


def test_publication_correction_withdrawal_and_repair_arrive_signed_and_in_order(town: Town) -> None:
    town.join()
    first = town.desk.publish(1)
    town.pusher.work()
    town.desk.withdraw(first)
    second = town.desk.publish(1, corrects=first)
    town.pusher.work()
    town.desk.repair(second)
    town.pusher.work()
    town.pusher.work()

    assert town.types() == ["record.published", "record.withdrawn", "record.corrected", "record.repaired"]
    assert all(standard_webhook_problem(each, SECRET) is None for each in town.server.taken)
    assert len(set(town.heard())) == 4
    for taken in town.server.taken:
        assert "alert-0001" not in taken.content.decode()  # the lead
        assert "user-officer" not in taken.content.decode()
    assert "食品原料" not in town.server.taken[1].content.decode()
    states = {each.state for each in town.pushes.pushes(EVERYTHING)}
    assert states == {PushState.DELIVERED}


@pytest.mark.parametrize("status", [302, 400, 409, 410, 422, 429, 500])
def test_whatever_it_answers_but_success_is_tried_again_without_end_and_kept(town: Town, status: int) -> None:
    town.server.answer = lambda _: Reply(status, "稍后再来".encode())
    town.join()
    town.desk.publish(1)
    for _ in range(6):
        town.pusher.work()
        town.clock.advance(hours=24)
    (push,) = town.pushes.pushes(EVERYTHING)
    answers = town.pushes.answers(push.delivery.delivery_id, EVERYTHING)
    assert answers is not None
    assert {(each.status, each.said) for each in answers} == {(status, "稍后再来")}
    assert (len(answers), push.state) == (6, PushState.WAITING)
    town.server.answer = lambda _: Reply(204)
    town.pusher.work()
    assert len({(each.headers["idempotency-key"], each.content) for each in town.server.taken}) == 1
    assert town.pushes.pushes(EVERYTHING)[0].state is PushState.DELIVERED


def test_a_receiver_that_is_slow_or_down_waits_longer_each_time_and_holds_nobody_up(town: Town) -> None:
    town.server.answer = lambda _: Reply(200, b"x" * 600)
    town.server.drips_seconds = 0.05
    town.join()
    town.desk.publish(1)
    town.pusher.work()
    town.pusher.work()
    assert len(town.server.taken) == 1
    town.server.drips_seconds = 0.0
    town.clock.advance(seconds=16)
    town.pusher.work()
    assert town.pushes.pushes(EVERYTHING)[0].state is PushState.DELIVERED


def test_a_process_that_dies_between_answer_and_ledger_sends_the_same_again(town: Town) -> None:
    town.join()
    town.desk.publish(1)

    class Dies(SqlPushBook):
        def taken(self, delivery_id: str, answer: Answer, confirmation: str) -> None:
            raise KeyboardInterrupt

    dying = pusher(Dies(town.database), SqlRecords(town.database), SqlRegistry(town.database), town.line, town.clock)
    with pytest.raises(KeyboardInterrupt):
        dying.work()
    with town.database.transaction() as connection:
        connection.execute(text("UPDATE enterprises SET name = '改名'"))
    town.restart()
    town.pusher.work()
    town.pusher.work()

    first, second = town.server.taken
    assert (first.content, first.headers["idempotency-key"]) == (second.content, second.headers["idempotency-key"])
    assert town.pushes.pushes(EVERYTHING)[0].state is PushState.DELIVERED


def test_a_publication_that_is_over_before_it_was_taken_is_never_sent_again_but_withdrawn(town: Town) -> None:
    town.server.answer = lambda _: Reply(500)
    town.join()
    record_id = town.desk.publish(1)
    town.pusher.work()
    town.desk.withdraw(record_id)
    town.server.answer = lambda _: Reply(204)
    town.clock.advance(hours=2)
    town.pusher.work()

    assert town.types() == ["record.published", "record.withdrawn"]
    assert sorted(each.state.value for each in town.pushes.pushes(EVERYTHING)) == ["delivered", "superseded"]


def test_one_refused_record_holds_up_no_other(town: Town) -> None:
    refused: list[str] = []

    def picky(taken: Taken) -> Reply:
        refused.extend([] if refused else [taken.headers["idempotency-key"]])
        return Reply(422 if taken.headers["idempotency-key"] in refused else 204)

    town.server.answer = picky
    town.join()
    town.desk.publish(1)
    town.desk.publish(2)
    town.pusher.work()
    assert sorted(each.state.value for each in town.pushes.pushes(EVERYTHING)) == ["delivered", "waiting"]


def test_giving_up_lets_the_withdrawal_go_and_switching_off_does_not_stop_it(town: Town) -> None:
    town.server.answer = lambda _: Reply(500)
    town.join()
    record_id = town.desk.publish(1)
    town.pusher.work()
    (push,) = town.pushes.pushes(EVERYTHING)
    town.pushes.give_up(push.delivery.delivery_id, AN_OFFICER, EVERYTHING, reason="平台拒收")
    (known,) = town.pushes.list_receivers(EVERYTHING)
    off = ReceiverForm(name=NAME, is_everything=True, is_enabled=False)
    town.pushes.change(known, off, EVERYTHING, 1)
    town.desk.publish(2)
    town.desk.withdraw(record_id)
    town.server.answer = lambda _: Reply(204)
    town.clock.advance(hours=2)
    town.pusher.work()

    assert town.types() == ["record.published", "record.withdrawn"]


def test_what_may_never_be_published_does_not_leave_even_when_the_database_was_broken_into(town: Town) -> None:
    """Triggers taken away, and deliveries put in by hand for records of every kind that is kept inside."""
    inside = [
        town.desk.enter(1).record_id,  # final, but nobody has published it
        town.desk.enter(2, procedure=Procedure.SIMPLE).record_id,
        town.desk.enter(3, outcomes=(Outcome.WARNING,), fine_yuan=None).record_id,
    ]
    contested = town.desk.publish(4, receivers=("别的网",))
    town.desk.contest(contested)
    town.join()
    with town.database.transaction() as connection:
        connection.execute(text("DROP TRIGGER guard_record_deliveries_unpublished"))
        connection.execute(text("DROP TRIGGER guard_record_deliveries_due"))
        for record_id in [*inside, contested]:
            row = {"record_id": record_id, "receiver": NAME, "ordered_at": town.clock.now()}
            connection.execute(insert(record_deliveries).values(delivery_id=f"p-{record_id}", action="publish", **row))
        connection.execute(
            insert(record_deliveries).values(
                delivery_id="w", action="withdraw", due_on=town.clock.today(), **(row | {"record_id": inside[0]})
            )
        )
    for _ in range(3):
        town.pusher.work()
        town.clock.advance(hours=1)

    assert town.server.taken == []
    assert all(each.state is PushState.WAITING for each in town.pushes.pushes(EVERYTHING, receiver=NAME))


@pytest.mark.parametrize("address", ["http://credit.example/", "https://127.0.0.1/", "https://169.254.169.254/latest"])
def test_a_receiver_is_reached_by_https_and_not_in_our_own_network(town: Town, address: str) -> None:
    line = WebhookLine(SafePoster(NotifySettings()), SecretBox("key"), real_now)
    desk = push_desk(town.database, line, town.clock.now)

    with pytest.raises(ReceiverRefusedError, match="address"):
        desk.add(ReceiverForm(name="x", is_everything=True, address=address, secret=SECRET), EVERYTHING)
    with pytest.raises(ReceiverRefusedError, match="secret"):
        desk.add(
            ReceiverForm(name="x", is_everything=True, address="https://credit.example/", secret="short"), EVERYTHING
        )


def test_a_test_message_is_told_of_and_is_in_no_ledger(town: Town) -> None:
    town.join()
    (known,) = town.pushes.list_receivers(EVERYTHING)

    assert town.pushes.try_out(known).status == 204
    assert json.loads(town.server.taken[0].content)["type"] == "test"
    assert SqlPushes(town.database).standing(town.clock.today()).waiting == 0
    assert "t0ken" not in known.shown_address
