import io
import json
import tarfile
from pathlib import Path

import cv2
import numpy as np
import pytest
import yaml

from detector.evaluation_samples import Sample, open_samples, read_samples, require_meanings, translations
from models.data.errors import DataError, DataNotFoundError, LabelFileError, PictureError

LABELS = ["rodent", "cat", "person"]
BOX = "0 0.5 0.5 0.2 0.4"


def picture(shade: int) -> bytes:
    done, content = cv2.imencode(".png", np.full((30, 40, 3), shade, dtype=np.uint8))
    assert done
    return content.tobytes()


def put(path: Path, content: bytes | str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


def yolo(folder: Path, names: list[str], partial: dict[str, list[str]] | None = None, split: str = "val") -> Path:
    for number, name in enumerate(["cellar__a", "cellar__b", "street__c"]):
        put(folder / "images" / f"{name}.png", picture(number))
        put(folder / "labels" / f"{name}.txt", f"{BOX}\n")
    put(folder / "data.yaml", yaml.safe_dump({split: "images", "names": names}))
    if partial is not None:
        put(folder / "partial.json", json.dumps(partial))
    return folder / "data.yaml"


def read(place: Path, split: str = "", sources: tuple[str, ...] = ()) -> dict[str, Sample]:
    return {each.name: each for each in open_samples(place, LABELS, split=split, sources=sources).read()}


def test_a_data_yaml_is_read_with_its_labels(tmp_path: Path) -> None:
    found = read(yolo(tmp_path, ["rodent", "cat", "person"], {}))

    assert list(found) == ["cellar__a", "cellar__b", "street__c"]
    (each,) = found["cellar__a"].truth
    assert each.label == "rodent"
    assert (each.box.left, each.box.bottom) == pytest.approx((0.4, 0.7))
    assert (found["street__c"].picture.width, found["street__c"].picture.height) == (40, 30)


def test_what_a_source_left_out_does_not_count_there(tmp_path: Path) -> None:
    found = read(yolo(tmp_path, ["rodent", "cat", "person"], {"cellar": ["cat"], "street": []}))

    assert {name: each.left_out for name, each in found.items()} == {
        "cellar__a": {"cat"},
        "cellar__b": {"cat"},
        "street__c": frozenset(),
    }
    assert found["cellar__a"].source == "cellar"


def test_classes_that_the_data_does_not_know_count_nowhere(tmp_path: Path) -> None:
    found = read(yolo(tmp_path, ["cat", "rodent"]))

    assert found["cellar__a"].left_out == {"person"}
    assert found["cellar__a"].truth[0].label == "cat"  # the order is the data's, not the network's


def test_other_names_are_translated_everywhere(tmp_path: Path) -> None:
    place = yolo(tmp_path, ["Rat", "people", "zebra"], {"cellar": ["people", "Rat"]})

    found = read(place)

    assert found["street__c"].truth[0].label == "rodent"
    assert found["cellar__a"].left_out == {"person", "rodent", "cat"}
    assert open_samples(place, LABELS).labels == ("rodent", "person", "zebra")


def test_two_classes_of_the_data_may_be_one_for_the_network(tmp_path: Path) -> None:
    place = yolo(tmp_path, ["rat", "mouse"])
    put(tmp_path / "labels" / "cellar__a.txt", f"{BOX}\n1 0.2 0.2 0.1 0.1\n")

    assert [each.label for each in read(place)["cellar__a"].truth] == ["rodent", "rodent"]
    assert open_samples(place, LABELS).labels == ("rodent",)


def test_a_network_that_knows_the_name_itself_is_taken_at_its_word() -> None:
    assert translations(["rat"], ["rat", "rodent"]) == {"rat": "rat"}


def test_a_class_that_was_taught_under_a_plainer_name_is_found_again() -> None:
    names = ["Chef Hat", "NO-apron", "Rat", "zebra"]

    assert translations(names, ["chef_hat", "no_apron", "rodent"]) == {
        "Chef Hat": "chef_hat",
        "NO-apron": "no_apron",
        "Rat": "rodent",
        "zebra": "zebra",
    }


def test_a_name_means_what_the_caller_says(tmp_path: Path) -> None:
    place = yolo(tmp_path, ["Haube", "rat"], {"cellar": ["haube"]})

    samples = open_samples(place, ["chef_hat", "rodent"], meanings={"HAUBE": "Chef Hat"})

    assert samples.labels == ("chef_hat", "rodent")
    assert next(samples.read()).left_out == {"chef_hat"}


@pytest.mark.parametrize(
    ("meanings", "message"),
    [
        ({"Mütze": "person"}, r"--map Mütze: expected a class of the pictures \(rodent, cat, person\), found none"),
        ({"cat": "lion"}, r"--map cat=lion: expected a label of the network \(rodent, cat, person\), found none"),
    ],
)
def test_a_meaning_that_leads_nowhere_is_refused(tmp_path: Path, meanings: dict[str, str], message: str) -> None:
    names = open_samples(yolo(tmp_path, LABELS), LABELS).class_names

    with pytest.raises(DataError, match=message):
        require_meanings(meanings, names, LABELS)


def test_a_picture_without_a_file_of_labels_shows_nothing(tmp_path: Path) -> None:
    place = yolo(tmp_path, LABELS)
    (tmp_path / "labels" / "cellar__a.txt").unlink()

    assert read(place)["cellar__a"].truth == ()


def test_labels_that_are_found_nowhere_are_an_error(tmp_path: Path) -> None:
    place = yolo(tmp_path, LABELS)
    (tmp_path / "labels").rename(tmp_path / "annotations")

    with pytest.raises(DataNotFoundError, match="a file of labels for any picture"):
        read(place)


def test_without_val_the_test_pictures_are_taken(tmp_path: Path) -> None:
    place = yolo(tmp_path, LABELS, split="test")

    assert len(read(place)) == 3
    with pytest.raises(DataNotFoundError, match="pictures of train"):
        read(place, split="train")


def test_only_the_wanted_sources_and_names_are_read(tmp_path: Path) -> None:
    place = yolo(tmp_path, LABELS, {"cellar": [], "street": []})

    assert list(read(place, sources=("street",))) == ["street__c"]
    assert [each.name for each in open_samples(place, LABELS).read(["cellar__b"])] == ["cellar__b"]


def test_wrong_labels_and_pictures_are_errors(tmp_path: Path) -> None:
    place = yolo(tmp_path, LABELS)
    put(tmp_path / "images" / "cellar__b.png", b"")
    with pytest.raises(PictureError, match="empty"):
        _ = read(place)["cellar__b"].picture

    put(tmp_path / "labels" / "cellar__b.txt", "7 0.5 0.5 0.1 0.1\n")
    with pytest.raises(LabelFileError, match=r"cellar__b\.txt:1: class"):
        read(place)


def archives(folder: Path, labels: dict[str, str], names: list[str] = LABELS, partial: str = "cat") -> Path:
    put(folder / "ontology.json", json.dumps(names))
    put(folder / "partial.json", json.dumps({"cellar": [partial]}))
    (folder / "val").mkdir()
    with tarfile.open(folder / "val" / "cellar.tar.gz", "w:gz") as tar:
        for name in ("a", "b"):
            files = {f"images/{name}.png": picture(1)}
            files |= {f"labels/{name}.txt": labels[name].encode()} if name in labels else {}
            for path, content in files.items():
                member = tarfile.TarInfo(path)
                member.size = len(content)
                tar.addfile(member, io.BytesIO(content))
    return folder


def test_a_folder_of_archives_is_read_alike(tmp_path: Path) -> None:
    found = read(archives(tmp_path, {"a": BOX, "b": ""}))

    assert {name: (each.source, each.left_out) for name, each in found.items()} == {
        "a": ("cellar", frozenset({"cat"})),
        "b": ("cellar", frozenset({"cat"})),
    }
    assert [each.label for each in found["a"].truth] == ["rodent"]
    assert [each.name for each in open_samples(tmp_path, LABELS).read({"b"})] == ["b"]
    assert read(tmp_path, sources=("street",)) == {}


def test_archives_have_their_names_translated_and_their_unknown_labels_left_out(tmp_path: Path) -> None:
    samples = open_samples(archives(tmp_path, {"a": BOX, "b": ""}, ["rat", "Person"], "Person"), LABELS)

    first, _ = samples.read()
    assert [each.label for each in first.truth] == ["rodent"]
    assert first.left_out == {"cat", "person"}
    assert samples.labels == ("rodent", "person")


def test_archives_that_are_read_for_no_network_keep_their_own_names(tmp_path: Path) -> None:
    archives(tmp_path, {"a": BOX, "b": ""}, ["rat", "Person"], "Person")

    first, _ = read_samples(tmp_path)

    assert [each.label for each in first.truth] == ["rat"]
    assert first.left_out == {"Person"}


def test_a_picture_in_an_archive_needs_a_file_of_labels(tmp_path: Path) -> None:
    with pytest.raises(DataNotFoundError, match="a file of labels"):
        read(archives(tmp_path, {"a": BOX}))
