"""What a worker knows of its camera. Every method may be called from any thread; none calls out."""

import threading
from dataclasses import dataclass
from datetime import datetime

from domain.frame import Frame
from streams.errors import StreamError, StreamErrorCode
from streams.health import Judgement, RateMeter, Vitals, judged
from streams.ports import CameraCondition, PictureFault, StreamProperties, StreamState
from streams.reconnect import ReconnectPolicy
from streams.settings import StreamSettings
from streams.states import Verb, moved

_STARTING = Judgement(CameraCondition.OFFLINE, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The ledger at one moment."""

    state: StreamState
    condition: CameraCondition
    since: datetime
    cause: StreamErrorCode | PictureFault | None
    error: StreamError | None
    properties: StreamProperties | None
    last_frame: Frame | None
    last_picture_at: datetime | None
    decoded: int
    analysed: int
    dropped: int
    reconnects: int
    sequence: int
    is_idle: bool


class Ledger:
    """State, condition, counts and the newest frame of one camera."""

    def __init__(self, settings: StreamSettings, *, since: datetime, first_sequence: int, is_unhurried: bool) -> None:
        self._settings = settings
        self._policy = ReconnectPolicy.of(settings)
        self._is_unhurried = is_unhurried
        self._lock = threading.Lock()
        self._meter = RateMeter(settings.rate_window_seconds)
        self._state = StreamState.STOPPED
        self._judgement = _STARTING
        self._told: CameraCondition | None = None
        self._since = since
        self._error: StreamError | None = None
        self._properties: StreamProperties | None = None
        self._last_frame: Frame | None = None
        self._last_picture_clock: float | None = None
        self._last_picture_at: datetime | None = None
        self._running_clock: float | None = None
        self._fault: PictureFault | None = None
        self._source_step_seconds: float | None = None
        self._is_idle = False
        self._last_packet_clock: float | None = None
        self._failures = 0
        self._decoded = self._analysed = self._dropped = self._reconnects = 0
        self._sequence = first_sequence

    def account(self) -> Account:
        with self._lock:
            return Account(
                state=self._state,
                condition=self._judgement.condition,
                since=self._since,
                cause=self._judgement.cause,
                error=self._error,
                properties=self._properties,
                last_frame=self._last_frame,
                last_picture_at=self._last_picture_at,
                decoded=self._decoded,
                analysed=self._analysed,
                dropped=self._dropped,
                reconnects=self._reconnects,
                sequence=self._sequence,
                is_idle=self._is_idle,
            )

    def move(self, verb: Verb) -> None:
        """Raises IllegalMoveError; a stopped camera stays stopped."""
        with self._lock:
            if self._state is not StreamState.STOPPED or verb is Verb.CONNECT:
                self._state = moved(self._state, verb)

    def opened(self, properties: StreamProperties, now: float) -> bool:
        """True if the camera was not running before; a file that loops opens again while it runs."""
        with self._lock:
            self._properties = properties
            if self._state is not StreamState.CONNECTING:
                return False
            self._state = moved(self._state, Verb.OPEN)
            self._running_clock = now
            self._last_picture_clock = None
            self._meter.clear()
            return True

    def failed(self, error: StreamError, *, jitter: float) -> float:
        """The camera was lost: the seconds to wait before the next try. A stopped camera stays stopped."""
        with self._lock:
            if self._state not in {StreamState.CONNECTING, StreamState.RUNNING}:
                return 0.0
            self._failures = self._policy.failures_after(self._failures, self._healthy_seconds())
            self._state = moved(self._state, Verb.GIVE_UP if error.is_lasting else Verb.FAIL)
            self._error = error
            self._running_clock = None
            self._reconnects += 1
            return self._policy.wait_seconds(self._failures, jitter=jitter, is_lasting=error.is_lasting)

    def ended(self, error: StreamError) -> None:
        with self._lock:
            if self._state is StreamState.RUNNING:
                self._state = moved(self._state, Verb.END)
                self._error = error

    def next_sequence(self) -> int:
        with self._lock:
            self._sequence += 1
            return self._sequence

    def decoded(self) -> None:
        with self._lock:
            self._decoded += 1

    def sound_picture(self, now: float, at: datetime, source_step_seconds: float | None) -> None:
        """A picture came that nobody had to invent, due or not."""
        with self._lock:
            self._last_picture_clock = now
            self._last_picture_at = at
            self._source_step_seconds = source_step_seconds

    def idle(self, is_idle: bool) -> None:
        """Only keyframes are decoded from now on, or everything again."""
        with self._lock:
            self._is_idle = is_idle
            self._last_packet_clock = None

    def rested(self, now: float, *, is_due: bool) -> None:
        """A picture of an idle camera came that nobody decoded; the camera gave what it should all the same."""
        with self._lock:
            self._last_packet_clock = now
            if is_due:
                self._meter.record(now)

    def looked(self, fault: PictureFault | None) -> None:
        """What the picture just delivered says about the camera."""
        with self._lock:
            self._fault = fault

    def delivered(self, frame: Frame, now: float) -> None:
        with self._lock:
            self._last_frame = frame
            self._meter.record(now)

    def taken(self) -> None:
        with self._lock:
            self._analysed += 1

    def dropped(self) -> None:
        with self._lock:
            self._dropped += 1

    def judge(self, *, analysed_fps: float, now: float, at: datetime) -> bool:
        """Bring the condition up to date; true if people have to be told.

        That is once per change of the condition, and once for a camera that fails before it ever was online;
        that a camera is starting or disabled is no news. `since` is of the condition, not of its cause.
        """
        with self._lock:
            was = self._judgement
            self._judgement = judged(self._vitals(analysed_fps, now), was.condition, self._settings, now)
            condition = self._judgement.condition
            if condition is not was.condition:
                self._since = at
            if condition is self._told or (self._told is None and self._judgement == _STARTING):
                return False
            self._told = condition
            return True

    def _healthy_seconds(self) -> float:
        if self._running_clock is None or self._last_picture_clock is None:
            return 0.0
        return self._last_picture_clock - self._running_clock

    def _vitals(self, analysed_fps: float, now: float) -> Vitals:
        declared = self._properties.declared_fps if self._properties is not None else None
        return Vitals(
            state=self._state,
            cause=self._error.code if self._error is not None else None,
            last_picture_clock=self._last_picture_clock,
            running_clock=self._running_clock,
            source_step_seconds=self._source_step_seconds,
            measured_fps=self._meter.per_second(now),
            due_fps=min(analysed_fps, declared) if declared is not None else None,
            is_unhurried=self._is_unhurried,
            fault=self._fault,
            is_idle=self._is_idle,
            last_packet_clock=self._last_packet_clock,
        )
