from alerts.catalogue import load_catalogue
from service.demo.pace import DEMO_COOL_DOWN_SECONDS, hastened


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
