import json
from pathlib import Path

import cv2
import pytest
from structlog.testing import capture_logs

from alerts.catalogue import load_catalogue
from detector.embedding import open_embedder
from detector.head_record import HeadStatus
from detector.head_testing import make_desk, make_embedder
from domain.ids import CameraId
from models.embedding import EMBEDDING_MODEL, EmbeddingManifest
from models.registry import ZOO_FOLDER, ModelRegistry
from service.demo.cameras import load_demo
from service.demo.errors import DemoError
from service.demo.lid import CODE, LID_EXAMPLES, REGION_FILE, demo_lid_camera, ensure_demo_lid, read_lid_region
from service.demo.pace import hastened
from tests.support.bins import CORNERS, HEIGHT, WIDTH, draw_bin

CAMERA = CameraId("camera-1")


@pytest.fixture
def drawn(tmp_path: Path) -> Path:
    """Examples of a drawn bin in the form of the shipped ones."""
    return write_drawn(tmp_path / "examples", count=6)


def write_drawn(folder: Path, *, count: int) -> Path:
    folder.mkdir()
    names = []
    for seed in range(count):
        for state in ("open", "closed"):
            names.append(f"{state}-{seed:02}.jpg")
            cv2.imwrite(str(folder / names[-1]), draw_bin(is_open=state == "open", seed=seed)[30:175, 170:280])
    document = {
        "story": "drawn",
        "who": "bin",
        "states": ["open", "closed"],
        "corners": [[each["x"], each["y"]] for each in CORNERS],
        "width": WIDTH,
        "height": HEIGHT,
        "examples": names,
    }
    (folder / REGION_FILE).write_text(json.dumps(document), "utf-8")
    return folder


def test_the_shipped_examples_make_a_head_that_may_go_live_on_the_shipped_network(tmp_path: Path) -> None:
    network = ModelRegistry(ZOO_FOLDER).load_as(EMBEDDING_MODEL, EmbeddingManifest)
    desk = make_desk(tmp_path, embedder=open_embedder(network))

    head = ensure_demo_lid(desk, CAMERA)

    assert head.status is HeadStatus.LIVE
    assert desk.live_codes(CAMERA) == {"bin.uncovered"}
    assert desk.version(head).accuracy.accuracy >= 0.9


def test_every_shipped_example_is_listed_and_has_a_state(tmp_path: Path) -> None:
    region = read_lid_region()
    assert sorted(path.name for path in LID_EXAMPLES.glob("*.jpg")) == sorted(region.examples)
    assert {name.partition("-")[0] for name in region.examples} == set(region.states)


def test_a_second_start_finds_the_head_of_the_first(tmp_path: Path, drawn: Path) -> None:
    desk = make_desk(tmp_path)
    first = ensure_demo_lid(desk, CAMERA, drawn)
    second = ensure_demo_lid(desk, CAMERA, drawn)
    assert (second.head_id, second.revision) == (first.head_id, first.revision)
    assert len(desk.list()[0]) == 1


def test_a_head_that_somebody_retired_stays_out_of_service(tmp_path: Path, drawn: Path) -> None:
    desk = make_desk(tmp_path)
    desk.retire(ensure_demo_lid(desk, CAMERA, drawn).head_id, actor="user-1")
    assert ensure_demo_lid(desk, CAMERA, drawn).status is HeadStatus.RETIRED
    assert not desk.live_on(CAMERA)


def test_a_new_embedding_network_gets_a_new_head_and_the_old_one_is_retired(tmp_path: Path, drawn: Path) -> None:
    old = ensure_demo_lid(make_desk(tmp_path), CAMERA, drawn)
    numbers = iter(range(100, 200))
    desk = make_desk(tmp_path, embedder=make_embedder(sha256="f" * 64), new_id=lambda: f"n{next(numbers)}")

    new = ensure_demo_lid(desk, CAMERA, drawn)

    assert (new.status, new.network.sha256) == (HeadStatus.LIVE, "f" * 64)
    assert desk.get(old.head_id).status is HeadStatus.RETIRED


def test_too_few_examples_leave_a_draft_and_a_line_in_the_log(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    with capture_logs() as logged:
        head = ensure_demo_lid(desk, CAMERA, write_drawn(tmp_path / "few", count=3))
    assert head.status is HeadStatus.DRAFT
    assert [entry["event"] for entry in logged if entry["log_level"] == "warning"] == ["demo_head_not_ready"]


def test_whoever_sees_the_alert_sees_that_the_demonstration_waits_less(tmp_path: Path, drawn: Path) -> None:
    shortened = next(entry.taught_rule for entry in hastened(load_catalogue()) if entry.risk.code == CODE)
    kitchens = load_catalogue().entries[CODE].taught_rule
    assert shortened
    assert kitchens

    name = ensure_demo_lid(make_desk(tmp_path), CAMERA, drawn).name

    assert f"演示{shortened.minimum_seconds:g}秒" in name
    assert f"demonstration {shortened.minimum_seconds:g} s" in name
    assert f"实际{kitchens.minimum_seconds / 60:g}分钟" in name
    assert f"kitchens {kitchens.minimum_seconds / 60:g} min" in name


def test_the_bin_stands_before_a_camera_of_the_demonstration(drawn: Path) -> None:
    assert demo_lid_camera() in {camera.camera_id for camera in load_demo().cameras}

    with pytest.raises(DemoError, match="a film that a camera plays"):
        demo_lid_camera(drawn)
