"""People's verdicts become examples, and a verdict never fails for it."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from alerts import life
from alerts.region_evidence import regions_content
from alerts.testing import InMemoryEvidenceStore
from api.testing import ApiTwins
from detector.head_desk import NewHead
from detector.head_record import Head, OriginKind
from domain.alert import Alert, AlertStep, EvidenceKind
from domain.ids import AlertId, EnterpriseId, SiteId, UserId, ZoneId
from domain.scope import Scope
from service.head_reviews import TeachingReview
from tests.alerts.samples import EPOCH, sample_evidence, sample_violation
from tests.alerts.scenes import make_observation
from tests.alerts.test_state_rule import region

REGULATOR = UserId("user-regulator")
EVERYTHING = Scope.everything()
NUMBERS = np.eye(192, dtype=np.float32)[3]


class Desk:
    """A head, an alert that it raised, and the review in front of both."""

    def __init__(self, folder: Path, *, states: tuple[str, ...] = ("open", "closed"), **seen: Any) -> None:
        self.twins = ApiTwins(scratch=folder)
        self.head = self.twins.heads.create(NewHead(name="bin by the door", states=states), actor="user-1")
        self.review = TeachingReview(self.twins.desk, self.twins.heads, self.twins.evidence_store)
        self.alert = self._raised(seen)

    def _raised(self, seen: dict[str, Any]) -> Alert:
        state = replace(region("open"), head_id=self.head.head_id, numbers=NUMBERS, **seen)
        observation = replace(make_observation([], at=EPOCH, clock=0.0), region_states=(state,))
        violation = sample_violation(code="bin.uncovered", zone_id=ZoneId(self.head.head_id))
        content = json.dumps(regions_content(violation, observation)).encode()
        stored = self.twins.evidence_store.save("2026/01/05/1.json", content)
        boxes = sample_evidence(
            kind=EvidenceKind.BOXES, name=stored.name, sha256=stored.sha256, size_bytes=stored.size_bytes
        )
        alert = life.raise_alert(
            violation,
            alert_id=AlertId("alert-1"),
            enterprise_id=EnterpriseId("enterprise-1"),
            site_id=SiteId("site-1"),
            local_day=EPOCH.date(),
            evidence=[replace(boxes, alert_id=AlertId("alert-1"))],
            now=EPOCH,
        )
        record, message = self.twins.messages.step(alert, AlertStep.RAISED)
        self.twins.journal.record(alert, record, [message], 0)
        return alert

    def judge(self, verb: str, reason: str = "seen") -> Alert:
        current = self.twins.journal.get(self.alert.alert_id, EVERYTHING)
        assert current is not None
        judged: Alert | None = getattr(self.review, verb)(
            self.alert.alert_id, actor=REGULATOR, scope=EVERYTHING, expected_sequence=current.sequence, reason=reason
        )
        assert judged is not None
        return judged

    def current(self) -> Head:
        return self.twins.heads.get(self.head.head_id)

    def learnt(self) -> list[str]:
        return [example.state for example in self.current().examples]


@pytest.mark.parametrize(("verb", "state"), [("confirm", "open"), ("dismiss", "closed")])
def test_a_verdict_becomes_an_example_of_the_state_that_it_says(tmp_path: Path, verb: str, state: str) -> None:
    desk = Desk(tmp_path)

    desk.judge(verb)

    [example] = desk.current().examples
    assert (example.state, example.taught_by) == (state, REGULATOR)
    assert (example.origin.kind, example.origin.alert_id) == (OriginKind.REVIEW, "alert-1")
    assert np.array_equal(example.numbers, NUMBERS)
    assert desk.current().versions == ()


@pytest.mark.parametrize("verb", ["unclear", "acknowledge"])
def test_what_is_no_verdict_on_the_state_adds_nothing(tmp_path: Path, verb: str) -> None:
    desk = Desk(tmp_path)

    desk.judge(verb)

    assert desk.learnt() == []


def test_a_changed_verdict_changes_the_example_and_an_unclear_one_takes_it_back(tmp_path: Path) -> None:
    desk = Desk(tmp_path)

    desk.judge("confirm")
    desk.judge("dismiss")
    assert desk.learnt() == ["closed"]
    desk.judge("unclear")

    assert desk.learnt() == []


def test_dismissed_among_three_states_teaches_nothing(tmp_path: Path) -> None:
    desk = Desk(tmp_path, states=("open", "closed", "ajar"))

    desk.judge("dismiss")

    assert desk.learnt() == []


def test_numbers_of_another_network_teach_nothing(tmp_path: Path) -> None:
    desk = Desk(tmp_path, network_sha256="d" * 64)

    desk.judge("confirm")

    assert desk.learnt() == []


def test_evidence_that_was_changed_or_lost_costs_the_example_and_not_the_verdict(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    assert isinstance(desk.twins.evidence_store, InMemoryEvidenceStore)
    desk.twins.evidence_store.files["2026/01/05/1.json"] = b"{}"

    assert desk.judge("confirm").state.value == "confirmed"
    desk.twins.evidence_store.delete("2026/01/05/1.json")
    assert desk.judge("dismiss").state.value == "dismissed"

    assert desk.learnt() == []


def test_an_alert_that_no_head_raised_teaches_nothing(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    plain = life.raise_alert(
        sample_violation(2),
        alert_id=AlertId("alert-2"),
        enterprise_id=EnterpriseId("enterprise-1"),
        site_id=SiteId("site-1"),
        local_day=EPOCH.date(),
        evidence=[],
        now=EPOCH,
    )
    record, message = desk.twins.messages.step(plain, AlertStep.RAISED)
    desk.twins.journal.record(plain, record, [message], 0)

    judged = desk.review.confirm(AlertId("alert-2"), actor=REGULATOR, scope=EVERYTHING, expected_sequence=1)

    assert judged is not None
    assert desk.learnt() == []


def test_an_alert_outside_the_scope_is_none(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    elsewhere = Scope(site_ids=frozenset({SiteId("site-9")}))

    assert desk.review.confirm(AlertId("alert-1"), actor=REGULATOR, scope=elsewhere, expected_sequence=1) is None
