"""The small twin gives what the real evaluation gives."""

import numpy as np
import pytest

from detector.decode import DecodeRules
from detector.decode import decode as decode_as_shipped
from detector.evaluation import Tally, TruthBox, average_precision
from detector.letterbox import Letterbox
from detector.testing import make_manifest
from domain.detection import Detection
from domain.geometry import Box
from models.training.validation import Found, PrecisionTally, decode

LABELS = ("rodent", "person", "bin")
SIDE = 100.0


def random_boxes(rng: np.random.Generator, count: int) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    low = rng.uniform(0, 60, (count, 2))
    return np.concatenate([low, low + rng.uniform(5, 40, (count, 2))], axis=1).astype(np.float32)


@pytest.mark.parametrize("seed", range(8))
def test_average_precision_is_that_of_the_detectors_evaluation(seed: int) -> None:
    rng = np.random.default_rng(seed)
    ours, theirs = PrecisionTally(LABELS), Tally(LABELS)
    for _ in range(12):
        truth = random_boxes(rng, int(rng.integers(0, 6)))
        labels = rng.integers(0, 3, len(truth))
        near = truth + rng.normal(0, 3, truth.shape).astype(np.float32)
        boxes = np.clip(np.concatenate([near, random_boxes(rng, 4)]), 0, SIDE)
        seen = np.concatenate([labels, rng.integers(0, 3, 4)])
        whole = (boxes[:, 2:] > boxes[:, :2]).all(axis=1)
        boxes, seen = boxes[whole], seen[whole]
        scores = (rng.permutation(len(seen)) / 20 + 0.01).astype(np.float32)
        untaught = np.array([rng.random() < 0.3, False, False])
        ours.add(Found(boxes=boxes, labels=seen, scores=scores), truth, labels, untaught)
        detections = [
            Detection(label=LABELS[label], confidence=float(score), box=Box(*map(float, box / SIDE)))
            for box, label, score in zip(boxes, seen, scores, strict=True)
        ]
        truths = [TruthBox(label=LABELS[k], box=Box(*map(float, b / SIDE))) for b, k in zip(truth, labels, strict=True)]
        theirs.add(detections, truths, frozenset({"rodent"}) if untaught[0] else frozenset())

    found = ours.average_precisions()

    assert found == {
        label: pytest.approx(average_precision(theirs.judged(label)), abs=1e-9)
        for label in LABELS
        if theirs.judged(label).truth_count
    }
    assert max(found.values()) > 0.3


def test_a_raw_head_is_decoded_as_the_detector_does() -> None:
    rng = np.random.default_rng(1)
    boxes = random_boxes(rng, 150)
    centres, sizes = (boxes[:, :2] + boxes[:, 2:]) / 2, boxes[:, 2:] - boxes[:, :2]
    scores = rng.random((150, 3)).astype(np.float32) ** 3
    output = np.ascontiguousarray(np.concatenate([centres, sizes, scores], axis=1).T)

    found = decode(output)

    manifest = make_manifest(dict.fromkeys(LABELS, 0.5))
    rules = DecodeRules.of(manifest, dict.fromkeys(LABELS, 0.005), overlap_threshold=0.7, maximum_boxes=300)
    canvas = Letterbox.fit(100, 100, longest_side=100, stride=1)
    shipped = decode_as_shipped(output, rules, canvas)
    assert np.allclose(found.scores, shipped.scores)
    assert found.labels.tolist() == shipped.labels.tolist()
    assert np.allclose(found.boxes / SIDE, shipped.boxes, atol=1e-5)


def test_nothing_seen_is_no_precision() -> None:
    tally = PrecisionTally(LABELS)
    nothing = decode(np.zeros((7, 10), np.float32))

    tally.add(nothing, np.array([[1, 1, 5, 5]], np.float32), np.array([0]), np.zeros(3, bool))

    assert len(nothing.boxes) == 0
    assert tally.average_precisions() == {"rodent": 0.0}
