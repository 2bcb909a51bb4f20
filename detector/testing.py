"""Stand-ins for networks, supplies and sinks: what they return is written down by the test."""

import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from detector.errors import NetworkError
from domain.attention import Attention
from domain.detection import Detection, Observation
from domain.frame import Frame
from domain.geometry import Box, FloatArray
from domain.ids import CameraId
from models.attire import AttireManifest, AttributeManifest, Calibration
from models.framing import Framing
from models.manifest import (
    Head,
    LabelManifest,
    ModelManifest,
    NetworkInput,
    RuntimeFormat,
    Training,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptedBox:
    """A box that a scripted network finds; `box` in fractions of the network's canvas, `label` its position."""

    label: int
    confidence: float
    box: Box


class ScriptedSession:
    """A network that finds the same boxes in every picture. Batches are kept in `batches` as their shapes.

    `refuses` names batch sizes that fail with NetworkError.
    """

    def __init__(
        self,
        boxes: Sequence[ScriptedBox] = (),
        *,
        label_count: int = 2,
        head: Head = Head.NMS,
        refuses: frozenset[int] = frozenset(),
    ) -> None:
        self._boxes = tuple(boxes)
        self._label_count = label_count
        self._head = head
        self._refuses = refuses
        self.batches: list[tuple[int, ...]] = []

    @property
    def runtime(self) -> str:
        return "scripted"

    def infer(self, batch: FloatArray) -> FloatArray:
        self.batches.append(batch.shape)
        count, _, height, width = batch.shape
        if count in self._refuses:
            raise NetworkError(self.runtime, f"refuses batches of {count}")
        one = self._nms_head(width, height) if self._head is Head.NMS else self._end_to_end_head(width, height)
        return np.repeat(one[None], count, axis=0)

    def _nms_head(self, width: int, height: int) -> FloatArray:
        anchors = sum((width // stride) * (height // stride) for stride in (8, 16, 32))
        output = np.zeros((4 + self._label_count, max(anchors, len(self._boxes))), dtype=np.float32)
        for column, each in enumerate(self._boxes):
            center = each.box.center
            output[:4, column] = (
                center.x * width,
                center.y * height,
                each.box.width * width,
                each.box.height * height,
            )
            output[4 + each.label, column] = each.confidence
        return output

    def _end_to_end_head(self, width: int, height: int) -> FloatArray:
        output = np.zeros((max(10, len(self._boxes)), 6), dtype=np.float32)
        for row, each in enumerate(self._boxes):
            box = each.box
            edges = (box.left * width, box.top * height, box.right * width, box.bottom * height)
            output[row] = (*edges, each.confidence, each.label)
        return output


class ScriptedDetector:
    """A detector that answers what a function says, frame by frame; None is "cannot be judged"."""

    def __init__(self, answer: Callable[[Frame], Sequence[Detection] | None]) -> None:
        self._answer = answer

    def detect(self, frames: Sequence[Frame]) -> list[tuple[Detection, ...] | None]:
        answers = [self._answer(frame) for frame in frames]
        return [None if answer is None else tuple(answer) for answer in answers]


class InMemoryFrameSupply:
    """The newest frame of each camera, oldest camera first. Any thread."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._frames: deque[Frame] = deque()

    def put(self, frame: Frame) -> None:
        with self._condition:
            older = next((each for each in self._frames if each.camera_id == frame.camera_id), None)
            if older:
                self._frames.remove(older)
            self._frames.append(frame)
            self._condition.notify()

    def take(self, limit: int, timeout_seconds: float) -> Sequence[Frame]:
        """See detector.ports.FrameSupply."""
        with self._condition:
            self._condition.wait_for(lambda: bool(self._frames), timeout_seconds)
            return [self._frames.popleft() for _ in range(min(limit, len(self._frames)))]


class InMemoryObservationSink:
    """Keeps what it is told, in the order of telling. Any thread may wait for it."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._observations: list[Observation] = []
        self._forgotten: list[CameraId] = []

    def observe(self, observation: Observation, frame: Frame) -> None:
        if observation.camera_id != frame.camera_id or observation.sequence != frame.sequence:
            raise ValueError(f"observation of frame {observation.sequence} came with frame {frame.sequence}")
        with self._condition:
            self._observations.append(observation)
            self._condition.notify_all()

    def forget(self, camera_id: CameraId) -> None:
        with self._condition:
            self._forgotten.append(camera_id)
            self._condition.notify_all()

    def wait_for(self, *, observations: int = 0, forgotten: int = 0, timeout_seconds: float = 10.0) -> bool:
        """Whether as many of both were told of in time."""
        with self._condition:
            return self._condition.wait_for(
                lambda: len(self._observations) >= observations and len(self._forgotten) >= forgotten,
                timeout_seconds,
            )

    @property
    def observations(self) -> list[Observation]:
        with self._condition:
            return list(self._observations)

    @property
    def forgotten(self) -> list[CameraId]:
        with self._condition:
            return list(self._forgotten)


def make_manifest(
    thresholds: Mapping[str, float] | None = None,
    *,
    groups: Mapping[str, str] | None = None,
    head: Head = Head.NMS,
    network_input: NetworkInput | None = None,
) -> ModelManifest:
    """A manifest of a network that exists in a test only."""
    named = thresholds or {"rodent": 0.5, "person": 0.4}
    return ModelManifest(
        name="scripted",
        version="1",
        file="scripted.onnx",
        sha256="0" * 64,
        format=RuntimeFormat.ONNX,
        head=head,
        input=network_input or NetworkInput(stride=32, longest_side_px=416),
        labels=tuple(
            LabelManifest(name=name, threshold=threshold, group=(groups or {}).get(name))
            for name, threshold in named.items()
        ),
        licence="AGPL-3.0",
        training=Training(architecture="none", started_from="nothing", epochs=0, longest_side_px=416),
        sources=(),
    )


class ScriptedAttireSession:
    """An attire network that answers each crop with what a function of its pixels says. Batches are kept as sizes.

    The function gets a crop of shape (3, height, width) in [0, 1] and gives logits: states, then clarities.
    """

    def __init__(self, answer: Callable[[FloatArray], Sequence[float]]) -> None:
        self._answer = answer
        self.batches: list[int] = []

    @property
    def runtime(self) -> str:
        return "scripted"

    def infer(self, batch: FloatArray) -> FloatArray:
        self.batches.append(len(batch))
        return np.array([self._answer(crop) for crop in batch], dtype=np.float32)


def make_attire_manifest(**changes: object) -> AttireManifest:
    """Headwear and kitchen uniform, uncalibrated, with a band of doubt from 0.3 to 0.7."""
    attributes = tuple(
        AttributeManifest(
            name=name,
            meaning="something worn",
            calibration=Calibration(scale=1.0, shift=0.0),
            absent_below=0.3,
            present_above=0.7,
            clear_above=0.5,
        )
        for name in ("headwear", "kitchen_uniform")
    )
    given: dict[str, object] = {
        "name": "scripted-attire",
        "version": "1",
        "file": "scripted.onnx",
        "sha256": "1" * 64,
        "format": RuntimeFormat.ONNX,
        "licence": "AGPL-3.0",
        "training": Training(architecture="none", started_from="nothing", epochs=0, longest_side_px=128),
        "sources": (),
        "framing": Framing(),
        "minimum_height_px": 40,
        "attributes": attributes,
    }
    return AttireManifest.model_validate(given | changes)


class InMemoryAttentionSink:
    """Keeps what it is told; any thread may wait for it."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._told: list[tuple[CameraId, Attention]] = []

    def attend(self, camera_id: CameraId, attention: Attention) -> None:
        """See detector.ports.AttentionSink."""
        with self._condition:
            self._told.append((camera_id, attention))
            self._condition.notify_all()

    def wait_for(self, count: int, *, timeout_seconds: float = 10.0) -> bool:
        """Whether it was told so often in time."""
        with self._condition:
            return self._condition.wait_for(lambda: len(self._told) >= count, timeout_seconds)

    @property
    def told(self) -> list[tuple[CameraId, Attention]]:
        with self._condition:
            return list(self._told)
