from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from models.data.archives import is_archived, opened, pack, unpack
from models.data.errors import DataNotFoundError, FaultsError
from models.data.integrity import survey
from models.data.layout import read_index
from models.data.ontology import Ontology
from models.data.records import Record
from models.data.scenes import SceneRules
from models.data.splits import TRAIN, VAL, SplitRules
from models.data.workflow import add_source, split_again
from tests.models.data.drawn import record, save, scene

ONTOLOGY = Ontology.of(["rodent", "cat", "person"])
SPLITS = SplitRules(val_share=0.25)


def photos(folder: Path, seeds: range, source: str = "drawn") -> list[Record]:
    return [
        replace(record("x", "rodent", source=source), picture=save(folder / f"{n}.png", scene(n)), original=f"{n}.png")
        for n in seeds
    ]


def add(records: list[Record], folder: Path) -> list[Record]:
    return add_source(records, folder, ONTOLOGY, scenes=SceneRules(), splits=SPLITS)


def on_disk(folder: Path) -> dict[str, str]:
    return {path.name: path.parent.name for path in sorted((folder / "images").rglob("*.png"))}


def test_a_source_is_split_as_it_comes_in(tmp_path: Path) -> None:
    held = add(photos(tmp_path / "a", range(20)), tmp_path / "to")

    assert Counter(each.split for each in held) == {TRAIN: 15, VAL: 5}
    assert on_disk(tmp_path / "to") == {each.picture.name: each.split for each in held}
    assert survey(tmp_path / "to").findings.faults == {kind: [] for kind in survey(tmp_path / "to").findings.faults}


def test_a_second_source_moves_nobody(tmp_path: Path) -> None:
    add(photos(tmp_path / "a", range(20)), tmp_path / "to")
    before = on_disk(tmp_path / "to")

    held = add(photos(tmp_path / "b", range(100, 120), "other"), tmp_path / "to")

    after = on_disk(tmp_path / "to")
    assert len(held) == len(after) == 40
    assert {name: after[name] for name in before} == before
    assert Counter(each.split for each in held if each.source == "other") == {TRAIN: 15, VAL: 5}


def test_a_copy_from_another_source_goes_to_the_side_of_the_first(tmp_path: Path) -> None:
    first = {each.original: each for each in add(photos(tmp_path / "a", range(8)), tmp_path / "to")}
    copies = [
        replace(each, picture=save(tmp_path / "b" / each.original, scene(n, 96, 72)), source="other")
        for n, each in enumerate(photos(tmp_path / "a", range(8)))
    ]

    held = add(copies, tmp_path / "to")

    assert {each.original: each.split for each in held if each.source == "other"} == {
        name: each.split for name, each in first.items()
    }


def test_the_same_picture_given_twice_is_taken_once(tmp_path: Path) -> None:
    one = photos(tmp_path / "a", range(4))

    held = add([*one, *one], tmp_path / "to")
    again = add(one, tmp_path / "to")

    assert (len(held), len(again), len(on_disk(tmp_path / "to"))) == (4, 4, 4)


def test_a_leak_between_the_sides_is_mended(tmp_path: Path) -> None:
    one, two = photos(tmp_path / "a", range(2))
    twin = replace(two, picture=save(tmp_path / "b.png", scene(0, 96, 72)), original="b.png")
    add([replace(one, split=TRAIN), two], tmp_path / "to")
    held = add([replace(twin, split=VAL)], tmp_path / "to")

    assert {each.split for each in held if each.original in {"0.png", "b.png"}} == {TRAIN}


def test_a_folder_can_be_split_anew(tmp_path: Path) -> None:
    add([replace(each, split=TRAIN) for each in photos(tmp_path / "a", range(20))], tmp_path / "to")

    _, kept = split_again(tmp_path / "to", scenes=SceneRules(), splits=SPLITS)
    held, moved = split_again(tmp_path / "to", scenes=SceneRules(), splits=SPLITS, keeps_sides=False)

    assert (kept, moved) == (0, 5)
    assert Counter(on_disk(tmp_path / "to").values()) == {TRAIN: 15, VAL: 5}
    assert {row.file: row.split for row in read_index(tmp_path / "to")} == on_disk(tmp_path / "to")
    assert Counter(each.split for each in held) == {TRAIN: 15, VAL: 5}


def test_a_broken_folder_is_not_split(tmp_path: Path) -> None:
    held = add(photos(tmp_path / "a", range(4)), tmp_path / "to")
    (tmp_path / "to" / "images" / held[0].split / held[0].picture.name).write_bytes(b"")

    with pytest.raises(FaultsError, match="empty"):
        split_again(tmp_path / "to", scenes=SceneRules(), splits=SPLITS)


# archives


def test_a_folder_survives_packing_and_unpacking(tmp_path: Path) -> None:
    add(photos(tmp_path / "a", range(8)), tmp_path / "to")

    pack(tmp_path / "to", tmp_path / "packed")
    unpack(tmp_path / "packed", tmp_path / "again")

    assert {path.name for path in (tmp_path / "packed").rglob("*.gz")} == {"drawn.tar.gz"}
    assert on_disk(tmp_path / "again") == on_disk(tmp_path / "to")
    assert survey(tmp_path / "again").records == tuple(
        replace(each, picture=tmp_path / "again" / each.picture.relative_to(tmp_path / "to"))
        for each in survey(tmp_path / "to").records
    )


def test_archives_are_opened_for_a_while(tmp_path: Path) -> None:
    add(photos(tmp_path / "a", range(4)), tmp_path / "to")
    pack(tmp_path / "to", tmp_path / "packed")

    with opened(tmp_path / "packed") as folder:
        assert len(survey(folder).records) == 4
    with opened(tmp_path / "to") as same:
        assert same == tmp_path / "to"

    assert not folder.exists()
    assert is_archived(tmp_path / "packed")


def test_a_folder_without_archives_is_not_unpacked(tmp_path: Path) -> None:
    with pytest.raises(DataNotFoundError):
        unpack(tmp_path, tmp_path / "to")


def test_what_two_files_say_of_one_picture_is_joined(tmp_path: Path) -> None:
    rats = photos(tmp_path / "a", range(8))
    people = [
        replace(each, boxes=record("y", "person").boxes, labelled=frozenset({"person"}), split=TRAIN) for each in rats
    ]
    remarks: list[str] = []

    held = add_source(
        [*rats, *people, *rats], tmp_path / "to", ONTOLOGY, scenes=SceneRules(), splits=SPLITS, remarks=remarks
    )

    assert [sorted(box.label for box in each.boxes) for each in held] == [["person", "rodent"]] * 8
    assert all({"person", "rodent"} <= each.labelled for each in held)
    assert remarks == ["16 pictures were given again: what is said of one picture was joined"]
