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
from streams.redaction import redact_url
from streams.smaller_streams import Proposal, propose

ANALYSED_FPS = 5.0
_TRIAL_LOOKS = 5
# Of the processors' time; the rest is for alerts, the database and the system.
_USABLE_SHARE = 0.9


def checkup(
    settings: ServiceSettings, location: str, seconds: float, *, looks_for_smaller: bool = False
) -> tuple[str, bool]:
    """Open the source once and describe it in lines for people; false where it cannot be used.

    With `looks_for_smaller` the stream that the maker's cameras have beside it is opened too, where its address tells.
    Blocks for about `seconds` (each). Raises ModelError for a network that cannot be opened.
    """
    try:
        report = check_source(Source(location=location), settings.streams, seconds)
    except StreamError as error:
        return f"not usable ({error.code}): {error}", False
    network_ms = measure_network(settings, report.width_px, report.height_px)
    lines = describe(report, network_ms)
    if looks_for_smaller and (proposal := propose(location)) is not None:
        lines += _smaller(settings, proposal, report, seconds)
    return "\n".join(lines), True


def _smaller(settings: ServiceSettings, proposal: Proposal, main: CheckReport, seconds: float) -> list[str]:
    """What the stream gives that this maker's cameras have beside the one that was checked."""
    head = ["", f"smaller      {redact_url(proposal.location)}", f"             as {proposal.maker} writes it"]
    try:
        report = check_source(Source(location=proposal.location), settings.streams, seconds)
    except StreamError as error:
        return [*head, f"             not there ({error.code}): {error}"]
    network_ms = measure_network(settings, report.width_px, report.height_px)
    lines = [*head, *describe(report, network_ms)[1:]]
    pixels = report.width_px * report.height_px / (main.width_px * main.height_px)
    if pixels >= 1:
        return [*lines, "advice       no smaller than the stream above: there is nothing to gain"]
    return [
        *lines,
        f"advice       {pixels:.0%} of the pixels, {_share(report, main)} of the decoding. If it shows the same place,",
        "             set it as the camera's analysis_location; stills and clips are then of this stream too",
    ]


def _share(report: CheckReport, main: CheckReport) -> str:
    fps, main_fps = (each.measured_fps or each.declared_fps or 1.0 for each in (report, main))
    cost, main_cost = report.decode_cpu_ms * fps, main.decode_cpu_ms * main_fps
    return f"{cost / main_cost:.0%}" if main_cost > 0 else "an unknown share"


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
