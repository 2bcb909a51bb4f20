import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from detector.embedding import MARGIN as SERVED_MARGIN
from detector.embedding import surrounding_box
from domain.geometry import Box, Polygon
from models.synth.errors import SynthError
from models.synth.film import FilmFolder
from models.synth.lid_examples import MARGIN, REGION_FILE, moments_of, write_examples
from models.synth.staging import Stage
from models.synth.story_file import read_story
from models.synth.truth import Truth
from tests.models.synth.builders import write_story

SHUT_BOX, OPEN_BOX = Box(0.4, 0.5, 0.6, 0.9), Box(0.4, 0.3, 0.65, 0.9)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    return Stage(read_story(write_story(tmp_path_factory.mktemp("story"))))


def filmed(folder: Path, lids: list[float], *, visibility: float = 1.0) -> FilmFolder:
    """A film of flat light whose frames have the bin's lid at these degrees."""
    film = FilmFolder(folder)
    for number, degrees in enumerate(lids):
        truth = Truth(
            key="bin",
            label="bin",
            box=OPEN_BOX if degrees else SHUT_BOX,
            visibility=visibility,
            distance=3.0,
            width_px=100,
            height_px=100,
            facts={"lid_degrees": degrees, "is_open": degrees > 12},
        )
        film.keep(number, np.full((36, 64, 3), 0.2, dtype=np.float32), [truth], number / 2)
    return film


def test_examples_of_each_state_are_cut_as_the_service_cuts(stage: Stage, tmp_path: Path) -> None:
    write_examples(tmp_path / "out", filmed(tmp_path / "film", [0.0, 0.0, 80.0]), stage, "bin", count=2)

    document = json.loads((tmp_path / "out" / REGION_FILE).read_text("utf-8"))
    assert document["examples"] == ["closed-00.jpg", "closed-01.jpg", "open-00.jpg", "open-01.jpg"]
    assert MARGIN == SERVED_MARGIN
    served = surrounding_box(Polygon.of(document["corners"]))
    for name in document["examples"]:
        picture = cv2.imread(str(tmp_path / "out" / name))
        assert picture is not None
        assert picture.shape[:2] == (round(served.bottom * 36) - round(served.top * 36), round(served.width * 64))


def test_the_region_holds_the_bin_wherever_its_lid_stands(stage: Stage, tmp_path: Path) -> None:
    assert moments_of(filmed(tmp_path, [0.0, 80.0]), stage, "bin").region == Box(0.4, 0.3, 0.65, 0.9)


def test_a_lid_on_its_way_is_no_example_of_either_state(stage: Stage, tmp_path: Path) -> None:
    assert moments_of(filmed(tmp_path, [0.0, 20.0, 80.0]), stage, "bin").frames == {"open": [2], "closed": [0]}


@pytest.mark.parametrize(
    ("lids", "who", "visibility", "missing"),
    [
        ([0.0, 0.0], "bin", 1.0, "open"),
        ([0.0, 80.0], "cook", 1.0, "open or closed"),
        ([0.0, 80.0], "bin", 0.4, "open or closed"),
    ],
)
def test_a_film_that_does_not_show_the_bin_in_both_states_is_refused(
    stage: Stage, tmp_path: Path, lids: list[float], who: str, visibility: float, missing: str
) -> None:
    film = filmed(tmp_path, lids, visibility=visibility)
    with pytest.raises(SynthError, match=f"found none {missing}$"):
        moments_of(film, stage, who)
