"""Opens the desk where heads are taught, for the running service and for the command line."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import structlog

from alerts.masking import masked
from detector.embedding import LoadedEmbedding, open_embedder
from detector.errors import TeachingError
from detector.faces import NetworkFaceFinder
from detector.head_desk import HeadDesk
from detector.head_record import Head
from detector.head_store import FolderHeadStore, Turn
from detector.ports import HeadStore
from domain.frame import Pixels
from models.embedding import EmbeddingManifest
from models.errors import ModelNotFoundError
from models.registry import ZOO_FOLDER, LoadedModel, ModelRegistry
from service.networks import face_finder
from service.settings import ServiceSettings
from service.storage.database import Database
from service.storage.heads import SqlHeadStore

log = structlog.get_logger(__name__)


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
            self._finder = face_finder(self._model)
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


def shared_heads(database: Database, folder: Path) -> SqlHeadStore:
    """The heads of the database. What an earlier version kept as files in the folder is taken in, once.

    The folder, which need not exist, is where the processes of one machine take turns. Raises JournalError.
    """
    store = SqlHeadStore(database, Turn(folder))
    if folder.is_dir():
        _take_in(FolderHeadStore(folder), store, folder)
    return store


def _take_in(files: FolderHeadStore, store: SqlHeadStore, folder: Path) -> None:
    heads, faults = files.load_all()
    for fault in faults:
        log.error("head_not_readable", head_id=fault.head_id, reason=str(fault.error))
    for head in heads:
        place = folder / head.head_id
        try:
            versions = {entry.number: files.version_bytes(head, entry.number) for entry in head.versions}
            crops = {name: files.load_crop(head.head_id, name) for name in _crops(head, place / "crops")}
            if store.take_in(head, versions, crops):
                log.info("head_taken_in", head_id=head.head_id, versions=len(versions))
        except TeachingError as error:
            # Its message says all; where in our code it was found helps nobody.
            log.error("head_not_readable", head_id=head.head_id, reason=str(error))  # noqa: TRY400


def _crops(head: Head, folder: Path) -> list[str]:
    """The cut-outs that are there."""
    return [one.crop for one in head.examples if one.crop is not None and (folder / one.crop).is_file()]


def open_desk(
    settings: ServiceSettings,
    store: HeadStore,
    embedding: LoadedEmbedding,
    model: LoadedModel,
    *,
    new_id: Callable[[], str],
    now: Callable[[], datetime],
) -> HeadDesk:
    """The desk over the heads. `model` finds the faces in kept cut-outs. Raises what the store does."""
    return HeadDesk(
        store=store,
        embedder=open_embedder(embedding),
        settings=settings.detector.heads,
        new_id=new_id,
        now=now,
        mask=FaceMask(model),
    )
