"""`python -m bench.regions`: what closer looks find and what they cost, on labelled pictures and on the demo's clips.

Scenes: labelled pictures, nine to a mosaic of 1280x720, so that most of what is labelled is small on the network's
input. That is not a kitchen, but the sizes of a kitchen: a rat of 150 pixels in a close-up has 45 in the mosaic and 15
on the network's input. A grid of crops over every mosaic is the upper bound of what motion could ever propose. The
rivals: the full picture alone, and the full picture at a larger input.

Clips: the demonstration's, 640x360, five looks a second through the gate; crops where the gate saw motion and around
small detections, within the default budget. Counted: looks with an animal while it is there, and looks with one while
none is.

A few minutes for the scenes and as much for the clips, on one thread.
"""

import argparse
import random
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import av
import cv2
import numpy as np
import yaml

from detector.close_looks import MergeRules, merged, part
from detector.detector import Detector
from detector.evaluation import TruthBox, assign
from detector.evaluation_samples import Sample, read_samples
from detector.gate import GateState, decide, gate_luma
from detector.pictures import PixelPicture
from detector.regions import Cause, Crop, Place, RegionState, Size, chosen, covering, moved_places
from detector.sessions import open_session
from detector.settings import DetectorSettings, RegionSettings
from domain.detection import Detection
from domain.frame import Picture, Pixels
from domain.geometry import Box
from models.registry import ZOO_FOLDER, LoadedModel, ModelRegistry

LABELS = ("rodent", "cockroach", "cigarette")
# What shows them, and what may be taken for them: animals, kitchens without any.
SOURCES = (
    "rat_fra_uas",
    "cockroach_zonebug",
    "smoking_cigarette_cvusers",
    "smoking_puffkiten",
    "kitchen_backgrounds",
    "raccoon_lookalike",
    "cat_dog_pseudo",
)
CLIPS = Path(__file__).resolve().parent.parent / "service" / "demo" / "clips"
DEMO_NETWORKS = CLIPS.parent / "networks"
ANIMALS = ("rodent", "cat")
LOOKS_PER_SECOND = 5
WIDE, HIGH, ACROSS = 1280, 720, 3
WHOLE = Place(Box(0.0, 0.0, 1.0, 1.0), Cause.ZONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A picture, what is labelled in it, and where labels are not known: boxes with the labels left out there."""

    picture: PixelPicture
    truth: tuple[TruthBox, ...]
    unknown: tuple[tuple[Box, frozenset[str]], ...]

    def is_known(self, detection: Detection) -> bool:
        center = detection.box.center
        return not any(
            detection.label in labels and box.left <= center.x < box.right and box.top <= center.y < box.bottom
            for box, labels in self.unknown
        )


@dataclass(slots=True)
class Count:
    """Of one way to look and one label: labelled boxes and those found, of every size and small; false detections."""

    boxes: int = 0
    found: int = 0
    small: int = 0
    small_found: int = 0
    false: int = 0


@dataclass(slots=True)
class Figures:
    """One way to look: counts by label, and the processor seconds and network looks of all scenes."""

    counts: dict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    seconds: float = 0.0
    looks: int = 0


Look = Callable[[Picture], tuple[Sequence[Detection], int]]


def mosaics(samples: Iterable[Sample], seed: int = 1) -> Iterator[Scene]:
    """All pictures in an order that does not depend on their sources, nine to a scene."""
    shuffled = list(samples)
    random.Random(seed).shuffle(shuffled)
    for start in range(0, len(shuffled), ACROSS * ACROSS):
        yield _mosaic(shuffled[start : start + ACROSS * ACROSS])


def _mosaic(samples: Sequence[Sample]) -> Scene:
    pixels = np.full((HIGH, WIDE, 3), 114, dtype=np.uint8)
    truth: list[TruthBox] = []
    unknown: list[tuple[Box, frozenset[str]]] = []
    cell_wide, cell_high = WIDE // ACROSS, HIGH // ACROSS
    for number, sample in enumerate(samples):
        picture = sample.picture
        scale = min(cell_wide / picture.width, cell_high / picture.height)
        wide, high = int(picture.width * scale), int(picture.height * scale)
        left, top = (number % ACROSS) * cell_wide, (number // ACROSS) * cell_high
        pixels[top : top + high, left : left + wide] = picture.bgr(wide, high)
        cell = Box(left / WIDE, top / HIGH, (left + cell_wide) / WIDE, (top + cell_high) / HIGH)
        unknown.append((cell, sample.left_out))
        truth += [
            replace(each, box=box)
            for each in sample.truth
            if each.label not in sample.left_out and (box := _in_cell(each.box, left, top, wide, high))
        ]
    return Scene(picture=PixelPicture(pixels), truth=tuple(truth), unknown=tuple(unknown))


def _in_cell(box: Box, left: int, top: int, wide: int, high: int) -> Box | None:
    return Box.clipped(
        (left + box.left * wide) / WIDE,
        (top + box.top * high) / HIGH,
        (left + box.right * wide) / WIDE,
        (top + box.bottom * high) / HIGH,
    )


def add(
    figures: Figures, scene: Scene, told: Sequence[Detection], thresholds: dict[str, float], small_px: float
) -> None:
    """Count one scene's detections at their thresholds; small is a longest side below `small_px` of the scene."""
    for label in LABELS:
        count = figures.counts[label]
        truth = [each.box for each in scene.truth if each.label == label]
        sure = [each for each in told if each.label == label and each.confidence >= thresholds[label]]
        sure = [each for each in sure if scene.is_known(each)]
        places = assign(sure, truth)
        found = {place for place in places if place is not None}
        sizes = [max(box.width * scene.picture.width, box.height * scene.picture.height) for box in truth]
        count.boxes += len(truth)
        count.found += len(found)
        count.small += sum(size < small_px for size in sizes)
        count.small_found += sum(sizes[place] < small_px for place in found)
        count.false += places.count(None)


class Eye:
    """One network with one input size, for full pictures and crops."""

    def __init__(self, model: LoadedModel, longest_side_px: int, crop_longest_px: int | None = None) -> None:
        settings = DetectorSettings(longest_side_px=longest_side_px, uses_weak_labels=True)
        session = open_session(model)
        self._full = Detector(session, model.manifest, settings)
        closer = settings.model_copy(update={"longest_side_px": crop_longest_px or longest_side_px})
        self._closer = Detector(session, model.manifest, closer)
        names = model.manifest.label_names
        groups = {label.name: label.group or label.name for label in model.manifest.labels}
        self._rules = MergeRules(labels=frozenset(names), groups=groups)

    def look(self, picture: Picture, crops: Sequence[Crop] = ()) -> tuple[Sequence[Detection], int]:
        (full,) = self._full.look([picture])
        pixels = picture.bgr()
        found = self._closer.look([PixelPicture(part(pixels, crop)) for crop in crops])
        closer = [(crop, each) for crop, each in zip(crops, found, strict=True) if each is not None]
        return merged(full or (), closer, picture, self._rules), 1 + len(crops)


def grid(picture: Picture, side_px: int) -> list[Crop]:
    size = Size(width=picture.width, height=picture.height)
    return [crop for crop, _ in covering([WHOLE], size, side_px)]


def measure_scenes(model: LoadedModel, data: Path, sources: Sequence[str], input_px: int) -> dict[str, Figures]:
    """Every way to look, asked in turn scene by scene."""
    eye, large, largest = Eye(model, input_px), Eye(model, 640), Eye(model, WIDE)
    ways: dict[str, Look] = {
        f"full picture at {input_px}": eye.look,
        "full picture at 640": large.look,
        f"full picture at {WIDE}": largest.look,
    }
    for side in (320, 416):
        ways[f"full at {input_px} and a grid of {side} px crops"] = lambda picture, side=side: eye.look(  # type: ignore[misc]
            picture, grid(picture, side)
        )
    found = {name: Figures() for name in ways}
    thresholds = model.manifest.thresholds
    for scene in mosaics(read_samples(data, sources=sources)):
        small_px = 32 * WIDE / input_px
        for name, look in ways.items():
            began = time.thread_time()
            told, looks = look(scene.picture)
            found[name].seconds += time.thread_time() - began
            found[name].looks += looks
            add(found[name], scene, told, dict(thresholds), small_px)
    return found


def scene_lines(found: dict[str, Figures]) -> Iterator[str]:
    yield "| way to look | label | boxes < 32 px | found | all boxes | found | false |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for name, figures in found.items():
        for label, count in figures.counts.items():
            small = f"{count.small_found / count.small:.0%}" if count.small else "–"
            whole = f"{count.found / count.boxes:.0%}" if count.boxes else "–"
            yield f"| {name} | {label} | {count.small} | {small} | {count.boxes} | {whole} | {count.false} |"
        yield f"| {name} | *looks {figures.looks}, CPU seconds {figures.seconds:.1f}* | | | | | |"


@dataclass(slots=True)
class ClipCount:
    """Looks at clips: with an animal there, and told; without one there, and told all the same."""

    there: int = 0
    told: int = 0
    absent: int = 0
    false: int = 0
    looks: int = 0
    seconds: float = 0.0

    def add(self, at: float, spans: Sequence[tuple[float, float]], *, is_told: bool) -> None:
        """One look at `at` seconds; half a second around the spans counts neither way."""
        if any(begins <= at <= ends for begins, ends in spans):
            self.there += 1
            self.told += is_told
        elif not any(begins - 0.5 <= at <= ends + 0.5 for begins, ends in spans):
            self.absent += 1
            self.false += is_told


def pictures_of(clip: Path) -> Iterator[tuple[float, Pixels]]:
    """Five pictures a second with their times in seconds."""
    due = 0.0
    with av.open(str(clip)) as container:
        for frame in container.decode(video=0):
            if frame.time >= due - 0.01:
                due += 1 / LOOKS_PER_SECOND
                yield frame.time, np.asarray(frame.to_ndarray(format="bgr24"), dtype=np.uint8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How clips are looked at; without `regions` there are no crops."""

    eye: Eye
    regions: RegionSettings | None = None


Spans = Mapping[str, Sequence[tuple[float, float]]]  # when something is there, in seconds, by label


def play(clip: Path, way: Way, thresholds: Mapping[str, float], spans: Spans, counts: Mapping[str, ClipCount]) -> None:
    """Count the looks at one clip for the labels of `counts`."""
    gate, state, settings = GateState(), RegionState(), DetectorSettings().gate
    followed: list[Place] = []
    for at, pixels in pictures_of(clip):
        picture = PixelPicture(pixels)
        began = time.thread_time()
        luma = gate_luma(picture, settings)
        gate, is_due = decide(gate, luma, at, is_following=bool(followed), settings=settings)
        if not is_due:
            continue
        crops: list[Crop] = []
        if way.regions is not None:
            moved = [] if gate.changed is None else moved_places(gate.changed)
            size = Size(width=picture.width, height=picture.height)
            proposed = covering([*followed, *moved], size, way.regions.side_px)
            state, crops = chosen(state, proposed, at, way.regions)
        told, looks = way.eye.look(picture, crops)
        seconds = time.thread_time() - began
        for label, count in counts.items():
            count.seconds += seconds
            count.looks += looks
            is_told = any(each.label == label and each.confidence >= thresholds[label] for each in told)
            count.add(at, spans.get(label, ()), is_told=is_told)
        followed = [Place(each.box, Cause.FOLLOWED) for each in told if each.label in counts]


def measure_clips(model: LoadedModel) -> dict[tuple[str, str], ClipCount]:
    """By way to look and label, over the clips with animals."""
    entries = yaml.safe_load((CLIPS / "clips.yaml").read_text(encoding="utf-8"))["clips"]
    ways = {
        "full at 416": Way(eye=Eye(model, 416)),
        "full at 640": Way(eye=Eye(model, 640)),
        "full at 416, 208 px crops": Way(eye=Eye(model, 416), regions=RegionSettings(side_px=208)),
        "full at 416, 320 px crops": Way(eye=Eye(model, 416), regions=RegionSettings(side_px=320)),
    }
    found: dict[tuple[str, str], ClipCount] = {}
    for name, way in ways.items():
        counts = {label: ClipCount() for label in ANIMALS}
        for entry in entries:
            spans: dict[str, list[tuple[float, float]]] = defaultdict(list)
            for each in entry["shows"]:
                if "label" in each:
                    spans[each["label"]].append((each["from"], each["to"]))
            if spans.keys() & set(ANIMALS):
                play(CLIPS / entry["file"], way, model.manifest.thresholds, spans, counts)
        found |= {(name, label): count for label, count in counts.items()}
    return found


def clip_lines(found: dict[tuple[str, str], ClipCount]) -> Iterator[str]:
    yield "| way to look | label | looks with it there | told | looks without it | told | network looks | CPU-s |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    for (name, label), count in found.items():
        yield (
            f"| {name} | {label} | {count.there} | {count.told / max(1, count.there):.0%} | {count.absent} | "
            f"{count.false} | {count.looks} | {count.seconds:.1f} |"
        )


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.regions", description=__doc__)
    parser.add_argument("--data", type=Path, help="folder of archives; without it only clips are measured")
    parser.add_argument("--sources", nargs="*", default=SOURCES, help="of the labelled pictures; none: all of them")
    parser.add_argument("--without-clips", action="store_true")
    parser.add_argument("--model", default="kitchen-n")
    given = parser.parse_args(words)
    cv2.setNumThreads(1)
    if given.data:
        model = ModelRegistry(ZOO_FOLDER).load(given.model)
        sys.stdout.writelines(
            f"{line}\n" for line in scene_lines(measure_scenes(model, given.data, given.sources, 416))
        )
    if not given.without_clips:
        for zoo, name in ((DEMO_NETWORKS, "demo-n"), (ZOO_FOLDER, given.model)):
            sys.stdout.write(f"\n{name}\n")
            sys.stdout.writelines(f"{line}\n" for line in clip_lines(measure_clips(ModelRegistry(zoo).load(name))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
