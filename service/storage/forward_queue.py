"""What an edge's centre does not have yet. Implements alerts.nodes.ports.ForwardQueue.

The journal is the source: its feed is stored with each alert and never loses a step. A mark says up to which entry of
the feed the steps were queued, and moves in the same transaction as they are; so nothing that writes alerts
knows of it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, exists, func, insert, or_, select, update

from alerts.nodes.ports import QueueDepth, QueuedFile, QueuedStep
from domain.alert import EvidenceKind, EvidenceState
from domain.ids import AlertId, EvidenceId
from service.storage.alert_rows import alert_of, step_of
from service.storage.database import Database
from service.storage.node_rows import IS_UNSENT, forward_files, forward_marks, forward_steps
from service.storage.rows import alert_steps, alerts, evidence

_QUEUED = "queued"
_OUTCOMES = "outcomes"
_PAGE = 500


class SqlForwardQueue:
    """The queue in the edge's own database. Any thread. Clips are queued where they are sent at all."""

    def __init__(self, database: Database, *, sends_clips: bool = True) -> None:
        self._database = database
        self._unsent_kinds = frozenset() if sends_clips else frozenset({EvidenceKind.CLIP.value})

    def take_in(self, limit: int) -> int:
        with self._database.reading() as connection:
            if connection.execute(_behind(_mark(connection, _QUEUED), 1)).first() is None:
                return 0
        with self._database.transaction() as connection:
            steps = connection.execute(_behind(_mark(connection, _QUEUED), limit)).all()
            if not steps:
                return 0
            _queue(connection, steps)
            _queue_files(connection, steps, self._unsent_kinds)
            _move(connection, _QUEUED, steps[-1].feed_id)
            return len(steps)

    def oldest(self, limit: int, now: datetime) -> list[QueuedStep]:
        return self._steps(_due(now).order_by(forward_steps.c.queue_id).limit(limit))

    def newest(self, alerts: int, now: datetime) -> list[QueuedStep]:
        with self._database.reading() as connection:
            latest = (
                select(forward_steps.c.alert_id)
                .where(_is_due(now))
                .group_by(forward_steps.c.alert_id)
                .order_by(func.max(forward_steps.c.queue_id).desc())
                .limit(alerts)
            )
            alert_ids = list(connection.execute(latest).scalars())
        query = _due(now).where(forward_steps.c.alert_id.in_(alert_ids))
        return self._steps(query.order_by(forward_steps.c.alert_id, forward_steps.c.sequence).limit(_PAGE))

    def sent(self, queue_ids: Sequence[int]) -> None:
        with self._database.transaction() as connection:
            connection.execute(delete(forward_steps).where(forward_steps.c.queue_id.in_(queue_ids)))

    def put_off(self, queue_ids: Sequence[int], until: datetime, reason: str, *, is_refused: bool) -> None:
        with self._database.transaction() as connection:
            connection.execute(
                update(forward_steps)
                .where(forward_steps.c.queue_id.in_(queue_ids))
                .values(not_before=until, reason=reason, is_refused=is_refused)
            )

    def queue_again(self, alert_id: AlertId, from_sequence: int) -> int:
        with self._database.transaction() as connection:
            query = (
                select(alert_steps)
                .where(alert_steps.c.alert_id == alert_id, alert_steps.c.sequence >= from_sequence)
                .order_by(alert_steps.c.sequence)
            )
            steps = connection.execute(query).all()
            # All of them anew, so that they lie in the queue in their own order.
            connection.execute(delete(forward_steps).where(forward_steps.c.alert_id == alert_id))
            _queue(connection, steps)
            connection.execute(
                update(forward_files).where(forward_files.c.alert_id == alert_id).values(sent_at=None, not_before=None)
            )
            return len(steps)

    def next_file(self, now: datetime) -> QueuedFile | None:
        waiting = exists().where(forward_steps.c.alert_id == forward_files.c.alert_id)
        query = (
            select(forward_files)
            .where(IS_UNSENT, or_(forward_files.c.not_before.is_(None), forward_files.c.not_before <= now), ~waiting)
            .order_by(forward_files.c.created_at, forward_files.c.evidence_id)
            .limit(1)
        )
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        return None if row is None else _file_of(row)

    def file_sent(self, evidence_id: EvidenceId, at: datetime) -> None:
        self._change_file(evidence_id, sent_at=at, is_refused=False, reason=None)

    def put_off_file(self, evidence_id: EvidenceId, until: datetime, reason: str, *, is_refused: bool) -> None:
        self._change_file(evidence_id, not_before=until, reason=reason, is_refused=is_refused)

    def depth(self) -> QueueDepth:
        refused_steps = select(func.count()).select_from(forward_steps).where(forward_steps.c.is_refused)
        refused_files = select(func.count()).select_from(forward_files).where(IS_UNSENT, forward_files.c.is_refused)
        with self._database.reading() as connection:
            steps = connection.execute(
                select(func.count().label("number"), func.min(forward_steps.c.created_at).label("oldest"))
            ).one()
            files = connection.execute(
                select(func.count().label("number"), func.sum(forward_files.c.size_bytes).label("size")).where(
                    IS_UNSENT
                )
            ).one()
            refused = connection.execute(refused_steps).scalar_one() + connection.execute(refused_files).scalar_one()
        return QueueDepth(
            steps=steps.number,
            oldest_at=steps.oldest,
            refused=refused,
            files=files.number,
            file_bytes=int(files.size or 0),
        )

    def outcome_mark(self) -> int:
        with self._database.reading() as connection:
            return _mark(connection, _OUTCOMES)

    def move_outcome_mark(self, mark: int) -> None:
        with self._database.transaction() as connection:
            _move(connection, _OUTCOMES, mark)

    def _steps(self, query: Select[Any]) -> list[QueuedStep]:
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
            alert_ids = {row.alert_id for row in rows}
            found = connection.execute(select(alerts).where(alerts.c.alert_id.in_(alert_ids))).all() if rows else []
        # Without its evidence: the step itself says what there was.
        known = {row.alert_id: alert_of(row, ()) for row in found}
        return [
            QueuedStep(
                queue_id=row.queue_id,
                alert=known[row.alert_id],
                step=step_of(row),
                created_at=row.created_at,
            )
            for row in rows
        ]

    def _change_file(self, evidence_id: EvidenceId, **values: Any) -> None:
        with self._database.transaction() as connection:
            connection.execute(update(forward_files).where(forward_files.c.evidence_id == evidence_id).values(values))


def _is_due(now: datetime) -> Any:
    return or_(forward_steps.c.not_before.is_(None), forward_steps.c.not_before <= now)


def _due(now: datetime) -> Select[Any]:
    """Steps that may be sent and that no earlier step of their alert holds up."""
    earlier = forward_steps.alias("earlier")
    is_held_up = exists().where(
        earlier.c.alert_id == forward_steps.c.alert_id,
        earlier.c.sequence < forward_steps.c.sequence,
        earlier.c.not_before > now,
    )
    return (
        select(forward_steps.c.queue_id, forward_steps.c.created_at, alert_steps)
        .join(
            alert_steps,
            (alert_steps.c.alert_id == forward_steps.c.alert_id) & (alert_steps.c.sequence == forward_steps.c.sequence),
        )
        .where(_is_due(now), ~is_held_up)
    )


def _behind(mark: int, limit: int) -> Select[Any]:
    return select(alert_steps).where(alert_steps.c.feed_id > mark).order_by(alert_steps.c.feed_id).limit(limit)


def _mark(connection: Connection, name: str) -> int:
    return int(connection.execute(select(forward_marks.c.value).where(forward_marks.c.name == name)).scalar() or 0)


def _move(connection: Connection, name: str, value: int) -> None:
    moved = connection.execute(update(forward_marks).where(forward_marks.c.name == name).values(value=value))
    if moved.rowcount == 0:
        connection.execute(insert(forward_marks).values(name=name, value=value))


def _queue(connection: Connection, steps: Sequence[Any]) -> None:
    """Steps that are not queued yet, in the order given."""
    alert_ids = {step.alert_id for step in steps}
    there = connection.execute(
        select(forward_steps.c.alert_id, forward_steps.c.sequence).where(forward_steps.c.alert_id.in_(alert_ids))
    )
    known = {(row.alert_id, row.sequence) for row in there}
    rows = [
        {"alert_id": step.alert_id, "sequence": step.sequence, "created_at": step.at, "is_refused": False}
        for step in steps
        if (step.alert_id, step.sequence) not in known
    ]
    if rows:
        connection.execute(insert(forward_steps), rows)


def _queue_files(connection: Connection, steps: Sequence[Any], unsent_kinds: frozenset[str]) -> None:
    """Files that the steps name as stored; each is queued once."""
    named = {
        piece["evidence_id"]
        for step in steps
        for piece in step.payload.get("evidence", ())
        if piece["state"] == EvidenceState.STORED and piece["kind"] not in unsent_kinds
    }
    if not named:
        return
    queued = select(forward_files.c.evidence_id).where(forward_files.c.evidence_id.in_(named))
    new = named - set(connection.execute(queued).scalars())
    found = connection.execute(
        select(evidence).where(evidence.c.evidence_id.in_(new), evidence.c.sha256.is_not(None))
    ).all()
    rows = [
        {
            "evidence_id": row.evidence_id,
            "alert_id": row.alert_id,
            "name": row.name,
            "size_bytes": row.size_bytes,
            "sha256": row.sha256,
            "created_at": row.created_at,
            "is_refused": False,
        }
        for row in found
    ]
    if rows:
        connection.execute(insert(forward_files), rows)


def _file_of(row: Any) -> QueuedFile:
    return QueuedFile(
        evidence_id=EvidenceId(row.evidence_id),
        alert_id=AlertId(row.alert_id),
        name=row.name,
        size_bytes=row.size_bytes,
        sha256=row.sha256,
        created_at=row.created_at,
    )
