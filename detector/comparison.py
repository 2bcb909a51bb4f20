"""A candidate beside the network in service, on the same pictures."""

import statistics
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from detector.evaluate import evaluate
from detector.evaluation import Interval, LabelFigures, Tally
from detector.evaluation_report import Report
from detector.evaluation_samples import OnFault, Sample, Samples
from detector.evaluation_verdicts import Verdict
from detector.paired import PerPicture, precision_difference, share_difference
from detector.sessions import open_session
from domain.detection import ModelReference
from models.registry import LoadedModel

_ROUNDS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinedSamples:
    """Several sets of pictures, one after the other."""

    parts: tuple[Samples, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(label for part in self.parts for label in part.labels))

    @property
    def class_names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for part in self.parts for name in part.class_names))

    @property
    def remarks(self) -> Sequence[str]:
        return [remark for part in self.parts for remark in part.remarks]

    def read(self, names: Collection[str] | None = None, on_fault: OnFault | None = None) -> Iterator[Sample]:
        for part in self.parts:
            yield from part.read(names, on_fault)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelComparison:
    """One label that both networks know and that has boxes. `interval` is that of `difference`, in points of AP50."""

    label: str
    current: LabelFigures
    candidate: LabelFigures
    interval: Interval | None

    @property
    def difference(self) -> float:
        return self.candidate.ap50 - self.current.ap50


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmComparison:
    """Pictures whose alerts people dismissed, and how many of them each network would raise again."""

    pictures: int
    current: int
    candidate: int
    interval: Interval | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """All figures of both on `pictures` pictures. `alarms` None: there are no dismissed pictures among them."""

    current: ModelReference
    candidate: ModelReference
    pictures: int
    labels: tuple[LabelComparison, ...]
    alarms: AlarmComparison | None

    @property
    def mean_difference(self) -> float | None:
        """Mean over the labels, in points of AP50; None where there is no label to compare."""
        return statistics.fmean(each.difference for each in self.labels) if self.labels else None


def compare(
    current: LoadedModel,
    candidate: LoadedModel,
    samples: Callable[[LoadedModel], Samples],
    *,
    is_dismissed: Callable[[str], bool],
) -> tuple[Comparison, Report, Report]:
    """Measure both, each at the thresholds of its manifest; the comparison and both reports.

    `samples` opens the same pictures for a network's labels. `is_dismissed` tells by the name of a source whether
    its pictures show nothing of what was alerted. Raises ModelError or DetectorError.
    """
    reports, tallies = [], []
    for model in (current, candidate):
        tally = Tally(model.manifest.label_names)
        reports.append(evaluate(model, samples(model), tally=tally))
        tallies.append(tally)
    comparison = Comparison(
        current=current.reference,
        candidate=candidate.reference,
        pictures=reports[0].pictures,
        labels=tuple(_labels(reports, tallies)),
        alarms=_alarms(reports, is_dismissed),
    )
    return comparison, reports[0], reports[1]


def _labels(reports: Sequence[Report], tallies: Sequence[Tally]) -> Iterator[LabelComparison]:
    before, after = ({each.figures.label: each.figures for each in report.classes} for report in reports)
    for label, figures in before.items():
        if label not in after or not figures.count:
            continue
        first, second = (PerPicture.of(tally, label) for tally in tallies)
        if not np.array_equal(first.truths, second.truths):
            continue  # the data calls it by a name that only one of them knows
        yield LabelComparison(
            label=label,
            current=figures,
            candidate=after[label],
            interval=precision_difference(first, second),
        )


def _alarms(reports: Sequence[Report], is_dismissed: Callable[[str], bool]) -> AlarmComparison | None:
    before, after = ([_raises(v) for v in report.verdicts if is_dismissed(v.looked.source)] for report in reports)
    if not before:
        return None
    return AlarmComparison(
        pictures=len(before), current=sum(before), candidate=sum(after), interval=share_difference(before, after)
    )


def _raises(verdict: Verdict) -> bool:
    """Something is reported that is known not to be there."""
    return bool(verdict.false)


def seconds_per_picture(models: Sequence[LoadedModel]) -> list[float]:
    """Median time of each network for one blank picture of its usual size, taken in turns on this machine.

    In turns, so that whatever else the machine does slows all of them alike.
    """
    sessions = [open_session(model) for model in models]
    blanks = [_blank(model) for model in models]
    taken: list[list[float]] = [[] for _ in models]
    for _ in range(_ROUNDS):
        for place, (session, blank) in enumerate(zip(sessions, blanks, strict=True)):
            began = time.perf_counter()
            session.infer(blank)
            taken[place].append(time.perf_counter() - began)
    return [statistics.median(each) for each in taken]


def _blank(model: LoadedModel) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    wanted = model.manifest.input
    size = wanted.fixed_size
    side = -(-wanted.longest_side_px // wanted.stride) * wanted.stride
    height, width = (size.height_px, size.width_px) if size else (side, side)
    return np.zeros((1, 3, height, width), dtype=np.float32)
