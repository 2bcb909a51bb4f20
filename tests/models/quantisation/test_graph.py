from pathlib import Path

import pytest

from models.errors import ModelFormatError
from models.quantisation.graph import input_name, is_quantised, kept_nodes, read_graph
from models.registry import ModelRegistry
from tests.detector.runtimes.networks import write_detector, write_network


@pytest.mark.parametrize("activation", ["relu", "silu"])
def test_the_last_convolutions_and_the_decoding_stay_as_they_are(tmp_path: Path, activation: str) -> None:
    path = write_detector(tmp_path / "network.onnx", 3, activation=activation)
    model = read_graph(path)

    kept = set(kept_nodes(model, path))

    assert {"make_boxes", "make_scores", "make_grown", "make_pixels", "make_shares", "make_output0"} <= kept
    assert {"make_stem", "make_stem_active", "make_body", "make_body_active"}.isdisjoint(kept)


def test_of_a_yolo_the_sum_over_the_bins_and_six_convolutions_are_kept() -> None:
    path = ModelRegistry().load("kitchen-n").path
    model = read_graph(path)

    kept = set(kept_nodes(model, path))
    convolutions = [node.name for node in model.graph.node if node.op_type == "Conv"]

    assert [name for name in convolutions if name in kept and "dfl" in name] == ["/model.23/dfl/conv/Conv"]
    assert len([name for name in convolutions if name in kept]) == 7
    assert len(convolutions) == 88


def test_a_network_without_a_body_is_refused(tmp_path: Path) -> None:
    path = write_network(tmp_path / "network.onnx", (1, 6, 84))

    with pytest.raises(ModelFormatError, match="expected convolutions before the last ones"):
        kept_nodes(read_graph(path), path)


def test_a_file_that_is_no_network_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "network.onnx"
    path.write_bytes(b"no network")

    with pytest.raises(ModelFormatError, match="expected an ONNX network"):
        read_graph(path)


def test_weights_are_no_inputs(tmp_path: Path) -> None:
    path = write_detector(tmp_path / "network.onnx", 2)

    assert input_name(read_graph(path), path) == "images"
    assert not is_quantised(read_graph(path))
