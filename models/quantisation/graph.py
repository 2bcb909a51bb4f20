"""Which nodes of a detector stay in single precision: the way from its last convolutions to its boxes.

There a step of 1/255 of the range is a step of pixels, or of confidence: distances are summed up from 16 bins each,
multiplied by the stride, and joined with scores in [0, 1] in one array, for which one 8-bit scale would be no use.
"""

from collections import deque
from pathlib import Path
from typing import Any

import onnx

from models.errors import ModelFormatError

_CONVOLUTION = "Conv"
_SHAPE = "Shape"  # the way to a tensor's size is no way to its values


def read_graph(path: Path) -> Any:
    """The ONNX model. Raises ModelFormatError for another file."""
    try:
        return onnx.load(str(path))
    except Exception as error:  # protobuf's DecodeError, OSError and what wrong bytes lead to share no base
        found = f"{type(error).__name__}: {error}".splitlines()[0]
        raise ModelFormatError(path, expected="an ONNX network", found=found) from error


def is_quantised(model: Any) -> bool:
    return any(node.op_type in {"QuantizeLinear", "QLinearConv"} for node in model.graph.node)


def kept_nodes(model: Any, path: Path) -> list[str]:
    """Names of the nodes to leave alone: the decode part and the last convolutions before it.

    The last convolutions are those from which a way without further convolutions leads to the output. One with a
    single output channel is the sum over the bins of YOLO's distances and part of the decoding. Raises
    ModelFormatError where nothing would be left to quantise.
    """
    makers = {output: node for node in model.graph.node for output in node.output}
    widths = {tensor.name: tensor.dims[0] for tensor in model.graph.initializer if tensor.dims}
    kept: dict[str, Any] = {}
    waiting = deque(makers[output.name] for output in model.graph.output if output.name in makers)
    while waiting:
        node = waiting.popleft()
        if node.name in kept or node.op_type == _SHAPE:
            continue
        kept[node.name] = node
        if node.op_type != _CONVOLUTION or widths.get(node.input[1]) == 1:
            waiting.extend(makers[name] for name in node.input if name in makers)
    left = [node for node in model.graph.node if node.op_type == _CONVOLUTION and node.name not in kept]
    if not left:
        raise ModelFormatError(path, expected="convolutions before the last ones of its head", found="none")
    return list(kept)


def input_name(model: Any, path: Path) -> str:
    """The name of the only input. Raises ModelFormatError where there are more or none."""
    weights = {tensor.name for tensor in model.graph.initializer}
    names = [each.name for each in model.graph.input if each.name not in weights]
    if len(names) != 1:
        raise ModelFormatError(path, expected="one input", found=", ".join(names) or "none")
    return str(names[0])
