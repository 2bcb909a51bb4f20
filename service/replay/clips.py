"""Clips as lines of a detection log: played through the serving path, as fast as the machine can."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from alerts.catalogue import Catalogue
from alerts.replay.lines import (
    CameraLine,
    ForgottenLine,
    Line,
    LogLine,
    look_line,
    network_part,
    schedule_part,
    zone_part,
)
from detector.settings import DetectorSettings
from domain.detection import Observation
from domain.frame import Frame
from domain.ids import CameraId
from domain.schedule import Schedule
from domain.zone import ZoneType
from models.attire import AttireManifest
from models.registry import LoadedModel, LoadedNetwork
from service.attire import told_by
from service.footage.play import Stage, show, whole_picture
from streams.settings import StreamSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Rig:
    """What clips are looked at with. `thresholds` are least confidences below the network's own, by label."""

    model: LoadedModel
    attire: LoadedNetwork[AttireManifest] | None
    detector: DetectorSettings
    streams: StreamSettings
    catalogue: Catalogue
    thresholds: Mapping[str, float]
    begins_at: datetime

    @property
    def lowered(self) -> LoadedModel:
        """The network that believes what the lowest of all settings believes."""
        labels = tuple(
            each.model_copy(update={"threshold": min(each.threshold, self.thresholds.get(each.name, each.threshold))})
            for each in self.model.manifest.labels
        )
        return replace(self.model, manifest=self.model.manifest.model_copy(update={"labels": labels}))


def play_lines(clip: Path, name: str, zone: ZoneType | None, rig: Rig, consume: Callable[[Line], None]) -> None:
    """Hand over the clip's lines, on a thread of the detector; what `consume` raises comes out of here.

    `name` is the camera's id and name. Blocks. Raises StreamError, DetectorError or ModelError.
    """
    model, camera_id = rig.lowered, CameraId(name)
    told = told_by(model, rig.attire)
    rules = rig.catalogue.rules_for(list(rig.catalogue.entries), told)
    consume(
        LogLine(
            run=f"clip-{name}",
            written_by=f"brightkitchen {version('brightkitchen')}",
            network=network_part(model.reference),
            attire_network=network_part(rig.attire.reference) if rig.attire else None,
            usable_labels=tuple(sorted(told)),
            thresholds=model.manifest.thresholds,
        )
    )
    consume(
        CameraLine(
            camera_id=camera_id,
            name=name,
            zones=tuple(zone_part(each) for each in whole_picture(zone, camera_id)),
            schedule=schedule_part(Schedule()),
        )
    )
    stage = Stage(model=model, detector=rig.detector, streams=rig.streams, rules=rules, attire=rig.attire)
    show(clip, stage, _Lines(consume), camera_id=camera_id, begins_at=rig.begins_at)


class _Lines:
    """An ObservationSink that hands lines on."""

    def __init__(self, consume: Callable[[Line], None]) -> None:
        self._consume = consume

    def observe(self, observation: Observation, frame: Frame) -> None:  # noqa: ARG002 - a log holds no pixels
        self._consume(look_line(observation))

    def forget(self, camera_id: CameraId) -> None:
        self._consume(ForgottenLine(camera_id=camera_id))
