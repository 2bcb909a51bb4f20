"""What persons in a picture wear: crops in one batch, and for each attribute present, absent or unclear.

The network looks at clothes. It knows no faces, and nothing of what it sees of a person is kept but these answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np

from detector import metrics
from detector.errors import NetworkError, NetworkOutputError
from detector.ports import NetworkSession
from domain.attire import Wearing
from domain.frame import Pixels
from domain.geometry import Box, FloatArray
from models.attire import AttireManifest, AttributeManifest
from models.errors import ModelFormatError
from models.framing import cut_out, planes, shown_part
from models.registry import LoadedNetwork

# A box whose upper edge is this near to the picture's, in shares of its width, may have lost its head there.
EDGE_SHARE = 0.02
# Such a person is judged only where the network is this much surer than usual that it can be: odds, not shares.
EDGE_ODDS = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One look at one attribute of one person. `confidence` is the calibrated probability of what is said."""

    attribute: str
    state: Wearing
    confidence: float


class AttireReader:
    """Looks at persons with one network. It belongs to whom its session belongs to."""

    def __init__(self, session: NetworkSession, manifest: AttireManifest) -> None:
        self._session = session
        self._manifest = manifest

    @property
    def usable_attributes(self) -> frozenset[str]:
        """Attributes that are good enough to be told to anybody."""
        return self._manifest.usable_attributes

    def read(self, pixels: Pixels, boxes: Sequence[Box]) -> list[tuple[Reading, ...]]:
        """Readings of every attribute, in the manifest's order, for each person of a picture.

        `pixels` have shape (height, width, 3), blue first. Persons too small to be judged cost no network call.
        Raises NetworkError or NetworkOutputError.
        """
        framing = self._manifest.framing
        height, width = pixels.shape[:2]
        parts = [
            shown_part((b.left * width, b.top * height, b.right * width, b.bottom * height), framing) for b in boxes
        ]
        large = [place for place, part in enumerate(parts) if part[3] - part[1] >= self._manifest.minimum_height_px]
        answers = [self._all_unclear()] * len(boxes)
        if not large:
            return answers
        outputs = self._infer(planes([cut_out(pixels, parts[place], framing) for place in large]))
        for place, output in zip(large, outputs, strict=True):
            answers[place] = self._read(
                output, is_cut=boxes[place].top <= EDGE_SHARE * boxes[place].width * width / height
            )
        return answers

    def _infer(self, batch: FloatArray) -> FloatArray:
        began = perf_counter()
        outputs = self._session.infer(batch)
        metrics.INFERENCE_SECONDS.labels(self._manifest.name, self._session.runtime).observe(perf_counter() - began)
        expected = (len(batch), 2 * len(self._manifest.attributes))
        if outputs.shape != expected:
            raise NetworkOutputError(expected=str(expected), found=outputs.shape)
        return outputs

    def _read(self, output: FloatArray, *, is_cut: bool) -> tuple[Reading, ...]:
        attributes = self._manifest.attributes
        states, clarities = output[: len(attributes)], output[len(attributes) :]
        return tuple(
            judged(attribute, float(state), float(clarity), is_cut=is_cut)
            for attribute, state, clarity in zip(attributes, states, clarities, strict=True)
        )

    def _all_unclear(self) -> tuple[Reading, ...]:
        return tuple(_unclear(attribute) for attribute in self._manifest.attributes)


def judged(attribute: AttributeManifest, state: float, clarity: float, *, is_cut: bool = False) -> Reading:
    """What two logits say. Numbers that are none say nothing."""
    asked = np.log(EDGE_ODDS) if is_cut else 0.0
    worn = _probability(attribute.calibration.scale * state + attribute.calibration.shift)
    if not (np.isfinite(state) and _probability(clarity - asked) >= attribute.clear_above):
        return _unclear(attribute)
    if worn <= attribute.absent_below:
        return Reading(attribute=attribute.name, state=Wearing.ABSENT, confidence=1.0 - worn)
    if worn >= attribute.present_above:
        return Reading(attribute=attribute.name, state=Wearing.PRESENT, confidence=worn)
    return _unclear(attribute)


def _unclear(attribute: AttributeManifest) -> Reading:
    return Reading(attribute=attribute.name, state=Wearing.UNCLEAR, confidence=0.0)


def _probability(logit: float) -> float:
    """The logistic function; NaN stays NaN and then reaches no threshold."""
    return float(1.0 / (1.0 + np.exp(-np.clip(logit, -60.0, 60.0))))


def open_attire_session(network: LoadedNetwork[AttireManifest]) -> NetworkSession:
    """A session for any number of threads, proven by one blank crop.

    Raises ModelFormatError where the file is no such network as the manifest promises.
    """
    from detector.runtimes.onnxruntime import OnnxSession

    session = OnnxSession(network.path)
    check_attire_session(session, network.manifest, network.path)
    return session


def check_attire_session(session: NetworkSession, manifest: AttireManifest, path: Path) -> None:
    """Raise ModelFormatError unless a batch of two blank crops gives two numbers for each attribute of each."""
    framing, expected = manifest.framing, (2, 2 * len(manifest.attributes))
    try:
        output = session.infer(np.zeros((2, 3, framing.height_px, framing.width_px), dtype=np.float32))
    except NetworkError as error:
        wanted = f"a network that takes (N, 3, {framing.height_px}, {framing.width_px})"
        raise ModelFormatError(path, expected=wanted, found=error.reason) from error
    if output.shape != expected:
        raise ModelFormatError(path, expected=f"output of shape {expected}", found=str(output.shape))
