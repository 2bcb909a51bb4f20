"""`brightkitchen heads` with the shipped networks and drawn pictures, without a running service."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from detector.errors import TeachingError
from service.cli import app
from service.heads_cli import corners, grouped
from tests.support.bins import as_png, draw_bin


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    for state in ("open", "closed"):
        folder = tmp_path / state
        folder.mkdir()
        for seed in range(6):
            pixels = draw_bin(is_open=state == "open", seed=seed)[22:180, 166:282]
            (folder / f"{seed}.png").write_bytes(as_png(pixels))
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["heads", *arguments])


def files(folder: Path) -> list[str]:
    return [str(path) for path in sorted(folder.iterdir())]


def test_a_head_is_taught_checked_and_put_live_without_a_service(pictures: Path) -> None:
    data = ["--data", str(pictures / "data")]

    taught = run(
        "teach", "--state", "open", *files(pictures / "open"), "--state", "closed", *files(pictures / "closed"), *data
    )

    assert taught.exit_code == 0, taught.output
    assert "12 of 12 right when left out: 1.00" in taught.output
    assert "may go live" in taught.output
    head_id = re.search(r"head +(\S+)", taught.output)
    assert head_id is not None
    judged = run("check", head_id[1], *files(pictures / "open")[:1], *data)
    assert "\topen\t" in judged.output
    assert "version 1 is live" in run("live", head_id[1], *data).output
    assert f"{head_id[1]}\tlive\tversion 1" in run("list", *data).output
    assert "retired" in run("retire", head_id[1], *data).output
    assert "cut-outs were kept" in run("reembed", head_id[1], *data).output
    assert run("roll-back", head_id[1], *data).exit_code == 2


def test_what_may_not_go_live_is_refused_in_one_line(pictures: Path) -> None:
    data = ["--data", str(pictures / "data")]
    taught = run(
        "teach",
        "--state",
        "open",
        *files(pictures / "open")[:2],
        "--state",
        "closed",
        *files(pictures / "closed")[:2],
        *data,
    )
    head_id = re.search(r"head +(\S+)", taught.output)
    assert head_id is not None
    assert "may not go live" in taught.output

    answer = run("live", head_id[1], *data)

    assert answer.exit_code == 2
    assert "5 different examples of each state, open has 2" in answer.output


def test_a_file_that_is_no_picture_is_named_as_such_and_makes_no_head(pictures: Path) -> None:
    text = pictures / "notes.txt"
    text.write_text("no picture")

    answer = run(
        "teach", "--state", "open", str(text), "--state", "closed", str(text), "--data", str(pictures / "data")
    )

    assert answer.exit_code == 2
    assert "JPEG, PNG or WebP" in answer.output
    assert not list((pictures / "data").glob("heads/*/head.json"))


def test_other_peoples_folders_stay_untouched(pictures: Path) -> None:
    before = sorted(pictures.iterdir())

    answer = run("list", "--data", str(pictures))

    assert answer.exit_code == 2
    assert "it holds other things" in answer.output
    assert sorted(pictures.iterdir()) == before


def test_files_belong_to_the_state_before_them() -> None:
    assert grouped(["--state", "open", "a.jpg", "b.jpg", "--state=closed", "c.jpg"]) == [
        ("open", [Path("a.jpg"), Path("b.jpg")]),
        ("closed", [Path("c.jpg")]),
    ]


@pytest.mark.parametrize("arguments", [["a.jpg"], ["--state"], ["--state", "open", "--stat", "x"]])
def test_other_arguments_are_refused(arguments: list[str]) -> None:
    with pytest.raises(TeachingError):
        grouped(arguments)


def test_corners_are_read_or_refused() -> None:
    assert corners("0.1,0.2 0.3,0.4") == {"corners": [{"x": 0.1, "y": 0.2}, {"x": 0.3, "y": 0.4}]}
    assert corners(None) is None
    with pytest.raises(TeachingError, match="--region"):
        corners("0.1 0.2")
