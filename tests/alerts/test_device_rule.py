from datetime import timedelta

import pytest

from alerts.catalogue import load_catalogue
from alerts.device_rule import DeviceRule, DeviceStanding, DeviceStep, advance_device
from alerts.presence import ActiveWhen
from tests.alerts.samples import EPOCH

CATALOGUE = load_catalogue()
RULE = DeviceRule(
    conditions=frozenset({"tampered"}),
    unclear_conditions=frozenset({"offline"}),
    minimum_seconds=600,
    end_after_seconds=60,
    cool_down_seconds=3600,
)


class Clock:
    """One code on one camera, told how the camera is once in ten seconds."""

    def __init__(self, rule: DeviceRule = RULE) -> None:
        self.rule = rule
        self.standing = DeviceStanding()
        self.seconds = 0.0

    def told(
        self, condition: str, seconds: float, *, is_awake: bool = True, off: float | None = None
    ) -> list[tuple[DeviceStep, float]]:
        """The steps in this time, each with the second at which it came."""
        steps = []
        for _ in range(round(seconds / 10)):
            self.seconds += 10
            self.standing, step = advance_device(
                self.rule,
                self.standing,
                condition,
                clock=self.seconds,
                at=EPOCH + timedelta(seconds=self.seconds),
                is_awake=is_awake,
                clock_offset=off,
            )
            if step is not None:
                steps.append((step, self.seconds))
        return steps


def test_a_camera_that_is_covered_for_its_time_is_one_alert() -> None:
    clock = Clock()

    assert clock.told("online", 100) == []
    assert clock.told("tampered", 600) == []
    assert clock.told("tampered", 3000) == [(DeviceStep.RAISED, 710)]
    assert clock.standing.broken_at == EPOCH + timedelta(seconds=110)


def test_a_camera_that_recovers_in_time_is_none() -> None:
    clock = Clock()

    for _ in range(5):
        assert clock.told("tampered", 590) == []
        assert clock.told("online", 10) == []


def test_an_alert_ends_once_the_camera_was_well_for_a_while() -> None:
    clock = Clock()
    clock.told("tampered", 700)

    assert clock.told("online", 50) == []
    assert clock.told("tampered", 10) == []
    assert clock.told("degraded", 200) == [(DeviceStep.ENDED, 820)]


def test_what_is_offline_is_neither_covered_nor_not() -> None:
    clock = Clock()
    clock.told("tampered", 700)

    assert clock.told("offline", 7200) == []
    assert clock.standing.is_open
    assert clock.told("online", 60) == [(DeviceStep.ENDED, clock.seconds)]


def test_after_an_end_the_device_is_quiet_for_its_cool_down() -> None:
    clock = Clock()
    clock.told("tampered", 700)
    clock.told("online", 60)

    assert clock.told("tampered", 3500) == []
    assert [step for step, _ in clock.told("tampered", 200)] == [DeviceStep.RAISED]


def test_outside_its_hours_nothing_begins_but_what_is_open_goes_on() -> None:
    clock = Clock()

    assert clock.told("tampered", 3600, is_awake=False) == []
    assert clock.told("tampered", 600) == []
    assert [step for step, _ in clock.told("tampered", 10)] == [DeviceStep.RAISED]
    assert clock.told("tampered", 3600, is_awake=False) == []
    assert clock.standing.is_open


CLOCK = DeviceRule(clock_offset_seconds=30, minimum_seconds=600, end_after_seconds=60, cool_down_seconds=86400)


@pytest.mark.parametrize("off", [31.0, -28800.0])
def test_a_clock_that_is_off_for_long_is_one_alert_until_it_is_well_right_again(off: float) -> None:
    clock = Clock(CLOCK)

    assert clock.told("online", 600, off=off) == []
    assert [step for step, _ in clock.told("online", 3600, off=off)] == [DeviceStep.RAISED]
    assert clock.told("online", 3600, off=20.0) == []  # near the limit on the other side
    assert clock.told("offline", 3600) == []  # nobody knows
    assert [step for step, _ in clock.told("online", 120, off=-2.0)] == [DeviceStep.ENDED]


def test_a_clock_that_is_right_or_not_known_is_no_alert_whatever_the_pictures_are() -> None:
    clock = Clock(CLOCK)

    assert clock.told("tampered", 3600) == []
    assert clock.told("tampered", 3600, off=-0.4) == []
    assert clock.told("offline", 3600, off=29.0) == []


def test_the_catalogue_asks_for_all_codes_without_any_network() -> None:
    assert CATALOGUE.device_codes == {"camera.clock", "camera.offline", "camera.tampered"}
    assert CATALOGUE.rules_for(None, frozenset()) == {}
    assert set(CATALOGUE.device_rules_for(None)) == CATALOGUE.device_codes
    assert set(CATALOGUE.device_rules_for({"camera.offline", "pest.rodent"})) == {"camera.offline"}
    for code in CATALOGUE.device_codes:
        assert CATALOGUE.available(frozenset())[code].state == "enabled"
        rule = CATALOGUE.device_rules_for(None)[code]
        assert rule.active is (ActiveWhen.ALWAYS if code == "camera.clock" else ActiveWhen.BUSINESS_HOURS)


@pytest.mark.parametrize("condition", ["online", "degraded"])
def test_neither_rule_is_broken_by_a_camera_that_gives_sound_pictures(condition: str) -> None:
    for rule in CATALOGUE.device_rules_for(None).values():
        assert rule.is_broken(condition, 0.1) is False
