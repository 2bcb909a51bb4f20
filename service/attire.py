"""Which attire network is in service, and what the networks together can tell."""

from collections.abc import Callable

import structlog

from detector.attire import AttireReader, open_attire_session
from detector.dressing import Dresser
from detector.runtimes.onnxruntime import RUNTIME
from detector.settings import AttireSettings
from detector.shared_session import OnDemandSession
from models.attire import AttireManifest
from models.errors import ModelError, ModelNotFoundError
from models.registry import LoadedModel, LoadedNetwork, ModelRegistry

log = structlog.get_logger(__name__)


def attire_network(registry: ModelRegistry, settings: AttireSettings) -> LoadedNetwork[AttireManifest] | None:
    """The network that the settings name, opened once to see that it works; None where clothes are not judged.

    A network that is broken, or one that nobody named and that a folder of own networks lacks, costs its own codes and
    nothing else: cameras are watched without it, and the log says so. Raises ModelNotFoundError where a person named
    one that does not exist.
    """
    if not settings.is_on:
        return None
    try:
        network = registry.load_as(settings.model, AttireManifest)
        open_attire_session(network)
    except ModelNotFoundError as error:
        if "model" in settings.model_fields_set:
            raise
        log.warning("attire_network_missing", reason=str(error))
        return None
    except ModelError as error:
        log.error("attire_network_unusable", model=settings.model, reason=str(error))  # noqa: TRY400 - told in words
        return None
    log.info("attire_network_ready", model=network.manifest.name, attributes=sorted(network.manifest.usable_attributes))
    return network


def told_by(model: LoadedModel, attire: LoadedNetwork[AttireManifest] | None) -> frozenset[str]:
    """Labels of the detector and attributes of the attire network that are good enough for rules."""
    return model.manifest.usable_labels | (attire.manifest.usable_attributes if attire else frozenset())


def dressers_of(
    network: LoadedNetwork[AttireManifest] | None, settings: AttireSettings
) -> Callable[[], Dresser] | None:
    """What dresses persons for each inference thread; None where clothes are not judged.

    All of them look through one session, which is opened when the first person comes.
    """
    if network is None:
        return None
    session = OnDemandSession(lambda: open_attire_session(network), RUNTIME)
    return lambda: Dresser(AttireReader(session, network.manifest), network.reference, settings)
