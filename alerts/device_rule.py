"""The rule of kind "device": a camera without pictures that can be relied on, or with a wrong clock, for long. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from alerts.hours_file import read_hours
from alerts.marked_yaml import Marked
from alerts.presence import ActiveWhen
from domain.schedule import DailyHours


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRule:
    """When a camera's condition, or its clock, becomes an alert about the device. Seconds are of the process's clock.

    The camera must be in one of `conditions` for `minimum_seconds`, or where `clock_offset_seconds` is set its clock be
    further off than that; it is right again at half of it, and nothing is said in between. The alert ends after
    `end_after_seconds` in which that was over, and then none is raised for `cool_down_seconds`. In
    `unclear_conditions` nothing can be said: a camera that is offline is neither covered nor not. What is open at
    closing time goes on until the device is well.
    """

    minimum_seconds: float
    end_after_seconds: float
    cool_down_seconds: float
    conditions: frozenset[str] = frozenset()
    clock_offset_seconds: float | None = None
    unclear_conditions: frozenset[str] = frozenset()
    active: ActiveWhen = ActiveWhen.ALWAYS
    hours: tuple[DailyHours, ...] = ()

    def is_broken(self, condition: str, clock_offset: float | None = None) -> bool | None:
        """None where nothing can be said. `clock_offset`: the camera's clock less ours in seconds, None: not known."""
        if self.clock_offset_seconds is not None:
            return _is_off(clock_offset, self.clock_offset_seconds)
        return None if condition in self.unclear_conditions else condition in self.conditions


class DeviceStep(StrEnum):
    RAISED = "raised"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceStanding:
    """One code on one camera: since when it is broken, and whether that is an alert already. Clocks in seconds."""

    is_open: bool = False
    broken_since: float | None = None
    broken_at: datetime | None = None
    last_broken: float = 0.0
    last_broken_at: datetime | None = None
    quiet_until: float = float("-inf")


def advance_device(
    rule: DeviceRule,
    standing: DeviceStanding,
    condition: str,
    *,
    clock: float,
    at: datetime,
    is_awake: bool,
    clock_offset: float | None = None,
) -> tuple[DeviceStanding, DeviceStep | None]:
    """Take the camera's condition at one moment into account; `clock` and `at` are that moment on both clocks."""
    is_broken = rule.is_broken(condition, clock_offset)
    if not standing.is_open:
        return _waiting(rule, standing, clock, at) if is_broken and is_awake else (_well(standing), None)
    if is_broken:
        return replace(standing, last_broken=clock, last_broken_at=at), None
    if is_broken is None:
        return replace(standing, last_broken=clock), None
    if clock - standing.last_broken < rule.end_after_seconds:
        return standing, None
    return replace(_well(standing), is_open=False, quiet_until=clock + rule.cool_down_seconds), DeviceStep.ENDED


def _waiting(
    rule: DeviceRule, standing: DeviceStanding, clock: float, at: datetime
) -> tuple[DeviceStanding, DeviceStep | None]:
    if standing.broken_since is None:
        standing = replace(standing, broken_since=clock, broken_at=at)
    standing = replace(standing, last_broken=clock, last_broken_at=at)
    assert standing.broken_since is not None
    is_due = clock - standing.broken_since >= rule.minimum_seconds and clock >= standing.quiet_until
    return (replace(standing, is_open=True), DeviceStep.RAISED) if is_due else (standing, None)


def _is_off(offset: float | None, limit: float) -> bool | None:
    if offset is None or limit / 2 < abs(offset) <= limit:
        return None
    return abs(offset) > limit


def _well(standing: DeviceStanding) -> DeviceStanding:
    return replace(standing, broken_since=None, broken_at=None)


DEVICE_NEEDED = ("kind", "minimum_seconds", "end_after_seconds", "cool_down_seconds")
DEVICE_FIELDS = (*DEVICE_NEEDED, "conditions", "clock_offset_seconds", "unclear_conditions", "active", "hours")
CONDITIONS = frozenset({"online", "degraded", "offline", "tampered"})


def read_device_rule(marked: Marked) -> DeviceRule:
    """Raises CatalogueError naming the field."""
    fields = marked.fields(DEVICE_FIELDS, DEVICE_NEEDED)
    unclear, clock = fields.get("unclear_conditions"), fields.get("clock_offset_seconds")
    if ("conditions" in fields) == (clock is not None):
        raise marked.fail("either conditions or clock_offset_seconds", "both" if clock else "neither")
    return DeviceRule(
        conditions=_conditions(fields["conditions"]) if "conditions" in fields else frozenset(),
        clock_offset_seconds=clock.number() if clock else None,
        minimum_seconds=fields["minimum_seconds"].number(),
        end_after_seconds=fields["end_after_seconds"].number(),
        cool_down_seconds=fields["cool_down_seconds"].number(),
        unclear_conditions=_conditions(unclear) if unclear else frozenset(),
        active=fields["active"].choice(ActiveWhen) if "active" in fields else ActiveWhen.ALWAYS,
        hours=read_hours(fields["hours"]) if "hours" in fields else (),
    )


def _conditions(marked: Marked) -> frozenset[str]:
    found = marked.texts()
    for word in found:
        if word not in CONDITIONS:
            raise marked.fail(f"conditions of a camera: {', '.join(sorted(CONDITIONS))}")
    return frozenset(found)
