from pathlib import Path

import pytest

from alerts.catalogue import load_catalogue
from alerts.errors import AlertsError
from domain.zone import ZoneType
from models.data.ontology import load_ontology
from service.footage.truth import NOTHING_SHOWN, ClipTruth, Span, clips_at, read_truth, truths_of
from tests.support.checkout import REPOSITORY

CATALOGUE = load_catalogue()
LABELS = load_ontology().names

TEXT = """
tolerance_seconds: 1.5
clips:
  - file: cellar.mp4
    zone: special_room
    not_known: [person]
    shows:
      - {label: rodent, from: 12, to: 20.5}
      - {code: mask.special_room}
  - file: empty.mp4
    tolerance_seconds: 0
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "clips.yaml"
    path.write_text(text)
    return path


def read(folder: Path, text: str) -> dict[str, ClipTruth]:
    return read_truth(written(folder, text), CATALOGUE, LABELS)


def test_what_a_clip_shows_is_read(tmp_path: Path) -> None:
    found = read(tmp_path, TEXT)

    cellar = found["cellar.mp4"]
    assert (cellar.zone, cellar.tolerance_seconds) == (ZoneType.SPECIAL_ROOM, 1.5)
    assert cellar.not_known == frozenset({"person"})
    assert cellar.of_label("rodent", CATALOGUE) == [Span(start=12.0, end=20.5)]
    assert found["empty.mp4"] == ClipTruth(tolerance_seconds=0.0)


def test_a_label_brings_its_codes_and_a_code_its_labels(tmp_path: Path) -> None:
    cellar = read(tmp_path, TEXT)["cellar.mp4"]

    assert cellar.of_code("pest.rodent", CATALOGUE) == [Span(start=12.0, end=20.5)]
    assert cellar.of_label("face_unmasked", CATALOGUE) == [Span(start=0.0, end=float("inf"))]
    assert cellar.of_code("animal.pet", CATALOGUE) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("clips:\n  - {file: a.mp4, shows: [{label: rat}]}", r"clips\.yaml:2:[0-9]+ .*label: expected one of .*rodent"),
        ("clips:\n  - {file: a.mp4, shows: [{code: pest}]}", r"clips\.yaml:2:[0-9]+ .*code: expected one of"),
        ("clips:\n  - {file: a.mp4, shows: [{from: 1}]}", "either a label or a code, found 'neither'"),
        ("clips:\n  - {file: a.mp4, shows: [{label: cat, code: animal.pet}]}", "found 'both'"),
        ("clips:\n  - {file: a.mp4, shows: [{label: cat, from: 9, to: 3}]}", "to: expected a second at or after 9"),
        ("clips:\n  - {file: a.mp4}\n  - {file: a.mp4}", r"clips\.yaml:3:[0-9]+ .*expected each file once"),
        ("clips:\n  - {name: a.mp4}", "expected one of the fields"),
        ("clips:\n  - {file: a.mp4, zone: cellar}", "zone: expected one of"),
        ("videos: []", "expected one of the fields"),
        ("", "expected a mapping"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(AlertsError, match=message):
        read(tmp_path, text)


def test_clips_are_files_and_what_folders_hold(tmp_path: Path) -> None:
    for name in ("b.mp4", "a.MKV", "clips.yaml", "a.txt"):
        (tmp_path / name).write_text("x")

    assert [each.name for each in clips_at([tmp_path, tmp_path / "b.mp4", tmp_path / "a.txt"])] == [
        *["a.MKV", "b.mp4", "a.txt"]
    ]
    with pytest.raises(AlertsError, match=r"nowhere: expected a clip or a folder of clips"):
        clips_at([tmp_path / "nowhere"])
    (tmp_path / "none").mkdir()
    with pytest.raises(AlertsError, match=r"none: expected clips"):
        clips_at([tmp_path / "none"])


def test_a_clip_of_which_nothing_is_written_shows_nothing(tmp_path: Path) -> None:
    known, other = tmp_path / "cellar.mp4", tmp_path / "other.mp4"
    written(tmp_path, TEXT)

    found = truths_of([known, other], None, CATALOGUE, LABELS)

    assert found[known].zone is ZoneType.SPECIAL_ROOM
    assert found[other] == NOTHING_SHOWN


def test_a_file_of_truth_that_is_named_goes_before_the_one_beside_the_clips(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    written(tmp_path, TEXT)
    named = written(tmp_path / "elsewhere", "clips: []")

    assert truths_of([tmp_path / "cellar.mp4"], named, CATALOGUE, LABELS) == {tmp_path / "cellar.mp4": NOTHING_SHOWN}
    with pytest.raises(AlertsError, match="readable file"):
        truths_of([tmp_path / "cellar.mp4"], tmp_path / "nowhere.yaml", CATALOGUE, LABELS)


def test_what_is_written_of_public_clips_can_be_read() -> None:
    found = read_truth(REPOSITORY / "models" / "data" / "clips.yaml", CATALOGUE, LABELS)

    assert found["mouse_openfield_dlc_m3v1.mp4"].of_code("pest.rodent", CATALOGUE) != []
