"""What becomes of a head when people teach it: pure steps from one state of it to the next.

Teaching changes nothing that judges. It makes a version, whose leave-one-out accuracy a person looks at; a version goes
live by that person's act alone, and not below the rule. Versions never change and none is thrown away.
"""

import math
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import numpy as np

from detector.evaluation import wilson
from detector.head_errors import HeadError, HeadNotFoundError, HeadNotReadyError, HeadStatusError
from detector.head_record import (
    Accuracy,
    Act,
    Example,
    Head,
    HeadStatus,
    HeadVersion,
    LearntNumbers,
    Mistake,
    StateCount,
    VersionEntry,
)
from detector.head_settings import HeadSettings
from detector.heads import HeadAnswer, distinct_counts, teach
from domain.geometry import FloatArray


def with_example(head: Head, example: Example, *, settings: HeadSettings) -> Head:
    """The head with one more example. A verdict on the same alert replaces the earlier one.

    Raises HeadError for a state it does not have, and where it is full.
    """
    if example.state not in head.states:
        raise HeadError("state", f"one of {', '.join(head.states)}", example.state)
    alert_id = example.origin.alert_id
    kept = tuple(one for one in head.examples if alert_id is None or one.origin.alert_id != alert_id)
    if len(kept) >= settings.most_examples:
        raise HeadError("examples", f"at most {settings.most_examples} (delete some)", str(len(kept) + 1))
    grown = head.model_copy(update={"examples": (*kept, example)})
    return grown.noted(Act.EXAMPLE_ADDED, at=example.at, actor=example.taught_by, note=example.state)


def without_examples(head: Head, example_ids: set[str], *, at: datetime, actor: str) -> Head:
    """Raises HeadNotFoundError for an example that is not there."""
    missing = example_ids - {example.example_id for example in head.examples}
    if missing:
        raise HeadNotFoundError("example", min(missing))
    kept = tuple(example for example in head.examples if example.example_id not in example_ids)
    return head.model_copy(update={"examples": kept}).noted(Act.EXAMPLE_REMOVED, at=at, actor=actor)


def learn(head: Head, *, at: datetime, actor: str, settings: HeadSettings) -> HeadVersion:
    """The next version, from the examples as they are now. Raises TeachingError where they do not suffice."""
    examples = head.examples
    empty = [state for state, count in head.counts().items() if count < 2]
    if empty:
        raise HeadError("examples", "at least two of each state", f"too few of {', '.join(empty)}")
    rows = np.stack([example.numbers for example in examples])
    states = [example.state for example in examples]
    lesson = teach(rows, states, least_confidence=settings.least_confidence)
    return HeadVersion(
        head_id=head.head_id,
        number=max((entry.number for entry in head.versions), default=0) + 1,
        taught_at=at,
        taught_by=actor,
        network=head.network,
        example_ids=tuple(example.example_id for example in examples),
        accuracy=_accuracy(head, rows, lesson.left_out),
        learnt=LearntNumbers.of(lesson.head),
    )


def with_version(head: Head, version: HeadVersion, sha256: str) -> Head:
    """The head that lists a version whose file is written."""
    entry = VersionEntry(
        number=version.number, sha256=sha256, taught_at=version.taught_at, accuracy=version.accuracy.accuracy
    )
    listed = head.model_copy(update={"versions": (*head.versions, entry)})
    return listed.noted(Act.TAUGHT, at=version.taught_at, actor=version.taught_by, version=version.number)


class LackKind(StrEnum):
    """What a version can fall short in."""

    EXAMPLES = "examples"  # different ones of a state
    ACCURACY = "accuracy"
    LOWER_BOUND = "lower_bound"
    ANSWERED = "answered"  # left-out examples that it dares to answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """Where a version falls short of the rule: counts for examples and answers, shares in [0, 1] else."""

    kind: LackKind
    needed: float
    found: float
    state: str | None = None


def lacks(version: HeadVersion, settings: HeadSettings) -> tuple[Lack, ...]:
    """Why a version may not go live; empty if it may."""
    accuracy = version.accuracy
    least_answered = math.ceil(settings.least_answered * accuracy.count)
    bounds = (
        (LackKind.ACCURACY, settings.least_accuracy, accuracy.accuracy),
        (LackKind.LOWER_BOUND, settings.least_lower_bound, accuracy.low),
        (LackKind.ANSWERED, least_answered, accuracy.answered),
    )
    return (
        *(
            Lack(kind=LackKind.EXAMPLES, needed=settings.least_examples, found=state.distinct, state=state.state)
            for state in accuracy.states
            if state.distinct < settings.least_examples
        ),
        *(Lack(kind=kind, needed=needed, found=found) for kind, needed, found in bounds if found < needed),
    )


def what_is_missing(version: HeadVersion, settings: HeadSettings) -> tuple[str, ...]:
    """The same in words."""
    return tuple(_words(lack, version.accuracy, settings) for lack in lacks(version, settings))


def _words(lack: Lack, accuracy: Accuracy, settings: HeadSettings) -> str:
    match lack.kind:
        case LackKind.EXAMPLES:
            return f"{lack.needed:.0f} different examples of each state, {lack.state} has {lack.found:.0f}"
        case LackKind.ACCURACY:
            return f"a leave-one-out accuracy of {lack.needed:.2f}, it is {lack.found:.2f}"
        case LackKind.LOWER_BOUND:
            return (
                f"a lower bound of its accuracy of {lack.needed:.2f}, it is {lack.found:.2f} "
                f"({accuracy.right} of {accuracy.count} right)"
            )
        case LackKind.ANSWERED:
            return (
                f"an answer for {settings.least_answered:.0%} of the left-out examples, "
                f"it dares {accuracy.answered} of {accuracy.count}"
            )


def gone_live(head: Head, version: HeadVersion, *, at: datetime, actor: str, settings: HeadSettings) -> Head:
    """The head with this version in service; an older one than before is a roll-back.

    Raises HeadNotReadyError where the version is below the rule, HeadStatusError if it is live already.
    """
    if head.live_version == version.number:
        raise HeadStatusError(head.head_id, wanted="put live", status=f"live with version {version.number}")
    missing = what_is_missing(version, settings)
    if missing:
        raise HeadNotReadyError(head.head_id, missing)
    earlier = [entry.version for entry in head.history if entry.act in {Act.WENT_LIVE, Act.ROLLED_BACK}]
    act = Act.ROLLED_BACK if version.number in earlier else Act.WENT_LIVE
    live = head.model_copy(update={"status": HeadStatus.LIVE, "live_version": version.number})
    return live.noted(act, at=at, actor=actor, version=version.number)


def retired(head: Head, *, at: datetime, actor: str) -> Head:
    """The head out of service. Raises HeadStatusError unless it is live."""
    if head.status is not HeadStatus.LIVE:
        raise HeadStatusError(head.head_id, wanted="retired", status=head.status.value)
    out = head.model_copy(update={"status": HeadStatus.RETIRED, "live_version": None})
    return out.noted(Act.RETIRED, at=at, actor=actor, version=head.live_version)


def version_before(head: Head) -> int:
    """The version that was live before the present or latest one. Raises HeadNotFoundError."""
    lives = [entry.version for entry in head.history if entry.act in {Act.WENT_LIVE, Act.ROLLED_BACK}]
    latest = lives[-1] if lives else None
    for number in reversed(lives):
        if number is not None and number != latest:
            return number
    raise HeadNotFoundError("version", "before the live one")


def _accuracy(head: Head, rows: FloatArray, left_out: tuple[HeadAnswer, ...]) -> Accuracy:
    judged = list(zip(head.examples, left_out, strict=True))
    right = sum(answer.likeliest == example.state for example, answer in judged)
    answered = [(example, answer) for example, answer in judged if answer.state is not None]
    interval = wilson(right, len(judged))
    assert interval is not None
    distinct = distinct_counts(rows, [example.state for example in head.examples])
    return Accuracy(
        count=len(judged),
        right=right,
        accuracy=right / len(judged),
        low=max(0.0, interval.low),
        high=min(1.0, interval.high),
        answered=len(answered),
        answered_right=sum(answer.state == example.state for example, answer in answered),
        states=tuple(
            StateCount(
                state=state,
                count=sum(example.state == state for example, _ in judged),
                right=sum(example.state == state == answer.likeliest for example, answer in judged),
                distinct=distinct[state],
            )
            for state in head.states
        ),
        mistakes=tuple(
            Mistake(
                example_id=example.example_id,
                state=example.state,
                said=answer.likeliest,
                confidence=min(1.0, answer.confidence),
            )
            for example, answer in judged
            if answer.likeliest != example.state
        ),
    )
