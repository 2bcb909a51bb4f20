"""Which network the service uses: the one that the settings name, else the promoted one, else the shipped one."""

import threading
from collections.abc import Callable
from pathlib import Path

import structlog

from detector.faces import NetworkFaceFinder
from detector.ports import NetworkSession
from detector.sessions import open_session, sparing
from detector.settings import DetectorSettings
from domain.frame import Pixels
from domain.geometry import Box
from models.feedback.shelf import NetworkShelf
from models.registry import ZOO_FOLDER, LoadedModel, ModelRegistry
from service.settings import ServiceSettings

log = structlog.get_logger(__name__)


def is_chosen_by_settings(settings: ServiceSettings) -> bool:
    """Tell whether somebody named a network or its folder in the settings: that goes before what was promoted."""
    return "model" in settings.detector.model_fields_set or settings.models_folder is not None


def network_in_service(settings: ServiceSettings, data_folder: Path) -> LoadedModel:
    """The network that the service starts with. Raises ModelError."""
    shelf = NetworkShelf(data_folder)
    promoted = None if is_chosen_by_settings(settings) else shelf.current()
    if promoted is not None:
        return shelf.load(promoted)
    return ModelRegistry(settings.models_folder or ZOO_FOLDER).load(settings.detector.model)


def find_network(said: str, settings: ServiceSettings, data_folder: Path) -> LoadedModel:
    """A network by its name (promoted ones first) or by the path of its folder. Raises ModelError."""
    path = Path(said).expanduser()
    if path.is_dir():
        folder = path.resolve()
        return ModelRegistry(folder.parent).load(folder.name)
    shelf = NetworkShelf(data_folder)
    if said in shelf.names():
        return shelf.load(said)
    return ModelRegistry(settings.models_folder or ZOO_FOLDER).load(said)


def face_finder(
    model: LoadedModel, opener: Callable[[], NetworkSession] | None = None, *, hides_persons: bool = False
) -> NetworkFaceFinder:
    """Finds what is masked in stills.

    It looks with the network in service, or with the shipped one where that knows neither faces nor persons: somebody
    may have trained one on his bins alone. `opener` opens sessions of the model on the chosen runtime.
    Raises ModelError.
    """
    if not NetworkFaceFinder.can_use(model.manifest):
        model = ModelRegistry(ZOO_FOLDER).load(DetectorSettings().model)
        opener = None
        log.info("faces_found_by_another_network", model=model.manifest.name)
    session = opener() if opener else open_session(model)
    return NetworkFaceFinder(sparing(session), model.manifest, hides_persons=hides_persons)


class PeopleFinder:
    """Finds whole persons and faces for pictures that strangers see; an alerts.ports.FaceFinder for any thread.

    The network is opened at the first picture: most installations show none. One picture at a time.
    """

    def __init__(self, model: LoadedModel) -> None:
        self._model = model
        self._finder: NetworkFaceFinder | None = None
        self._lock = threading.Lock()

    def find(self, pixels: Pixels) -> list[Box]:
        """As `NetworkFaceFinder.find`. Raises ModelError where the network cannot be opened."""
        with self._lock:
            if self._finder is None:
                self._finder = face_finder(self._model, hides_persons=True)
            return self._finder.find(pixels)
