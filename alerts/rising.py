"""When the class of an alert rises: rules as data of the catalogue, judged over what is known of its camera. Pure.

A class only ever rises. Rules look at facts, not at what was done before, so the order in which facts become known does
not matter: the class that an alert reaches is the highest that any rule leads to.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.marked_yaml import Marked
from domain.life import RiseCause
from domain.risk import Duty, RiskClass

# Advice stays advice however often it is given, and a device is no finding.
NEVER_RISES = frozenset({Duty.SHOULD, Duty.OPS})


@dataclass(frozen=True, slots=True, kw_only=True)
class RiseRule:
    """What makes alerts of a code ones of class `to`.

    `needed`: seconds with pictures (or readings) in which it was there (`LASTS`), alerts of the code that are open at
    the camera at once (`SUBJECTS`), or that were raised there within `within_days` times 24 hours, this one included
    (`REPEATS`). `beside`: any of these codes is open at the camera at the same time (`TOGETHER`).
    """

    to: RiskClass
    cause: RiseCause
    needed: float
    because: str
    within_days: int = 0
    beside: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What is known of an alert that lasts, beside its class.

    `lasted_seconds` None: nobody can say how long it was there. `at_once` and `beside` are about alerts that are open
    at its camera, itself included in the number. `earlier` are the moments at which others of its code were raised
    there. Alerts that a person dismissed or could not judge are in none of them.
    """

    raised_at: datetime
    lasted_seconds: float | None = None
    at_once: int = 1
    beside: frozenset[str] = frozenset()
    earlier: Sequence[datetime] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRise:
    """The class that an alert must have by now, and what was found; see `domain.life.Rise`."""

    to: RiskClass
    cause: RiseCause
    found: float
    needed: float
    within_days: int = 0
    codes: tuple[str, ...] = ()

    @property
    def note(self) -> str:
        """In words, Chinese and English."""
        found, needed = f"{self.found:.0f}", f"{self.needed:g}"
        match self.cause:
            case RiseCause.LASTS:
                words = f"已持续 {found} 秒（lasts {found} s, rule: {needed} s）"
            case RiseCause.SUBJECTS:
                words = f"同时 {found} 处（{found} at once, rule: {needed}）"
            case RiseCause.REPEATS:
                days = self.within_days
                words = f"{days} 天内第 {found} 次（number {found} within {days} days, rule: {needed}）"
            case RiseCause.TOGETHER:
                words = f"同时存在（together with） {', '.join(self.codes)}"
            case _:
                words = "由边缘节点上报（told by the edge）"
        return f"→ {self.to.value}: {words}"


def due_rise(rules: Iterable[RiseRule], risk_class: RiskClass, situation: Situation) -> DueRise | None:
    """The highest class above `risk_class` that a rule leads to, by the first such rule; None: it stays."""
    highest: DueRise | None = None
    for rule in rules:
        if not rule.to.is_above(highest.to if highest else risk_class):
            continue
        codes = tuple(sorted(rule.beside & situation.beside))
        found = float(len(codes)) if rule.cause is RiseCause.TOGETHER else _found(rule, situation)
        if found >= rule.needed:
            highest = DueRise(
                to=rule.to,
                cause=rule.cause,
                found=found,
                needed=rule.needed,
                within_days=rule.within_days,
                codes=codes if rule.cause is RiseCause.TOGETHER else (),
            )
    return highest


def _found(rule: RiseRule, situation: Situation) -> float:
    match rule.cause:
        case RiseCause.LASTS:
            return -1.0 if situation.lasted_seconds is None else situation.lasted_seconds
        case RiseCause.SUBJECTS:
            return float(situation.at_once)
    since = situation.raised_at - timedelta(days=rule.within_days)
    return 1.0 + sum(since <= at <= situation.raised_at for at in situation.earlier)


RISE_NEEDED = ("to", "because")
RISE_KINDS: Mapping[str, RiseCause] = {
    "lasts_seconds": RiseCause.LASTS,
    "subjects": RiseCause.SUBJECTS,
    "repeats": RiseCause.REPEATS,
    "together_with": RiseCause.TOGETHER,
}
RISE_FIELDS = (*RISE_NEEDED, *RISE_KINDS, "within_days")


def read_rises(marked: Marked, risk_class: RiskClass, duty: Duty) -> tuple[RiseRule, ...]:
    """The rules of one code. Raises CatalogueError naming the field, what was expected and what was found."""
    items = list(marked.items())
    if items and (duty in NEVER_RISES or risk_class is RiskClass.OPS):
        raise marked.fail(f"no rises where the duty is {duty} and the class {risk_class}", f"{len(items)}")
    return tuple(_read_rise(item, risk_class) for item in items)


def _read_rise(marked: Marked, risk_class: RiskClass) -> RiseRule:
    fields = marked.fields(RISE_FIELDS, RISE_NEEDED)
    kinds = [name for name in RISE_KINDS if name in fields]
    if len(kinds) != 1:
        raise marked.fail(f"exactly one of {', '.join(RISE_KINDS)}", ", ".join(kinds) or "none")
    cause = RISE_KINDS[kinds[0]]
    if (cause is RiseCause.REPEATS) != ("within_days" in fields):
        raise marked.fail("within_days with repeats, and only there", kinds[0])
    to = fields["to"].choice(RiskClass)
    if not to.is_above(risk_class):
        raise fields["to"].fail(f"a class above {risk_class}", to.value)
    return RiseRule(
        to=to,
        cause=cause,
        needed=_needed(fields[kinds[0]], cause),
        because=fields["because"].text(),
        within_days=fields["within_days"].whole_number(minimum=1) if "within_days" in fields else 0,
        beside=frozenset(fields[kinds[0]].texts()) if cause is RiseCause.TOGETHER else frozenset(),
    )


def _needed(marked: Marked, cause: RiseCause) -> float:
    if cause is RiseCause.TOGETHER:
        if not marked.texts():
            raise marked.fail("at least one code", "none")
        return 1.0
    if cause is RiseCause.LASTS:
        seconds = marked.number()
        if seconds <= 0:
            raise marked.fail("more than 0 seconds")
        return seconds
    return float(marked.whole_number(minimum=2))
