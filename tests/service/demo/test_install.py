"""Film folders as `models.synth` writes them, into a folder of clips."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from alerts.catalogue import load_catalogue
from models.data.ontology import load_ontology
from service.demo import install as installing
from service.demo.__main__ import main
from service.demo.cameras import Demo, load_demo
from service.demo.errors import DemoError
from service.demo.install import checked, install, require_small
from service.demo.promises import read_promises
from service.footage.truth import Span, read_truth
from tests.support.clips import make_clip

DEMO: Demo = load_demo()
CATALOGUE = load_catalogue()
SECONDS = 4
FPS = 12


def make_film(
    folder: Path,
    story: str = "cold_room",
    *,
    width: int = 640,
    height: int = 360,
    codec: str = "libx264",
    code: str = "mask.special_room",
    seconds: float = SECONDS,
    bare: Sequence[int] = range(6, 24),
) -> Path:
    """A film folder; in the frames `bare`, six a second, a face without a mask is in the picture."""
    film = folder / story
    (film / "truth").mkdir(parents=True)
    make_clip(film / f"{story}.mp4", width=width, height=height, fps=FPS, seconds=SECONDS, codec=codec)
    promise = {"code": code, "raised": True, "who": "maker", "from": 1.0, "to": 4.0, "tolerance_seconds": 3.0}
    lid = {**promise, "code": "bin.uncovered", "needs": "network"}
    promises = [{**promise, "needs": "today"}, lid]
    document = {"story": story, "length_seconds": seconds, "promises": promises}
    (film / "expected.json").write_text(json.dumps(document))
    for number in range(SECONDS * 6):
        boxes = [{"label": "person"}, *([{"label": "face_unmasked"}] if number in bare else [])]
        frame = {"frame": number, "second": round(number / 6, 3), "boxes": boxes}
        (film / "truth" / f"{number:06}.json").write_text(json.dumps(frame))
    return film


def test_clip_and_promises_of_a_film_are_copied_as_they_are(tmp_path: Path) -> None:
    film, clips = make_film(tmp_path), tmp_path / "clips"

    [clip] = install([film], DEMO, CATALOGUE, clips)

    assert clip.read_bytes() == (film / "cold_room.mp4").read_bytes()
    assert (clips / "cold_room.json").read_bytes() == (film / "expected.json").read_bytes()
    assert [each.code for each in read_promises(clips / "cold_room.json").raised] == [
        *["mask.special_room", "bin.uncovered"]
    ]


def test_what_the_clips_show_is_written_for_evaluate_from_the_truth_of_every_frame(tmp_path: Path) -> None:
    clips = tmp_path / "clips"
    install([make_film(tmp_path, bare=[6, 7, 8, 10, 20, 21])], DEMO, CATALOGUE, clips)

    truth = read_truth(clips / "clips.yaml", CATALOGUE, load_ontology().names)["cold_room.mp4"]

    assert truth.zone == "special_room"
    assert truth.of_label("person", CATALOGUE) == [Span(start=0.0, end=3.8)]
    shown = [(each.span.start, each.span.end) for each in truth.shown if each.label == "face_unmasked"]
    assert shown == [(1.0, 1.7), (3.3, 3.5)]  # a gap of a moment is none
    assert [(each.code, each.span.end) for each in truth.shown if each.code] == [("mask.special_room", 4.0)]


def test_a_film_installed_later_leaves_the_others_as_they_were(tmp_path: Path) -> None:
    clips = tmp_path / "clips"
    install([make_film(tmp_path), make_film(tmp_path, "work_site", code="fire.flame_smoke")], DEMO, CATALOGUE, clips)
    before = (clips / "clips.yaml").read_text()

    install([tmp_path / "cold_room"], DEMO, CATALOGUE, clips)

    assert (clips / "clips.yaml").read_text() == before
    assert sorted(path.name for path in clips.glob("*.mp4")) == ["cold_room.mp4", "work_site.mp4"]


def test_a_film_of_no_camera_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    good, strange = make_film(tmp_path), make_film(tmp_path, "cellar")

    with pytest.raises(DemoError, match=r"expected\.json: story: expected a clip of cameras\.yaml .*, found 'cellar'"):
        install([good, strange], DEMO, CATALOGUE, tmp_path / "clips")

    assert not (tmp_path / "clips").exists()


def test_a_film_without_its_truth_is_refused(tmp_path: Path) -> None:
    film = make_film(tmp_path)
    for file in (film / "truth").iterdir():
        file.unlink()

    with pytest.raises(DemoError, match="the truth of every frame"):
        install([film], DEMO, CATALOGUE, tmp_path / "clips")


def check(film: Path) -> None:
    checked(film / "cold_room.mp4", film / "expected.json", CATALOGUE)


def test_a_clip_of_the_wrong_size_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DemoError, match=r"cold_room\.mp4: size: expected 640x360, found '320x180'"):
        check(make_film(tmp_path, width=320, height=180))


def test_a_clip_of_another_codec_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DemoError, match=r"codec: expected h264, found 'mpeg4'"):
        check(make_film(tmp_path, codec="mpeg4"))


def test_a_clip_of_another_length_than_its_story_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DemoError, match=r"length: expected 5\.0 s, found '4\.0 s'"):
        check(make_film(tmp_path, seconds=5.0))


def test_a_promise_of_a_code_that_the_catalogue_lacks_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DemoError, match=r"codes of the catalogue, found 'pest\.dragon'"):
        check(make_film(tmp_path, code="pest.dragon"))


def test_a_file_that_is_no_clip_is_refused(tmp_path: Path) -> None:
    film = make_film(tmp_path)
    (film / "cold_room.mp4").write_text("no clip")

    with pytest.raises(DemoError, match="a video that can be opened"):
        check(film)


def test_clips_that_are_too_large_together_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.mp4").write_bytes(bytes(600))
    (tmp_path / "b.mp4").write_bytes(bytes(600))
    monkeypatch.setattr(installing, "MOST_BYTES", 1000)

    with pytest.raises(DemoError, match="at most 1,000 bytes"):
        require_small(tmp_path)


def test_the_command_installs_and_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    film, clips = make_film(tmp_path), tmp_path / "clips"

    assert main(["install", str(film), "--clips", str(clips)]) == 0
    assert f"installed {clips / 'cold_room.mp4'}" in capsys.readouterr().out

    assert main(["install", str(tmp_path / "nowhere"), "--clips", str(clips)]) == 2
    assert "a readable file" in capsys.readouterr().err
