"""Plays the demonstration's clips through the serving path in their own time, without a service."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from alerts.catalogue import Catalogue, load_catalogue
from models.registry import ZOO_FOLDER, ModelRegistry
from service.attire import attire_network, told_by
from service.demo.cameras import CLIPS, DemoCamera
from service.demo.network import demo_network
from service.demo.pace import hastened, sharpened
from service.demo.verdict import Verdict, judged
from service.footage.play import PlayedClip, Stage, play
from service.settings import ServiceSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One clip as it was played, and what became of its promises."""

    played: PlayedClip
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Rig:
    """What all clips are tried with: the networks, settings and hastened rules of `brightkitchen run --demo`."""

    setting: Stage
    catalogue: Catalogue

    @property
    def dwell(self) -> Mapping[str, float]:
        return dwell_of(self.catalogue)

    def tried(self, camera: DemoCamera, folder: Path = CLIPS, *, passes: int = 1) -> Trial:
        """Blocks. Raises DemoError where promises are missing, StreamError where the clip cannot be played."""
        promises = camera.promises(folder)
        played = play(camera.path(folder), self.setting, camera.registered_zones, passes=passes)
        return Trial(played=played, verdict=judged(promises, played.alerts, self.dwell))


def rigged(settings: ServiceSettings) -> Rig:
    """Raises ModelError or AlertsError."""
    registry = ModelRegistry(settings.models_folder or ZOO_FOLDER)
    detector = sharpened(settings.detector)
    model = demo_network(settings) or registry.load(detector.model)
    attire = attire_network(registry, detector.attire)
    catalogue = hastened(load_catalogue(settings.alerts.catalogue, settings.alerts.profile))
    rules = catalogue.rules_for(None, told_by(model, attire))
    setting = Stage(model=model, detector=detector, streams=settings.streams, rules=rules, attire=attire)
    return Rig(setting=setting, catalogue=catalogue)


def dwell_of(catalogue: Catalogue) -> dict[str, float]:
    """Seconds that each code's rule waits, or the one that people teach where there is no other."""
    rules = {entry.risk.code: entry.rule or entry.taught_rule for entry in catalogue}
    return {code: rule.minimum_seconds for code, rule in rules.items() if rule}
