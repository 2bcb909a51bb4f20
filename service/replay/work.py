"""One pass over all sources, judged by one setting or by two at once."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from alerts.catalogue import load_catalogue
from alerts.replay.comparison import CodeComparison, compared
from alerts.replay.files import LogFileError, read_log
from alerts.replay.lines import Line, written
from alerts.replay.run import Replay, Replayed
from alerts.replay.setting import ReplayError, ReplaySetting
from alerts.replay.tuning import NOTHING_TUNED, Tuning, read_settings, read_tuning
from domain.zone import ZoneType
from models.data.ontology import load_ontology
from models.registry import ZOO_FOLDER, LoadedModel, ModelRegistry
from service.attire import attire_network
from service.footage.truth import truths_of
from service.networks import find_network, network_in_service
from service.replay.clips import Rig, play_lines
from service.replay.sources import Sources
from service.settings import ServiceSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a person changes for one setting; nothing: as the service has it. `catalogue` and `profile` as settings."""

    layer: Path | None = None
    assignments: Sequence[str] = ()
    thresholds: Sequence[str] = ()
    catalogue: Path | None = None
    profile: str | None = None

    @property
    def changes_nothing(self) -> bool:
        return not (self.layer or self.assignments or self.thresholds or self.catalogue) and self.profile is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to replay, and by what. `codes` empty: those that each camera asks for.

    With `before`, both are judged and compared. `begins_at` is when clips are said to begin.
    """

    sources: Sources
    after: Wish
    before: Wish | None = None
    codes: Collection[str] = ()
    model: str | None = None
    truth: Path | None = None
    uses_gate: bool = True
    begins_at: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    save_log: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`before` and `comparison` are there where two settings were judged."""

    after: Replayed
    before: Replayed | None = None
    comparison: tuple[CodeComparison, ...] = ()


def carried_out(order: Order, settings: ServiceSettings) -> Outcome:
    """Blocks. Reads files and writes the log that was asked for, nothing else.

    Raises AlertsError (logs, catalogues, what cannot be known), StreamError, ModelError or DetectorError.
    """
    after = _setting(order.after, "after" if order.before else "as it is", order, settings)
    judged_by = [after]
    if order.before is not None:
        judged_by.insert(0, _setting(order.before, "before", order, settings))
    judged_by, rig = _with_rig(order, judged_by, settings)
    replays = [Replay(each) for each in judged_by]
    with _saved(order.save_log) as saver:

        def consume(line: Line) -> None:
            for replay in replays:
                replay.take(line)
            if saver is not None:
                saver.write(written(line) + "\n")

        for path in order.sources.logs:
            for line in read_log(path):
                consume(line)
        if rig is not None:
            for clip, (name, zone) in _clips(order, rig).items():
                play_lines(clip, name, zone, rig, consume)
    found = [replay.finished() for replay in replays]
    if len(found) == 1:
        return Outcome(after=found[0])
    return Outcome(before=found[0], after=found[1], comparison=compared(*found))


def _setting(wish: Wish, name: str, order: Order, settings: ServiceSettings) -> ReplaySetting:
    has_own = wish.catalogue is not None
    # The profile in service belongs to the catalogue in service, not to any folder that is tried.
    profile = settings.alerts.profile if wish.profile is None and not has_own else wish.profile
    catalogue = load_catalogue(wish.catalogue or settings.alerts.catalogue, profile)
    for code in order.codes:
        if code not in catalogue.entries:
            raise ReplayError(f"code: expected one of {', '.join(catalogue.entries)}, found {code!r}")
    layer = read_tuning(wish.layer, catalogue) if wish.layer else NOTHING_TUNED
    tuning = layer.plus(read_settings(wish.assignments, wish.thresholds, catalogue))
    codes = frozenset(order.codes) or None
    return ReplaySetting(name=name, catalogue=catalogue, tuning=tuning, codes=codes)


def _with_rig(
    order: Order, judged_by: list[ReplaySetting], settings: ServiceSettings
) -> tuple[list[ReplaySetting], Rig | None]:
    """What plays the clips, if there are any. Each setting then names the threshold of every label that differs."""
    if not order.sources.clips:
        return judged_by, None
    named = find_network(order.model, settings, settings.data) if order.model else None
    model = named or network_in_service(settings, settings.data)
    asked = [each.tuning.thresholds for each in judged_by]
    _require_labels(model, asked)
    lowest = {
        label: min(thresholds.get(label, own) for thresholds in asked)
        for label, own in model.manifest.thresholds.items()
    }
    lowered = {label: own for label, own in model.manifest.thresholds.items() if lowest[label] < own}
    gate = settings.detector.gate.model_copy(update={"is_on": order.uses_gate})
    rig = Rig(
        model=model,
        attire=attire_network(ModelRegistry(settings.models_folder or ZOO_FOLDER), settings.detector.attire),
        detector=settings.detector.model_copy(update={"gate": gate}),
        streams=settings.streams,
        catalogue=judged_by[0].catalogue,
        thresholds=lowest,
        begins_at=order.begins_at,
    )
    own_thresholds = Tuning(thresholds=lowered)
    return [replace(each, tuning=own_thresholds.plus(each.tuning)) for each in judged_by], rig


def _require_labels(model: LoadedModel, asked: Sequence[Mapping[str, float]]) -> None:
    known = model.manifest.thresholds
    for label in {label for thresholds in asked for label in thresholds}:
        if label not in known:
            raise ReplayError(f"threshold: expected a label of {model.manifest.name}, found {label!r}")


def _clips(order: Order, rig: Rig) -> dict[Path, tuple[str, ZoneType | None]]:
    """Each clip with the name of its camera and the zone that a file beside it says it shows."""
    words = {*load_ontology().names, *rig.model.manifest.label_names}
    truths = truths_of(order.sources.clips, order.truth, rig.catalogue, words)
    found: dict[Path, tuple[str, ZoneType | None]] = {}
    names: set[str] = set()
    for clip in order.sources.clips:
        name = clip.name if clip.name not in names else str(clip)
        names.add(name)
        found[clip] = name, truths[clip].zone
    return found


@contextmanager
def _saved(path: Path | None) -> Iterator[TextIO | None]:
    """A new file for the log; none that is there is written over."""
    if path is None:
        yield None
        return
    try:
        with path.open("x", encoding="utf-8") as file:
            yield file
    except FileExistsError:
        raise LogFileError(path, "expected a new file, this one is there already") from None
    except OSError as error:
        raise LogFileError(path, error.strerror or "cannot be written") from error
