# torch may be missing, and the package that is tested needs it
import numpy as np
import pytest

pytest.importorskip("torch", reason="torch is not here: call scripts/setup-train")

from models.attire import Calibration
from models.training.attire.calibration import Decision, balanced_accuracy, decide, platt, probability

RNG = np.random.default_rng(7)


def test_a_logit_that_is_a_probability_already_is_left_alone() -> None:
    logits = RNG.normal(0, 2, 20_000)
    is_present = RNG.random(20_000) < 1 / (1 + np.exp(-logits))

    found = platt(logits, is_present)

    assert found.scale == pytest.approx(1.0, abs=0.06)
    assert found.shift == pytest.approx(0.0, abs=0.06)


def test_a_logit_that_is_too_sure_is_toned_down() -> None:
    truth = RNG.normal(0.5, 1.5, 20_000)
    is_present = RNG.random(20_000) < 1 / (1 + np.exp(-truth))

    found = platt(4.0 * truth + 2.0, is_present)

    assert probability(np.array([4.0 * 1.0 + 2.0]), found)[0] == pytest.approx(1 / (1 + np.exp(-1.0)), abs=0.03)


def test_the_doubtful_are_left_out_and_no_more_than_allowed() -> None:
    is_present = np.arange(400) % 2 == 0
    logits = np.where(is_present, 3.0, -3.0)
    logits[:20] = np.where(is_present[:20], -0.2, 0.2)  # wrong, and not sure

    chosen = decide(logits, np.full(400, 5.0), is_present, abstained=0.1)
    said, said_present = chosen.decided(logits, np.full(400, 5.0))

    assert not said[:20].any()
    assert said[20:].all()
    assert balanced_accuracy(said_present[said], is_present[said]) == 1.0


def test_where_nobody_may_be_left_out_everybody_is_judged() -> None:
    is_present = np.arange(100) % 2 == 0
    logits = RNG.normal(0, 1, 100) + np.where(is_present, 1.0, -1.0)

    chosen = decide(logits, RNG.normal(3, 1, 100), is_present, abstained=0.0)

    assert chosen.decided(logits, np.full(100, 9.0))[0].all()


def test_what_is_not_clear_is_not_judged() -> None:
    decision = Decision(
        calibration=Calibration(scale=1.0, shift=0.0), absent_below=0.4, present_above=0.6, clear_above=0.5
    )

    said, said_present = decision.decided(np.array([5.0, 5.0, -5.0, 0.0]), np.array([1.0, -1.0, 1.0, 1.0]))

    assert said.tolist() == [True, False, True, False]
    assert said_present.tolist() == [True, True, False, False]


def test_without_both_kinds_there_is_no_balanced_accuracy() -> None:
    assert balanced_accuracy(np.array([True]), np.array([True])) == 0.0
