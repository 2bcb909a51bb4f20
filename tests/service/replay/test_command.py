"""`brightkitchen replay`: logs and clips, two settings side by side, and nothing of a service touched."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner, Result

from alerts.replay.files import read_log
from alerts.replay.lines import Line, LookLine, written
from detector.settings import DetectorSettings
from service.cli import app
from service.replay.report import clock
from tests.alerts.replay.looks import Filmed, begin, camera_line
from tests.alerts.scenes import rat
from tests.support.checkout import REPOSITORY
from tests.support.clips import make_clip

NETWORK = DetectorSettings().model


def replay(*words: object) -> Result:
    return CliRunner().invoke(app, ["replay", *map(str, words)])


def saved(path: Path, *lines: Line) -> Path:
    path.write_text("".join(written(line) + "\n" for line in lines), "utf-8")
    return path


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Two rats that stay four seconds each, half an hour apart."""
    filmed = Filmed().see(rat(), seconds=4).see(seconds=15)
    filmed.fps = 0.1
    filmed.see(seconds=1900)
    filmed.fps = 5.0
    filmed.see(seconds=5).see(rat(0.2, track_id=2), seconds=4).see(seconds=20)
    return saved(tmp_path / "looks.jsonl", begin(), camera_line(), *filmed.lines)


def document(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def test_a_log_is_judged_as_the_service_would(log: Path, tmp_path: Path) -> None:
    answer = replay(log, "--json", tmp_path / "new" / "out.json")

    assert answer.exit_code == 0, answer.output
    assert "pest.rodent               2" in answer.output
    assert (
        "pest.rodent at 0:01.0 (2026-01-05 08:00:01 UTC) on kitchen camera-1: rodent 0.80, for 1.0 s of 1"
        in answer.output
    )
    found = document(tmp_path / "new" / "out.json")
    assert found["after"]["codes"] == {"pest.rodent": 2}
    assert [each["because"]["needed_seconds"] for each in found["after"]["alerts"]] == [1.0, 1.0]
    assert "before" not in found


def test_what_is_tried_stands_beside_what_is_in_service(log: Path, tmp_path: Path) -> None:
    layer = tmp_path / "layer.yaml"
    layer.write_text("codes: [{code: pest.rodent, minimum_seconds: 10}]\n")

    answer = replay(log, "--layer", layer, "--json", tmp_path / "out.json")

    assert answer.exit_code == 0, answer.output
    assert "pest.rodent               2      0  *" in answer.output
    assert answer.output.count("- before  pest.rodent") == 2
    assert "on kitchen camera-1: for 3.8 s of 10, 11 looks of 3 in 2 s, moved 3.0 lengths of 1" in answer.output
    assert document(tmp_path / "out.json")["comparison"]["pest.rodent"]["after"] == 0


def test_two_layers_can_be_compared_and_one_be_shown_alone(log: Path, tmp_path: Path) -> None:
    layer = tmp_path / "layer.yaml"
    layer.write_text("codes: [{code: pest.rodent, minimum_seconds: 10}]\n")

    against, alone = replay(log, "--against", layer), replay(log, "--set", "pest.rodent.minimum_hits=99", "--alone")

    assert "pest.rodent               0      2  *" in against.output
    assert "pest.rodent               0\n" in alone.output


def test_a_folder_of_logs_is_one_log(tmp_path: Path) -> None:
    first = Filmed().see(rat(), seconds=2)
    second = Filmed(seconds=2.0).see(rat(), seconds=2)
    saved(tmp_path / "1.jsonl", begin(), camera_line(), *first.lines)
    saved(tmp_path / "2.jsonl", begin(), camera_line(), *second.lines)

    answer = replay(tmp_path)

    assert "0:03.8, 20 looks" in answer.output
    assert "pest.rodent               1\n" in answer.output


def test_the_same_log_gives_the_same_words_always(log: Path) -> None:
    words = ("--set", "pest.rodent.cool_down_seconds=1")

    assert replay(log, *words).output == replay(log, *words).output


def test_a_line_that_a_killed_process_left_cut_off_is_passed_over(log: Path) -> None:
    whole = replay(log).output
    with log.open("a", encoding="utf-8") as file:
        file.write('{"line":"look","camera_id":"cam')

    assert replay(log).output == whole


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--set", "pest.rodent=3"], "codes[0]: expected one of the fields code, "),
        (["--threshold", "rodent=0.1"], "threshold of rodent: expected at least 0.3"),
        (["--code", "pest.dragon"], "found 'pest.dragon'"),
        (["--alone", "--against", "x.yaml"], "exclude each other"),
        (["--begins", "tomorrow"], "--begins: expected a moment"),
        (["--begins", "2026-11-27T22:00"], "--begins: expected an offset"),
        (["--profile", "cn-mars"], "found 'cn-mars'"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_status_2(log: Path, words: list[str], expected: str) -> None:
    answer = replay(log, *words)

    assert answer.exit_code == 2
    assert expected in answer.stderr
    assert len(answer.stderr.splitlines()) == 1


def test_a_wrong_line_and_a_place_without_anything_are_named(log: Path, tmp_path: Path) -> None:
    lines = log.read_text("utf-8").splitlines()
    lines[3] = lines[3].replace('"width_px":1280', '"width_px":"wide"')
    log.write_text("\n".join(lines) + "\n", "utf-8")

    wrong, nowhere = replay(log), replay(tmp_path / "nowhere")

    assert "looks.jsonl:4 look.width_px: expected" in wrong.stderr
    assert (wrong.exit_code, nowhere.exit_code) == (2, 2)


def test_a_clip_is_looked_at_once_and_its_log_says_the_same(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "kitchen.mp4", fps=15, seconds=4)
    log = tmp_path / "kept.jsonl"

    played = replay(clip, "--save-log", log, "--model", NETWORK, "--data", tmp_path / "none")
    again = replay(log, "--data", tmp_path / "none")

    assert played.exit_code == 0, played.output
    assert "kitchen.mp4: 0:03.8, 20 looks" in played.output
    assert again.output == played.output
    assert sum(isinstance(line, LookLine) for line in read_log(log)) == 20
    assert not (tmp_path / "none").exists()


def test_a_log_is_never_written_over(log: Path, tmp_path: Path) -> None:
    before = log.read_bytes()

    answer = replay(log, "--save-log", log)

    assert (answer.exit_code, log.read_bytes()) == (2, before)
    assert "expected a new file" in answer.stderr


def test_a_lower_threshold_on_a_clip_is_looked_at_anew(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "kitchen.mp4", fps=15, seconds=1)
    log = tmp_path / "kept.jsonl"

    answer = replay(clip, "--threshold", "rodent=0.01", "--save-log", log, "--model", NETWORK)

    assert answer.exit_code == 0, answer.output
    assert next(iter(read_log(log))).thresholds["rodent"] == 0.01  # type: ignore[union-attr]
    assert "found 'dragon'" in replay(clip, "--threshold", "dragon=0.5", "--model", NETWORK).stderr


@pytest.mark.parametrize(
    ("seconds", "expected"), [(0.0, "0:00.0"), (59.96, "1:00.0"), (3599.94, "59:59.9"), (3725.5, "1:02:05.5")]
)
def test_seconds_are_told_as_a_clock_does(seconds: float, expected: str) -> None:
    assert clock(seconds) == expected


def test_the_command_line_page_names_every_option() -> None:
    page = (REPOSITORY / "docs" / "reference" / "cli.md").read_text("utf-8")
    section = page.split("\n## replay\n", 1)[1].split("\n## ", 1)[0]
    command = get_command(app).commands["replay"]  # type: ignore[attr-defined]
    options = {name for parameter in command.params for name in parameter.opts if name.startswith("--")}

    assert {option for option in options - {"--help"} if option not in section} == set()
