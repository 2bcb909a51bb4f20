from pathlib import Path

import numpy as np
import pytest
from onnx import numpy_helper

from models.quantisation.bias import LEVELS, correct_biases, mean_shift, rounded
from models.quantisation.graph import kept_nodes, read_graph
from tests.detector.runtimes.networks import write_detector

RNG = np.random.default_rng(8)


def test_rounded_weights_lie_on_the_levels_of_their_channel() -> None:
    weights = RNG.normal(size=(5, 3, 3, 3)).astype(np.float32)
    scales = np.abs(weights).max(axis=(1, 2, 3), keepdims=True) / LEVELS

    steps = rounded(weights) / scales

    assert np.allclose(steps, np.round(steps), atol=1e-4)
    assert np.abs(rounded(weights) - weights).max() <= scales.max() / 2 + 1e-6


def test_a_channel_of_zeros_stays_zero() -> None:
    assert rounded(np.zeros((2, 1, 1, 1), dtype=np.float32)).tolist() == np.zeros((2, 1, 1, 1)).tolist()


@pytest.mark.parametrize("groups", [1, 2, 6], ids=["ordinary", "two groups", "depthwise"])
def test_the_shift_is_what_the_rounded_weights_do_to_a_constant_input(groups: int) -> None:
    weights = RNG.normal(size=(12, 6 // groups, 3, 3)).astype(np.float32)
    means = RNG.random(6).astype(np.float32)
    change = rounded(weights) - weights
    expected = [
        sum(
            change[out, wide].sum() * means[out // (12 // groups) * (6 // groups) + wide] for wide in range(6 // groups)
        )
        for out in range(12)
    ]

    assert np.allclose(mean_shift(weights, means), expected, atol=1e-5)


def test_only_convolutions_that_are_quantised_get_another_bias(tmp_path: Path) -> None:
    path = write_detector(tmp_path / "network.onnx", 2)
    model, before = read_graph(path), read_graph(path)

    correct_biases(model, kept_nodes(model, path), [{"images": np.full((1, 3, 32, 32), 0.5, dtype=np.float32)}])

    biases, originals = (
        {each.name: numpy_helper.to_array(each) for each in network.graph.initializer if each.name.endswith("_b")}
        for network in (model, before)
    )
    changed = {name for name, bias in biases.items() if not np.array_equal(bias, originals[name])}
    assert changed == {"stem_b", "body_b"}
