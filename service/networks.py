"""Which network the service uses: the one that the settings name, else the promoted one, else the shipped one."""

from pathlib import Path

from models.feedback.shelf import NetworkShelf
from models.registry import ZOO_FOLDER, LoadedModel, ModelRegistry
from service.settings import ServiceSettings


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
