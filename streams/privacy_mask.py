"""Parts of a picture that nobody may see: black before anything else gets the pixels."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import cv2
import numpy as np

from domain.frame import Frame, Luma, Picture, Pixels
from domain.geometry import Polygon

# Scaling mixes neighbouring pixels: the edge is blackened so much wider, in pixels of the picture that is given.
_EDGE_PX = 3


class BlackedPicture:
    """A picture with black polygons, as a `domain.frame.Picture`. Any thread.

    The pixels behind them leave this object in no form: each array is blackened before it is handed out.
    """

    __slots__ = ("_picture", "zones")

    def __init__(self, picture: Picture, zones: tuple[Polygon, ...]) -> None:
        self._picture = picture
        self.zones = zones

    @property
    def width(self) -> int:
        return self._picture.width

    @property
    def height(self) -> int:
        return self._picture.height

    def bgr(self, width: int | None = None, height: int | None = None) -> Pixels:
        """See `domain.frame.Picture`. The array is the caller's own."""
        return self._blackened(np.array(self._picture.bgr(width, height)))

    def luma(self, width: int, height: int) -> Luma:
        """See `domain.frame.Picture`."""
        return self._blackened(np.array(self._picture.luma(width, height)))

    def _blackened(self, pixels: Pixels) -> Pixels:
        height, width = pixels.shape[:2]
        for zone in self.zones:
            corners = np.array(
                [[round(corner.x * width), round(corner.y * height)] for corner in zone.corners], dtype=np.int32
            )
            cv2.fillPoly(pixels, [corners], (0, 0, 0))
            cv2.polylines(pixels, [corners], True, (0, 0, 0), thickness=_EDGE_PX)
        return pixels


def blacked(picture: Picture, zones: Sequence[Polygon]) -> Picture:
    """The picture without what lies in the zones; the same one where there are none, or where it is so already."""
    if not zones:
        return picture
    if isinstance(picture, BlackedPicture) and set(picture.zones) >= set(zones):
        return picture
    return BlackedPicture(picture, tuple(zones))


class KeepsPackets(Protocol):
    """What remembers whole pictures; `streams.ring.PacketRing` is the real one."""

    def keep(self, is_wanted: bool) -> None: ...


class PrivateParts:
    """The parts of one camera that nobody may see, as they are now. Any thread.

    Packets hold the whole picture: with such parts none are kept, so there are no clips.
    """

    def __init__(self, packets: KeepsPackets) -> None:
        self._packets = packets
        self._zones: tuple[Polygon, ...] = ()

    def hide(self, zones: Sequence[Polygon]) -> None:
        """Nobody sees these parts from now on, also not in pictures that were taken before."""
        self._packets.keep(not zones)
        self._zones = tuple(zones)

    def blacked(self, picture: Picture) -> Picture:
        return blacked(picture, self._zones)

    def hidden(self, frame: Frame) -> Frame:
        """The frame as it may be seen."""
        picture = self.blacked(frame.picture)
        return frame if picture is frame.picture else replace(frame, picture=picture)
