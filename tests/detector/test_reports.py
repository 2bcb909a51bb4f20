import json
import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from detector.evaluation import Tally, TruthBox, figures
from detector.evaluation_report import Measured, Report, build_report
from detector.evaluation_samples import OnFault, Sample
from detector.evaluation_verdicts import Looked, judge
from detector.report_html import write_html
from detector.report_json import document, write_json
from detector.report_mistakes import MistakeKind, worst_mistakes
from detector.report_pictures import write_pictures
from detector.report_text import lines
from detector.thresholds import choose_and_cross_fit
from domain.detection import Detection, ModelReference
from domain.geometry import Box
from models.figures import quality
from models.targets import load_targets

THRESHOLDS = {"rodent": 0.5, "cat": 0.5}
NAME = "<b>one</b>"


def box(left: float, side: float = 0.1) -> Box:
    return Box(left, 0.4, left + side, 0.4 + side)


def seen(label: str, left: float, confidence: float = 0.8) -> Detection:
    return Detection(label=label, confidence=confidence, box=box(left))


def truth(label: str, left: float, side: float = 0.1) -> TruthBox:
    return TruthBox(label=label, box=box(left, side))


def looked(name: str, labelled: list[TruthBox], detections: list[Detection]) -> Looked:
    return Looked(
        source="pets",
        name=name,
        place=Path(name),
        width_px=200,
        height_px=200,
        left_out=frozenset(),
        truth=tuple(labelled),
        detections=tuple(detections),
    )


def report_of(pictures: list[Looked], data_labels: tuple[str, ...] = ("rodent", "cat")) -> Report:
    tally = Tally(THRESHOLDS)
    for each in pictures:
        tally.add(each.detections, each.truth, each.left_out)
    return build_report(
        model=ModelReference(name="tiny", version="1", sha256="ab" * 32),
        longest_side_px=416,
        labels=[measured(tally, label, threshold) for label, threshold in THRESHOLDS.items()],
        verdicts=[judge(each, THRESHOLDS) for each in pictures],
        data_labels=data_labels,
        scenes=len(pictures),
    )


def measured(tally: Tally, label: str, threshold: float) -> Measured:
    judged = tally.judged(label)
    choice = choose_and_cross_fit(judged, *tally.by_picture(label), label, load_targets())
    return Measured(figures=figures(tally, label, threshold), judged=judged, choice=choice)


@pytest.fixture
def report() -> Report:
    return report_of(
        [
            looked(NAME, [truth("rodent", 0.1), truth("rodent", 0.6, 0.3)], [seen("rodent", 0.1), seen("rodent", 0.4)]),
            looked("two", [truth("cat", 0.2)], [seen("rodent", 0.2, 0.9)]),
            looked("three", [truth("cat", 0.2)], [seen("cat", 0.2)]),
            looked("four", [truth("raccoon", 0.2)], []),
        ],
        data_labels=("rodent", "cat", "raccoon"),
    )


class DrawnSamples:
    """Grey pictures of the names that are asked for."""

    labels = ("rodent", "cat")
    class_names = labels
    remarks = ()

    def read(self, names: Collection[str] | None = None, on_fault: OnFault | None = None) -> Iterator[Sample]:
        done, content = cv2.imencode(".png", np.full((200, 200, 3), 90, dtype=np.uint8))
        assert done
        for name in sorted(names or ()):
            yield Sample(source="pets", name=name, place=Path(name), encoded=content.tobytes(), truth=())


def test_the_document_has_the_form_that_others_read(report: Report, tmp_path: Path) -> None:
    write_json(report, tmp_path / "figures.json")

    said = json.loads((tmp_path / "figures.json").read_text())
    assert said == document(report)
    assert said["model"] == {"name": "tiny", "version": "1", "sha256": "ab" * 32, "longest_side_px": 416}
    rodent = said["classes"]["rodent"]
    wanted = {"precision": 0.333333, "recall": 0.5, "n": 2, "threshold": 0.5, "reported": 3, "pictures": 4}
    assert {key: rodent[key] for key in wanted} == wanted
    assert rodent["recall_by_size"][1] == {"px": "16-32", "n": 1, "recall": 1.0, "interval": [0.206549, 1.0]}
    assert rodent["recall_by_size"][0]["recall"] is None
    assert said["not_in_model"] == {"raccoon": 1}
    assert said["confusions"] == [{"class": "cat", "taken_for": "rodent", "boxes": 1, "of": 2, "missed": 1}]
    alarms = {(each["where"], each["class"]): (each["pictures"], each["of"]) for each in said["false_alarms"]}
    assert alarms["with cat", "rodent"] == (1, 2)
    assert alarms["with raccoon", "rodent"] == (0, 1)
    pets = said["rodent_on_cats_and_dogs"]
    assert (pets["pictures"], pets["of"], pets["share"], pets["boxes"]) == (1, 2, 0.5, 1)
    assert pets["interval"] == [0.094531, 0.905469]
    assert pets in said["look_alikes"]
    assert rodent["choice"]["risk_class"] == "I"
    assert (said["scenes"], said["passed_over"], said["remarks"]) == (4, [], [])


def test_figures_of_a_label_without_boxes_are_null() -> None:
    said = document(report_of([looked("one", [], [])]))

    cat = said["classes"]["cat"]
    assert (cat["n"], cat["reported"]) == (0, 0)
    assert [cat[name] for name in ("ap50", "ap50_95", "precision", "recall")] == [None, None, None, None]
    assert said["calibration"] == []


def test_a_label_without_boxes_that_is_reported_is_known_to_be_wrong() -> None:
    report = report_of([looked("one", [], [seen("cat", 0.2)])])

    cat = document(report)["classes"]["cat"]

    assert (cat["precision"], cat["recall"], cat["ap50"]) == (0.0, None, None)
    found = quality(cat, longest_side_px=416, data="drawn")
    assert (found.count, found.reported, found.precision, found.recall) == (0, 1, 0.0, 0.0)
    (line,) = (line for line in lines(report) if line.startswith("cat") and " 0.50 " in line)
    assert line.split()[:5] == ["cat", "0", "-", "-", "0.50"]


def test_the_worst_mistakes_come_first_and_once(report: Report) -> None:
    found = [(each.label, each.what, each.name) for each in worst_mistakes(report)]

    # The cat that was taken for a rodent is shown as that, not as a false rodent nor as a missed cat.
    assert found == [
        ("rodent", "false, 0.80", NAME),
        ("rodent", "missed, not seen at all; 60 px", NAME),
        ("cat", "taken for rodent, 0.90", "two"),
    ]


def test_the_largest_missed_and_the_surest_false_ones_come_first() -> None:
    pictures = [
        looked("small", [truth("cat", 0.2, 0.05)], [seen("rodent", 0.7, 0.6)]),
        looked("large", [truth("cat", 0.2, 0.3)], [seen("rodent", 0.7, 0.9)]),
    ]

    found = worst_mistakes(report_of(pictures), per_kind=1)

    kinds = [(each.kind, each.name) for each in found]
    assert kinds == [(MistakeKind.FALSE, "large"), (MistakeKind.MISSED, "large")]


def test_a_mistake_says_how_it_came_about() -> None:
    loose, unsure, twice = (
        looked("loose", [truth("cat", 0.2)], [seen("cat", 0.26)]),
        looked("unsure", [truth("cat", 0.2)], [seen("cat", 0.2, 0.31)]),
        looked("twice", [truth("cat", 0.2)], [seen("cat", 0.2, 0.9), seen("cat", 0.21, 0.8)]),
    )

    found = {(each.name, each.kind): each.what for each in worst_mistakes(report_of([loose, unsure, twice]))}

    assert found == {
        ("loose", MistakeKind.LOOSE): "does not fit: overlap 0.25, 0.80",
        ("loose", MistakeKind.MISSED): "missed, not seen at all; 20 px",
        ("unsure", MistakeKind.MISSED): "missed; seen with 0.31, below 0.50; 20 px",
        ("twice", MistakeKind.DOUBLE): "reported twice, 0.80",
    }


def test_a_terminal_sees_figures_with_intervals_and_look_alikes(report: Report) -> None:
    said = [line.split() for line in lines(report)]

    rodent = report.classes[0].figures
    assert rodent.ap50_interval is None  # rodents are labelled in one picture only
    shares = ["0.33", "(0.06-0.79)", "0.50", "(0.09-0.91)"]
    assert said[1] == ["rodent", "2", f"{rodent.ap50:.2f}", f"{rodent.ap50_95:.2f}", "0.50", *shares]
    assert re.fullmatch(r"cat +2 +0\.\d\d \(0\.00-1\.00\) .*", list(lines(report))[2])
    assert ["raccoon", "1", "labelled,", "but", "this", "network", "does", "not", "know", "it"] in said
    assert any(" ".join(line) == "cat taken for rodent 1 of 2 pictures 0.50 (0.09-0.91) 1 of 2 boxes" for line in said)
    assert "steam taken for smoke" not in "\n".join(lines(report))  # a network that knows no smoke


def test_what_is_told_where_nobody_drew_it_is_in_every_form_of_the_report(tmp_path: Path) -> None:
    told = looked("two", [], [])
    told = replace(told, left_out=frozenset({"cat"}), uncounted=(seen("cat", 0.2, 0.9),))
    blind = report_of([looked("one", [], []), told])

    assert document(blind)["blind_spots"] == [{"class": "cat", "source": "pets", "telling": 1, "pictures": 1}]
    assert any(line.split() == ["cat", "pets", "1", "of", "1"] for line in lines(blind))
    page = write_html(blind, DrawnSamples(), tmp_path / "html").read_text()
    assert "Told where nobody drew it" in page
    assert "1 of 1" in page


def test_the_page_shows_mistakes_and_trusts_no_name(report: Report, tmp_path: Path) -> None:
    page = write_html(report, DrawnSamples(), tmp_path / "html")

    text = page.read_text()
    mistakes = (page.parent / "mistakes.html").read_text()
    assert NAME not in text + mistakes
    assert "pets · &lt;b&gt;one&lt;/b&gt;" in mistakes
    assert "taken for rodent, 0.90</b><br>pets · two" in mistakes
    assert "not known to the network" in text
    assert "鼠类" in text
    assert not re.search(r"(?:src|href)='(?:https?:)?//|<script|@import", text + mistakes)  # nothing from elsewhere
    pictures = sorted((tmp_path / "html" / "pictures").iterdir())
    assert [path.name for path in pictures] == ["0000.jpg", "0001.jpg", "0002.jpg"]
    drawn = cv2.imread(str(pictures[2]))
    assert drawn is not None
    assert (np.abs(drawn.astype(int) - (60, 60, 255)).max(axis=2) < 60).any()  # the red box of the detection


class TwoFolders(DrawnSamples):
    """A dark and a bright picture of one name."""

    def read(self, names: Collection[str] | None = None, on_fault: OnFault | None = None) -> Iterator[Sample]:
        for folder, shade in (("a", 20), ("b", 230)):
            content = cv2.imencode(".png", np.full((200, 200, 3), shade, dtype=np.uint8))[1].tobytes()
            yield Sample(source="pets", name="one", place=Path(folder, "one"), encoded=content, truth=())


def test_a_mistake_is_drawn_on_its_own_picture_of_two_with_one_name(tmp_path: Path) -> None:
    first, second = (looked("one", [truth("rodent", 0.1, side)], []) for side in (0.5, 0.4))
    pictures = [replace(first, place=Path("a", "one")), replace(second, place=Path("b", "one"))]
    mistakes = worst_mistakes(report_of(pictures))

    files = write_pictures(mistakes, TwoFolders(), tmp_path)

    shades = {}
    for mistake in mistakes:
        pixels = cv2.imread(str(tmp_path / files[mistake]))
        assert pixels is not None
        shades[mistake.place.parent.name] = int(pixels[-10, -10, 0]) > 128
    assert shades == {"a": False, "b": True}
