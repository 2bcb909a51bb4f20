"""One pass over an open source: packets into the ring, due pictures to whoever takes them. On the decode thread."""

from collections.abc import Callable, Iterable
from typing import Protocol

from domain.attention import Attention
from domain.frame import Picture
from streams.bitstream import H264, can_begin_here, length_size, nal_units, parameters_of
from streams.clock import Clock
from streams.continuity import Continuity
from streams.device_clock import DeviceClock
from streams.errors import BadDataError, StreamStalledError
from streams.lease import Lease
from streams.loudness import picture_kind
from streams.ring import PacketRing
from streams.selection import Look, Selection, Verdict
from streams.settings import StreamSettings
from streams.slumber import Arrival, Slumber, Step, WakeCause
from streams.sources.ports import DecodedPicture, OpenSource, SourcePacket
from streams.timeline import Instant, Timeline


class PictureTaker(Protocol):
    """Who is told what a playback found; on the decode thread. `deliver` may block, and then everything waits."""

    def deliver(self, picture: Picture, at: Instant) -> None: ...

    def passed_over(self, verdict: Verdict) -> None:
        """A picture that was decoded and is not handed on."""
        ...

    def sound(self, source_step_seconds: float | None) -> None:
        """A picture came that nobody had to invent, due or not."""
        ...

    def corrupt_packet(self) -> None: ...

    def rested(self, *, is_due: bool) -> None:
        """A picture came that is not decoded, because its camera is idle; it would have been due, or not."""
        ...

    def fell_asleep(self) -> None:
        """From here on only keyframes are decoded."""
        ...

    def woke(self, cause: WakeCause) -> None: ...


def always_awake() -> Attention:
    """Of cameras that nobody calls idle."""
    return Attention.AWAKE


class Playback:
    """Plays one open source; whoever opened it closes it."""

    def __init__(
        self,
        source: OpenSource,
        *,
        address: str,
        lease: Lease,
        clock: Clock,
        timeline: Timeline,
        ring: PacketRing,
        taker: PictureTaker,
        analysed_fps: Callable[[], float],
        settings: StreamSettings,
        attention: Callable[[], Attention] = always_awake,
        device_clock: DeviceClock | None = None,
    ) -> None:
        self._source = source
        self._address = address
        self._lease = lease
        self._clock = clock
        self._timeline = timeline
        self._ring = ring
        self._taker = taker
        self._analysed_fps = analysed_fps
        self._attention = attention
        self._device_clock = device_clock or DeviceClock()
        self._watchdog_seconds = settings.watchdog_seconds
        self._selection = Selection.at(analysed_fps(), hold_seconds=settings.corrupt_hold_seconds)
        self._encoding = source.encoding
        self._slumber = Slumber(self._encoding.codec, settings.idle)
        self._prefix_size = length_size(self._encoding.codec, self._encoding.extradata)
        record = parameters_of(self._encoding.codec, b"", self._encoding.extradata)
        self._continuity, _ = Continuity().after(record.sets if self._encoding.codec == H264 else ())
        self._progress_clock = clock.monotonic()
        self._has_pictures = False

    def run(self) -> bool:
        """Play to the end (true) or until the lease is cancelled (false).

        Raises StreamError; BadDataError also where a whole file held no sound picture.
        """
        while not self._lease.is_cancelled:
            with self._lease.busy():
                packet = self._source.read()
            if packet is None:
                return self._finish()
            self._play(packet)
        return False

    def _finish(self) -> bool:
        now = Instant(self._clock.monotonic(), self._clock.utc())
        self._hand_on(self._source.drain(), now)
        if not self._has_pictures and not self._lease.is_cancelled:
            raise BadDataError(self._address, "no picture in it could be decoded")
        return True

    def _play(self, packet: SourcePacket) -> None:
        at = self._timeline.packet(packet)
        if self._lease.is_cancelled:
            return
        self._device_clock.noted(packet.sent_seconds, at)
        self._ring.push(packet, at, self._encoding)
        self._selection = self._selection.at_rate(self._analysed_fps()).arrived(at.clock)
        if packet.is_corrupt or self._misses_a_picture(packet):
            self._note_damage(at)
        was_asleep = self._slumber.is_asleep
        step = self._step(packet, at)
        if step is Step.HOLD:
            self._rest(packet, at)
        else:
            self._decode(packet, at, step)
        if was_asleep and not self._slumber.is_asleep and self._slumber.woken_by is not None:
            self._taker.woke(self._slumber.woken_by)  # not before there is a picture that is fresh
        if self._clock.monotonic() - self._progress_clock > self._watchdog_seconds:
            raise StreamStalledError(self._address, "data came, but no picture")

    def _step(self, packet: SourcePacket, at: Instant) -> Step:
        slumber = self._slumber
        if not slumber.is_possible:
            return Step.DECODE
        codec, was_asleep = self._encoding.codec, slumber.is_asleep
        arrival = Arrival(
            clock=at.clock,
            begins=packet.is_keyframe and can_begin_here(codec, packet.payload, self._encoding.extradata),
            kind=picture_kind(codec, nal_units(packet.payload, self._prefix_size)),
            size_bytes=len(packet.payload),
        )
        step = slumber.step(packet, arrival, self._attention())
        if slumber.is_asleep and not was_asleep:
            self._taker.fell_asleep()
        return step

    def _rest(self, packet: SourcePacket, at: Instant) -> None:
        self._selection, is_due = self._selection.rested(self._timeline.shown_clock(packet, at))
        self._taker.rested(is_due=is_due)

    def _decode(self, packet: SourcePacket, at: Instant, step: Step) -> None:
        """Decode what the step says and hand on what comes of it.

        An idle camera's keyframe is always handed on, and so is what woke it, due or not. The grid of due instants goes
        on through sleep, so that from its waking on a camera gives the pictures that it would have given awake.
        """
        try:
            if step is Step.ALONE:
                pictures = self._source.decode_alone(packet)
                if not any(each.is_keyframe and not each.is_corrupt for each in pictures):
                    self._slumber.refuse()
            else:
                is_wanted = step is Step.REPLAY or self._selection.cadence.is_due(
                    self._timeline.shown_clock(packet, at)
                )
                self._replay(step)
                pictures = self._source.decode(packet, is_wanted=is_wanted)
        except BadDataError:
            self._note_damage(at)
            pictures = []
            if step is Step.ALONE:
                self._slumber.refuse()
        if step is not Step.DECODE and pictures:
            self._hand_on(pictures[:-1], at)
            self._selection = self._selection.insisting()
            pictures = pictures[-1:]
        self._hand_on(pictures, at)

    def _replay(self, step: Step) -> None:
        """Bring the decoder up to what came since the last keyframe. Of that only the newest picture is news."""
        if step is not Step.REPLAY:
            return
        for packet in self._slumber.held:
            self._source.decode(packet, is_wanted=False)

    def _misses_a_picture(self, packet: SourcePacket) -> bool:
        if self._encoding.codec != H264:
            return False
        units = nal_units(packet.payload, self._prefix_size)
        self._continuity, is_missing = self._continuity.after(units)
        return is_missing

    def _note_damage(self, at: Instant) -> None:
        self._selection = self._selection.damaged(at.clock)
        self._taker.corrupt_packet()

    def _hand_on(self, pictures: Iterable[DecodedPicture], released: Instant) -> None:
        for decoded in pictures:
            at = self._timeline.picture(decoded.pts_seconds, released)
            look = Look(clock=at.clock, is_keyframe=decoded.is_keyframe, is_corrupt=decoded.is_corrupt)
            self._selection, verdict = self._selection.judged(look)
            if not decoded.is_corrupt and self._selection.damaged_clock is None:
                self._has_pictures = True
                self._taker.sound(self._selection.cadence.source_step_seconds)
            if verdict is Verdict.DUE:
                self._taker.deliver(decoded.picture, at)
            else:
                self._taker.passed_over(verdict)
            if self._selection.damaged_clock is None:
                self._progress_clock = self._clock.monotonic()
