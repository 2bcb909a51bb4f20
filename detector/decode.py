"""What a network returned, as boxes: both heads, thresholds per label, and removal of overlapping boxes.

Arrays all the way: a raw head has thousands of rows, of which a handful becomes `Detection`s at the very end.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from detector.errors import NetworkOutputError
from detector.letterbox import Letterbox
from domain.detection import Detection
from domain.geometry import Box, FloatArray, overlaps
from models.manifest import Head, ModelManifest

IntArray = npt.NDArray[np.int64]

# The stubs ask for sequences; arrays are taken as well, and ten times faster.
_NMS_BOXES_BATCHED: Any = cv2.dnn.NMSBoxesBatched
_LEAST_SIDE = 1e-6  # fractions; thinner boxes vanish when their edges are computed with


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """Boxes above the floor of their label.

    `boxes` has shape (N, 4): left, top, right, bottom. `scores` and `labels` have shape (N,); labels are
    positions in the manifest. `void_count` says how many rows were dropped because they cannot be boxes.
    """

    boxes: FloatArray
    scores: FloatArray
    labels: IntArray
    void_count: int

    def picked(self, rows: npt.NDArray[np.bool_] | IntArray) -> "Candidates":
        return Candidates(
            boxes=self.boxes[rows], scores=self.scores[rows], labels=self.labels[rows], void_count=self.void_count
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodeRules:
    """How raw output becomes boxes, worked out once per network.

    `floors` has one confidence per label, below which a box is not looked at. `groups` has one number per
    label; boxes of labels with the same number suppress each other where they overlap by more than
    `overlap_threshold` (intersection over union).
    """

    names: tuple[str, ...]
    head: Head
    floors: FloatArray
    groups: IntArray
    overlap_threshold: float
    maximum_boxes: int

    @classmethod
    def of(
        cls, manifest: ModelManifest, floors: dict[str, float], *, overlap_threshold: float, maximum_boxes: int
    ) -> "DecodeRules":
        """`floors` names the labels of interest with their least confidence; others are never reported."""
        kinds = [label.group or f"only {label.name}" for label in manifest.labels]
        never = 2.0  # above every confidence
        return cls(
            names=manifest.label_names,
            head=manifest.head,
            floors=np.array([floors.get(name, never) for name in manifest.label_names], dtype=np.float32),
            groups=np.array([kinds.index(kind) for kind in kinds], dtype=np.int64),
            overlap_threshold=overlap_threshold,
            maximum_boxes=maximum_boxes,
        )


def decode(output: FloatArray, rules: DecodeRules, letterbox: Letterbox) -> Candidates:
    """Boxes of one picture in fractions of that picture, surest first, clipped to it.

    `output` is one picture's part of the network's output: (4 + labels, anchors) or (n, 6).
    Raises NetworkOutputError for another shape.
    """
    on_canvas = decode_nms_head(output, rules) if rules.head is Head.NMS else decode_end_to_end_head(output, rules)
    # Clipping comes first: it bounds what a broken network may claim, and two boxes that differ only outside
    # the picture are one.
    found = clipped(on_canvas, letterbox)
    return found.picked(suppress(found, rules))


def decode_nms_head(output: FloatArray, rules: DecodeRules) -> Candidates:
    """Boxes on the canvas from a raw YOLO head of shape (4 + labels, anchors).

    One anchor is one subject: its best label counts, as at training time, even if a weaker label with a lower
    floor is above that. Otherwise a face masked at 0.6 would be reported bare at 0.3 as well.
    """
    count = len(rules.names)
    if output.ndim != 2 or output.shape[0] != 4 + count:
        raise NetworkOutputError(expected=f"({4 + count}, anchors)", found=output.shape)
    best = output[4:].max(axis=0)
    # max() hands NaN on, and NaN is above no floor: such anchors are counted here and gone below.
    void_scores = int(np.count_nonzero(~(best <= 1.0)))
    rows = np.flatnonzero((best >= rules.floors.min()) & (best <= 1.0))
    labels = output[4:, rows].argmax(axis=0).astype(np.int64)
    rows, labels = _above_floor(rows, labels, best[rows], rules)
    x, y, width, height = output[:4, rows]
    with np.errstate(invalid="ignore", over="ignore"):  # what comes of NaN and infinity is dropped just below
        boxes = np.stack([x - width / 2, y - height / 2, x + width / 2, y + height / 2], axis=1)
    return _sound(boxes, best[rows], labels, void_scores)


def decode_end_to_end_head(output: FloatArray, rules: DecodeRules) -> Candidates:
    """Boxes on the canvas from rows of left, top, right, bottom, score, label; shape (n, 6)."""
    if output.ndim != 2 or output.shape[1] != 6:
        raise NetworkOutputError(expected="(n, 6)", found=output.shape)
    scores, raw_labels = output[:, 4], output[:, 5]
    possible = (scores <= 1.0) & (raw_labels >= 0) & (raw_labels < len(rules.names))
    rows = np.flatnonzero(possible)
    rows, labels = _above_floor(rows, raw_labels[rows].astype(np.int64), scores[rows], rules)
    void_rows = int(np.count_nonzero(~possible))
    return _sound(output[rows, :4], scores[rows], labels, void_rows)


def _above_floor(rows: IntArray, labels: IntArray, scores: FloatArray, rules: DecodeRules) -> tuple[IntArray, IntArray]:
    above = scores >= rules.floors[labels]
    return rows[above], labels[above]


def _sound(boxes: FloatArray, scores: FloatArray, labels: IntArray, void_count: int) -> Candidates:
    """Drop boxes with NaN or infinite edges or without area, and count them."""
    sound = np.isfinite(boxes).all(axis=1) & (boxes[:, 2:] > boxes[:, :2]).all(axis=1)
    void_count += int(np.count_nonzero(~sound))
    return Candidates(boxes=boxes[sound], scores=scores[sound], labels=labels[sound], void_count=void_count)


def clipped(found: Candidates, letterbox: Letterbox) -> Candidates:
    """In fractions of the picture and inside it; what lies in the padding alone is dropped and counted."""
    boxes = np.clip(letterbox.to_fractions(found.boxes), 0.0, 1.0)
    visible = (boxes[:, 2:] - boxes[:, :2] > _LEAST_SIDE).all(axis=1)
    void_count = found.void_count + int(np.count_nonzero(~visible))
    return Candidates(
        boxes=boxes[visible], scores=found.scores[visible], labels=found.labels[visible], void_count=void_count
    )


def suppress(found: Candidates, rules: DecodeRules) -> IntArray:
    """Rows to keep, surest first: no two of a group overlap by more than the threshold; at most `maximum_boxes`.

    Heads without overlapping boxes pass through here too: within a group of labels they may still overlap.
    """
    if len(found.scores) == 0:
        return np.zeros(0, dtype=np.int64)
    # A picture full of noise must not cost seconds: the surest few thousand are more than anybody can use.
    likely = np.argsort(-found.scores, kind="stable")[: 20 * rules.maximum_boxes]
    boxes = found.boxes[likely].astype(np.float64)
    boxes[:, 2:] -= boxes[:, :2]  # OpenCV takes left, top, width, height
    groups = rules.groups[found.labels[likely]]
    kept = _NMS_BOXES_BATCHED(boxes, found.scores[likely], groups, 0.0, rules.overlap_threshold)
    return likely[np.sort(np.asarray(kept, dtype=np.int64).reshape(-1))[: rules.maximum_boxes]]


def suppress_plainly(found: Candidates, rules: DecodeRules) -> IntArray:
    """The same as `suppress`, written to be read: what the fast one is tested against."""
    kept: list[int] = []
    shares = overlaps(found.boxes, found.boxes)
    groups = rules.groups[found.labels]
    for row in np.argsort(-found.scores, kind="stable"):
        rivals = [other for other in kept if groups[other] == groups[row]]
        if all(shares[row, other] <= rules.overlap_threshold for other in rivals):
            kept.append(int(row))
    return np.array(kept[: rules.maximum_boxes], dtype=np.int64)


def to_detections(found: Candidates, names: tuple[str, ...]) -> tuple[Detection, ...]:
    """Values of the domain, in the order of the arrays."""
    return tuple(
        Detection(label=names[label], confidence=score, box=Box(*edges))
        for edges, score, label in zip(found.boxes.tolist(), found.scores.tolist(), found.labels.tolist(), strict=True)
    )
