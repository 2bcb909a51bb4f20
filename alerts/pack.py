"""What an evidence pack holds: the evidence, the steps, the chain that ties them, a page to read, a manifest.

Pure: the same state of an alert gives the same files. The time at which a pack is made stands nowhere in it.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from alerts.messages import NOTICE
from alerts.pack_clock import offsets, source_of_times
from alerts.pack_file import zipped
from alerts.pack_key import PackKey
from alerts.pack_page import page
from alerts.seals import Proof, canonical
from domain.alert import Alert, Evidence, EvidenceKind

FORM = 1
MANIFEST, SIGNATURE, KEY = "manifest.json", "manifest.sig", "public-key.txt"
LINKS = "chain/links.txt"
PAGE = "index.html"
_NAMES = {
    EvidenceKind.STILL: "evidence/still.jpg",
    EvidenceKind.BOXES: "evidence/boxes.json",
    EvidenceKind.CLIP: "evidence/clip.mp4",
    EvidenceKind.PHOTO: "answer/photo",
    EvidenceKind.DOCUMENT: "answer/document",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PackContents:
    """All that goes into a pack. `latest` is the alert's latest message, `steps` its history as rows.

    `files` are the evidence files by id; what is not in it was left out or is missing.
    """

    alert: Alert
    latest: Mapping[str, Any]
    steps: tuple[Mapping[str, Any], ...]
    proof: Proof | None
    files: Mapping[str, bytes]
    software: str
    node: str


def entry_name(number: int) -> str:
    return f"chain/entry-{number:012d}.json"


def stamp_name(number: int) -> str:
    return f"chain/timestamp-{number:012d}.tsr"


def packed(contents: PackContents, key: PackKey) -> bytes:
    """The pack as a ZIP."""
    files: dict[str, bytes] = {KEY: f"{key.public}\n".encode()}
    pieces = [_piece(piece, contents, files) for piece in contents.alert.evidence]
    chain = _chain(contents.proof, files)
    manifest = _manifest(contents, pieces, chain, key.public)
    files[PAGE] = page(manifest, contents.steps, files).encode()
    manifest["files"] = [
        {"name": name, "size_bytes": len(files[name]), "sha256": hashlib.sha256(files[name]).hexdigest()}
        for name in sorted(files)
    ]
    files[MANIFEST] = canonical(manifest)
    files[SIGNATURE] = f"{key.sign(files[MANIFEST])}\n".encode()
    return zipped(files)


def _piece(piece: Evidence, contents: PackContents, files: dict[str, bytes]) -> dict[str, Any]:
    content = contents.files.get(piece.evidence_id)
    name = _NAMES[piece.kind] + _suffix(piece) if content is not None else None
    if name is not None and name in files:  # a kind of which there are several
        name = name.replace(".", f"-{len(files)}.")
    if name is not None and content is not None:
        files[name] = content
    return {
        "evidence_id": piece.evidence_id,
        "kind": piece.kind.value,
        "state": piece.state.value,
        "name": name,
        "sha256": piece.sha256,
        "size_bytes": piece.size_bytes,
        "cause": piece.cause,
        "left_out": piece.sha256 is not None and content is None,
    }


def _suffix(piece: Evidence) -> str:
    """The ending of what people sent; that of what the machine made stands in its name."""
    if not piece.kind.is_answer:
        return ""
    return {"image/jpeg": ".jpg", "image/png": ".png"}.get(piece.media_type, ".pdf")


def _chain(proof: Proof | None, files: dict[str, bytes]) -> dict[str, Any] | None:
    if proof is None or not proof.links:
        return None
    files[LINKS] = "".join(f"{entry_sha256}\n" for entry_sha256 in proof.links).encode()
    for number, content in proof.entries.items():
        files[entry_name(number)] = canonical(content)
    for stamp in proof.timestamps:
        files[stamp_name(stamp.number)] = stamp.token
    last = proof.first + len(proof.links) - 1
    return {
        "form": 1,
        "first": proof.first,
        "before": proof.before,
        "last": last,
        "digest": proof.digests()[last],
        "entries": sorted(proof.entries),
        "timestamps": [stamp.number for stamp in proof.timestamps],
        "stamped_at": [stamp.stamped_at for stamp in proof.timestamps],
        "unsealed": proof.unsealed,
        "is_cut": proof.is_cut,
    }


def _manifest(
    contents: PackContents, pieces: list[dict[str, Any]], chain: dict[str, Any] | None, key: str
) -> dict[str, Any]:
    alert, latest = contents.alert, contents.latest
    is_reviewed = alert.state.is_reviewed
    told = ("code", "code_version", "class", "name_zh", "name_en", "clauses", "model", "enterprise_name", "site_name",
            "camera_name", "zone_name", "captured_at", "started_at", "last_seen_at", "ended_at", "boxes")  # fmt: skip
    return {
        "form": FORM,
        "alert_id": alert.alert_id,
        "sequence": alert.sequence,
        "state": alert.state.value,
        "reviewed": is_reviewed,
        "notice": None if is_reviewed else NOTICE,
        "enterprise_id": alert.enterprise_id,
        "site_id": alert.site_id,
        "camera_id": alert.violation.camera_id,
        **{name: latest.get(name) for name in told},
        "evidence": pieces,
        "steps": [
            {name: step[name] for name in ("sequence", "step", "at", "actor_id", "note")} for step in contents.steps
        ],
        "chain": chain,
        "clock": source_of_times(alert.origin),
        "clock_offset": offsets(alert.origin, contents.proof),
        "software": contents.software,
        "node": contents.node,
        "key": key,
    }
