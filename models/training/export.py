"""A trained network as ONNX, in the form that `models.manifest.Head.NMS` promises."""

import copy
import warnings
from pathlib import Path
from typing import Any

import torch

from models.training import checkpoint, network
from models.training.recipe import Recipe

OPSET = 17
_EXAMPLE_SIDE_PX = 320


def averaged_network(path: Path) -> tuple[Any, Recipe, tuple[str, ...], dict[str, Any]]:
    """The averaged network of a checkpoint with its recipe, labels and the checkpoint's other facts."""
    content = checkpoint.read(path)
    recipe, labels = Recipe.model_validate(content["recipe"]), tuple(content["labels"])
    built = network.build(recipe.network, labels)
    built.load_state_dict(content["average"])
    return built.eval(), recipe, labels, content


def write_onnx(trained: Any, path: Path) -> None:
    """Single precision, batch, height and width free; output (batch, 4 + labels, anchors). The network stays as is."""
    fused = copy.deepcopy(trained).cpu().float().eval().fuse(verbose=False)
    head = fused.model[-1]
    head.export, head.dynamic, head.format = True, True, "onnx"
    blank = torch.zeros(1, 3, _EXAMPLE_SIDE_PX, _EXAMPLE_SIDE_PX)
    with torch.inference_mode(), warnings.catch_warnings():
        # The older exporter is deprecated, and warns of shapes that it takes for constants; the dynamic axes are
        # tested. The newer one needs one more package.
        warnings.simplefilter("ignore")
        fused(blank)
        torch.onnx.export(
            fused,
            (blank,),
            str(path),
            opset_version=OPSET,
            dynamo=False,
            do_constant_folding=True,
            input_names=["images"],
            output_names=["output0"],
            dynamic_axes={
                "images": {0: "batch", 2: "height", 3: "width"},
                "output0": {0: "batch", 2: "anchors"},
            },
        )
