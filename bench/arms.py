"""`python -m bench.arms --data FOLDER --zoo FOLDER --control NAME NAME …`: arms of an ablation, label by label.

Every network looks once at the same labelled pictures, through the detector that serves. Each arm is compared with the
control: the difference of AP50 with 95 % by resampling pictures, the same draw for both (see `detector.paired`). Chance
in the training itself (its seed) is not in these intervals. `--document` writes the table into docs/models.md.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from bench.table import documented
from detector.evaluate import evaluate
from detector.evaluation import Interval, Tally
from detector.evaluation_samples import open_samples
from detector.paired import PerPicture, mean_precision_difference, precision_difference
from models.registry import ModelRegistry

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "models.md"
MARK = "arms"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """One network's answers, by label. `ap50` has the labels with boxes only."""

    name: str
    pictures: int
    ap50: dict[str, float]
    counts: dict[str, int]
    answers: dict[str, PerPicture]

    @property
    def mean(self) -> float:
        return float(np.mean(list(self.ap50.values())))


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """An arm less the control, in points of AP50; `interval` is None where there is too little to tell."""

    value: float
    interval: Interval | None

    @property
    def is_more_than_chance(self) -> bool:
        return self.interval is not None and (self.interval.low > 0 or self.interval.high < 0)

    def shown(self) -> str:
        """ "+0.03 (-0.01 to +0.07)", bold where the interval leaves zero out."""
        if self.interval is None:
            return f"{self.value:+.2f}"
        text = f"{self.value:+.2f} ({self.interval.low:+.2f} to {self.interval.high:+.2f})"
        return f"**{text}**" if self.is_more_than_chance else text


def measure(zoo: Path, name: str, data: Path) -> Arm:
    """Look at every validation picture with one network of a zoo. Raises ModelError or DetectorError."""
    model = ModelRegistry(zoo).load(name)
    tally = Tally(model.manifest.label_names)
    report = evaluate(model, open_samples(data, model.manifest.label_names), tally=tally)
    figures = {each.figures.label: each.figures for each in report.classes if each.figures.count}
    return Arm(
        name=name,
        pictures=report.pictures,
        ap50={label: each.ap50 for label, each in figures.items()},
        counts={label: each.count for label, each in figures.items()},
        answers={label: PerPicture.among_all(tally, label) for label in figures},
    )


def difference(control: Arm, arm: Arm, label: str) -> Difference:
    """One label's. Raises KeyError where one of the two has no box of it."""
    interval = precision_difference(control.answers[label], arm.answers[label])
    return Difference(value=arm.ap50[label] - control.ap50[label], interval=interval)


def mean_difference(control: Arm, arm: Arm) -> Difference:
    """That of the mean over the control's labels. Raises KeyError where the arm does not know one of them."""
    labels = list(control.ap50)
    before, after = ([each.answers[label] for label in labels] for each in (control, arm))
    return Difference(value=arm.mean - control.mean, interval=mean_precision_difference(before, after))


def table(control: Arm, arms: Sequence[Arm]) -> str:
    """Markdown: a row for the mean and for each label, a column for each arm."""
    names = [control.name, *(f"{arm.name}, less {control.name}" for arm in arms)]
    rows = [["**mean AP50**", "", f"{control.mean:.3f}", *(mean_difference(control, arm).shown() for arm in arms)]]
    for label, value in control.ap50.items():
        told = [difference(control, arm, label).shown() for arm in arms]
        rows.append([label, str(control.counts[label]), f"{value:.2f}", *told])
    head = ["label", "n", *names]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (head, ["---"] * len(head), *rows))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.arms", description=__doc__)
    parser.add_argument("names", nargs="+", help="networks of the zoo that are compared with the control")
    parser.add_argument("--control", required=True, help="the network of the zoo that they are compared with")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--zoo", type=Path, required=True)
    parser.add_argument("--json", type=Path, help="also write AP50 by arm and label")
    parser.add_argument("--document", action="store_true", help=f"write the table into {DOCUMENT.name}")
    given = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    control, *arms = [measure(given.zoo, name, given.data) for name in (given.control, *given.names)]
    text = f"{table(control, arms)}\n\n{control.pictures} validation pictures; bold: more than chance in the pictures."
    print(text)
    if given.json:
        given.json.parent.mkdir(parents=True, exist_ok=True)
        given.json.write_text(json.dumps({arm.name: arm.ap50 for arm in (control, *arms)}, indent=1), encoding="utf-8")
    if given.document:
        DOCUMENT.write_text(documented(DOCUMENT.read_text("utf-8"), text, MARK), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
