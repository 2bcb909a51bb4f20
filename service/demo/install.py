"""Puts rendered films into the package: the clip, its promises, and what it shows for `brightkitchen evaluate`."""

import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import yaml
from av.error import FFmpegError
from av.video.stream import VideoStream

from alerts.catalogue import Catalogue
from service.demo.cameras import CLIPS, PROMISES_SUFFIX, Demo, DemoCamera
from service.demo.errors import DemoError
from service.demo.promises import Promises, read_promises
from service.footage.truth import TRUTH_NAME

WIDTH_PX, HEIGHT_PX = 640, 360
MOST_BYTES = 12_000_000  # of all clips together
_EXPECTED, _TRUTHS = "expected.json", "truth"
_LONGEST_GAP_SECONDS = 1.0  # in which a thing is hidden and still counts as there
_HEADER = (
    "# What the clips show: the truth of every frame, and the promises. `python -m service.demo install` wrote it.\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a clip's file says of itself."""

    codec: str
    width_px: int
    height_px: int
    seconds: float
    has_sound: bool


def install(films: Sequence[Path], demo: Demo, catalogue: Catalogue, folder: Path = CLIPS) -> list[Path]:
    """Copy the clip and the promises of each film folder (see models.synth.film) and say what the clips show.

    All films are checked before anything is written. Raises DemoError. Returns the clips.
    """
    cameras = [_camera_of(film, demo) for film in films]
    for film, camera in zip(films, cameras, strict=True):
        checked(film / f"{camera.clip}.mp4", film / _EXPECTED, catalogue)
    shown = {camera.clip: _shown(film, camera) for film, camera in zip(films, cameras, strict=True)}
    folder.mkdir(parents=True, exist_ok=True)
    for film, camera in zip(films, cameras, strict=True):
        shutil.copyfile(film / f"{camera.clip}.mp4", camera.path(folder))
        shutil.copyfile(film / _EXPECTED, folder / f"{camera.clip}{PROMISES_SUFFIX}")
    _write_truth(folder / TRUTH_NAME, shown)
    require_small(folder)
    return [camera.path(folder) for camera in cameras]


def checked(clip: Path, promises_file: Path, catalogue: Catalogue) -> Promises:
    """The promises of a clip that can be a demonstration's. Raises DemoError naming the file, expected and found."""
    promises, facts = read_promises(promises_file), facts_of(clip)
    if promises.story != clip.stem:
        raise DemoError(promises_file, field="story", expected=clip.stem, found=promises.story)
    unknown = [each.code for each in promises.promises if catalogue.get(each.code) is None and each.is_due_today]
    if unknown:
        raise DemoError(promises_file, field="promises", expected="codes of the catalogue", found=unknown[0])
    for what, expected, found in (
        ("codec", "h264", facts.codec),
        ("size", f"{WIDTH_PX}x{HEIGHT_PX}", f"{facts.width_px}x{facts.height_px}"),
        ("sound", "none", "sound" if facts.has_sound else "none"),
        ("length", f"{promises.length_seconds:.1f} s", f"{facts.seconds:.1f} s"),
    ):
        if expected != found:
            raise DemoError(clip, field=what, expected=expected, found=found)
    return promises


def require_small(folder: Path = CLIPS) -> int:
    """The bytes of all clips. Raises DemoError where they are more than MOST_BYTES."""
    total = sum(path.stat().st_size for path in folder.glob("*.mp4"))
    if total > MOST_BYTES:
        raise DemoError(folder, field="all clips", expected=f"at most {MOST_BYTES:,} bytes", found=f"{total:,}")
    return total


def facts_of(clip: Path) -> Facts:
    """Raises DemoError where there is no video in it."""
    try:
        with av.open(str(clip)) as container:
            stream = next((each for each in container.streams if isinstance(each, VideoStream)), None)
            if stream is None or stream.duration is None or stream.time_base is None:
                raise DemoError(clip, expected="a video with a length", found="none")
            return Facts(
                codec=stream.codec_context.name,
                width_px=stream.width,
                height_px=stream.height,
                seconds=float(stream.duration * stream.time_base),
                has_sound=bool(container.streams.audio),
            )
    except (FFmpegError, OSError) as error:
        raise DemoError(clip, expected="a video that can be opened", found=str(error)) from error


def _camera_of(film: Path, demo: Demo) -> DemoCamera:
    story = read_promises(film / _EXPECTED).story
    camera = demo.camera(story)
    if camera is None:
        known = ", ".join(each.clip for each in demo.cameras)
        raise DemoError(film / _EXPECTED, field="story", expected=f"a clip of cameras.yaml ({known})", found=story)
    return camera


def _shown(film: Path, camera: DemoCamera) -> dict[str, Any]:
    """One clip of `clips.yaml`; see service.footage.truth."""
    promises = read_promises(film / _EXPECTED)
    rows: list[dict[str, Any]] = [
        {"label": label, "from": begins, "to": ends} for label, begins, ends in sorted(_spans(film / _TRUTHS))
    ]
    # A rule's code and its labels go together; a code of which no label was in sight would be told twice otherwise.
    rows += [{"code": each.code, "from": each.begins, "to": each.ends} for each in promises.raised if each.is_due_today]
    kinds = {zone.type.value for zone in camera.zones}
    zone = {"zone": next(iter(kinds))} if len(kinds) == 1 else {}
    return {"file": f"{camera.clip}.mp4", **zone, "shows": rows}


def _spans(folder: Path) -> Iterator[tuple[str, float, float]]:
    """When each label is in the picture, from the truth of every frame."""
    open_spans: dict[str, tuple[float, float]] = {}
    files = sorted(folder.glob("*.json"))
    if not files:
        raise DemoError(folder, expected="the truth of every frame", found="nothing")
    for file in files:
        document = json.loads(file.read_text(encoding="utf-8"))
        second = float(document["second"])
        for label in {str(box["label"]) for box in document["boxes"]}:
            begins, last = open_spans.get(label, (second, second))
            if second - last > _LONGEST_GAP_SECONDS:
                yield label, round(begins, 1), round(last, 1)
                begins = second
            open_spans[label] = (begins, second)
    for label, (begins, last) in open_spans.items():
        yield label, round(begins, 1), round(last, 1)


def _write_truth(path: Path, shown: dict[str, dict[str, Any]]) -> None:
    """Clips that are not among `shown` keep what was written of them."""
    if path.is_file():
        former = yaml.safe_load(path.read_text(encoding="utf-8"))["clips"]
        shown = {Path(each["file"]).stem: each for each in former} | shown
    clips = [shown[name] for name in sorted(shown)]
    text = yaml.safe_dump({"clips": clips}, sort_keys=False, allow_unicode=True, default_flow_style=None, width=120)
    path.write_text(_HEADER + text, encoding="utf-8")
