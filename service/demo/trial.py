"""Plays the demonstration's clips through the serving path in their own time, without a service."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from alerts.catalogue import Catalogue, load_catalogue
from detector.embedding import LoadedEmbedding, open_embedder
from detector.head_desk import LiveHead
from detector.head_store import FolderHeadStore
from detector.ports import ObservationSink
from detector.region_watch import RegionWatch
from models.registry import ZOO_FOLDER, LoadedModel, ModelRegistry
from service.attire import attire_network, told_by
from service.demo.cameras import CLIPS, DemoCamera
from service.demo.lid import demo_lid_camera, ensure_demo_lid
from service.demo.network import demo_network
from service.demo.pace import hastened, sharpened
from service.demo.verdict import Verdict, judged
from service.footage.play import PlayedClip, Stage, play
from service.head_desk import load_embedding, open_desk
from service.identity import new_id
from service.settings import ServiceSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One clip as it was played, and what became of its promises."""

    played: PlayedClip
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """The demonstration's bin, live as `brightkitchen run --demo` makes it, and the network that looks at it."""

    heads: tuple[LiveHead, ...]
    embedding: LoadedEmbedding


@dataclass(frozen=True, slots=True, kw_only=True)
class Rig:
    """What all clips are tried with: the networks, settings and hastened rules of `brightkitchen run --demo`.

    `told` is what the networks can tell.
    """

    setting: Stage
    catalogue: Catalogue
    told: frozenset[str]
    taught: Taught

    @property
    def dwell(self) -> Mapping[str, float]:
        return dwell_of(self.catalogue)

    def tried(self, camera: DemoCamera, folder: Path = CLIPS, *, passes: int = 1) -> Trial:
        """Blocks. Raises DemoError where promises are missing, StreamError where the clip cannot be played."""
        promises = camera.promises(folder)
        played = play(camera.path(folder), self.setting_of(camera), camera.registered_zones, passes=passes)
        return Trial(played=played, verdict=judged(promises, played.alerts, self.dwell))

    def setting_of(self, camera: DemoCamera) -> Stage:
        """What a camera is tried with: the one with the bin is also judged by the head that was taught on it."""
        if camera.camera_id != demo_lid_camera():
            return self.setting
        rules = self.catalogue.rules_for(None, self.told, {head.code for head in self.taught.heads})
        return replace(self.setting, rules=rules, regions=self._regions)

    def _regions(self, sink: ObservationSink) -> RegionWatch:
        return RegionWatch(
            sink,
            live_on=lambda _: self.taught.heads,
            embedders=lambda: open_embedder(self.taught.embedding),
            settings=self.setting.detector.heads,
        )


def rigged(settings: ServiceSettings) -> Rig:
    """Teaches the bin's head too. Raises ModelError or AlertsError."""
    registry = ModelRegistry(settings.models_folder or ZOO_FOLDER)
    detector = sharpened(settings.detector)
    model = demo_network(settings) or registry.load(detector.model)
    attire = attire_network(registry, detector.attire)
    catalogue = hastened(load_catalogue(settings.alerts.catalogue, settings.alerts.profile))
    told = told_by(model, attire)
    rules = catalogue.rules_for(None, told)
    setting = Stage(model=model, detector=detector, streams=settings.streams, rules=rules, attire=attire)
    taught = _taught(settings.model_copy(update={"detector": detector}), model)
    return Rig(setting=setting, catalogue=catalogue, told=told, taught=taught)


def _taught(settings: ServiceSettings, model: LoadedModel) -> Taught:
    """What is written while a head is taught is needed by a service that starts again, not here."""
    embedding, camera_id = load_embedding(settings), demo_lid_camera()
    with TemporaryDirectory() as folder:
        store = FolderHeadStore(Path(folder))
        desk = open_desk(settings, store, embedding, model, new_id=new_id, now=lambda: datetime.now(UTC))
        ensure_demo_lid(desk, camera_id)
        return Taught(heads=desk.live_on(camera_id), embedding=embedding)


def dwell_of(catalogue: Catalogue) -> dict[str, float]:
    """Seconds that each code's rule waits, or the one that people teach where there is no other."""
    rules = {entry.risk.code: entry.rule or entry.taught_rule for entry in catalogue}
    return {code: rule.minimum_seconds for code, rule in rules.items() if rule}
