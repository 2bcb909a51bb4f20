"""One camera: connects, reads, decodes what is due, hands it on, and tries again.

One decode thread at a time runs `_run`, under a lease (see `streams.lease`); the fleet's supervisor calls
`judge` and `rescue`; any thread calls the rest.
"""

import threading
from collections.abc import Callable
from pathlib import Path

import structlog

from domain.attention import Attention
from domain.frame import Frame, Picture
from domain.organisation import Camera, Pace, Source
from streams.clip import can_hold, write_clip
from streams.clock import Clock
from streams.device_clock import DeviceClock
from streams.errors import StreamEndedError, StreamError, StreamStalledError
from streams.lease import Lease
from streams.ledger import Ledger
from streams.load_watch import EffectiveRate
from streams.mailbox import Mailbox, Reader
from streams.metrics import ABANDONED_THREADS, CameraMetrics, DropCause
from streams.playback import Playback, always_awake
from streams.ports import CameraCondition, Clip, StreamStatus
from streams.privacy_mask import PrivateParts
from streams.redaction import redact_url
from streams.ring import PacketRing
from streams.selection import Verdict
from streams.settings import StreamSettings
from streams.sight_watch import SightWatch
from streams.slumber import WakeCause
from streams.sources.location import SourceKind, kind_of
from streams.sources.ports import OpenSource, SourceOpener
from streams.states import Verb
from streams.timeline import Instant, Timeline, timeline_of

log = structlog.get_logger(__name__)

MOST_STUCK_THREADS = 2  # left behind per camera; then its restart waits until one of them has come back


class CameraWorker:
    """See the module. `changed` is called on any change of state, on any thread; it must not block."""

    def __init__(
        self,
        camera: Camera,
        settings: StreamSettings,
        *,
        mailbox: Mailbox,
        opener: SourceOpener,
        clock: Clock,
        jitter: Callable[[], float],
        changed: Callable[[], None],
        first_sequence: int = 0,
        load_level: float = 0.0,
    ) -> None:
        self._camera = camera
        self._settings = settings
        self._mailbox = mailbox
        self._opener = opener
        self._clock = clock
        self._jitter = jitter
        self._changed = changed
        self._address = redact_url(camera.source.location)
        self._is_file = _is_file(camera.source)
        self._is_unhurried = self._is_file and camera.source.pace is Pace.FAST
        self._log = log.bind(camera_id=camera.camera_id)
        self._rate = EffectiveRate(
            lambda: self._camera.analysed_fps, settings, clock, level=load_level, is_unhurried=self._is_unhurried
        )
        self._ledger = Ledger(
            settings, since=clock.utc(), first_sequence=first_sequence, is_unhurried=self._is_unhurried
        )
        self._metrics = CameraMetrics(camera.camera_id)
        self._metrics.up(False)
        self._ring = PacketRing(seconds=settings.ring_seconds, bytes_limit=settings.ring_bytes)
        self.private = PrivateParts(self._ring)
        self._reader = Reader(taken=self._taken, dropped=self._dropped)
        self._sight = SightWatch(camera.camera_id, settings.sight)
        self._attention = Attention.AWAKE
        self._device_clock = DeviceClock()
        self._lease = Lease(clock)
        self._thread: threading.Thread | None = None
        self._stuck: list[threading.Thread] = []
        self._restart_seconds: float | None = None

    @property
    def camera(self) -> Camera:
        return self._camera

    @property
    def sequence(self) -> int:
        """That of the newest frame."""
        return self._ledger.account().sequence

    def start(self) -> None:
        """Begin to work; a disabled camera stays stopped. Once."""
        self._mailbox.open(self._camera.camera_id, self._reader)
        if self._camera.is_watched:
            self._start_thread(wait_seconds=0.0)
        self._changed()

    def adjust(self, camera: Camera) -> None:
        """Take over what can change without a new connection: the name, the rate, the codes."""
        self._camera = camera

    def slow(self, load_level: float) -> None:
        """Be looked at as often as `streams.load` allows at that level."""
        self._rate.slow(load_level)

    def follow(self, is_followed: bool) -> None:
        """Something is followed on this camera, or nothing any more."""
        self._rate.follow(is_followed)

    def attend(self, attention: Attention) -> None:
        """How closely the pictures are needed from the next packet on. Never blocks."""
        self._attention = attention

    def cancel(self) -> None:
        """Stop, without waiting for the thread. Idempotent."""
        self._lease.cancel()
        self._ledger.move(Verb.STOP)
        self._device_clock = DeviceClock()
        self._rouse()
        self._mailbox.close(self._camera.camera_id, self._reader)
        self._changed()

    def join(self, seconds: float) -> bool:
        """Wait for the thread to end; false if it did not in time."""
        thread = self._thread
        if thread is None:
            return True
        thread.join(max(0.0, seconds))
        return not thread.is_alive()

    def forget_metrics(self) -> None:
        self._metrics.remove()

    def status(self) -> StreamStatus:
        account = self._ledger.account()
        return StreamStatus(
            camera_id=self._camera.camera_id,
            state=account.state,
            condition=account.condition,
            since=account.since,
            cause=account.cause,
            detail=str(account.error) if account.error is not None and account.error.code is account.cause else None,
            properties=account.properties,
            last_frame_at=account.last_picture_at,
            frames_decoded=account.decoded,
            frames_analysed=account.analysed,
            frames_dropped=account.dropped,
            reconnects=account.reconnects,
            analysed_fps=self._rate.fps,
            is_slowed=self._rate.is_slowed,
            is_idle=account.is_idle,
            clock_offset_seconds=self._device_clock.offset_seconds,
        )

    def latest_frame(self) -> Frame | None:
        frame = self._ledger.account().last_frame
        return None if frame is None else self.private.hidden(frame)

    def save_clip(self, start_clock: float, end_clock: float, path: Path) -> Clip | None:
        """See `streams.ports.Fleet.save_clip`. Raises OSError."""
        cut = self._ring.cut(start_clock, end_clock)
        if cut is None:
            return None
        codec = cut.packets[0].encoding.codec
        if not can_hold(codec):
            self._log.warning("clip_not_possible", codec=codec)
            return None
        return write_clip(cut, path)

    # The supervisor's thread

    def judge(self) -> StreamStatus | None:
        """Bring the camera's condition up to date; its status if people have to be told, else None."""
        now = self._clock.monotonic()
        is_news = self._ledger.judge(analysed_fps=self._rate.expected_fps, now=now, at=self._clock.utc())
        status = self.status()
        self._metrics.fault(status.cause)
        self._metrics.clock_offset(status.clock_offset_seconds)
        if not is_news:
            return None
        self._metrics.up(status.condition in {CameraCondition.ONLINE, CameraCondition.DEGRADED})
        self._log.info("camera_condition_changed", condition=status.condition, cause=status.cause)
        return status

    def rescue(self) -> None:
        """Leave a thread behind that is stuck in a library call, and start another."""
        limit = self._settings.watchdog_seconds + 2 * self._settings.open_timeout_seconds
        if self._lease.busy_seconds > limit and not self._lease.is_cancelled:
            self._abandon(limit)
        self._stuck = [thread for thread in self._stuck if thread.is_alive()]
        if self._restart_seconds is not None and len(self._stuck) < MOST_STUCK_THREADS:
            self._start_thread(wait_seconds=self._restart_seconds)

    def _abandon(self, seconds: float) -> None:
        self._lease.abandon()
        if self._thread is not None:
            self._stuck.append(self._thread)
        ABANDONED_THREADS.inc()
        self._log.error("camera_thread_abandoned", seconds=seconds)
        self._restart_seconds = self._record_failure(StreamStalledError(self._address, "a call never returned"))

    # The decode thread

    def _start_thread(self, *, wait_seconds: float) -> None:
        self._restart_seconds = None
        lease = self._lease = Lease(self._clock)
        name = f"camera-{self._camera.camera_id}"
        self._thread = threading.Thread(target=self._run, args=(lease, wait_seconds), name=name, daemon=True)
        self._thread.start()

    def _run(self, lease: Lease, wait_seconds: float) -> None:
        pace = self._camera.source.pace
        timeline = timeline_of(pace, is_file=self._is_file, clock=self._clock, wait=lease.wait)
        while not lease.wait(wait_seconds):
            self._ledger.move(Verb.CONNECT)
            self._changed()
            error = self._session(lease, timeline)
            if lease.is_cancelled:
                break
            if error is None:
                self._finish(lease)
                break
            wait_seconds = self._record_failure(error)
        if lease.is_abandoned:
            ABANDONED_THREADS.dec()

    def _session(self, lease: Lease, timeline: Timeline) -> StreamError | None:
        """Play the source until it fails (the error), or ends or is stopped (None)."""
        try:
            while self._play_once(lease, timeline) and self._camera.source.loops and not lease.is_cancelled:
                pass
        except StreamError as error:
            return error
        except Exception as error:  # noqa: BLE001 - the supervisor of one camera: no defect may end it or touch the others
            self._log.exception("camera_thread_failed")
            return StreamError(self._address, type(error).__name__)
        return None

    def _play_once(self, lease: Lease, timeline: Timeline) -> bool:
        """Open and play to the end; true if a file was played to its end. Raises StreamError."""
        with lease.busy():
            source = self._opener.open(self._camera.source, self._settings)
        try:
            if lease.is_cancelled:
                return False
            self._opened(source)
            timeline.opened(source.properties.declared_fps)
            is_over = self._playback(source, lease, timeline).run()
        finally:
            with lease.busy():
                source.close()
        if is_over and not self._is_file:
            raise StreamEndedError(self._address)
        return is_over

    def _playback(self, source: OpenSource, lease: Lease, timeline: Timeline) -> Playback:
        return Playback(
            source,
            address=self._address,
            lease=lease,
            clock=self._clock,
            timeline=timeline,
            ring=self._ring,
            taker=_Taker(self, lease),
            analysed_fps=lambda: self._rate.fps,
            settings=self._settings,
            # A file that is analysed as fast as possible is decoded whole: it has no rate of its own to be spared.
            attention=always_awake if self._is_unhurried else lambda: self._attention,
            device_clock=self._device_clock,
        )

    def _opened(self, source: OpenSource) -> None:
        self._ring.begin_session()
        self._device_clock = DeviceClock()
        self._rouse()
        if self._ledger.opened(source.properties, self._clock.monotonic()):
            self._log.info("camera_connected", properties=source.properties)
            self._changed()

    def _record_failure(self, error: StreamError) -> float:
        """Remember why, and say how long to wait before the next try."""
        self._device_clock = DeviceClock()
        self._rouse()
        wait = self._ledger.failed(error, jitter=self._jitter())
        self._metrics.reconnect(error.code)
        self._log.warning("camera_lost", cause=error.code, detail=str(error), retry_seconds=round(wait, 1))
        self._changed()
        return wait

    def _finish(self, lease: Lease) -> None:
        self._mailbox.wait_until_taken(self._camera.camera_id, lambda: lease.is_cancelled)
        self._ledger.ended(StreamEndedError(self._address))
        self._log.info("camera_ended")
        self._changed()

    def deliver(self, picture: Picture, at: Instant, lease: Lease) -> None:
        """Hand a due picture to the mailbox; waits for room where nothing may be lost."""
        frame = Frame(
            camera_id=self._camera.camera_id,
            sequence=self._ledger.next_sequence(),
            captured_at=at.utc,
            clock=at.clock,
            picture=(picture := self.private.blacked(picture)),
        )
        self._ledger.delivered(frame, self._clock.monotonic())
        if not self._is_unhurried:
            self._ledger.looked(self._sight.look(picture, at.clock))
        if self._is_unhurried:
            self._mailbox.put_when_free(frame, self._reader, lambda: lease.is_cancelled)
        else:
            self._mailbox.put(frame, self._reader)

    def passed_over(self, verdict: Verdict) -> None:
        if verdict is Verdict.CORRUPT:
            self._ledger.dropped()
            self._metrics.dropped(DropCause.CORRUPT)
        else:
            self._metrics.not_due()

    def decoded(self) -> None:
        self._ledger.decoded()

    def sound(self, source_step_seconds: float | None) -> None:
        self._ledger.sound_picture(self._clock.monotonic(), self._clock.utc(), source_step_seconds)

    def corrupt_packet(self) -> None:
        self._metrics.corrupt_packet()

    def rested(self, *, is_due: bool) -> None:
        self._ledger.rested(self._clock.monotonic(), is_due=is_due)
        self._metrics.rested()

    def fell_asleep(self) -> None:
        self._ledger.idle(True)
        self._metrics.idle(True)

    def woke(self, cause: WakeCause) -> None:
        self._rouse()
        self._metrics.woke(cause)

    def _rouse(self) -> None:
        self._ledger.idle(False)
        self._metrics.idle(False)

    # With the mailbox locked, on the thread that changed it

    def _taken(self) -> None:
        self._ledger.taken()
        self._metrics.taken()

    def _dropped(self, cause: DropCause) -> None:
        self._ledger.dropped()
        self._metrics.dropped(cause)


class _Taker:
    """A worker as the taker of one lease's pictures: nothing counts once the lease is gone."""

    def __init__(self, worker: CameraWorker, lease: Lease) -> None:
        self._worker = worker
        self._lease = lease

    def deliver(self, picture: Picture, at: Instant) -> None:
        if not self._lease.is_cancelled:
            self._worker.decoded()
            self._worker.deliver(picture, at, self._lease)

    def passed_over(self, verdict: Verdict) -> None:
        if not self._lease.is_cancelled:
            self._worker.decoded()
            self._worker.passed_over(verdict)

    def sound(self, source_step_seconds: float | None) -> None:
        if not self._lease.is_cancelled:
            self._worker.sound(source_step_seconds)

    def corrupt_packet(self) -> None:
        if not self._lease.is_cancelled:
            self._worker.corrupt_packet()

    def rested(self, *, is_due: bool) -> None:
        if not self._lease.is_cancelled:
            self._worker.rested(is_due=is_due)

    def fell_asleep(self) -> None:
        if not self._lease.is_cancelled:
            self._worker.fell_asleep()

    def woke(self, cause: WakeCause) -> None:
        if not self._lease.is_cancelled:
            self._worker.woke(cause)


def _is_file(source: Source) -> bool:
    try:
        return kind_of(source.location.strip()) is SourceKind.FILE
    except StreamError:
        return False  # opening it will say so
