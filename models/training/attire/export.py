"""A trained attire network as ONNX: batch free, size of the crop fixed, weights kept in half precision.

The weights are half as large on disk and are widened to single precision when the file is opened (the runtime folds
the casts away), so that nothing is computed in half precision.
"""

import copy
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from models.framing import Framing
from models.training.attire.network import AttireNetwork
from models.training.attire.recipe import AttireRecipe
from models.training.checkpoint import write as write_tensors
from models.training.errors import CheckpointError

OPSET = 17
_LEAST_HALVED = 256  # values: smaller tensors gain nothing


def write_onnx(trained: Any, framing: Framing, path: Path) -> None:
    """The network stays as it is. Output (batch, 2 * attributes)."""
    network = copy.deepcopy(trained).cpu().float().eval().to(memory_format=torch.contiguous_format)
    blank = torch.zeros(1, 3, framing.height_px, framing.width_px)
    with torch.inference_mode(), warnings.catch_warnings():
        # As in models.training.export: the older exporter is deprecated, its dynamic axis is tested.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network,
            (blank,),
            str(path),
            opset_version=OPSET,
            dynamo=False,
            do_constant_folding=True,
            input_names=["crops"],
            output_names=["answers"],
            dynamic_axes={"crops": {0: "batch"}, "answers": {0: "batch"}},
        )
    model = onnx.load(str(path))
    halve_weights(model)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def halve_weights(model: Any) -> None:
    """Keep larger weights in half precision, each followed by a cast to single precision."""
    casts: list[Any] = []
    for tensor in model.graph.initializer:
        if tensor.data_type != TensorProto.FLOAT or np.prod(tensor.dims) < _LEAST_HALVED:
            continue
        name = tensor.name
        half = numpy_helper.from_array(numpy_helper.to_array(tensor).astype(np.float16), f"{name}_half")
        tensor.CopyFrom(half)
        casts.append(helper.make_node("Cast", [f"{name}_half"], [name], to=TensorProto.FLOAT, name=f"{name}_widened"))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)


def write_checkpoint(trained: Any, recipe: AttireRecipe, attributes: tuple[str, ...], path: Path) -> None:
    """Small plain tensors to look into or go on from: weights in half precision, statistics as they are."""
    tensors = {
        name: tensor.half() if tensor.is_floating_point() and "running_" not in name else tensor
        for name, tensor in trained.state_dict().items()
    }
    write_tensors(
        path, {"state_dict": tensors, "attributes": list(attributes), "recipe": recipe.model_dump(mode="json")}
    )


def read_checkpoint(path: Path) -> tuple[Any, AttireRecipe, tuple[str, ...]]:
    """The network of a checkpoint, its recipe and its attributes. Raises CheckpointError."""
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
        recipe, attributes = AttireRecipe.model_validate(content["recipe"]), tuple(content["attributes"])
        network = AttireNetwork(recipe.network, recipe.framing, len(attributes))
        network.load_state_dict(content["state_dict"])
    except Exception as error:  # a wrong file raises whatever its bytes lead to
        found = f"{type(error).__name__}: {error}".splitlines()[0]
        raise CheckpointError(path, expected="a checkpoint of an attire network", found=found) from error
    return network.float().eval(), recipe, attributes
