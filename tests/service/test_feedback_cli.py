import json
import shutil
from pathlib import Path
from typing import Any

import cv2
import pytest
import yaml
from typer.testing import CliRunner, Result

from alerts.s3 import S3EvidenceStore
from detector.settings import DetectorSettings
from models.feedback.shelf import NetworkShelf
from models.registry import ModelRegistry
from service.cli import app
from service.networks import network_in_service
from service.settings import load_settings
from tests.detector.drawn import BIN_EDGES, drawn_kitchen
from tests.service.feedback.kitchen import reviewed_kitchen
from tests.support.checkout import REPOSITORY
from tests.support.s3 import S3Server

SHIPPED = DetectorSettings().model
LABELS = ModelRegistry().load(SHIPPED).manifest.label_names
LENIENT = """
version: 9
least_pictures: 1
mean_ap50_loss: 0.01
needed_ap50_loss: 0.03
unmeasured_needed: allow
more_dismissed_alarms: 0
largest_file_growth: 1.5
largest_time_growth: 50
"""


def feedback(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["feedback", *map(str, arguments)])


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("feedback")


@pytest.fixture(scope="module")
def pictures(place: Path) -> Path:
    """The drawn bin: twice labelled, and once in a picture whose alert about a bin somebody dismissed."""
    folder = place / "pictures"
    for part in ("images", "labels"):
        (folder / part).mkdir(parents=True)
    left, top, right, bottom = BIN_EDGES
    row = f"{LABELS.index('bin')} {(left + right) / 2} {(top + bottom) / 2} {right - left} {bottom - top}\n"
    for name, labels in (("own__a", row), ("own__b", row), ("dismissed_bin__a", "")):
        cv2.imwrite(str(folder / "images" / f"{name}.png"), drawn_kitchen().bgr(480, 270))
        (folder / "labels" / f"{name}.txt").write_text(labels)
    others = [name for name in LABELS if name != "bin"]
    (folder / "partial.json").write_text(json.dumps({"own": others, "dismissed_bin": others}))
    (folder / "data.yaml").write_text(yaml.safe_dump({"val": "images", "names": list(LABELS)}))
    return folder / "data.yaml"


def candidate(folder: Path, **labels: dict[str, Any]) -> Path:
    """A copy of the shipped network with changes to the labels of the manifest."""
    shutil.copytree(REPOSITORY / "models" / "zoo" / SHIPPED, folder)
    document = yaml.safe_load((folder / "manifest.yaml").read_text())
    document["name"] = folder.name
    document["labels"] = [label | labels.get(label["name"], {}) for label in document["labels"]]
    (folder / "manifest.yaml").write_text(yaml.safe_dump(document, sort_keys=False))
    return folder


@pytest.fixture(scope="module")
def compared(place: Path, pictures: Path) -> Path:
    """A candidate that raises the dismissed bin no more, the decision that accepts it, pages, and a data folder."""
    (place / "rule.yaml").write_text(LENIENT)
    (place / "var").mkdir()
    answer = feedback(
        *("compare", "--candidate", candidate(place / "made" / "cellar", bin={"threshold": 0.97})),
        *("--data", pictures, "--rule", place / "rule.yaml", "--decision", place / "decision.json"),
        *("--data-folder", place / "var", "--html", place / "pages"),
    )
    assert answer.exit_code == 0, answer.output
    return place


@pytest.fixture
def var(compared: Path, tmp_path: Path) -> Path:
    """A data folder in which the comparison is on record."""
    return Path(shutil.copytree(compared / "var", tmp_path / "var"))


@pytest.fixture
def decided(compared: Path, tmp_path: Path) -> tuple[Path, Path]:
    """The candidate and the decision that accepts it, the latter to be changed at will."""
    return compared / "made" / "cellar", Path(shutil.copyfile(compared / "decision.json", tmp_path / "decision.json"))


def promote(decided: tuple[Path, Path], var: Path, *more: str) -> Result:
    folder, decision = decided
    return feedback(
        *("promote", "--candidate", folder, "--decision", decision, "--data-folder", var, "--by", "li", *more)
    )


def test_a_comparison_measures_both_on_the_same_pictures(compared: Path) -> None:
    document = json.loads((compared / "decision.json").read_text())

    assert document["accepted"] is True
    assert document["pictures"] == 3
    assert document["dismissed"]["current"] == 1
    assert document["dismissed"]["candidate"] == 0
    row = document["labels"]["bin"]
    assert (row["difference"], row["interval"]) == (0.0, [0.0, 0.0])
    assert row["current"]["recall"] == 1.0
    assert row["candidate"]["recall"] == 0.0
    assert document["rule"]["version"] == 9
    for name in ("current", "candidate"):
        assert "<table>" in (compared / "pages" / name / "index.html").read_text()


def test_a_rejected_candidate_is_told_why_and_recorded(pictures: Path, tmp_path: Path) -> None:
    weak, var = candidate(tmp_path / "weak", rodent={"usable": False, "remark": "weak"}), tmp_path / "var"
    var.mkdir()

    answer = feedback(
        *("compare", "--candidate", weak, "--data", pictures),
        *("--decision", tmp_path / "decision.json", "--data-folder", var),
    )

    assert answer.exit_code == 1
    assert "NOT MET  least_pictures: 3 pictures, at least 20 are needed" in answer.output
    assert "NOT MET  needed_usable: the candidate does not report: rodent" in answer.output
    assert json.loads((tmp_path / "decision.json").read_text())["accepted"] is False
    (entry,) = NetworkShelf(var).history()
    assert (entry["what"], entry["accepted"]) == ("compared", False)
    assert "rodent" in entry["reason"]


def test_a_class_with_another_name_is_compared_as_the_label_that_it_is_said_to_be(
    pictures: Path, tmp_path: Path
) -> None:
    names = ["垃圾桶" if name == "bin" else name for name in LABELS]
    renamed = tmp_path / "data.yaml"
    renamed.write_text(yaml.safe_dump({"val": str(pictures.parent / "images"), "names": names}))
    made = candidate(tmp_path / "made", rodent={"name": "brown_rat"})
    places = ("--data-folder", tmp_path, "--decision", tmp_path / "decision.json")
    order = ("compare", "--candidate", made, "--data", renamed, *places)

    refused = [feedback(*order, "--map", said) for said in ("垃圾箱=bin", "垃圾桶=unicorn", "垃圾桶")]
    answer = feedback(*order, "--map", "垃圾桶=bin", "--map", "rodent=brown_rat")

    assert [each.exit_code for each in refused] == [2, 2, 2]
    assert "--map 垃圾箱: expected a class of the pictures" in refused[0].output
    assert "--map 垃圾桶=unicorn: expected a label of the network" in refused[1].output
    assert answer.exit_code == 1, answer.output  # three pictures are too few for the shipped rule
    document = json.loads((tmp_path / "decision.json").read_text())
    assert document["labels"]["bin"]["current"]["n"] == 2
    assert document["meanings"] == {"垃圾桶": "bin", "rodent": "brown_rat"}


def test_a_decision_goes_into_a_folder_that_was_not_there_or_is_refused_at_once(pictures: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    order = ("compare", "--candidate", candidate(tmp_path / "same"), "--data", pictures, "--data-folder", tmp_path)

    feedback(*order, "--decision", tmp_path / "new" / "decision.json")
    refused = feedback(*order, "--decision", tmp_path / "file" / "decision.json")

    assert json.loads((tmp_path / "new" / "decision.json").read_text())["pictures"] == 3
    assert refused.exit_code == 2
    assert "decision.json: expected a file that can be written" in refused.output


def test_pages_that_cannot_be_written_are_told_before_anything_is_measured(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    answer = feedback(
        *("compare", "--candidate", candidate(tmp_path / "same"), "--data", tmp_path / "nowhere"),
        *("--html", tmp_path / "file", "--decision", tmp_path / "decision.json", "--data-folder", tmp_path),
    )

    assert answer.exit_code == 2
    assert "file: expected a folder that can be written into" in answer.output
    assert not (tmp_path / "decision.json").exists()


def test_the_promoted_network_is_what_the_service_starts_with(decided: tuple[Path, Path], var: Path) -> None:
    assert network_in_service(load_settings(), var).manifest.name == SHIPPED

    answer = promote(decided, var)

    assert answer.exit_code == 0, answer.output
    assert f"cellar-1 takes the place of {SHIPPED}" in answer.output
    promoted = network_in_service(load_settings(), var)
    assert promoted.manifest.name == "cellar-1"
    assert promoted.manifest.thresholds["bin"] == 0.97
    entry = NetworkShelf(var).history()[-1]
    assert (entry["what"], entry["by"], entry["replaced"]["name"]) == ("promoted", "li", SHIPPED)
    assert entry["decision_accepted"] is True


def test_a_network_that_the_settings_name_goes_before_the_promoted_one(decided: tuple[Path, Path], var: Path) -> None:
    promote(decided, var)

    named = load_settings(detector={"model": "kitchen-n-relu"})

    assert network_in_service(named, var).manifest.name == "kitchen-n-relu"


def test_going_back_returns_to_the_network_that_was_replaced(decided: tuple[Path, Path], var: Path) -> None:
    promote(decided, var)

    answer = feedback("rollback", "--by", "li", "--why", "it misses bins", "--data-folder", var)

    assert answer.exit_code == 0, answer.output
    assert f"{SHIPPED} is in use again" in answer.output
    assert network_in_service(load_settings(), var).manifest.name == SHIPPED
    again = feedback("rollback", "--by", "li", "--why", "?", "--data-folder", var)
    assert again.exit_code == 2
    assert "nothing to go back to" in again.output
    told = feedback("history", "--data-folder", var).output
    assert [line.split("\t")[1] for line in told.splitlines()] == ["compared", "promoted", "rolled_back"]
    assert "it misses bins" in told


def test_a_decision_about_another_file_promotes_nothing(decided: tuple[Path, Path], var: Path, tmp_path: Path) -> None:
    other = candidate(tmp_path / "other", bin={"threshold": 0.96})

    answer = promote((other, decided[1]), var)

    assert answer.exit_code == 2
    assert "candidate.manifest_sha256: expected" in answer.output
    assert NetworkShelf(var).current() is None
    assert NetworkShelf(var).history()[-1]["what"] == "refused"


def test_a_decision_against_a_network_that_is_no_longer_in_service_is_void(
    decided: tuple[Path, Path], var: Path
) -> None:
    promote(decided, var)

    answer = promote(decided, var)

    assert answer.exit_code == 2
    assert "current.manifest_sha256: expected" in answer.output
    assert NetworkShelf(var).current() == "cellar-1"


def test_a_rejection_is_overridden_only_with_a_reason_that_stays(decided: tuple[Path, Path], var: Path) -> None:
    document = json.loads(decided[1].read_text())
    document["accepted"] = False
    document["findings"][0] |= {"is_met": False, "reason": "too few pictures"}
    decided[1].write_text(json.dumps(document))

    refused = promote(decided, var)
    wordless = promote(decided, var, "--despite", " ")
    overridden = promote(decided, var, "--despite", "the old one is blind at night")

    assert refused.exit_code == 2
    assert "too few pictures" in refused.output
    assert wordless.exit_code == 2
    assert overridden.exit_code == 0, overridden.output
    entry = NetworkShelf(var).history()[-1]
    assert (entry["despite"], entry["decision_accepted"]) == ("the old one is blind at night", False)


@pytest.mark.parametrize("content", ["", "[]", '{"accepted": true}'])
def test_what_is_no_decision_is_refused(decided: tuple[Path, Path], var: Path, content: str) -> None:
    decided[1].write_text(content)

    answer = promote(decided, var)

    assert answer.exit_code == 2
    assert "expected a decision of" in answer.output


def test_reviewed_alerts_are_exported_by_the_command(tmp_path: Path) -> None:
    with reviewed_kitchen(tmp_path / "var") as kitchen:
        kitchen.confirmed()
        kitchen.dismissed()

    answer = feedback("export", "--out", tmp_path / "out", "--by", "li", "--data-folder", tmp_path / "var")

    assert answer.exit_code == 0, answer.output
    assert "2 pictures of 2 alerts (1 confirmed, 1 dismissed)" in answer.output
    assert (tmp_path / "out" / "feedback.json").is_file()


@pytest.mark.integration
def test_evidence_in_an_object_store_is_exported_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with reviewed_kitchen(tmp_path / "var") as kitchen:
        kitchen.confirmed()
        kitchen.dismissed()
    options = ("--by", "li", "--data-folder", tmp_path / "var")
    with S3Server() as server:
        for name, value in server.environment(prefix="kitchen").items():
            monkeypatch.setenv(name, value)
        bucket = S3EvidenceStore(server.settings(prefix="kitchen"), tmp_path / "scratch")
        kept = tmp_path / "var" / "evidence"
        for path in [path for path in kept.rglob("*") if path.is_file()]:
            bucket.save(path.relative_to(kept).as_posix(), path.read_bytes())
        shutil.rmtree(kept)

        answer = feedback("export", "--out", tmp_path / "out", *options)

    assert answer.exit_code == 0, answer.output
    assert "2 pictures of 2 alerts" in answer.output
    away = feedback("export", "--out", tmp_path / "later", *options)
    assert away.exit_code == 2
    assert "it does not answer" in away.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--code", "pest.unicorn"), "pest.rodent"),
        (("--since", "yesterday"), "2026-11-26"),
        (("--data-folder", "nowhere"), "expected the folder of a service"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_a_wrong_export_is_told_in_one_line(tmp_path: Path, arguments: tuple[str, str], words: str) -> None:
    (tmp_path / "var").mkdir()
    options = ("--out", tmp_path / "out", "--data-folder", tmp_path / "var", *arguments)

    answer = feedback("export", *options)

    assert answer.exit_code == 2
    assert words in answer.output
