"""`python -m models.synth VERB`: render stories and training pictures of a kitchen of our own.

`check` and `develop` need no Blender; `render`, `farm` and `pictures` need the extra `synth`.
"""

import argparse
import random
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from models.data.contact_sheet import write_sheets
from models.data.drawing import fit, grid
from models.errors import ModelError
from models.synth.close_ups import draw_close_up
from models.synth.errors import RendererMissingError, SynthError
from models.synth.film import FilmFolder, develop
from models.synth.lid_examples import write_examples
from models.synth.lots import draw_lot
from models.synth.pictures import make_pictures, write_everything
from models.synth.ports import Renderer
from models.synth.rendering import LOWEST_PRIORITY, Shard, farm, idle_cores, render_missing
from models.synth.series import MOST_PER_SERIES, make_series
from models.synth.staging import Stage
from models.synth.story_file import read_story, shipped_stories

Given = Any


def main(arguments: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    try:
        return int(given.run(given))
    except ModelError as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _check(given: Given) -> int:
    for path in map(story_path, given.stories):
        story = read_story(path)
        _say(f"{story.name}: {story.length_seconds:g} s, {story.frame_count} frames, {len(story.cast)} in the cast")
        for promise in story.promises:
            word = "raises" if promise.is_raised else "does not raise"
            times = f"{promise.begins:g} s to {promise.ends:g} s"
            _say(f"  {word} {promise.code} ({promise.who}, {times}, needs {promise.needs})")
    return 0


def _render(given: Given) -> int:
    path = story_path(given.story)
    stage = Stage(read_story(path))
    film = FilmFolder(given.out / path.stem)
    film.claim(stage.story, f"{given.samples} samples, scale {given.scale:g}")
    if film.missing(stage.story):
        render_missing(stage, _studio(given), film, given.shard, _say)
    if not film.missing(stage.story):
        _say(f"wrote {develop(film, stage)}")
    return 0


def _develop(given: Given) -> int:
    path = story_path(given.story)
    _say(f"wrote {develop(FilmFolder(given.out / path.stem), Stage(read_story(path)))}")
    return 0


def _farm(given: Given) -> int:
    stories = given.stories or list(shipped_stories())
    for path in map(story_path, stories):
        read_story(path)
    more = ["--samples", str(given.samples), "--scale", str(given.scale)]
    return farm(stories, given.out, given.workers or idle_cores(), more)


def _pictures(given: Given) -> int:
    told = {"count": given.count, "seed": given.seed, "say": _say}
    if given.series:
        made = make_series(given.out, _studio(given), length=given.series, **told)
    else:
        draw = draw_close_up if given.of == "bins" else draw_lot
        made = make_pictures(given.out, _studio(given), draw=draw, **told)
    _say(f"made {made} pictures in {given.out}")
    return 0


def _lids(given: Given) -> int:
    path = story_path(given.story)
    film = FilmFolder(given.films / path.stem)
    moments = write_examples(given.out, film, Stage(read_story(path)), given.who, count=given.count)
    _say(f"wrote {given.count} examples of each state to {given.out}; the region is {moments.region}")
    return 0


def _sheet(given: Given) -> int:
    """Pictures with their boxes, or bare ones as a reader of the documents sees them."""
    if not given.bare:
        records = write_everything(given.data)
        chosen = random.Random(given.seed).sample(records, min(given.count, len(records)))  # noqa: S311 - no secret
        _say(f"wrote {len(write_sheets(chosen, given.out))} sheets to {given.out}")
        return 0
    files = sorted((given.data / "work").glob("*.webp"))
    chosen_files = random.Random(given.seed).sample(files, min(given.count, len(files)))  # noqa: S311 - no secret
    cells = [picture for picture in (cv2.imread(str(file)) for file in chosen_files) if picture is not None]
    given.out.mkdir(parents=True, exist_ok=True)
    fitted = [fit(np.asarray(cell, dtype=np.uint8), given.cell) for cell in cells]
    sheet = grid(fitted, columns=given.columns, cell_px=given.cell)
    path = given.out / "sheet.jpg"
    if not cv2.imwrite(str(path), sheet, [cv2.IMWRITE_JPEG_QUALITY, 80]):
        raise SynthError(f"{path} could not be written")
    _say(f"wrote {path}")
    return 0


def story_path(name: str) -> Path:
    """A shipped story by its name, or the file of another one."""
    shipped = shipped_stories()
    if name in shipped:
        return shipped[name]
    path = Path(name)
    if not path.is_file():
        raise SynthError(f"{name}: expected a file or one of {', '.join(shipped)}")
    return path


def _studio(given: Given) -> Renderer:
    try:
        from models.synth.blender.studio import Quality, Studio
    except ModuleNotFoundError as error:
        if error.name not in {"bpy", "mathutils"}:
            raise
        raise RendererMissingError from error
    return Studio(Quality(samples=given.samples, scale=given.scale, threads=given.threads))


def shard(text: str) -> Shard:
    """`2/3`: the second of three workers."""
    number, _, count = text.partition("/")
    return Shard(number=int(number) - 1, count=int(count))


def series_length(text: str) -> int:
    """A number of pictures that one series may have."""
    length = int(text)
    if not 1 <= length <= MOST_PER_SERIES:
        raise argparse.ArgumentTypeError(f"expected a number from 1 to {MOST_PER_SERIES}, found {text}")
    return length


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m models.synth", description=__doc__)
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    check = _verb(verbs, "check", _check, "read stories and say what they promise")
    check.add_argument("stories", nargs="+")
    render = _verb(verbs, "render", _render, "render a story's missing frames; when all are there, write the clip")
    render.add_argument("story", help="a shipped story's name or a file")
    render.add_argument("--shard", type=shard, default=Shard(), metavar="K/N", help="render only the K-th of N parts")
    again = _verb(verbs, "develop", _develop, "write the clip anew from frames that are there")
    again.add_argument("story")
    many = _verb(verbs, "farm", _farm, f"render stories with several processes at priority {LOWEST_PRIORITY}")
    many.add_argument("stories", nargs="*", help="default: all that are shipped")
    many.add_argument("--workers", type=int, help="default: the cores that were idle in the last minute, at least 1")
    single = _verb(verbs, "pictures", _pictures, "make random training pictures with their labels")
    single.add_argument("--count", type=int, required=True)
    single.add_argument("--seed", type=int, default=0, help="of the first picture; the next has the next number")
    single.add_argument(
        "--series",
        type=series_length,
        default=0,
        metavar="LENGTH",
        help="so many pictures of each seed's place, which differ in their animals (cheap)",
    )
    single.add_argument(
        "--of", choices=("places", "bins"), default="places", help="whole places, or single bins up close"
    )
    lids = _verb(verbs, "lids", _lids, "examples of a film's bin, shut and open, to teach a head on")
    lids.add_argument("story", help="a shipped story's name or a file")
    lids.add_argument("--films", type=Path, required=True, help="folder that `render` wrote the story's frames to")
    lids.add_argument("--who", default="bin", help="the bin's name in the story")
    lids.add_argument("--count", type=int, default=12, help="of each state")
    sheet = _verb(verbs, "sheet", _sheet, "a contact sheet of training pictures")
    sheet.add_argument("--data", type=Path, required=True, help="folder that `pictures` wrote")
    sheet.add_argument("--count", type=int, default=48)
    sheet.add_argument("--seed", type=int, default=0)
    sheet.add_argument("--bare", action="store_true", help="without boxes, as one small file")
    sheet.add_argument("--columns", type=int, default=4)
    sheet.add_argument("--cell", type=int, default=240)
    for each in (render, again, many, single, lids, sheet):
        each.add_argument("--out", type=Path, required=True)
    for each in (render, many, single):
        each.add_argument("--samples", type=int, default=16, help="per pixel, before denoising")
        each.add_argument("--scale", type=float, default=1.0, help="of the rendered size; 0.5 for drafts")
    for each in (render, single):
        each.add_argument("--threads", type=int, default=1)
    return parser


def _verb(verbs: Given, name: str, run: Callable[[Given], int], text: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = verbs.add_parser(name, help=text)
    parser.set_defaults(run=run)
    return parser


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
