"""Heads in the database: what one process teaches and puts live, every other one uses. On SQLite and PostgreSQL."""

from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import update

from detector.head_desk import HeadDesk, NewHead
from detector.head_errors import HeadFileError, HeadNotFoundError, HeadStoreError
from detector.head_record import Head, HeadScope, Origin, OriginKind
from detector.head_store import FolderHeadStore, Turn
from detector.head_testing import make_desk, make_desk_over
from domain.ids import CameraId
from service.head_desk import shared_heads
from service.head_watch import HeadWatch
from service.storage.database import Database
from service.storage.head_rows import head_versions, heads
from service.storage.heads import SqlHeadStore
from tests.support.bins import draw_bin

CAMERA = CameraId("camera-1")
_numbers = count(1)


def node(database: Database, folder: Path) -> HeadDesk:
    """The desk of one machine, which has a folder of its own."""
    store = SqlHeadStore(database, Turn(folder / f"node-{next(_numbers)}"))
    return make_desk_over(store, new_id=lambda: f"h{next(_numbers)}")


def teach(desk: HeadDesk, *, keeps_crops: bool = False, camera_id: CameraId = CAMERA) -> Head:
    new = NewHead(
        name="bin",
        states=("open", "closed"),
        scope=HeadScope(camera_id=camera_id),
        code="bin.uncovered",
        breach_state="open",
        keeps_crops=keeps_crops,
    )
    head = desk.create(new, actor="user-1")
    for seed in range(6):
        for state in ("open", "closed"):
            add(desk, head.head_id, state, seed)
    return desk.teach(head.head_id, actor="user-1")[0]


def add(desk: HeadDesk, head_id: str, state: str, seed: int) -> Head:
    pixels = draw_bin(is_open=state == "open", seed=seed)[30:175, 170:280]
    return desk.add_picture(head_id, state, pixels, origin=Origin(kind=OriginKind.UPLOADED), actor="user-1")


def test_a_head_that_goes_live_on_one_node_judges_on_the_others_and_ends_there_too(
    database: Database, tmp_path: Path
) -> None:
    one, two = node(database, tmp_path), node(database, tmp_path)
    head = teach(one)
    assert two.follow() == frozenset()  # taught is not live

    one.go_live(head.head_id, actor="user-1")

    assert two.follow() == {CAMERA}
    assert two.live_codes(CAMERA) == {"bin.uncovered"}
    assert two.live_versions_on(CAMERA) == {head.head_id: 1}
    [mine], [theirs] = one.live_on(CAMERA), two.live_on(CAMERA)
    seen = one.embed(draw_bin(is_open=True, seed=77)[30:175, 170:280])
    assert mine.taught.answer(seen) == theirs.taught.answer(seen)
    assert two.follow() == frozenset()

    two.teach(head.head_id, actor="user-2")
    two.go_live(head.head_id, actor="user-2")
    assert one.follow() == {CAMERA}
    assert one.live_versions_on(CAMERA) == {head.head_id: 2}
    one.roll_back(head.head_id, actor="user-1")
    assert two.follow() == {CAMERA}
    assert two.live_versions_on(CAMERA) == {head.head_id: 1}
    one.retire(head.head_id, actor="user-1")
    assert two.follow() == {CAMERA}
    assert two.live_codes(CAMERA) == frozenset()


def test_a_node_that_starts_later_uses_what_is_live(database: Database, tmp_path: Path) -> None:
    one = node(database, tmp_path)
    one.go_live(teach(one).head_id, actor="user-1")

    assert node(database, tmp_path).live_codes(CAMERA) == {"bin.uncovered"}


def test_the_watch_tells_each_camera_once_whose_heads_changed(database: Database, tmp_path: Path) -> None:
    one, two = node(database, tmp_path), node(database, tmp_path)
    told: list[CameraId] = []
    watch = HeadWatch(two, told.append)
    first, second = teach(one), teach(one, camera_id=CameraId("camera-2"))
    for head in (second, first):
        one.go_live(head.head_id, actor="user-1")
    add(one, first.head_id, "open", 99)

    watch.look()
    watch.look()

    assert told == ["camera-1", "camera-2"]


def test_what_two_nodes_change_at_once_is_refused_for_one_and_lost_for_none(database: Database, tmp_path: Path) -> None:
    one, two = node(database, tmp_path), node(database, tmp_path)
    seen = one.create(NewHead(name="bin", states=("open", "closed")), actor="user-1")
    grown = add(two, seen.head_id, "open", 1)

    store = SqlHeadStore(database, Turn(tmp_path / "another"))
    with pytest.raises(HeadStoreError, match="changed it meanwhile"):
        store.save(seen.model_copy(update={"name": "lid", "revision": seen.revision + 2}), over=seen)

    assert one.get(seen.head_id).model_dump_json() == grown.model_dump_json()


def test_a_version_that_another_node_made_is_never_overwritten(database: Database, tmp_path: Path) -> None:
    one = node(database, tmp_path)
    head = teach(one)
    version = one.version(head, 1)

    with pytest.raises(HeadStoreError, match="taught it meanwhile"):
        SqlHeadStore(database, Turn(tmp_path / "another")).save_version(version)

    assert one.version(one.get(head.head_id), 1).model_dump_json() == version.model_dump_json()


def test_files_of_an_earlier_version_are_taken_in_once_with_all_they_hold(database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "heads"
    files = make_desk(folder, new_id=lambda: f"h{next(_numbers)}")
    head = teach(files, keeps_crops=True)
    files.go_live(head.head_id, actor="user-1")
    broken = teach(files)
    (folder / broken.head_id / "v0001.json").write_text("{}")

    desk = make_desk_over(shared_heads(database, folder))

    assert [each.head_id for each in desk.list()[0]] == [head.head_id]
    before, after = FolderHeadStore(folder).load(head.head_id), desk.get(head.head_id)
    assert after.model_dump_json() == before.model_dump_json()
    assert desk.live_codes(CAMERA) == {"bin.uncovered"}
    example = after.examples[0]
    assert desk.crop(head.head_id, example.example_id) == files.crop(head.head_id, example.example_id)

    desk.retire(head.head_id, actor="user-1")
    again = make_desk_over(shared_heads(database, folder))
    assert again.get(head.head_id).live_version is None  # the files are not believed twice


def test_a_cut_out_goes_with_its_example(database: Database, tmp_path: Path) -> None:
    desk = node(database, tmp_path)
    head = teach(desk, keeps_crops=True)
    example = head.examples[0]
    assert desk.crop(head.head_id, example.example_id).startswith(b"\xff\xd8")

    desk.delete_examples(head.head_id, {example.example_id}, actor="user-1")

    with pytest.raises(HeadNotFoundError):
        desk.crop(head.head_id, example.example_id)
    assert example.crop is not None
    with pytest.raises(HeadNotFoundError):
        SqlHeadStore(database, Turn(tmp_path)).load_crop(head.head_id, example.crop)


def test_a_damaged_row_is_named_and_the_others_judge_on(database: Database, tmp_path: Path) -> None:
    desk = node(database, tmp_path)
    broken, altered, whole = teach(desk), teach(desk), teach(desk)
    for head in (altered, whole):
        desk.go_live(head.head_id, actor="user-1")
    with database.transaction() as connection:
        connection.execute(update(heads).where(heads.c.head_id == broken.head_id).values(document="{"))
        connection.execute(
            update(head_versions).where(head_versions.c.head_id == altered.head_id).values(content=b"{}")
        )

    found, faults = desk.list()
    assert [fault.head_id for fault in faults] == [broken.head_id]
    assert {head.head_id for head in found} == {altered.head_id, whole.head_id}
    with pytest.raises(HeadFileError):
        desk.version(desk.get(altered.head_id), 1)
    desk.refresh()
    assert set(desk.live_versions_on(CAMERA)) == {whole.head_id}
