import json
from pathlib import Path

import cv2
import pytest

from detector.embedding import MARGIN as SERVED_MARGIN
from detector.embedding import surrounding_box
from domain.geometry import Polygon
from models.synth.errors import SynthError
from models.synth.lid_examples import MARGIN, REGION_FILE, lid_region, write_examples
from models.synth.staging import Stage
from models.synth.story_file import read_story
from models.synth.testing import FlatRenderer
from models.synth.truth import Surveyor
from tests.models.synth.builders import write_story


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(read_story(write_story(tmp_path)))


def test_examples_of_each_state_are_cut_as_the_service_cuts(stage: Stage, tmp_path: Path) -> None:
    region = write_examples(tmp_path / "out", stage, "bin", FlatRenderer(), count=2, say=lambda _: None)

    document = json.loads((tmp_path / "out" / REGION_FILE).read_text("utf-8"))
    assert document["examples"] == ["closed-00.jpg", "closed-01.jpg", "open-00.jpg", "open-01.jpg"]
    assert MARGIN == SERVED_MARGIN
    served = surrounding_box(Polygon.of(document["corners"]))
    for name in document["examples"]:
        picture = cv2.imread(str(tmp_path / "out" / name))
        assert picture is not None
        assert picture.shape[0] == pytest.approx(served.height * document["height"], abs=2)
        assert picture.shape[1] == pytest.approx(served.width * document["width"], abs=2)
    assert region.box.height > 0


def test_the_region_holds_the_bin_wherever_its_lid_stands(stage: Stage) -> None:
    region = lid_region(stage, "bin").box
    for degrees in (0.0, 80.0):
        scene = stage.scene(0.0, lids={"bin": degrees})
        truths, _ = Surveyor(scene.camera).survey(scene)
        [bin_] = [truth.box for truth in truths if truth.key == "bin"]
        slack = 0.01
        assert region.left - slack <= bin_.left < bin_.right <= region.right + slack
        assert region.top - slack <= bin_.top < bin_.bottom <= region.bottom + slack


def test_only_a_bin_of_the_story_has_a_lid(stage: Stage) -> None:
    with pytest.raises(SynthError, match=r"one of its bins \(bin\), found 'cook'"):
        lid_region(stage, "cook")
