"""Scenes become tensors. The order of everything is fixed by seed, epoch and step, so a training can go on anywhere."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import cv2
import numpy as np
import torch
from torch.utils.data import DataLoader

from models.training.composer import Composer, Draw
from models.training.data import Integers
from models.training.recipe import ScheduleRecipe
from models.training.scene import Scene

Batch = dict[str, Any]


def collate(scenes: Sequence[Scene]) -> Batch:
    """Tensors of scenes of one size.

    `img` (b, 3, side, side) uint8, red first; `batch_idx` and `cls` (n,), `bboxes` (n, 4) centre x and y, width,
    height in fractions: what ultralytics' loss reads. `untaught_boxes` (b, r, 4) in pixels and `untaught_labels`
    (b, r, labels) as in Scene, filled up with empty rectangles.
    """
    side = scenes[0].width
    counts = [len(scene.labels) for scene in scenes]
    boxes = np.concatenate([scene.boxes for scene in scenes]) / side
    most = max(len(scene.untaught_boxes) for scene in scenes)
    untaught_boxes = np.zeros((len(scenes), most, 4), dtype=np.float32)
    untaught_labels = np.zeros((len(scenes), most, scenes[0].untaught_labels.shape[1]), dtype=np.bool_)
    for row, scene in enumerate(scenes):
        untaught_boxes[row, : len(scene.untaught_boxes)] = scene.untaught_boxes
        untaught_labels[row, : len(scene.untaught_labels)] = scene.untaught_labels
    pixels = np.stack([scene.pixels for scene in scenes])[..., ::-1].transpose(0, 3, 1, 2)
    centred = np.concatenate([(boxes[:, :2] + boxes[:, 2:]) / 2, boxes[:, 2:] - boxes[:, :2]], axis=1)
    return {
        "img": torch.from_numpy(np.ascontiguousarray(pixels)),
        "batch_idx": torch.from_numpy(np.repeat(np.arange(len(scenes)), counts).astype(np.float32)),
        "cls": torch.from_numpy(np.concatenate([scene.labels for scene in scenes]).astype(np.float32)),
        "bboxes": torch.from_numpy(centred.astype(np.float32)),
        "untaught_boxes": torch.from_numpy(untaught_boxes),
        "untaught_labels": torch.from_numpy(untaught_labels),
    }


class SceneSet:
    """What a DataLoader reads: a draw in, a scene out. Other tiles of a mosaic are drawn from the epoch's pictures."""

    def __init__(self, composer: Composer, mixed: Integers) -> None:
        self._composer = composer
        self._mixed = mixed

    def __len__(self) -> int:
        return len(self._mixed)

    def __getitem__(self, draw: Draw) -> Scene:
        return self._composer.compose(draw, self._mixed)


class EpochDraws:
    """Lists of draws, one per batch, from `first_step` on. The last, smaller batch of an epoch is left out."""

    def __init__(
        self,
        order: Integers,
        recipe: ScheduleRecipe,
        *,
        seed: int,
        epoch: int,
        first_step: int,
        is_closing: Callable[[int], bool],
    ) -> None:
        self._order = order
        self._recipe = recipe
        self._seed = seed
        self._epoch = epoch
        self._first_step = first_step
        self._is_closing = is_closing

    def __len__(self) -> int:
        return max(0, len(self._order) // self._recipe.batch_size - self._first_step)

    def __iter__(self) -> Iterator[list[Draw]]:
        size = self._recipe.batch_size
        for step in range(self._first_step, len(self._order) // size):
            rng = np.random.default_rng((self._seed, self._epoch, step, 3))
            side = int(rng.choice(self._recipe.sizes_px))
            closing = self._is_closing(step)
            positions = range(step * size, (step + 1) * size)
            yield [
                Draw(
                    index=int(self._order[each]),
                    epoch=self._epoch,
                    position=each,
                    side_px=side,
                    is_closing=closing,
                )
                for each in positions
            ]


def load(composer: Composer, draws: EpochDraws, mixed: Integers, *, workers: int) -> Any:
    """An iterable of batches. `workers` processes prepare them; 0: the calling thread does."""
    return DataLoader(
        SceneSet(composer, mixed),
        batch_sampler=draws,
        collate_fn=collate,
        num_workers=workers,
        worker_init_fn=_begin_worker if workers else None,
        pin_memory=torch.cuda.is_available(),
    )


def _begin_worker(_number: int) -> None:
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
