"""Reviewed alerts as a training set. What they teach is decided in models.feedback.lessons."""

import hashlib
import json
import os
import tempfile
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import structlog

from alerts.catalogue import Catalogue
from alerts.ports import AlertJournal, EvidenceFiles
from models.data.layout import content_name
from models.data.ontology import Ontology, load_ontology
from models.data.own_classes import known_classes
from models.data.pictures import decode
from models.data.records import Record
from models.data.scenes import SceneRules
from models.data.splits import TRAIN, VAL, SplitRules
from models.data.untracked import require_untracked
from models.data.workflow import add_source
from models.feedback.lessons import Judgement, Lesson, lesson
from service.feedback.exhibits import Exhibit, read_exhibits, reviewed_alerts
from service.plain_errors import UsageError

log = structlog.get_logger(__name__)

MANIFEST_NAME = "feedback.json"
LOG_NAME = "feedback-exports.jsonl"
VAL_PERCENT = 25
"""So many of a hundred days of cameras are measured on."""

_SUFFIX = ".jpg"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOrder:
    """What is exported where, and who asked for it. `codes` empty: all."""

    out: Path
    since: date | None
    codes: frozenset[str]
    by: str
    at: datetime
    catalogue: Catalogue


@dataclass(frozen=True, slots=True, kw_only=True)
class _Picture:
    """One still with all the alerts that are about it."""

    exhibits: tuple[Exhibit, ...]
    lesson: Lesson

    @property
    def group(self) -> str:
        """One camera's day, named so that it tells neither."""
        alert = self.exhibits[0].alert
        day = f"{alert.violation.camera_id} {alert.local_day.isoformat()}"
        return "day-" + hashlib.sha256(day.encode()).hexdigest()[:12]


def export_feedback(
    order: ExportOrder, journal: AlertJournal, evidence: EvidenceFiles, data_folder: Path
) -> dict[str, Any]:
    """Write the training set and its manifest `feedback.json`; the manifest.

    The side of a picture follows from its camera and day alone: what was measured on once is measured on in every
    later export. Who exported what is written into the log and into `feedback-exports.jsonl` of the data folder.
    Raises InsideRepositoryError for a folder that git would take, UsageError where there is nothing to export,
    EvidenceUnreachableError where the evidence cannot be read.
    """
    out = require_untracked(order.out)
    if out.is_dir() and any(out.iterdir()):
        raise UsageError(f"--out {order.out}: expected an empty or new folder, found files")
    alerts = reviewed_alerts(journal, since=order.since, codes=order.codes)
    exhibits, left_out = read_exhibits(alerts, evidence)
    pictures = _pictures(exhibits, order.catalogue, left_out)
    if not pictures:
        raise UsageError(_nothing(len(alerts), left_out))
    written = _write(pictures, out)
    manifest = _manifest(order, pictures, written, left_out)
    text = json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"
    (out / MANIFEST_NAME).write_text(text, encoding="utf-8")
    _note(order, data_folder, manifest, hashlib.sha256(text.encode()).hexdigest())
    return manifest


def _nothing(reviewed: int, left_out: Counter[str]) -> str:
    reasons = ", ".join(f"{count} × {reason}" for reason, count in sorted(left_out.items())) or "none was reviewed"
    return f"expected a confirmed or dismissed alert that teaches something, found {reviewed} reviewed ones: {reasons}"


def _pictures(exhibits: Sequence[Exhibit], catalogue: Catalogue, left_out: Counter[str]) -> list[_Picture]:
    """What each still teaches. Several alerts may have one still: it is one picture with all their verdicts."""
    by_still: dict[str, list[Exhibit]] = defaultdict(list)
    for exhibit in exhibits:
        by_still[exhibit.still.sha256 or ""].append(exhibit)
    pictures = []
    for group in by_still.values():
        judgements = [_judgement(each, catalogue) for each in group]
        found = lesson(judgements, [box for each in group for box in each.reported])
        if found is None:
            left_out["teaches nothing (masked labels, disagreement, or more of the kind in the picture)"] += len(group)
        else:
            pictures.append(_Picture(exhibits=tuple(group), lesson=found))
    return pictures


def _judgement(exhibit: Exhibit, catalogue: Catalogue) -> Judgement:
    """The verdict; of a code that the catalogue does not know any more the first sighting is the subject."""
    entry = catalogue.get(exhibit.alert.violation.code)
    first = frozenset(box.label for box in exhibit.sightings[:1])
    subjects = entry.rule.labels if entry and entry.rule else first
    return Judgement(verdict=exhibit.verdict, sightings=exhibit.sightings, subjects=subjects)


def _ontology(pictures: Sequence[_Picture]) -> Ontology:
    """Our classes, and those of networks with others."""
    seen = {label for each in pictures for label in each.lesson.labelled}
    seen |= {box.label for each in pictures for box in each.lesson.boxes}
    ours = load_ontology()
    return known_classes([*ours.names, *sorted(seen - set(ours.names))])


def _write(pictures: Sequence[_Picture], out: Path) -> dict[str, str]:
    """The names of the written files by the stills' checksums."""
    with tempfile.TemporaryDirectory(prefix="brightkitchen-feedback-") as folder:
        records = {str(each.exhibits[0].still.sha256): _record(each, Path(folder)) for each in pictures}
        names = {digest: content_name(record) for digest, record in records.items()}
        add_source(
            list(records.values()),
            out,
            _ontology(pictures),
            scenes=SceneRules(frame_gap=0, joins_alike=False),
            splits=SplitRules(),
        )
    return names


def _record(picture: _Picture, folder: Path) -> Record:
    still = picture.exhibits[0].still
    path = folder / f"{still.evidence_id}{_SUFFIX}"
    path.write_bytes(picture.exhibits[0].content)
    height, width = decode(picture.exhibits[0].content, path).shape[:2]
    return Record(
        picture=path,
        width_px=width,
        height_px=height,
        boxes=picture.lesson.boxes,
        source=picture.lesson.source,
        labelled=picture.lesson.labelled,
        split=side_of(picture.group),
        group=picture.group,
        original=path.name,
    )


def side_of(group: str) -> str:
    """Train or val, by the name of the group alone."""
    return VAL if int(hashlib.sha256(group.encode()).hexdigest()[:8], 16) % 100 < VAL_PERCENT else TRAIN


def _manifest(
    order: ExportOrder, pictures: Sequence[_Picture], names: Mapping[str, str], left_out: Counter[str]
) -> dict[str, Any]:
    used = [exhibit for picture in pictures for exhibit in picture.exhibits]
    reviewers = {exhibit.alert.review.reviewer_id for exhibit in used if exhibit.alert.review}
    verdicts = Counter(exhibit.verdict.value for exhibit in used)
    sources = Counter(picture.lesson.source for picture in pictures)
    models = {tuple(sorted(_model(exhibit).items())): _model(exhibit) for exhibit in used}
    return {
        "schema_version": "1",
        "exported_at": order.at.isoformat(),
        "since": order.since.isoformat() if order.since else None,
        "codes": sorted(order.codes),
        "pictures": len(pictures),
        "verdicts": dict(verdicts),
        "reviewers": len(reviewers),
        "catalogue_versions": sorted({exhibit.alert.violation.code_version for exhibit in used}),
        "models": list(models.values()),
        "sources": dict(sorted(sources.items())),
        "left_out": dict(sorted(left_out.items())),
        "alerts": [
            _row(exhibit, names[str(exhibit.still.sha256)], picture)
            for picture in pictures
            for exhibit in picture.exhibits
        ],
    }


def _model(exhibit: Exhibit) -> dict[str, str]:
    model = exhibit.alert.violation.model
    return {"name": model.name, "version": model.version, "sha256": model.sha256}


def _row(exhibit: Exhibit, file: str, picture: _Picture) -> dict[str, Any]:
    alert = exhibit.alert
    return {
        "alert_id": alert.alert_id,
        "code": alert.violation.code,
        "verdict": exhibit.verdict.value,
        "file": file,
        "group": picture.group,
        "side": side_of(picture.group),
        "still": {"evidence_id": exhibit.still.evidence_id, "sha256": exhibit.still.sha256},
        "boxes": {"evidence_id": exhibit.boxes.evidence_id, "sha256": exhibit.boxes.sha256},
    }


def _note(order: ExportOrder, data_folder: Path, manifest: Mapping[str, Any], digest: str) -> None:
    facts = {
        "at": order.at.isoformat(timespec="seconds"),
        "by": order.by,
        "out": str(order.out),
        "pictures": manifest["pictures"],
        "alerts": len(manifest["alerts"]),
        "manifest_sha256": digest,
    }
    descriptor = os.open(data_folder / LOG_NAME, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8") as file:
        file.write(json.dumps(facts, ensure_ascii=False) + "\n")
    log.info("feedback_exported", **facts)
