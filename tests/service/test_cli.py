import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import cv2
import pytest
from typer.main import get_command

from detector.settings import DetectorSettings
from service.cli import app
from service.folder import DataFolder
from service.settings import load_settings
from service.store import open_store
from tests.detector.drawn import drawn_kitchen
from tests.service.storage.accounts_contract import user
from tests.support.clips import make_clip
from tests.support.shared import REPOSITORY

SECONDS = 60

SHIPPED = DetectorSettings().model


def brightkitchen(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:

    return subprocess.run(
        [sys.executable, "-m", "service.cli", *arguments],
        cwd=REPOSITORY,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def test_it_says_its_version() -> None:
    answer = brightkitchen("--version")
    assert answer.returncode == 0
    assert answer.stdout.startswith("brightkitchen ")


def test_the_command_loads_nothing_that_only_training_needs() -> None:
    program = "import sys, service.cli; print([name for name in sys.modules if name in {'torch', 'ultralytics'} "
    program += "or name.startswith('models.training')])"
    answer = subprocess.run(
        [sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True, timeout=SECONDS, check=True
    )
    assert answer.stdout.strip() == "[]"


def test_check_measures_a_clip(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", width=640, height=360, fps=15, seconds=3)
    answer = brightkitchen("check", "--camera", str(clip), "--seconds", "2")
    assert answer.returncode == 0, answer.stderr
    assert "h264" in answer.stdout
    assert "640×360" in answer.stdout
    assert "15.00 pictures/s" in answer.stdout


def test_check_names_what_is_wrong_without_the_password() -> None:
    answer = brightkitchen("check", "--camera", "rtsp://me:s3cret@127.0.0.1:1/x")
    assert answer.returncode == 1
    assert "unreachable" in answer.stdout
    assert "s3cret" not in answer.stdout + answer.stderr


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"BRIGHTKITCHEN_API__PROT": "1"}, "BRIGHTKITCHEN_API__PROT"),
        ({"BRIGHTKITCHEN_DATABASE_URL": "oracle://me:s3cret@x/y"}, "BRIGHTKITCHEN_DATABASE_URL"),
        ({"BRIGHTKITCHEN_DETECTOR__MODEL": "nowhere"}, "nowhere"),
    ],
    ids=["misspelt-setting", "unknown-database", "no-such-network"],
)
def test_a_wrong_setting_stops_the_start_with_one_line(tmp_path: Path, environment: dict[str, str], words: str) -> None:
    answer = brightkitchen("run", "--data", str(tmp_path / "data"), "--port", "0", **environment)
    assert answer.returncode == 2
    assert words in answer.stderr
    assert "Traceback" not in answer.stderr
    assert "s3cret" not in answer.stderr


def test_a_network_file_that_was_changed_stops_the_start(tmp_path: Path) -> None:

    zoo = tmp_path / "zoo"
    shutil.copytree(REPOSITORY / "models" / "zoo" / SHIPPED, zoo / SHIPPED)
    with (zoo / SHIPPED / f"{SHIPPED}.onnx").open("ab") as file:
        file.write(b"\0")
    answer = brightkitchen("run", "--data", str(tmp_path / "data"), "--port", "0", BRIGHTKITCHEN_MODELS_FOLDER=str(zoo))
    assert answer.returncode == 2
    assert "SHA-256" in answer.stderr


def test_a_network_is_measured_on_a_folder_of_pictures(tmp_path: Path) -> None:
    for folder in ("images", "labels"):
        (tmp_path / "data" / folder).mkdir(parents=True)
    cv2.imwrite(str(tmp_path / "data" / "images" / "kitchen.png"), drawn_kitchen().bgr(480, 270))
    (tmp_path / "data" / "labels" / "kitchen.txt").write_text("")
    (tmp_path / "data" / "data.yaml").write_text("val: images\nnames: [bin, rodent]\n")
    figures = tmp_path / "figures.json"
    answer = brightkitchen("evaluate", "--data", str(tmp_path / "data" / "data.yaml"), "--json", str(figures))
    assert answer.returncode == 0, answer.stderr
    content = json.loads(figures.read_text())
    assert content["model"]["name"] == SHIPPED
    assert content["classes"]["rodent"]["n"] == 0


def test_data_that_is_not_there_is_named(tmp_path: Path) -> None:
    answer = brightkitchen("evaluate", "--data", str(tmp_path / "nowhere.yaml"))
    assert answer.returncode == 2
    assert "nowhere.yaml" in answer.stderr


def test_a_meaning_without_pictures_is_refused(tmp_path: Path) -> None:
    answer = brightkitchen("evaluate", "--video", str(tmp_path), "--map", "tonne=bin")
    assert answer.returncode == 2
    assert "--map is about labelled pictures: it needs --data" in answer.stderr


def test_a_port_in_use_is_named(tmp_path: Path) -> None:

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        answer = brightkitchen("run", "--data", str(tmp_path / "data"), "--port", str(port))
    assert answer.returncode == 2
    assert str(port) in answer.stderr


def test_a_password_can_be_reset_and_the_account_listed(tmp_path: Path) -> None:
    data = str(tmp_path / "data")
    nobody = brightkitchen("user", "reset-password", "nobody", "--data", data)
    assert nobody.returncode == 2
    assert "nobody" in nobody.stderr
    without = brightkitchen("user", "reset-second-factor", "nobody", "--data", data)
    assert (without.returncode, "nobody" in without.stderr) == (2, True)
    assert brightkitchen("user", "list", "--data", data).returncode == 0


def test_a_closed_account_is_not_opened_by_a_new_password(tmp_path: Path) -> None:
    store = open_store(load_settings(data=tmp_path), DataFolder(tmp_path))
    store.accounts.add_user(user(name="li", is_active=False))
    store.database.close()

    answer = brightkitchen("user", "reset-password", "li", "--data", str(tmp_path))

    assert answer.returncode == 2
    assert "the account li is closed" in answer.stderr


@pytest.mark.parametrize("verb", ["train", "feedback", "catalogue"])
def test_the_command_line_page_names_every_option_of(verb: str) -> None:
    page = (REPOSITORY / "docs" / "reference" / "cli.md").read_text("utf-8")
    section = page.split(f"\n## {verb}\n", 1)[1].split("\n## ", 1)[0]
    command = get_command(app).commands[verb]  # type: ignore[attr-defined]
    verbs = getattr(command, "commands", {verb: command}).values()
    options = {name for each in verbs for parameter in each.params for name in parameter.opts if name.startswith("--")}

    assert options != set()
    assert {option for option in options - {"--help"} if option not in section} == set()
