"""Every picture of a set looked at by one network, on as many threads as there are cores, in the order of the set."""

import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from detector.detector import Detector
from detector.errors import PictureNotJudgedError
from detector.evaluation_samples import Sample
from detector.sessions import open_session
from detector.settings import DetectorSettings
from domain.detection import Detection
from models.data.duplicates import Fingerprint, Groups, fingerprint, near_pairs
from models.data.errors import DataError
from models.registry import LoadedModel

FLOOR = 0.005  # far below any threshold: average precision looks at the long tail too
EVALUATION = DetectorSettings(maximum_boxes=300)

_Given = TypeVar("_Given")
_Made = TypeVar("_Made")


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenSample:
    """A sample without its pixels, and what the network saw in it, surest first."""

    sample: Sample
    width_px: int
    height_px: int
    detections: tuple[Detection, ...]
    print: Fingerprint


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a picture says nothing: a line that names its file."""

    reason: str


def processors() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0))


def look_at_all(
    model: LoadedModel, samples: Iterable[Sample], *, longest_side_px: int | None, workers: int
) -> Iterator[SeenSample | Fault]:
    """One answer per sample, in their order whatever the number of workers: each picture is looked at by itself.

    Each worker is a thread with a network of its own; the runtime lets go of the interpreter while it computes.
    `samples` are read on the caller's thread, never more than a few ahead.
    """
    settings = EVALUATION.model_copy(update={"longest_side_px": longest_side_px})
    floors = dict.fromkeys(model.manifest.label_names, FLOOR)
    own = threading.local()

    def look(sample: Sample) -> SeenSample | Fault:
        if not hasattr(own, "detector"):
            own.detector = Detector(open_session(model), model.manifest, settings, floors=floors)
        try:
            return _seen(own.detector, sample)
        except DataError as error:
            return Fault(str(error))
        except PictureNotJudgedError as error:
            return Fault(f"{sample.place}: {error}")

    yield from in_order(look, samples, workers=workers)


def in_order(work: Callable[[_Given], _Made], items: Iterable[_Given], *, workers: int) -> Iterator[_Made]:
    """`map` on threads that reads at most two items a worker ahead."""
    if workers <= 1:
        yield from map(work, items)
        return
    waiting: deque[Future[_Made]] = deque()
    with ThreadPoolExecutor(workers, thread_name_prefix="evaluation") as pool:
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) >= 2 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _seen(detector: Detector, sample: Sample) -> SeenSample:
    picture = sample.picture
    (answer,) = detector.look([picture])
    if answer is None:
        raise PictureNotJudgedError(picture.width, picture.height)
    return SeenSample(
        sample=sample.without_pixels(),
        width_px=picture.width,
        height_px=picture.height,
        detections=answer,
        print=fingerprint(picture.bgr()),
    )


def scene_numbers(seen: Iterable[SeenSample]) -> npt.NDArray[np.intp]:
    """The scene of each sample, numbered from 0: what the data calls one scene, and pictures that nearly agree.

    An original among its copies is of their scene. Other pictures of one name in several folders prove nothing.
    """
    found = list(seen)
    groups = Groups(len(found))
    firsts: dict[tuple[str, str], int] = {}
    for place, each in enumerate(found):
        if each.sample.scene:
            groups.join(firsts.setdefault((each.sample.source, each.sample.scene), place), place)
    for place, each in enumerate(found):
        if not each.sample.scene:
            groups.join(firsts.get((each.sample.source, each.sample.name), place), place)
    groups.join_all(near_pairs([each.print for each in found]))
    roots = [groups.root(place) for place in range(len(found))]
    return np.unique(np.array(roots, dtype=np.intp), return_inverse=True)[1].astype(np.intp)
