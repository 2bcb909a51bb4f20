"""The networks themselves: built by ultralytics, filled with weights to start from, averaged while they learn."""

import copy
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import structlog
import torch
from torch import nn
from ultralytics.nn.tasks import DetectionModel

from models.training.errors import CheckpointError
from models.training.recipe import NetworkRecipe

log = structlog.get_logger(__name__)

_COCO_LABELS = 80
_CLASS_HEAD = re.compile(r"\.cv3\.\d+\.2\.")  # names of the last layers, whose rows are the labels
# Gains of box, class and distribution loss: ultralytics' defaults.
_LOSS_GAINS = {"box": 7.5, "cls": 0.5, "dfl": 1.5}


def build(recipe: NetworkRecipe, labels: tuple[str, ...]) -> Any:
    """A network with random weights for these labels, on the processor, in training mode."""
    network = DetectionModel(f"{recipe.architecture}.yaml", nc=_COCO_LABELS, verbose=False)
    _set_labels(network, len(labels))
    network.names = dict(enumerate(labels))
    network.args = SimpleNamespace(**_LOSS_GAINS)
    if recipe.activation == "relu":
        _replace_activations(network)
    for name, parameter in network.named_parameters():
        parameter.requires_grad_(not _is_frozen(name, recipe) and not name.endswith("dfl.conv.weight"))
    return network.train()


def _set_labels(network: Any, count: int) -> None:
    """Give the head another number of labels and leave its inner layers as wide as COCO's, whose weights then fit."""
    head = network.model[-1]
    head.nc, head.no = count, count + 4 * head.reg_max
    for tower in head.cv3:
        tower[-1] = nn.Conv2d(tower[-1].in_channels, count, 1)
    head.bias_init()
    network.yaml["nc"] = count


def _replace_activations(network: Any) -> None:
    for module in network.modules():
        for name, child in module.named_children():
            if isinstance(child, nn.SiLU):
                setattr(module, name, nn.ReLU(inplace=True))


def _is_frozen(name: str, recipe: NetworkRecipe) -> bool:
    parts = name.split(".")
    return parts[0] == "model" and parts[1].isdigit() and int(parts[1]) < recipe.frozen_layers


def set_training(network: Any, recipe: NetworkRecipe) -> None:
    """Training mode, in which frozen layers keep their statistics too."""
    network.train()
    for layer in network.model[: recipe.frozen_layers]:
        layer.eval()


def load_start_weights(network: Any, path: Path, labels: tuple[str, ...]) -> int:
    """Fill the network with what fits from a file of plain tensors; the number of tensors taken.

    The file holds tensors by name, or `state_dict` beside `names`. Of the class head the rows of labels that the
    file knows by name are taken; those of other labels stay random. Raises CheckpointError if it is no such file or
    if more than the class head does not fit.
    """
    tensors, names = read_tensors(path)
    own = network.state_dict()
    shared = [label for label in labels if label in names]
    fitting = {}
    for name, tensor in tensors.items():
        is_head = name in own and _CLASS_HEAD.search(name) is not None
        taken = _head_rows(own[name], tensor, labels, names) if is_head and list(names) != list(labels) else tensor
        if name in own and own[name].shape == taken.shape and (shared or not is_head):
            fitting[name] = taken
    missing = [name for name in own if name not in fitting and (shared or not _CLASS_HEAD.search(name))]
    if missing:
        raise CheckpointError(path, expected=f"weights for {missing[0]} and {len(own)} in all", found="others")
    network.load_state_dict(fitting, strict=False)
    log.info("start_weights_loaded", path=str(path), taken=len(fitting), of=len(own), labels=len(shared))
    return len(fitting)


def _head_rows(own: Any, tensor: Any, labels: tuple[str, ...], names: list[str]) -> Any:
    """The network's last layer with the rows of labels that both know; nothing is taken from another shape."""
    if tensor.shape[1:] != own.shape[1:] or len(tensor) != len(names):
        return own
    rows = own.clone()
    for place, label in enumerate(labels):
        if label in names:
            rows[place] = tensor[names.index(label)].to(own.dtype)
    return rows


def start_labels(path: Path) -> tuple[str, ...]:
    """Labels that a file of plain tensors names; none where it names none. Raises CheckpointError."""
    return tuple(read_tensors(path)[1])


def read_tensors(path: Path) -> tuple[dict[str, Any], list[str]]:
    """Tensors by name and the labels of a file, if it names any. Raises CheckpointError."""
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # a wrong file raises whatever its bytes lead to
        found = f"{type(error).__name__}: {error}".splitlines()[0]
        raise CheckpointError(path, expected="plain tensors", found=found) from error
    if not isinstance(content, dict):
        raise CheckpointError(path, expected="tensors by name", found=type(content).__name__)
    return content.get("state_dict", content), list(content.get("names", []))


def blend(network: Any, path: Path, labels: tuple[str, ...], share: float) -> None:
    """Move all weights and statistics of a network by `share` towards those of a file for the same labels.

    Between a network and the one that it was started from, the middle is often better than both ends (Wortsman et
    al.: Robust fine-tuning of zero-shot models, 2022): what a short training lost comes back. Raises CheckpointError.
    """
    tensors, names = read_tensors(path)
    own = network.state_dict()
    if names != list(labels) or any(name not in tensors or tensors[name].shape != own[name].shape for name in own):
        raise CheckpointError(path, expected="a network of the same shape and labels", found="another one")
    with torch.no_grad():
        for name, tensor in own.items():
            if tensor.is_floating_point():
                tensor.lerp_(tensors[name].to(tensor.dtype), share)


def compact_state(network: Any, labels: tuple[str, ...]) -> dict[str, Any]:
    """Small plain tensors to start from: weights in half precision, statistics (`running_`) as they are."""
    tensors = {
        name: tensor.detach().cpu().half() if tensor.is_floating_point() and "running_" not in name else tensor.cpu()
        for name, tensor in network.state_dict().items()
    }
    return {"state_dict": tensors, "names": list(labels), "yaml": _plain(network.yaml)}


def _plain(value: Any) -> Any:
    """The same without ultralytics' own classes, which a safe load would refuse."""
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value if isinstance(value, int | float | str | bool) else str(value)


class WeightAverage:
    """Moving average of a network's weights and statistics: steadier than the last step's, and what is shipped."""

    def __init__(self, network: Any) -> None:
        self.network = copy.deepcopy(network).eval()
        self.network.requires_grad_(requires_grad=False)
        self.updates = 0

    def update(self, network: Any, decay: float) -> None:
        """Come closer to the network by 1 - decay."""
        self.updates += 1
        newer = network.state_dict()
        with torch.no_grad():
            for name, tensor in self.network.state_dict().items():
                if tensor.is_floating_point():
                    tensor.lerp_(newer[name].detach(), 1 - decay)
                else:
                    tensor.copy_(newer[name])


def parameter_groups(network: Any, weight_decay: float) -> list[dict[str, Any]]:
    """Parameters that learn; biases and normalisation do not decay, as they would only lose their scale."""
    decayed: list[Any] = []
    kept: list[Any] = []
    for parameter in network.parameters():
        if parameter.requires_grad:
            (decayed if parameter.ndim > 1 else kept).append(parameter)
    return [{"params": decayed, "weight_decay": weight_decay}, {"params": kept, "weight_decay": 0.0}]
