"""The loss of ultralytics' YOLO detectors, which never teaches an unlabelled object as background.

The classification loss asks at each anchor for each label "is it there?". Where nobody looked for a label, the
honest answer is unknown, so that term is left out: its gradient is exactly zero. It stays where the anchor was
assigned to a box of that very label. Boxes and everything else are learnt as ever.
"""

from typing import Any

import torch
from torch import nn
from ultralytics.utils.loss import v8DetectionLoss
from ultralytics.utils.tal import make_anchors

from models.training.batches import Batch


class MaskedCrossEntropy(nn.Module):  # type: ignore[misc]  # torch is not typed here
    """Binary cross-entropy without the terms that `untaught` flags, except where the target is above 0.

    `untaught` has the shape of the logits, (batch, anchors, labels); None leaves nothing out.
    """

    def __init__(self) -> None:
        super().__init__()
        self.untaught: Any = None

    def forward(self, logits: Any, targets: Any) -> Any:
        terms = nn.functional.binary_cross_entropy_with_logits(logits, targets, reduction="none")
        if self.untaught is None:
            return terms
        return terms.masked_fill(self.untaught & (targets <= 0), 0.0)


class PartialLabelLoss(v8DetectionLoss):  # type: ignore[misc]  # ultralytics is not typed here
    """Call it with raw predictions of a model in training mode and a batch of `models.training.batches.collate`.

    Returns (box, class and distribution loss, each times the batch size; the same three detached, by name).
    Half-precision predictions are taken to single precision first. One thread.
    """

    def __init__(self, model: Any) -> None:
        super().__init__(model)
        self.bce = MaskedCrossEntropy()

    def get_assigned_targets_and_loss(self, preds: dict[str, Any], batch: Batch, **assign_options: Any) -> Any:
        # Only the numbers of cells are read from the features: they may stay in half precision.
        single = {**preds, "boxes": preds["boxes"].float(), "scores": preds["scores"].float()}
        anchors, strides = make_anchors(single["feats"], self.stride, 0.5)
        self.bce.untaught = untaught_terms(
            (anchors * strides).float(),
            batch["untaught_boxes"].to(self.device),
            batch["untaught_labels"].to(self.device),
        )
        return super().get_assigned_targets_and_loss(single, batch, **assign_options)


def untaught_terms(points: Any, boxes: Any, labels: Any) -> Any:
    """Flags (batch, anchors, labels): an anchor lies in a rectangle in which the label must not be taught.

    `points` (anchors, 2) x and y in pixels; `boxes` (batch, r, 4) left, top, right, bottom; `labels` (batch, r,
    labels). A point on a left or top edge is inside, one on a right or bottom edge is not: tiles do not overlap.
    """
    x, y = points[None, :, None, 0], points[None, :, None, 1]
    left, top, right, bottom = (boxes[:, None, :, edge] for edge in range(4))
    inside = (x >= left) & (x < right) & (y >= top) & (y < bottom)
    return torch.bmm(inside.float(), labels.float()) > 0
