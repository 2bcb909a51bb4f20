import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from alerts.catalogue import load_catalogue
from alerts.errors import EvidenceUnreachableError
from alerts.evidence import ReadOnlyEvidence
from alerts.ports import EvidenceFiles
from alerts.testing import FixedFaces
from domain.alert import AlertStep, EvidenceKind
from domain.geometry import Box
from domain.ids import CameraId, UserId
from models.data.errors import InsideRepositoryError
from models.data.intake import IntakeRules, take_in
from models.data.integrity import survey
from models.data.layout import read_index, read_partial
from models.data.ontology import load_ontology
from models.feedback.lessons import MASKED_LABELS
from service.feedback.export import LOG_NAME, MANIFEST_NAME, ExportOrder, export_feedback
from service.plain_errors import UsageError
from tests.alerts.scenes import Thing, rat
from tests.models.data.drawn import yolo_folder
from tests.service.feedback.kitchen import ReviewedKitchen, reviewed_kitchen, stored_name
from tests.support.checkout import REPOSITORY

NOW = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
NAMES = frozenset(load_ontology().names)
CATALOGUE = load_catalogue()


@pytest.fixture
def kitchen(tmp_path: Path) -> Iterator[ReviewedKitchen]:
    with reviewed_kitchen(tmp_path / "var") as found:
        yield found


class AwayStore:
    """An object store that does not answer."""

    def open(self, name: str) -> BinaryIO:
        raise EvidenceUnreachableError(name, "s3://kitchen-evidence", "it does not answer")


def export(
    kitchen: ReviewedKitchen, out: Path, evidence: EvidenceFiles | None = None, **changes: Any
) -> dict[str, Any]:
    order: dict[str, Any] = {
        "out": out,
        "since": None,
        "codes": frozenset[str](),
        "by": "li",
        "at": NOW,
        "catalogue": CATALOGUE,
    }
    order |= changes
    files = evidence or ReadOnlyEvidence(kitchen.data / "evidence")
    return export_feedback(ExportOrder(**order), kitchen.store.journal, files, kitchen.data)


def test_only_what_people_confirmed_or_dismissed_is_exported(kitchen: ReviewedKitchen, tmp_path: Path) -> None:
    kitchen.alert()
    kitchen.review(kitchen.alert(), AlertStep.UNCLEAR)
    wanted = {kitchen.confirmed().alert_id, kitchen.dismissed().alert_id}

    manifest = export(kitchen, tmp_path / "out")

    assert {row["alert_id"] for row in manifest["alerts"]} == wanted
    assert manifest["verdicts"] == {"confirmed": 1, "dismissed": 1}


def test_a_confirmed_alert_becomes_a_labelled_box(kitchen: ReviewedKitchen, tmp_path: Path) -> None:
    alert = kitchen.confirmed(rat(0.5, 0.5))
    still = kitchen.file(alert, EvidenceKind.STILL)

    export(kitchen, tmp_path / "out")

    name = stored_name("confirmed_rodent", still)
    (labels,) = (tmp_path / "out" / "labels").glob(f"*/{name}.txt")
    number, *box = labels.read_text().split()
    assert load_ontology().names[int(number)] == "rodent"
    assert [float(value) for value in box] == pytest.approx([0.5, 0.475, 0.05, 0.05], abs=1e-4)
    (copied,) = (tmp_path / "out" / "images").glob(f"*/{name}.jpg")
    assert copied.read_bytes() == still.read_bytes()
    assert read_partial(tmp_path / "out") == {"confirmed_rodent": NAMES - {"rodent"}}


def test_a_dismissed_alert_becomes_a_picture_without_that_label(kitchen: ReviewedKitchen, tmp_path: Path) -> None:
    alert = kitchen.dismissed()

    export(kitchen, tmp_path / "out")

    name = stored_name("dismissed_rodent", kitchen.file(alert, EvidenceKind.STILL))
    (labels,) = (tmp_path / "out" / "labels").glob(f"*/{name}.txt")
    assert labels.read_text() == ""
    assert read_partial(tmp_path / "out")["dismissed_rodent"] == NAMES - {"rodent"}


def test_faces_are_neither_taught_nor_measured(kitchen: ReviewedKitchen, tmp_path: Path) -> None:
    face = Thing("face_unmasked", Box(0.4, 0.3, 0.6, 0.6), track_id=99)
    kitchen.confirmed(rat(), face)

    export(kitchen, tmp_path / "out")

    found = survey(tmp_path / "out")
    assert all(not MASKED_LABELS & (record.labelled | record.labels) for record in found.records)


def test_the_person_who_holds_a_dismissed_phone_is_not_dismissed_with_it(
    kitchen: ReviewedKitchen, tmp_path: Path
) -> None:
    phone = Thing("phone", Box(0.45, 0.45, 0.5, 0.5), track_id=1)
    kitchen.dismissed(phone, Thing("person", Box(0.3, 0.2, 0.7, 0.9), track_id=2), code="phone.use", seconds=15)

    manifest = export(kitchen, tmp_path / "out")

    assert manifest["sources"] == {"dismissed_phone": 1}
    assert "person" in read_partial(tmp_path / "out")["dismissed_phone"]


def test_what_is_wrong_with_a_still_is_counted_and_left_out(kitchen: ReviewedKitchen, tmp_path: Path) -> None:
    kitchen.confirmed()
    changed = kitchen.file(kitchen.confirmed(), EvidenceKind.STILL)
    changed.write_bytes(changed.read_bytes() + b"\0")
    kitchen.file(kitchen.dismissed(), EvidenceKind.STILL).unlink()
    boxes = kitchen.file(kitchen.dismissed(), EvidenceKind.BOXES)
    boxes.write_bytes(boxes.read_bytes().replace(b"rodent", b"people"))

    manifest = export(kitchen, tmp_path / "out")

    assert manifest["pictures"] == 1
    assert manifest["left_out"] == {
        "boxes changed since it was stored": 1,
        "still changed since it was stored": 1,
        "still file missing": 1,
    }


def test_stills_come_from_the_store_of_evidence_wherever_it_keeps_them(
    kitchen: ReviewedKitchen, tmp_path: Path
) -> None:
    kitchen.confirmed()
    (kitchen.data / "evidence").rename(tmp_path / "elsewhere")

    manifest = export(kitchen, tmp_path / "out", ReadOnlyEvidence(tmp_path / "elsewhere"))

    assert (manifest["pictures"], manifest["left_out"]) == (1, {})


def test_a_store_that_cannot_be_read_ends_the_export(kitchen: ReviewedKitchen, tmp_path: Path) -> None:
    alert = kitchen.confirmed()

    with pytest.raises(EvidenceUnreachableError, match="it does not answer"):
        export(kitchen, tmp_path / "out", AwayStore())
    still = kitchen.file(alert, EvidenceKind.STILL)
    still.unlink()
    still.symlink_to(still)  # for the disk fails on it for the superuser too
    with pytest.raises(EvidenceUnreachableError, match="the disk"):
        export(kitchen, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_still_whose_faces_were_not_masked_is_never_exported(tmp_path: Path) -> None:
    faces = FixedFaces(error=RuntimeError("the finder gave up"))
    with reviewed_kitchen(tmp_path / "var", faces) as kitchen:
        kitchen.confirmed()

        with pytest.raises(UsageError, match="still not_masked"):
            export(kitchen, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_two_alerts_with_one_still_are_one_picture(kitchen: ReviewedKitchen, tmp_path: Path) -> None:
    kitchen.kit.watch()
    kitchen.kit.see(rat(0.3, 0.5, 1), rat(0.8, 0.5, 2), seconds=2)
    kitchen.kit.recorder.work()
    first, second = kitchen.kit.alerts()
    kitchen.review(first, AlertStep.CONFIRMED)
    kitchen.review(second, AlertStep.DISMISSED)

    manifest = export(kitchen, tmp_path / "out")

    assert manifest["pictures"] == 1
    assert manifest["sources"] == {"confirmed_rodent": 1}
    (record,) = survey(tmp_path / "out").records
    assert len(record.boxes) == 1
    assert record.labelled == {"rodent"}


def test_a_picture_is_on_the_same_side_in_every_export(kitchen: ReviewedKitchen, tmp_path: Path) -> None:
    for number in range(12):
        kitchen.confirmed(camera_id=CameraId(f"camera-{number % 3}"))
    export(kitchen, tmp_path / "first")
    kitchen.dismissed()
    export(kitchen, tmp_path / "second")

    first, second = ({row.file: row.split for row in read_index(tmp_path / name)} for name in ("first", "second"))
    assert {file: second[file] for file in first} == first
    assert set(first.values()) == {"train", "val"}


def test_the_manifest_names_alerts_and_hashes_and_no_people(kitchen: ReviewedKitchen, tmp_path: Path) -> None:
    alert = kitchen.confirmed()
    kitchen.review(kitchen.alert(), AlertStep.DISMISSED, UserId("user-zhao"))

    export(kitchen, tmp_path / "out")

    text = (tmp_path / "out" / MANIFEST_NAME).read_text()
    manifest = json.loads(text)
    assert manifest["reviewers"] == 2
    assert not any(name in text for name in ("user-wang", "user-zhao", "camera-1"))
    row = next(row for row in manifest["alerts"] if row["alert_id"] == alert.alert_id)
    stills = {piece.kind: piece for piece in alert.evidence}
    assert row["still"]["sha256"] == stills[EvidenceKind.STILL].sha256
    assert row["boxes"]["evidence_id"] == stills[EvidenceKind.BOXES].evidence_id
    assert manifest["catalogue_versions"] == [alert.violation.code_version]
    assert manifest["models"][0]["name"] == "kitchen-n"


def test_who_exported_what_is_written_down(kitchen: ReviewedKitchen, tmp_path: Path) -> None:
    kitchen.confirmed()
    export(kitchen, tmp_path / "first")
    export(kitchen, tmp_path / "second", by="zhou")

    rows = [json.loads(line) for line in (kitchen.data / LOG_NAME).read_text().splitlines()]
    assert [(row["by"], row["out"], row["pictures"]) for row in rows] == [
        ("li", str(tmp_path / "first"), 1),
        ("zhou", str(tmp_path / "second"), 1),
    ]


def test_days_and_codes_narrow_the_export(kitchen: ReviewedKitchen, tmp_path: Path) -> None:
    kitchen.confirmed()
    late = kitchen.confirmed()
    cat = Thing("cat", Box(0.2, 0.2, 0.4, 0.4), track_id=50, travelled=3.0)
    pet = kitchen.confirmed(cat, code="animal.pet")

    since = export(kitchen, tmp_path / "since", since=late.local_day)
    pets = export(kitchen, tmp_path / "pets", codes=frozenset({"animal.pet"}))

    assert {row["alert_id"] for row in since["alerts"]} == {late.alert_id, pet.alert_id}
    assert [row["alert_id"] for row in pets["alerts"]] == [pet.alert_id]
    with pytest.raises(UsageError, match="found 0 reviewed ones: none was reviewed"):
        export(kitchen, tmp_path / "later", since=date(2036, 1, 1))


def test_nothing_is_written_where_git_would_take_it_or_over_other_files(
    kitchen: ReviewedKitchen, tmp_path: Path
) -> None:
    kitchen.confirmed()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("mine")

    with pytest.raises(InsideRepositoryError):
        export(kitchen, REPOSITORY / "models" / "reviewed")
    with pytest.raises(UsageError, match="expected an empty or new folder"):
        export(kitchen, tmp_path / "full")


def test_what_was_exported_is_taken_in_by_a_training_with_its_sides(kitchen: ReviewedKitchen, tmp_path: Path) -> None:
    kitchen.looks_alike = True  # a fixed camera: every day looks like the one before
    for number in range(8):
        (kitchen.confirmed if number % 2 else kitchen.dismissed)(camera_id=CameraId(f"camera-{number}"))
    export(kitchen, tmp_path / "out")
    boxes = {f"{number}.png": ["0 0.5 0.5 0.2 0.2"] for number in range(6)}
    others = yolo_folder(tmp_path / "others", ["rat"], boxes)

    taken = take_in([others, tmp_path / "out"], tmp_path / "data", load_ontology(), IntakeRules(meanings={}))

    before = {row.file: row.split for row in read_index(tmp_path / "out")}
    after = {record.picture.name: record.split for record in taken.records if record.source != "own"}
    assert after == before
    assert set(before.values()) == {"train", "val"}
    assert {record.source for record in taken.records} == {"confirmed_rodent", "dismissed_rodent", "own"}
