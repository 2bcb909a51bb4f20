from alerts.catalogue import load_catalogue
from alerts.figures import catalogue_figures, code_figures, intervals
from detector.evaluation import wilson
from models.attire import AttireQuality
from models.manifest import LabelQuality

CATALOGUE = load_catalogue()


def quality(*, right: int, reported: int, count: int, guessed: int = 0, is_old: bool = False) -> LabelQuality:
    return LabelQuality(
        ap50=0.5,
        precision=round(right / reported, 3) if reported else None,
        recall=round(right / count, 3),
        count=count,
        longest_side_px=416,
        data="drawn",
        reported=None if is_old else reported,
        guessed=guessed,
    )


def test_a_code_counts_the_boxes_of_all_labels_that_raise_it() -> None:
    qualities = {
        "cat": quality(right=10, reported=11, count=12, guessed=12),
        "dog": quality(right=10, reported=11, count=14),
    }

    found = code_figures(CATALOGUE.entries["animal.pet"], qualities, {})

    assert found is not None
    assert (found.labels, found.count, found.guessed, found.missing) == (("cat", "dog"), 26, 12, ())
    assert (found.precision, found.recall) == (20 / 22, 20 / 26)
    assert (found.precision_interval, found.recall_interval) == (wilson(20, 22), wilson(20, 26))


def test_what_a_rule_needs_besides_is_named_and_not_counted() -> None:
    found = code_figures(CATALOGUE.entries["phone.use"], {"person": quality(right=1, reported=2, count=4)}, {})

    assert found is not None
    assert (found.helpers, found.missing, found.count) == (("person",), ("phone",), 0)
    assert (found.precision, found.recall, found.recall_interval) == (None, None, None)


def test_a_code_about_clothes_has_the_figures_of_its_attribute_and_not_those_of_persons() -> None:
    worn = AttireQuality(
        data="drawn",
        present=20,
        absent=60,
        balanced_accuracy=0.9,
        interval=(0.8, 1.0),
        abstained=0.1,
        absent_precision=0.98,
    )
    persons = {"person": quality(right=1, reported=2, count=4)}

    found = code_figures(CATALOGUE.entries["uniform.no_hat"], persons, {"headwear": worn})
    unknown = code_figures(CATALOGUE.entries["uniform.no_hat"], persons, {})

    assert found is not None
    assert (found.labels, found.precision, found.recall, found.count) == (("headwear",), 0.98, None, 80)
    assert unknown is not None
    assert (unknown.precision, unknown.missing) == (None, ("headwear",))


def test_a_code_without_a_rule_over_pictures_has_no_figures() -> None:
    assert code_figures(CATALOGUE.entries["iot.temperature"], {}, {}) is None
    assert {each.code for each in catalogue_figures(list(CATALOGUE), {}, {})} == {
        code for code, entry in CATALOGUE.entries.items() if entry.rule
    }


def test_an_older_manifest_without_intervals_gets_those_of_its_counts() -> None:
    found = intervals(quality(right=45, reported=50, count=90, is_old=True))

    assert found == (wilson(45, 50), wilson(45, 90))


def test_nothing_reported_is_no_precision() -> None:
    precision, recall = intervals(quality(right=0, reported=0, count=9, is_old=True))

    assert precision is None
    assert recall == wilson(0, 9)
