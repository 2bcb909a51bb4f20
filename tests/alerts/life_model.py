"""A second, slower opinion of an alert's life, and a machine that tries everything against it.

The model knows nothing of the guards' code: it keeps its own notes and says for each try whether it must go through.
Use: subclass `LifeMachine` with an `office` over the journal to be tried, and run it as a state machine test.
"""

import json
from datetime import timedelta
from itertools import count
from typing import Any, ClassVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from alerts.clocks import dues, untold
from alerts.errors import AlertConflictError, AlertStepError, AnswerFilesError, PartyError
from alerts.guards import FROM, SYSTEM
from alerts.life import Taken, end, mark_overdue, rise
from alerts.rising import DueRise
from domain.alert import Alert, AlertState, AlertStep
from domain.ids import AlertId, EvidenceId, UserId
from domain.life import RiseCause
from domain.risk import RiskClass
from domain.scope import Scope
from tests.alerts.lives import CHEN, LI, OTHER_SHOP, SHOP, WANG, ZHAO, Office, lived
from tests.alerts.samples import sample_evidence

EVERYTHING = Scope.everything()
PEOPLE = [LI, WANG, ZHAO, CHEN, SHOP, OTHER_SHOP]
MACHINES = [SYSTEM, UserId(""), UserId("node:edge-1:li")]
VERDICTS = {AlertStep.CONFIRMED, AlertStep.DISMISSED, AlertStep.UNCLEAR}
ONWARD = {
    AlertStep.CONFIRMED,
    AlertStep.NOTIFIED,
    AlertStep.DISPUTED,
    AlertStep.RECTIFIED,
    AlertStep.VERIFIED,
    AlertStep.CLOSED,
}
EXCLUDED = {"a party", "spoken before", "reviewed before the dispute", "a reviewer"}
JPEG = b"\xff\xd8\xff\xe0"
_NUMBERS = count(1)


class LifeMachine(RuleBasedStateMachine):
    """One alert of class I or II, six people, three machines, and every step in any order."""

    office: ClassVar[Office]

    @initialize(risk_class=st.sampled_from([RiskClass.I, RiskClass.II]))
    def an_alert_is_raised(self, risk_class: RiskClass) -> None:
        number = next(_NUMBERS)
        pieces = (sample_evidence(10_000 + number),)
        self.alert = self.office.raised(lived(number, risk_class=risk_class, evidence=pieces))
        self.alert_id: AlertId = self.alert.alert_id
        self.is_first_class = risk_class is RiskClass.I
        self.state = "raised"
        self.round: list[tuple[UserId, AlertStep]] = []
        self.reviewers: set[UserId] = set()
        self.answerers: set[UserId] = set()
        self.has_been_disputed = False
        self.is_paused = False
        self.free_files: list[EvidenceId] = []
        self.looked: dict[UserId, Any] = {}
        self.steps = 1

    # What may happen

    @rule(minutes=st.floats(0.05, 600))
    def time_passes(self, minutes: float) -> None:
        self.office.pass_time(minutes=minutes)

    @rule(person=st.sampled_from(PEOPLE))
    def somebody_looks_at_the_evidence(self, person: UserId) -> None:
        self.office.viewings.note(self.alert_id, person, self.office.at)
        self.looked.setdefault(person, self.office.at)

    @rule(person=st.sampled_from([SHOP, OTHER_SHOP]), content=st.binary(max_size=2))
    def a_file_is_put_to_the_alert(self, person: UserId, content: bytes) -> None:
        before = {piece.evidence_id for piece in self.now().evidence}
        try:
            added = self.office.follow_up.add_file(
                self.alert_id, actor=person, scope=EVERYTHING, content=JPEG + content
            )
        except AlertStepError:
            assert self.state != "notified" or len(before) > 30
            return
        assert added is not None
        alert, evidence_id = added
        if evidence_id in before:
            assert alert.sequence == self.steps
        else:
            assert self.state == "notified"
            self.free_files.append(evidence_id)
            self.steps += 1

    @rule()
    def the_machine_ends_it(self) -> None:
        alert = self.now()
        if alert.is_open:
            self.record(end(alert, last_seen_at=self.office.at, ended_at=self.office.at, now=self.office.at), "ended")

    @rule(to=st.sampled_from([RiskClass.III, RiskClass.II, RiskClass.I]))
    def the_machine_says_that_it_is_more_urgent(self, to: RiskClass) -> None:
        taken = rise(self.now(), DueRise(to=to, cause=RiseCause.LASTS, found=9, needed=1), now=self.office.at)
        is_news = to is RiskClass.I and not self.is_first_class
        assert (taken is not None) is (is_news and self.state in {"raised", "acknowledged", "in_review"})
        if taken is not None:
            self.record(taken.alert, "risen")
            self.is_first_class = True

    @rule()
    def the_machine_tells_what_is_overdue(self) -> None:
        alert = self.now()
        terms = self.office.terms.of(alert.violation.risk_class)
        for due in untold(alert, dues(alert, terms)):
            if due.due_at is not None and due.due_at <= self.office.at:
                told = mark_overdue(self.now(), due, now=self.office.at)
                self.office.review.steps.record(told, None)
                self.steps += 1

    @rule(
        step=st.sampled_from(list(FROM)),
        actor=st.sampled_from([*PEOPLE, *PEOPLE, *MACHINES]),
        reason=st.sampled_from(["", " ", "看过", "看过", "看过"]),
        is_late=st.integers(0, 9),
    )
    def somebody_tries_a_step(self, step: AlertStep, actor: UserId, reason: str, is_late: int) -> None:
        files = self.free_files[-1:] if step is AlertStep.RECTIFIED else []
        refusal = self.refusal(step, actor, reason, files)
        expected_sequence = self.steps - (is_late == 0)
        if is_late == 0 and self.steps > 1:
            with pytest.raises(AlertConflictError):
                self.take(step, actor, reason, files, self.steps - 1)
            return
        if refusal is not None:
            with pytest.raises(AlertStepError):
                self.take(step, actor, reason, files, self.steps)
            return
        alert = self.take(step, actor, reason, files, max(1, expected_sequence))
        assert alert is not None
        self.follow(step, actor, files)
        self.steps += 1
        assert alert.state.value == self.state, (step, self.state)

    @rule(data=st.data(), ordinal=st.integers(0, 2))
    def people_go_on_as_they_should(self, data: st.DataObject, ordinal: int) -> None:
        """A step that the model allows: by chance alone an alert would hardly ever get far."""
        for person in PEOPLE:
            self.somebody_looks_at_the_evidence(person)
        self.office.pass_time(minutes=1)
        if self.state == "notified" and not self.free_files:
            self.a_file_is_put_to_the_alert(SHOP, bytes([self.steps % 256, self.steps // 256]))
        fitting = [
            (step, person)
            for step in FROM
            for person in PEOPLE
            if step not in {AlertStep.PAUSED, AlertStep.RESUMED} or ordinal == 0
            if self.refusal(step, person, "看过", self.free_files[-1:] if step is AlertStep.RECTIFIED else []) is None
        ]
        onward = [(step, person) for step, person in fitting if step in ONWARD]
        if fitting:
            step, person = data.draw(st.sampled_from(onward if onward and ordinal < 2 else fitting))
            self.somebody_tries_a_step(step, person, "看过", 1)

    @rule()
    def everybody_whom_the_step_excludes_tries_it(self) -> None:
        files = self.free_files[-1:]
        for step in FROM:
            for person in PEOPLE:
                refusal = self.refusal(step, person, "看过", files if step is AlertStep.RECTIFIED else [])
                if refusal in EXCLUDED:
                    with pytest.raises(PartyError):
                        self.take(step, person, "看过", files if step is AlertStep.RECTIFIED else [], self.steps)

    @rule(person=st.sampled_from([SHOP, OTHER_SHOP]))
    def the_enterprise_forgets_its_files(self, person: UserId) -> None:
        if self.refusal(AlertStep.RECTIFIED, person, "看过", []) == "no files":
            with pytest.raises(AnswerFilesError):
                self.take(AlertStep.RECTIFIED, person, "看过", [], self.steps)

    # What must hold whatever happens

    @invariant()
    def the_record_is_whole_and_in_order(self) -> None:
        alert = self.now()
        history = self.office.journal.history(self.alert_id)
        assert [step.sequence for step in history] == list(range(1, self.steps + 1))
        assert (alert.sequence, alert.state.value) == (self.steps, self.state)
        assert alert.life is not None
        assert alert.life.is_paused is self.is_paused
        keys = [(one.duty, one.rung, one.since) for one in alert.life.overdue]
        assert len(keys) == len(set(keys))

    @invariant()
    def people_judge_and_machines_do_not(self) -> None:
        for step in self.office.journal.history(self.alert_id):
            if step.step in {AlertStep.RAISED, AlertStep.ENDED, AlertStep.OVERDUE, AlertStep.RISEN}:
                assert step.actor_id is None
            else:
                assert step.actor_id in PEOPLE

    @invariant()
    def a_lone_verdict_of_class_one_is_told_to_nobody(self) -> None:
        alert = self.now()
        if self.state != "in_review" or len(self.round) != 1:
            return
        latest = self.office.journal.history(self.alert_id)[-1].payload
        assert alert.review is None
        if "life" in latest:
            assert [one for one in latest["life"]["verdicts"] if one["round"] == latest["life"]["round"]] == []
            assert self.round[0][0] not in json.dumps(latest)

    @invariant()
    def what_is_confirmed_in_class_one_two_people_confirmed(self) -> None:
        if self.state in {"confirmed", "notified", "rectified", "verified"} and self.is_first_class:
            said = [person for person, step in self.settled if step is AlertStep.CONFIRMED]
            assert len(set(said)) >= (1 if self.has_been_disputed else 2)

    settled: list[tuple[UserId, AlertStep]] = []  # noqa: RUF012 - replaced, never changed

    # The model

    def refusal(self, step: AlertStep, actor: UserId, reason: str, files: list[EvidenceId]) -> str | None:  # noqa: C901, PLR0911, PLR0912 - a list of rules, read from top to bottom
        state, word = self.state, step.value
        if actor in MACHINES:
            return "a machine"
        ways = {
            "raised": {"acknowledged", "confirmed", "dismissed", "unclear"},
            "acknowledged": {"confirmed", "dismissed", "unclear"},
            "in_review": {"confirmed", "dismissed", "unclear"},
            "confirmed": {"dismissed", "unclear", "notified", "paused", "resumed"},
            "dismissed": {"confirmed", "unclear", "closed"},
            "unclear": {"confirmed", "dismissed", "closed"},
            "notified": {"disputed", "rectified", "paused", "resumed"},
            "disputed": {"confirmed", "dismissed", "unclear", "paused", "resumed"},
            "rectified": {"verified", "sent_back", "paused", "resumed"},
            "verified": {"closed"},
            "closed": set(),
        }
        if word not in ways[state]:
            return "not from here"
        if word in {"paused", "resumed"} and self.is_paused is (word == "paused"):
            return "paused already, or not"
        if word == "disputed" and self.has_been_disputed:
            return "disputed before"
        changes = step in VERDICTS and state in {"confirmed", "dismissed", "unclear"}
        if changes and state != "unclear" and (self.is_first_class or self.has_been_disputed):
            return "it stands"
        if not reason.strip() and (word in {"dismissed", "disputed", "rectified", "sent_back", "paused"} or changes):
            return "no reason"
        if step in VERDICTS:
            if actor in self.answerers:
                return "a party"
            if state == "in_review" and actor in {person for person, _ in self.round}:
                return "spoken before"
            if self.has_been_disputed and actor in self.reviewers:
                return "reviewed before the dispute"
            shortest = timedelta(seconds=10 if self.is_first_class else 5)
            if actor not in self.looked or self.office.at - self.looked[actor] < shortest:
                return "not looked"
        if word in {"verified", "sent_back"} and (
            actor in self.answerers or (self.is_first_class and actor in self.reviewers)
        ):
            return "a party"
        if word in {"disputed", "rectified"} and actor in self.reviewers:
            return "a reviewer"
        if word == "rectified" and not files:
            return "no files"
        return None

    def follow(self, step: AlertStep, actor: UserId, files: list[EvidenceId]) -> None:
        if step in VERDICTS:
            self.judge(step, actor)
        elif step is AlertStep.SENT_BACK:
            self.state = "notified"
        elif step in {AlertStep.PAUSED, AlertStep.RESUMED}:
            self.is_paused = step is AlertStep.PAUSED
        else:
            self.state = step.value
        if step in {AlertStep.DISPUTED, AlertStep.RECTIFIED}:
            self.answerers.add(actor)
        if step is AlertStep.DISPUTED:
            self.has_been_disputed, self.round = True, []
        if files:
            self.free_files.remove(files[0])

    def judge(self, step: AlertStep, actor: UserId) -> None:
        is_appeal = self.state == "disputed"
        if self.state in {"confirmed", "dismissed", "unclear"}:
            self.round = []
        self.round = [*self.round, (actor, step)]
        self.reviewers.add(actor)
        said = [each for _, each in self.round]
        if self.is_first_class and not is_appeal and (len(said) == 1 or (len(said) == 2 and said[0] is not said[1])):
            self.state = "in_review"
        elif len(said) == 3 and self.is_first_class and not is_appeal and said.count(step) == 1:
            # The third either agrees with one of the two or nobody can tell.
            self.state, self.settled = "unclear", self.round
        else:
            self.state, self.settled = step.value, self.round

    # Tools

    def now(self) -> Alert:
        alert: Alert | None = self.office.journal.get(self.alert_id, EVERYTHING)
        assert alert is not None
        return alert

    def record(self, alert: Alert, word: str) -> None:
        self.office.review.steps.record(Taken(alert=alert, step=AlertStep(word), note=""), None)
        self.steps += 1

    def take(
        self, step: AlertStep, actor: UserId, reason: str, files: list[EvidenceId], expected_sequence: int
    ) -> Alert | None:
        return self.office.review.steps.take(
            self.alert_id,
            step,
            actor=actor,
            scope=EVERYTHING,
            expected_sequence=expected_sequence,
            reason=reason,
            files=files,
        )

    def teardown(self) -> None:
        if hasattr(self, "alert_id"):
            assert self.now().state is AlertState(self.state)
