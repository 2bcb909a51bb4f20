import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.catalogue import load_catalogue
from detector.evaluation import Judged
from detector.thresholds import THRESHOLDS, Choice, Ground, choose, choose_and_cross_fit
from domain.risk import RiskClass
from models.targets import Targets, load_targets

TARGETS = load_targets()


def judged(confidences: list[float], verdicts: list[bool], truth_count: int) -> Judged:
    return Judged(
        confidences=np.array(confidences, dtype=np.float32),
        is_right=np.array(verdicts, dtype=np.bool_),
        truth_count=truth_count,
    )


def chosen(confidences: list[float], verdicts: list[bool], truth_count: int, label: str = "bin") -> Choice:
    return choose(judged(confidences, verdicts, truth_count), label, TARGETS)


def test_the_lowest_threshold_that_is_right_often_enough_is_chosen() -> None:
    found = chosen([0.90, 0.80, 0.70, 0.60, 0.50, 0.40], [True, True, True, True, False, False], 10)

    assert found.threshold == pytest.approx(0.51)
    assert (found.ground, found.asked_precision) == (Ground.TARGET, 0.9)


def test_a_label_of_class_one_must_also_find_three_of_ten() -> None:
    confidences, verdicts = [0.90, 0.80, 0.40, 0.40], [True, True, True, False]

    # Above 0.4 two of ten are found: enough for a bin, too few for a rodent.
    assert chosen(confidences, verdicts, 10, "bin").threshold == pytest.approx(0.41)
    found = chosen(confidences, verdicts, 10, "rodent")
    assert (found.ground, found.risk_class, found.least_recall) == (Ground.BALANCE, "I", 0.30)
    assert found.threshold <= 0.4


def test_where_the_target_is_out_of_reach_a_lower_precision_is_tried_before_the_balance() -> None:
    confidences, verdicts = [0.9] * 6 + [0.3] * 20, [True] * 5 + [False] + [True] * 5 + [False] * 15

    found = chosen(confidences, verdicts, 12)

    assert (found.ground, found.asked_precision, found.target_precision) == (Ground.LOWERED, 0.8, 0.9)
    assert 0.3 < found.threshold <= 0.9


def test_where_nothing_is_right_often_enough_the_best_balance_is_chosen() -> None:
    found = chosen([0.9] + [0.4, 0.4] * 5, [True] + [True, False] * 5, 10)

    # Above 0.4 one of ten is found: too few; at 0.4 six of eleven are right and six of ten are found.
    assert (found.ground, found.asked_precision) == (Ground.BALANCE, None)
    assert found.threshold <= 0.4


def test_few_boxes_never_speak_for_a_low_threshold() -> None:
    confidences, verdicts = [0.9] * 9 + [0.06] * 5, [True] * 14

    assert chosen(confidences, verdicts, 14).threshold == pytest.approx(0.25)
    assert chosen(confidences * 4, verdicts * 4, 56).threshold == pytest.approx(0.05)


def slow_choice(found: Judged, targets: Targets, label: str) -> float:
    """The rule as it reads."""
    rows = []
    floor = 0.25 if found.truth_count < 50 else 0.0
    for threshold in THRESHOLDS[floor <= THRESHOLDS]:
        sure = found.confidences >= np.float32(threshold)
        right, reported = int((sure & found.is_right).sum()), int(sure.sum())
        rows.append((float(threshold), right / reported if reported else 0.0, right / max(found.truth_count, 1)))
    for asked in targets.precisions(label):
        for threshold, precision, recall in rows:
            if precision >= asked and recall >= targets.target(label).least_recall:
                return threshold
    return max(rows, key=lambda row: 2 * row[1] * row[2] / (row[1] + row[2]) if row[1] + row[2] else 0.0)[0]


@given(
    st.lists(st.tuples(st.floats(0, 1, width=32), st.booleans()), max_size=40),
    st.integers(1, 20),
    st.sampled_from(["bin", "rodent", "phone"]),
)
def test_the_choice_is_that_of_a_slow_reference(detections: list[tuple[float, bool]], missed: int, label: str) -> None:
    verdicts = [right for _, right in detections]
    found = judged([confidence for confidence, _ in detections], verdicts, sum(verdicts) + missed)

    assert choose(found, label, TARGETS).threshold == slow_choice(found, TARGETS, label)


def crossed(seed: int = 0, count: int = 300) -> Choice:
    """One box and two detections a scene; whether a detection is right has nothing to do with its confidence."""
    random = np.random.default_rng(seed)
    found = judged(
        random.uniform(0.05, 1.0, 2 * count).tolist(), (random.uniform(size=2 * count) < 0.45).tolist(), count
    )
    scenes = np.repeat(np.arange(count), 2)
    return choose_and_cross_fit(found, scenes, np.ones(count, dtype=np.intp), "bin", TARGETS)


def test_an_estimate_by_halves_is_not_fooled_by_chance() -> None:
    fit = crossed().cross_fit

    assert fit is not None
    assert fit.precision is not None
    assert fit.precision == pytest.approx(0.45, abs=0.05)  # what is true of every threshold here
    assert fit.precision_interval is not None
    assert fit.precision_interval.low < fit.precision < fit.precision_interval.high
    assert fit.lowest <= fit.highest
    assert crossed().cross_fit == fit  # no dice


def test_scenes_stay_whole() -> None:
    """The same thing in fifty pictures of one scene and nothing anywhere else: no half can vouch for the other."""
    found = judged([0.9] * 50, [True] * 50, 50)

    choice = choose_and_cross_fit(found, np.zeros(50, dtype=np.intp), np.array([50, 0]), "bin", TARGETS)

    assert choice.ground is Ground.TARGET
    assert choice.cross_fit is None


def test_where_all_is_clear_both_halves_agree() -> None:
    found = judged([0.9, 0.2] * 40, [True, False] * 40, 40)
    scenes = np.repeat(np.arange(40), 2)

    fit = choose_and_cross_fit(found, scenes, np.ones(40, dtype=np.intp), "bin", TARGETS).cross_fit

    assert fit is not None
    assert (fit.precision, fit.recall, fit.reported) == (1.0, 1.0, 40.0)


# The targets themselves


def test_every_label_has_the_class_of_the_most_serious_code_that_it_raises() -> None:
    order = [RiskClass.I, RiskClass.II, RiskClass.III]
    wanted: dict[str, str] = {}
    for risk_class in reversed(order):
        for entry in load_catalogue():
            if entry.rule and entry.risk.risk_class is risk_class:
                wanted |= dict.fromkeys(entry.rule.labels, risk_class.value)

    assert dict(TARGETS.labels) == wanted


def test_a_target_is_lowered_in_steps_and_not_below_the_least() -> None:
    assert TARGETS.precisions("phone") == [0.95, 0.9, 0.85, 0.8]
    assert TARGETS.precisions("rodent") == [0.9, 0.85, 0.8]
    assert TARGETS.risk_class("helmet") == "none"


def test_a_class_without_a_target_is_refused() -> None:
    with pytest.raises(ValueError, match="classes without a target: none"):
        Targets(classes={}, step=0.05, least_precision=0.8, few_boxes=50, least_of_few=0.25, labels={})
