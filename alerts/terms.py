"""How alerts of each class are reviewed, and by when what must be done: data of the catalogue (`life.yaml`)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from alerts.marked_yaml import Marked
from domain.life import Duty
from domain.risk import RiskClass


class Counting(StrEnum):
    """Which time counts: all of it, or only the site's opening hours."""

    ALWAYS = "always"
    OPEN_HOURS = "open_hours"


class Addressee(StrEnum):
    """Who is to hear that a time is over."""

    MANAGER = "manager"
    REVIEWER = "reviewer"
    OFFICER = "officer"
    SUPERVISOR = "supervisor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """One rung of a ladder: `seconds` (above 0) of counted time after the duty began, `tell` hears of it."""

    duty: Duty
    rung: int
    seconds: float
    tell: Addressee


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassTerms:
    """The terms of one class. Plain ones ask for one reviewer, no viewing time, and have no clock."""

    needs_second_review: bool = False
    minimum_viewing_seconds: float = 0.0
    verified_by_another: bool = False
    """Whoever verifies must not have reviewed the alert either."""
    counting: Counting = Counting.ALWAYS
    deadlines: tuple[Deadline, ...] = ()
    because: str = ""


PLAIN = ClassTerms()


@dataclass(frozen=True, slots=True)
class LifeTerms:
    """The terms of all classes; a class that is not named has plain ones."""

    classes: Mapping[RiskClass, ClassTerms] = field(default_factory=dict)

    def of(self, risk_class: RiskClass) -> ClassTerms:
        return self.classes.get(risk_class, PLAIN)

    def changed(self, classes: Mapping[RiskClass, ClassTerms]) -> "LifeTerms":
        """These terms with those of some classes in their place."""
        return LifeTerms({**self.classes, **classes})


DEADLINE_NEEDED = ("duty", "minutes", "tell")
CLASS_NEEDED = ("class", "because")
CLASS_FIELDS = (
    *CLASS_NEEDED,
    "second_review",
    "minimum_viewing_seconds",
    "verified_by_another",
    "counting",
    "deadlines",
)


def read_terms(items: Iterable[Marked]) -> dict[RiskClass, ClassTerms]:
    """A list of terms by class. Raises CatalogueError naming the field, what was expected and what was found."""
    found: dict[RiskClass, ClassTerms] = {}
    for marked in items:
        fields = marked.fields(CLASS_FIELDS, CLASS_NEEDED)
        risk_class = fields["class"].choice(RiskClass)
        if risk_class in found:
            raise fields["class"].fail("each class once")
        found[risk_class] = ClassTerms(
            needs_second_review="second_review" in fields and fields["second_review"].flag(),
            minimum_viewing_seconds=fields["minimum_viewing_seconds"].number()
            if "minimum_viewing_seconds" in fields
            else 0.0,
            verified_by_another="verified_by_another" in fields and fields["verified_by_another"].flag(),
            counting=fields["counting"].choice(Counting) if "counting" in fields else Counting.ALWAYS,
            deadlines=_deadlines(fields["deadlines"].items() if "deadlines" in fields else ()),
            because=fields["because"].text(),
        )
    return found


def _deadlines(items: Iterable[Marked]) -> tuple[Deadline, ...]:
    found: list[Deadline] = []
    for marked in items:
        fields = marked.fields(DEADLINE_NEEDED, DEADLINE_NEEDED)
        duty, seconds = fields["duty"].choice(Duty), fields["minutes"].number() * 60
        before = [one for one in found if one.duty is duty]
        if seconds <= (before[-1].seconds if before else 0):
            raise fields["minutes"].fail("more than 0, and more than the same duty's deadline before it")
        found.append(Deadline(duty=duty, rung=len(before) + 1, seconds=seconds, tell=fields["tell"].choice(Addressee)))
    return tuple(found)
