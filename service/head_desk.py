"""Opens the desk where heads are taught, for the running service and for the command line."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from alerts.masking import masked
from detector.embedding import LoadedEmbedding, open_embedder
from detector.faces import NetworkFaceFinder
from detector.head_desk import HeadDesk
from detector.head_store import FolderHeadStore
from detector.sessions import open_session
from domain.frame import Pixels
from models.embedding import EmbeddingManifest
from models.errors import ModelNotFoundError
from models.registry import ZOO_FOLDER, LoadedModel, ModelRegistry
from service.settings import ServiceSettings


class FaceMask:
    """Makes faces in a cut-out unrecognisable. The network is opened at the first cut-out that is to be kept.

    It belongs to whoever holds the desk's turn, one thread at a time.
    """

    def __init__(self, model: LoadedModel) -> None:
        self._model = model
        self._finder: NetworkFaceFinder | None = None

    def __call__(self, pixels: Pixels) -> Pixels:
        """Raises DetectorError where faces could not be looked for: such a cut-out must not be kept."""
        if self._finder is None:
            self._finder = NetworkFaceFinder(open_session(self._model), self._model.manifest)
        return masked(pixels, self._finder.find(pixels))


def load_embedding(settings: ServiceSettings) -> LoadedEmbedding:
    """The embedding network of the settings; one that an operator's own folder lacks is the shipped one.

    Raises ModelError.
    """
    name = settings.detector.heads.embedding
    if settings.models_folder is not None:
        try:
            return ModelRegistry(settings.models_folder).load_as(name, EmbeddingManifest)
        except ModelNotFoundError:
            pass
    return ModelRegistry(ZOO_FOLDER).load_as(name, EmbeddingManifest)


def open_desk(
    settings: ServiceSettings,
    folder: Path,
    embedding: LoadedEmbedding,
    model: LoadedModel,
    *,
    new_id: Callable[[], str],
    now: Callable[[], datetime],
) -> HeadDesk:
    """The desk over a folder of heads, which need not exist yet. `model` finds the faces in kept cut-outs."""
    return HeadDesk(
        store=FolderHeadStore(folder),
        embedder=open_embedder(embedding),
        settings=settings.detector.heads,
        new_id=new_id,
        now=now,
        mask=FaceMask(model),
    )
