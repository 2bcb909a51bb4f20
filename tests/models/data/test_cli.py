import json
import subprocess
import sys
from pathlib import Path

import pytest

from models.data.archives import count_pictures
from models.data.cli import main
from tests.models.data.drawn import coco_file, save, scene, voc_file, yolo_folder
from tests.support.checkout import REPOSITORY

BOX = "0 0.5 0.5 0.2 0.4"


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """A training folder with twenty pictures of a source of ours."""
    folder = yolo_folder(tmp_path / "from", ["rat", "boots"], {f"{n:02}.png": [BOX] for n in range(20)})
    arguments = [
        "import",
        "yolo",
        str(folder),
        "--out",
        str(tmp_path / "to"),
        "--source",
        "cellar",
        "--ignore",
        "boots",
    ]
    assert main([*arguments, "--val-share", "0.2"]) == 0
    return tmp_path / "to"


def test_a_stranger_imports_his_folder(filled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    again = ["--out", str(filled), "--source", "cellar", "--ignore", "boots"]
    assert main(["import", "yolo", str(tmp_path / "from"), *again]) == 0  # pictures that are there keep their side
    said = capsys.readouterr().out

    assert "20 pictures with 20 boxes" in said
    assert "labelled here: rodent" in said
    assert "20 pictures in 20 groups: 16 to learn from, 4 to measure on" in said
    partial = json.loads((filled / "partial.json").read_text())["cellar"]
    assert "rodent" not in partial
    assert {"person", "cat"} <= set(partial)  # nobody looked for them


def test_check_finds_nothing_wrong_and_says_so(
    filled: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    capsys.readouterr()

    assert main(["check", str(filled), "--json", str(tmp_path / "check.json")]) == 0

    assert capsys.readouterr().out == "20 readable pictures with 20 boxes, 0 faults\n"
    assert json.loads((tmp_path / "check.json").read_text()) == {
        "pictures": 20,
        "boxes": 20,
        "faults": {},
        "remarks": {},
    }


def test_check_fails_where_something_is_wrong(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    next((filled / "images").rglob("*.png")).write_bytes(b"")

    assert main(["check", str(filled), "--no-duplicates"]) == 1
    assert "FAULT: unreadable file: 1" in capsys.readouterr().out


def test_stats_are_counted(filled: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["stats", str(filled), "--json", str(tmp_path / "stats.json")]) == 0

    rows = {
        (row["class"], row["split"]): row["boxes"]
        for row in json.loads((tmp_path / "stats.json").read_text())["classes"]
    }
    assert (rows["rodent", "train"], rows["rodent", "val"], rows["cat", "val"]) == (16, 4, 0)
    assert "cellar" in capsys.readouterr().out


def test_sheets_are_drawn_outside_the_repository_only(
    filled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sheet", str(filled), "--out", str(tmp_path / "sheets"), "--class", "rodent", "--split", "val"]) == 0
    assert "4 pictures fit, 4 are on 1 sheets" in capsys.readouterr().out
    assert main(["sheet", str(filled), "--out", str(tmp_path / "sheets"), "--class", "cat"]) == 0
    assert "0 pictures fit" in capsys.readouterr().out

    (tmp_path / ".git").mkdir()
    assert main(["sheet", str(filled), "--out", str(tmp_path / "more")]) == 2
    assert "must not be committed" in capsys.readouterr().err


def test_a_folder_is_split_packed_and_unpacked(
    filled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["split", str(filled), "--again", "--val-share", "0.5"]) == 0
    assert "10 to learn from, 10 to measure on" in capsys.readouterr().out

    assert main(["pack", str(filled), "--out", str(tmp_path / "packed")]) == 0
    assert main(["unpack", str(tmp_path / "packed"), "--out", str(tmp_path / "flat")]) == 0
    assert main(["check", str(tmp_path / "packed")]) == 0
    assert len(list((tmp_path / "flat" / "images" / "val").iterdir())) == 10


def test_packed_folders_are_joined_unless_they_share_a_source(
    filled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["pack", str(filled), "--out", str(tmp_path / "one")])
    save(tmp_path / "from" / "a.png", scene(1))
    voc_file(tmp_path / "from" / "a.xml", [("rat", 16, 12, 32, 24)])
    given = ["--source", "yard", "--labelled", "rodent"]
    main(["import", "voc", str(tmp_path / "from"), "--out", str(tmp_path / "more"), *given])
    main(["pack", str(tmp_path / "more"), "--out", str(tmp_path / "other")])
    folders = [str(tmp_path / "one"), str(tmp_path / "other")]

    assert main(["join", *folders, "--out", str(tmp_path / "both")]) == 0
    partial = json.loads((tmp_path / "both" / "partial.json").read_text())
    assert set(partial) == {"cellar", "yard"}
    assert "rodent" not in partial["yard"]
    assert sum(count_pictures(tmp_path / "both").values()) == 21
    assert main(["check", str(tmp_path / "both")]) == 0

    assert main(["join", *folders, folders[1], "--out", str(tmp_path / "twice")]) == 2
    assert "found yard" in capsys.readouterr().err
    assert main(["join", *folders, "--out", str(tmp_path / "both")]) == 2
    assert "expected an empty or new folder" in capsys.readouterr().err


def test_voc_needs_to_be_told_what_is_labelled(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save(tmp_path / "from" / "a.png", scene(1))
    voc_file(tmp_path / "from" / "a.xml", [("rat", 16, 12, 32, 24)])
    arguments = ["import", "voc", str(tmp_path / "from"), "--out", str(tmp_path / "to"), "--source", "cellar"]

    assert main(arguments) == 2
    assert "which classes are labelled" in capsys.readouterr().err
    assert main([*arguments, "--labelled", "rodent,mice"]) == 2
    assert main([*arguments, "--labelled", "rodent,cat"]) == 0
    assert {"rodent", "cat"} & set(json.loads((tmp_path / "to" / "partial.json").read_text())["cellar"]) == set()


def test_a_known_source_brings_its_facts_along(tmp_path: Path) -> None:
    save(tmp_path / "from" / "a.png", scene(1))
    voc_file(tmp_path / "from" / "a.xml", [("head", 16, 12, 32, 24), ("person", 0, 0, 9, 9)])
    arguments = ["import", "voc", str(tmp_path / "from"), "--out", str(tmp_path / "to"), "--source", "helmet_shahizat"]

    assert main(arguments) == 0

    labels = next((tmp_path / "to" / "labels").rglob("*.txt")).read_text()
    assert [line.split()[0] for line in labels.splitlines()] == ["4"]  # head_bare; person is ignored
    assert "person" in json.loads((tmp_path / "to" / "partial.json").read_text())["helmet_shahizat"]


def test_coco_is_imported_with_names_that_are_mapped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save(tmp_path / "p" / "a.png", scene(1))
    image = {"id": 1, "file_name": "a.png", "width": 64, "height": 48}
    box = {"image_id": 1, "category_id": 1, "bbox": [1, 1, 20, 20]}
    path = coco_file(tmp_path / "l" / "a.json", [image], [box], [{"id": 1, "name": "vermin"}])
    arguments = ["import", "coco", str(path), "--pictures", str(tmp_path / "p"), "--source", "x"]
    arguments += ["--out", str(tmp_path / "to")]

    assert main(arguments) == 2
    assert "found 'vermin'" in capsys.readouterr().err
    assert main([*arguments, "--map", "vermin"]) == 2
    assert main([*arguments, "--map", "vermin=tank"]) == 2
    assert main([*arguments, "--map", "vermin=rodent", "--val-share", "2"]) == 2
    assert main([*arguments, "--map", "vermin=rodent"]) == 0


def test_splits_of_other_people_can_be_kept(tmp_path: Path) -> None:
    folder = yolo_folder(tmp_path / "from", ["rat"], {f"{n}.png": [BOX] for n in range(6)}, split="val")
    arguments = ["import", "yolo", str(folder), "--out", str(tmp_path / "to"), "--source", "x", "--keep-splits"]

    assert main(arguments) == 0

    assert len(list((tmp_path / "to" / "images" / "val").iterdir())) == 6


def test_it_runs_as_a_module() -> None:
    found = subprocess.run(
        [sys.executable, "-m", "models.data", "--help"], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )

    assert found.returncode == 0
    assert "contact" in found.stdout or "sheet" in found.stdout
