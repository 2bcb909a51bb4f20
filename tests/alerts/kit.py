"""A whole alert pipeline of twins, on a clock that the test turns."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from alerts.bell import FeedBell
from alerts.catalogue import Catalogue, load_catalogue
from alerts.exhibits import ExhibitMaker
from alerts.messages import AlertMessages
from alerts.pipeline import AlertPipeline
from alerts.places import KnownPlaces
from alerts.ports import AlertFilter, AlertJournal, CameraPlace, EvidenceStore, GuardedParts, PlaceNames
from alerts.recorder import Recorder
from alerts.settings import EvidenceSettings
from alerts.testing import FixedFaces, InMemoryClips, InMemoryEvidenceStore, InMemoryJournal, counting_ids
from domain.alert import Alert, EvidenceKind
from domain.frame import Frame, Pixels
from domain.ids import AlertId, CameraId, EnterpriseId, SiteId
from domain.organisation import Camera, Source
from domain.schedule import Schedule
from domain.scope import Scope
from domain.zone import Zone
from tests.alerts.samples import EPOCH
from tests.alerts.scenes import CAMERA, Thing, make_observation, rat
from tests.support.pictures import ArrayPicture

EVERYTHING = Scope.everything()
PLACE = CameraPlace(enterprise_id=EnterpriseId("enterprise-1"), site_id=SiteId("site-1"), timezone="Asia/Shanghai")
NAMES = PlaceNames(enterprise="好味来", site="一号店", camera="粗加工 1")
USABLE = frozenset({"rodent", "cat", "dog", "bin_overflowing", "garbage", "person", "phone"})


def camera(camera_id: CameraId = CAMERA, *, codes: frozenset[str] | None = frozenset({"pest.rodent"})) -> Camera:
    return Camera(
        camera_id=camera_id, site_id=SiteId("site-1"), name="粗加工 1", source=Source(location="a.mp4"), codes=codes
    )


def noisy_picture(width: int = 320, height: int = 180) -> ArrayPicture:
    pixels: Pixels = np.random.default_rng(3).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return ArrayPicture(pixels)


class BrokenPicture(ArrayPicture):
    """A picture whose decoder fails."""

    def bgr(self, width: int | None = None, height: int | None = None) -> Pixels:
        raise RuntimeError("the decoder gave up")


@dataclass
class Kit:
    """Pipeline, recorder and twins; `see` shows pictures, `work` does what the recorder's thread would do."""

    folder: Path
    journal: InMemoryJournal = field(default_factory=InMemoryJournal)
    real_journal: AlertJournal | None = None
    store: EvidenceStore | None = None
    faces: FixedFaces = field(default_factory=FixedFaces)
    clips: InMemoryClips = field(default_factory=lambda: InMemoryClips(started_at=EPOCH))
    catalogue: Catalogue = field(default_factory=load_catalogue)
    settings: EvidenceSettings = field(default_factory=lambda: EvidenceSettings(minimum_free_bytes=0))
    new_id: Callable[[], str] = field(default_factory=counting_ids)
    seconds: float = 0.0
    sequence: int = 0
    wall_shift: timedelta = timedelta(0)
    still_follows: bool = False
    picture: ArrayPicture = field(default_factory=noisy_picture)
    guarded: GuardedParts | None = None

    def __post_init__(self) -> None:
        self.store = self.store or InMemoryEvidenceStore(self.folder / "scratch")
        self.bell = FeedBell()
        self.places = KnownPlaces()
        journal = self.real_journal or self.journal
        self.recorder = Recorder(
            journal=journal,
            exhibits=ExhibitMaker(
                store=self.store,
                clips=self.clips,
                faces=self.faces,
                settings=self.settings,
                new_id=self.new_id,
                guarded=self.guarded,
            ),
            messages=AlertMessages(self.catalogue, self.places),
            bell=self.bell,
            clock=self.clock,
            now=self.now,
            still_follows=self.still_follows,
        )
        self.pipeline = AlertPipeline(
            catalogue=self.catalogue,
            usable_labels=USABLE,
            journal=journal,
            recorder=self.recorder,
            places=self.places,
            new_id=self.new_id,
            clock=self.clock,
            now=self.now,
        )

    def restarted(self) -> "Kit":
        """Another process over the same journal and store, a second after this one was killed."""
        return replace(self, seconds=self.seconds + 1.0)

    def clock(self) -> float:
        return 1000.0 + self.seconds

    def now(self) -> datetime:
        return EPOCH + timedelta(seconds=self.seconds) + self.wall_shift

    def watch(self, watched: Camera | None = None, zones: Sequence[Zone] = ()) -> None:
        self.pipeline.configure(watched or camera(), zones, PLACE, Schedule(), NAMES)

    def see(self, *things: Thing, seconds: float, camera_id: CameraId = CAMERA) -> None:
        """Pictures of the things at 5 per second."""
        for _ in range(round(seconds * 5)):
            self.seconds += 0.2
            self.sequence += 1
            observation = make_observation(
                things, at=self.now(), clock=self.clock(), sequence=self.sequence, camera_id=camera_id
            )
            self.pipeline.observe(observation, self.frame(camera_id))

    def frame(self, camera_id: CameraId = CAMERA) -> Frame:
        return Frame(
            camera_id=camera_id,
            sequence=self.sequence,
            captured_at=self.now(),
            clock=self.clock(),
            picture=self.picture,
        )

    def rat_alert(self) -> Alert:
        """A rat runs through the picture and is put on record."""
        self.see(rat(), seconds=2)
        self.recorder.work()
        return self.only_alert()

    def pass_time(self, seconds: float) -> None:
        """Time goes by without pictures."""
        self.seconds += seconds
        self.recorder.work()

    def alerts(self) -> list[Alert]:
        return (self.real_journal or self.journal).search(AlertFilter(), EVERYTHING, None, 100)

    def only_alert(self) -> Alert:
        (alert,) = self.alerts()
        return alert

    def steps(self, alert_id: AlertId) -> list[str]:
        return [step.step.value for step in (self.real_journal or self.journal).history(alert_id)]

    def evidence(self, kind: EvidenceKind) -> tuple[str, str | None]:
        """State and cause of the one alert's piece."""
        (piece,) = [piece for piece in self.only_alert().evidence if piece.kind is kind]
        return piece.state.value, piece.cause

    def file(self, kind: EvidenceKind) -> bytes:
        (piece,) = [piece for piece in self.only_alert().evidence if piece.kind is kind]
        assert self.store is not None
        with self.store.open(piece.name) as file:
            return file.read()
