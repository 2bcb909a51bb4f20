"""`python -m bench.steps`: what each step of a look costs by itself, from packet to still.

One thread, processor time of that thread, all steps in turn, round after round, medians. The network is the shipped one
on ONNX Runtime; speed does not depend on what the pictures show, the number of boxes is set where it matters.
"""

import argparse
import itertools
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import cv2
import numpy as np
import structlog

from alerts.masking import masked
from bench.machine import Machine, describe
from bench.table import documented
from detector.attire import AttireReader, open_attire_session
from detector.decode import DecodeRules, decode, to_detections
from detector.detector import reporting_floors
from detector.gate import GateState, decide, gate_luma
from detector.letterbox import Letterbox, PlaneWriter
from detector.sessions import open_session
from detector.settings import DetectorSettings
from detector.tracker import Moment, TrackerState, advance
from domain.detection import Detection
from domain.frame import Picture, Pixels
from domain.geometry import Box
from domain.organisation import Source
from models.attire import AttireManifest
from models.registry import ModelRegistry
from service.networks import face_finder
from streams.settings import SightSettings, StreamSettings
from streams.sight_watch import SightWatch
from streams.sources.pyav import PyAvOpener
from tests.alerts.kit import Kit
from tests.alerts.samples import EPOCH
from tests.alerts.scenes import rat
from tests.support.clips import Draw, make_clip
from tests.support.pictures import ArrayPicture

FOLDER = Path(__file__).resolve().parent
DOCUMENT = FOLDER.parent / "docs" / "performance.md"
MARK = "steps"
SUBJECTS = 10
PERSONS = 4
_NETWORK = "network"
_CODECS = {
    "H.264 640×360": ("libx264", 640, 360),
    "H.264 1280×720": ("libx264", 1280, 720),
    "H.264 1920×1080": ("libx264", 1920, 1080),
    "H.265 1280×720": ("libx265", 1280, 720),
}
_FEWEST_ROUNDS = 3

Step = Callable[[], object]


def measure(
    steps: Mapping[str, Step], *, seconds: float, clock: Callable[[], float] = time.thread_time
) -> dict[str, float]:
    """Median seconds of each step, over rounds of all of them until the time is over; the first does not count."""
    found: dict[str, list[float]] = {name: [] for name in steps}
    deadline = time.monotonic() + seconds
    for number in itertools.count():
        for name, step in steps.items():
            began = clock()
            step()
            if number:
                found[name].append(clock() - began)
        if number >= _FEWEST_ROUNDS and time.monotonic() > deadline:
            break
    return {name: statistics.median(taken) for name, taken in found.items()}


def furnished(width: int, height: int) -> Draw:
    """Edges, a little noise as of a sensor, and a square that moves: what makes an encoder and a decoder work."""
    rng = np.random.default_rng(1)
    coarse = rng.integers(30, 220, (height // 40, width // 40, 3), dtype=np.uint8)
    room = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)

    def draw(seconds: float) -> Pixels:
        noisy = room + rng.normal(0, 3, room.shape)
        left = int(seconds / 2.0 * (width - 100)) % (width - 100)
        noisy[height // 3 : height // 2, left : left + 100] = 240
        return np.asarray(np.clip(noisy, 0, 255), dtype=np.uint8)

    return draw


def decoding(path: Path) -> Iterator[Picture]:
    """Pictures of a file for ever, each read and decoded when it is asked for."""
    while True:
        source = PyAvOpener().open(Source(location=str(path)), StreamSettings())
        try:
            while (packet := source.read()) is not None:
                for decoded in source.decode(packet, is_wanted=True):
                    yield decoded.picture
        finally:
            source.close()


def steps_of(folder: Path) -> dict[str, Step]:
    """All steps by the names that the table gives them."""
    found: dict[str, Step] = {}
    for name, (codec, width, height) in _CODECS.items():
        path = folder / f"{codec}{height}.mp4"
        if not path.exists():
            options = {"b": "2M"}
            make_clip(
                path, width=width, height=height, codec=codec, draw=furnished(width, height), gop=30, options=options
            )
        pictures = decoding(path)
        found[f"decode {name}"] = lambda pictures=pictures: next(pictures)  # type: ignore[misc]  # bound here
    picture = next(decoding(folder / "libx264720.mp4"))
    return found | _look_steps(picture) | _person_steps(picture) | _alert_steps(picture, folder)


def _look_steps(picture: Picture) -> dict[str, Step]:
    settings, model = DetectorSettings(), ModelRegistry().load(DetectorSettings().model)
    manifest, session = model.manifest, open_session(model)
    letterbox = Letterbox.for_network(picture.width, picture.height, manifest.input, settings.longest_side_px)
    writer = PlaneWriter(manifest.input)
    planes = writer.write([picture], letterbox).copy()
    output = session.infer(planes)[0]
    rules = DecodeRules.of(
        manifest,
        reporting_floors(manifest, settings),
        overlap_threshold=settings.overlap_threshold,
        maximum_boxes=settings.maximum_boxes,
    )
    state, clocks = GateState(), itertools.count(1)

    def gate() -> None:
        nonlocal state
        luma = gate_luma(picture, settings.gate)
        state, _ = decide(state, luma, next(clocks) / 5, is_following=False, settings=settings.gate)

    return {
        "gate": gate,
        f"letterbox to {letterbox.canvas_width}×{letterbox.canvas_height}": lambda: writer.write([picture], letterbox),
        f"{_NETWORK} {manifest.name}": lambda: session.infer(planes),
        "boxes": lambda: to_detections(decode(output, rules, letterbox), manifest.label_names),
        f"tracker, {SUBJECTS} subjects": _tracking(manifest.thresholds, settings),
    }


def _tracking(thresholds: Mapping[str, float], settings: DetectorSettings) -> Step:
    clocks, tracker = itertools.count(1), TrackerState()
    boxes = [Box(0.09 * number, 0.2, 0.09 * number + 0.08, 0.6) for number in range(SUBJECTS)]
    seen = [Detection(label="person", confidence=0.9, box=box) for box in boxes]

    def track() -> None:
        nonlocal tracker
        moment = Moment(at=EPOCH, clock=next(clocks) / 5, aspect=16 / 9)
        tracker, _ = advance(tracker, seen, moment, thresholds=thresholds, settings=settings.tracker)

    return track


def _person_steps(picture: Picture) -> dict[str, Step]:
    network = ModelRegistry().load_as("attire-n", AttireManifest)
    reader = AttireReader(open_attire_session(network), network.manifest)
    boxes = [Box(0.2 * number, 0.1, 0.2 * number + 0.15, 0.9) for number in range(PERSONS)]
    return {f"attire, {PERSONS} persons": lambda: reader.read(picture.bgr(), boxes)}


def _alert_steps(picture: Picture, folder: Path) -> dict[str, Step]:
    sight, clocks = SightWatch("bench", SightSettings()), itertools.count(1)  # type: ignore[arg-type]  # a name is an id
    kit = Kit(folder)
    kit.watch()
    subjects = [rat(0.05 + 0.09 * number, track_id=number + 1) for number in range(SUBJECTS)]
    kit.picture = ArrayPicture(picture.bgr())
    kit.see(*subjects, seconds=2)  # all are raised: from here on nothing new happens
    kit.recorder.work()
    faces = face_finder(ModelRegistry().load(DetectorSettings().model))

    def still() -> None:
        pixels = picture.bgr()
        cv2.imencode(".jpg", masked(pixels, faces.find(pixels)), [cv2.IMWRITE_JPEG_QUALITY, 90])

    return {
        "sight watch, once a second": lambda: sight.look(picture, float(next(clocks) * 2)),
        f"rules, {SUBJECTS} subjects": lambda: kit.see(*subjects, seconds=0.2),
        "still with blur, once an alert": still,
    }


def table(times: Mapping[str, float], machine: Machine, seconds: float) -> str:
    look = next(taken for name, taken in times.items() if name.startswith(_NETWORK))
    lines = ["| step | CPU-ms | times the network's look |", "| --- | --- | --- |"]
    lines += [f"| {name} | {1000 * taken:.2f} | {taken / look:.3f} |" for name, taken in times.items()]
    remark = (
        f"Processor time of one thread, medians over {seconds:.0f} s in which all took turns; pictures of 1280×720 "
        f"unless said. {machine.processor}, {machine.cores} cores; load {machine.load_at_start:.1f} at the start."
    )
    return "\n".join([*lines, "", remark])


def main(words: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.steps", description=__doc__)
    parser.add_argument("--minutes", type=float, default=2.0, help="how long to measure (2)")
    parser.add_argument("--document", action="store_true", help="also put the table into docs/performance.md")
    parser.add_argument("--out", type=Path, default=FOLDER / "out", help="folder of the report (bench/out)")
    given = parser.parse_args(words)
    structlog.configure(processors=[lambda *_: (_ for _ in ()).throw(structlog.DropEvent())])
    cv2.setNumThreads(1)
    given.out.mkdir(parents=True, exist_ok=True)
    machine = describe()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        times = measure(steps_of(Path(folder)), seconds=60 * given.minutes)
    shown = table(times, machine, 60 * given.minutes)
    path = given.out / "steps.json"
    path.write_text(json.dumps({"machine": asdict(machine), "seconds": times}, indent=2) + "\n", encoding="utf-8")
    if given.document:
        DOCUMENT.write_text(documented(DOCUMENT.read_text(encoding="utf-8"), shown, MARK), encoding="utf-8")
    sys.stdout.write(f"{shown}\n\nwritten to {path}\n")


if __name__ == "__main__":
    main()
