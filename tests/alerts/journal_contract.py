"""What every AlertJournal with its Outbox promises; run over the in-memory twin and over each database.

Use: subclass, override the fixture `journal` (an object that is AlertJournal and Outbox at once), or override
both `journal` and `outbox` where they are two objects over one database.

    class TestSqliteJournal(JournalContract):
        @pytest.fixture
        def journal(self, tmp_path: Path) -> AlertJournal: ...
"""

import threading
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from alerts.errors import AlertConflictError
from alerts.ports import AlertFilter, AlertJournal, Outbox
from domain.alert import Alert, AlertState, AlertStep, EvidenceKind, EvidenceState, Review
from domain.ids import CameraId, EnterpriseId, EvidenceId, SiteId, UserId
from domain.risk import RiskClass
from domain.scope import Scope
from tests.alerts.samples import (
    EPOCH,
    alert_id,
    ended_alert,
    next_alert,
    sample_alert,
    sample_evidence,
    sample_message,
    sample_step,
)

EVERYTHING = Scope.everything()


def raise_alert(journal: AlertJournal, alert: Alert) -> int:
    """Record the first step of an alert with its message; the feed id."""
    return journal.record(alert, sample_step(alert), [sample_message(alert)], 0).feed_id


def advance(journal: AlertJournal, alert: Alert, step: AlertStep) -> int:
    entry = journal.record(alert, sample_step(alert, step), [sample_message(alert)], alert.sequence - 1)
    return entry.feed_id


class JournalContract:
    @pytest.fixture
    def journal(self) -> AlertJournal:
        raise NotImplementedError("override this fixture")

    @pytest.fixture
    def outbox(self, journal: Any) -> Outbox:
        """The same object, unless overridden."""
        found: Outbox = journal
        return found

    def test_an_alert_comes_back_as_it_was_recorded(self, journal: AlertJournal) -> None:
        alert = sample_alert(1, evidence=(sample_evidence(1), sample_evidence(2, kind=EvidenceKind.BOXES)))
        raise_alert(journal, alert)
        assert journal.get(alert.alert_id, EVERYTHING) == alert

    def test_a_reviewed_and_ended_alert_comes_back_as_it_was_recorded(self, journal: AlertJournal) -> None:
        alert = sample_alert(1, zone_id=None, zone_name=None, clause_ids=())
        raise_alert(journal, alert)
        review = Review(
            reviewer_id=UserId("user-1"),
            reviewed_at=EPOCH + timedelta(hours=1),
            state=AlertState.DISMISSED,
            reason="猫",
        )
        reviewed = replace(ended_alert(alert), state=AlertState.DISMISSED, review=review)
        advance(journal, reviewed, AlertStep.DISMISSED)
        assert journal.get(alert.alert_id, EVERYTHING) == reviewed

    def test_an_unknown_alert_is_none(self, journal: AlertJournal) -> None:
        assert journal.get(alert_id(9), EVERYTHING) is None
        assert journal.history(alert_id(9)) == []

    def test_a_step_is_stored_with_its_messages(self, journal: AlertJournal, outbox: Outbox) -> None:
        alert = sample_alert(1)
        raise_alert(journal, alert)
        (message,) = outbox.pending(10)
        expected = sample_message(alert)
        assert (message.topic, message.payload) == (expected.topic, expected.payload)
        assert (message.created_at, message.captured_at) == (expected.created_at, expected.captured_at)
        assert message.attempts == 0

    def test_history_keeps_each_step_with_actor_note_and_payload(self, journal: AlertJournal) -> None:
        alert = sample_alert(1)
        raise_alert(journal, alert)
        second = next_alert(alert, state=AlertState.ACKNOWLEDGED)
        step = sample_step(second, AlertStep.ACKNOWLEDGED, actor_id=UserId("user-7"), note="已到场")
        journal.record(second, step, [], 1)
        assert journal.history(alert.alert_id) == [sample_step(alert), step]

    def test_a_second_record_of_a_new_alert_conflicts_and_stores_nothing(
        self, journal: AlertJournal, outbox: Outbox
    ) -> None:
        alert = sample_alert(1)
        raise_alert(journal, alert)
        with pytest.raises(AlertConflictError) as caught:
            raise_alert(journal, alert)
        assert (caught.value.expected_sequence, caught.value.found_sequence) == (0, 1)
        assert (outbox.depth(), len(journal.history(alert.alert_id)), journal.newest_feed_id()) == (1, 1, 1)

    def test_a_step_on_an_old_sequence_conflicts_and_stores_nothing(
        self, journal: AlertJournal, outbox: Outbox
    ) -> None:
        alert = sample_alert(1)
        raise_alert(journal, alert)
        advance(journal, next_alert(alert, state=AlertState.ACKNOWLEDGED), AlertStep.ACKNOWLEDGED)
        with pytest.raises(AlertConflictError) as caught:
            advance(journal, next_alert(alert, state=AlertState.DISMISSED), AlertStep.DISMISSED)
        assert (caught.value.alert_id, caught.value.expected_sequence, caught.value.found_sequence) == (
            alert.alert_id,
            1,
            2,
        )
        stored = journal.get(alert.alert_id, EVERYTHING)
        assert stored is not None
        assert stored.state is AlertState.ACKNOWLEDGED
        assert (outbox.depth(), len(journal.history(alert.alert_id))) == (2, 2)

    def test_a_step_on_an_unknown_alert_conflicts(self, journal: AlertJournal) -> None:
        with pytest.raises(AlertConflictError) as caught:
            advance(journal, next_alert(sample_alert(1)), AlertStep.ENDED)
        assert caught.value.found_sequence is None

    def test_cameras_with_open_alerts_are_named_once_each(self, journal: AlertJournal) -> None:
        assert journal.open_cameras() == []
        for number, camera_id in enumerate(("camera-1", "camera-2", "camera-2", "camera-3"), start=1):
            raise_alert(journal, sample_alert(number, subject=f"track-{number}", camera_id=CameraId(camera_id)))
        advance(
            journal, ended_alert(sample_alert(4, subject="track-4", camera_id=CameraId("camera-3"))), AlertStep.ENDED
        )
        assert journal.open_cameras() == ["camera-1", "camera-2"]

    def test_an_open_alert_of_the_same_camera_code_and_subject_conflicts(
        self, journal: AlertJournal, outbox: Outbox
    ) -> None:
        raise_alert(journal, sample_alert(1, subject="track-5"))
        with pytest.raises(AlertConflictError):
            raise_alert(journal, sample_alert(2, subject="track-5"))
        assert journal.get(alert_id(2), EVERYTHING) is None
        assert outbox.depth() == 1

    @pytest.mark.parametrize(
        "difference", [{"subject": "track-6"}, {"code": "animal.pet"}, {"camera_id": CameraId("camera-2")}]
    )
    def test_another_subject_code_or_camera_may_be_open_beside_it(
        self, journal: AlertJournal, difference: dict[str, Any]
    ) -> None:
        raise_alert(journal, sample_alert(1, subject="track-5"))
        raise_alert(journal, sample_alert(2, **({"subject": "track-5"} | difference)))
        assert journal.get(alert_id(2), EVERYTHING) is not None

    def test_an_ended_alert_makes_room_for_the_next_of_its_subject(self, journal: AlertJournal) -> None:
        first = sample_alert(1, subject="track-5")
        raise_alert(journal, first)
        advance(journal, ended_alert(first), AlertStep.ENDED)
        raise_alert(journal, sample_alert(2, subject="track-5"))
        assert [a.alert_id for a in journal.open_alerts(CameraId("camera-1"))] == [alert_id(2)]

    def test_open_alerts_are_those_of_the_camera_without_an_end(self, journal: AlertJournal) -> None:
        ended = sample_alert(1)
        raise_alert(journal, ended)
        advance(journal, ended_alert(ended), AlertStep.ENDED)
        raise_alert(journal, sample_alert(2))
        raise_alert(journal, sample_alert(3, camera_id=CameraId("camera-2")))
        assert journal.open_alerts(CameraId("camera-1")) == [sample_alert(2)]

    def test_evidence_is_found_by_its_id_and_follows_its_alert(self, journal: AlertJournal) -> None:
        piece = sample_evidence(1, kind=EvidenceKind.CLIP, state=EvidenceState.PENDING, size_bytes=None, sha256=None)
        alert = sample_alert(1, evidence=(piece,))
        raise_alert(journal, alert)
        assert journal.pending_evidence() == [alert]
        stored = replace(alert.evidence[0], state=EvidenceState.STORED, size_bytes=9, sha256="cd" * 32)
        later = next_alert(alert, evidence=(stored,))
        advance(journal, later, AlertStep.UPDATED)
        assert journal.pending_evidence() == []
        assert journal.evidence(stored.evidence_id) == (later, stored)

    def test_missing_evidence_keeps_its_cause(self, journal: AlertJournal) -> None:
        piece = sample_evidence(1, state=EvidenceState.MISSING, size_bytes=None, sha256=None, cause="disk_full")
        alert = sample_alert(1, evidence=(piece,))
        raise_alert(journal, alert)
        assert journal.evidence(piece.evidence_id) == (alert, alert.evidence[0])

    def test_unknown_evidence_is_none(self, journal: AlertJournal) -> None:
        assert journal.evidence(EvidenceId("01900000-0000-7000-a000-000000000099")) is None

    def test_a_scope_hides_what_lies_outside(self, journal: AlertJournal) -> None:
        raise_alert(journal, sample_alert(1, enterprise="enterprise-1", site="site-1"))
        raise_alert(journal, sample_alert(2, enterprise="enterprise-2", site="site-2", subject="other"))
        first = Scope(enterprise_ids=frozenset({EnterpriseId("enterprise-1")}))
        second = Scope(site_ids=frozenset({SiteId("site-2")}))
        nothing = Scope()
        assert journal.get(alert_id(2), first) is None
        assert [a.alert_id for a in journal.search(AlertFilter(), first, None, 10)] == [alert_id(1)]
        assert [a.alert_id for a in journal.search(AlertFilter(), second, None, 10)] == [alert_id(2)]
        assert journal.search(AlertFilter(), nothing, None, 10) == []
        assert [e.step.alert_id for e in journal.feed(0, second, 10)] == [alert_id(2)]
        assert journal.feed(0, nothing, 10) == []

    def test_search_pages_from_the_newest_to_the_oldest(self, journal: AlertJournal) -> None:
        for number in range(1, 6):
            raise_alert(journal, sample_alert(number))
        page = journal.search(AlertFilter(), EVERYTHING, None, 2)
        assert [a.alert_id for a in page] == [alert_id(5), alert_id(4)]
        page = journal.search(AlertFilter(), EVERYTHING, page[-1].alert_id, 2)
        assert [a.alert_id for a in page] == [alert_id(3), alert_id(2)]
        page = journal.search(AlertFilter(), EVERYTHING, page[-1].alert_id, 2)
        assert [a.alert_id for a in page] == [alert_id(1)]

    @pytest.mark.parametrize(
        ("wanted", "numbers"),
        [
            (AlertFilter(), [4, 3, 2, 1]),
            (AlertFilter(codes=frozenset({"animal.pet", "pest.insect"})), [2]),
            (AlertFilter(risk_classes=frozenset({RiskClass.II})), [2]),
            (AlertFilter(camera_id=CameraId("camera-2")), [3]),
            (AlertFilter(states=frozenset({AlertState.CONFIRMED})), [1]),
            (AlertFilter(is_open=False), [4]),
            (AlertFilter(is_open=True), [3, 2, 1]),
            (AlertFilter(site_id=SiteId("site-2")), [4]),
            (AlertFilter(enterprise_id=EnterpriseId("enterprise-2")), [4]),
            (AlertFilter(day_from=date(2026, 1, 6)), [3]),
            (AlertFilter(day_to=date(2026, 1, 5)), [4, 2, 1]),
            (AlertFilter(day_from=date(2026, 1, 5), day_to=date(2026, 1, 6), codes=frozenset({"animal.pet"})), [2]),
            (AlertFilter(codes=frozenset({"fire.unattended"})), []),
        ],
    )
    def test_search_filters(self, journal: AlertJournal, wanted: AlertFilter, numbers: list[int]) -> None:
        first = sample_alert(1)
        raise_alert(journal, first)
        advance(journal, next_alert(first, state=AlertState.CONFIRMED), AlertStep.CONFIRMED)
        raise_alert(journal, sample_alert(2, code="animal.pet", risk_class=RiskClass.II))
        raise_alert(journal, sample_alert(3, camera_id=CameraId("camera-2"), raised_at=EPOCH + timedelta(hours=9)))
        fourth = sample_alert(4, enterprise="enterprise-2", site="site-2")
        raise_alert(journal, fourth)
        advance(journal, ended_alert(fourth), AlertStep.ENDED)
        assert [a.alert_id for a in journal.search(wanted, EVERYTHING, None, 10)] == [alert_id(n) for n in numbers]

    def test_the_feed_hands_out_each_step_once_in_order(self, journal: AlertJournal) -> None:
        assert (journal.newest_feed_id(), journal.feed(0, EVERYTHING, 10)) == (0, [])
        alert = sample_alert(1)
        first = raise_alert(journal, alert)
        second = raise_alert(journal, sample_alert(2))
        third = advance(journal, ended_alert(alert), AlertStep.ENDED)
        assert first < second < third == journal.newest_feed_id()
        assert [e.feed_id for e in journal.feed(0, EVERYTHING, 10)] == [first, second, third]
        assert [e.feed_id for e in journal.feed(0, EVERYTHING, 2)] == [first, second]
        (last,) = journal.feed(second, EVERYTHING, 10)
        assert (last.feed_id, last.step) == (third, sample_step(ended_alert(alert), AlertStep.ENDED))
        assert journal.feed(third, EVERYTHING, 10) == []

    def test_writers_at_once_lose_nothing_and_a_reader_that_follows_skips_nothing(
        self, journal: AlertJournal, outbox: Outbox
    ) -> None:
        numbers = {writer: range(writer * 100, writer * 100 + 15) for writer in (1, 2, 3)}
        errors: list[Exception] = []

        def write(writer: int) -> None:
            try:
                for number in numbers[writer]:
                    raise_alert(journal, sample_alert(number))
            except Exception as error:  # noqa: BLE001 - shown by the assertion below
                errors.append(error)

        threads = [threading.Thread(target=write, args=(writer,)) for writer in numbers]
        for thread in threads:
            thread.start()
        seen: list[int] = []
        alerts: list[str] = []
        while True:
            is_last_look = not any(thread.is_alive() for thread in threads)
            for entry in journal.feed(seen[-1] if seen else 0, EVERYTHING, 7):
                seen.append(entry.feed_id)
                alerts.append(entry.step.alert_id)
            if is_last_look and journal.feed(seen[-1] if seen else 0, EVERYTHING, 1) == []:
                break
        for thread in threads:
            thread.join()
        assert errors == []
        assert seen == sorted(set(seen))
        assert sorted(alerts) == sorted(alert_id(n) for block in numbers.values() for n in block)
        assert outbox.depth() == 45

    def test_only_one_of_two_reviewers_at_once_wins(self, journal: AlertJournal) -> None:
        alert = sample_alert(1)
        raise_alert(journal, alert)
        barrier = threading.Barrier(2)
        outcomes: list[str] = []

        def review(state: AlertState, step: AlertStep) -> None:
            barrier.wait()
            try:
                advance(journal, next_alert(alert, state=state), step)
            except AlertConflictError:
                outcomes.append("conflict")
            else:
                outcomes.append(state.value)

        threads = [
            threading.Thread(target=review, args=pair)
            for pair in ((AlertState.CONFIRMED, AlertStep.CONFIRMED), (AlertState.DISMISSED, AlertStep.DISMISSED))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        stored = journal.get(alert.alert_id, EVERYTHING)
        assert stored is not None
        assert sorted(outcomes) == sorted(["conflict", stored.state.value])
        assert len(journal.history(alert.alert_id)) == 2

    def test_open_alerts_of_a_site_are_counted_by_class(self, journal: AlertJournal) -> None:
        raise_alert(journal, sample_alert(1))
        raise_alert(journal, sample_alert(2, risk_class=RiskClass.III, code="phone.use"))
        raise_alert(journal, sample_alert(3, risk_class=RiskClass.III, code="phone.use"))
        ended = sample_alert(4)
        raise_alert(journal, ended)
        advance(journal, ended_alert(ended), AlertStep.ENDED)
        raise_alert(journal, sample_alert(5, site="site-2"))
        counts = journal.open_counts(SiteId("site-1")).by_class
        assert {k: v for k, v in counts.items() if v} == {RiskClass.I: 1, RiskClass.III: 2}
        assert sum(journal.open_counts(SiteId("site-9")).by_class.values()) == 0

    def test_the_outbox_hands_out_the_oldest_first(self, journal: AlertJournal, outbox: Outbox) -> None:
        for number in (1, 2, 3):
            raise_alert(journal, sample_alert(number))
        messages = outbox.pending(10)
        assert [m.payload for m in messages] == [sample_message(sample_alert(n)).payload for n in (1, 2, 3)]
        assert outbox.pending(2) == messages[:2]
        assert outbox.pending(10, after=messages[0].message_id) == messages[1:]
        assert outbox.depth() == 3

    def test_an_acknowledged_message_is_forgotten(self, journal: AlertJournal, outbox: Outbox) -> None:
        for number in (1, 2):
            raise_alert(journal, sample_alert(number))
        first, second = outbox.pending(10)
        outbox.acknowledge([first.message_id])
        outbox.acknowledge([first.message_id])
        assert outbox.pending(10) == [second]
        outbox.acknowledge([])
        outbox.acknowledge([second.message_id])
        assert (outbox.depth(), outbox.oldest_created_at()) == (0, None)

    def test_an_acknowledged_id_is_never_given_again(self, journal: AlertJournal, outbox: Outbox) -> None:
        raise_alert(journal, sample_alert(1))
        (first,) = outbox.pending(10)
        outbox.acknowledge([first.message_id])
        raise_alert(journal, sample_alert(2))
        (second,) = outbox.pending(10)
        assert second.message_id > first.message_id

    def test_attempts_are_counted(self, journal: AlertJournal, outbox: Outbox) -> None:
        for number in (1, 2):
            raise_alert(journal, sample_alert(number))
        first, second = outbox.pending(10)
        outbox.note_attempt([first.message_id, second.message_id])
        outbox.note_attempt([first.message_id])
        assert [m.attempts for m in outbox.pending(10)] == [2, 1]

    def test_the_age_of_the_outbox_is_that_of_its_oldest_message(self, journal: AlertJournal, outbox: Outbox) -> None:
        assert outbox.oldest_created_at() is None
        raise_alert(journal, sample_alert(1, raised_at=EPOCH + timedelta(minutes=1)))
        raise_alert(journal, sample_alert(2, raised_at=EPOCH + timedelta(minutes=2)))
        assert outbox.oldest_created_at() == EPOCH + timedelta(minutes=1)
