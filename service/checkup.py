"""What `brightkitchen check` reports: does the camera answer, what does it cost, does the network run on it."""

import os
import time

from detector.detector import Detector
from detector.errors import DetectorError
from detector.pictures import PixelPicture
from detector.runtime_choice import session_opener
from domain.organisation import Source
from models.registry import ZOO_FOLDER, ModelRegistry
from service.settings import ServiceSettings
from streams.check import CheckReport, check_source
from streams.errors import StreamError

ANALYSED_FPS = 5.0
_TRIAL_LOOKS = 5
# Of the processors' time; the rest is for alerts, the database and the system.
_USABLE_SHARE = 0.9


def checkup(settings: ServiceSettings, location: str, seconds: float) -> tuple[str, bool]:
    """Open the source once and describe it in lines for people; false where it cannot be used.

    Blocks for about `seconds`. Raises ModelError for a network that cannot be opened.
    """
    try:
        report = check_source(Source(location=location), settings.streams, seconds)
    except StreamError as error:
        return f"not usable ({error.code}): {error}", False
    network_ms = measure_network(settings, report.width_px, report.height_px)
    return "\n".join(describe(report, network_ms)), True


def measure_network(settings: ServiceSettings, width_px: int, height_px: int) -> float:
    """Processor milliseconds of one look at a picture of that size, on one thread (median of a few)."""
    import numpy as np

    model = ModelRegistry(settings.models_folder or ZOO_FOLDER).load(settings.detector.model)
    detector = Detector(session_opener(model, settings.detector)(), model.manifest, settings.detector)
    picture = PixelPicture(np.full((height_px, width_px, 3), 127, dtype=np.uint8))
    looks = []
    for _ in range(_TRIAL_LOOKS + 1):
        began = time.process_time()
        if detector.look([picture])[0] is None:
            raise DetectorError("the network could not judge a picture of this size")
        looks.append(1000 * (time.process_time() - began))
    return sorted(looks[1:])[_TRIAL_LOOKS // 2]


def describe(report: CheckReport, network_ms: float) -> list[str]:
    """Lines of text; the estimate of cameras is arithmetic on the two costs, not a measurement."""
    fps = report.measured_fps or report.declared_fps
    lines = [
        f"source       {report.address}",
        f"video        {report.codec} {report.profile or ''} {report.width_px}×{report.height_px}",
        f"rate         {_number(report.measured_fps, 'pictures/s')}, declared {_number(report.declared_fps, '')}",
        f"keyframes    every {_number(report.keyframe_seconds, 's at most')}",
        f"bit rate     {_number(report.bits_per_second and report.bits_per_second / 1e6, 'Mbit/s')}",
        f"opened in    {report.open_seconds:.2f} s, first picture after {report.first_picture_seconds:.2f} s",
        f"pictures     {report.pictures} of {report.packets} packets, {report.reordered_pictures} held back",
        f"damaged      {report.corrupt_packets} packets, {report.corrupt_pictures} pictures",
        f"decoding     {report.decode_cpu_ms:.1f} ms of processor time per picture",
        f"network      {network_ms:.1f} ms of processor time per look",
    ]
    if report.arrival_spread_seconds is not None:
        lines.insert(5, f"arrival      within {report.arrival_spread_seconds:.2f} s of an even pace")
    if fps:
        per_second = fps * report.decode_cpu_ms + min(fps, ANALYSED_FPS) * network_ms
        cores = len(os.sched_getaffinity(0))
        lines.append(
            f"estimate     {per_second:.0f} ms per camera-second at {ANALYSED_FPS:g} looks/s: about "
            f"{_USABLE_SHARE * cores * 1000 / per_second:.0f} such cameras on {cores} cores"
        )
    return lines


def _number(value: float | None, unit: str) -> str:
    return f"{value:.2f} {unit}" if value is not None else f"unknown {unit}"
