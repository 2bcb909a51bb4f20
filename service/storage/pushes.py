"""What is owed to receivers of public records, in SQL. Implements credit.push.ports.PushLedger."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, exists, false, func, insert, or_, select, update

from credit.push.ports import Answer, Push, PushState, Standing
from credit.push.receiver import Receiver
from credit.records import DeliveryAction
from domain.ids import EnterpriseId, UserId
from domain.scope import Scope
from service.storage.credit_rows import public_records, record_deliveries, record_steps
from service.storage.database import Database
from service.storage.ledger_rows import delivery_of, guarded, take_turn
from service.storage.push_orders import OVER, order_ends, order_publications, unended, unordered
from service.storage.push_rows import record_push_answers, record_pushes, record_receivers
from service.storage.scopes import within

LONGEST_PAGE = 1_000


class SqlPushes:
    """Any thread; any number of processes. Whoever orders queues with those who publish and withdraw."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # Ordering

    def order_missing(self, receivers: Sequence[Receiver], today: date, now: datetime) -> int:
        wanting = [each for each in receivers if each.is_enabled]
        with self._database.reading() as connection:
            is_any = any(connection.execute(unordered(each, today).limit(1)).first() for each in wanting)
            is_any = is_any or connection.execute(unended().limit(1)).first() is not None
        if not is_any:
            return 0
        with self._database.transaction() as connection:
            take_turn(self._database, connection)
            ordered = sum(order_publications(connection, each, today, now) for each in wanting)
            return ordered + order_ends(connection, now)

    # Sending

    def due(self, receiver: Receiver, now: datetime, limit: int) -> list[Push]:
        deliveries, pushes = record_deliveries.c, record_pushes.c
        is_over = exists().where(record_steps.c.record_id == deliveries.record_id, record_steps.c.kind.in_(OVER))
        query = (
            _all()
            .where(
                deliveries.receiver == receiver.name,
                _waits(deliveries, pushes),
                or_(
                    pushes.not_before.is_(None),
                    pushes.not_before <= now,
                    and_(deliveries.action == DeliveryAction.PUBLISH, is_over),
                ),
                ~_is_behind(receiver.name),
            )
            .order_by(deliveries.due_on.is_(None), deliveries.due_on, deliveries.ordered_at, deliveries.delivery_id)
            .limit(min(limit, LONGEST_PAGE))
        )
        with self._database.reading() as connection:
            return [_push_of(row) for row in connection.execute(query)]

    def begin(self, delivery_id: str, subject_name: str, now: datetime) -> str | None:  # noqa: ARG002 - the port's
        with self._database.transaction() as connection:
            if not _is_waiting(connection, delivery_id):
                return None
            _change(
                connection,
                delivery_id,
                attempts=record_pushes.c.attempts + 1,
                subject_name=func.coalesce(record_pushes.c.subject_name, subject_name),
            )
            query = select(record_pushes.c.subject_name).where(record_pushes.c.delivery_id == delivery_id)
            return str(connection.execute(query).scalar_one())

    def taken(self, delivery_id: str, answer: Answer, confirmation: str) -> None:
        deliveries = record_deliveries.c
        with self._database.transaction() as connection:
            _note(connection, delivery_id, answer)
            with guarded():
                connection.execute(
                    update(record_deliveries)
                    .where(deliveries.delivery_id == delivery_id, deliveries.delivered_at.is_(None))
                    .values(delivered_at=answer.at, confirmation=confirmation)
                )
            _change(connection, delivery_id, reason=None, not_before=None, is_only_waiting=True)

    def refused(self, delivery_id: str, answer: Answer, not_before: datetime) -> None:
        reason = answer.said if answer.status is None else f"HTTP {answer.status}"
        with self._database.transaction() as connection:
            _note(connection, delivery_id, answer)
            _change(connection, delivery_id, reason=reason, not_before=not_before, is_only_waiting=True)

    def hold(self, delivery_id: str, reason: str, not_before: datetime) -> None:
        with self._database.transaction() as connection:
            _change(connection, delivery_id, reason=reason, not_before=not_before, is_only_waiting=True)

    def supersede(self, delivery_id: str, reason: str) -> None:
        with self._database.transaction() as connection:
            if _is_waiting(connection, delivery_id):
                _change(connection, delivery_id, state=PushState.SUPERSEDED, reason=reason)

    # People

    def give_up(self, delivery_id: str, officer_id: UserId, reason: str) -> None:
        with self._database.transaction() as connection, guarded():
            _change(connection, delivery_id, state=PushState.GIVEN_UP, reason=reason, given_up_by=officer_id)

    def resume(self, delivery_id: str, now: datetime) -> None:
        with self._database.transaction() as connection:
            _change(connection, delivery_id, state=PushState.WAITING, not_before=now, given_up_by=None)

    # Looking

    def push(self, delivery_id: str, scope: Scope) -> Push | None:
        query = _all().where(record_deliveries.c.delivery_id == delivery_id, _visible(scope))
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        return None if row is None else _push_of(row)

    def search(
        self,
        scope: Scope,
        *,
        receiver: str | None,
        record_id: str | None,
        state: PushState | None,
        before: str | None,
        limit: int,
    ) -> list[Push]:
        deliveries = record_deliveries.c
        conditions = [_visible(scope)]
        if receiver is not None:
            conditions.append(deliveries.receiver == receiver)
        if record_id is not None:
            conditions.append(deliveries.record_id == record_id)
        if state is not None:
            conditions.append(_stands(state))
        with self._database.reading() as connection:
            if before is not None:
                conditions.append(_is_before(connection, before))
            query = _all().where(*conditions).order_by(deliveries.ordered_at.desc(), deliveries.delivery_id.desc())
            return [_push_of(row) for row in connection.execute(query.limit(min(limit, LONGEST_PAGE)))]

    def answers(self, delivery_id: str, limit: int) -> list[Answer]:
        query = (
            select(record_push_answers)
            .where(record_push_answers.c.delivery_id == delivery_id)
            .order_by(record_push_answers.c.number.desc())
            .limit(min(limit, LONGEST_PAGE))
        )
        with self._database.reading() as connection:
            return [
                Answer(at=row.at, status=row.status, said=row.said, is_taken=row.is_taken)
                for row in connection.execute(query)
            ]

    def standing(self, today: date) -> Standing:
        deliveries = record_deliveries.c
        waiting = (
            select(
                func.count().label("number"),
                func.min(deliveries.ordered_at, type_=deliveries.ordered_at.type).label("oldest"),
                func.min(deliveries.due_on, type_=deliveries.due_on.type).label("next_due"),
            )
            .select_from(_joined())
            .where(_stands(PushState.WAITING))
        )
        overdue = (
            select(func.count())
            .select_from(_joined())
            .where(deliveries.due_on < today, _waits(deliveries, record_pushes.c))
        )
        with self._database.reading() as connection:
            found = connection.execute(waiting).one()
            return Standing(
                waiting=found.number,
                oldest_ordered_at=found.oldest,
                overdue=connection.execute(overdue).scalar_one(),
                next_due_on=found.next_due,
            )


def _joined() -> Any:
    return record_deliveries.join(
        public_records, public_records.c.record_id == record_deliveries.c.record_id
    ).outerjoin(record_pushes, record_pushes.c.delivery_id == record_deliveries.c.delivery_id)


def _all() -> Select[Any]:
    """Deliveries with what became of them."""
    is_set_up = exists().where(record_receivers.c.name == record_deliveries.c.receiver)
    pushes = record_pushes.c
    return select(
        record_deliveries,
        public_records.c.enterprise_id,
        public_records.c.corrects,
        pushes.state,
        pushes.attempts,
        pushes.not_before,
        pushes.reason,
        pushes.given_up_by,
        is_set_up.label("is_set_up"),
    ).select_from(_joined())


def _waits(deliveries: Any, pushes: Any) -> ColumnElement[bool]:
    is_waiting = or_(pushes.state.is_(None), pushes.state == PushState.WAITING)
    return and_(deliveries.delivered_at.is_(None), is_waiting)


def _stands(state: PushState) -> ColumnElement[bool]:
    is_set_up = exists().where(record_receivers.c.name == record_deliveries.c.receiver)
    if state is PushState.DELIVERED:
        return record_deliveries.c.delivered_at.is_not(None)
    if state in {PushState.WAITING, PushState.BY_HAND}:
        return and_(
            _waits(record_deliveries.c, record_pushes.c), is_set_up if state is PushState.WAITING else ~is_set_up
        )
    return and_(record_deliveries.c.delivered_at.is_(None), record_pushes.c.state == state)


def _is_behind(receiver: str) -> ColumnElement[bool]:
    """An earlier step of the same record, or anything of the record that it corrects, is not settled yet."""
    earlier, tried = record_deliveries.alias(), record_pushes.alias()
    deliveries = record_deliveries.c
    is_publication = deliveries.action == DeliveryAction.PUBLISH
    return (
        exists()
        .select_from(earlier.outerjoin(tried, tried.c.delivery_id == earlier.c.delivery_id))
        .where(
            earlier.c.receiver == receiver,
            _waits(earlier.c, tried.c),
            or_(
                and_(
                    ~is_publication,
                    earlier.c.record_id == deliveries.record_id,
                    earlier.c.action == DeliveryAction.PUBLISH,
                ),
                and_(is_publication, earlier.c.record_id == public_records.c.corrects),
            ),
        )
        .correlate(record_deliveries, public_records)
    )


def _is_before(connection: Connection, delivery_id: str) -> ColumnElement[bool]:
    """Older than a delivery; nothing is older than one that is not there."""
    deliveries = record_deliveries.c
    at = connection.execute(select(deliveries.ordered_at).where(deliveries.delivery_id == delivery_id)).scalar()
    if at is None:
        return false()
    is_same = and_(deliveries.ordered_at == at, deliveries.delivery_id < delivery_id)
    return or_(deliveries.ordered_at < at, is_same)


def _is_waiting(connection: Connection, delivery_id: str) -> bool:
    query = (
        select(record_deliveries.c.delivery_id)
        .select_from(_joined())
        .where(record_deliveries.c.delivery_id == delivery_id, _waits(record_deliveries.c, record_pushes.c))
    )
    return connection.execute(query).first() is not None


def _change(connection: Connection, delivery_id: str, *, is_only_waiting: bool = False, **values: Any) -> None:
    """Change the row of a delivery, which is made at the first change."""
    own = record_pushes.c.delivery_id == delivery_id
    if connection.execute(select(record_pushes.c.delivery_id).where(own)).first() is None:
        first = {"delivery_id": delivery_id, "state": PushState.WAITING, "attempts": 0}
        connection.execute(insert(record_pushes).values(first))
    only = own & (record_pushes.c.state == PushState.WAITING) if is_only_waiting else own
    connection.execute(update(record_pushes).where(only).values(values))


def _note(connection: Connection, delivery_id: str, answer: Answer) -> None:
    connection.execute(
        insert(record_push_answers).values(
            delivery_id=delivery_id,
            at=answer.at,
            status=answer.status,
            said=answer.said,
            is_taken=answer.is_taken,
        )
    )


def _visible(scope: Scope) -> ColumnElement[bool]:
    return within(scope, public_records.c.enterprise_id, None)


def _push_of(row: Row[Any]) -> Push:
    return Push(
        delivery=delivery_of(row),
        enterprise_id=EnterpriseId(row.enterprise_id),
        corrects=row.corrects,
        state=_state(row),
        attempts=row.attempts or 0,
        not_before=row.not_before,
        reason=row.reason,
        given_up_by=row.given_up_by,
    )


def _state(row: Row[Any]) -> PushState:
    if row.delivered_at is not None:
        return PushState.DELIVERED
    if row.state in {PushState.GIVEN_UP, PushState.SUPERSEDED}:
        return PushState(row.state)
    return PushState.WAITING if row.is_set_up else PushState.BY_HAND
