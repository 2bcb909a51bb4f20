"""Decoding on a device instead of on the processor, where one was chosen and can be opened; otherwise as always.

Whether a device works is tried once per process and choice, by opening it for H.264. One that cannot be opened is told
of in one warning, with the reason, and cameras are decoded on the processor. Pictures come back to main memory: the
gate, evidence and the network's letterbox read them there.
"""

import threading
from collections.abc import Callable

import av
import av.error
import structlog
from av.codec.hwaccel import HWAccel

from streams.settings import DecoderHardware

log = structlog.get_logger(__name__)

SOFTWARE = "software"
_AUTOMATIC = (DecoderHardware.CUDA, DecoderHardware.VAAPI, DecoderHardware.QSV)  # in the order in which they are tried
_PROBED_CODEC = "h264"

OpenDevice = Callable[[DecoderHardware], None]
"""Opens a device and lets go of it again. Raises FFmpegError or NotImplementedError where that cannot be."""


def open_device(hardware: DecoderHardware) -> None:
    HWAccel(device_type=hardware.value).create(av.Codec(_PROBED_CODEC, "r"))


class Accelerators:
    """What decodes for each choice; any thread."""

    def __init__(self, device: OpenDevice = open_device) -> None:
        self._device = device
        self._lock = threading.Lock()
        self._found: dict[DecoderHardware, DecoderHardware | None] = {}

    def of(self, wanted: DecoderHardware) -> DecoderHardware | None:
        """The device to use, None for the processor. The first call per choice opens devices, which takes a moment."""
        if wanted is DecoderHardware.NONE:
            return None
        with self._lock:
            if wanted not in self._found:
                self._found[wanted] = self._tried(wanted)
            return self._found[wanted]

    def works(self, hardware: DecoderHardware) -> bool:
        """Whether the device can be opened at this moment: it may be full, or gone."""
        return self._fault(hardware) is None

    def _tried(self, wanted: DecoderHardware) -> DecoderHardware | None:
        faults: dict[str, str] = {}
        for hardware in _AUTOMATIC if wanted is DecoderHardware.AUTO else (wanted,):
            fault = self._fault(hardware)
            if fault is None:
                log.info("decoder_hardware_opened", hardware=hardware.value)
                return hardware
            faults[hardware.value] = fault
        log.warning("decoder_hardware_not_usable", wanted=wanted.value, reasons=faults, instead=SOFTWARE)
        return None

    def _fault(self, hardware: DecoderHardware) -> str | None:
        try:
            self._device(hardware)
        except NotImplementedError:
            return "this build of FFmpeg cannot use it"
        except av.error.FFmpegError as error:
            return f"it cannot be opened: {error.strerror}"
        return None
