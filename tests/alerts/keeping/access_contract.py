"""What every log of accesses does; a test module provides the fixture `log`."""

from datetime import timedelta

from alerts.keeping.access import AccessKind, NewAccess
from alerts.keeping.ports import AccessLog
from domain.ids import EnterpriseId, EvidenceId, SiteId, UserId
from domain.scope import Scope
from tests.alerts.keeping.kit import EVERYTHING
from tests.alerts.samples import EPOCH, alert_id


def access(number: int, *, user: str = "u-1", site: str = "site-1", days: float = 0.0) -> NewAccess:
    return NewAccess(
        at=EPOCH + timedelta(days=days),
        user_id=UserId(user),
        user_name=f"名字 {user}",
        kind=AccessKind.CLIP,
        enterprise_id=EnterpriseId("enterprise-1"),
        site_id=SiteId(site),
        alert_id=alert_id(number),
        evidence_id=EvidenceId(f"evidence-{number}"),
        reason="复核第二次",
    )


def test_the_log_of_accesses_answers_who_looked_when_and_why(log: AccessLog) -> None:
    for number in (1, 2, 3):
        log.note(access(number, days=number, site=f"site-{number}"))
    everything = log.accesses(EVERYTHING)
    assert [entry.number for entry in everything] == [3, 2, 1]
    assert everything[0].access == access(3, days=3, site="site-3")
    assert [entry.number for entry in log.accesses(Scope(site_ids=frozenset({SiteId("site-2")})))] == [2]
    assert [entry.number for entry in log.accesses(EVERYTHING, since=EPOCH + timedelta(days=2))] == [3, 2]
    assert [entry.number for entry in log.accesses(EVERYTHING, until=EPOCH + timedelta(days=2))] == [1]
    assert [entry.number for entry in log.accesses(EVERYTHING, before=3, limit=1)] == [2]


def test_the_latest_access_of_an_account_to_a_piece_is_found_while_it_is_fresh(log: AccessLog) -> None:
    log.note(access(1, days=1))
    piece = EvidenceId("evidence-1")
    assert log.latest(UserId("u-1"), piece, EPOCH) is not None
    assert log.latest(UserId("u-1"), piece, EPOCH + timedelta(days=2)) is None
    assert log.latest(UserId("u-2"), piece, EPOCH) is None
    assert log.latest(UserId("u-1"), EvidenceId("evidence-2"), EPOCH) is None
