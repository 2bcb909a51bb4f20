"""Stills and boxes of reviewed alerts, read from the evidence store and checked against the database."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from alerts.errors import EvidenceNotFoundError, EvidenceUnreachableError
from alerts.ports import AlertFilter, AlertJournal, EvidenceFiles
from domain.alert import Alert, AlertState, Evidence, EvidenceKind, EvidenceState
from domain.geometry import Box
from domain.ids import AlertId
from domain.scope import Scope
from models.data.records import LabelledBox
from models.feedback.lessons import Verdict

_PAGE = 500
_VERDICTS = {AlertState.CONFIRMED: Verdict.CONFIRMED, AlertState.DISMISSED: Verdict.DISMISSED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """One reviewed alert with its still and what was seen in it. `reported` is all that the network reported there."""

    alert: Alert
    verdict: Verdict
    still: Evidence
    boxes: Evidence
    content: bytes
    sightings: tuple[LabelledBox, ...]
    reported: tuple[LabelledBox, ...]


class _UnfitError(Exception):
    """The alert teaches nothing; the text is what is counted."""


def reviewed_alerts(journal: AlertJournal, *, since: date | None, codes: frozenset[str]) -> list[Alert]:
    """Alerts with a verdict of a person that stands, confirmed or dismissed, the oldest first.

    Those that nobody reviewed, that were found unclear or that are disputed are not among them.
    """
    wanted = AlertFilter(codes=codes, day_from=since)
    found: list[Alert] = []
    before: AlertId | None = None
    while page := journal.search(wanted, Scope.everything(), before, _PAGE):
        found += [alert for alert in page if verdict_of(alert) is not None]
        before = page[-1].alert_id
    return found[::-1]


def verdict_of(alert: Alert) -> Verdict | None:
    """What a person said about an alert, if it stands. What was rectified or closed since keeps its verdict."""
    if alert.review is None or alert.state is AlertState.DISPUTED:
        return None
    return _VERDICTS.get(alert.review.state)


def read_exhibits(alerts: Iterable[Alert], evidence: EvidenceFiles) -> tuple[list[Exhibit], Counter[str]]:
    """Exhibits of alerts with their evidence, and how many were left out for which reason.

    Raises EvidenceUnreachableError: a store that does not answer says nothing about what it holds.
    """
    exhibits: list[Exhibit] = []
    left_out: Counter[str] = Counter()
    for alert in alerts:
        try:
            exhibits.append(_exhibit(alert, evidence))
        except _UnfitError as unfit:
            left_out[str(unfit)] += 1
    return exhibits, left_out


def _exhibit(alert: Alert, evidence: EvidenceFiles) -> Exhibit:
    verdict = verdict_of(alert)
    assert verdict is not None
    still, boxes = _stored(alert, EvidenceKind.STILL), _stored(alert, EvidenceKind.BOXES)
    content = _read(still, evidence)
    said = _document(_read(boxes, evidence))
    return Exhibit(
        alert=alert,
        verdict=verdict,
        still=still,
        boxes=boxes,
        content=content,
        sightings=_boxes(said, "sightings"),
        reported=_boxes(said, "detections"),
    )


def _stored(alert: Alert, kind: EvidenceKind) -> Evidence:
    for piece in alert.evidence:
        if piece.kind is kind:
            if piece.state is EvidenceState.STORED:
                return piece
            raise _UnfitError(f"{kind} {piece.cause or piece.state}")  # a still without masked faces is never stored
    raise _UnfitError(f"{kind} missing")


def _read(piece: Evidence, evidence: EvidenceFiles) -> bytes:
    """The bytes that the database vouches for."""
    try:
        with evidence.open(piece.name) as file:
            content = file.read()
    except (EvidenceNotFoundError, ValueError):  # or no name of ours
        raise _UnfitError(f"{piece.kind} file missing") from None
    except OSError as error:
        raise EvidenceUnreachableError(piece.name, "the disk", error.strerror or str(error)) from None
    if hashlib.sha256(content).hexdigest() != piece.sha256:
        raise _UnfitError(f"{piece.kind} changed since it was stored")
    return content


def _document(content: bytes) -> Mapping[str, Any]:
    try:
        said = json.loads(content)
    except ValueError:
        said = None
    if not isinstance(said, dict) or said.get("schema_version") != "1":
        raise _UnfitError("boxes of another version")
    return said


def _boxes(said: Mapping[str, Any], key: str) -> tuple[LabelledBox, ...]:
    try:
        return tuple(
            LabelledBox(
                label=str(each["label"]),
                box=Box(float(each["left"]), float(each["top"]), float(each["right"]), float(each["bottom"])),
            )
            for each in said[key]
        )
    except (KeyError, TypeError, ValueError):
        raise _UnfitError("boxes of another version") from None
