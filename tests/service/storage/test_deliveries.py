"""Recipients and deliveries in both databases, and a notifier over them."""

import pytest

from alerts.notify.ports import DeliveryState
from alerts.notify.recipient import Channel
from domain.risk import RiskClass
from service.storage.database import Database
from service.storage.deliveries import SqlDeliveries
from service.storage.journal import SqlAlertJournal
from service.storage.recipients import SqlRecipients
from tests.alerts.notify.kit import EVERYTHING, Post, told
from tests.alerts.notify.ledger_contract import Kept, LedgerContract
from tests.alerts.samples import alert_id


class TestSqlLedger(LedgerContract):
    @pytest.fixture
    def kept(self, database: Database) -> Kept:
        return Kept(SqlRecipients(database), SqlDeliveries(database), SqlAlertJournal(database))


def post_over(database: Database) -> Post:
    return Post(journal=SqlAlertJournal(database), book=SqlRecipients(database), ledger=SqlDeliveries(database))


def test_a_notifier_over_the_database_tells_each_step_once_over_restarts(database: Database) -> None:
    post = post_over(database)
    post.add("平台", Channel.WEBHOOK)
    post.add("店长", Channel.MAIL)
    alert = post.raise_alert(1)
    post.raise_alert(2, code="smoke.person", risk_class=RiskClass.II)
    post.confirm(alert)
    post.work()
    post.restarted()
    post.wait(600, step=30)

    found = told(post.sender.sent)
    assert sorted(found) == sorted(2 * [(alert_id(1), 1), (alert_id(1), 2), (alert_id(2), 1)])
    assert {one.state for one in post.deliveries()} == {DeliveryState.SENT}
    assert post.ledger.mark() == post.journal.newest_feed_id()


def test_a_thousand_waiting_deliveries_go_out_in_one_message(database: Database) -> None:
    post = post_over(database)
    recipient = post.add("店长", Channel.WECOM)
    [alert] = [post.raise_alert(1)]
    post.work()
    first = post.ledger.search(EVERYTHING, recipient_id=recipient.recipient_id, state=None, before=None, limit=1)[0]
    for number in range(2, 402):
        alert = post.update(alert)
        assert alert.sequence == number
    assert first.state is DeliveryState.SENT
    post.raise_alert(2, code="smoke.person", risk_class=RiskClass.II)
    for number in range(3, 500):
        post.raise_alert(number, code="smoke.person", risk_class=RiskClass.II)

    [letter] = post.wait(60, step=30)

    assert "498 条告警消息" in letter.text
    assert post.deliveries(DeliveryState.WAITING) == []
