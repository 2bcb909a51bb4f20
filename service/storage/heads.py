"""Taught heads in SQL, for all processes of a service. Implements detector.ports.HeadStore."""

import hashlib
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from detector.head_errors import HeadFileError, HeadNotFoundError, HeadStoreError
from detector.head_record import Head, HeadVersion
from detector.head_store import Fault, entry_of, parsed, require_checksum
from service.storage.database import Database
from service.storage.head_rows import head_crops, head_versions, heads

_TABLE = Path(heads.name)


class SqlHeadStore:
    """Every method is one transaction and may raise JournalError.

    `turn` is for the threads of one process, or the processes of one machine; what another machine changed in between
    is noticed by the head's revision and refused.
    """

    def __init__(self, database: Database, turn: AbstractContextManager[None]) -> None:
        self._database = database
        self.turn = turn

    def load_all(self) -> tuple[list[Head], list[Fault]]:
        with self._database.reading() as connection:
            return _parsed_all(connection.execute(select(heads).order_by(heads.c.head_id)).all())

    def load_live(self) -> tuple[list[Head], list[Fault]]:
        query = select(heads).where(heads.c.live_version.is_not(None)).order_by(heads.c.head_id)
        with self._database.reading() as connection:
            return _parsed_all(connection.execute(query).all())

    def live_versions(self) -> Mapping[str, int]:
        query = select(heads.c.head_id, heads.c.live_version).where(heads.c.live_version.is_not(None))
        with self._database.reading() as connection:
            return {row.head_id: row.live_version for row in connection.execute(query)}

    def load(self, head_id: str) -> Head:
        with self._database.reading() as connection:
            row = connection.execute(select(heads).where(heads.c.head_id == head_id)).first()
        if row is None:
            raise HeadNotFoundError("head", head_id)
        return _head_of(row)

    def save(self, head: Head, *, over: Head | None) -> None:
        values = {
            "revision": head.revision,
            "live_version": head.live_version,
            "document": head.model_dump_json(),
        }
        with self._database.transaction() as connection:
            if over is None:
                connection.execute(insert(heads).values(head_id=head.head_id, **values))
                return
            known = (heads.c.head_id == head.head_id) & (heads.c.revision == over.revision)
            if connection.execute(update(heads).where(known).values(**values)).rowcount != 1:
                raise HeadStoreError(_TABLE / head.head_id, "somebody else changed it meanwhile: try again")

    def load_version(self, head: Head, number: int) -> HeadVersion:
        entry, place = entry_of(head, number), _TABLE / head.head_id / f"v{number:04d}"
        mine = (head_versions.c.head_id == head.head_id) & (head_versions.c.number == number)
        with self._database.reading() as connection:
            found = connection.execute(select(head_versions.c.content).where(mine)).scalar()
        if found is None:
            raise HeadFileError(place, "a version that is there", "none")
        content = bytes(found)
        version = parsed(content, place, HeadVersion)
        require_checksum(content, place, entry)
        return version

    def save_version(self, version: HeadVersion) -> str:
        """One that was stored, but whose head could not be saved, is replaced: it is nobody's version yet."""
        content = version.model_dump_json().encode()
        mine = (head_versions.c.head_id == version.head_id) & (head_versions.c.number == version.number)
        with self._database.transaction() as connection:
            document = connection.execute(_document_of(version.head_id)).scalar_one()
            if any(entry.number == version.number for entry in _head(version.head_id, document).versions):
                raise HeadStoreError(_TABLE / version.head_id, "somebody else taught it meanwhile: try again")
            connection.execute(delete(head_versions).where(mine))
            connection.execute(
                insert(head_versions).values(head_id=version.head_id, number=version.number, content=content)
            )
        return hashlib.sha256(content).hexdigest()

    def save_crop(self, head_id: str, name: str, jpeg: bytes) -> None:
        with self._database.transaction() as connection:
            _put_crop(connection, head_id, name, jpeg)

    def load_crop(self, head_id: str, name: str) -> bytes:
        mine = (head_crops.c.head_id == head_id) & (head_crops.c.name == name)
        with self._database.reading() as connection:
            found = connection.execute(select(head_crops.c.jpeg).where(mine)).scalar()
        if found is None:
            raise HeadNotFoundError("crop", name)
        return bytes(found)

    def delete_crop(self, head_id: str, name: str) -> None:
        mine = (head_crops.c.head_id == head_id) & (head_crops.c.name == name)
        with self._database.transaction() as connection:
            connection.execute(delete(head_crops).where(mine))

    def take_in(self, head: Head, versions: Mapping[int, bytes], crops: Mapping[str, bytes]) -> bool:
        """Store a head that was kept elsewhere, whole; False where there is one of that id already."""
        with self._database.transaction() as connection:
            if connection.execute(_document_of(head.head_id)).first() is not None:
                return False
            connection.execute(
                insert(heads).values(
                    head_id=head.head_id,
                    revision=head.revision,
                    live_version=head.live_version,
                    document=head.model_dump_json(),
                )
            )
            for number, content in versions.items():
                connection.execute(insert(head_versions).values(head_id=head.head_id, number=number, content=content))
            for name, jpeg in crops.items():
                _put_crop(connection, head.head_id, name, jpeg)
        return True


def _put_crop(connection: Connection, head_id: str, name: str, jpeg: bytes) -> None:
    mine = (head_crops.c.head_id == head_id) & (head_crops.c.name == name)
    connection.execute(delete(head_crops).where(mine))
    connection.execute(insert(head_crops).values(head_id=head_id, name=name, jpeg=jpeg))


def _document_of(head_id: str) -> Any:
    """Its row is kept from being changed until the commit."""
    return select(heads.c.document).where(heads.c.head_id == head_id).with_for_update()


def _parsed_all(rows: Any) -> tuple[list[Head], list[Fault]]:
    found, faults = [], []
    for row in rows:
        try:
            found.append(_head_of(row))
        except HeadFileError as error:
            faults.append(Fault(row.head_id, error))
    return found, faults


def _head_of(row: Any) -> Head:
    return _head(row.head_id, row.document)


def _head(head_id: str, document: str) -> Head:
    place = _TABLE / head_id
    head = parsed(document, place, Head)
    if head.head_id != head_id:
        raise HeadFileError(place, f"the head {head_id} of its row", head.head_id)
    return head
