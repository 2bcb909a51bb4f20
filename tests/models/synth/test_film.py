import json
from dataclasses import replace
from pathlib import Path

import av
import pytest

from models.synth.errors import SynthError
from models.synth.film import FilmFolder, develop
from models.synth.rendering import Shard, render_missing
from models.synth.staging import Stage
from models.synth.story_file import read_story
from models.synth.testing import FlatRenderer
from tests.models.synth.builders import STORY, write_story

SHORT = STORY.replace("length_seconds: 10", "length_seconds: 8").replace(
    "rendered_per_second: 2", "rendered_per_second: 1"
)


@pytest.fixture(name="stage")
def short_stage(tmp_path: Path) -> Stage:
    return Stage(read_story(write_story(tmp_path, SHORT)))


def render(stage: Stage, film: FilmFolder, shard: Shard | None = None) -> FlatRenderer:
    renderer = FlatRenderer()
    render_missing(stage, renderer, film, shard or Shard(), lambda _: None)
    return renderer


def test_a_story_becomes_a_clip_with_truth_and_promises(stage: Stage, tmp_path: Path) -> None:
    film = FilmFolder(tmp_path / "film")
    render(stage, film)
    path = develop(film, stage)
    with av.open(str(path)) as clip:
        codec = clip.streams.video[0].codec_context.name
        frames = list(clip.decode(video=0))
    assert len(frames) == 8 * 4
    assert (frames[0].width, frames[0].height) == (640, 360)
    assert codec == "h264"
    assert {box["label"] for box in film.truth(4)["boxes"]} >= {"person", "bin"}
    # At second 4 the table hides the rat, at second 5 it shows.
    assert [any(box["label"] == "rodent" for box in film.truth(number)["boxes"]) for number in (4, 5)] == [False, True]
    assert json.loads((film.folder / "expected.json").read_text())["promises"][0]["code"] == "pest.rodent"


def test_frames_that_are_there_are_kept(stage: Stage, tmp_path: Path) -> None:
    film = FilmFolder(tmp_path / "film")
    render(stage, film)
    film.truth_path(3).unlink()
    before = film.light_path(2).stat().st_mtime_ns
    assert render(stage, film).asked.count(None) == 0  # the empty place was kept too
    assert film.missing(stage.story) == []
    assert film.light_path(2).stat().st_mtime_ns == before


def test_only_what_moves_is_rendered_again(stage: Stage, tmp_path: Path) -> None:
    renderer = render(stage, FilmFolder(tmp_path / "film"))
    assert renderer.asked[0] is None
    parts = [region for region in renderer.asked if region is not None]
    assert all((right - left) * (bottom - top) < 0.4 for left, top, right, bottom in parts)


def test_workers_share_the_frames_without_overlap() -> None:
    shards = [Shard(number=number, count=3) for number in range(3)]
    assert all(sum(shard.takes(frame) for shard in shards) == 1 for frame in range(100))


def test_a_folder_of_another_story_is_refused(stage: Stage, tmp_path: Path) -> None:
    film = FilmFolder(tmp_path / "film")
    film.claim(stage.story, "16 samples")
    film.claim(replace(stage.story, promises=()), "16 samples")  # no frame shows a promise
    for story, quality in ((stage.story, "4 samples"), (replace(stage.story, seed=99), "16 samples")):
        with pytest.raises(SynthError, match="found another"):
            film.claim(story, quality)


def test_a_clip_with_missing_frames_is_not_written(stage: Stage, tmp_path: Path) -> None:
    with pytest.raises(SynthError, match="8 are missing"):
        develop(FilmFolder(tmp_path / "film"), stage)
