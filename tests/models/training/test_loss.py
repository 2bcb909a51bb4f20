# ruff: noqa: E402  # torch may be missing, and what is tested here needs it
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is not here: call scripts/setup-train")
pytest.importorskip("ultralytics", reason="ultralytics is not here: call scripts/setup-train")

from ultralytics.utils.loss import v8DetectionLoss

from models.training.batches import collate
from models.training.loss import PartialLabelLoss, untaught_terms
from models.training.network import build
from models.training.recipe import NetworkRecipe
from models.training.scene import Placement, Scene, compose
from tests.models.training.drawn import LABELS, make_scene

SIDE = 128
DISC = 1


@pytest.fixture(scope="module")
def network() -> Any:
    torch.manual_seed(3)
    return build(NetworkRecipe(), LABELS)


def class_gradient(criterion: Any, network: Any, scenes: list[Scene]) -> Any:
    """Gradient at the class logits, (batch, anchors, labels), and the logits' targets' foreground (batch, anchors)."""
    cells = [SIDE // int(stride) for stride in network.stride]
    generator = torch.Generator().manual_seed(5)
    anchors = sum(count**2 for count in cells)
    scores = torch.randn(len(scenes), len(LABELS), anchors, generator=generator).requires_grad_()
    boxes = torch.randn(len(scenes), 64, anchors, generator=generator).requires_grad_()
    raw = {"scores": scores, "boxes": boxes, "feats": [torch.zeros(len(scenes), 1, count, count) for count in cells]}
    losses, _ = criterion(raw, collate(scenes))
    losses.sum().backward()
    return scores.grad.permute(0, 2, 1), boxes.grad


def anchor_points(network: Any) -> Any:
    from ultralytics.utils.tal import make_anchors

    cells = [SIDE // int(stride) for stride in network.stride]
    points, strides = make_anchors([torch.zeros(1, 1, count, count) for count in cells], network.stride, 0.5)
    return points * strides


def scene(gaps: tuple[bool, bool, bool] = (False, True, False), label: int = 0) -> Scene:
    part = make_scene(labels=np.array([label]), untaught_labels=np.array([gaps]))
    return compose([(part, Placement(tile=(0, 0, SIDE, SIDE), scale=1.7, left=0, top=0))], SIDE)


def complete(each: Scene) -> Scene:
    blank = np.zeros_like(each.untaught_labels)
    return Scene(
        pixels=each.pixels,
        boxes=each.boxes,
        labels=each.labels,
        untaught_boxes=each.untaught_boxes,
        untaught_labels=blank,
    )


def test_unlabelled_classes_get_exactly_no_gradient_and_others_the_usual_one(network: Any) -> None:
    scenes = [scene(), complete(scene())]

    masked, masked_boxes = class_gradient(PartialLabelLoss(network), network, scenes)
    usual, usual_boxes = class_gradient(v8DetectionLoss(network), network, scenes)

    bottom = 60 * 1.7  # below it is padding, where every label is known to be absent
    inside = anchor_points(network)[:, 1] < bottom
    assert inside.any()
    assert not inside.all()
    assert (masked[0, inside, DISC] == 0).all()
    assert (usual[0, inside, DISC] != 0).all()
    assert torch.equal(masked[0, ~inside], usual[0, ~inside])
    assert torch.equal(masked[0][:, [0, 2]], usual[0][:, [0, 2]])
    assert torch.equal(masked[1], usual[1])
    assert torch.equal(masked_boxes, usual_boxes)


def test_a_labelled_object_is_taught_where_its_label_is_otherwise_unknown(network: Any) -> None:
    masked, _ = class_gradient(PartialLabelLoss(network), network, [scene(label=DISC)])
    usual, _ = class_gradient(v8DetectionLoss(network), network, [scene(label=DISC)])

    taught = masked[0, :, DISC] != 0
    in_picture = anchor_points(network)[:, 1] < 60 * 1.7
    assert 0 < int((taught & in_picture).sum()) <= 10  # the assigned anchors of one box
    assert torch.equal(masked[0, taught, DISC], usual[0, taught, DISC])


def test_each_tile_of_a_mosaic_obeys_its_own_mask(network: Any) -> None:
    gaps = [(False, True, False), (False, False, True), (True, False, False), (False, False, False)]
    tiles = [(0, 0, 64, 64), (64, 0, 128, 64), (0, 64, 64, 128), (64, 64, 128, 128)]
    empty = {"boxes": np.zeros((0, 4), np.float32), "labels": np.zeros(0, np.int64)}
    parts = [
        (
            make_scene(untaught_labels=np.array([gap]), **empty),
            Placement(tile=tile, scale=2.0, left=float(tile[0]), top=float(tile[1])),
        )
        for gap, tile in zip(gaps, tiles, strict=True)
    ]

    gradient, _ = class_gradient(PartialLabelLoss(network), network, [compose(parts, SIDE)])

    points = anchor_points(network)
    for gap, tile in zip(gaps, tiles, strict=True):
        inside = (
            (points[:, 0] > tile[0]) & (points[:, 0] < tile[2]) & (points[:, 1] > tile[1]) & (points[:, 1] < tile[3])
        )
        assert inside.sum() == 64 + 16 + 4
        for label, is_gap in enumerate(gap):
            assert ((gradient[0, inside, label] == 0) == is_gap).all()


def test_half_precision_predictions_are_taken_to_single(network: Any) -> None:
    pictures = torch.rand(1, 3, SIDE, SIDE)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        raw = network(pictures)

    losses, _ = PartialLabelLoss(network)(raw, collate([scene()]))

    assert raw["scores"].dtype == torch.bfloat16
    assert losses.dtype == torch.float32
    assert torch.isfinite(losses).all()


def test_a_batch_without_any_box_teaches_absence_only(network: Any) -> None:
    empty = scene()
    nothing = Scene(
        pixels=empty.pixels,
        boxes=np.zeros((0, 4), np.float32),
        labels=np.zeros(0, np.int64),
        untaught_boxes=empty.untaught_boxes,
        untaught_labels=empty.untaught_labels,
    )

    gradient, boxes = class_gradient(PartialLabelLoss(network), network, [nothing])

    assert (gradient[0, :, 0] > 0).all()
    assert (boxes == 0).all()


def test_rectangles_hold_their_left_and_top_edges_only() -> None:
    points = torch.tensor([[0.0, 0.0], [4.0, 4.0], [8.0, 4.0], [9.0, 9.0]])
    boxes = torch.tensor([[[0.0, 0.0, 8.0, 8.0], [0.0, 0.0, 0.0, 0.0]]])
    labels = torch.tensor([[[True, False], [True, True]]])

    assert untaught_terms(points, boxes, labels)[0].tolist() == [
        [True, False],
        [True, False],
        [False, False],
        [False, False],
    ]
