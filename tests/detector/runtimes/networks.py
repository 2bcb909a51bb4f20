"""Small ONNX networks made for tests, node by node."""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def write_network(
    path: Path, output_shape: tuple[int, ...], *, input_shape: tuple[int | str, ...] = ("batch", 3, "height", "width")
) -> Path:
    """A network that answers zeros of one shape, plus the mean of the picture so that it depends on its input."""
    zeros = numpy_helper.from_array(np.zeros(output_shape, dtype=np.float32), "zeros")
    nodes = [
        helper.make_node("ReduceMean", ["images"], ["mean"], keepdims=0),
        helper.make_node("Add", ["zeros", "mean"], ["output0"]),
    ]
    graph = helper.make_graph(
        nodes,
        "constant",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, input_shape)],
        [helper.make_tensor_value_info("output0", TensorProto.FLOAT, output_shape)],
        [zeros],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())
    return path


def write_detector(path: Path, label_count: int, *, activation: str = "relu", seed: int = 5) -> Path:
    """A raw YOLO head on random convolutions: (batch, 4 + labels, anchors), one anchor for each 8 by 8 pixels.

    Batch, height and width are free. It is built as a detector is: convolutions with ReLU or SiLU, last convolutions
    for boxes and scores, and a decode part.
    """
    rng = np.random.default_rng(seed)
    weights: list[onnx.TensorProto] = []
    nodes: list[onnx.NodeProto] = []

    def constant(name: str, values: object, kind: type[np.generic] = np.float32) -> str:
        weights.append(numpy_helper.from_array(np.asarray(values, dtype=kind), name))
        return name

    def node(kind: str, inputs: list[str], output: str, **attributes: object) -> str:
        nodes.append(helper.make_node(kind, inputs, [output], name=f"make_{output}", **attributes))
        return output

    def convolution(source: str, name: str, wide: int, width: int, side: int, stride: int) -> str:
        scale = 1 / np.sqrt(wide * side * side)
        filters = constant(f"{name}_w", rng.normal(0, 2 * scale, (width, wide, side, side)))
        bias = constant(f"{name}_b", rng.normal(0, 0.1, width))
        half = side // 2
        return node("Conv", [source, filters, bias], name, strides=[stride, stride], pads=[half] * 4)

    def active(source: str) -> str:
        if activation == "relu":
            return node("Relu", [source], f"{source}_active")
        return node("Mul", [source, node("Sigmoid", [source], f"{source}_gate")], f"{source}_active")

    features = active(convolution("images", "stem", 3, 8, 3, 4))
    features = active(convolution(features, "body", 8, 16, 3, 2))
    flat = constant("flat", [0, 0, -1], np.int64)
    boxes = node("Reshape", [convolution(features, "boxes", 16, 4, 1, 1), flat], "flat_boxes")
    scores = node("Reshape", [convolution(features, "scores", 16, label_count, 1, 1), flat], "flat_scores")
    sides = node("Mul", [node("Exp", [boxes], "grown"), constant("stride", 8.0)], "pixels")
    node("Concat", [sides, node("Sigmoid", [scores], "shares")], "output0", axis=1)
    shape = ("batch", 3, "height", "width")
    graph = helper.make_graph(
        nodes,
        "detector",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("output0", TensorProto.FLOAT, ("batch", 4 + label_count, "anchors"))],
        weights,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())
    return path
