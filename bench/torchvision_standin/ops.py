"""Non-maximum suppression by Ultralytics' own fallback, so that the peer runs its own code."""

import torch


def nms(boxes: torch.Tensor, scores: torch.Tensor, iou_threshold: float) -> torch.Tensor:
    from ultralytics.utils.nms import TorchNMS

    return TorchNMS.nms(boxes, scores, iou_threshold)


def batched_nms(boxes: torch.Tensor, scores: torch.Tensor, idxs: torch.Tensor, iou_threshold: float) -> torch.Tensor:
    from ultralytics.utils.nms import TorchNMS

    return TorchNMS.batched_nms(boxes, scores, idxs, iou_threshold)
