"""The shipped attire network on drawn figures: the same answers on every machine, and a doll is no cook."""

import numpy as np
import pytest

from detector.attire import AttireReader, open_attire_session
from domain.attire import Wearing
from models.attire import AttireManifest
from models.data.attire import ATTRIBUTES
from models.framing import cut_out, planes, shown_part
from models.registry import LoadedNetwork, ModelRegistry
from tests.support.persons import PERSON, SIDE, draw_person

# Logits of headwear, kitchen uniform and mask, then of their clarity, for figures with (hat, uniform).
GOLDEN = {
    (True, True): (1.99, -0.13, -1.93, -1.99, -0.17, -3.24),
    (True, False): (1.70, -0.71, -1.38, -2.25, -0.63, -3.47),
    (False, True): (1.45, -0.66, -1.77, -1.97, -0.25, -3.16),
    (False, False): (1.15, -1.22, -1.14, -2.16, -0.75, -3.32),
}


@pytest.fixture(scope="module")
def network() -> LoadedNetwork[AttireManifest]:
    return ModelRegistry().load_as("attire-n", AttireManifest)


@pytest.mark.parametrize(("worn", "expected"), GOLDEN.items())
def test_the_numbers_are_those_that_were_written_down(
    network: LoadedNetwork[AttireManifest], worn: tuple[bool, bool], expected: tuple[float, ...]
) -> None:
    pixels = draw_person(np.random.default_rng(3), hat=worn[0], uniform=worn[1], mask=False)
    framing = network.manifest.framing
    edges = (PERSON.left * SIDE, PERSON.top * SIDE, PERSON.right * SIDE, PERSON.bottom * SIDE)

    found = open_attire_session(network).infer(planes([cut_out(pixels, shown_part(edges, framing), framing)]))

    assert found[0] == pytest.approx(expected, abs=0.05)


def test_a_drawn_figure_is_not_judged(network: LoadedNetwork[AttireManifest]) -> None:
    reader = AttireReader(open_attire_session(network), network.manifest)

    (readings,) = reader.read(draw_person(np.random.default_rng(3), hat=False, uniform=False, mask=False), [PERSON])

    assert [(reading.attribute, reading.state) for reading in readings] == [
        (name, Wearing.UNCLEAR) for name in ATTRIBUTES
    ]


def test_rules_rest_on_headwear_only(network: LoadedNetwork[AttireManifest]) -> None:
    """The others are not good enough, and their manifest says so."""
    assert network.manifest.usable_attributes == {"headwear"}
    assert all(attribute.usable or attribute.remark for attribute in network.manifest.attributes)
