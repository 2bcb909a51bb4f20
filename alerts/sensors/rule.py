"""The rule of kind "sensor": a value that is out of its range for long enough. Pure.

No reading is "no data": it neither begins nor ends anything, and nobody may take it for "all is well".
"""

import math
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from alerts.hours_file import read_hours
from alerts.marked_yaml import Marked
from alerts.presence import ActiveWhen
from domain.schedule import DailyHours

KIND = "sensor"


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorRule:
    """When readings become an alert. Seconds are of the process's clock.

    The value must be out of its range for `minimum_seconds` of readings; the alert ends after `end_after_seconds` of
    readings that lie within the range by `hysteresis` (in the sensor's unit) or more, and then none is raised for
    `cool_down_seconds`. Two readings further apart than `silent_after_seconds` have a silence between them: what was
    about to begin or to end begins anew.
    """

    minimum_seconds: float
    end_after_seconds: float
    cool_down_seconds: float
    silent_after_seconds: float
    hysteresis: float = 0.0
    active: ActiveWhen = ActiveWhen.ALWAYS
    hours: tuple[DailyHours, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorRange:
    """What is allowed, both ends included; None: no end on that side."""

    minimum: float | None = None
    maximum: float | None = None

    def __post_init__(self) -> None:
        if self.minimum is None and self.maximum is None:
            raise ValueError("a range needs a minimum, a maximum or both")
        if self.minimum is not None and self.maximum is not None and self.minimum >= self.maximum:
            raise ValueError(f"minimum must be below maximum, got {self.minimum:g} and {self.maximum:g}")

    def holds(self, value: float, margin: float = 0.0) -> bool:
        """Whether the value lies within the range, by at least a margin; never by more than half of it."""
        if self.minimum is not None and self.maximum is not None:
            margin = min(margin, (self.maximum - self.minimum) / 2)
        return (self.minimum is None or value >= self.minimum + margin) and (
            self.maximum is None or value <= self.maximum - margin
        )

    def __str__(self) -> str:
        low = "" if self.minimum is None else f"{self.minimum:g}"
        high = "" if self.maximum is None else f"{self.maximum:g}"
        return f"{low}..{high}"


class SensorState(StrEnum):
    """What is known of a sensor now."""

    WITHIN = "within"
    OUT = "out"
    NO_DATA = "no_data"


class SensorStep(StrEnum):
    RAISED = "raised"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorStanding:
    """One sensor: its last reading, since when it is out or back, and whether that is an alert. Clocks in seconds."""

    is_open: bool = False
    is_out: bool = False
    read_at: float | None = None
    out_since: float | None = None
    out_at: datetime | None = None
    last_out_at: datetime | None = None
    back_since: float | None = None
    out_seconds: float = 0.0
    """Between readings that were all out of the range; silences and what lies within are left out."""
    quiet_until: float = float("-inf")


def advance_sensor(
    rule: SensorRule,
    allowed: SensorRange,
    standing: SensorStanding,
    value: float,
    *,
    clock: float,
    at: datetime,
    is_awake: bool,
) -> tuple[SensorStanding, SensorStep | None]:
    """Take one reading into account; `clock` and `at` are its moment on both clocks.

    A value that is no number, and a reading that is not newer than the one before, change nothing.
    """
    if not math.isfinite(value) or (standing.read_at is not None and clock <= standing.read_at):
        return standing, None
    if standing.read_at is None or clock - standing.read_at > rule.silent_after_seconds:
        out_seconds = standing.out_seconds if standing.is_open else 0.0
        standing = replace(
            standing, out_since=None, out_at=None, back_since=None, is_out=standing.is_open, out_seconds=out_seconds
        )
        gap = 0.0
    else:
        gap = clock - standing.read_at
    is_out = not allowed.holds(value, rule.hysteresis if standing.is_out else 0.0)
    out_seconds = standing.out_seconds + (gap if is_out and standing.is_out else 0.0)
    standing = replace(standing, read_at=clock, is_out=is_out, out_seconds=out_seconds)
    if standing.is_open:
        return _open(rule, standing, clock, at)
    if not is_out or not is_awake:
        return replace(standing, out_since=None, out_at=None, out_seconds=0.0), None
    if standing.out_since is None:
        standing = replace(standing, out_since=clock, out_at=at)
    standing = replace(standing, last_out_at=at)
    assert standing.out_since is not None
    is_due = clock - standing.out_since >= rule.minimum_seconds and clock >= standing.quiet_until
    return (replace(standing, is_open=True, back_since=None), SensorStep.RAISED) if is_due else (standing, None)


def _open(
    rule: SensorRule, standing: SensorStanding, clock: float, at: datetime
) -> tuple[SensorStanding, SensorStep | None]:
    if standing.is_out:
        return replace(standing, back_since=None, last_out_at=at), None
    since = clock if standing.back_since is None else standing.back_since
    if clock - since < rule.end_after_seconds:
        return replace(standing, back_since=since), None
    quiet_until = clock + rule.cool_down_seconds
    return SensorStanding(read_at=clock, quiet_until=quiet_until, last_out_at=standing.last_out_at), SensorStep.ENDED


def state_of(rule: SensorRule, standing: SensorStanding, clock: float) -> SensorState:
    """What is known now: after a silence nothing, whatever the last reading was."""
    if standing.read_at is None or clock - standing.read_at > rule.silent_after_seconds:
        return SensorState.NO_DATA
    return SensorState.OUT if standing.is_out else SensorState.WITHIN


SENSOR_NEEDED = ("kind", "minimum_seconds", "end_after_seconds", "cool_down_seconds", "silent_after_seconds")
SENSOR_NUMBERS = (*SENSOR_NEEDED[1:], "hysteresis")
SENSOR_FIELDS = ("kind", *SENSOR_NUMBERS, "active", "hours")


def read_sensor_rule(marked: Marked) -> SensorRule:
    """The rule of kind "sensor" of a catalogue's file. Raises CatalogueError."""
    fields = marked.fields(SENSOR_FIELDS, SENSOR_NEEDED)
    if fields["kind"].text() != KIND:
        raise fields["kind"].fail(f"the kind {KIND}")
    given: dict[str, object] = {name: fields[name].number() for name in SENSOR_NUMBERS if name in fields}
    if "active" in fields:
        given["active"] = fields["active"].choice(ActiveWhen)
    if "hours" in fields:
        given["hours"] = read_hours(fields["hours"])
    return SensorRule(**given)  # type: ignore[arg-type]  # the names are those of its fields
