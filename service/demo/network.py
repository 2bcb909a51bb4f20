"""The demonstration's own network.

`demo-n` was taught on rendered pictures of the places that the clips show, from other seeds. It sees what happens in
the clips and is of no use anywhere else: it lies beside them and not in the zoo, so nobody can choose it for a camera.
What real cameras get is measured on real pictures and finds such small things less well.
"""

from pathlib import Path

from models.registry import ZOO_FOLDER, LoadedModel, ModelRegistry
from service.networks import is_chosen_by_settings
from service.settings import ServiceSettings

NETWORKS = Path(__file__).resolve().parent / "networks"
NETWORK = "demo-n"


def demo_network(settings: ServiceSettings) -> LoadedModel | None:
    """The demonstration's network, or None where the settings name another. Raises ModelError."""
    return None if is_chosen_by_settings(settings) else ModelRegistry(NETWORKS).load(NETWORK)


def shelf_with_demo(folder: Path) -> Path:
    """`folder`, filled with links to the shipped networks and the demonstration's.

    It serves as BRIGHTKITCHEN_MODELS_FOLDER where the clips are played as ordinary cameras: in tests and benchmarks.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for network in (*ZOO_FOLDER.iterdir(), NETWORKS / NETWORK):
        if network.is_dir() and not (folder / network.name).exists():
            (folder / network.name).symlink_to(network, target_is_directory=True)
    return folder
