"""Files of evidence, whole or in parts, as they were stored: their ETag is their checksum."""

import os
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from typing import Annotated, Any, BinaryIO

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Header
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from alerts.keeping.deletion import Deletion
from api.callers import Caller
from api.dependencies import Reader, Services
from api.errors import (
    AccessReasonNeededError,
    EvidenceDamagedError,
    EvidenceDeletedError,
    EvidenceMissingError,
    EvidencePendingError,
    NotFoundError,
)
from api.fields import PathId
from api.permissions import Permission
from api.ranges import ByteRange, asked_range
from api.services import ApiServices
from api.tags import matches
from domain.alert import Evidence, EvidenceKind, EvidenceState
from domain.ids import EvidenceId

router = APIRouter(tags=["evidence"])

CHUNK_BYTES = 256 * 1024

# A still is masked before it is stored and boxes show nobody; a clip is the camera's own picture, faces and all.
NEEDED: dict[EvidenceKind, Permission] = {
    EvidenceKind.STILL: Permission.READ,
    EvidenceKind.BOXES: Permission.READ,
    EvidenceKind.CLIP: Permission.SEE_UNMASKED,
    EvidenceKind.PHOTO: Permission.SEE_UNMASKED,
    EvidenceKind.DOCUMENT: Permission.SEE_UNMASKED,
}
# Opening one of these counts as having begun to look at the finding.
_LOOKS = frozenset({EvidenceKind.STILL, EvidenceKind.CLIP})
# Only these are shown in place. Whatever else may come to be stored is handed out to be saved, not opened.
SHOWN = {"image/jpeg": "jpg", "image/png": "png", "application/json": "json", "video/mp4": "mp4"}

_readers = CapacityLimiter(8)


class FileResponse(Response):
    """Part of an open file, read on a few threads of its own; the file is closed whatever becomes of the client."""

    def __init__(
        self, file: BinaryIO, part: ByteRange | None, size: int, headers: dict[str, str], *, bare: bool
    ) -> None:
        self._file = file
        self._first, self._left = (part.first, part.length) if part else (0, size)
        self._bare = bare
        self.body_length = self._left
        self.status_code = 206 if part else 200
        self.background = None
        if part:
            headers["Content-Range"] = f"bytes {part.first}-{part.last}/{size}"
        headers["Content-Length"] = str(self._left)
        self.init_headers(headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - an ASGI application
        try:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            left = 0 if self._bare else self._left
            await to_thread.run_sync(self._file.seek, self._first, limiter=_readers)
            while left > 0:
                read = partial(self._file.read, min(CHUNK_BYTES, left))
                chunk = await to_thread.run_sync(read, limiter=_readers)
                if not chunk:
                    break
                left -= len(chunk)
                await send({"type": "http.response.body", "body": chunk, "more_body": left > 0})
            if self._bare or self._left == 0:
                await send({"type": "http.response.body", "body": b""})
        finally:
            self._file.close()


def _piece(services: ApiServices, evidence_id: str, caller: Caller) -> Evidence:
    known = services.journal.evidence(EvidenceId(evidence_id))
    if known is None or not caller.scope.allows(known[0].enterprise_id, known[0].site_id):
        raise NotFoundError("evidence", evidence_id)
    piece = known[1]
    caller.require(NEEDED[piece.kind])
    if piece.state is EvidenceState.PENDING:
        raise EvidencePendingError(evidence_id)
    if piece.state is EvidenceState.MISSING:
        raise EvidenceMissingError(evidence_id, piece.cause)
    if piece.state is EvidenceState.DELETED:
        raise EvidenceDeletedError(evidence_id, deletion_of(services, piece), piece.cause)
    if piece.kind is EvidenceKind.CLIP:  # what people send about their own shop they mean to be seen
        require_access(services, piece, caller)
    return piece


def deletion_of(services: ApiServices, piece: Evidence) -> Deletion | None:
    """The ledger's entry about a piece that was deleted."""
    entries = services.keeping.ledger.deletions_of(piece.alert_id)
    return next((entry for entry in entries if entry.evidence_id == piece.evidence_id), None)


def require_access(services: ApiServices, piece: Evidence, caller: Caller) -> None:
    """Raise AccessReasonNeededError unless the caller has lately said why."""
    since = services.now() - timedelta(minutes=services.settings.unmasked_minutes)
    if services.keeping.accesses.latest(caller.account.user_id, piece.evidence_id, since) is None:
        raise AccessReasonNeededError(piece.evidence_id)


def _headers(piece: Evidence) -> dict[str, str]:
    ending = SHOWN.get(piece.media_type)
    disposition = "inline" if ending else "attachment"
    return {
        "Content-Type": piece.media_type if ending else "application/octet-stream",
        "Content-Disposition": f'{disposition}; filename="{piece.alert_id}-{piece.kind}.{ending or "bin"}"',
        "ETag": f'"{piece.sha256}"',
        "Accept-Ranges": "bytes",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    }


FILES: dict[int | str, dict[str, Any]] = {
    200: {"content": {"image/jpeg": {}, "video/mp4": {}, "application/json": {}}, "description": "The file."},
    206: {"description": "The part of the file that was asked for."},
    304: {"description": "The client has it already."},
}


@router.get("/evidence/{evidence_id}", response_class=Response, responses=FILES)
def read_evidence(
    *,
    evidence_id: PathId,
    caller: Reader,
    services: Services,
    byte_range: Annotated[str | None, Header(alias="Range", max_length=200)] = None,
    if_range: Annotated[str | None, Header(max_length=200)] = None,
    if_none_match: Annotated[str | None, Header(max_length=1000)] = None,
) -> Response:
    """The file, or one range of it. Clips need `see_unmasked` and a reason, enterprises' answers `see_unmasked`.

    A reviewer's first look at a still or clip is noted: a verdict needs some seconds with the evidence.
    """
    piece = _piece(services, evidence_id, caller)
    if piece.kind in _LOOKS and caller.user is not None and Permission.JUDGE in caller.permissions:
        services.desks.viewings.note(piece.alert_id, caller.user.user_id, services.now())
    return _answer(services, piece, byte_range if if_range in {None, f'"{piece.sha256}"'} else None, if_none_match)


@router.head("/evidence/{evidence_id}", response_class=Response, include_in_schema=False)
def head_evidence(evidence_id: PathId, caller: Reader, services: Services) -> Response:
    return _answer(services, _piece(services, evidence_id, caller), None, None, bare=True)


def _answer(
    services: ApiServices, piece: Evidence, byte_range: str | None, if_none_match: str | None, *, bare: bool = False
) -> Response:
    headers = _headers(piece)
    if matches(if_none_match, headers["ETag"]):
        return Response(status_code=304, headers={"ETag": headers["ETag"], "Cache-Control": "no-store"})
    file = services.evidence_store.open(piece.name)
    with ExitStack() as unless_answered:
        unless_answered.enter_context(file)
        size = _whole_size(file, piece)
        answer = FileResponse(file, asked_range(byte_range, size), size, headers, bare=bare)
        unless_answered.pop_all()  # from here on the answer closes the file
        return answer


def _whole_size(file: BinaryIO, piece: Evidence) -> int:
    """Size of the file in bytes. Raises EvidenceDamagedError if it is not the one that was recorded."""
    size = file.seek(0, os.SEEK_END)
    if piece.size_bytes is not None and size != piece.size_bytes:
        raise EvidenceDamagedError(piece.evidence_id, expected_bytes=piece.size_bytes, found_bytes=size)
    return size
