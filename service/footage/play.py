"""One clip through decoder, gate, network, tracker and rules, as fast as possible and on the clip's own clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from alerts.catalogue import Catalogue
from alerts.presence import PresenceRule
from alerts.rules import CameraRules, RulesState
from alerts.rules import advance as judge
from detector.ports import ObservationSink
from detector.rehearsal import Rehearsal
from detector.settings import DetectorSettings
from detector.sightings import LabelSightings
from domain.attention import Attention
from domain.detection import Observation
from domain.frame import Frame, Picture
from domain.geometry import Polygon
from domain.ids import CameraId, ZoneId
from domain.organisation import Source
from domain.schedule import Schedule
from domain.zone import Zone, ZoneType
from models.attire import AttireManifest
from models.registry import LoadedModel, LoadedNetwork
from service.attention import minded_labels
from service.attire import dressers_of
from streams.clock import SystemClock
from streams.lease import Lease
from streams.playback import Playback
from streams.ring import PacketRing
from streams.selection import Verdict
from streams.settings import StreamSettings
from streams.slumber import WakeCause
from streams.sources.pyav import PyAvOpener
from streams.timeline import Instant, MediaTimeline

LOOKS_PER_SECOND = 5.0
_CAMERA = CameraId("clip")
_BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
_RING_BYTES = 1  # nothing is cut out of a clip


@dataclass(frozen=True, slots=True, kw_only=True)
class RaisedAlert:
    """One alert that the rules would have raised; seconds from the clip's first picture."""

    code: str
    started: float
    confirmed: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayedClip:
    """What came of one clip. `frames` were handed to the engine, the network was shown `looks` of them.

    `refused` pictures were damaged. `repeats` would have been alerts but for the quiet time after another. `spared`
    pictures were not decoded because the clip was idle, from which it woke `wakes` times.
    """

    path: Path
    seconds: float
    frames: int
    looks: int
    not_judged: int
    refused: int
    sightings: LabelSightings
    alerts: tuple[RaisedAlert, ...]
    repeats: tuple[RaisedAlert, ...]
    spared: int = 0
    wakes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What every clip is played with. `rules` are those of every code that is to be judged.

    Without `attire` nobody's clothes are looked at. Where it `sleeps`, clips are decoded by keyframes only while they
    are idle, as live cameras are; a file that is analysed as fast as possible otherwise is not.
    """

    model: LoadedModel
    detector: DetectorSettings
    streams: StreamSettings
    rules: Mapping[str, PresenceRule]
    attire: LoadedNetwork[AttireManifest] | None = None
    sleeps: bool = False

    @property
    def streams_played(self) -> StreamSettings:
        """Decoding by keyframes is on where the clip's camera may sleep, whatever the settings of live cameras say."""
        idle = self.streams.idle.model_copy(update={"is_on": self.sleeps})
        return self.streams.model_copy(update={"idle": idle})


def stage(model: LoadedModel, detector: DetectorSettings, streams: StreamSettings, catalogue: Catalogue) -> Stage:
    """Every code of the catalogue that the network can judge, those too that are off by default."""
    rules = catalogue.rules_for(list(catalogue.entries), model.manifest.usable_labels)
    return Stage(model=model, detector=detector, streams=streams, rules=rules)


def play(clip: Path, setting: Stage, zones: Sequence[Zone] = (), *, passes: int = 1) -> PlayedClip:
    """Play a clip to its end, so many times without a break. The site is open all the time.

    The outcome depends on the clip alone, not on the machine's speed. Blocks. Raises StreamError for a file that
    cannot be played, DetectorError, or ModelError.
    """
    watcher = _Watcher(CameraRules(rules=setting.rules, zones=tuple(zones), schedule=Schedule(), run="clip"))
    shown = show(clip, setting, watcher, passes=passes)
    return PlayedClip(
        path=clip,
        seconds=shown.seconds,
        frames=shown.frames,
        looks=shown.looks,
        not_judged=shown.not_judged,
        refused=shown.refused,
        spared=shown.spared,
        wakes=shown.wakes,
        sightings=watcher.sightings,
        alerts=tuple(watcher.alerts),
        repeats=tuple(watcher.repeats),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """How a clip went by; each figure as in PlayedClip."""

    seconds: float
    frames: int
    looks: int
    not_judged: int
    refused: int
    spared: int
    wakes: int


def show(
    clip: Path,
    setting: Stage,
    sink: ObservationSink,
    *,
    passes: int = 1,
    camera_id: CameraId = _CAMERA,
    begins_at: datetime = _BEGINNING,
) -> Shown:
    """Play a clip into a sink, whose errors come out of here. Blocks and raises as `play` does.

    `begins_at` is when the clip's first picture is said to have been taken.
    """
    watch = _Attention()
    with Rehearsal(
        setting.model,
        setting.detector,
        sink,
        dressers_of(setting.attire, setting.detector.attire),
        attention=watch if setting.sleeps else None,
        minded=minded_labels(setting.rules.values()),
    ) as rehearsal:
        taker = _Taker(rehearsal, camera_id)
        timeline = MediaTimeline(_Beginning(begins_at))
        for _ in range(passes):
            _run(clip, setting.streams_played, timeline, taker, watch)
    return Shown(
        seconds=taker.seconds,
        frames=taker.frames,
        looks=rehearsal.looks,
        not_judged=rehearsal.not_judged,
        refused=taker.refused,
        spared=taker.spared,
        wakes=taker.wakes,
    )


def whole_picture(zone: ZoneType | None, camera_id: CameraId = _CAMERA) -> tuple[Zone, ...]:
    """One zone of that type, as large as the picture; none for None."""
    if zone is None:
        return ()
    whole = Polygon.whole_frame()
    return (Zone(zone_id=ZoneId("whole"), camera_id=camera_id, name="whole picture", type=zone, polygon=whole),)


def _run(clip: Path, settings: StreamSettings, timeline: MediaTimeline, taker: "_Taker", watch: "_Attention") -> None:
    source, clock = Source(location=str(clip.resolve())), SystemClock()
    opened = PyAvOpener().open(source, settings)
    try:
        timeline.opened(opened.properties.declared_fps)
        Playback(
            opened,
            address=clip.name,
            lease=Lease(clock),
            clock=clock,
            timeline=timeline,
            ring=PacketRing(seconds=0.1, bytes_limit=_RING_BYTES),
            taker=taker,
            analysed_fps=lambda: LOOKS_PER_SECOND,
            settings=settings,
            attention=lambda: watch.attention,
        ).run()
    finally:
        opened.close()


class _Beginning:
    """A clock that stands at the beginning of the clip."""

    def __init__(self, begins_at: datetime) -> None:
        self._begins_at = begins_at

    def monotonic(self) -> float:
        return 0.0

    def utc(self) -> datetime:
        return self._begins_at


class _Attention:
    """What the engine last said of the clip. See detector.ports.AttentionSink."""

    def __init__(self) -> None:
        self.attention = Attention.AWAKE

    def attend(self, camera_id: CameraId, attention: Attention) -> None:  # noqa: ARG002 - there is one clip
        self.attention = attention


class _Taker:
    """Hands due pictures to the engine; see streams.playback.PictureTaker."""

    def __init__(self, rehearsal: Rehearsal, camera_id: CameraId) -> None:
        self._rehearsal = rehearsal
        self._camera_id = camera_id
        self._step = 1.0 / LOOKS_PER_SECOND
        self._last: float | None = None
        self.frames = 0
        self.refused = 0
        self.spared = 0
        self.wakes = 0

    @property
    def seconds(self) -> float:
        """Time that the pictures stand for: from the first to the last, and one step more."""
        return 0.0 if self._last is None else self._last + self._step

    def deliver(self, picture: Picture, at: Instant) -> None:
        self.frames += 1
        self._last = at.clock
        frame = Frame(
            camera_id=self._camera_id, sequence=self.frames, captured_at=at.utc, clock=at.clock, picture=picture
        )
        self._rehearsal.feed(frame)

    def passed_over(self, verdict: Verdict) -> None:
        self.refused += verdict is Verdict.CORRUPT

    def sound(self, source_step_seconds: float | None) -> None:
        """Nothing to learn: the clip's health is nobody's business here."""

    def corrupt_packet(self) -> None:
        """Its pictures are counted as refused."""

    def rested(self, *, is_due: bool) -> None:  # noqa: ARG002 - none of these was decoded
        self.spared += 1

    def fell_asleep(self) -> None:
        """What is spared is counted."""

    def woke(self, cause: WakeCause) -> None:  # noqa: ARG002 - all causes count alike
        self.wakes += 1


class _Watcher:
    """Counts labels and judges the rules; on the inference thread. See detector.ports.ObservationSink."""

    def __init__(self, rules: CameraRules) -> None:
        self._rules = rules
        self._state = RulesState()
        self.sightings = LabelSightings()
        self.alerts: list[RaisedAlert] = []
        self.repeats: list[RaisedAlert] = []

    def observe(self, observation: Observation, frame: Frame) -> None:
        self.sightings.observe(observation, frame)
        self._state, changes = judge(self._rules, self._state, observation)
        self.alerts += [
            RaisedAlert(
                code=each.code,
                started=(each.started_at - _BEGINNING).total_seconds(),
                confirmed=each.confirmed_clock,
            )
            for each in changes.confirmed
        ]
        clock = observation.clock
        self.repeats += [RaisedAlert(code=code, started=clock, confirmed=clock) for code in changes.suppressed]

    def forget(self, camera_id: CameraId) -> None:
        self.sightings.forget(camera_id)
        self._state = self._state.forgotten()
