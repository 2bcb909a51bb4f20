"""The evaluation on drawn persons, with the shipped network."""

import json
from pathlib import Path

import pytest

from detector.attire_report import Judgement, report
from detector.evaluate_attire import main
from detector.testing import make_attire_manifest
from domain.attire import Wearing
from tests.support.persons import write_persons

PRESENT, ABSENT, UNCLEAR = Wearing.PRESENT, Wearing.ABSENT, Wearing.UNCLEAR


def judgements(*rows: tuple[Wearing, Wearing, int]) -> list[Judgement]:
    """Rows of truth, what was said, and how often."""
    return [
        Judgement(attribute="headwear", picture=f"{place}-{number}", height_px=0, truth=truth, said=said)
        for place, (truth, said, count) in enumerate(rows)
        for number in range(count)
    ]


def test_figures_count_what_was_said_of_whom() -> None:
    manifest = make_attire_manifest()
    rows = judgements(
        (PRESENT, PRESENT, 8), (PRESENT, ABSENT, 2), (PRESENT, UNCLEAR, 10),
        (ABSENT, ABSENT, 18), (ABSENT, PRESENT, 2), (UNCLEAR, UNCLEAR, 3), (UNCLEAR, ABSENT, 1),
    )  # fmt: skip

    found = report(manifest.reference, manifest, rows, data="drawn").attributes["headwear"]

    assert (found.quality.present, found.quality.absent) == (20, 20)
    assert found.quality.balanced_accuracy == pytest.approx((0.8 + 0.9) / 2)
    assert found.quality.abstained == pytest.approx(10 / 40)
    assert found.quality.absent_precision == pytest.approx(18 / 20)
    low, high = found.quality.interval
    assert low < 0.85 < high
    assert found.table[UNCLEAR] == {PRESENT: 0, ABSENT: 1, UNCLEAR: 3}


def test_an_attribute_without_both_kinds_is_left_out() -> None:
    manifest = make_attire_manifest()

    assert report(manifest.reference, manifest, judgements((PRESENT, PRESENT, 5)), data="drawn").attributes == {}


def test_the_command_measures_the_shipped_network(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data, figures = write_persons(tmp_path / "data", train=2, val=8), tmp_path / "figures.json"

    assert main(["--data", str(data), "--json", str(figures)]) == 0

    found = json.loads(figures.read_text())
    assert found["model"]["name"] == "attire-n"
    assert set(found["attributes"]) == {"headwear", "kitchen_uniform", "mask"}
    assert {row["height_px"] for row in found["by_height"]} >= {16, 64}
    assert "balanced accuracy" in capsys.readouterr().out


def test_without_judged_persons_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(tmp_path)]) == 2
    assert "attire.csv" in capsys.readouterr().err
    assert main(["--data", str(tmp_path), "--if-there"]) == 0


def test_a_wrong_row_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = write_persons(tmp_path / "data", train=2, val=4)
    table = data / "attire.csv"
    table.write_text(table.read_text().replace("no_hat", "bald", 1))

    assert main(["--data", str(data)]) == 2
    assert "attire.csv:5" in capsys.readouterr().err
