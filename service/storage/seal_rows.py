"""Rows as they are sealed and checked: read bare, so that a row that somebody wrote into still reads.

The typed columns of `rows` would refuse an unknown word or a broken instant before it could be named.
"""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, literal_column, select, text
from sqlalchemy.sql.elements import ColumnClause

from alerts.clock_offset import ClockOffset
from alerts.seals import Seal, Timestamp, instant_text
from service.storage.rows import alert_steps, alerts, evidence, seals

# What form 1 of a seal is over. A column that comes later is not covered until there is a form 2.
STEP_COLUMNS = (
    "feed_id", "alert_id", "sequence", "enterprise_id", "site_id", "step", "at", "actor_id", "note", "payload",
)  # fmt: skip
ALERT_COLUMNS = (
    "alert_id", "enterprise_id", "site_id", "camera_id", "enterprise_name", "site_name", "camera_name", "zone_id",
    "code", "code_version", "risk_class", "subject", "state", "sequence", "local_day", "raised_at", "updated_at",
    "started_at", "confirmed_at", "last_seen_at", "ended_at", "violation", "reviewer_id", "reviewed_at",
    "review_state", "review_reason",
)  # fmt: skip
EVIDENCE_COLUMNS = (
    "evidence_id", "alert_id", "position", "kind", "state", "name", "media_type", "created_at", "size_bytes", "sha256",
    "cause",
)  # fmt: skip
_INSTANTS = frozenset(
    {"at", "raised_at", "updated_at", "started_at", "confirmed_at", "last_seen_at", "ended_at", "reviewed_at",
     "created_at", "sealed_at"}
)  # fmt: skip
_DOCUMENTS = frozenset({"payload", "violation", "life"})
_SEAL_COLUMNS = tuple(column.name for column in seals.columns)


def bare(table: Table, columns: Sequence[str]) -> list[ColumnClause[Any]]:
    """The columns without their types: what the driver gives."""
    return [literal_column(f"{table.name}.{name}").label(name) for name in columns]  # type: ignore[misc]


def content(row: Row[Any], columns: Sequence[str]) -> dict[str, Any]:
    """The row's sealed columns, the same from either database."""
    return {name: _value(name, value) for name, value in zip(columns, row, strict=False)}


def _value(name: str, value: Any) -> Any:
    if name in _INSTANTS:
        return _instant(value)
    if name in _DOCUMENTS and isinstance(value, str):
        with suppress(ValueError):
            return json.loads(value)
    if isinstance(value, date):
        return value.isoformat()
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else value


def _instant(value: Any) -> Any:
    """Text in UTC; SQLite keeps instants without an offset. What is no instant stays as it is."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value).replace(tzinfo=UTC)
        except ValueError:
            return value
    return instant_text(value) if isinstance(value, datetime) else value


def seal_of(row: Mapping[str, Any]) -> Seal:
    """A seal from its bare columns. `sealed_at` that is no instant becomes the earliest one: the checksum tells."""
    sealed_at = row["sealed_at"]
    try:
        instant = datetime.fromisoformat(sealed_at)
    except (TypeError, ValueError):
        instant = datetime.min.replace(tzinfo=UTC)
    return Seal(**{**row, "sealed_at": instant})


def timestamp_of(row: Row[Any]) -> Timestamp:
    """A stamp from its row. An offset without its uncertainty says nothing and counts as not measured."""
    offset, uncertainty = row.clock_offset_seconds, row.clock_uncertainty_seconds
    is_measured = offset is not None and uncertainty is not None
    return Timestamp(
        number=row.number,
        digest=row.digest,
        stamped_at=row.stamped_at,
        authority=row.authority,
        token=bytes(row.token),
        clock_offset=ClockOffset(
            seconds=offset, uncertainty_seconds=uncertainty, accuracy_seconds=row.clock_accuracy_seconds
        )
        if is_measured
        else None,
    )


def timestamp_values(stamp: Timestamp) -> dict[str, Any]:
    """The row of a stamp."""
    offset = stamp.clock_offset
    return {
        "number": stamp.number,
        "digest": stamp.digest,
        "stamped_at": stamp.stamped_at,
        "authority": stamp.authority,
        "token": stamp.token,
        "clock_offset_seconds": offset.seconds if offset else None,
        "clock_uncertainty_seconds": offset.uncertainty_seconds if offset else None,
        "clock_accuracy_seconds": offset.accuracy_seconds if offset else None,
    }


def seals_query() -> Select[Any]:
    return select(*bare(seals, _SEAL_COLUMNS)).select_from(seals)


def seal_columns(row: Row[Any]) -> dict[str, Any]:
    return content(row, _SEAL_COLUMNS)


def unsealed_query(limit: int) -> Select[Any]:
    """Steps without a seal above a feed id (:after), in the feed's order."""
    return (
        select(*bare(alert_steps, STEP_COLUMNS))
        .select_from(alert_steps)
        .where(
            text("alert_steps.feed_id > :after"),
            text("NOT EXISTS (SELECT 1 FROM seals WHERE seals.feed_id = alert_steps.feed_id)"),
        )
        .order_by(alert_steps.c.feed_id)
        .limit(limit)
    )


def alert_contents(connection: Connection, alert_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The sealed columns of alerts by id."""
    query = select(*bare(alerts, ALERT_COLUMNS)).select_from(alerts).where(alerts.c.alert_id.in_(alert_ids))
    rows = [content(row, ALERT_COLUMNS) for row in connection.execute(query)]
    return {row["alert_id"]: row for row in rows}


def life_documents(connection: Connection, alert_ids: Sequence[str]) -> dict[str, Any]:
    """What people did about alerts, as it is stored. No column of form 1: each step's message holds its checksum."""
    query = select(*bare(alerts, ("alert_id", "life"))).select_from(alerts).where(alerts.c.alert_id.in_(alert_ids))
    rows = [content(row, ("alert_id", "life")) for row in connection.execute(query)]
    return {row["alert_id"]: row["life"] for row in rows}


def evidence_contents(connection: Connection, alert_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """The sealed columns of the alerts' evidence, each list in order of position."""
    query = (
        select(*bare(evidence, EVIDENCE_COLUMNS))
        .select_from(evidence)
        .where(evidence.c.alert_id.in_(alert_ids))
        .order_by(evidence.c.alert_id, evidence.c.position)
    )
    found: dict[str, list[dict[str, Any]]] = {}
    for row in connection.execute(query):
        piece = content(row, EVIDENCE_COLUMNS)
        found.setdefault(piece["alert_id"], []).append(piece)
    return found
