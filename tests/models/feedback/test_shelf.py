import json
import threading
from pathlib import Path
from typing import Any

import pytest

from models.errors import ModelChecksumError
from models.feedback.shelf import NetworkShelf, ShelfError
from models.registry import LoadedModel, ModelRegistry
from tests.models.feedback.networks import write_network


@pytest.fixture
def shelf(tmp_path: Path) -> NetworkShelf:
    return NetworkShelf(tmp_path / "var")


@pytest.fixture
def candidate(tmp_path: Path) -> LoadedModel:
    return write_network(tmp_path / "made" / "cellar")


def entry(replaced: str = "kitchen-n", *, is_promoted: bool = False, **facts: Any) -> dict[str, Any]:
    return {"at": "2026-11-26T08:00:00+00:00", "replaced": {"name": replaced, "is_promoted": is_promoted}, **facts}


def test_without_a_promotion_the_shipped_network_is_in_use(shelf: NetworkShelf) -> None:
    assert shelf.current() is None
    assert shelf.history() == []
    assert not shelf.folder.exists()


def test_a_promoted_network_is_a_copy_under_a_new_name_and_version(shelf: NetworkShelf, candidate: LoadedModel) -> None:
    promoted = shelf.promote(candidate, entry())

    assert (promoted.manifest.name, promoted.manifest.version) == ("cellar-1", "1")
    assert promoted.manifest.sha256 == candidate.manifest.sha256
    assert shelf.current() == "cellar-1"
    assert shelf.load("cellar-1") == promoted
    assert (shelf.folder / "cellar-1" / "CARD.md").read_text() == "# a card\n"
    assert not (shelf.folder / "cellar-1" / "work").exists()


def test_the_next_promotion_has_the_next_number(shelf: NetworkShelf, candidate: LoadedModel) -> None:
    first = shelf.promote(candidate, entry())

    second = shelf.promote(first, entry("cellar-1", is_promoted=True))

    assert second.manifest.name == "cellar-2"
    assert [each["network"]["name"] for each in shelf.history()] == ["cellar-1", "cellar-2"]


def test_going_back_goes_one_step_each_time_and_ends_at_the_shipped_one(
    shelf: NetworkShelf, candidate: LoadedModel
) -> None:
    shelf.promote(candidate, entry())
    shelf.promote(candidate, entry("cellar-1", is_promoted=True))

    assert shelf.roll_back({"why": "it misses rats"}) == "cellar-1"
    assert shelf.current() == "cellar-1"
    assert shelf.roll_back({"why": "it does, too"}) is None
    assert shelf.current() is None
    with pytest.raises(ShelfError, match="nothing to go back to"):
        shelf.roll_back({"why": "?"})
    assert [each["what"] for each in shelf.history()] == ["promoted", "promoted", "rolled_back", "rolled_back"]


def test_a_promotion_after_going_back_takes_a_number_that_was_never_used(
    shelf: NetworkShelf, candidate: LoadedModel
) -> None:
    shelf.promote(candidate, entry())
    shelf.roll_back({"why": "?"})

    assert shelf.promote(candidate, entry()).manifest.name == "cellar-2"


def test_what_a_broken_off_promotion_left_behind_is_no_obstacle(shelf: NetworkShelf, candidate: LoadedModel) -> None:
    shelf.promote(candidate, entry())
    (shelf.folder / "history.jsonl").unlink()  # as if the process had died before the line was written

    assert shelf.promote(candidate, entry()).manifest.name == "cellar-2"


def test_a_damaged_earlier_network_is_not_gone_back_to(shelf: NetworkShelf, candidate: LoadedModel) -> None:
    shelf.promote(candidate, entry())
    shelf.promote(candidate, entry("cellar-1", is_promoted=True))
    with (shelf.folder / "cellar-1" / "cellar.onnx").open("ab") as file:
        file.write(b"\0")

    with pytest.raises(ModelChecksumError):
        shelf.roll_back({"why": "?"})
    assert shelf.current() == "cellar-2"


def test_the_history_only_grows(shelf: NetworkShelf, candidate: LoadedModel) -> None:
    shelf.note({"what": "compared"})
    before = (shelf.folder / "history.jsonl").read_text()

    shelf.promote(candidate, entry())

    assert (shelf.folder / "history.jsonl").read_text().startswith(before)


def test_two_writers_wait_for_each_other(shelf: NetworkShelf) -> None:
    def write(name: str) -> None:
        for number in range(25):
            shelf.note({"what": "compared", "by": name, "number": number, "words": "x" * 5000})

    threads = [threading.Thread(target=write, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    lines = (shelf.folder / "history.jsonl").read_text().splitlines()
    assert len([json.loads(line) for line in lines]) == 50


def test_a_promoted_network_is_found_by_the_registry(shelf: NetworkShelf, candidate: LoadedModel) -> None:
    shelf.promote(candidate, entry())

    assert ModelRegistry(shelf.folder).names() == shelf.names() == ["cellar-1"]
