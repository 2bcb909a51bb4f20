"""The network: the first eleven layers of YOLO11n, and for each attribute a look at the place that matters to it.

The first seven layers stay as they are, or all eleven (`tunes_backbone: false`). What they make of a crop is therefore
made once and kept, and all trainings (one per fold, and the one that is shipped) go on from there: on two cores without
an accelerator that is minutes instead of hours.
"""

from pathlib import Path
from typing import Any

import torch
from torch import nn
from ultralytics.nn.tasks import DetectionModel

from models.framing import Framing
from models.training.attire.recipe import AttireNetworkRecipe
from models.training.errors import CheckpointError
from models.training.network import read_tensors

LAYERS = 11  # YOLO11's backbone
FROZEN_LAYERS = 7
_FINE_LAYER = 4  # stride 8, 128 channels; layer 6 has stride 16 and 128, layer 10 stride 32 and 256
_KEPT = 128  # channels of the fine map, brought to stride 16
_JOINED = 512
_STRIDE = 16  # of the map on which attributes are looked for


class AttireNetwork(nn.Module):  # type: ignore[misc]  # torch is not checked
    """RGB crops of shape (N, 3, height, width) in [0, 1] to (N, 2 * attributes): states, then clarities, as logits.

    Three maps of the backbone are joined at stride 16. Each attribute has its own weights over the places of the
    map: learnt from what is seen there, and from where it is (heads are at the top).
    """

    def __init__(self, recipe: AttireNetworkRecipe, framing: Framing, attributes: int) -> None:
        super().__init__()
        layers = list(DetectionModel("yolo11n.yaml", verbose=False).model[:LAYERS])
        self.backbone = nn.ModuleList(layers)
        places = (framing.height_px // _STRIDE, framing.width_px // _STRIDE)
        self.mix = nn.Sequential(
            nn.Conv2d(_JOINED, recipe.width, 1, bias=False), nn.BatchNorm2d(recipe.width), nn.SiLU()
        )
        self.look = nn.Conv2d(recipe.width, 2 * attributes, 1)
        self.where = nn.Parameter(torch.zeros(1, 2 * attributes, *places))
        self.dropout = nn.Dropout(recipe.dropout)
        self.weight = nn.Parameter(torch.randn(2 * attributes, recipe.width) * recipe.width**-0.5)
        self.bias = nn.Parameter(torch.zeros(2 * attributes))
        self.tunes_backbone = recipe.tunes_backbone
        for layer in layers[: FROZEN_LAYERS if recipe.tunes_backbone else LAYERS]:
            layer.requires_grad_(requires_grad=False)

    def forward(self, crops: Any) -> Any:
        return self.judged(self.features(crops))

    def features(self, crops: Any) -> Any:
        """What the frozen layers make of crops: (N, 256 or 512, height / 16, width / 16)."""
        fine: Any = None
        for number, layer in enumerate(self.backbone[:FROZEN_LAYERS]):
            crops = layer(crops)
            if number == _FINE_LAYER:
                fine = crops
        kept = torch.cat([nn.functional.avg_pool2d(fine, 2), crops], dim=1)
        return kept if self.tunes_backbone else self.joined(kept)

    def judged(self, features: Any) -> Any:
        """What the rest makes of those."""
        seen = self.dropout(self.mix(self.joined(features) if self.tunes_backbone else features))
        weights = (self.look(seen) + self.where).flatten(2).softmax(dim=2)
        pooled = (weights.unsqueeze(2) * seen.flatten(2).unsqueeze(1)).sum(dim=3)
        return (pooled * self.weight).sum(dim=2) + self.bias

    def joined(self, kept: Any) -> Any:
        """With the last layers' map, brought to the same stride."""
        coarse = kept[:, _KEPT:]
        for layer in self.backbone[FROZEN_LAYERS:]:
            coarse = layer(coarse)
        return torch.cat([kept, nn.functional.interpolate(coarse, scale_factor=2.0)], dim=1)

    def train(self, mode: bool = True) -> Any:
        """The backbone keeps its statistics: a few hundred persons are too few for better ones."""
        super().train(mode)
        self.backbone.eval()
        return self


def load_backbone(network: AttireNetwork, path: Path) -> int:
    """Fill the backbone from weights of a YOLO11n detector, whatever its labels; the number of tensors taken.

    Raises CheckpointError if the file is no such network.
    """
    tensors, _ = read_tensors(path)
    own = network.backbone.state_dict()
    fitting = {name: tensors[f"model.{name}"] for name in own if f"model.{name}" in tensors}
    wrong = [name for name in own if name not in fitting or fitting[name].shape != own[name].shape]
    if wrong:
        raise CheckpointError(path, expected=f"weights of YOLO11n with model.{wrong[0]}", found="others")
    network.backbone.load_state_dict(fitting)
    return len(fitting)
