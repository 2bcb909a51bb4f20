"""An application for repair of a published penalty: drafted and filed by the enterprise, decided by an officer. Pure.

People only, and two sides: whoever acted for the enterprise in an application decides nothing in it. An application
changes nothing on record by itself; a decision to grant writes the step into ledger C in the same transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from credit.errors import ApplicationStepError, GuardError
from credit.ledger import require_person
from domain.frame import require_utc
from domain.ids import EnterpriseId, UserId
from domain.text import require_text


class ApplicationState(StrEnum):
    DRAFTED = "drafted"
    FILED = "filed"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def is_over(self) -> bool:
        return self in {ApplicationState.GRANTED, ApplicationState.REFUSED, ApplicationState.WITHDRAWN}

    @property
    def takes_materials(self) -> bool:
        """The enterprise may still add and remove papers."""
        return self in {ApplicationState.DRAFTED, ApplicationState.RETURNED}


STEPS: Mapping[ApplicationState, frozenset[ApplicationState]] = MappingProxyType(
    {
        ApplicationState.DRAFTED: frozenset({ApplicationState.FILED, ApplicationState.WITHDRAWN}),
        ApplicationState.FILED: frozenset(
            {ApplicationState.ACCEPTED, ApplicationState.RETURNED, ApplicationState.WITHDRAWN}
        ),
        ApplicationState.RETURNED: frozenset({ApplicationState.FILED, ApplicationState.WITHDRAWN}),
        ApplicationState.ACCEPTED: frozenset(
            {ApplicationState.GRANTED, ApplicationState.REFUSED, ApplicationState.WITHDRAWN}
        ),
        ApplicationState.GRANTED: frozenset(),
        ApplicationState.REFUSED: frozenset(),
        ApplicationState.WITHDRAWN: frozenset(),
    }
)
"""Which state may follow which. What is not here is refused."""

OF_OFFICERS = frozenset(
    {ApplicationState.ACCEPTED, ApplicationState.RETURNED, ApplicationState.GRANTED, ApplicationState.REFUSED}
)
DECISIONS = frozenset({ApplicationState.GRANTED, ApplicationState.REFUSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationStep:
    """One step by one person. `document_no` and `decided_on` belong to a decision, and to nothing else."""

    application_id: str
    sequence: int
    state: ApplicationState
    actor_id: UserId
    at: datetime
    reason: str = ""
    document_no: str = ""
    decided_on: date | None = None

    def __post_init__(self) -> None:
        require_utc("at", self.at)
        require_person(self.actor_id, f"an application is {self.state}")
        if self.sequence < 1:
            raise ValueError(f"sequence must be at least 1, got {self.sequence}")
        needs_reason = self.state in {ApplicationState.RETURNED, ApplicationState.REFUSED}
        if needs_reason and not self.reason.strip():
            raise GuardError("reason", f"why it is {self.state}", "nothing")
        is_decision = self.state in DECISIONS
        if is_decision:
            try:
                require_text("document_no", self.document_no)
            except ValueError as error:
                raise GuardError("document_no", "the number of the decision's document", str(error)) from None
        if is_decision != (self.decided_on is not None) or (self.document_no and not is_decision):
            raise GuardError("decided_on", "number and day of a decision, and only of one", str(self.decided_on))

    @property
    def is_officers(self) -> bool:
        return self.state in OF_OFFICERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """One record's application under one policy. `steps` are all of its steps, oldest first, never empty."""

    application_id: str
    record_id: str
    enterprise_id: EnterpriseId
    policy_id: str
    steps: tuple[ApplicationStep, ...]

    def __post_init__(self) -> None:
        if not self.steps or self.steps[0].state is not ApplicationState.DRAFTED:
            raise ValueError("an application begins with its draft")

    @property
    def state(self) -> ApplicationState:
        return self.steps[-1].state

    @property
    def next_sequence(self) -> int:
        return self.steps[-1].sequence + 1

    def last(self, state: ApplicationState) -> ApplicationStep | None:
        """The latest step into a state."""
        return next((step for step in reversed(self.steps) if step.state is state), None)

    def people(self, *, officers: bool) -> frozenset[UserId]:
        """Who acted on one side of it."""
        return frozenset(step.actor_id for step in self.steps if step.is_officers is officers)


def require_step(application: Application, step: ApplicationStep) -> None:
    """Raise ApplicationStepError or GuardError unless the step may be taken now by who takes it."""
    if step.state not in STEPS[application.state]:
        raise ApplicationStepError(application.application_id, step=step.state.value, state=application.state.value)
    if step.sequence != application.next_sequence:
        raise ApplicationStepError(application.application_id, step=step.state.value, state="changed meanwhile")
    if step.actor_id in application.people(officers=not step.is_officers):
        raise GuardError("two_sides", "another person than who acted for the other side", step.actor_id)
    if step.at < application.steps[-1].at:
        raise GuardError("at", f"an instant from {application.steps[-1].at.isoformat()} on", step.at.isoformat())
    if step.decided_on is not None:
        accepted = application.last(ApplicationState.ACCEPTED)
        # A day begins in China before it begins in UTC: both ends are wide by a day.
        first = (accepted or application.steps[0]).at.date()
        last = (step.at + timedelta(hours=14)).date()
        if not first <= step.decided_on <= last:
            raise GuardError("decided_on", f"a day from {first} to {last}", step.decided_on.isoformat())


def add_working_days(day: date, count: int) -> date:
    """So many working days later, Monday to Friday. Public holidays are not known here: the true day may be later."""
    if count < 0:
        raise ValueError(f"count must not be negative, got {count}")
    while count > 0:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day
