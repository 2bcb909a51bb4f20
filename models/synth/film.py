"""A story's folder: light and truth of each frame, the clip, and what it must and must not raise.

story.json        which story at which quality; another one is refused
light/000000.png  light of a frame, 16 bits, so that the camera's look can change without rendering anew
truth/000000.json boxes, states and distances of that frame
NAME.mp4          the clip
expected.json     promises with times and tolerance
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from domain.frame import Pixels
from models.synth.encoding import write_clip
from models.synth.errors import SynthError
from models.synth.optics import automatic_gain, clock_at, for_clip, photographed
from models.synth.staging import Stage
from models.synth.story import Promise, Story
from models.synth.truth import Truth

Light = npt.NDArray[np.float32]
BRIGHTEST = 16.0  # light that 16 bits hold; lamps are brighter and white anyway


@dataclass(frozen=True, slots=True)
class FilmFolder:
    """Files are written beside their place and moved there, so a stopped run leaves whole ones only."""

    folder: Path

    def claim(self, story: Story, quality: str) -> None:
        """Make the folder this story's. Raises SynthError if another story or quality was begun there.

        Promises may change: they are about the frames and not in them.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        shown = repr(replace(story, promises=())).encode()
        facts = {"story": story.name, "sha256": hashlib.sha256(shown).hexdigest(), "quality": quality}
        path = self.folder / "story.json"
        if path.is_file() and json.loads(path.read_text(encoding="utf-8")) != facts:
            raise SynthError(
                f"{self.folder}: expected an empty folder or frames of the same story and quality, found another"
            )
        _write_whole(path, json.dumps(facts, indent=1).encode())

    def light_path(self, number: int) -> Path:
        return self.folder / "light" / f"{number:06}.png"

    def truth_path(self, number: int) -> Path:
        return self.folder / "truth" / f"{number:06}.json"

    def has(self, number: int) -> bool:
        return self.truth_path(number).is_file() and self.light_path(number).is_file()

    def missing(self, story: Story) -> list[int]:
        return [number for number in range(story.frame_count) if not self.has(number)]

    def keep_plate(self, light: Light) -> None:
        write_light(self.folder / "plate.png", light)

    def plate(self) -> Light | None:
        path = self.folder / "plate.png"
        return read_light(path) if path.is_file() else None

    def keep(self, number: int, light: Light, truths: Sequence[Truth], second: float) -> None:
        write_light(self.light_path(number), light)
        document = {"frame": number, "second": round(second, 3), "boxes": [truth.as_document() for truth in truths]}
        _write_whole(self.truth_path(number), json.dumps(document).encode())

    def truth(self, number: int) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.truth_path(number).read_text(encoding="utf-8"))
        return found


def develop(film: FilmFolder, stage: Stage) -> Path:
    """The clip and expected.json of frames that are all there. Raises SynthError if some are missing."""
    story = stage.story
    missing = film.missing(story)
    if missing:
        raise SynthError(
            f"{film.folder}: expected {story.frame_count} frames, {len(missing)} are missing, the first is {missing[0]}"
        )
    path = film.folder / f"{story.name}.mp4"
    write_clip(path, pictures(film, stage), per_second=story.shown_per_second)
    expected = {
        "story": story.name,
        "length_seconds": story.length_seconds,
        "promises": [promise_document(each) for each in story.promises],
    }
    _write_whole(film.folder / "expected.json", (json.dumps(expected, indent=1) + "\n").encode())
    return path


def pictures(film: FilmFolder, stage: Stage) -> Iterator[Pixels]:
    """The clip's pictures: each frame shown as often as the story says, with fresh noise every time."""
    story = stage.story
    optics = for_clip(
        np.random.default_rng([story.seed, 9]),
        is_infrared=stage.place.is_infrared,
        title=story.place.replace("_", " ").upper(),
    )
    gain = automatic_gain(read_light(film.light_path(0)))
    repeats = story.shown_per_second // story.rendered_per_second
    for number in range(story.frame_count):
        light = read_light(film.light_path(number))
        for repeat in range(repeats):
            second = story.second(number) + repeat / story.shown_per_second
            rng = np.random.default_rng([story.seed, number, repeat])
            yield photographed(light, optics, rng, gain=gain, clock=clock_at(story.clock, second))


def promise_document(promise: Promise) -> dict[str, Any]:
    return {
        "code": promise.code,
        "raised": promise.is_raised,
        "who": promise.who,
        "from": promise.begins,
        "to": promise.ends,
        "tolerance_seconds": promise.tolerance_seconds,
        "needs": promise.needs.value,
        **({"because": promise.because} if promise.because else {}),
    }


def write_light(path: Path, light: Light) -> None:
    """Square roots of light in 16 bits: steps are finest where it is dark."""
    levels = np.sqrt(np.clip(light, 0, BRIGHTEST) / BRIGHTEST) * 65535
    done, content = cv2.imencode(".png", levels.round().astype(np.uint16)[:, :, ::-1])
    if not done:
        raise SynthError(f"{path} could not be written")
    _write_whole(path, content.tobytes())


def read_light(path: Path) -> Light:
    levels = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if levels is None or levels.dtype != np.uint16:
        raise SynthError(f"{path}: expected a picture of 16 bits, found none")
    return np.asarray((levels[:, :, ::-1].astype(np.float32) / 65535) ** 2 * BRIGHTEST, dtype=np.float32)


def _write_whole(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_bytes(content)
    part.replace(path)
