import hashlib
from pathlib import Path

import pytest
import yaml

from detector.sessions import check_session, open_session
from detector.testing import ScriptedSession, make_manifest
from models.errors import ModelFormatError, ModelLabelCountError
from models.manifest import FixedSize, Head, NetworkInput
from models.registry import LoadedModel, ModelRegistry
from tests.detector.runtimes.networks import write_network

PATH = Path("network.onnx")
ANCHORS = 672  # of a blank picture of 128x256


def loaded(path: Path, head: Head = Head.NMS) -> LoadedModel:
    return LoadedModel(manifest=make_manifest({"rodent": 0.5, "person": 0.4}, head=head), path=path)


def test_the_network_that_we_ship_opens() -> None:
    assert open_session(ModelRegistry().load("kitchen-n")).runtime == "onnxruntime"


def test_a_network_with_another_number_of_labels_is_refused(tmp_path: Path) -> None:
    path = write_network(tmp_path / "network.onnx", (1, 4 + 80, ANCHORS))

    with pytest.raises(ModelLabelCountError, match="expected 2 labels as in the manifest, found 80") as raised:
        open_session(loaded(path))

    assert (raised.value.expected, raised.value.found) == (2, 80)


@pytest.mark.parametrize(
    ("head", "shape"),
    [
        (Head.NMS, (1, ANCHORS, 6)),
        (Head.NMS, (1, 6, 4, 168)),
        (Head.NMS, (1, 1000)),
        (Head.NMS, (1, 4, ANCHORS)),
        (Head.NMS, (3, 6, ANCHORS)),
        (Head.END_TO_END, (1, 6, ANCHORS)),
        (Head.END_TO_END, (1, 1000)),
    ],
    ids=["transposed", "four axes", "a classifier", "no labels", "three answers", "a raw head", "classifier as e2e"],
)
def test_output_of_another_shape_is_refused(tmp_path: Path, head: Head, shape: tuple[int, ...]) -> None:
    path = write_network(tmp_path / "network.onnx", shape)

    with pytest.raises(ModelFormatError, match="expected output of shape"):
        open_session(loaded(path, head))


def test_an_end_to_end_network_opens(tmp_path: Path) -> None:
    path = write_network(tmp_path / "network.onnx", (1, 300, 6))

    assert open_session(loaded(path, Head.END_TO_END)).runtime == "onnxruntime"


def test_a_network_that_refuses_the_size_of_its_manifest_is_refused(tmp_path: Path) -> None:
    path = write_network(tmp_path / "network.onnx", (1, 6, 84), input_shape=(1, 3, 64, 64))

    with pytest.raises(ModelFormatError, match=r"expected a network that takes \(1, 3, 128, 256\)"):
        open_session(loaded(path))


def test_a_network_of_fixed_size_is_tried_at_that_size() -> None:
    session = ScriptedSession(label_count=2)
    fixed = NetworkInput(stride=32, longest_side_px=416, fixed_size=FixedSize(width_px=416, height_px=256))

    check_session(session, make_manifest(network_input=fixed), PATH)

    assert session.batches == [(1, 3, 256, 416)]


@pytest.mark.parametrize("content", [b"", b"no network"], ids=["empty", "text"])
def test_a_registered_file_that_is_no_network_is_refused_at_the_start(tmp_path: Path, content: bytes) -> None:
    folder = tmp_path / "scripted"
    folder.mkdir()
    (folder / "scripted.onnx").write_bytes(content)
    document = make_manifest().model_dump(mode="json") | {"sha256": hashlib.sha256(content).hexdigest()}
    (folder / "manifest.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")

    with pytest.raises(ModelFormatError, match="expected an ONNX network"):
        open_session(ModelRegistry(tmp_path).load("scripted"))
