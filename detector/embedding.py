"""From a part of a picture to the numbers that heads are taught on."""

from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

import cv2
import numpy as np

from detector import metrics
from detector.errors import NetworkError, NetworkOutputError
from detector.ports import NetworkSession
from detector.runtimes.onnxruntime import OnnxSession
from detector.shared_session import OnDemandSession
from domain.detection import ModelReference
from domain.frame import Picture, Pixels
from domain.geometry import Box, FloatArray, Polygon
from models.embedding import EmbeddingManifest
from models.errors import ModelFormatError
from models.manifest import ColourOrder, RuntimeFormat
from models.registry import LoadedNetwork

LoadedEmbedding = LoadedNetwork[EmbeddingManifest]

MARGIN = 0.1  # of the region's sides, on each side: what opens sticks out of what was drawn around it closed
_ASKED_SIDES = 2  # a region is cut from a picture in which its shorter side has so many times the network's side
_LEAST_SIDE_PX = 8
_MAXIMUM_BATCH = 16


def open_embedder(network: LoadedEmbedding) -> "Embedder":
    """An embedder, proven by one blank picture, whose network is opened at its first look. Raises ModelFormatError."""
    manifest, path = network.manifest, network.path
    if manifest.format is not RuntimeFormat.ONNX:
        raise ModelFormatError(path, expected="an embedding network in ONNX", found=manifest.format.value)

    def opened() -> NetworkSession:
        session = OnnxSession(path)
        check_embedding(session, manifest, path)
        return session

    return Embedder(OnDemandSession.proven(opened), manifest)


def check_embedding(session: NetworkSession, manifest: EmbeddingManifest, path: Path) -> None:
    """Infer one blank picture and compare the output with the promised numbers. Raises ModelFormatError."""
    size = manifest.input.fixed_size
    assert size is not None
    try:
        output = session.infer(np.zeros((1, 3, size.height_px, size.width_px), dtype=np.float32))
    except NetworkError as error:
        expected = f"a network that takes (1, 3, {size.height_px}, {size.width_px})"
        raise ModelFormatError(path, expected=expected, found=error.reason) from error
    if output.shape != (1, manifest.dimensions):
        raise ModelFormatError(path, expected=f"output of shape (1, {manifest.dimensions})", found=str(output.shape))


class Embedder:
    """Turns cut-out pictures into numbers. It belongs to one thread at a time, as its session does."""

    def __init__(self, session: NetworkSession, manifest: EmbeddingManifest) -> None:
        self._session = session
        self._manifest = manifest

    @property
    def reference(self) -> ModelReference:
        return self._manifest.reference

    def embed(self, pictures: Sequence[Pixels]) -> FloatArray:
        """Rows of length 1 of shape (pictures, dimensions). Pictures are BGR of any size; their shape is not kept.

        Raises NetworkError or NetworkOutputError.
        """
        rows = [self._infer(pictures[at : at + _MAXIMUM_BATCH]) for at in range(0, len(pictures), _MAXIMUM_BATCH)]
        return np.concatenate(rows) if rows else np.zeros((0, self._manifest.dimensions), dtype=np.float32)

    def _infer(self, pictures: Sequence[Pixels]) -> FloatArray:
        planes = np.stack([self._planes(pixels) for pixels in pictures])
        began = perf_counter()
        rows = self._session.infer(planes)
        metrics.INFERENCE_SECONDS.labels(self._manifest.name, self._session.runtime).observe(perf_counter() - began)
        expected = (len(pictures), self._manifest.dimensions)
        if rows.shape != expected:
            raise NetworkOutputError(expected=str(expected), found=rows.shape)
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        if not np.all(np.isfinite(lengths)) or not np.all(lengths > 0):
            raise NetworkError(self._session.runtime, "the numbers of a picture have no direction")
        return np.asarray(rows / lengths, dtype=np.float32)

    def _planes(self, pixels: Pixels) -> FloatArray:
        size = self._manifest.input.fixed_size
        assert size is not None
        wanted = (size.width_px, size.height_px)
        shrinks = wanted[0] < pixels.shape[1] and wanted[1] < pixels.shape[0]
        scaled = cv2.resize(pixels, wanted, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
        if self._manifest.input.colour_order is ColourOrder.RGB:
            scaled = scaled[:, :, ::-1]
        planes = np.ascontiguousarray(scaled.transpose(2, 0, 1), dtype=np.float32)
        return np.asarray(planes / np.float32(self._manifest.input.value_divisor))


def surrounding_box(region: Polygon) -> Box:
    """The upright box around a region with some margin, inside the frame."""
    xs, ys = [corner.x for corner in region.corners], [corner.y for corner in region.corners]
    across, along = MARGIN * (max(xs) - min(xs)), MARGIN * (max(ys) - min(ys))
    box = Box.clipped(min(xs) - across, min(ys) - along, max(xs) + across, max(ys) + along)
    assert box is not None, "a polygon has an area inside the frame"
    return box


def cut_out(picture: Picture, box: Box, *, side_px: int = 128) -> Pixels:
    """The pixels of a part of a picture, from a picture scaled down as far as `side_px` allows.

    Raises ValueError for a part of fewer than 8 pixels in width or height: there is nothing to see.
    """
    width_px, height_px = box.width * picture.width, box.height * picture.height
    if min(width_px, height_px) < _LEAST_SIDE_PX:
        raise ValueError(
            f"expected a region of at least {_LEAST_SIDE_PX} px, found {width_px:.0f}x{height_px:.0f} px "
            f"in a picture of {picture.width}x{picture.height}"
        )
    scale = min(1.0, _ASKED_SIDES * side_px / min(width_px, height_px))
    # Even sides: decoders' planes want them.
    width, height = (max(2, round(side * scale / 2) * 2) for side in (picture.width, picture.height))
    pixels = picture.bgr() if scale >= 1.0 else picture.bgr(width, height)
    rows, columns = pixels.shape[:2]
    top, bottom = round(box.top * rows), round(box.bottom * rows)
    left, right = round(box.left * columns), round(box.right * columns)
    return np.ascontiguousarray(pixels[top:bottom, left:right])
