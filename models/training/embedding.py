"""`python -m models.training.embedding --checkpoint FILE --out models/zoo/NAME`: the frozen backbone as an embedding.

The first layers of a trained detector, cut off behind the last level that is wanted. Each level's features are pooled
(the mean of the whole picture, or of each quarter, so that a small thing in one corner is not averaged away), each
pooled level is brought to length 1, and all of them together once more.
"""

import argparse
import copy
import hashlib
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
import yaml
from torch import nn

from models.embedding import EMBEDDING_MODEL, EmbeddingManifest
from models.manifest import FixedSize, NetworkInput, NetworkKind, RuntimeFormat, Training
from models.registry import MANIFEST_NAME, ZOO_FOLDER, ModelRegistry
from models.training import network
from models.training.errors import CheckpointError, TrainingError
from models.training.export import OPSET
from models.training.recipe import NetworkRecipe
from models.training.shipping import START_NAME

# Measured on eight tasks (models/zoo/embed-n/CARD.md): deeper layers know more of what the detector was trained for
# and less of anything else, larger pictures cost time and gained nothing.
LEVELS = ("6:2", "8:1")
SIDE_PX = 128
_LAST_BACKBONE_LAYER = 10
_STRIDE = 32
_TINY = 1e-9


class PooledBackbone(nn.Module):  # type: ignore[misc]  # torch is not followed by the type checker
    """Layers of a detector up to the last level, and the pooling. `levels`: (layer, parts of each side)."""

    def __init__(self, detector: Any, levels: Sequence[tuple[int, int]]) -> None:
        super().__init__()
        self.layers = nn.ModuleList(copy.deepcopy(list(detector.model[: max(layer for layer, _ in levels) + 1])))
        self.levels = tuple(levels)

    def forward(self, pictures: Any) -> Any:
        """Numbers of shape (batch, dimensions) for RGB planes in [0, 1] of shape (batch, 3, side, side)."""
        found = {}
        features = pictures
        for place, layer in enumerate(self.layers):
            features = layer(features)
            found[place] = features
        pooled = [_pooled(found[layer], parts) for layer, parts in self.levels]
        return _unit(torch.cat(pooled, dim=1))


def _pooled(features: Any, parts: int) -> Any:
    side = features.shape[-1] // parts
    means = nn.functional.avg_pool2d(features, kernel_size=side, stride=side)
    return _unit(means.flatten(1))


def _unit(rows: Any) -> Any:
    return rows / rows.pow(2).sum(dim=1, keepdim=True).clamp_min(_TINY).sqrt()


def read_levels(texts: Sequence[str], side_px: int) -> tuple[tuple[int, int], ...]:
    """Levels such as "6:2" (layer 6 in 2 by 2 parts). Raises TrainingError."""
    levels = []
    for text in texts:
        layer, _, parts = text.partition(":")
        if not (layer.isdecimal() and parts.isdecimal() and 1 <= int(layer) <= _LAST_BACKBONE_LAYER):
            raise TrainingError(f"--level: expected LAYER:PARTS with a layer of 1 to 10, found {text!r}")
        if int(parts) not in {1, 2, 4} or side_px % (_STRIDE * int(parts)):
            raise TrainingError(f"--level: expected 1, 2 or 4 parts that divide {side_px} px evenly, found {text!r}")
        levels.append((int(layer), int(parts)))
    return tuple(levels)


def load_detector(checkpoint: Path) -> Any:
    """The YOLO11n of a `checkpoint.pt` in the zoo, normalisation folded in. Raises CheckpointError."""
    try:
        names = torch.load(checkpoint, map_location="cpu", weights_only=True)["names"]
    except Exception as error:  # a wrong file raises whatever its bytes lead to
        raise CheckpointError(checkpoint, expected="plain tensors with names", found=type(error).__name__) from error
    labels = tuple(names)
    detector = network.build(NetworkRecipe(architecture="yolo11n"), labels)
    network.load_start_weights(detector, checkpoint, labels)
    return detector.float().eval().fuse(verbose=False)


def write_onnx(backbone: PooledBackbone, path: Path, side_px: int) -> int:
    """Single precision, a free batch, a fixed size; the number of dimensions."""
    blank = torch.zeros(1, 3, side_px, side_px)
    with torch.inference_mode(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the older exporter is deprecated; see models.training.export
        dimensions = int(backbone(blank).shape[1])
        torch.onnx.export(
            backbone,
            (blank,),
            str(path),
            opset_version=OPSET,
            dynamo=False,
            do_constant_folding=True,
            input_names=["images"],
            output_names=["embedding"],
            dynamic_axes={"images": {0: "batch"}, "embedding": {0: "batch"}},
        )
    return dimensions


def write_manifest(
    folder: Path, file: str, *, dimensions: int, side_px: int, like: str, checkpoint: Path, remark: str
) -> EmbeddingManifest:
    """A manifest without figures: `python -m bench.few_shot --write` measures and fills them in."""
    relative = ModelRegistry(ZOO_FOLDER).load(like).manifest
    manifest = EmbeddingManifest(
        kind=NetworkKind.EMBEDDING,
        name=folder.name,
        version="1",
        file=file,
        sha256=hashlib.sha256((folder / file).read_bytes()).hexdigest(),
        format=RuntimeFormat.ONNX,
        licence=relative.licence,
        training=Training(
            architecture=f"frozen backbone of YOLO11n, SiLU, fp32, opset {OPSET}, dynamic batch",
            started_from=f"{checkpoint.parent.name}/{checkpoint.name}, nothing was trained further",
            epochs=0,
            longest_side_px=relative.training.longest_side_px,
            remark=remark,
        ),
        sources=relative.sources,
        input=NetworkInput(
            stride=_STRIDE, longest_side_px=side_px, fixed_size=FixedSize(width_px=side_px, height_px=side_px)
        ),
        dimensions=dimensions,
    )
    head = "# Written by `python -m models.training.embedding`; figures by `python -m bench.few_shot --write`.\n"
    document = yaml.safe_dump(manifest.model_dump(mode="json"), sort_keys=False, allow_unicode=True)
    (folder / MANIFEST_NAME).write_text(head + document, encoding="utf-8")
    return manifest


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m models.training.embedding", description=__doc__)
    parser.add_argument("--checkpoint", type=Path, default=ZOO_FOLDER / EMBEDDING_MODEL / START_NAME)
    parser.add_argument("--out", type=Path, default=ZOO_FOLDER / EMBEDDING_MODEL, help="its name is the network's")
    parser.add_argument("--like", default="kitchen-n", help="network of the zoo that learnt from the same pictures")
    parser.add_argument("--level", action="append", metavar="LAYER:PARTS", help=f"default: {' '.join(LEVELS)}")
    parser.add_argument("--side-px", type=int, default=SIDE_PX)
    given = parser.parse_args(arguments)
    try:
        levels = read_levels(given.level or LEVELS, given.side_px)
        backbone = PooledBackbone(load_detector(given.checkpoint), levels).eval()
    except TrainingError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    given.out.mkdir(parents=True, exist_ok=True)
    file = f"{given.out.name}.onnx"
    dimensions = write_onnx(backbone, given.out / file, given.side_px)
    shown = " and ".join(f"layer {layer} in {parts * parts} part{'s' * (parts > 1)}" for layer, parts in levels)
    write_manifest(
        given.out,
        file,
        dimensions=dimensions,
        side_px=given.side_px,
        like=given.like,
        checkpoint=given.checkpoint,
        remark=f"pooled: {shown}",
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
