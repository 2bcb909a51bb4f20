import pytest

from models.errors import ModelError
from models.registry import ZOO_FOLDER, ModelRegistry
from service.demo.network import NETWORK, demo_network
from service.settings import ServiceSettings


def test_the_demonstration_has_a_network_of_its_own_unless_somebody_chose_one() -> None:
    own = demo_network(ServiceSettings())

    assert own is not None
    assert own.manifest.name == NETWORK
    assert demo_network(ServiceSettings.model_validate({"detector": {"model": "kitchen-n"}})) is None


def test_no_camera_can_be_given_the_demonstrations_network() -> None:
    with pytest.raises(ModelError):
        ModelRegistry(ZOO_FOLDER).load(NETWORK)


def test_the_demonstration_judges_no_more_than_the_shipped_network_may() -> None:
    own, shipped = demo_network(ServiceSettings()), ModelRegistry(ZOO_FOLDER).load("kitchen-n")

    assert own is not None
    weak = {label.name for label in shipped.manifest.labels if not label.usable}
    assert weak <= {label.name for label in own.manifest.labels if not label.usable}
