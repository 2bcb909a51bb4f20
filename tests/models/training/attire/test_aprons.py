"""What can be said of aprons on real persons, of whom only wearers were labelled."""

# torch may be missing, and the package that is tested needs it
import csv
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="torch is not here: call scripts/setup-train")

from domain.attire import Wearing
from models.data.attire import APRON, read_attire
from models.training.attire.aprons import aprons_found

ROW = {
    "split": "train", "file": "drawn__0.webp", "left": "0.1", "top": "0.1", "right": "0.5", "bottom": "0.9",
    "hat": "hat", "kitchen_uniform": "yes", "apron": "yes", "mask": "no",
}  # fmt: skip


def write(folder: Path, *aprons: str) -> Path:
    with (folder / "attire.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(ROW))
        writer.writeheader()
        writer.writerows(ROW | {"apron": apron} for apron in aprons)
    return folder


def test_who_was_not_judged_wears_neither_an_apron_nor_none(tmp_path: Path) -> None:
    worn, not_judged = read_attire(write(tmp_path, "yes", "not_judged"))

    assert worn.states[APRON] is Wearing.PRESENT
    assert APRON not in not_judged.states


def test_found_aprons_are_counted_among_those_labelled_and_apart_from_the_others(tmp_path: Path) -> None:
    rows = read_attire(write(tmp_path, "yes", "yes", "not_judged", "not_judged", "not_judged"))

    figures = aprons_found(rows, np.array([1.0, -1.0, 2.0, -2.0, -0.5], dtype=np.float32))

    assert (figures.found, figures.worn, figures.called, figures.not_judged) == (1, 2, 1, 3)
    assert str(figures) == "of 2 real persons with an apron 1 were called so, and 1 of 3 whom nobody judged"
