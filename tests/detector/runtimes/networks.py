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
