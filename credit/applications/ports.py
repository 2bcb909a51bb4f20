"""What applications need from outside: a book of them, a place for papers, eyes for papers, a writer of drafts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol

from credit.applications.application import Application, ApplicationState, ApplicationStep
from credit.applications.draft import Draft
from credit.applications.material import Material
from credit.applications.reading import ReadPaper
from credit.records import RecordStep
from domain.ids import EnterpriseId
from domain.scope import Scope


class ApplicationBook(Protocol):
    """Every method is one transaction; any thread. Raises GuardError, ApplicationStepError, NotAnOfficerError."""

    def add(self, application: Application) -> None:
        """A new one, with its first step. Raises ApplicationOpenError where the record has an open one."""
        ...

    def add_step(self, step: ApplicationStep, repaired: RecordStep | None = None) -> Application:
        """Store the step, and the record's step with it or not at all."""
        ...

    def application(self, application_id: str, scope: Scope) -> Application | None: ...
    def of_enterprise(self, enterprise_id: EnterpriseId, scope: Scope) -> list[Application]:
        """Newest first."""
        ...

    def listed(
        self, scope: Scope, states: Sequence[ApplicationState], before: str | None, limit: int
    ) -> list[Application]:
        """Newest first by id, before an id."""
        ...

    def add_material(self, material: Material, most: int) -> None:
        """Raises GuardError where the application has so many already."""
        ...

    def materials(self, application_id: str) -> list[Material]:
        """Those that were not removed, oldest first."""
        ...

    def note_check(self, material: Material) -> None:
        """Keep what a pre-check told of it."""
        ...

    def remove_material(self, material_id: str, at: datetime) -> None: ...


class Stored(Protocol):
    """What a store says of a file that it took."""

    @property
    def name(self) -> str: ...
    @property
    def size_bytes(self) -> int: ...
    @property
    def sha256(self) -> str: ...


class MaterialStore(Protocol):
    """Where papers lie, as evidence does. Any thread."""

    def save(self, name: str, content: bytes) -> Stored: ...
    def open(self, name: str) -> BinaryIO: ...
    def delete(self, name: str) -> None: ...


class PaperReader(Protocol):
    """Reads a PDF or picture. Any thread, one paper at a time; it takes seconds."""

    @property
    def name(self) -> str:
        """What reads, with its version, for whoever asks how a hint came about."""
        ...

    def read(self, content: bytes, media_type: str) -> ReadPaper:
        """Raises PaperError for a file that cannot be opened."""
        ...


@dataclass(frozen=True, slots=True)
class WrittenDraft:
    content: bytes
    media_type: str


class DraftWriter(Protocol):
    """Writes a draft as a file. Any thread."""

    def write(self, draft: Draft) -> WrittenDraft: ...
