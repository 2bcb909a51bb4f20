from alerts.catalogue import load_catalogue
from detector.settings import DetectorSettings
from service.demo.pace import DEMO_COOL_DOWN_SECONDS, DEMO_LONGEST_SIDE_PX, hastened, sharpened


def test_the_demonstration_never_makes_anybody_wait_long() -> None:
    rules = [entry.rule for entry in hastened(load_catalogue()) if entry.rule]
    assert rules
    assert all(rule.cool_down_seconds <= DEMO_COOL_DOWN_SECONDS for rule in rules)


def test_nothing_but_the_cool_down_is_another() -> None:
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
