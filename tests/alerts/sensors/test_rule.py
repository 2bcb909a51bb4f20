"""A value out of its range for long enough: dwell, hysteresis, and silence that is neither good nor bad."""

import math
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.catalogue import load_catalogue
from alerts.sensors.rule import (
    SensorRange,
    SensorRule,
    SensorStanding,
    SensorState,
    SensorStep,
    advance_sensor,
    state_of,
)
from tests.alerts.samples import EPOCH

RULE = SensorRule(
    minimum_seconds=600, end_after_seconds=120, cool_down_seconds=900, silent_after_seconds=180, hysteresis=0.5
)
FRIDGE = SensorRange(minimum=0.0, maximum=8.0)


@dataclass
class Fridge:
    """A thermometer that is read once a minute."""

    rule: SensorRule = RULE
    standing: SensorStanding = field(default_factory=SensorStanding)
    clock: float = 1000.0
    is_awake: bool = True

    def reads(self, value: float, minutes: int) -> list[SensorStep]:
        steps = [self.read(value) for _ in range(minutes)]
        return [step for step in steps if step is not None]

    def read(self, value: float) -> SensorStep | None:
        self.clock += 60
        at = EPOCH + timedelta(seconds=self.clock - 1000)
        self.standing, step = advance_sensor(
            self.rule, FRIDGE, self.standing, value, clock=self.clock, at=at, is_awake=self.is_awake
        )
        return step

    def is_silent(self, minutes: int) -> None:
        self.clock += 60 * minutes

    @property
    def state(self) -> SensorState:
        return state_of(self.rule, self.standing, self.clock)


def test_too_warm_for_its_time_is_one_alert_which_ends_when_it_was_cold_for_a_while() -> None:
    fridge = Fridge()

    assert fridge.reads(9.0, 10) == []
    assert fridge.reads(9.0, 30) == [SensorStep.RAISED]
    assert fridge.standing.out_at == EPOCH + timedelta(minutes=1)
    assert fridge.reads(4.0, 2) == []
    assert fridge.reads(4.0, 2) == [SensorStep.ENDED]


def test_a_door_that_was_open_for_a_moment_is_none() -> None:
    fridge = Fridge()

    for _ in range(20):
        assert fridge.reads(12.0, 8) == []
        assert fridge.reads(4.0, 1) == []


@pytest.mark.parametrize(("value", "is_out"), [(-0.1, True), (0.0, False), (8.0, False), (8.1, True)])
def test_both_ends_of_the_range_are_allowed(value: float, *, is_out: bool) -> None:
    assert (Fridge().reads(value, 20) == [SensorStep.RAISED]) is is_out


def test_what_hovers_at_the_edge_does_not_flicker() -> None:
    fridge = Fridge()
    fridge.reads(9.0, 20)

    assert [step for _ in range(30) for step in (*fridge.reads(8.1, 1), *fridge.reads(7.8, 1))] == []
    assert fridge.standing.is_open
    assert fridge.reads(7.5, 4) == [SensorStep.ENDED]


def test_silence_is_no_data_never_compliant_and_ends_nothing() -> None:
    fridge = Fridge()
    states = [fridge.state]
    for value, minutes in ((4.0, 1), (9.0, 20)):
        fridge.reads(value, minutes)
        states.append(fridge.state)
    fridge.is_silent(600)
    states.append(fridge.state)

    assert states == [SensorState.NO_DATA, SensorState.WITHIN, SensorState.OUT, SensorState.NO_DATA]
    assert fridge.standing.is_open
    assert fridge.reads(9.0, 5) == []
    assert fridge.reads(4.0, 2) == []
    fridge.is_silent(60)
    assert fridge.reads(4.0, 2) == []  # the time in which it was cold begins anew
    assert fridge.reads(4.0, 1) == [SensorStep.ENDED]


def test_silence_is_nobody_s_dwell() -> None:
    fridge = Fridge()
    fridge.reads(9.0, 8)
    fridge.is_silent(60)

    assert fridge.reads(9.0, 10) == []
    assert fridge.reads(9.0, 1) == [SensorStep.RAISED]


def test_after_an_end_it_is_quiet_for_the_cool_down_and_raises_if_it_is_still_out_then() -> None:
    fridge = Fridge()
    fridge.reads(9.0, 12)
    assert fridge.reads(4.0, 4) == [SensorStep.ENDED]

    assert fridge.reads(9.0, 13) == []
    assert fridge.reads(9.0, 2) == [SensorStep.RAISED]


def test_outside_its_hours_nothing_begins_but_what_is_open_goes_on() -> None:
    fridge = Fridge(is_awake=False)
    assert fridge.reads(9.0, 60) == []
    fridge.is_awake = True
    assert fridge.reads(9.0, 11) == [SensorStep.RAISED]
    fridge.is_awake = False
    assert fridge.reads(9.0, 60) == []
    assert fridge.reads(4.0, 5) == [SensorStep.ENDED]


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_no_reading(value: float) -> None:
    fridge = Fridge()

    assert fridge.reads(value, 60) == []
    assert fridge.state is SensorState.NO_DATA


def test_a_reading_that_is_not_newer_changes_nothing() -> None:
    fridge = Fridge()
    fridge.reads(9.0, 1)
    before = fridge.standing
    fridge.clock -= 60

    fridge.read(4.0)

    assert fridge.standing is before


@pytest.mark.parametrize(("minimum", "maximum"), [(None, None), (8.0, 8.0), (8.0, 0.0)])
def test_a_range_that_allows_nothing_or_everything_is_none(minimum: float | None, maximum: float | None) -> None:
    with pytest.raises(ValueError, match="minimum"):
        SensorRange(minimum=minimum, maximum=maximum)


def test_a_margin_wider_than_the_range_leaves_its_middle() -> None:
    assert FRIDGE.holds(4.0, margin=100.0)
    assert not FRIDGE.holds(4.1, margin=100.0)
    assert str(SensorRange(maximum=-12.0)) == "..-12"


def test_the_catalogue_has_the_rule_and_no_camera_judges_the_code() -> None:
    entry = load_catalogue().entries["iot.temperature"]

    assert entry.rule is None
    assert entry.sensor_rule is not None
    assert (entry.sensor_rule.minimum_seconds, entry.sensor_rule.hysteresis) == (1800.0, 0.5)
    assert load_catalogue().sensor_rules == {"iot.temperature": entry.sensor_rule}


READINGS = st.lists(
    st.tuples(st.sampled_from([60.0, 60.0, 60.0, 120.0, 181.0, 5000.0]), st.floats(-5, 15)), max_size=120
)


@settings(max_examples=100)
@given(readings=READINGS)
def test_no_alert_without_its_dwell_of_readings_that_are_out(readings: list[tuple[float, float]]) -> None:
    standing, clock, out_since, last = SensorStanding(), 0.0, None, -math.inf
    is_open = False
    for step_seconds, value in readings:
        clock += step_seconds
        if clock - last > RULE.silent_after_seconds:
            out_since = None
        last = clock
        if FRIDGE.holds(value, RULE.hysteresis):
            out_since = None
        elif out_since is None:
            out_since = clock
        standing, step = advance_sensor(RULE, FRIDGE, standing, value, clock=clock, at=EPOCH, is_awake=True)
        if step is SensorStep.RAISED:
            assert not is_open
            assert out_since is not None
            assert clock - out_since >= RULE.minimum_seconds
            assert not FRIDGE.holds(value, RULE.hysteresis)
        if step is SensorStep.ENDED:
            assert is_open
            assert FRIDGE.holds(value, RULE.hysteresis)
        is_open = standing.is_open
