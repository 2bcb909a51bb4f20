import json
import os
from pathlib import Path

import pytest

from detector.head_desk import HeadDesk, NewHead
from detector.head_errors import HeadFileError, HeadNotFoundError, HeadStoreError
from detector.head_record import Head, Origin, OriginKind
from detector.head_store import FolderHeadStore, Turn
from detector.head_testing import make_desk
from tests.support.bins import draw_bin


def a_taught_head(desk: HeadDesk, *, count: int = 6, keeps_crops: bool = False) -> Head:
    head = desk.create(NewHead(name="bin", states=("open", "closed"), keeps_crops=keeps_crops), actor="user-1")
    for seed in range(count):
        for state in ("open", "closed"):
            pixels = draw_bin(is_open=state == "open", seed=seed)[30:175, 170:280]
            desk.add_picture(head.head_id, state, pixels, origin=Origin(kind=OriginKind.UPLOADED), actor="user-1")
    return desk.teach(head.head_id, actor="user-1")[0]


def test_what_was_written_is_read_again_number_for_number(tmp_path: Path) -> None:
    head = a_taught_head(make_desk(tmp_path))
    store = FolderHeadStore(tmp_path)

    again = store.load(head.head_id)

    assert again.model_dump_json() == head.model_dump_json()
    version = store.load_version(again, 1)
    assert version.example_ids == tuple(example.example_id for example in head.examples)
    answer = version.learnt.head().answer(head.examples[0].numbers)
    assert answer.state == head.examples[0].state


def test_files_are_text_and_for_their_owner_only(tmp_path: Path) -> None:
    head = a_taught_head(make_desk(tmp_path))

    for path in (tmp_path / head.head_id).glob("*.json"):
        assert json.loads(path.read_text("utf-8"))["format"] == 1
        assert path.stat().st_mode & 0o077 == 0


def test_a_damaged_file_is_named_and_the_others_are_loaded(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    broken, whole = a_taught_head(desk), a_taught_head(desk)
    path = tmp_path / broken.head_id / "head.json"
    path.write_bytes(path.read_bytes()[:500])

    heads, faults = FolderHeadStore(tmp_path).load_all()

    assert [head.head_id for head in heads] == [whole.head_id]
    assert [fault.head_id for fault in faults] == [broken.head_id]
    assert f"{broken.head_id}/head.json" in str(faults[0].error)


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("format", 2, "format 1"),
        ("states", ["open"], "states"),
        ("surprise", True, "surprise"),
        ("live_version", 7, "live_version"),
    ],
)
def test_a_wrong_field_is_named(tmp_path: Path, field: str, value: object, expected: str) -> None:
    head = a_taught_head(make_desk(tmp_path))
    path = tmp_path / head.head_id / "head.json"
    content = json.loads(path.read_text("utf-8"))
    if field == "live_version":
        content["status"] = "live"
    path.write_text(json.dumps({**content, field: value}), "utf-8")

    with pytest.raises(HeadFileError, match=expected):
        FolderHeadStore(tmp_path).load(head.head_id)


def test_numbers_that_are_none_are_refused(tmp_path: Path) -> None:
    head = a_taught_head(make_desk(tmp_path))
    path = tmp_path / head.head_id / "head.json"
    content = json.loads(path.read_text("utf-8"))
    content["examples"][0]["numbers"] = {"shape": [2], "base64": "AADAfwAAgD8="}  # not a number, one
    path.write_text(json.dumps(content), "utf-8")

    with pytest.raises(HeadFileError, match=r"examples\.0\.numbers: .*finite"):
        FolderHeadStore(tmp_path).load(head.head_id)


def test_a_version_that_was_changed_is_refused(tmp_path: Path) -> None:
    head = a_taught_head(make_desk(tmp_path))
    path = tmp_path / head.head_id / "v0001.json"
    path.write_text(path.read_text("utf-8").replace('"right":12', '"right":11'), "utf-8")

    with pytest.raises(HeadFileError, match="SHA-256"):
        FolderHeadStore(tmp_path).load_version(head, 1)


def test_a_write_that_fails_leaves_the_older_file_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    head = a_taught_head(make_desk(tmp_path))
    store = FolderHeadStore(tmp_path)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(HeadStoreError, match="No space left"):
        store.save(head.model_copy(update={"name": "another name"}), over=head)

    assert store.load(head.head_id).name == "bin"


@pytest.mark.parametrize("name", ["../elsewhere", "a/b", "", ".", "x" * 65])
def test_a_name_that_leads_elsewhere_is_no_head(tmp_path: Path, name: str) -> None:
    with pytest.raises(HeadNotFoundError):
        FolderHeadStore(tmp_path / "heads").load(name)


def test_whoever_has_the_turn_may_enter_again_and_lets_go_in_the_end(tmp_path: Path) -> None:
    turn = Turn(tmp_path / "heads")

    with turn, turn:
        assert (tmp_path / "heads" / "heads.lock").exists()

    with Turn(tmp_path / "heads"):  # another process would wait for ever if the first had kept it
        assert turn._depth == 0
