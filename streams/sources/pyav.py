"""The one adapter to PyAV: RTSP, HTTP, HLS, MJPEG, files and video devices.

Time limits, as tried against servers that accept and never answer or trickle garbage: PyAV's own timeout
interrupts every call that reads from the network; it counts opening and probing apart, so opening takes twice
the open timeout at most. What no interrupt reaches (a name server, a device driver, a dead network disk) is the
business of the fleet's watchdog, which leaves the thread behind.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import suppress

import av
import av.error
from av.codec.hwaccel import HWAccel
from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from domain.organisation import Source
from streams.errors import (
    BadDataError,
    CameraUnreachableError,
    DeviceError,
    NoVideoError,
    StreamEndedError,
    StreamError,
)
from streams.picture import AvPicture
from streams.ports import StreamProperties
from streams.settings import DecoderHardware, StreamSettings
from streams.sources.diagnosis import diagnosed
from streams.sources.hardware import SOFTWARE, Accelerators
from streams.sources.location import Location, SourceKind, located
from streams.sources.ports import DecodedPicture, Encoding, OpenSource, SourcePacket
from streams.sources.translation import translated

# Demuxers that invent 25 pictures per second for data that carry no clock.
_CLOCKLESS_FORMATS = {"mpjpeg", "mjpeg", "h264", "hevc", "m4v"}


class PyAvOpener:
    """Opens every kind of source with PyAV; any thread."""

    def __init__(self, accelerators: Accelerators | None = None) -> None:
        self._accelerators = accelerators or Accelerators()

    def open(self, source: Source, settings: StreamSettings) -> OpenSource:
        location = located(source, settings)
        began = time.monotonic()
        hardware = self._accelerators.of(settings.decoder_hardware)
        try:
            try:
                container = _container(location, settings, hardware)
            except av.error.FFmpegError:
                if hardware is None or self._accelerators.works(hardware):
                    raise
                # The device was there before and is full or gone now: better the processor than nothing.
                hardware = None
                container = _container(location, settings, hardware)
        except av.error.FFmpegError as error:
            known = _why_not_open(error, location)
            raise diagnosed(known, location, settings, elapsed_seconds=time.monotonic() - began) from None
        except (UnicodeError, ValueError) as error:
            # Raised by PyAV itself while it wraps what the source declared.
            raise BadDataError(location.shown, type(error).__name__) from None
        try:
            return PyAvSource(container, location, settings, hardware)
        except BaseException:
            container.close()
            raise


def _decoder_options(settings: StreamSettings) -> dict[str, str]:
    options = {"max_pixels": str(settings.maximum_picture_pixels)}
    if settings.decoder_skips_loop_filter:
        options["skip_loop_filter"] = "all"
    return options


def _container(location: Location, settings: StreamSettings, hardware: DecoderHardware | None) -> InputContainer:
    return av.open(
        location.address,
        format=location.format_name,
        options=location.options,
        timeout=(settings.open_timeout_seconds, settings.read_timeout_seconds),
        metadata_errors="replace",
        # Streams that the device cannot decode are decoded by the processor.
        hwaccel=None if hardware is None else HWAccel(device_type=hardware.value, allow_software_fallback=True),
    )


def _why_not_open(error: av.error.FFmpegError, location: Location) -> StreamError:
    known = translated(error, location)
    if isinstance(known, StreamEndedError):
        is_file = location.kind is SourceKind.FILE
        return (
            BadDataError(location.shown, "the file is cut off")
            if is_file
            else CameraUnreachableError(location.shown, "it closed the connection")
        )
    return known


class PyAvSource:
    """An open stream. One thread uses it; see `streams.sources.ports.OpenSource`."""

    def __init__(
        self,
        container: InputContainer,
        location: Location,
        settings: StreamSettings,
        hardware: DecoderHardware | None = None,
    ) -> None:
        self._container = container
        self._location = location
        self._stream = _video_of(container, location)
        self._decoder = self._stream.codec_context
        self._hardware = hardware if self._decoder.is_hwaccel else None
        self._decoder.thread_count = 1
        self._decoder.options = _decoder_options(settings)
        self._packets: Iterator[Packet[VideoStream]] = container.demux(self._stream)

    @property
    def properties(self) -> StreamProperties:
        rate = self._stream.average_rate if self._has_clock else None
        return StreamProperties(
            codec=self._decoder.name,
            width_px=self._decoder.width,
            height_px=self._decoder.height,
            declared_fps=float(rate) if rate else None,
            decoder=SOFTWARE if self._hardware is None else self._hardware.value,
        )

    @property
    def encoding(self) -> Encoding:
        return Encoding(
            codec=self._decoder.name,
            extradata=bytes(self._decoder.extradata or b""),
            width_px=self._decoder.width,
            height_px=self._decoder.height,
        )

    @property
    def profile(self) -> str | None:
        return self._decoder.profile

    @property
    def reordered_pictures(self) -> int:
        return self._decoder.reorder_depth

    def read(self) -> SourcePacket | None:
        try:
            packet = next(self._packets)
        except StopIteration:
            self._end()
            return None
        except av.error.FFmpegError as error:
            raise translated(error, self._location) from None
        if packet.size == 0 and packet.dts is None:
            self._end()  # PyAV's own sign
            return None
        return SourcePacket(
            payload=bytes(packet),
            pts_seconds=_seconds(packet.pts, packet),
            dts_seconds=_seconds(packet.dts, packet),
            is_keyframe=packet.is_keyframe,
            is_corrupt=packet.is_corrupt,
            native=packet,
            sent_seconds=_sent_seconds(packet),
        )

    def _end(self) -> None:
        """What is the end of a file is the loss of a camera."""
        if self._location.kind is SourceKind.RTSP:
            raise CameraUnreachableError(self._location.shown, "it closed the connection")
        if self._location.kind is SourceKind.DEVICE:
            raise DeviceError(self._location.shown, "it ended")

    def decode(self, packet: SourcePacket, *, is_wanted: bool) -> list[DecodedPicture]:
        native = packet.native
        if not isinstance(native, Packet):
            raise TypeError(f"expected a packet of this source, got {type(native).__name__}")
        # Pictures that others build on are decoded all the same.
        self._decoder.skip_frame = "DEFAULT" if is_wanted else "NONREF"
        try:
            return [self._decoded(frame) for frame in self._decoder.decode(native)]
        except av.error.FFmpegError as error:
            raise BadDataError(self._location.shown, type(error).__name__) from None

    def decode_alone(self, packet: SourcePacket) -> list[DecodedPicture]:
        # A decoder that reorders gives a picture only when others have followed, or when it is told that none will.
        try:
            return self.decode(packet, is_wanted=True) + self.drain()
        finally:
            self._decoder.flush_buffers()

    def drain(self) -> list[DecodedPicture]:
        with suppress(av.error.FFmpegError):
            return [self._decoded(frame) for frame in self._decoder.decode(None)]
        return []

    def close(self) -> None:
        # The iterator holds the container's read buffer until it is closed itself.
        self._packets = iter(())
        self._container.close()

    def _decoded(self, frame: VideoFrame) -> DecodedPicture:
        # Not `frame.time`: of pictures that were drained PyAV knows no time base, and says nan.
        base = self._stream.time_base
        return DecodedPicture(
            picture=AvPicture(frame),
            pts_seconds=None if frame.pts is None or not base else float(frame.pts * base),
            is_keyframe=frame.key_frame,
            is_corrupt=frame.is_corrupt,
        )

    @property
    def _has_clock(self) -> bool:
        return self._container.format.name not in _CLOCKLESS_FORMATS


def _video_of(container: InputContainer, location: Location) -> VideoStream:
    # PyAV types the context as always there; it is None where FFmpeg has no decoder.
    streams = [stream for stream in container.streams.video if getattr(stream, "codec_context", None) is not None]
    if not streams:
        kinds = ", ".join(sorted({str(stream.type) for stream in container.streams})) or "nothing"
        raise NoVideoError(location.shown, f"it has {kinds}")
    stream = streams[0]
    if stream.codec_context.width < 1 or stream.codec_context.height < 1:
        raise BadDataError(location.shown, "it declares video without a size, and no picture came while probing")
    return stream


def _sent_seconds(packet: "Packet[VideoStream]") -> float | None:
    """From FFmpeg's AVProducerReferenceTime: microseconds of UNIX time as a signed integer, then flags."""
    if not packet.has_sidedata("prft"):
        return None
    content = bytes(packet.get_sidedata("prft"))
    return int.from_bytes(content[:8], sys.byteorder, signed=True) / 1e6 if len(content) >= 8 else None


def _seconds(ticks: int | None, packet: "Packet[VideoStream]") -> float | None:
    return None if ticks is None or not packet.time_base else float(ticks * packet.time_base)
