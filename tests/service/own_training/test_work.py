from dataclasses import replace
from pathlib import Path

from models.data.digest import data_digest
from models.registry import ZOO_FOLDER
from service.own_training.order import Start, TrainingOrder, find_recipe, find_start
from service.own_training.work import Places, _take_in
from tests.models.training.drawn import LABELS, write_data


def ordered(data: Path, out: Path) -> TrainingOrder:
    return TrainingOrder(
        data=(data,),
        out=out,
        recipe=find_recipe("own-pictures"),
        start="none",
        meanings={},
        ignored=frozenset(),
        only_own=False,
        val_share=0.2,
        scene_pattern="",
        device="cpu",
        threads=1,
        limit_seconds=None,
    )


def test_archives_with_both_sides_are_trained_on_as_they_are(tmp_path: Path) -> None:
    data = write_data(tmp_path / "data")
    order = ordered(data, tmp_path / "out")

    facts = _take_in(order, find_start("none", ZOO_FOLDER), Places(out=order.out), lambda _line: None)

    assert facts["packed"] == facts["measured"] == str(data.resolve())
    assert (facts["train"], facts["val"]) == (24, 8)
    assert facts["digest"] == data_digest(data)
    assert not (order.out / "work" / "data").exists()


def test_archives_whose_classes_are_changed_are_taken_in(tmp_path: Path) -> None:
    data = write_data(tmp_path / "data")
    order = replace(ordered(data, tmp_path / "out"), only_own=True, meanings={"disc": "plate"})
    start = Start(name="random weights", tensors=None, network=None, labels=LABELS)

    facts = _take_in(order, start, Places(out=order.out), lambda _line: None)

    assert facts["own"] == ["plate"]
    assert (facts["train"], facts["val"]) == (24, 8)
    assert Path(facts["packed"]).is_relative_to(order.out)
