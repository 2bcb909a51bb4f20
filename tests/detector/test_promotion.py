from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.comparison import AlarmComparison, Comparison, LabelComparison
from detector.evaluation import Interval, LabelFigures
from detector.promotion import Decision, PromotionFacts, PromotionRule, decide, load_rule
from domain.detection import ModelReference
from models.data.errors import LabelFileError

RULE = load_rule()
NETWORKS = [ModelReference(name=name, version="1", sha256="0" * 64) for name in ("present", "candidate")]


def figures(label: str, ap50: float) -> LabelFigures:
    return LabelFigures(
        label=label,
        ap50=ap50,
        ap50_interval=None,
        ap50_95=ap50,
        threshold=0.5,
        precision=0.9,
        precision_interval=None,
        recall=0.5,
        recall_interval=None,
        count=60,
        reported=30,
    )


def label(name: str, before: float, after: float, reach: float | None = 0.01) -> LabelComparison:
    difference = after - before
    interval = None if reach is None else Interval(low=difference - reach, high=difference + reach)
    return LabelComparison(label=name, current=figures(name, before), candidate=figures(name, after), interval=interval)


def alarms(current: int, candidate: int) -> AlarmComparison:
    return AlarmComparison(pictures=40, current=current, candidate=candidate, interval=None)


def facts(*labels: LabelComparison, dismissed: AlarmComparison | None = None, **changes: object) -> PromotionFacts:
    compared = Comparison(
        current=NETWORKS[0],
        candidate=NETWORKS[1],
        pictures=100,
        labels=labels or (label("rodent", 0.7, 0.75), label("cat", 0.8, 0.8)),
        alarms=dismissed,
    )
    plain = PromotionFacts(
        comparison=compared,
        needed=frozenset({"rodent"}),
        usable=frozenset({"rodent", "cat"}),
        file_growth=1.0,
        time_growth=1.0,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def unmet(decision: Decision) -> list[str]:
    return [finding.condition for finding in decision.findings if not finding.is_met]


def test_a_better_network_is_accepted() -> None:
    assert decide(RULE, facts(dismissed=alarms(12, 3))).is_accepted


@pytest.mark.parametrize(
    ("given_facts", "condition"),
    [
        (facts(label("rodent", 0.70, 0.70), label("cat", 0.8, 0.77)), "mean_ap50_loss"),
        (facts(label("rodent", 0.70, 0.66), label("cat", 0.8, 0.9)), "needed_ap50_loss"),
        (facts(label("rodent", 0.70, 0.66, None), label("cat", 0.8, 0.9)), "needed_ap50_loss"),
        (facts(needed=frozenset({"rodent", "fire"}), usable=frozenset({"rodent", "fire"})), "unmeasured_needed"),
        (facts(usable=frozenset({"cat"})), "needed_usable"),
        (facts(dismissed=alarms(3, 4)), "more_dismissed_alarms"),
        (facts(file_growth=1.6), "largest_file_growth"),
        (facts(time_growth=1.6), "largest_time_growth"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_condition_rejects_alone_and_says_why(given_facts: PromotionFacts, condition: str) -> None:
    decision = decide(RULE, given_facts)

    assert unmet(decision) == [condition]
    assert next(finding for finding in decision.findings if finding.condition == condition).reason != ""


def test_a_loss_that_may_be_chance_is_no_reason_alone() -> None:
    assert decide(RULE, facts(label("rodent", 0.70, 0.66, 0.05), label("cat", 0.8, 0.9))).is_accepted


def test_a_label_that_no_rule_needs_may_become_worse_as_long_as_the_mean_holds() -> None:
    assert decide(RULE, facts(label("rodent", 0.7, 0.8), label("cat", 0.8, 0.72))).is_accepted


def test_too_few_pictures_decide_nothing() -> None:
    few = replace(facts().comparison, pictures=19)

    assert unmet(decide(RULE, facts(comparison=few))) == ["least_pictures"]


def test_nothing_measured_is_no_acceptance() -> None:
    nothing = replace(facts().comparison, labels=())

    assert "mean_ap50_loss" in unmet(decide(RULE, facts(comparison=nothing, needed=frozenset())))


def test_an_operator_may_allow_labels_that_were_not_measured() -> None:
    rule = RULE.model_copy(update={"unmeasured_needed": "allow"})
    given_facts = facts(needed=frozenset({"rodent", "fire"}), usable=frozenset({"rodent", "fire"}))

    decision = decide(rule, given_facts)

    assert decision.is_accepted
    assert "not measured: fire" in [finding.reason for finding in decision.findings]


SHARES = st.floats(0.0, 1.0)


@given(SHARES, SHARES, st.floats(0.0, 0.5), st.integers(0, 40), st.integers(0, 40))
def test_a_network_is_never_accepted_for_being_worse(
    before: float, after: float, loss: float, current: int, candidate: int
) -> None:
    better = facts(label("rodent", before, after), dismissed=alarms(current, candidate))
    worse = facts(label("rodent", before, max(0.0, after - loss)), dismissed=alarms(current, candidate + 1))

    assert decide(RULE, better).is_accepted or not decide(RULE, worse).is_accepted


@given(SHARES, st.integers(0, 40))
def test_the_very_same_network_is_always_accepted(ap50: float, raised: int) -> None:
    assert decide(RULE, facts(label("rodent", ap50, ap50), dismissed=alarms(raised, raised))).is_accepted


def test_a_misspelt_condition_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rule.yaml"
    path.write_text("version: 1\nmean_ap50_los: 0.1\n")

    with pytest.raises(LabelFileError):
        load_rule(path)


def test_every_condition_has_an_explanation() -> None:
    fields = PromotionRule.model_fields
    assert [name for name, field in fields.items() if name != "version" and not field.description] == []
