"""What the detector needs from outside, and what it offers to a runtime adapter."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

import numpy as np
import numpy.typing as npt

from detector.head_record import Head, HeadVersion
from detector.head_store import Fault
from domain.attention import Attention
from domain.detection import Detection, Observation
from domain.frame import Frame
from domain.ids import CameraId


class NetworkSession(Protocol):
    """One loaded network on one runtime. Unless it says otherwise it belongs to one thread at a time."""

    @property
    def runtime(self) -> str:
        """Short name for metrics: onnxruntime, ultralytics, openvino."""
        ...

    def infer(self, batch: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Raw output of the network for RGB planes in [0, 1] of shape (N, 3, height, width).

        Raises NetworkError where the runtime refuses the input or fails.
        """
        ...


class FrameDetector(Protocol):
    """Looks at pictures. It belongs to one inference thread; it is never called from two."""

    def detect(self, frames: Sequence[Frame]) -> list[tuple[Detection, ...] | None]:
        """One entry per frame, in their order; None where nothing can be said about the picture.

        Boxes below their label's threshold may be among them, down to what a tracker can use.
        """
        ...


class FrameSupply(Protocol):
    """Where the inference thread gets its next pictures from."""

    def take(self, limit: int, timeout_seconds: float) -> Sequence[Frame]:
        """The newest frame of up to `limit` cameras, oldest first; empty if none came in time.

        A frame is handed out once. Fair: no camera waits for ever while others are served.
        """
        ...


class ObservationSink(Protocol):
    """Who learns what was seen. Called on the inference thread; it must return in milliseconds."""

    def observe(self, observation: Observation, frame: Frame) -> None: ...

    def forget(self, camera_id: CameraId) -> None:
        """The camera's tracks are void (a seek, another resolution, a removed camera)."""
        ...


class AttentionSink(Protocol):
    """Who is told how closely a camera's pictures are needed. Called on inference threads, once per change."""

    def attend(self, camera_id: CameraId, attention: Attention) -> None:
        """Must not block. Nothing follows for a camera until its attention changes again."""
        ...


class HeadStore(Protocol):
    """Where taught heads are kept: `detector.head_store.FolderHeadStore` in a folder, the service's in its database.

    Any thread may read; whoever writes has the `turn`, and may enter it again.
    """

    @property
    def turn(self) -> AbstractContextManager[None]: ...

    def load_all(self) -> tuple[list[Head], list[Fault]]:
        """Every head that can be read, in order of id, and those that cannot."""
        ...

    def load_live(self) -> tuple[list[Head], list[Fault]]:
        """As `load_all`, of the live ones."""
        ...

    def live_versions(self) -> Mapping[str, int]:
        """The live version of each live head, by id."""
        ...

    def load(self, head_id: str) -> Head:
        """Raises HeadNotFoundError or HeadFileError."""
        ...

    def save(self, head: Head, *, over: Head | None) -> None:
        """Store it in the place of `over`, as which it was loaded (None: it is new).

        Raises HeadStoreError where it cannot be, also because somebody else changed it meanwhile.
        """
        ...

    def load_version(self, head: Head, number: int) -> HeadVersion:
        """A version, if it has the checksum that the head noted. Raises HeadNotFoundError or HeadFileError."""
        ...

    def save_version(self, version: HeadVersion) -> str:
        """The SHA-256 of what was stored. Raises HeadStoreError."""
        ...

    def save_crop(self, head_id: str, name: str, jpeg: bytes) -> None:
        """Raises HeadStoreError."""
        ...

    def load_crop(self, head_id: str, name: str) -> bytes:
        """Raises HeadNotFoundError."""
        ...

    def delete_crop(self, head_id: str, name: str) -> None: ...
