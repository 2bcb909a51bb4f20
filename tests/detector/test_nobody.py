"""Where nobody is, next to nobody is told. `bench.nobody` counts it on all pictures without people."""

import pytest

from detector.detector import Detector
from detector.evaluation_samples import ArchivedSamples
from detector.sessions import open_session
from detector.settings import DetectorSettings
from models.registry import ModelRegistry
from tests.support.shared import shared_data

# Some of these pictures have people in them: another network sees somebody in five to seven of a hundred.
MOST = 0.15


@pytest.mark.integration
@pytest.mark.parametrize("name", ["kitchen-n", "kitchen-n-int8"])
def test_among_rats_next_to_no_person_is_told(name: str) -> None:
    model = ModelRegistry().load(name)
    detector = Detector(open_session(model), model.manifest, DetectorSettings())
    least = model.manifest.thresholds["person"]
    told = []
    for sample in ArchivedSamples(shared_data(), sources=("rat_fra_uas",)).read():
        (found,) = detector.look([sample.picture])
        told.append(any(each.label == "person" and each.confidence >= least for each in found or ()))

    assert len(told) > 100
    assert sum(told) <= MOST * len(told)
