"""Terms of review as data: what the shipped ones are, what a profile replaces, what is refused and where."""

import shutil
from pathlib import Path

import pytest

from alerts.catalogue import SHIPPED, load_catalogue
from alerts.errors import CatalogueError
from alerts.terms import PLAIN, LifeTerms
from domain.risk import RiskClass


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "catalogue"))


def test_class_one_alone_asks_for_two_reviewers_and_another_verifier() -> None:
    terms = load_catalogue().terms
    assert [each for each in RiskClass if terms.of(each).needs_second_review] == [RiskClass.I]
    assert [each for each in RiskClass if terms.of(each).verified_by_another] == [RiskClass.I]
    assert [terms.of(each).minimum_viewing_seconds for each in RiskClass] == [10, 5, 3, 0]
    assert all(terms.of(each).because for each in RiskClass)


def test_a_class_that_is_not_named_has_plain_terms() -> None:
    assert LifeTerms().of(RiskClass.I) == PLAIN


def test_a_folder_without_the_file_has_the_shipped_terms(folder: Path) -> None:
    (folder / "life.yaml").unlink()
    assert load_catalogue(folder).terms == load_catalogue().terms


def test_a_profile_replaces_the_terms_of_a_class_and_leaves_the_others(folder: Path) -> None:
    profile = folder / "profiles" / "generic.yaml"
    profile.write_text(
        profile.read_text("utf-8") + "life:\n  - {class: I, because: one reviewer here, minimum_viewing_seconds: 1}\n",
        "utf-8",
    )
    terms, shipped = load_catalogue(folder, "generic").terms, load_catalogue().terms
    assert (terms.of(RiskClass.I).needs_second_review, terms.of(RiskClass.I).deadlines) == (False, ())
    assert terms.of(RiskClass.II) == shipped.of(RiskClass.II)
    assert load_catalogue(folder, "cn-national").terms == shipped


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("minutes: 30, tell: manager", "minutes: 0, tell: manager", "more than 0"),
        ("{duty: review, minutes: 1440, tell: supervisor}", "{duty: review, minutes: 60, tell: reviewer}", "before it"),
        ("duty: notify", "duty: punish", "punish"),
        ("tell: officer", "tell: everybody", "everybody"),
        ("- class: II\n", "- class: I\n", "each class once"),
        ("second_review: true", "second_review: perhaps", "perhaps"),
        ("counting: always", "counts: always", "counts"),
    ],
)
def test_a_wrong_term_is_named_with_its_line(folder: Path, old: str, new: str, message: str) -> None:
    file = folder / "life.yaml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(folder)
    assert "life.yaml" in caught.value.where
    assert message in str(caught.value)
