"""In-memory twins of what applications need: for tests here and for those who build on it."""

import hashlib
import io
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import BinaryIO

from credit.applications.application import Application, ApplicationState, ApplicationStep, require_step
from credit.applications.draft import Draft
from credit.applications.material import Material
from credit.applications.ports import WrittenDraft
from credit.applications.reading import ReadPaper
from credit.errors import ApplicationOpenError, GuardError
from credit.ledger_ports import RecordBook
from credit.records import RecordStep
from domain.ids import EnterpriseId
from domain.scope import Scope


class InMemoryApplications:
    """ApplicationBook in dictionaries under one lock, over a book of records. Any thread."""

    def __init__(self, records: RecordBook) -> None:
        self._records = records
        self._lock = threading.RLock()
        self._applications: dict[str, Application] = {}
        self._materials: dict[str, Material] = {}

    def add(self, application: Application) -> None:
        with self._lock:
            for known in self._applications.values():
                if known.record_id == application.record_id and not known.state.is_over:
                    raise ApplicationOpenError(application.record_id)
            self._applications[application.application_id] = application

    def add_step(self, step: ApplicationStep, repaired: RecordStep | None = None) -> Application:
        with self._lock:
            found = self._applications[step.application_id]
            require_step(found, step)
            if repaired is not None:
                self._records.add_step(repaired, ())
            taken = replace(found, steps=(*found.steps, step))
            self._applications[step.application_id] = taken
            return taken

    def application(self, application_id: str, scope: Scope) -> Application | None:
        with self._lock:
            found = self._applications.get(application_id)
            return found if found is not None and scope.allows(found.enterprise_id, None) else None

    def of_enterprise(self, enterprise_id: EnterpriseId, scope: Scope) -> list[Application]:
        return [each for each in self.listed(scope, (), None, 1_000) if each.enterprise_id == enterprise_id]

    def listed(
        self, scope: Scope, states: Sequence[ApplicationState], before: str | None, limit: int
    ) -> list[Application]:
        with self._lock:
            found = sorted(self._applications.values(), key=lambda each: each.application_id, reverse=True)
        return [
            each
            for each in found
            if scope.allows(each.enterprise_id, None)
            and (not states or each.state in states)
            and (before is None or each.application_id < before)
        ][:limit]

    def add_material(self, material: Material, most: int) -> None:
        with self._lock:
            if len(self.materials(material.application_id)) >= most:
                raise GuardError("materials", f"at most {most} papers", str(most + 1))
            self._materials[material.material_id] = material

    def materials(self, application_id: str) -> list[Material]:
        with self._lock:
            return [
                each
                for each in self._materials.values()
                if each.application_id == application_id and each.removed_at is None
            ]

    def note_check(self, material: Material) -> None:
        with self._lock:
            self._materials[material.material_id] = material

    def remove_material(self, material_id: str, at: datetime) -> None:
        with self._lock:
            self._materials[material_id] = replace(self._materials[material_id], removed_at=at)


@dataclass(frozen=True, slots=True)
class KeptFile:
    name: str
    size_bytes: int
    sha256: str


@dataclass
class InMemoryPapers:
    """A MaterialStore in a dictionary."""

    files: dict[str, bytes] = field(default_factory=dict)

    def save(self, name: str, content: bytes) -> KeptFile:
        self.files[name] = content
        return KeptFile(name, len(content), hashlib.sha256(content).hexdigest())

    def open(self, name: str) -> BinaryIO:
        return io.BytesIO(self.files[name])

    def delete(self, name: str) -> None:
        self.files.pop(name, None)


@dataclass
class GivenReader:
    """A PaperReader that reads what it was given."""

    paper: ReadPaper = field(default_factory=lambda: ReadPaper(pages=(), pages_in_all=0))
    name: str = "given"

    def read(self, content: bytes, media_type: str) -> ReadPaper:  # noqa: ARG002 - whatever it holds
        return self.paper


class PlainWriter:
    """A DraftWriter that writes labels and values as lines of text."""

    def write(self, draft: Draft) -> WrittenDraft:
        lines = [*draft.notes, draft.title, *(f"{each.label}：{each.value or ''}" for each in draft.fields)]
        return WrittenDraft("\n".join(lines).encode(), "text/plain")
