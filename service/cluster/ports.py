"""What the parts of a cluster need of each other."""

from typing import Protocol

from domain.frame import Pixels
from domain.ids import CameraId


class Keeper(Protocol):
    """Starts and stops cameras in this process; `service.cameras.CameraKeeper` is the real one. Any thread."""

    def bring_up(self, camera_id: CameraId) -> None: ...

    def camera_deleted(self, camera_id: CameraId) -> None: ...

    def camera_let_go(self, camera_id: CameraId, wait_seconds: float) -> None: ...


class PictureSource(Protocol):
    """The newest picture of a camera, wherever it is watched. Any thread."""

    def pixels(self, group_id: str, camera_id: CameraId, width: int, height: int) -> Pixels | None:
        """BGR of that size, or None where the group does not answer in time or has no picture."""
        ...


class NodeActors(Protocol):
    """The machines of the cluster, and the processes on them that watch cameras. One thread."""

    def ensure(self) -> None:
        """Start what is missing on every machine that is there. Never waits for it."""
        ...

    def living_nodes(self) -> list[str]: ...
