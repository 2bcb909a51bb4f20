"""Applications for repair in SQL. Implements credit.applications.ports.ApplicationBook.

The guards stand in the database as well (migrations/repair_guards.py).
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select, update

from credit.applications.application import Application, ApplicationState, ApplicationStep, require_step
from credit.applications.hints import Check, Finding, Hint
from credit.applications.material import Material
from credit.chain import link
from credit.errors import ApplicationOpenError, ApplicationStepError, GuardError
from credit.records import RECORD_STEPS, RecordStep
from domain.geometry import Box
from domain.ids import EnterpriseId
from domain.scope import Scope
from service.storage.credit_rows import record_steps
from service.storage.database import Database
from service.storage.ledger_rows import guarded, last_link, step_values, take_turn
from service.storage.repair_rows import IS_OPEN, repair_applications, repair_materials, repair_steps
from service.storage.scopes import within

LONGEST_LIST = 1_000


class SqlApplications:
    """Any thread; whoever takes a step queues for the lock of the ledgers, which is held until the commit."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, application: Application) -> None:
        columns = repair_applications.c
        with self._database.transaction() as connection:
            take_turn(self._database, connection)
            known = select(columns.application_id).where(columns.record_id == application.record_id, IS_OPEN)
            if connection.execute(known).first() is not None:
                raise ApplicationOpenError(application.record_id)
            with guarded():
                connection.execute(
                    insert(repair_applications).values(
                        application_id=application.application_id,
                        record_id=application.record_id,
                        enterprise_id=application.enterprise_id,
                        policy_id=application.policy_id,
                        state=application.state,
                    )
                )
                for step in application.steps:
                    connection.execute(insert(repair_steps).values(_step_values(step)))

    def add_step(self, step: ApplicationStep, repaired: RecordStep | None = None) -> Application:
        mine = repair_applications.c.application_id == step.application_id
        with self._database.transaction() as connection:
            take_turn(self._database, connection)
            found = _applications(connection, mine)
            if not found:
                raise ApplicationStepError(step.application_id, step=step.state.value, state="not there")
            require_step(found[0], step)
            with guarded():
                if repaired is not None:
                    place = link(RECORD_STEPS, last_link(connection, record_steps), repaired.content())
                    connection.execute(insert(record_steps).values(step_values(repaired, place)))
                connection.execute(insert(repair_steps).values(_step_values(step)))
                connection.execute(update(repair_applications).where(mine).values(state=step.state))
            (taken,) = _applications(connection, mine)
        return taken

    def application(self, application_id: str, scope: Scope) -> Application | None:
        with self._database.reading() as connection:
            wanted = repair_applications.c.application_id == application_id
            return next(iter(_applications(connection, wanted, _visible(scope))), None)

    def of_enterprise(self, enterprise_id: EnterpriseId, scope: Scope) -> list[Application]:
        with self._database.reading() as connection:
            wanted = repair_applications.c.enterprise_id == enterprise_id
            return _applications(connection, wanted, _visible(scope))

    def listed(
        self, scope: Scope, states: Sequence[ApplicationState], before: str | None, limit: int
    ) -> list[Application]:
        conditions = [_visible(scope)]
        if states:
            conditions.append(repair_applications.c.state.in_(states))
        if before is not None:
            conditions.append(repair_applications.c.application_id < before)
        with self._database.reading() as connection:
            return _applications(connection, *conditions, limit=limit)

    def add_material(self, material: Material, most: int) -> None:
        columns = repair_materials.c
        count = select(func.count()).where(
            columns.application_id == material.application_id, columns.removed_at.is_(None)
        )
        with self._database.transaction() as connection:
            take_turn(self._database, connection)
            if (connection.execute(count).scalar() or 0) >= most:
                raise GuardError("materials", f"at most {most} papers", str(most + 1))
            with guarded():
                connection.execute(insert(repair_materials).values(_material_values(material)))

    def materials(self, application_id: str) -> list[Material]:
        columns = repair_materials.c
        query = (
            select(repair_materials)
            .where(columns.application_id == application_id, columns.removed_at.is_(None))
            .order_by(columns.uploaded_at, columns.material_id)
        )
        with self._database.reading() as connection:
            return [_material_of(row) for row in connection.execute(query)]

    def note_check(self, material: Material) -> None:
        values = _material_values(material)
        kept = {name: values[name] for name in ("hints", "checked_at", "checked_with")}
        self._change(material.material_id, **kept)

    def remove_material(self, material_id: str, at: datetime) -> None:
        self._change(material_id, removed_at=at)

    def _change(self, material_id: str, **values: Any) -> None:
        columns = repair_materials.c
        with self._database.transaction() as connection, guarded():
            connection.execute(
                update(repair_materials)
                .where(columns.material_id == material_id, columns.removed_at.is_(None))
                .values(**values)
            )


def _applications(
    connection: Connection, *conditions: ColumnElement[bool], limit: int = LONGEST_LIST
) -> list[Application]:
    """Newest first, with their steps."""
    rows = connection.execute(
        select(repair_applications)
        .where(*conditions)
        .order_by(repair_applications.c.application_id.desc())
        .limit(min(limit, LONGEST_LIST))
    ).all()
    steps: dict[str, list[ApplicationStep]] = defaultdict(list)
    query = (
        select(repair_steps)
        .where(repair_steps.c.application_id.in_([row.application_id for row in rows]))
        .order_by(repair_steps.c.sequence)
    )
    for row in connection.execute(query):
        steps[row.application_id].append(_step_of(row))
    return [
        Application(
            application_id=row.application_id,
            record_id=row.record_id,
            enterprise_id=row.enterprise_id,
            policy_id=row.policy_id,
            steps=tuple(steps[row.application_id]),
        )
        for row in rows
    ]


def _visible(scope: Scope) -> ColumnElement[bool]:
    return within(scope, repair_applications.c.enterprise_id, None)


def _step_values(step: ApplicationStep) -> dict[str, Any]:
    return {
        "application_id": step.application_id,
        "sequence": step.sequence,
        "state": step.state,
        "actor_id": step.actor_id,
        "at": step.at,
        "reason": step.reason,
        "document_no": step.document_no,
        "decided_on": step.decided_on,
    }


def _step_of(row: Row[Any]) -> ApplicationStep:
    return ApplicationStep(
        application_id=row.application_id,
        sequence=row.sequence,
        state=row.state,
        actor_id=row.actor_id,
        at=row.at,
        reason=row.reason,
        document_no=row.document_no,
        decided_on=row.decided_on,
    )


def _material_values(material: Material) -> dict[str, Any]:
    return {
        "material_id": material.material_id,
        "application_id": material.application_id,
        "kind": material.kind,
        "title": material.title,
        "name": material.name,
        "media_type": material.media_type,
        "size_bytes": material.size_bytes,
        "sha256": material.sha256,
        "uploaded_by": material.uploaded_by,
        "uploaded_at": material.uploaded_at,
        "removed_at": material.removed_at,
        "hints": None if material.hints is None else [_hint_values(each) for each in material.hints],
        "checked_at": material.checked_at,
        "checked_with": material.checked_with,
    }


def _material_of(row: Row[Any]) -> Material:
    return Material(
        material_id=row.material_id,
        application_id=row.application_id,
        kind=row.kind,
        title=row.title,
        name=row.name,
        media_type=row.media_type,
        size_bytes=row.size_bytes,
        sha256=row.sha256,
        uploaded_by=row.uploaded_by,
        uploaded_at=row.uploaded_at,
        removed_at=row.removed_at,
        hints=None if row.hints is None else tuple(_hint_of(each) for each in row.hints),
        checked_at=row.checked_at,
        checked_with=row.checked_with,
    )


def _hint_values(hint: Hint) -> dict[str, Any]:
    box = hint.box
    return {
        "check": hint.check.value,
        "finding": hint.finding.value,
        "expected": hint.expected,
        "found": hint.found,
        "page": hint.page,
        "box": None if box is None else [box.left, box.top, box.right, box.bottom],
    }


def _hint_of(values: dict[str, Any]) -> Hint:
    box = values["box"]
    return Hint(
        check=Check(values["check"]),
        finding=Finding(values["finding"]),
        expected=values["expected"],
        found=values["found"],
        page=values["page"],
        box=None if box is None else Box(*box),
    )
