import json
import shutil
from pathlib import Path

import cv2
import pytest

from alerts.errors import AlertsError
from detector.errors import ReportFileError
from models.errors import ModelError
from models.feedback.shelf import NetworkShelf
from models.registry import ModelRegistry
from service.evaluation import Wanted, measure
from service.settings import ServiceSettings, load_settings
from streams.errors import StreamError
from tests.detector.drawn import BIN_EDGES, drawn_kitchen
from tests.support.checkout import REPOSITORY
from tests.support.clips import make_clip

LABELS = ["bin", "rodent", "cat"]


@pytest.fixture
def settings(tmp_path: Path) -> ServiceSettings:
    return load_settings(data=tmp_path / "var")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for folder in ("images", "labels"):
        (tmp_path / "data" / folder).mkdir(parents=True)
    cv2.imwrite(str(tmp_path / "data" / "images" / "kitchen.png"), drawn_kitchen().bgr(480, 270))
    left, top, right, bottom = BIN_EDGES
    line = f"0 {(left + right) / 2} {(top + bottom) / 2} {right - left} {bottom - top}\n"
    (tmp_path / "data" / "labels" / "kitchen.txt").write_text(line)
    (tmp_path / "data" / "data.yaml").write_text(f"val: images\nnames: {LABELS}\n")
    return tmp_path / "data" / "data.yaml"


@pytest.fixture
def clips(tmp_path: Path) -> Path:
    folder = tmp_path / "clips"
    folder.mkdir()
    make_clip(folder / "quiet.mp4", fps=10, seconds=3)
    return folder


def test_pictures_and_clips_come_into_one_file_and_one_page(
    settings: ServiceSettings, data: Path, clips: Path, tmp_path: Path
) -> None:
    wanted = Wanted(model="kitchen-n", data=data, videos=[clips])

    outcome = measure(settings, wanted, json_file=tmp_path / "figures.json", html_folder=tmp_path / "html")

    said = json.loads((tmp_path / "figures.json").read_text())
    assert said["classes"]["bin"]["n"] == 1
    assert said["model"]["sha256"] == outcome.model.manifest.sha256
    assert said["codes"]["pest.rodent"]["labels"] == ["rodent"]
    assert said["codes"]["animal.pet"]["not_measured"] == ["cat", "dog"]
    assert said["video"]["clips"][0]["file"] == "quiet.mp4"
    assert said["video"]["codes"]["pest.rodent"]["alerts"]["count"] == 0
    assert said["video"]["codes"]["bin.overflow"]["not_measured"] == "must last 900 s, longer than any clip"
    page = (tmp_path / "html" / "index.html").read_text()
    assert "Figures by risk code" in page
    assert "鼠类活动" in page
    assert "Video: alerts by risk code" in page
    assert any("pest.rodent" in line for line in outcome.lines())
    assert list(outcome.warnings()) == []


def test_a_class_with_another_name_is_measured_as_the_label_that_it_is_said_to_be(
    settings: ServiceSettings, data: Path
) -> None:
    data.write_text("val: images\nnames: [Tonne, rodent, cat]\n")

    said = measure(settings, Wanted(model="kitchen-n", data=data, meanings={"tonne": "bin"})).document()

    assert said["classes"]["bin"]["n"] == 1
    assert said["not_in_model"] == {}
    with pytest.raises(ModelError, match="--map tone: expected a class of the pictures"):
        measure(settings, Wanted(model="kitchen-n", data=data, meanings={"tone": "bin"}))


def test_a_code_whose_label_is_only_reported_where_it_is_not_has_no_recall(
    settings: ServiceSettings, data: Path
) -> None:
    (data.parent / "labels" / "kitchen.txt").write_text("")

    said = measure(settings, Wanted(model="kitchen-n", data=data)).document()

    assert (said["classes"]["bin"]["reported"], said["classes"]["bin"]["recall"]) == (1, None)
    assert all(code["recall"] is None for code in said["codes"].values())


def test_the_network_in_service_is_measured_unless_another_is_named(
    settings: ServiceSettings, data: Path, tmp_path: Path
) -> None:
    shutil.copytree(REPOSITORY / "models" / "zoo" / "kitchen-n", tmp_path / "made" / "cellar")
    manifest = tmp_path / "made" / "cellar" / "manifest.yaml"
    manifest.write_text(manifest.read_text().replace("name: kitchen-n\n", "name: cellar\n", 1))
    made = ModelRegistry(tmp_path / "made").load("cellar")
    NetworkShelf(settings.data).promote(made, {"at": "2026-11-26T08:00:00+00:00"})

    measured = [
        measure(settings, Wanted(model=said, data=data)).model for said in ("", "cellar-1", str(manifest.parent))
    ]

    assert [each.manifest.name for each in measured] == ["cellar-1", "cellar-1", "cellar"]


def test_clips_alone_need_no_pictures(settings: ServiceSettings, clips: Path, tmp_path: Path) -> None:
    wanted = Wanted(model="kitchen-n", videos=[clips], uses_gate=False)

    measure(settings, wanted, json_file=tmp_path / "figures.json", html_folder=tmp_path / "html")

    said = json.loads((tmp_path / "figures.json").read_text())
    assert (said["classes"], said["model"]["name"], said["video"]["gate"]) == ({}, "kitchen-n", False)
    assert "quiet.mp4" in (tmp_path / "html" / "index.html").read_text()


def test_a_clip_that_cannot_be_played_is_told_and_the_others_are_measured(
    settings: ServiceSettings, clips: Path
) -> None:
    (clips / "broken.mp4").write_text("no clip")

    outcome = measure(settings, Wanted(model="kitchen-n", videos=[clips], workers=2))

    assert outcome.video is not None
    assert [each.clip.path.name for each in outcome.video.clips] == ["quiet.mp4"]
    (told,) = outcome.warnings()
    assert "broken.mp4" in told


def test_nothing_but_broken_clips_is_an_error(settings: ServiceSettings, clips: Path) -> None:
    (clips / "quiet.mp4").write_text("no clip")

    with pytest.raises(StreamError, match=r"quiet\.mp4"):
        measure(settings, Wanted(model="kitchen-n", videos=[clips]))


def test_figures_go_into_a_folder_that_was_not_there(settings: ServiceSettings, data: Path, tmp_path: Path) -> None:
    measure(settings, Wanted(model="kitchen-n", data=data), json_file=tmp_path / "new" / "figures.json")

    assert json.loads((tmp_path / "new" / "figures.json").read_text())["pictures"] == 1


def test_figures_that_cannot_be_written_are_told_before_anything_is_measured(
    settings: ServiceSettings, data: Path, tmp_path: Path
) -> None:
    with pytest.raises(ReportFileError, match=r"data: expected a file that can be written"):
        measure(settings, Wanted(model="nobody", data=data), json_file=tmp_path / "data")
    with pytest.raises(ReportFileError, match=r"data\.yaml: expected a folder that can be written into"):
        measure(settings, Wanted(model="nobody", data=data), html_folder=data)


def test_what_was_misspelt_is_told_before_anything_is_measured(
    settings: ServiceSettings, data: Path, clips: Path
) -> None:
    (clips / "clips.yaml").write_text("clips:\n  - {file: quiet.mp4, shows: [{label: rat}]}\n")

    with pytest.raises(AlertsError, match=r"clips\.yaml:2"):
        measure(settings, Wanted(model="kitchen-n", data=data, videos=[clips]))
    with pytest.raises(ModelError, match="nobody"):
        measure(settings, Wanted(model="nobody", data=data))
