from alerts.catalogue import load_catalogue
from detector.head_settings import HeadSettings
from detector.settings import DetectorSettings
from service.demo.pace import (
    DEMO_COOL_DOWN_SECONDS,
    DEMO_LONGEST_SIDE_PX,
    DEMO_LOOK_SECONDS,
    DEMO_STATE_SECONDS,
    hastened,
    sharpened,
)


def test_the_demonstration_never_makes_anybody_wait_long() -> None:
    rules = [entry.rule for entry in hastened(load_catalogue()) if entry.rule]
    assert rules
    assert all(rule.cool_down_seconds <= DEMO_COOL_DOWN_SECONDS for rule in rules)


def test_a_state_that_people_taught_is_told_within_a_clip() -> None:
    rules = [entry.taught_rule for entry in hastened(load_catalogue()) if entry.taught_rule]
    assert rules
    for rule in rules:
        assert rule.minimum_seconds == DEMO_STATE_SECONDS
        assert rule.unattended_seconds < DEMO_STATE_SECONDS
        assert rule.cool_down_seconds <= DEMO_COOL_DOWN_SECONDS
    assert sharpened(DetectorSettings()).heads.interval_seconds == DEMO_LOOK_SECONDS
    chosen = DetectorSettings(heads=HeadSettings(interval_seconds=10.0))
    assert sharpened(chosen).heads.interval_seconds == 10.0


def test_of_rules_that_nobody_taught_nothing_but_the_cool_down_is_another() -> None:
    catalogue = load_catalogue()
    demo = hastened(catalogue)
    assert [entry.risk for entry in demo] == [entry.risk for entry in catalogue]
    assert demo.version == catalogue.version
    for before, after in zip(catalogue, demo, strict=True):
        if before.rule and after.rule:
            assert before.rule.minimum_seconds == after.rule.minimum_seconds


def test_the_demonstration_looks_at_whole_pixels_unless_a_size_was_chosen() -> None:
    assert sharpened(DetectorSettings()).longest_side_px == DEMO_LONGEST_SIDE_PX
    assert sharpened(DetectorSettings(longest_side_px=416)).longest_side_px == 416
