import json
from pathlib import Path

import pytest

from models.synth.cli import main
from models.synth.lots import Lot, draw_lot
from models.synth.series import make_series, take_series
from models.synth.testing import FlatRenderer
from models.synth.truth import Truth

SEED = 3
ANIMALS = {"rodent", "cat", "dog", "cockroach"}


@pytest.fixture(scope="module")
def renderer() -> FlatRenderer:
    return FlatRenderer()


@pytest.fixture(scope="module")
def series(renderer: FlatRenderer) -> list[tuple[Lot, list[Truth]]]:
    return [(lot, truths) for lot, _, truths in take_series(SEED, renderer, length=3)]


def test_a_series_renders_its_place_once_and_then_only_around_its_animals(
    renderer: FlatRenderer, series: list[tuple[Lot, list[Truth]]]
) -> None:
    assert renderer.asked[0] is None
    assert len(renderer.asked) > 1
    assert None not in renderer.asked[1:]
    assert len({lot.seed for lot, _ in series}) == 3


def test_only_animals_differ_within_a_series(series: list[tuple[Lot, list[Truth]]]) -> None:
    rest = [{truth.key for truth in truths if truth.label not in ANIMALS} for _, truths in series]
    animals = [tuple(truth.box for truth in truths if truth.label in ANIMALS) for _, truths in series]

    assert max(len(keys) for keys in rest) == len(set.union(*rest))  # hidden by an animal at most
    assert any(animals)
    assert len(set(animals)) > 1


def test_a_lot_without_animals_is_the_same_otherwise() -> None:
    whole, bare = draw_lot(SEED), draw_lot(SEED, has_animals=False)
    named = {subject.key for subject in whole.scene.subjects}

    assert named - {subject.key for subject in bare.scene.subjects} == {
        subject.key for subject in whole.scene.subjects if subject.label in ANIMALS
    }
    assert whole.scene.camera == bare.scene.camera


def test_a_whole_series_is_not_made_again(tmp_path: Path) -> None:
    said: list[str] = []
    first = make_series(tmp_path / "made", FlatRenderer(), count=1, seed=SEED, length=2, say=said.append)
    again = make_series(tmp_path / "made", FlatRenderer(), count=1, seed=SEED, length=2, say=said.append)

    assert (first, again) == (2, 0)
    assert len(said) == 1
    partial = json.loads((tmp_path / "made" / "partial.json").read_text())
    assert partial == {"synth": []}


def test_an_impossible_length_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        main(["pictures", "--count", "1", "--series", "5000", "--out", str(tmp_path)])
    assert not list(tmp_path.iterdir())
