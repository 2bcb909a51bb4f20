import pytest

from bench.machine import Neighbours, describe


def test_a_machine_is_described_by_what_it_is() -> None:
    found = describe()

    assert found.processor
    assert found.cores >= 1
    assert found.memory_bytes > 100_000_000
    assert set(found.packages) == {"av", "numpy", "onnxruntime", "opencv-python", "openvino"}


def test_the_share_that_neighbours_took_is_of_the_time_between_two_readings() -> None:
    assert Neighbours(30, 1100).stolen_share_since(Neighbours(20, 1000)) == pytest.approx(0.1)
    assert Neighbours(20, 1000).stolen_share_since(Neighbours(20, 1000)) == 0
    assert Neighbours.now().total > 0
