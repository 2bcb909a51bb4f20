"""A checkpoint becomes a folder that the registry loads: ONNX, tensors to start from, a draft of the manifest."""

import re
from collections.abc import Sequence
from pathlib import Path

import torch

from models.manifest import NETWORK_NAME, ModelManifest, Training
from models.training import draft, export, network
from models.training.errors import NetworkNameError
from models.training.recipe import Recipe

START_NAME = "checkpoint.pt"


def ship(
    checkpoint: Path,
    out: Path,
    *,
    relative: ModelManifest,
    started_from: str,
    blend_with: Path | None = None,
    blend_share: float = 0.5,
) -> ModelManifest:
    """Write the averaged network of a checkpoint into `out`, whose name is the network's.

    Groups of labels and sources of pictures are those of `relative`. With `blend_with`, plain tensors, all weights
    are moved towards those by a share. Raises TrainingError.
    """
    if not re.match(NETWORK_NAME, out.name):
        raise NetworkNameError(out)
    trained, recipe, labels, content = export.averaged_network(checkpoint)
    remark = ""
    if blend_with:
        network.blend(trained, blend_with, labels, blend_share)
        remark = f"; then moved by a share of {blend_share:g} towards {blend_with.name}"
    out.mkdir(parents=True, exist_ok=True)
    file = f"{out.name}.onnx"
    export.write_onnx(trained, out / file)
    torch.save(network.compact_state(trained, labels), out / START_NAME)
    training = _training_facts(recipe, content["position"], started_from, remark)
    return draft.write_draft(out, file, relative, labels, training, side_px=recipe.validation.side_px)


def _training_facts(recipe: Recipe, position: Sequence[float], started_from: str, more: str) -> Training:
    epoch, _, steps, seconds = position
    sizes = ", ".join(str(size) for size in recipe.schedule.sizes_px)
    activation = {"silu": "SiLU", "relu": "ReLU"}[recipe.network.activation]
    return Training(
        architecture=f"{recipe.network.architecture.upper()}, {activation}, fp32, opset {export.OPSET}, "
        "dynamic batch, height and width",
        started_from=started_from,
        epochs=int(epoch),
        longest_side_px=max(recipe.schedule.sizes_px),
        remark=f"recipe {recipe.name}: {int(steps)} steps of {recipe.schedule.batch_size} pictures at {sizes} px "
        f"in {seconds / 60:.0f} minutes; moving average of the weights{more}",
    )
