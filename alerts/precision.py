"""How often findings were right by people's verdicts, and how often reviewers agree. For quality assurance only. Pure.

Precision is of codes and cameras. About a reviewer only one thing is counted: of the verdicts that another reviewer
has judged too (a second review, a dispute), how many agree. No speed, no rank, and nothing about kitchen workers.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from alerts.ports import VerdictCount
from detector.evaluation import Interval, wilson
from domain.alert import Alert, AlertState
from domain.ids import UserId
from domain.life import Life, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """`hits` of `total`, with the 95 % interval of Wilson's score. `value` and bounds are None where `total` is 0."""

    hits: int
    total: int

    @property
    def value(self) -> float | None:
        return self.hits / self.total if self.total else None

    @property
    def interval(self) -> Interval | None:
        """Bounds as shares of 1."""
        return wilson(self.hits, self.total)


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """Of the findings that people could judge, how many they confirmed. `unclear` ones are not among them."""

    code: str
    camera_id: str | None
    share: Share
    unclear: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Of one reviewer's verdicts that another one judged too, how many were the same."""

    reviewer_id: UserId
    second_reviews: Share
    disputes: Share


def by_code(counts: Iterable[VerdictCount]) -> list[Precision]:
    return _summed(counts, lambda count: (count.code, None))


def by_code_and_camera(counts: Iterable[VerdictCount]) -> list[Precision]:
    return _summed(counts, lambda count: (count.code, count.camera_id))


def _summed(counts: Iterable[VerdictCount], key: Callable[[VerdictCount], tuple[str, str | None]]) -> list[Precision]:
    found: dict[tuple[str, str | None], list[VerdictCount]] = {}
    for count in counts:
        found.setdefault(key(count), []).append(count)
    return [
        Precision(
            code=code,
            camera_id=camera_id,
            share=Share(
                hits=sum(one.confirmed for one in some), total=sum(one.confirmed + one.dismissed for one in some)
            ),
            unclear=sum(one.unclear for one in some),
        )
        for (code, camera_id), some in sorted(found.items(), key=lambda pair: (pair[0][0], pair[0][1] or ""))
    ]


def agreements(alerts: Iterable[Alert]) -> list[Agreement]:
    """By reviewer, in order of their ids.

    In a second review each of the first two verdicts is compared with the other one: neither knew of the other. A
    verdict that was disputed is compared with the decision. What is not decided yet is left out, and so is the third
    verdict of a round, whose author knew both.
    """
    second: dict[UserId, list[bool]] = {}
    disputed: dict[UserId, list[bool]] = {}
    for alert in alerts:
        if alert.life is None or alert.state is AlertState.IN_REVIEW:
            continue
        for one, other in _pairs(alert.life):
            second.setdefault(one.reviewer_id, []).append(one.state is other.state)
            second.setdefault(other.reviewer_id, []).append(one.state is other.state)
        outcome = alert.life.dispute.outcome if alert.life.dispute else None
        if outcome is not None:
            for verdict in _disputed(alert.life):
                disputed.setdefault(verdict.reviewer_id, []).append(verdict.state is outcome)
    return [
        Agreement(
            reviewer_id=reviewer_id,
            second_reviews=_share(second.get(reviewer_id, ())),
            disputes=_share(disputed.get(reviewer_id, ())),
        )
        for reviewer_id in sorted(second.keys() | disputed.keys())
    ]


def _pairs(life: Life) -> Iterable[tuple[Verdict, Verdict]]:
    for number in range(1, life.round + 1):
        spoken = [verdict for verdict in life.verdicts if verdict.round == number]
        if len(spoken) >= 2:
            yield spoken[0], spoken[1]


def _disputed(life: Life) -> list[Verdict]:
    """The verdicts of the last round before the decision."""
    assert life.dispute is not None
    before = [verdict for verdict in life.verdicts if verdict.at <= life.dispute.at]
    last = max((verdict.round for verdict in before), default=0)
    return [verdict for verdict in before if verdict.round == last]


def _share(outcomes: Iterable[bool]) -> Share:
    listed = list(outcomes)
    return Share(hits=sum(listed), total=len(listed))
