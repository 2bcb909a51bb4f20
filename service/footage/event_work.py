"""Labelled clips played and judged: the demonstration's own with their promises, or a folder with a `clips.yaml`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from alerts.catalogue import Catalogue, load_catalogue
from alerts.presence import PresenceRule
from domain.zone import Zone
from models.data.ontology import load_ontology
from models.registry import ZOO_FOLDER, ModelRegistry
from service.attire import attire_network, told_by
from service.demo.cameras import CLIPS, load_demo
from service.demo.promises import Promises
from service.demo.trial import rigged
from service.footage.events import ClipEvents, CodeEvents, Event, JudgedClip, events_of, judged, total
from service.footage.play import Stage, play, whole_picture
from service.footage.truth import ClipTruth, Span, clips_at, truths_of
from service.networks import find_network, network_in_service
from service.settings import ServiceSettings
from streams.errors import StreamError


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """All clips. `faults` say of others why they could not be played."""

    network: str
    clips: tuple[JudgedClip, ...]
    faults: tuple[str, ...] = ()

    @property
    def codes(self) -> tuple[CodeEvents, ...]:
        return total(self.clips)

    @property
    def seconds(self) -> float:
        return sum(each.seconds for each in self.clips)


def shipped_events(settings: ServiceSettings) -> Outcome:
    """The demonstration's clips against all that they promise, whether the service can keep it or not.

    Blocks. Raises DemoError, ModelError, AlertsError or StreamError.
    """
    rig = rigged(settings)
    clips = []
    for camera in load_demo().cameras:
        promises, zones = camera.promises(CLIPS), camera.registered_zones
        played = play(camera.path(CLIPS), rig.setting, zones)
        silence = _silence(rig.catalogue, rig.setting, zones, played.seconds)
        clips.append(judged(played, promised_events(promises), rig.setting.rules, silence))
    return Outcome(network=rig.setting.model.manifest.name, clips=tuple(clips))


def promised_events(promises: Promises) -> ClipEvents:
    """What a clip promises to raise, as events."""
    return ClipEvents(
        events=tuple(
            Event(
                code=each.code,
                span=Span(start=each.begins, end=each.ends),
                tolerance_seconds=each.tolerance_seconds,
                who=each.who,
            )
            for each in promises.raised
        )
    )


def own_events(
    settings: ServiceSettings, places: Sequence[Path], *, truth: Path | None = None, model: str | None = None
) -> Outcome:
    """Clips of a person, with what a `clips.yaml` says of them. Every code that can be judged is switched on.

    Blocks. Raises AlertsError, ModelError, DetectorError, or StreamError where no clip can be played.
    """
    catalogue = load_catalogue(settings.alerts.catalogue, settings.alerts.profile)
    network = find_network(model, settings, settings.data) if model else network_in_service(settings, settings.data)
    attire = attire_network(ModelRegistry(settings.models_folder or ZOO_FOLDER), settings.detector.attire)
    rules = catalogue.rules_for(list(catalogue.entries), told_by(network, attire))
    stage = Stage(model=network, detector=settings.detector, streams=settings.streams, rules=rules, attire=attire)
    words = {*load_ontology().names, *network.manifest.label_names}
    clips, faults = [], []
    for clip, known in truths_of(clips_at(places), truth, catalogue, words).items():
        try:
            clips.append(_own(clip, known, stage, catalogue))
        except StreamError as error:
            faults.append(error)
    if faults and not clips:
        raise faults[0]
    return Outcome(network=network.manifest.name, clips=tuple(clips), faults=tuple(map(str, faults)))


def _own(clip: Path, known: ClipTruth, stage: Stage, catalogue: Catalogue) -> JudgedClip:
    zones = whole_picture(known.zone)
    played = play(clip, stage, zones)
    silence = _silence(catalogue, stage, zones, played.seconds)
    return judged(played, events_of(known, catalogue, stage.rules), stage.rules, silence)


def _silence(catalogue: Catalogue, stage: Stage, zones: Sequence[Zone], seconds: float) -> dict[str, str]:
    """Why a clip can raise nothing of a code, where that is so."""
    told = told_by(stage.model, stage.attire)
    return {
        code: reason
        for code, entry in catalogue.entries.items()
        if (reason := _reason(stage.rules, code, zones, seconds) or entry.availability(told).reason_en)
    }


def _reason(rules: Mapping[str, PresenceRule], code: str, zones: Sequence[Zone], seconds: float) -> str:
    rule = rules.get(code)
    if rule is None:
        return ""
    if rule.zone_types and not any(zone.type in rule.zone_types for zone in zones):
        return "needs a zone that the clip does not have"
    if seconds <= rule.minimum_seconds:
        return f"must last {rule.minimum_seconds:g} s, longer than the clip"
    return ""
